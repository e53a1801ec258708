// SPDX-License-Identifier: Apache-2.0
#include "app/studio/remembered_sizes.h"

#include "app/studio/settings.h"

#include <QCryptographicHash>
#include <QFileInfo>
#include <QVariantMap>

namespace tinsmith {
namespace {

/// A path holds slashes, which make groups in settings, and may be of any length.
QString keyOf(const std::filesystem::path &file)
{
    const QByteArray path = QFileInfo(QString::fromStdString(file.string())).absoluteFilePath().toUtf8();
    return QStringLiteral("dimensions/")
        + QString::fromLatin1(QCryptographicHash::hash(path, QCryptographicHash::Sha1).toHex());
}

} // namespace

OpenOptions rememberedSizes(const std::filesystem::path &file)
{
    OpenOptions options;
    const QVariantMap sizes = Settings().value(keyOf(file)).toMap();
    for (auto size = sizes.begin(); size != sizes.end(); ++size) {
        if (size.value().toLongLong() > 0) {
            options.bindings[size.key().toStdString()] = size.value().toLongLong();
        }
    }
    return options;
}

void rememberSizes(const std::filesystem::path &file, const OpenOptions &options)
{
    QVariantMap sizes;
    for (const auto &[name, size] : options.bindings) {
        sizes.insert(QString::fromStdString(name), static_cast<qlonglong>(size));
    }
    Settings().setValue(keyOf(file), sizes);
}

} // namespace tinsmith
