// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "views/memory/memory_geometry.h"
#include "views/memory/memory_painter.h"

#include <QPixmap>
#include <QWidget>

#include <memory>

namespace tinsmith {

/// The arena over time: operators in running order across, addresses upward. The wheel zooms time at the pointer,
/// dragging moves it, a double click shows all. Hover and selection go by tensor, like the graph canvas'.
class MemoryMap : public QWidget {
    Q_OBJECT
public:
    explicit MemoryMap(QWidget *parent = nullptr);

    /// `whyEmpty` stands in place of a map without steps.
    void setScene(std::shared_ptr<const MemoryScene> scene, const QString &whyEmpty = {});
    const std::shared_ptr<const MemoryScene> &scene() const { return scene_; }
    /// Emit nothing.
    void highlightTensor(TensorId tensor);
    void selectTensor(TensorId tensor);
    MemoryRange range() const { return range_; }

    QSize sizeHint() const override { return {720, 210}; }
    QSize minimumSizeHint() const override { return {200, 96}; }

public slots:
    void showAll();
    void goToPeak();

signals:
    void tensorHovered(tinsmith::TensorId tensor);
    void tensorSelected(tinsmith::TensorId tensor);
    /// A press on scratch, or on a step's name.
    void operatorSelected(tinsmith::OperatorId op);

protected:
    bool event(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void setRange(MemoryRange range);
    void rebuild();
    const MemoryGeometry::Block *blockAt(QPointF point) const;
    void hover(TensorId tensor);
    QString describe(const MemoryBlock &block) const;
    void walk(int direction);

    std::shared_ptr<const MemoryScene> scene_;
    QString whyEmpty_;
    MemoryRange range_;
    MemoryGeometry geometry_;
    MemoryMarks marks_;
    /// The map without marks: following the pointer repaints only what it points at.
    QPixmap picture_;
    bool pressed_ = false;
    bool moved_ = false;
    QPointF pressedAt_;
    MemoryRange pressedRange_;
};

} // namespace tinsmith
