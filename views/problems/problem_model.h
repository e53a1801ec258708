// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/session/analysis.h"

#include <QAbstractItemModel>
#include <QString>

#include <array>
#include <memory>
#include <vector>

namespace tinsmith {

/// The problems of an analysis in groups: what could not be imported, run, exported, fitted. Groups without problems
/// have no row.
class ProblemModel : public QAbstractItemModel {
    Q_OBJECT
public:
    enum Column { Where, Type, Cause, ColumnCount };

    explicit ProblemModel(QObject *parent = nullptr);
    void setAnalysis(std::shared_ptr<const Analysis> analysis);
    /// All problems, in all groups.
    int count() const;
    /// Of those, what keeps the model from the microcontroller; the rest are warnings.
    int blockingCount() const;
    static bool blocks(Problem::Stage stage);
    /// The first problem of that place; invalid where there is none.
    QModelIndex indexOf(const std::string &place, int subgraph) const;
    /// nullptr for a group.
    const Problem *problemAt(const QModelIndex &index) const;
    /// "Does not run", "Not imported", ...
    static QString groupTitle(Problem::Stage stage);
    /// One line for the clipboard: group, place, type, cause, between tabs.
    QString lineOf(const QModelIndex &index) const;

    QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    QModelIndex parent(const QModelIndex &child) const override;
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Group {
        Problem::Stage stage = Problem::Stage::Import;
        /// Positions in Analysis::problems.
        std::vector<std::size_t> problems;
    };
    QString whereText(const Problem &problem) const;

    std::shared_ptr<const Analysis> analysis_;
    std::vector<Group> groups_;
};

} // namespace tinsmith
