// SPDX-License-Identifier: Apache-2.0
#include "views/proposals/recipe_view.h"

#include "views/theme/elided_label.h"
#include "views/theme/theme.h"

#include <QApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QListView>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QPushButton>
#include <QResizeEvent>
#include <QStyledItemDelegate>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace tinsmith {
namespace {

constexpr int boxSide = 14;
constexpr int margin = 6;
constexpr int gap = 7;

/// Where the parts of a row are, in a row of this width.
struct RowLayout {
    QRect box;
    QRect title;
    QRect accuracy;
    std::vector<QRect> lines;
    QRect note;
    int height = 0;
};

int numberWidth()
{
    return QFontMetrics(uiFont()).horizontalAdvance(QStringLiteral("00")) + gap;
}

/// The lines below the title: figures, which are never cut, and parameters.
QStringList linesBelow(const RecipeRow &row)
{
    QStringList lines;
    for (const QString &line : {row.enabled ? row.ram : RecipeModel::tr("left out"), row.details}) {
        if (!line.isEmpty()) {
            lines << line;
        }
    }
    return lines;
}

RowLayout layoutOf(const RecipeRow &row, const QRect &place)
{
    const QFontMetrics plain(uiFont());
    const QFontMetrics small(uiFont(-1));
    RowLayout layout;
    int y = place.top() + margin;
    layout.box = QRect(place.left() + margin, y + (plain.height() - boxSide) / 2, boxSide, boxSide);
    const int left = layout.box.right() + gap;
    const int right = place.right() - margin;
    const int number = row.accuracy.isEmpty() ? 0 : plain.horizontalAdvance(row.accuracy) + gap;
    layout.accuracy = QRect(right - number + 1, y, number, plain.height());
    layout.title = QRect(left, y, std::max(0, right - number - left), plain.height());
    y += plain.height() + 1;
    const int text = left + numberWidth();
    for (qsizetype line = 0; line < linesBelow(row).size(); ++line) {
        layout.lines.push_back(QRect(text, y, std::max(0, right - text), small.height()));
        y += small.height() + 1;
    }
    if (!row.note.isEmpty()) {
        const QRect room(text, y, std::max(1, right - text), 400);
        const int height = small.boundingRect(room, Qt::TextWordWrap, breakable(row.note)).height();
        // The tool tip has the whole of a long one.
        layout.note = QRect(text, y, room.width(), std::min(height, 4 * small.lineSpacing()));
        y += layout.note.height() + 1;
    }
    layout.height = y + margin - 1 - place.top();
    return layout;
}

class RecipeDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const auto *view = qobject_cast<const QListView *>(option.widget);
        // The same with and without a scroll bar: rows whose height decides whether there is one must not depend on it.
        constexpr int scrollBar = 12;
        const int width = view != nullptr ? view->width() - scrollBar : option.rect.width();
        return {width, layoutOf(rowOf(index), QRect(0, 0, width, 0)).height};
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const RecipeRow &row = rowOf(index);
        const Theme &t = theme();
        const RowLayout layout = layoutOf(row, option.rect);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        if ((option.state & QStyle::State_Selected) != 0) {
            const bool active = (option.state & QStyle::State_HasFocus) != 0;
            painter->setPen(active ? QPen(t.accent, 1) : QPen(Qt::NoPen));
            painter->setBrush(t.field);
            painter->drawRoundedRect(QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
        }
        QStyleOptionViewItem box;
        box.initFrom(option.widget);
        box.widget = option.widget;
        box.rect = layout.box;
        box.state = QStyle::State_Enabled | (row.enabled ? QStyle::State_On : QStyle::State_Off);
        QApplication::style()->drawPrimitive(QStyle::PE_IndicatorItemViewItemCheck, &box, painter, option.widget);

        const QFont plain = uiFont();
        const QFontMetrics metrics(plain);
        painter->setFont(plain);
        painter->setPen(row.enabled ? t.mutedText : t.faintText);
        painter->drawText(layout.title, Qt::AlignLeft | Qt::AlignVCenter, QString::number(row.number));
        painter->setPen(row.enabled ? t.text : t.mutedText);
        const QRect title = layout.title.adjusted(numberWidth(), 0, 0, 0);
        painter->drawText(
            title, Qt::AlignLeft | Qt::AlignVCenter, metrics.elidedText(row.title, Qt::ElideMiddle, title.width() + 1));
        painter->setPen(t.good);
        painter->drawText(layout.accuracy, Qt::AlignRight | Qt::AlignVCenter, row.accuracy);
        const QFont small = uiFont(-1);
        painter->setFont(small);
        painter->setPen(t.mutedText);
        const QStringList lines = linesBelow(row);
        for (std::size_t line = 0; line < layout.lines.size(); ++line) {
            painter->drawText(layout.lines[line], Qt::AlignLeft | Qt::AlignVCenter,
                QFontMetrics(small).elidedText(
                    lines[static_cast<qsizetype>(line)], Qt::ElideMiddle, layout.lines[line].width() + 1));
        }
        painter->setPen(row.failed ? t.bad : t.warning);
        painter->drawText(layout.note, Qt::TextWordWrap, breakable(row.note));
        painter->restore();
    }

