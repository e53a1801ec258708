// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <QVariant>

namespace tinsmith {

/// What the studio remembers of a person's choices from one run to the next.
class Settings {
public:
    QVariant value(const QString &key, const QVariant &preset = {}) const;
    void setValue(const QString &key, const QVariant &value);
};

/// As long as one exists, Settings starts empty and forgets everything afterwards: a picture taken without a window
/// neither shows nor changes what a person chose.
class SettingsInMemory {
public:
    SettingsInMemory();
    ~SettingsInMemory();
    SettingsInMemory(const SettingsInMemory &) = delete;
    SettingsInMemory &operator=(const SettingsInMemory &) = delete;
};

} // namespace tinsmith
