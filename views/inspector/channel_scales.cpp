// SPDX-License-Identifier: Apache-2.0
#include "views/inspector/channel_scales.h"

#include "views/inspector/tensor_values.h"

#include <algorithm>

namespace tinsmith {
namespace {

std::int64_t zeroPointAt(const Quantization &quantization, std::size_t channel)
{
    const auto &points = quantization.zeroPoints;
    return points.empty() ? 0 : points[std::min(channel, points.size() - 1)];
}

std::pair<double, double> rangeAt(const Quantization &quantization, ElementType type, std::size_t channel)
{
    const auto [low, high] = storedRange(type);
    const auto scale = static_cast<double>(quantization.scales[channel]);
    const std::int64_t zero = zeroPointAt(quantization, channel);
    return {scale * static_cast<double>(low - zero), scale * static_cast<double>(high - zero)};
}

QString rangeText(double low, double high)
{
    return QStringLiteral("%1 … %2").arg(valueText(low, 4), valueText(high, 4));
}

} // namespace

QString realRangeText(const Quantization &quantization, ElementType type, std::size_t channel)
{
    if (channel >= quantization.scales.size() || storedRange(type) == std::pair<std::int64_t, std::int64_t>(0, 0)) {
        return {};
    }
    const auto [low, high] = rangeAt(quantization, type, channel);
    return rangeText(low, high);
}

QString realRangeText(const Quantization &quantization, ElementType type)
{
    if (realRangeText(quantization, type, 0).isEmpty()) {
        return {};
    }
    auto [low, high] = rangeAt(quantization, type, 0);
    for (std::size_t channel = 1; channel < quantization.scales.size(); ++channel) {
        const auto [least, most] = rangeAt(quantization, type, channel);
        low = std::min(low, least);
        high = std::max(high, most);
    }
    return rangeText(low, high);
}

ChannelScales::ChannelScales(Quantization quantization, ElementType type, QObject *parent)
    : QAbstractTableModel(parent), quantization_(std::move(quantization)), type_(type)
{
}

int ChannelScales::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(quantization_.scales.size());
}

int ChannelScales::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant ChannelScales::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const auto channel = static_cast<std::size_t>(index.row());
    if (role == Qt::ToolTipRole) {
        return realRangeText(quantization_, type_, channel);
    }
    if (role == Qt::TextAlignmentRole) {
        return int(Qt::AlignRight | Qt::AlignVCenter);
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (index.column()) {
    case Channel:
        return index.row();
    case Scale:
        return valueText(static_cast<double>(quantization_.scales[channel]), 4);
    case ZeroPoint:
        return valueText(static_cast<double>(zeroPointAt(quantization_, channel)), 12);
    default:
        // Narrow enough to stand whole in the panel; the tool tip has more digits.
        if (realRangeText(quantization_, type_, channel).isEmpty()) {
            return {};
        }
        const auto [low, high] = rangeAt(quantization_, type_, channel);
        return QString(valueText(low, 3) + QChar(0x2026) + valueText(high, 3));
    }
}

QVariant ChannelScales::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (role == Qt::TextAlignmentRole) {
        return int(Qt::AlignRight | Qt::AlignVCenter);
    }
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
        return {};
    }
    return section == Channel  ? tr("#")
        : section == Scale     ? tr("Scale")
        : section == ZeroPoint ? tr("Zero")
                               : tr("Range");
}

} // namespace tinsmith
