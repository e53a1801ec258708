// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "views/inspector/tensor_values.h"

#include <QAbstractTableModel>

#include <optional>

namespace tinsmith {

/// A constant's values as pages of a table. Columns are as many of the innermost dimensions as make up to 32 of
/// them; where the innermost alone is longer, 16 values stand in a row. Cells are read when they are asked for.
class ValuesModel : public QAbstractTableModel {
    Q_OBJECT
public:
    explicit ValuesModel(const TensorValues &values, QObject *parent = nullptr);

    const TensorValues &values() const { return values_; }
    /// Rows of all pages, and of one.
    std::int64_t allRows() const;
    static constexpr int rowsPerPage = 1000;
    int pages() const;
    int page() const { return page_; }
    void setPage(int page);
    /// Real instead of stored values, for a quantized tensor.
    void setReal(bool real);
    /// Goes to the page of an element; invalid where there is no such element.
    QModelIndex indexOf(std::size_t element);
    /// The element that a position "2, 0, 17" or a flat number says; nothing where that is none.
    std::optional<std::size_t> elementAt(const QString &position) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::size_t elementOf(int row, int column) const;

    TensorValues values_;
    int columns_ = 1;
    /// How many of the innermost dimensions make up a row; 0: a row is part of the innermost one.
    std::size_t inner_ = 0;
    int page_ = 0;
    bool real_ = false;
};

} // namespace tinsmith
