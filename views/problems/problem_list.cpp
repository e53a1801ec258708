// SPDX-License-Identifier: Apache-2.0
#include "views/problems/problem_list.h"

#include "views/problems/problem_filter.h"
#include "views/problems/problem_model.h"
#include "views/theme/theme.h"

#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPainter>
#include <QPushButton>
#include <QShortcut>
#include <QStackedWidget>
#include <QStyledItemDelegate>
#include <QToolButton>
#include <QToolTip>
#include <QTreeView>
#include <QVBoxLayout>

#include <algorithm>
#include <tuple>

namespace tinsmith {
namespace {

/// Draws the severity's icon itself: with padding from a style sheet, Qt draws it twice.
class ProblemDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        QStyleOptionViewItem text = option;
        const QIcon icon = index.data(Qt::DecorationRole).value<QIcon>();
        if (!icon.isNull()) {
            const bool selected = (option.state & QStyle::State_Selected) != 0;
            if (selected) {
                painter->fillRect(option.rect, option.palette.highlight());
            }
            const QRect box(option.rect.left() + gap, option.rect.center().y() - side / 2 + 1, side, side);
            icon.paint(painter, box, Qt::AlignCenter, selected ? QIcon::Selected : QIcon::Normal);
            text.rect.setLeft(box.right() + 1);
        }
        QStyledItemDelegate::paint(painter, text, index);
    }

    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        QSize size = QStyledItemDelegate::sizeHint(option, index);
        return index.column() == ProblemModel::Where ? size + QSize(side + gap, 0) : size;
    }

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        // A group says how many of its problems are shown.
        const QAbstractItemModel *rows = index.model();
        if (index.column() == ProblemModel::Where && rows->hasChildren(index)) {
            const auto *filter = qobject_cast<const ProblemFilter *>(rows);
            const int all = filter->sourceModel()->rowCount(filter->mapToSource(index));
            if (const int shown = rows->rowCount(index); shown < all) {
                option->text.replace(
                    QStringLiteral("(%1)").arg(all), ProblemList::tr("(%1 of %2)").arg(shown).arg(all));
            }
        }
        option->features &= ~QStyleOptionViewItem::HasDecoration;
        option->icon = {};
        // Names differ at their ends, sentences say what matters first.
        option->textElideMode = index.column() == ProblemModel::Cause ? Qt::ElideRight : Qt::ElideMiddle;
    }

private:
    static constexpr int side = 16;
    static constexpr int gap = 4;
};

} // namespace

ProblemList::ProblemList(QWidget *parent)
    : QWidget(parent), model_(new ProblemModel(this)), filter_(new ProblemFilter(this)), search_(new QLineEdit),
      errors_(new QToolButton), warnings_(new QToolButton), order_(new QComboBox),
      bind_(new QPushButton(tr("Bind dimensions…"))), copyButton_(new QPushButton(tr("Copy"))),
      pages_(new QStackedWidget), view_(new QTreeView), empty_(new QLabel), emptyHint_(new QLabel)
{
    filter_->setSourceModel(model_);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(10, 6, 10, 6);
    layout->addWidget(makeBar());
    makeView();
    pages_->addWidget(view_);
    makeEmptyPage();
    layout->addWidget(pages_, 1);
    refresh();
}

QWidget *ProblemList::makeBar()
{
    auto *bar = new QWidget;
    auto *row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 0, 0);
    search_->setPlaceholderText(tr("Filter problems"));
    search_->setAccessibleName(tr("Filter problems"));
    search_->setClearButtonEnabled(true);
    search_->setMaximumWidth(260);
    row->addWidget(search_, 1);
    for (const auto &[button, icon, tip] :
        {std::tuple(errors_, QStringLiteral("problem-error"), tr("Show what keeps the model from the microcontroller")),
            std::tuple(warnings_, QStringLiteral("problem-warning"), tr("Show what was lost while opening"))}) {
        button->setIcon(themedIcon(icon));
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        button->setCheckable(true);
        button->setChecked(true);
        button->setToolTip(tip);
        button->setFocusPolicy(Qt::TabFocus);
        row->addWidget(button);
        connect(button, &QToolButton::toggled, this, [this] {
            filter_->setSeverities(errors_->isChecked(), warnings_->isChecked());
            refresh();
        });
    }
    order_->addItems({tr("In the model's order"), tr("By place"), tr("By operator"), tr("By reason")});
    order_->setAccessibleName(tr("Order of the problems"));
    order_->setToolTip(tr("Order of the problems within their groups"));
    connect(order_, &QComboBox::currentIndexChanged, this,
        [this](int index) { filter_->sort(index - 1, Qt::AscendingOrder); });
    row->addWidget(order_);
    row->addStretch(1);
    bind_->setToolTip(tr("Give the open dimensions of the model their sizes"));
    bind_->setProperty("primary", true);
    connect(bind_, &QPushButton::clicked, this, &ProblemList::bindWanted);
    row->addWidget(bind_);
    copyButton_->setToolTip(tr("Copy what is selected, or the whole list (Ctrl+C)"));
    row->addWidget(copyButton_);
    connect(search_, &QLineEdit::textChanged, this, [this](const QString &text) {
        filter_->setWords(text);
        refresh();
    });
    connect(search_, &QLineEdit::returnPressed, this, [this] {
        view_->setFocus();
        leadFurther(1);
    });
    connect(copyButton_, &QPushButton::clicked, this, &ProblemList::copy);
    return bar;
}

