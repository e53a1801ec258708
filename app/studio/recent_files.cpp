// SPDX-License-Identifier: Apache-2.0
#include "app/studio/recent_files.h"

#include "app/studio/settings.h"

#include <QFileInfo>

namespace tinsmith {
namespace {

constexpr int mostRecent = 8;
const QString listKey = QStringLiteral("recentFiles");
const QString reopenKey = QStringLiteral("reopenLast");

} // namespace

QStringList recentFiles()
{
    QStringList present;
    for (const QString &file : Settings().value(listKey).toStringList()) {
        if (QFileInfo::exists(file)) {
            present << file;
        }
    }
    return present;
}

void rememberRecent(const QString &file)
{
    const QString path = QFileInfo(file).absoluteFilePath();
    QStringList recent = Settings().value(listKey).toStringList();
    recent.removeAll(path);
    recent.prepend(path);
    Settings().setValue(listKey, QStringList(recent.mid(0, mostRecent)));
}

void clearRecent()
{
    Settings().setValue(listKey, QStringList());
}

bool reopensLast()
{
    return Settings().value(reopenKey, false).toBool();
}

void setReopensLast(bool reopen)
{
    Settings().setValue(reopenKey, reopen);
}

} // namespace tinsmith
