// SPDX-License-Identifier: Apache-2.0
#include "app/studio/headless.h"
#include "app/studio/main_window.h"
#include "app/studio/recent_files.h"
#include "app/studio/recovery.h"
#include "views/theme/theme.h"

#include <QApplication>
#include <QCommandLineParser>

#include <cstring>

namespace {

/// Pictures are made without a window, so without a display too.
bool wantsNoWindow(int argc, char **argv)
{
    for (int index = 1; index < argc; ++index) {
        if (std::strncmp(argv[index], "--export", 8) == 0 || std::strncmp(argv[index], "--screenshot", 12) == 0) {
            return true;
        }
    }
    return false;
}

} // namespace

int main(int argc, char **argv)
{
    using namespace tinsmith;
    if (wantsNoWindow(argc, argv) && !qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) {
        qputenv("QT_QPA_PLATFORM", "offscreen");
    }
    QApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("tinsmith-studio"));
    QCoreApplication::setOrganizationName(QStringLiteral("Tinsmith"));
    QCoreApplication::setApplicationVersion(QStringLiteral(TINSMITH_VERSION));

    QCommandLineParser parser;
    parser.setApplicationDescription(
        QCoreApplication::translate("main", "Makes neural networks fit microcontrollers."));
    parser.addHelpOption();
    parser.addVersionOption();
    addHeadlessOptions(parser);
    parser.addPositionalArgument(QStringLiteral("MODEL"),
        QCoreApplication::translate("main", "A .tflite, .onnx or .tinsmith file to open."), QStringLiteral("[MODEL]"));
    parser.process(application);

    ThemeController themes(application);
    if (isHeadless(parser)) {
        return runHeadless(parser, themes);
    }
    MainWindow window(themes);
    window.restoreLayout();
    window.show();
    const bool offered = window.startRecovery(RecoveryFile::defaultFolder());
    if (!parser.positionalArguments().isEmpty()) {
        window.openFile(parser.positionalArguments().constFirst());
    } else if (!offered && reopensLast() && !recentFiles().isEmpty()) {
        window.reopenLast();
    }
    return QApplication::exec();
}