void ProblemList::makeView()
{
    view_->setModel(filter_);
    view_->setAccessibleName(tr("Problems"));
    view_->setFrameShape(QFrame::NoFrame);
    view_->setRootIsDecorated(false);
    view_->setItemsExpandable(false);
    view_->setUniformRowHeights(true);
    view_->setIndentation(10);
    view_->setSelectionMode(QAbstractItemView::ExtendedSelection);
    view_->setAllColumnsShowFocus(true);
    view_->setItemDelegate(new ProblemDelegate(view_));
    view_->header()->setStretchLastSection(true);
    // Names, types and sentences tell themselves apart; rows are worth more than a heading.
    view_->header()->hide();
    view_->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(view_, &QTreeView::customContextMenuRequested, this, &ProblemList::showMenu);
    connect(view_, &QTreeView::clicked, this, &ProblemList::lead);
    connect(view_, &QTreeView::activated, this, &ProblemList::lead);
    auto *shortcut = new QShortcut(QKeySequence::Copy, view_);
    shortcut->setContext(Qt::WidgetShortcut);
    connect(shortcut, &QShortcut::activated, this, &ProblemList::copy);
}

void ProblemList::makeEmptyPage()
{
    auto *nothing = new QWidget;
    auto *middle = new QVBoxLayout(nothing);
    empty_->setAlignment(Qt::AlignCenter);
    empty_->setFont(uiFont(1, true));
    emptyHint_->setAlignment(Qt::AlignCenter);
    emptyHint_->setWordWrap(true);
    emptyHint_->setForegroundRole(QPalette::PlaceholderText);
    middle->addStretch();
    middle->addWidget(empty_);
    middle->addWidget(emptyHint_);
    middle->addStretch();
    pages_->addWidget(nothing);
}

void ProblemList::setAnalysis(std::shared_ptr<const Analysis> analysis)
{
    bool remedy = false;
    for (std::size_t at = 0; analysis != nullptr && at < analysis->problems.size(); ++at) {
        remedy = remedy || analysis->problems[at].remedy == Problem::Remedy::BindDimensions;
    }
    bind_->setVisible(remedy);
    model_->setAnalysis(std::move(analysis));
    refresh();
    if (model_->count() > 0) {
        constexpr int widestWhere = 380;
        constexpr int widestType = 180;
        view_->resizeColumnToContents(ProblemModel::Where);
        view_->resizeColumnToContents(ProblemModel::Type);
        view_->setColumnWidth(ProblemModel::Where, std::min(view_->columnWidth(ProblemModel::Where) + 16, widestWhere));
        view_->setColumnWidth(ProblemModel::Type, std::min(view_->columnWidth(ProblemModel::Type) + 12, widestType));
    }
}

int ProblemList::count() const
{
    return model_->count();
}

void ProblemList::setFilter(const QString &text)
{
    search_->setText(text);
}

QString ProblemList::emptyText() const
{
    return pages_->currentIndex() == 0 ? QString() : empty_->text();
}

int ProblemList::blockingCount() const
{
    return model_->blockingCount();
}

QString ProblemList::summary() const
{
    const int errors = blockingCount();
    const int warnings = count() - errors;
    const QString first = errors == 1 ? tr("1 error") : tr("%1 errors").arg(errors);
    const QString second = warnings == 1 ? tr("1 warning") : tr("%1 warnings").arg(warnings);
    return count() == 0 ? tr("Nothing to report")
        : warnings == 0 ? first
        : errors == 0   ? second
                        : first + QStringLiteral(", ") + second;
}

void ProblemList::setOrder(Order order)
{
    order_->setCurrentIndex(static_cast<int>(order));
}

