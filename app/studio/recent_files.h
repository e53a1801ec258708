// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStringList>

namespace tinsmith {

/// Files opened last, the last one first. Those that are gone are left out.
QStringList recentFiles();
void rememberRecent(const QString &file);
void clearRecent();

/// Whether the studio opens the document that was open last when it starts.
bool reopensLast();
void setReopensLast(bool reopen);

} // namespace tinsmith
