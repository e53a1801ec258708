// SPDX-License-Identifier: Apache-2.0
#include "views/problems/problem_list.h"

#include <QHeaderView>

namespace tinsmith {
namespace {

QString stageText(Problem::Stage stage)
{
    switch (stage) {
    case Problem::Stage::Import:
        return ProblemList::tr("Import");
    case Problem::Stage::Run:
        return ProblemList::tr("Run");
    case Problem::Stage::Export:
        return ProblemList::tr("Export");
    case Problem::Stage::Fit:
        break;
    }
    return ProblemList::tr("Fit");
}

} // namespace

ProblemList::ProblemList(QWidget *parent) : QTreeWidget(parent)
{
    setAccessibleName(tr("Problems"));
    setFrameShape(QFrame::NoFrame);
    setRootIsDecorated(false);
    setUniformRowHeights(true);
    setHeaderLabels({tr("When"), tr("Where"), tr("What")});
    const auto show = [this](const QTreeWidgetItem *item) {
        if (!item->text(1).isEmpty()) {
            emit operatorWanted(item->text(1));
        }
    };
    connect(this, &QTreeWidget::itemClicked, this, show);
    connect(this, &QTreeWidget::itemActivated, this, show);
}

void ProblemList::setAnalysis(std::shared_ptr<const Analysis> analysis)
{
    clear();
    if (!analysis) {
        return;
    }
    QList<QTreeWidgetItem *> items;
    for (const Problem &problem : analysis->problems) {
        auto *item = new QTreeWidgetItem(
            {stageText(problem.stage), QString::fromStdString(problem.place), QString::fromStdString(problem.text)});
        item->setToolTip(2, item->text(2));
        items << item;
    }
    addTopLevelItems(items);
    resizeColumnToContents(0);
    resizeColumnToContents(1);
    constexpr int widest = 340;
    setColumnWidth(1, std::min(columnWidth(1), widest));
}

} // namespace tinsmith
