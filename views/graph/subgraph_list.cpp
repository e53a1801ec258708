// SPDX-License-Identifier: Apache-2.0
#include "views/graph/subgraph_list.h"

#include "views/theme/number_text.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace tinsmith {
namespace {

/// What leads there, outermost first, and the graph's own name.
QString describe(const Graph &model, const ModelPath &path)
{
    QStringList parts;
    for (const ModelPath::Step &step : path.steps) {
        if (!step.op.empty()) {
            parts << QStringLiteral("%1 “%2” %3")
                         .arg(QString::fromStdString(step.type), QString::fromStdString(step.op),
                             QString::fromStdString(step.part));
        }
    }
    return parts.isEmpty() ? QString::fromStdString(titleOf(model, path.subgraph()))
                           : parts.join(QStringLiteral(" › "));
}

} // namespace

SubgraphList::SubgraphList(const QString &modelName, const Graph &model, std::int32_t current, QWidget *parent)
    : QFrame(parent, Qt::Popup), paths_(pathsOf(model)), search_(new QLineEdit), list_(new QListWidget)
{
    paths_.insert(paths_.begin(), ModelPath());
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 8, 8, 8);
    search_->setPlaceholderText(tr("Search graphs"));
    search_->setAccessibleName(tr("Search graphs"));
    search_->installEventFilter(this);
    list_->setAccessibleName(tr("Graphs of the model"));
    list_->setUniformItemSizes(true);
    list_->setTextElideMode(Qt::ElideMiddle);
    list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    layout->addWidget(search_);
    layout->addWidget(list_);
    for (const ModelPath &path : paths_) {
        const QString name = path.steps.empty() ? modelName : describe(model, path);
        auto *item = new QListWidgetItem(name + QStringLiteral("  ·  ")
            + operatorsText(static_cast<std::int64_t>(graphAt(model, path.subgraph()).operators().size())));
        item->setToolTip(path.steps.empty() ? name : QString::fromStdString(titleOf(model, path.subgraph())));
        item->setSizeHint(QSize(0, fontMetrics().height() + 10));
        list_->addItem(item);
    }
    list_->setCurrentRow(std::clamp(current + 1, 0, list_->count() - 1));
    constexpr int widest = 460;
    constexpr int mostRows = 12;
    const int row = list_->sizeHintForRow(0);
    list_->setFixedHeight(std::min(list_->count(), mostRows) * row + 8);
    setFixedWidth(widest);
    connect(search_, &QLineEdit::textChanged, this, &SubgraphList::filter);
    connect(list_, &QListWidget::itemClicked, this, &SubgraphList::choose);
    connect(list_, &QListWidget::itemActivated, this, &SubgraphList::choose);
    search_->setFocus();
}

void SubgraphList::filter(const QString &text)
{
    const QStringList words = text.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    int first = -1;
    for (int row = 0; row < list_->count(); ++row) {
        QListWidgetItem *item = list_->item(row);
        const bool fits = std::all_of(words.begin(), words.end(), [item](const QString &word) {
            return item->text().contains(word, Qt::CaseInsensitive)
                || item->toolTip().contains(word, Qt::CaseInsensitive);
        });
        item->setHidden(!fits);
        first = fits && first < 0 ? row : first;
    }
    list_->setCurrentRow(first);
}

void SubgraphList::choose()
{
    const int row = list_->currentRow();
    if (row < 0 || list_->item(row)->isHidden()) {
        return;
    }
    const ModelPath path = paths_[static_cast<std::size_t>(row)];
    emit pathWanted(path);
    close();
}

bool SubgraphList::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        if (key == Qt::Key_Down || key == Qt::Key_Up) {
            const int step = key == Qt::Key_Down ? 1 : -1;
            for (int row = list_->currentRow() + step; row >= 0 && row < list_->count(); row += step) {
                if (!list_->item(row)->isHidden()) {
                    list_->setCurrentRow(row);
                    break;
                }
            }
            return true;
        }
        if (key == Qt::Key_Return || key == Qt::Key_Enter) {
            choose();
            return true;
        }
    }
    return QFrame::eventFilter(watched, event);
}

} // namespace tinsmith
