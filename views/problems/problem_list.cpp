// SPDX-License-Identifier: Apache-2.0
#include "views/problems/problem_list.h"

#include "views/problems/problem_filter.h"
#include "views/problems/problem_model.h"
#include "views/theme/theme.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QPushButton>
#include <QShortcut>
#include <QStackedWidget>
#include <QStyledItemDelegate>
#include <QTreeView>
#include <QVBoxLayout>

#include <algorithm>

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
        option->features &= ~QStyleOptionViewItem::HasDecoration;
        option->icon = {};
    }

private:
    static constexpr int side = 16;
    static constexpr int gap = 4;
};

} // namespace

ProblemList::ProblemList(QWidget *parent)
    : QWidget(parent), model_(new ProblemModel(this)), filter_(new ProblemFilter(this)), search_(new QLineEdit),
      copyButton_(new QPushButton(tr("Copy"))), pages_(new QStackedWidget), view_(new QTreeView), empty_(new QLabel),
      emptyHint_(new QLabel)
{
    filter_->setSourceModel(model_);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(10, 6, 10, 6);
    auto *bar = new QHBoxLayout;
    search_->setPlaceholderText(tr("Filter problems"));
    search_->setAccessibleName(tr("Filter problems"));
    search_->setClearButtonEnabled(true);
    search_->setMaximumWidth(260);
    copyButton_->setToolTip(tr("Copy what is selected, or the whole list (Ctrl+C)"));
    bar->addWidget(search_);
    bar->addStretch();
    bar->addWidget(copyButton_);
    layout->addLayout(bar);

    view_->setModel(filter_);
    view_->setAccessibleName(tr("Problems"));
    view_->setFrameShape(QFrame::NoFrame);
    view_->setRootIsDecorated(false);
    view_->setItemsExpandable(false);
    view_->setUniformRowHeights(true);
    view_->setIndentation(10);
    view_->setTextElideMode(Qt::ElideMiddle);
    view_->setSelectionMode(QAbstractItemView::ExtendedSelection);
    view_->setAllColumnsShowFocus(true);
    view_->setItemDelegate(new ProblemDelegate(view_));
    view_->header()->setStretchLastSection(true);
    // Names, types and sentences tell themselves apart; rows are worth more than a heading.
    view_->header()->hide();
    pages_->addWidget(view_);

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
    layout->addWidget(pages_, 1);

    connect(search_, &QLineEdit::textChanged, this, [this](const QString &text) {
        filter_->setWords(text);
        refresh();
    });
    connect(search_, &QLineEdit::returnPressed, this, [this] {
        view_->setFocus();
        view_->setCurrentIndex(filter_->index(0, 0, filter_->index(0, 0)));
    });
    connect(view_, &QTreeView::clicked, this, &ProblemList::lead);
    connect(view_, &QTreeView::activated, this, &ProblemList::lead);
    connect(copyButton_, &QPushButton::clicked, this, &ProblemList::copy);
    auto *shortcut = new QShortcut(QKeySequence::Copy, view_);
    shortcut->setContext(Qt::WidgetShortcut);
    connect(shortcut, &QShortcut::activated, this, &ProblemList::copy);
    refresh();
}

void ProblemList::setAnalysis(std::shared_ptr<const Analysis> analysis)
{
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

void ProblemList::refresh()
{
    const bool none = model_->count() == 0;
    const bool hidden = !none && filter_->rowCount() == 0;
    pages_->setCurrentIndex(none || hidden ? 1 : 0);
    search_->setEnabled(!none);
    copyButton_->setEnabled(!none && !hidden);
    empty_->setText(hidden ? tr("No problem matches “%1”").arg(search_->text()) : tr("Nothing to report"));
    emptyHint_->setText(hidden ? tr("%1 in all").arg(model_->count())
                               : tr("Everything in the model was imported, runs here and can be exported."));
    view_->expandAll();
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
}

} // namespace tinsmith
