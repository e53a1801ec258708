// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "views/charts/chart_math.h"

#include <QColor>
#include <QWidget>

namespace tinsmith {

/// A histogram with its range below; the bin under the pointer says its range and count.
class Histogram : public QWidget {
    Q_OBJECT
public:
    explicit Histogram(QWidget *parent = nullptr);
    void setData(HistogramData histogram);
    /// Counts on a logarithmic scale: rare outliers show beside a tall middle.
    void setLogarithmic(bool logarithmic);
    QSize sizeHint() const override { return {240, 110}; }
    QSize minimumSizeHint() const override { return {80, 60}; }

protected:
    bool event(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;

private:
    QRectF plot() const;
    int binAt(double x) const;
    QString describe(int bin) const;

    HistogramData data_;
    bool logarithmic_ = false;
    int hovered_ = -1;
};

} // namespace tinsmith
