// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/session/analysis.h"

#include <QWidget>

#include <memory>

class QLabel;
class QLineEdit;
class QPushButton;
class QStackedWidget;
class QTreeView;

namespace tinsmith {

class ProblemFilter;
class ProblemModel;

/// The tab that lists what could not be imported, run, exported or fitted, in groups; each entry leads to its operator:
/// a click, or the arrow keys and Enter.
class ProblemList : public QWidget {
    Q_OBJECT
public:
    explicit ProblemList(QWidget *parent = nullptr);
    void setAnalysis(std::shared_ptr<const Analysis> analysis);
    /// Problems in all, whatever the filter.
    int count() const;
    ProblemModel *model() const { return model_; }
    QTreeView *view() const { return view_; }
    void setFilter(const QString &text);
    /// What is shown instead of the list; empty while the list shows.
    QString emptyText() const;

signals:
    /// `place` is the operator's or tensor's name, `subgraph` its graph's position in the model's subgraphs or -1.
    void placeWanted(const QString &place, int subgraph);

private:
    void refresh();
    void lead(const QModelIndex &index);
    void copy();

    ProblemModel *model_;
    ProblemFilter *filter_;
    QLineEdit *search_;
    QPushButton *copyButton_;
    QStackedWidget *pages_;
    QTreeView *view_;
    QLabel *empty_;
    QLabel *emptyHint_;
};

} // namespace tinsmith
