// SPDX-License-Identifier: Apache-2.0
#include "views/memory/memory_map.h"

#include "views/theme/elided_label.h"
#include "views/theme/number_text.h"

#include <QApplication>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace tinsmith {

MemoryMap::MemoryMap(QWidget *parent) : QWidget(parent)
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Memory map"));
}

void MemoryMap::setScene(std::shared_ptr<const MemoryScene> scene, const QString &whyEmpty)
{
    scene_ = std::move(scene);
    whyEmpty_ = whyEmpty;
    marks_ = {};
    range_ = scene_ == nullptr ? MemoryRange() : wholeRange(*scene_);
    rebuild();
    if (scene_ != nullptr) {
        setAccessibleDescription(tr("%n buffers in an arena of %1", nullptr, static_cast<int>(scene_->blocks.size()))
                                     .arg(exactBytesText(scene_->arenaBytes)));
    }
}

void MemoryMap::rebuild()
{
    if (scene_ != nullptr) {
        geometry_ = memoryGeometry(*scene_, size(), range_, memoryText(uiFont(-1, true)));
    }
    picture_ = {};
    update();
}

void MemoryMap::setRange(MemoryRange range)
{
    if (scene_ != nullptr) {
        range_ = clamped(range, *scene_);
        rebuild();
    }
}

void MemoryMap::showAll()
{
    if (scene_ != nullptr) {
        setRange(wholeRange(*scene_));
    }
}

void MemoryMap::goToPeak()
{
    if (scene_ != nullptr && scene_->peakStep >= 0) {
        const double length = std::min(range_.length(), 12.0);
        setRange({scene_->peakStep + 0.5 - length / 2, scene_->peakStep + 0.5 + length / 2});
    }
}

void MemoryMap::highlightTensor(TensorId tensor)
{
    if (marks_.hovered != tensor) {
        marks_.hovered = tensor;
        update();
    }
}

void MemoryMap::selectTensor(TensorId tensor)
{
    marks_.selected = tensor;
    update();
}

QString MemoryMap::describe(const MemoryBlock &block) const
{
    QStringList lines{QStringLiteral("<b>%1</b>").arg(breakable(block.name).toHtmlEscaped())};
    lines += tr("%1 at address %2").arg(exactBytesText(block.bytes), exactCountText(block.offset));
    if (!block.kindText.isEmpty()) {
        lines += block.kindText;
    }
    const auto name = [this](int step) {
        return step >= 0 && static_cast<std::size_t>(step) < scene_->steps.size()
            ? scene_->steps[static_cast<std::size_t>(step)].name.toHtmlEscaped()
            : QString::number(step);
    };
    lines += tr("from step %1 (%2) to %3 (%4)")
                 .arg(QString::number(block.first + 1), name(block.first), QString::number(block.last + 1),
                     name(block.last));
    return lines.join(QStringLiteral("<br>"));
}

const MemoryGeometry::Block *MemoryMap::blockAt(QPointF point) const
{
    // Later blocks lie on top.
    const auto found = std::find_if(geometry_.blocks.rbegin(), geometry_.blocks.rend(),
        [&point](const auto &block) { return block.box.adjusted(-1, -1, 1, 1).contains(point); });
    return found == geometry_.blocks.rend() ? nullptr : &*found;
}

void MemoryMap::hover(TensorId tensor)
{
    if (marks_.hovered != tensor) {
        marks_.hovered = tensor;
        update();
        emit tensorHovered(tensor);
    }
}

bool MemoryMap::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip && scene_ != nullptr) {
        const auto *help = static_cast<QHelpEvent *>(event);
        const auto *block = blockAt(help->pos());
        QToolTip::showText(help->globalPos(),
            block == nullptr ? QString() : describe(scene_->blocks[static_cast<std::size_t>(block->index)]), this);
        return true;
    }
    return QWidget::event(event);
}

void MemoryMap::paintEvent(QPaintEvent * /*event*/)
{
    const Theme &t = theme();
    QPainter painter(this);
    painter.fillRect(rect(), t.window);
    if (scene_ == nullptr || scene_->steps.empty()) {
        painter.setPen(t.mutedText);
        constexpr int margin = 12;
        painter.drawText(rect().adjusted(margin, 0, -margin, 0), Qt::AlignCenter | Qt::TextWordWrap,
            whyEmpty_.isEmpty() ? tr("No plan: open a model and choose a target.") : whyEmpty_);
        return;
    }
    const qreal ratio = devicePixelRatioF();
    if (picture_.isNull() || picture_.devicePixelRatio() != ratio) {
        picture_ = QPixmap((QSizeF(size()) * ratio).toSize());
        picture_.setDevicePixelRatio(ratio);
        picture_.fill(t.window);
        QPainter into(&picture_);
        paintMemory(into, *scene_, geometry_, uiFont(-1), t);
    }
    painter.drawPixmap(0, 0, picture_);
    paintMemoryMarks(painter, *scene_, geometry_, t, marks_);
    if (hasFocus()) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(t.accent, 1));
        painter.drawRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5));
    }
}