void ProblemList::refresh()
{
    const bool none = model_->count() == 0;
    const bool hidden = !none && filter_->rowCount() == 0;
    pages_->setCurrentIndex(none || hidden ? 1 : 0);
    search_->setEnabled(!none);
    copyButton_->setEnabled(!none && !hidden);
    order_->setEnabled(!none && !hidden);
    const int errors = blockingCount();
    const int warnings = count() - errors;
    errors_->setText(QString::number(errors));
    errors_->setAccessibleName(tr("Show errors, %1 of them").arg(errors));
    warnings_->setText(QString::number(warnings));
    warnings_->setAccessibleName(tr("Show warnings, %1 of them").arg(warnings));
    // Nothing to choose from where there is one kind only.
    errors_->setVisible(errors > 0 && warnings > 0);
    warnings_->setVisible(errors > 0 && warnings > 0);
    const bool bySeverity = hidden && search_->text().isEmpty();
    empty_->setText(bySeverity ? tr("All problems are hidden")
            : hidden           ? tr("No problem matches “%1”").arg(search_->text())
                               : tr("Nothing to report"));
    emptyHint_->setText(hidden ? tr("%1 in all").arg(summary())
                               : tr("Everything in the model was imported, runs here and can be exported."));
    view_->expandAll();
}

void ProblemList::follow(const std::string &place, int subgraph)
{
    const Problem *present = model_->problemAt(filter_->mapToSource(view_->currentIndex()));
    if (present != nullptr && present->place == place && present->subgraph == subgraph) {
        return;
    }
    const QModelIndex found = filter_->mapFromSource(model_->indexOf(place, subgraph));
    if (!found.isValid()) {
        view_->clearSelection();
        return;
    }
    view_->setCurrentIndex(found);
    view_->scrollTo(found);
}

void ProblemList::leadFurther(int step)
{
    QModelIndexList all;
    for (int group = 0; group < filter_->rowCount(); ++group) {
        const QModelIndex parent = filter_->index(group, 0);
        for (int row = 0; row < filter_->rowCount(parent); ++row) {
            all << filter_->index(row, 0, parent);
        }
    }
    if (all.isEmpty()) {
        return;
    }
    const QModelIndex present = view_->currentIndex().siblingAtColumn(0);
    qsizetype at = all.indexOf(present);
    at = at < 0 ? (step > 0 ? 0 : all.size() - 1) : (at + step + all.size()) % all.size();
    view_->setCurrentIndex(all[at]);
    view_->scrollTo(all[at]);
    lead(all[at]);
}

void ProblemList::showMenu(const QPoint &position)
{
    const QModelIndex index = view_->indexAt(position);
    const Problem *problem = model_->problemAt(filter_->mapToSource(index));
    QMenu menu(this);
    QAction *show = menu.addAction(tr("Show in the graph"));
    show->setEnabled(problem != nullptr && !problem->place.empty());
    QAction *bind = problem != nullptr && problem->remedy == Problem::Remedy::BindDimensions
        ? menu.addAction(tr("Bind dimensions…"))
        : nullptr;
    menu.addSeparator();
    const QAction *copyAction = menu.addAction(tr("Copy"));
    const QAction *chosen = menu.exec(view_->viewport()->mapToGlobal(position));
    if (chosen == nullptr) {
        return;
    }
    if (chosen == show) {
        lead(index);
    } else if (chosen == bind) {
        emit bindWanted();
    } else if (chosen == copyAction) {
        copy();
    }
}

void ProblemList::lead(const QModelIndex &index)
{
    const Problem *problem = model_->problemAt(filter_->mapToSource(index));
    if (problem != nullptr) {
        emit placeWanted(QString::fromStdString(problem->place), problem->subgraph);
    }
}

void ProblemList::copy()
{
    QStringList lines;
    const bool some = view_->selectionModel()->hasSelection();
    for (int group = 0; group < filter_->rowCount(); ++group) {
        const QModelIndex parent = filter_->index(group, 0);
        const bool whole = !some || view_->selectionModel()->isSelected(parent);
        for (int row = 0; row < filter_->rowCount(parent); ++row) {
            const QModelIndex index = filter_->index(row, 0, parent);
            if (whole || view_->selectionModel()->isSelected(index)) {
                lines << model_->lineOf(filter_->mapToSource(index));
            }
        }
    }
    QGuiApplication::clipboard()->setText(lines.join(QLatin1Char('\n')) + QLatin1Char('\n'));
    if (isVisible()) {
        QToolTip::showText(copyButton_->mapToGlobal(QPoint(0, -2 * copyButton_->height())),
            lines.size() == 1 ? tr("Copied one problem") : tr("Copied %1 problems").arg(lines.size()), this);
    }
}

} // namespace tinsmith
