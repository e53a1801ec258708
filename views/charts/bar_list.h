// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QColor>
#include <QString>
#include <QWidget>

#include <vector>

namespace tinsmith {

/// Named values as bars in rows: a label, a bar as long as the share of the largest, the value in words.
class BarList : public QWidget {
    Q_OBJECT
public:
    struct Row {
        QString label;
        double value = 0;
        QString text;
        QColor colour;
    };
    explicit BarList(QWidget *parent = nullptr);
    void setRows(std::vector<Row> rows);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {140, sizeHint().height()}; }

signals:
    void rowActivated(int row);

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;

private:
    double rowHeight() const;
    std::vector<Row> rows_;
};

} // namespace tinsmith
