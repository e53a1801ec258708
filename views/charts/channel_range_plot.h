// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "views/charts/chart_math.h"

#include <QWidget>

#include <vector>

namespace tinsmith {

/// Smallest to largest weight of each channel as a bar about zero. Channels that are zero throughout are marked.
class ChannelRangePlot : public QWidget {
    Q_OBJECT
public:
    explicit ChannelRangePlot(QWidget *parent = nullptr);
    void setRanges(std::vector<ChannelRange> ranges);
    QSize sizeHint() const override { return {240, 130}; }
    QSize minimumSizeHint() const override { return {80, 70}; }

signals:
    void channelActivated(int channel);

protected:
    bool event(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;

private:
    QRectF plot() const;
    int channelAt(double x) const;

    std::vector<ChannelRange> ranges_;
    double low_ = -1;
    double high_ = 1;
};

} // namespace tinsmith
