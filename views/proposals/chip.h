// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

#include <vector>

namespace tinsmith {

/// A short text in a rounded box. Never cut: it takes the width that its text needs.
class Chip : public QWidget {
    Q_OBJECT
public:
    enum class Tone { Plain, Good, Accent, Warning };
    Chip(const QString &text, Tone tone, QWidget *parent = nullptr);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString text_;
    Tone tone_;
};

/// Chips from left to right, in as many rows as the width asks for.
class ChipRow : public QWidget {
    Q_OBJECT
public:
    explicit ChipRow(QWidget *parent = nullptr);
    void add(Chip *chip);
    bool isEmpty() const { return chips_.empty(); }
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override { return arrange(width, false); }
    QSize sizeHint() const override;

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    int arrange(int width, bool move) const;
    std::vector<Chip *> chips_;
};

} // namespace tinsmith
