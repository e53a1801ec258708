// SPDX-License-Identifier: Apache-2.0
#include "views/theme/number_text.h"

#include <QCoreApplication>
#include <QLocale>

#include <cmath>

namespace tinsmith {
namespace {

/// Three significant digits for values below 1000, no decimals above.
QString shortNumber(double value)
{
    const double size = std::abs(value);
    const int decimals = size < 9.995 ? 2 : size < 999.5 ? 1 : 0;
    return QLocale().toString(value, 'f', decimals);
}

QString withSign(double value, const QString &size)
{
    return (value > 0 ? QStringLiteral("+") : value < 0 ? QStringLiteral("−") : QStringLiteral("±")) + size;
}

} // namespace

QString bytesText(std::int64_t bytes)
{
    constexpr double kilo = 1024;
    const auto value = static_cast<double>(bytes);
    if (std::abs(value) < kilo) {
        return QStringLiteral("%1 B").arg(bytes);
    }
    if (std::abs(value) < kilo * kilo) {
        return QLocale().toString(value / kilo, 'f', 1) + QStringLiteral(" KB");
    }
    return QLocale().toString(value / kilo / kilo, 'f', 2) + QStringLiteral(" MB");
}

QString capacityText(std::int64_t bytes)
{
    constexpr std::int64_t kilo = 1024;
    if (bytes >= kilo * kilo && bytes % (kilo * kilo) == 0) {
        return QStringLiteral("%1 MB").arg(bytes / kilo / kilo);
    }
    return bytes >= kilo && bytes < kilo * kilo && bytes % kilo == 0 ? QStringLiteral("%1 KB").arg(bytes / kilo)
                                                                     : bytesText(bytes);
}

QString exactBytesText(std::int64_t bytes)
{
    return exactCountText(bytes) + QStringLiteral(" B");
}

QString exactCountText(std::int64_t count)
{
    return QLocale().toString(static_cast<qlonglong>(count));
}

QString operatorsText(std::int64_t count)
{
    return count == 1 ? QCoreApplication::translate("Numbers", "1 operator")
                      : QCoreApplication::translate("Numbers", "%1 operators").arg(exactCountText(count));
}

QString countText(std::int64_t count)
{
    const auto value = static_cast<double>(count);
    const double size = std::abs(value);
    if (size < 1000) {
        return QString::number(count);
    }
    if (size < 100e3) {
        return QLocale().toString(value / 1e3, 'f', 1) + QStringLiteral(" k");
    }
    if (size < 1e9) {
        return shortNumber(value / 1e6) + QStringLiteral(" M");
    }
    return shortNumber(value / 1e9) + QStringLiteral(" G");
}

QString millisecondsText(double milliseconds)
{
    if (milliseconds < 1000) {
        const int decimals = milliseconds < 10 ? 2 : milliseconds < 100 ? 1 : 0;
        return QLocale().toString(milliseconds, 'f', decimals) + QStringLiteral(" ms");
    }
    return shortNumber(milliseconds / 1000) + QStringLiteral(" s");
}

QString energyText(double microjoules)
{
    if (microjoules < 1) {
        return QLocale().toString(microjoules * 1000, 'f', 0) + QStringLiteral(" nJ");
    }
    if (microjoules < 100) {
        return QLocale().toString(microjoules, 'f', 1) + QStringLiteral(" µJ");
    }
    return shortNumber(microjoules / 1000) + QStringLiteral(" mJ");
}

QString percentText(double share)
{
    return QLocale().toString(share * 100, 'f', 1) + QStringLiteral(" %");
}

QString bytesDeltaText(std::int64_t bytes)
{
    return withSign(static_cast<double>(bytes), bytesText(std::abs(bytes)));
}

QString countDeltaText(std::int64_t count)
{
    return withSign(static_cast<double>(count), countText(std::abs(count)));
}

QString percentDeltaText(double share)
{
    return withSign(share, percentText(std::abs(share)));
}

} // namespace tinsmith
