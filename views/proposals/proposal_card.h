// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/session/proposals.h"

#include <QFrame>

class QPushButton;

namespace tinsmith {

/// One proposal: title and risk, where, what changes, why, Preview and Apply.
class ProposalCard : public QFrame {
    Q_OBJECT
public:
    explicit ProposalCard(const Proposal &proposal, QWidget *parent = nullptr);
    void setPreviewed(bool previewed);

signals:
    void previewToggled(bool on);
    void applyWanted();
    /// The operators that it changes should be shown.
    void showWanted();

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    QPushButton *preview_;
    bool previewed_ = false;
};

} // namespace tinsmith
