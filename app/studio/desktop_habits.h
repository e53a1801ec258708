// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <QRect>

namespace tinsmith {

/// Enter presses the button that has the keyboard's focus, in windows too where Qt leaves that to the space bar.
/// Dialogs keep their default buttons. One per application; watches all of its widgets.
class EnterPressesButtons : public QObject {
    Q_OBJECT
public:
    explicit EnterPressesButtons(QObject *parent = nullptr);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
};

/// `frame` moved, and made smaller where it must be, so that all of it is on the screen.
QRect fittedTo(const QRect &frame, const QRect &available);

} // namespace tinsmith
