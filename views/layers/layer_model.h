// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/session/analysis.h"

#include <QAbstractTableModel>

#include <memory>
#include <vector>

namespace tinsmith {

/// The operators as rows with what each costs. Rows are those of the planned form where there is a plan.
class LayerModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column {
        Number,
        Type,
        Name,
        Output,
        OutputBytes,
        Macs,
        MacShare,
        Weights,
        Cycles,
        CycleShare,
        Kernel,
        ColumnCount
    };
    /// Numbers as numbers, for sorting; the share 0..1 that a bar shows.
    enum Role { SortRole = Qt::UserRole, ShareRole };

    explicit LayerModel(QObject *parent = nullptr);
    void setAnalysis(std::shared_ptr<const Analysis> analysis);
    QString operatorAt(int row) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Row {
        QString type;
        QString name;
        QString output;
        QString kernel;
        std::int64_t outputBytes = 0;
        OperatorCost cost;
        double macShare = 0;
        double cycleShare = 0;
    };
    std::vector<Row> rows_;
};

} // namespace tinsmith
