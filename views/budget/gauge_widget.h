// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "views/budget/budget.h"

#include <QAbstractButton>

namespace tinsmith {

/// One gauge: name and value above, the bar, words below. A click opens the breakdown.
class GaugeWidget : public QAbstractButton {
    Q_OBJECT
public:
    explicit GaugeWidget(QWidget *parent = nullptr);
    void setGauge(const Gauge &gauge);
    const Gauge &gauge() const { return gauge_; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Gauge gauge_;
};

} // namespace tinsmith
