// SPDX-License-Identifier: Apache-2.0
#include "views/theme/elided_label.h"

#include <QEvent>
#include <QFontMetrics>

#include <algorithm>

namespace tinsmith {

ElidedLabel::ElidedLabel(const QString &text, QWidget *parent) : QLabel(parent)
{
    setTextFormat(Qt::PlainText);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setFullText(text);
}

void ElidedLabel::setFullText(const QString &text)
{
    // A text of several lines is shown in one.
    full_ = text;
    full_.replace(QLatin1Char('\n'), QLatin1Char(' '));
    setAccessibleName(text);
    updateGeometry();
    refresh();
}

void ElidedLabel::setTip(const QString &tip)
{
    tip_ = tip;
    refresh();
}

QSize ElidedLabel::sizeHint() const
{
    const QMargins margins = contentsMargins();
    return {fontMetrics().horizontalAdvance(full_) + 2 + margins.left() + margins.right(),
        fontMetrics().height() + margins.top() + margins.bottom()};
}

QSize ElidedLabel::minimumSizeHint() const
{
    const QMargins margins = contentsMargins();
    const int narrow = fontMetrics().horizontalAdvance(QStringLiteral("abcd…abcd"));
    return {std::min(sizeHint().width(), narrow + margins.left() + margins.right()), sizeHint().height()};
}

void ElidedLabel::resizeEvent(QResizeEvent *event)
{
    QLabel::resizeEvent(event);
    refresh();
}

void ElidedLabel::changeEvent(QEvent *event)
{
    QLabel::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange) {
        updateGeometry();
        refresh();
    }
}

void ElidedLabel::refresh()
{
    const QString shown = fontMetrics().elidedText(full_, Qt::ElideMiddle, std::max(contentsRect().width(), 1));
    if (text() != shown) {
        setText(shown);
    }
    setToolTip(!tip_.isEmpty() ? tip_ : shown == full_ ? QString() : full_);
}

QString shortMiddle(const QString &text, int most)
{
    if (text.size() <= most) {
        return text;
    }
    const int head = (most - 1) / 2;
    return text.left(head) + QChar(0x2026) + text.right(most - 1 - head);
}

QString shortWords(const QString &text, int most)
{
    QString result;
    qsizetype begin = 0;
    for (qsizetype at = 0; at <= text.size(); ++at) {
        if (at == text.size() || text[at].isSpace()) {
            result += shortMiddle(text.mid(begin, at - begin), most);
            if (at < text.size()) {
                result += text[at];
            }
            begin = at + 1;
        }
    }
    return result;
}

QString breakable(const QString &text)
{
    // Behind separators, and every so often.
    constexpr int longest = 18;
    constexpr QChar breakHere(0x200B);
    QString result;
    int run = 0;
    for (const QChar c : text) {
        result += c;
        run = c.isSpace() ? 0 : run + 1;
        const bool separator = QStringLiteral("/;:_-").contains(c);
        if (run >= longest || (separator && run > longest / 3)) {
            result += breakHere;
            run = 0;
        }
    }
    return result;
}

} // namespace tinsmith
