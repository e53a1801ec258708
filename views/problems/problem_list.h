// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/session/analysis.h"

#include <QWidget>

#include <memory>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QStackedWidget;
class QToolButton;
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
    /// Problems in all, whatever the filter; of those, the ones that keep the model from the microcontroller.
    int count() const;
    int blockingCount() const;
    /// "9 errors, 2 warnings".
    QString summary() const;
    ProblemModel *model() const { return model_; }
    QTreeView *view() const { return view_; }
    void setFilter(const QString &text);
    /// Within the groups: as the model has them, or by a column.
    enum class Order { Graph, Where, Type, Cause };
    void setOrder(Order order);
    /// Marks the problem of what has been selected elsewhere, where it has one; leads nowhere.
    void follow(const std::string &place, int subgraph);
    /// To the next problem (1) or the one before (-1), and to its operator.
    void leadFurther(int step);
    /// What is shown instead of the list; empty while the list shows.
    QString emptyText() const;

signals:
    /// `place` is the operator's or tensor's name, `subgraph` its graph's position in the model's subgraphs or -1.
    void placeWanted(const QString &place, int subgraph);
    /// Open dimensions are to be given sizes.
    void bindWanted();

private:
    QWidget *makeBar();
    void makeView();
    void makeEmptyPage();
    void refresh();
    void lead(const QModelIndex &index);
    void copy();
    void showMenu(const QPoint &position);

    ProblemModel *model_;
    ProblemFilter *filter_;
    QLineEdit *search_;
    QToolButton *errors_;
    QToolButton *warnings_;
    QComboBox *order_;
    QPushButton *bind_;
    QPushButton *copyButton_;
    QStackedWidget *pages_;
    QTreeView *view_;
    QLabel *empty_;
    QLabel *emptyHint_;
};

} // namespace tinsmith
