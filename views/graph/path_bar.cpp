// SPDX-License-Identifier: Apache-2.0
#include "views/graph/path_bar.h"

#include "views/graph/subgraph_list.h"
#include "views/theme/number_text.h"
#include "views/theme/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

namespace tinsmith {
namespace {

QString textOf(const std::string &text)
{
    return QString::fromStdString(text);
}

} // namespace

PathBar::PathBar(QWidget *parent) : QWidget(parent), crumbs_(new QHBoxLayout), chooser_(new QToolButton)
{
    setAccessibleName(tr("Path in the model"));
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(8, 2, 10, 2);
    layout->setSpacing(0);
    crumbs_->setSpacing(0);
    layout->addLayout(crumbs_);
    layout->addStretch();
    chooser_->setToolTip(tr("Every graph of the model: bodies of branches and loops, functions"));
    connect(chooser_, &QToolButton::clicked, this, &PathBar::openChooser);
    layout->addWidget(chooser_);
    hide();
}

void PathBar::setModel(const QString &name, const Graph &model)
{
    name_ = name;
    model_ = model;
    rebuild();
}

void PathBar::setPath(const ModelPath &path)
{
    path_ = path;
    rebuild();
}

QToolButton *PathBar::addCrumb(const QString &text, const QString &tip, bool last)
{
    constexpr int widest = 210;
    auto *button = new QToolButton;
    QFont font = uiFont(0, last);
    button->setFont(font);
    const QFontMetrics metrics(font);
    button->setText(metrics.elidedText(text, Qt::ElideMiddle, widest));
    button->setToolTip(text.size() > tip.size() ? text : tip);
    // A deep path shares what room there is.
    constexpr int narrowest = 36;
    button->setMinimumWidth(narrowest);
    button->setAccessibleName(tip.isEmpty() ? text : tip);
    button->setProperty("crumb", last ? "last" : "way");
    crumbs_->addWidget(button);
    return button;
}

void PathBar::addParts(const Graph &parent, const ModelPath &before, const ModelPath::Step &step)
{
    const OperatorId op = parent.operatorNamed(step.op);
    const auto bodies = op.valid() ? bodiesOf(model_, parent.op(op).kind) : std::vector<OperatorBody>();
    if (bodies.size() < 2) {
        return;
    }
    for (const OperatorBody &body : bodies) {
        auto *part = new QToolButton;
        part->setText(textOf(body.part));
        part->setCheckable(true);
        part->setChecked(body.subgraph == step.subgraph);
        part->setProperty("part", true);
        part->setToolTip(tr("The %1 of %2").arg(textOf(body.part), textOf(step.op)));
        ModelPath there = before;
        there.steps.push_back({step.op, step.type, body.part, body.subgraph});
        connect(part, &QToolButton::clicked, this, [this, there] { emit pathWanted(there); });
        crumbs_->addWidget(part);
    }
}

void PathBar::rebuild()
{
    while (QLayoutItem *item = crumbs_->takeAt(0)) {
        if (item->widget() != nullptr) {
            item->widget()->hide();
            item->widget()->deleteLater();
        }
        delete item;
    }
    const auto graphs = static_cast<std::int64_t>(model_.subgraphs().size());
    setVisible(graphs > 0);
    if (graphs == 0) {
        return;
    }
    const auto leadsTo = [this](QToolButton *crumb, const ModelPath &path) {
        connect(crumb, &QToolButton::clicked, this, [this, path] { emit pathWanted(path); });
    };
    leadsTo(addCrumb(name_, tr("The model's own graph"), path_.steps.empty()), {});
    ModelPath before;
    for (const ModelPath::Step &step : path_.steps) {
        auto *arrow = new QLabel;
        constexpr int size = 14;
        arrow->setPixmap(themedIcon(QStringLiteral("chevron-right")).pixmap(size, size));
        crumbs_->addWidget(arrow);
        const Graph &parent = graphAt(model_, before.subgraph());
        const bool last = &step == &path_.steps.back();
        ModelPath here = before;
        here.steps.push_back(step);
        if (step.op.empty()) {
            const QString title = textOf(titleOf(model_, step.subgraph));
            leadsTo(addCrumb(title, title, last), here);
        } else {
            const OperatorId op = parent.operatorNamed(step.op);
            const bool several = op.valid() && bodiesOf(model_, parent.op(op).kind).size() > 1;
            const QString name = QStringLiteral("%1 “%2”").arg(textOf(step.type), textOf(step.op));
            leadsTo(addCrumb(several ? name : name + QLatin1Char(' ') + textOf(step.part),
                        QStringLiteral("%1: %2").arg(name, textOf(step.part)), last),
                here);
            addParts(parent, before, step);
        }
        before = here;
    }
    chooser_->setText(graphs == 1 ? tr("1 subgraph  ▾") : tr("%1 subgraphs  ▾").arg(exactCountText(graphs)));
}

void PathBar::openChooser()
{
    auto *list = new SubgraphList(name_, model_, path_.subgraph(), this);
    list->setAttribute(Qt::WA_DeleteOnClose);
    connect(list, &SubgraphList::pathWanted, this, &PathBar::pathWanted);
    list->adjustSize();
    list->move(mapToGlobal(QPoint(width() - list->width() - 8, height())));
    list->show();
}

} // namespace tinsmith
