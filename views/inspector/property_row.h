// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QLabel>
#include <QWidget>

namespace tinsmith {

/// A text that can be selected and wraps anywhere if it must: file-like names have few spaces. What is copied is the
/// text as it is.
class ValueLabel : public QLabel {
    Q_OBJECT
public:
    explicit ValueLabel(const QString &text = {}, QWidget *parent = nullptr);
    void setValue(const QString &text);
    const QString &value() const { return value_; }
    QSize minimumSizeHint() const override;

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;

private:
    void copy();
    QString value_;
};

/// A name and its value: side by side, the value to the right, where both fit in one line; the value below its name
/// over the whole width otherwise.
class PropertyRow : public QWidget {
    Q_OBJECT
public:
    PropertyRow(const QString &name, const QString &value, const QString &tip = {}, QWidget *parent = nullptr);
    ValueLabel *value() const { return value_; }
    /// The value stands below its name at this width.
    bool stacked(int width) const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;

protected:
    bool event(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    /// Height of the name where the value stands below it.
    int nameHeight(int width) const;
    void arrange();
    QLabel *name_;
    ValueLabel *value_;
};

} // namespace tinsmith
