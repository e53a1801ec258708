// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/tensor.h"

#include <QAbstractTableModel>
#include <QString>

namespace tinsmith {

/// "−1 … 0.9922": the real values that a stored type can say with this quantization, over all channels; empty where the
/// type is none that quantization uses.
QString realRangeText(const Quantization &quantization, ElementType type);
/// The same of one channel.
QString realRangeText(const Quantization &quantization, ElementType type, std::size_t channel);

/// Scale, zero point and real range by channel.
class ChannelScales : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Channel, Scale, ZeroPoint, Range, ColumnCount };
    ChannelScales(Quantization quantization, ElementType type, QObject *parent = nullptr);
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    Quantization quantization_;
    ElementType type_;
};

} // namespace tinsmith