    bool editorEvent(
        QEvent *event, QAbstractItemModel *model, const QStyleOptionViewItem &option, const QModelIndex &index) override
    {
        const auto toggle = [&] {
            const bool on = index.data(Qt::CheckStateRole).toInt() == Qt::Checked;
            return model->setData(index, on ? Qt::Unchecked : Qt::Checked, Qt::CheckStateRole);
        };
        if (event->type() == QEvent::MouseButtonRelease || event->type() == QEvent::MouseButtonDblClick
            || event->type() == QEvent::MouseButtonPress) {
            const QRect box = layoutOf(rowOf(index), option.rect).box.adjusted(-margin, -margin, gap / 2, margin);
            if (box.contains(static_cast<QMouseEvent *>(event)->pos())) {
                return event->type() == QEvent::MouseButtonRelease ? toggle() : true;
            }
        }
        if (event->type() == QEvent::KeyPress && static_cast<QKeyEvent *>(event)->key() == Qt::Key_Space) {
            return toggle();
        }
        return false;
    }

private:
    static const RecipeRow &rowOf(const QModelIndex &index)
    {
        return static_cast<const RecipeModel *>(index.model())->row(index.row());
    }
};

} // namespace

RecipeView::RecipeView(QWidget *parent)
    : QWidget(parent), model_(new RecipeModel(this)), list_(new QListView),
      up_(addButton("chevron-up", tr("Move the step up (Ctrl+Up)"))),
      down_(addButton("chevron-down", tr("Move the step down (Ctrl+Down)"))),
      edit_(addButton("edit", tr("Edit the step's parameters (Enter)"))),
      remove_(addButton("trash", tr("Remove the step (Delete)"))), calibrate_(new QPushButton(tr("Calibrate again")))
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    list_->setModel(model_);
    list_->setItemDelegate(new RecipeDelegate(list_));
    list_->setFrameShape(QFrame::NoFrame);
    list_->setAccessibleName(tr("Applied steps"));
    list_->setEditTriggers(QAbstractItemView::NoEditTriggers);
    list_->setSelectionMode(QAbstractItemView::SingleSelection);
    list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    list_->setResizeMode(QListView::Adjust);
    list_->setDragDropMode(QAbstractItemView::InternalMove);
    list_->setDefaultDropAction(Qt::MoveAction);
    list_->setDropIndicatorShown(true);
    list_->setContextMenuPolicy(Qt::CustomContextMenu);
    list_->installEventFilter(this);
    layout->addWidget(list_, 1);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(2);
    for (QToolButton *button : {up_, down_, edit_, remove_}) {
        buttons->addWidget(button);
    }
    buttons->addStretch();
    calibrate_->setToolTip(tr("Measure the ranges of stale steps on the data set that is open"));
    calibrate_->setProperty("primary", true);
    calibrate_->hide();
    buttons->addWidget(calibrate_);
    layout->addLayout(buttons);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);

    connect(calibrate_, &QPushButton::clicked, this, &RecipeView::calibrateWanted);
    connect(model_, &RecipeModel::toggleWanted, this, &RecipeView::toggleWanted);
    connect(model_, &RecipeModel::moveWanted, this, [this](int from, int to) {
        wantedRow_ = to;
        emit moveWanted(from, to);
    });
    connect(up_, &QToolButton::clicked, this, [this] { move(-1); });
    connect(down_, &QToolButton::clicked, this, [this] { move(1); });
    const auto forCurrent = [this](auto signal) {
        return [this, signal] {
            if (list_->currentIndex().isValid()) {
                emit(this->*signal)(list_->currentIndex().row());
            }
        };
    };
    connect(edit_, &QToolButton::clicked, this, forCurrent(&RecipeView::editWanted));
    connect(remove_, &QToolButton::clicked, this, forCurrent(&RecipeView::removeWanted));
    connect(list_, &QListView::doubleClicked, this, forCurrent(&RecipeView::editWanted));
    connect(list_, &QListView::customContextMenuRequested, this, &RecipeView::showMenu);
    connect(list_->selectionModel(), &QItemSelectionModel::currentChanged, this, &RecipeView::updateButtons);
    updateButtons();
}

