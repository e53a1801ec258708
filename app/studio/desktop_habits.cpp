// SPDX-License-Identifier: Apache-2.0
#include "app/studio/desktop_habits.h"

#include <QAbstractButton>
#include <QApplication>
#include <QCheckBox>
#include <QDialog>
#include <QKeyEvent>
#include <QRadioButton>

#include <algorithm>

namespace tinsmith {

EnterPressesButtons::EnterPressesButtons(QObject *parent) : QObject(parent)
{
    qApp->installEventFilter(this);
}

bool EnterPressesButtons::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() != QEvent::KeyPress) {
        return false;
    }
    const auto *key = static_cast<QKeyEvent *>(event);
    const bool enter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
    const bool plain = (key->modifiers() & ~Qt::KeypadModifier) == Qt::NoModifier;
    auto *button = enter && plain ? qobject_cast<QAbstractButton *>(watched) : nullptr;
    // Boxes are ticked by the space bar; Enter means the whole form.
    if (button == nullptr || !button->isEnabled() || qobject_cast<QCheckBox *>(button) != nullptr
        || qobject_cast<QRadioButton *>(button) != nullptr || qobject_cast<QDialog *>(button->window()) != nullptr) {
        return false;
    }
    if (!key->isAutoRepeat()) {
        button->click();
    }
    return true;
}

QRect fittedTo(const QRect &frame, const QRect &available)
{
    QRect fitted(frame.topLeft(), frame.size().boundedTo(available.size()));
    fitted.moveLeft(std::clamp(fitted.left(), available.left(), available.right() + 1 - fitted.width()));
    fitted.moveTop(std::clamp(fitted.top(), available.top(), available.bottom() + 1 - fitted.height()));
    return fitted;
}

} // namespace tinsmith
