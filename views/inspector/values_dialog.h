// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/tensor.h"

#include <QDialog>

class QLabel;
class QLineEdit;
class QSpinBox;
class QTableView;

namespace tinsmith {

class ValuesModel;

/// A constant's values, page by page, as stored or as the real numbers that they stand for.
class ValuesDialog : public QDialog {
    Q_OBJECT
public:
    explicit ValuesDialog(const Tensor &tensor, QWidget *parent = nullptr);

signals:
    void saveWanted();

private:
    void updateRows();
    void goTo();
    void copy();

    ValuesModel *model_;
    QTableView *table_;
    QSpinBox *page_;
    QLabel *rows_;
    QLineEdit *place_;
};

} // namespace tinsmith