QToolButton *RecipeView::addButton(const char *icon, const QString &tip)
{
    constexpr int side = 15;
    auto *button = new QToolButton;
    button->setIcon(themedIcon(QString::fromLatin1(icon)));
    button->setIconSize(QSize(side, side));
    button->setToolTip(tip);
    button->setAccessibleName(tip);
    return button;
}

void RecipeView::setState(std::shared_ptr<const SessionState> state)
{
    const int current = wantedRow_ >= 0 ? wantedRow_ : list_->currentIndex().row();
    wantedRow_ = -1;
    model_->setState(std::move(state));
    if (current >= 0 && model_->rowCount() > 0) {
        list_->setCurrentIndex(model_->index(std::min(current, model_->rowCount() - 1)));
    }
    list_->doItemsLayout();
    fitHeight();
    updateButtons();
}

void RecipeView::setFigures(std::vector<StepFigures> figures)
{
    model_->setFigures(std::move(figures));
    list_->doItemsLayout();
    fitHeight();
}

void RecipeView::setCalibrations(std::vector<CalibrationNote> calibrations)
{
    calibrate_->setVisible(
        std::any_of(calibrations.begin(), calibrations.end(), [](const CalibrationNote &note) { return note.stale; }));
    model_->setCalibrations(std::move(calibrations));
    list_->doItemsLayout();
    fitHeight();
}

void RecipeView::fitHeight()
{
    int height = 4;
    for (int row = 0; row < model_->rowCount(); ++row) {
        height += list_->sizeHintForIndex(model_->index(row)).height();
    }
    // A few steps show whole; of more the list scrolls, so that the proposals keep the larger part.
    constexpr int least = 44;
    constexpr int few = 160;
    list_->setMinimumHeight(std::min(height, few));
    list_->setMaximumHeight(std::max(height, least));
}

void RecipeView::updateButtons()
{
    const int row = list_->currentIndex().row();
    up_->setEnabled(row > 0);
    down_->setEnabled(row >= 0 && row + 1 < model_->rowCount());
    edit_->setEnabled(row >= 0);
    remove_->setEnabled(row >= 0);
}

void RecipeView::move(int step)
{
    const int from = list_->currentIndex().row();
    const int to = from + step;
    if (from >= 0 && to >= 0 && to < model_->rowCount()) {
        wantedRow_ = to;
        emit moveWanted(from, to);
    }
}

void RecipeView::showMenu(const QPoint &position)
{
    const QModelIndex index = list_->indexAt(position);
    if (!index.isValid()) {
        return;
    }
    list_->setCurrentIndex(index);
    const int row = index.row();
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Edit parameters…"), this, [this, row] { emit editWanted(row); });
    const bool enabled = model_->row(row).enabled;
    menu->addAction(enabled ? tr("Leave out") : tr("Apply again"), this,
        [this, row, enabled] { emit toggleWanted(row, !enabled); });
    menu->addSeparator();
    menu->addAction(tr("Move up"), this, [this] { move(-1); })->setEnabled(row > 0);
    menu->addAction(tr("Move down"), this, [this] { move(1); })->setEnabled(row + 1 < model_->rowCount());
    menu->addSeparator();
    menu->addAction(tr("Remove"), this, [this, row] { emit removeWanted(row); });
    menu->popup(list_->viewport()->mapToGlobal(position));
}

bool RecipeView::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == list_ && event->type() == QEvent::Resize) {
        const auto *resized = static_cast<QResizeEvent *>(event);
        if (resized->size().width() != resized->oldSize().width()) {
            fitHeight();
        }
        return false;
    }
    if (watched != list_ || event->type() != QEvent::KeyPress || !list_->currentIndex().isValid()) {
        return QWidget::eventFilter(watched, event);
    }
    const auto *key = static_cast<QKeyEvent *>(event);
    const int row = list_->currentIndex().row();
    const bool control = key->modifiers() == Qt::ControlModifier;
    if (control && (key->key() == Qt::Key_Up || key->key() == Qt::Key_Down)) {
        move(key->key() == Qt::Key_Up ? -1 : 1);
        return true;
    }
    if (key->modifiers() != Qt::NoModifier && key->modifiers() != Qt::KeypadModifier) {
        return QWidget::eventFilter(watched, event);
    }
    switch (key->key()) {
    case Qt::Key_Delete:
        emit removeWanted(row);
        return true;
    case Qt::Key_F2:
    case Qt::Key_Return:
    case Qt::Key_Enter:
        emit editWanted(row);
        return true;
    default:
        return QWidget::eventFilter(watched, event);
    }
}

} // namespace tinsmith
