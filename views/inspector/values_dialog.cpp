// SPDX-License-Identifier: Apache-2.0
#include "views/inspector/values_dialog.h"

#include "views/inspector/tensor_numbers.h"

#include <QHeaderView>
#include <QLabel>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace tinsmith {
namespace {

constexpr std::size_t mostValues = 1u << 20;

} // namespace

ValuesModel::ValuesModel(const Tensor &tensor, QObject *parent) : QAbstractTableModel(parent), shape_(tensor.shape)
{
    const auto count = static_cast<std::size_t>(tensor.shape.elements().value_or(0));
    // A larger tensor shows its beginning: a table of millions of cells serves nobody.
    Tensor head = tensor;
    if (count > mostValues) {
        head.shape = Shape{static_cast<std::int64_t>(mostValues)};
    }
    values_ = numbersOf(head, mostValues);
    columns_ = tensor.shape.rank() > 0 ? static_cast<int>(std::max<std::int64_t>(tensor.shape.dims.back(), 1)) : 1;
}

int ValuesModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0
                            : static_cast<int>((values_.size() + static_cast<std::size_t>(columns_) - 1)
                                / static_cast<std::size_t>(columns_));
}

int ValuesModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : columns_;
}

QVariant ValuesModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const std::size_t at = static_cast<std::size_t>(index.row()) * static_cast<std::size_t>(columns_)
        + static_cast<std::size_t>(index.column());
    if (role == Qt::TextAlignmentRole) {
        return int(Qt::AlignRight | Qt::AlignVCenter);
    }
    if (role != Qt::DisplayRole || at >= values_.size()) {
        return {};
    }
    return QString::number(values_[at], 'g', 7);
}

QVariant ValuesModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (role != Qt::DisplayRole) {
        return {};
    }
    if (orientation == Qt::Horizontal) {
        return section;
    }
    QStringList position;
    std::int64_t rest = section;
    for (std::size_t axis = shape_.rank() > 0 ? shape_.rank() - 1 : 0; axis-- > 0;) {
        const std::int64_t size = std::max<std::int64_t>(shape_[axis], 1);
        position.prepend(QString::number(rest % size));
        rest /= size;
    }
    return position.join(QStringLiteral(", "));
}

ValuesDialog::ValuesDialog(const Tensor &tensor, QWidget *parent) : QDialog(parent)
{
    setWindowTitle(QString::fromStdString(tensor.name));
    auto *layout = new QVBoxLayout(this);
    const std::string_view type = nameOf(tensor.type);
    layout->addWidget(new QLabel(QString::fromStdString(tensor.shape.text() + " " + std::string(type))));
    auto *table = new QTableView;
    table->setModel(new ValuesModel(tensor, table));
    table->setAccessibleName(tr("Values of %1").arg(windowTitle()));
    layout->addWidget(table);
    resize(640, 480);
}

} // namespace tinsmith
