// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QColor>
#include <QPointF>
#include <QRectF>
#include <QString>
#include <QWidget>

#include <functional>
#include <vector>

namespace tinsmith {

/// Curves (training) and points that can be picked (the way a search went), on two scales.
class XyPlot : public QWidget {
    Q_OBJECT
public:
    struct Series {
        QString name;
        QColor colour;
        std::vector<QPointF> points;
        /// Joined by a line; otherwise dots that can be picked.
        bool line = true;
        /// Tool tip of each dot; may be empty.
        std::vector<QString> texts;
    };
    explicit XyPlot(QWidget *parent = nullptr);
    void setAxes(const QString &x, const QString &y);
    /// How a scale's numbers are written; the shortest form with four digits where none is set.
    void setNumberText(std::function<QString(double)> x, std::function<QString(double)> y);
    void setSeries(std::vector<Series> series);
    /// A limit to keep: a dashed line across; not a number removes it.
    void setLimits(double x, double y);
    void setPicked(int series, int point);

    QSize sizeHint() const override { return {320, 200}; }
    QSize minimumSizeHint() const override { return {140, 90}; }

signals:
    void picked(int series, int point);

protected:
    bool event(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    struct Frame {
        QRectF plot;
        QRectF values;
        QPointF at(QPointF value) const;
    };
    Frame frame() const;
    QRectF valueBounds() const;
    std::pair<int, int> dotAt(QPointF point) const;

    QString xName_;
    QString yName_;
    std::function<QString(double)> xText_;
    std::function<QString(double)> yText_;
    std::vector<Series> series_;
    double limitX_;
    double limitY_;
    std::pair<int, int> picked_{-1, -1};
};

} // namespace tinsmith
