// SPDX-License-Identifier: Apache-2.0
#include "views/layers/layer_model.h"

#include "core/graph/geometry.h"
#include "views/theme/number_text.h"

namespace tinsmith {

LayerModel::LayerModel(QObject *parent) : QAbstractTableModel(parent) { }

void LayerModel::setAnalysis(std::shared_ptr<const Analysis> analysis)
{
    beginResetModel();
    rows_.clear();
    if (analysis) {
        const bool planned = analysis->estimate.has_value();
        const Graph &graph = planned ? analysis->canonical : analysis->graph;
        for (std::size_t index = 0; index < graph.operators().size(); ++index) {
            const Operator &op = graph.operators()[index];
            Row row;
            row.type = QString::fromStdString(displayName(op.kind));
            row.name = QString::fromStdString(op.name);
            if (!op.outputs.empty() && op.outputs.front().valid()) {
                const Tensor &tensor = graph.tensor(op.outputs.front());
                row.output = QString::fromStdString(tensor.shape.text());
                row.outputBytes = tensor.bytes().value_or(0);
            }
            if (planned) {
                row.cost = analysis->estimate->operators[index];
                const std::string_view variant = nameOf(analysis->plan->operators[index].variant);
                row.kernel = row.cost.hasKernel
                    ? QString::fromUtf8(variant.data(), static_cast<qsizetype>(variant.size()))
                    : tr("none");
            } else {
                row.cost.macs = macsOf(graph, op);
            }
            rows_.push_back(std::move(row));
        }
        double macs = 0;
        double cycles = 0;
        for (const Row &row : rows_) {
            macs += static_cast<double>(row.cost.macs);
            cycles += static_cast<double>(row.cost.cycles);
        }
        for (Row &row : rows_) {
            row.macShare = macs > 0 ? static_cast<double>(row.cost.macs) / macs : 0;
            row.cycleShare = cycles > 0 ? static_cast<double>(row.cost.cycles) / cycles : 0;
        }
    }
    endResetModel();
}

QString LayerModel::operatorAt(int row) const
{
    return rows_[static_cast<std::size_t>(row)].name;
}

int LayerModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

int LayerModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant LayerModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const Row &row = rows_[static_cast<std::size_t>(index.row())];
    const int column = index.column();
    const bool text = column == Type || column == Name || column == Output || column == Kernel;
    if (role == Qt::TextAlignmentRole) {
        return int((text ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    }
    if (role == ShareRole) {
        return column == MacShare  ? QVariant(row.macShare)
            : column == CycleShare ? QVariant(row.cycleShare)
                                   : QVariant();
    }
    if (role == Qt::ToolTipRole) {
        switch (column) {
        case Type:
            return row.type;
        case Name:
            return row.name;
        case OutputBytes:
            return exactBytesText(row.outputBytes);
        case Macs:
            return exactCountText(row.cost.macs);
        case Weights:
            return exactBytesText(row.cost.weightBytes);
        case Cycles:
            return row.cost.hasKernel ? exactCountText(row.cost.cycles)
                                      : tr("Packages have no kernel for it: what it takes is not known");
        default:
            return {};
        }
    }
    if (role == SortRole) {
        switch (column) {
        case Number:
            return index.row() + 1;
        case OutputBytes:
            return static_cast<qlonglong>(row.outputBytes);
        case Macs:
            return static_cast<qlonglong>(row.cost.macs);
        case MacShare:
            return row.macShare;
        case Weights:
            return static_cast<qlonglong>(row.cost.weightBytes);
        case Cycles:
            return static_cast<qlonglong>(row.cost.cycles);
        case CycleShare:
            return row.cycleShare;
        default:
            return data(index, Qt::DisplayRole);
        }
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (column) {
    case Number:
        return index.row() + 1;
    case Type:
        return row.type;
    case Name:
        return row.name;
    case Output:
        return row.output;
    case OutputBytes:
        return bytesText(row.outputBytes);
    case Macs:
        return countText(row.cost.macs);
    case MacShare:
        return percentText(row.macShare);
    case Weights:
        return bytesText(row.cost.weightBytes);
    case Cycles:
        return row.cost.hasKernel ? countText(row.cost.cycles) : QStringLiteral("–");
    case CycleShare:
        return row.cost.hasKernel ? percentText(row.cycleShare) : QStringLiteral("–");
    case Kernel:
        return row.kernel;
    default:
        return {};
    }
}

QVariant LayerModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
        return {};
    }
    switch (section) {
    case Number:
        return tr("#");
    case Type:
        return tr("Operator");
    case Name:
        return tr("Name");
    case Output:
        return tr("Output");
    case OutputBytes:
        return tr("Output size");
    case Macs:
        return tr("MACs");
    case MacShare:
        return tr("of MACs");
    case Weights:
        return tr("Weights");
    case Cycles:
        return tr("Cycles");
    case CycleShare:
        return tr("of cycles");
    case Kernel:
        return tr("Kernel");
    default:
        return {};
    }
}

} // namespace tinsmith
