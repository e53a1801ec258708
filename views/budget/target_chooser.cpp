// SPDX-License-Identifier: Apache-2.0
#include "views/budget/target_chooser.h"

#include "views/budget/target_model.h"
#include "views/theme/theme.h"

#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QScreen>
#include <QScrollBar>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace tinsmith {
namespace {

constexpr int sideMargin = 12;

/// As many items of "A · B · C", first to last, as fit whole: no number is cut.
QString wholeItems(const QString &text, const QFontMetricsF &metrics, double room)
{
    const QString dot = QStringLiteral(" · ");
    QStringList items = text.split(dot);
    while (items.size() > 1 && metrics.horizontalAdvance(items.join(dot)) > room) {
        items.removeLast();
    }
    return metrics.elidedText(items.join(dot), Qt::ElideRight, room + 1);
}

} // namespace

TargetChooser::TargetChooser(const std::vector<Target> &targets, QWidget *parent)
    : QAbstractButton(parent), model_(new TargetModel(targets, this)), filter_(new TargetFilter(this))
{
    filter_->setSourceModel(model_);
    filter_->sort(TargetModel::Vendor);
    setCursor(Qt::PointingHandCursor);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    connect(this, &QAbstractButton::clicked, this, &TargetChooser::openList);
}

void TargetChooser::setTarget(const Target &target)
{
    target_ = target;
    setAccessibleName(tr("Target: %1, %2").arg(QString::fromStdString(target.name), summaryOf(target)));
    setToolTip(tr("%1: %2\nFigures from %3")
                   .arg(QString::fromStdString(target.name), summaryOf(target), QString::fromStdString(target.source)));
    updateGeometry();
    update();
}

QSize TargetChooser::sizeHint() const
{
    const QFontMetricsF strong(uiFont(0, true));
    const QFontMetricsF small(uiFont(-1));
    const double width = std::max(strong.horizontalAdvance(QString::fromStdString(target_.name)) + 2 * sideMargin,
        small.horizontalAdvance(summaryOf(target_)));
    return {static_cast<int>(width) + 2 * sideMargin, static_cast<int>(strong.height() + small.height()) + 18};
}

QSize TargetChooser::minimumSizeHint() const
{
    constexpr double longestName = 150;
    const double name
        = QFontMetricsF(uiFont(0, true)).horizontalAdvance(QString::fromStdString(target_.name)) + 2 * sideMargin;
    return {static_cast<int>(std::min(name, longestName)) + 2 * sideMargin, sizeHint().height()};
}

void TargetChooser::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(hasFocus() ? theme().accent : theme().line, 1));
    painter.setBrush(underMouse() ? theme().cardHover : theme().field);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5);
    const QFont strong = uiFont(0, true);
    const QFont small = uiFont(-1);
    const QFontMetricsF strongMetrics(strong);
    const QRectF inside = QRectF(rect()).adjusted(sideMargin, 8, -sideMargin, -8);
    painter.setFont(strong);
    painter.setPen(theme().text);
    const QString arrow = QStringLiteral("  ▾");
    painter.drawText(inside, Qt::AlignLeft | Qt::AlignTop,
        strongMetrics.elidedText(QString::fromStdString(target_.name), Qt::ElideMiddle,
            inside.width() - strongMetrics.horizontalAdvance(arrow) + 1)
            + arrow);
    painter.setFont(small);
    painter.setPen(theme().mutedText);
    painter.drawText(
        inside, Qt::AlignLeft | Qt::AlignBottom, wholeItems(summaryOf(target_), QFontMetricsF(small), inside.width()));
}

void TargetChooser::makeList()
{
    popup_ = new QWidget(this, Qt::Popup);
    auto *layout = new QVBoxLayout(popup_);
    search_ = new QLineEdit;
    search_->setPlaceholderText(tr("Search by part, core, vendor, \"dsp\", \"256 KB\"…"));
    search_->setAccessibleName(tr("Search targets"));
    search_->setClearButtonEnabled(true);
    search_->installEventFilter(this);
    table_ = new QTableView;
    table_->setModel(filter_);
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->setSelectionMode(QAbstractItemView::SingleSelection);
    table_->setSortingEnabled(true);
    table_->sortByColumn(TargetModel::Vendor, Qt::AscendingOrder);
    table_->setShowGrid(false);
    table_->verticalHeader()->hide();
    table_->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 10);
    table_->horizontalHeader()->setHighlightSections(false);
    table_->setAccessibleName(tr("Targets"));
    table_->installEventFilter(this);
    auto *hint = new QLabel(tr("Enter chooses · Ctrl+D marks a favourite"));
    hint->setForegroundRole(QPalette::PlaceholderText);
    layout->addWidget(search_);
    layout->addWidget(table_);
    layout->addWidget(hint);
    connect(search_, &QLineEdit::textChanged, this, [this](const QString &text) {
        filter_->setWords(text);
        if (filter_->rowCount() > 0) {
            table_->selectRow(0);
        }
    });
    connect(table_, &QTableView::activated, this, &TargetChooser::choose);
    connect(table_, &QTableView::clicked, this, &TargetChooser::choose);
}

void TargetChooser::openList()
{
    if (popup_ == nullptr) {
        makeList();
    }
    search_->clear();
    table_->resizeColumnsToContents();
    int width = table_->verticalScrollBar() != nullptr ? 44 : 24;
    for (int column = 0; column < TargetModel::ColumnCount; ++column) {
        width += table_->columnWidth(column);
    }
    const QRect room = screen()->availableGeometry();
    popup_->resize(QSize(std::max(width + 24, 560), 460).boundedTo(room.size()));
    QPoint place = mapToGlobal(QPoint(0, height() + 2));
    place.setX(std::clamp(place.x(), room.left(), room.right() + 1 - popup_->width()));
    place.setY(std::clamp(place.y(), room.top(), room.bottom() + 1 - popup_->height()));
    popup_->move(place);
    for (int row = 0; row < filter_->rowCount(); ++row) {
        if (filter_->index(row, 0).data(TargetModel::IdRole).toString() == QString::fromStdString(target_.id)) {
            table_->selectRow(row);
            table_->scrollTo(filter_->index(row, 0), QAbstractItemView::PositionAtCenter);
        }
    }
    popup_->show();
    search_->setFocus();
}

void TargetChooser::choose(const QModelIndex &index)
{
    if (!index.isValid()) {
        return;
    }
    const Target chosen = model_->targetAt(filter_->mapToSource(index).row());
    popup_->hide();
    emit targetChosen(chosen);
}

bool TargetChooser::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::KeyPress) {
        const auto *key = static_cast<QKeyEvent *>(event);
        const int row = table_->currentIndex().isValid() ? table_->currentIndex().row() : 0;
        if (key->key() == Qt::Key_D && key->modifiers() == Qt::ControlModifier && filter_->rowCount() > 0) {
            model_->toggleFavourite(filter_->mapToSource(filter_->index(row, 0)).row());
            emit favouritesChanged();
            return true;
        }
        if (watched == search_ && (key->key() == Qt::Key_Down || key->key() == Qt::Key_Up)) {
            table_->selectRow(std::clamp(row + (key->key() == Qt::Key_Down ? 1 : -1), 0, filter_->rowCount() - 1));
            return true;
        }
        if (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) {
            choose(filter_->index(row, 0));
            return true;
        }
    }
    return QAbstractButton::eventFilter(watched, event);
}

} // namespace tinsmith
