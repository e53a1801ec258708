// SPDX-License-Identifier: Apache-2.0
// main() of tests that need widgets: as a user's program would start, without a display.
#include "views/theme/theme.h"

#include <QApplication>
#include <QStringList>

namespace tinsmith::test {
int runAll(QStringList arguments);
}

int main(int argc, char **argv)
{
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) {
        qputenv("QT_QPA_PLATFORM", "offscreen");
    }
    QApplication application(argc, argv);
    QLocale::setDefault(QLocale::c());
    const tinsmith::ThemeController themes(application);
    return tinsmith::test::runAll(QApplication::arguments());
}
