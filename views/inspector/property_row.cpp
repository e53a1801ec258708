// SPDX-License-Identifier: Apache-2.0
#include "views/inspector/property_row.h"

#include "views/theme/elided_label.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QMenu>

#include <algorithm>

namespace tinsmith {
namespace {

constexpr int gap = 12;
constexpr int inset = 0;
constexpr QChar breakHere(0x200B);

} // namespace

ValueLabel::ValueLabel(const QString &text, QWidget *parent) : QLabel(parent)
{
    setWordWrap(true);
    setTextFormat(Qt::PlainText);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    setFocusPolicy(Qt::ClickFocus);
    setMinimumWidth(1);
    setValue(text);
}

void ValueLabel::setValue(const QString &text)
{
    value_ = text;
    constexpr qsizetype fitsAnyway = 18;
    // Names from files can be of any length; the tool tip and a copy have the whole.
    constexpr int longestWord = 72;
    const QString shown = shortWords(text, longestWord);
    setText(text.size() <= fitsAnyway ? text : breakable(shown));
    setToolTip(shown == text ? QString() : text);
    setAccessibleName(text);
}

QSize ValueLabel::minimumSizeHint() const
{
    return {1, QLabel::minimumSizeHint().height()};
}

void ValueLabel::copy()
{
    const bool part = hasSelectedText() && selectedText() != text();
    const QString text = part ? selectedText().remove(breakHere) : value_;
    QGuiApplication::clipboard()->setText(text);
}

void ValueLabel::keyPressEvent(QKeyEvent *event)
{
    if (event->matches(QKeySequence::Copy)) {
        copy();
        return;
    }
    QLabel::keyPressEvent(event);
}

void ValueLabel::contextMenuEvent(QContextMenuEvent *event)
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    connect(menu->addAction(tr("Copy")), &QAction::triggered, this, &ValueLabel::copy);
    menu->popup(event->globalPos());
}

PropertyRow::PropertyRow(const QString &name, const QString &value, const QString &tip, QWidget *parent)
    : QWidget(parent), name_(new QLabel(name, this)), value_(new ValueLabel(value, this))
{
    name_->setForegroundRole(QPalette::PlaceholderText);
    name_->setTextFormat(Qt::PlainText);
    name_->setWordWrap(true);
    value_->setToolTip(tip.isEmpty() ? value : tip);
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

bool PropertyRow::stacked(int width) const
{
    const int name = fontMetrics().horizontalAdvance(name_->text());
    const int value = fontMetrics().horizontalAdvance(value_->value());
    return name + gap + value > width - inset || value_->value().contains(QLatin1Char('\n'));
}

int PropertyRow::heightForWidth(int width) const
{
    const int line = fontMetrics().height();
    if (!stacked(width)) {
        return line;
    }
    return nameHeight(width) + std::max(line, value_->heightForWidth(width));
}

int PropertyRow::nameHeight(int width) const
{
    // Asked only where it wraps: a label adds room of its own.
    const int line = fontMetrics().height();
    return fontMetrics().horizontalAdvance(name_->text()) <= width ? line
                                                                   : std::max(line, name_->heightForWidth(width));
}

QSize PropertyRow::sizeHint() const
{
    constexpr int usual = 240;
    return {usual, heightForWidth(usual)};
}

QSize PropertyRow::minimumSizeHint() const
{
    return {60, fontMetrics().height()};
}

bool PropertyRow::event(QEvent *event)
{
    const bool done = QWidget::event(event);
    // The font may come after the size, which then is another one.
    if (event->type() == QEvent::Polish || event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange
        || event->type() == QEvent::Show) {
        updateGeometry();
        arrange();
    }
    return done;
}

void PropertyRow::resizeEvent(QResizeEvent *event)
{
    arrange();
    QWidget::resizeEvent(event);
}

void PropertyRow::arrange()
{
    // Nested layouts do not hand on every height that goes with a width: the row claims its own.
    if (const int needed = heightForWidth(width()); minimumHeight() != needed) {
        setMinimumHeight(needed);
    }
    const int line = fontMetrics().height();
    if (stacked(width())) {
        const int top = nameHeight(width());
        name_->setGeometry(0, 0, width(), top);
        value_->setGeometry(0, top, width(), height() - top);
        value_->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    } else {
        const int room = fontMetrics().horizontalAdvance(name_->text()) + 2;
        name_->setGeometry(0, 0, room, line);
        value_->setGeometry(room, 0, width() - room, line);
        value_->setAlignment(Qt::AlignRight | Qt::AlignTop);
    }
}

} // namespace tinsmith
