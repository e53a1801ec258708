// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/session/proposals.h"

#include <QFrame>

namespace tinsmith {

/// A rewrite that is impossible: which, where, why, and what would remove the reason.
class ObstacleCard : public QFrame {
    Q_OBJECT
public:
    explicit ObstacleCard(const Obstacle &obstacle, QWidget *parent = nullptr);

signals:
    /// The operator or tensor that it is about should be shown.
    void showWanted();
    void bindWanted();

protected:
    void mousePressEvent(QMouseEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
};

} // namespace tinsmith
