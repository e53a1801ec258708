// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/session/analysis.h"

#include <QWidget>

#include <memory>

class QLineEdit;
class QSortFilterProxyModel;
class QTableView;

namespace tinsmith {

class LayerModel;

/// The table of layers: sort by a heading, filter by text, copy rows, save as CSV.
class LayerTable : public QWidget {
    Q_OBJECT
public:
    explicit LayerTable(QWidget *parent = nullptr);
    /// Marks its row, where the filter shows it.
    void selectOperator(const QString &name);
    void setAnalysis(std::shared_ptr<const Analysis> analysis);
    /// Rows as shown, with headings; numbers exact where `separator` is a comma.
    QString text(QChar separator, bool selectedOnly) const;

signals:
    void operatorWanted(const QString &name);

private:
    void copySelected();
    void saveCsv();

    LayerModel *model_;
    QSortFilterProxyModel *filter_;
    QTableView *table_;
};

} // namespace tinsmith
