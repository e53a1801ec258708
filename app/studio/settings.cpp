// SPDX-License-Identifier: Apache-2.0
#include "app/studio/settings.h"

#include <QSettings>
#include <QVariantMap>

#include <optional>

namespace tinsmith {
namespace {

std::optional<QVariantMap> &memory()
{
    static std::optional<QVariantMap> values;
    return values;
}

} // namespace

QVariant Settings::value(const QString &key, const QVariant &preset) const
{
    return memory() ? memory()->value(key, preset) : QSettings().value(key, preset);
}

void Settings::setValue(const QString &key, const QVariant &value)
{
    if (memory()) {
        memory()->insert(key, value);
    } else {
        QSettings().setValue(key, value);
    }
}

SettingsInMemory::SettingsInMemory()
{
    memory().emplace();
}

SettingsInMemory::~SettingsInMemory()
{
    memory().reset();
}

} // namespace tinsmith
