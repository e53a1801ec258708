// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/tensor.h"

#include <QAbstractTableModel>
#include <QDialog>

namespace tinsmith {

/// A constant's values as a table: rows are the outer dimensions, columns the innermost one.
class ValuesModel : public QAbstractTableModel {
    Q_OBJECT
public:
    explicit ValuesModel(const Tensor &tensor, QObject *parent = nullptr);
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    Shape shape_;
    int columns_ = 1;
    std::vector<double> values_;
};

class ValuesDialog : public QDialog {
    Q_OBJECT
public:
    explicit ValuesDialog(const Tensor &tensor, QWidget *parent = nullptr);
};

} // namespace tinsmith
