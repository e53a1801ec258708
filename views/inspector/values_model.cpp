// SPDX-License-Identifier: Apache-2.0
#include "views/inspector/values_model.h"

#include <QStringList>

#include <algorithm>

namespace tinsmith {
namespace {

constexpr std::int64_t mostColumns = 32;
constexpr std::int64_t mostTextColumns = 8;
constexpr int wrapped = 16;

} // namespace

ValuesModel::ValuesModel(const TensorValues &values, QObject *parent) : QAbstractTableModel(parent), values_(values)
{
    const Shape &shape = values_.tensor().shape;
    const bool text = values_.kind() == TensorValues::Kind::Text;
    const std::int64_t most = text ? mostTextColumns : mostColumns;
    std::int64_t columns = 1;
    while (inner_ < shape.rank()) {
        const std::int64_t size = std::max<std::int64_t>(shape[shape.rank() - 1 - inner_], 1);
        if (size > most / columns) {
            break;
        }
        columns *= size;
        ++inner_;
    }
    columns_ = static_cast<int>(inner_ == 0 && shape.rank() > 0 ? (text ? 1 : wrapped) : columns);
}

std::int64_t ValuesModel::allRows() const
{
    return (static_cast<std::int64_t>(values_.count()) + columns_ - 1) / columns_;
}

int ValuesModel::pages() const
{
    return static_cast<int>(std::max<std::int64_t>(1, (allRows() + rowsPerPage - 1) / rowsPerPage));
}

void ValuesModel::setPage(int page)
{
    beginResetModel();
    page_ = std::clamp(page, 0, pages() - 1);
    endResetModel();
}

void ValuesModel::setReal(bool real)
{
    real_ = real;
    if (rowCount() > 0) {
        emit dataChanged(index(0, 0), index(rowCount() - 1, columns_ - 1));
    }
}

QModelIndex ValuesModel::indexOf(std::size_t element)
{
    if (element >= values_.count()) {
        return {};
    }
    const std::size_t row = element / static_cast<std::size_t>(columns_);
    setPage(static_cast<int>(row / rowsPerPage));
    return index(static_cast<int>(row % rowsPerPage), static_cast<int>(element % static_cast<std::size_t>(columns_)));
}

std::optional<std::size_t> ValuesModel::elementAt(const QString &position) const
{
    QString clean = position;
    clean.remove(QLatin1Char('[')).remove(QLatin1Char(']'));
    const QStringList parts = clean.split(QLatin1Char(','), Qt::SkipEmptyParts);
    const Shape &shape = values_.tensor().shape;
    std::size_t element = 0;
    if (parts.empty() || (parts.size() != 1 && static_cast<std::size_t>(parts.size()) != shape.rank())) {
        return std::nullopt;
    }
    for (qsizetype axis = 0; axis < parts.size(); ++axis) {
        bool good = false;
        const qlonglong at = parts[axis].trimmed().toLongLong(&good);
        const bool flat = parts.size() == 1;
        if (!good || at < 0 || (!flat && at >= shape[static_cast<std::size_t>(axis)])) {
            return std::nullopt;
        }
        element = flat
            ? static_cast<std::size_t>(at)
            : element * static_cast<std::size_t>(shape[static_cast<std::size_t>(axis)]) + static_cast<std::size_t>(at);
    }
    return element < values_.count() ? std::optional(element) : std::nullopt;
}

std::size_t ValuesModel::elementOf(int row, int column) const
{
    return (static_cast<std::size_t>(page_) * rowsPerPage + static_cast<std::size_t>(row))
        * static_cast<std::size_t>(columns_)
        + static_cast<std::size_t>(column);
}

int ValuesModel::rowCount(const QModelIndex &parent) const
{
    const std::int64_t left = allRows() - std::int64_t(page_) * rowsPerPage;
    return parent.isValid() ? 0 : static_cast<int>(std::clamp<std::int64_t>(left, 0, rowsPerPage));
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
    const std::size_t element = elementOf(index.row(), index.column());
    const bool text = values_.kind() == TensorValues::Kind::Text;
    switch (role) {
    case Qt::TextAlignmentRole:
        return int((text ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    case Qt::DisplayRole:
        return real_ ? values_.realText(element) : values_.text(element);
    case Qt::ToolTipRole:
        return element < values_.count() ? tr("[%1] stored %2, real %3")
                                               .arg(values_.positionText(element), values_.text(element),
                                                   text ? values_.text(element) : values_.realText(element))
                                         : QVariant();
    default:
        return {};
    }
}

QVariant ValuesModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (role != Qt::DisplayRole) {
        return {};
    }
    const auto rank = static_cast<qsizetype>(values_.tensor().shape.rank());
    const auto inner = static_cast<qsizetype>(inner_);
    if (orientation == Qt::Horizontal) {
        return inner_ == 0 && rank > 0 ? QStringLiteral("+%1").arg(section)
                                       : values_.positionText(static_cast<std::size_t>(section))
                                             .split(QStringLiteral(", "))
                                             .mid(rank - inner)
                                             .join(QStringLiteral(", "));
    }
    return values_.positionText(elementOf(section, 0))
        .split(QStringLiteral(", "))
        .mid(0, rank - inner)
        .join(QStringLiteral(", "));
}

} // namespace tinsmith