void MemoryMap::resizeEvent(QResizeEvent * /*event*/)
{
    rebuild();
}

void MemoryMap::wheelEvent(QWheelEvent *event)
{
    if (scene_ == nullptr) {
        return;
    }
    constexpr double perNotch = 1.2;
    constexpr double anglePerNotch = 120;
    const double at = geometry_.stepAt(event->position().x());
    const double factor = std::pow(perNotch, -event->angleDelta().y() / anglePerNotch);
    setRange({at - (at - range_.from) * factor, at + (range_.to - at) * factor});
    event->accept();
}

void MemoryMap::mousePressEvent(QMouseEvent *event)
{
    pressed_ = true;
    moved_ = false;
    pressedAt_ = event->position();
    pressedRange_ = range_;
}

void MemoryMap::mouseMoveEvent(QMouseEvent *event)
{
    if (scene_ == nullptr) {
        return;
    }
    if (pressed_) {
        const double way = event->position().x() - pressedAt_.x();
        if (moved_ || std::abs(way) >= QApplication::startDragDistance()) {
            moved_ = true;
            const double steps = way / geometry_.plot.width() * range_.length();
            setRange({pressedRange_.from - steps, pressedRange_.to - steps});
        }
        return;
    }
    const auto *block = blockAt(event->position());
    hover(block == nullptr ? TensorId() : scene_->blocks[static_cast<std::size_t>(block->index)].tensor);
}

void MemoryMap::mouseReleaseEvent(QMouseEvent *event)
{
    const bool click = pressed_ && !moved_;
    pressed_ = false;
    if (!click || scene_ == nullptr) {
        return;
    }
    if (const auto *place = blockAt(event->position())) {
        const MemoryBlock &block = scene_->blocks[static_cast<std::size_t>(place->index)];
        marks_.selected = block.tensor;
        update();
        if (block.tensor) {
            emit tensorSelected(block.tensor);
        } else if (block.owner) {
            emit operatorSelected(block.owner);
        }
        return;
    }
    const double step = std::floor(geometry_.stepAt(event->position().x()));
    if (event->position().y() > geometry_.plot.bottom() && step >= 0
        && step < static_cast<double>(scene_->steps.size())) {
        emit operatorSelected(scene_->steps[static_cast<std::size_t>(step)].op);
    }
}

void MemoryMap::mouseDoubleClickEvent(QMouseEvent * /*event*/)
{
    showAll();
}

void MemoryMap::walk(int direction)
{
    // Buffers in the order in which they come to life.
    std::vector<int> order;
    for (std::size_t i = 0; i < scene_->blocks.size(); ++i) {
        if (scene_->blocks[i].tensor) {
            order.push_back(static_cast<int>(i));
        }
    }
    if (order.empty()) {
        return;
    }
    const auto block
        = [this](int index) -> const MemoryBlock & { return scene_->blocks[static_cast<std::size_t>(index)]; };
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return block(a).first < block(b).first; });
    const auto at = std::find_if(order.begin(), order.end(), [&](int i) { return block(i).tensor == marks_.selected; });
    int next = 0;
    if (at != order.end()) {
        next = std::clamp(static_cast<int>(at - order.begin()) + direction, 0, static_cast<int>(order.size()) - 1);
    }
    const MemoryBlock &chosen = block(order[static_cast<std::size_t>(next)]);
    marks_.selected = chosen.tensor;
    if (chosen.first < range_.from || chosen.first >= range_.to) {
        const double length = range_.length();
        setRange({chosen.first - length / 4, chosen.first + length * 3 / 4});
    }
    // Without the tags and the places to break of the tool tip.
    constexpr QChar breakHere(0x200B);
    setAccessibleDescription(describe(chosen).remove(QRegularExpression(QStringLiteral("<[^>]*>"))).remove(breakHere));
    update();
    emit tensorSelected(chosen.tensor);
}

void MemoryMap::keyPressEvent(QKeyEvent *event)
{
    if (scene_ == nullptr) {
        QWidget::keyPressEvent(event);
        return;
    }
    const double middle = (range_.from + range_.to) / 2;
    const auto zoomTo = [&](double factor) {
        setRange({middle - range_.length() / 2 * factor, middle + range_.length() / 2 * factor});
    };
    switch (event->key()) {
    case Qt::Key_Right:
    case Qt::Key_Down:
        walk(1);
        break;
    case Qt::Key_Left:
    case Qt::Key_Up:
        walk(-1);
        break;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        zoomTo(1 / 1.25);
        break;
    case Qt::Key_Minus:
        zoomTo(1.25);
        break;
    case Qt::Key_F:
    case Qt::Key_0:
        showAll();
        break;
    case Qt::Key_P:
        goToPeak();
        break;
    default:
        QWidget::keyPressEvent(event);
    }
}

void MemoryMap::leaveEvent(QEvent *event)
{
    hover({});
    QWidget::leaveEvent(event);
}

void MemoryMap::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) {
        rebuild();
    }
    QWidget::changeEvent(event);
}

} // namespace tinsmith
