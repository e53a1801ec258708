// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/session/evaluation.h"

#include <QWidget>

#include <memory>

class QComboBox;
class QLabel;
class QPushButton;
class QTableWidget;
class QScrollArea;

namespace tinsmith {

class BarList;

/// Accuracy on the data set: original against optimised, error per layer, confusion matrix.
class AccuracyPanel : public QWidget {
    Q_OBJECT
public:
    explicit AccuracyPanel(QWidget *parent = nullptr);
    /// The data set in words; empty: none is open.
    void setData(const QString &description);
    /// How its pixels are read: `chosen` by a person ("0..1"), or empty, as guessed. `any`: whether it has pixels.
    void setPixels(bool any, const QString &chosen);
    /// nullptr: what was shown is of an older state.
    void setEvaluation(std::shared_ptr<const Evaluation> evaluation);

signals:
    void openDataWanted();
    void evaluateWanted();
    void operatorWanted(const QString &name);
    /// "0..255", "127.5,127.5", ...; empty: to be guessed.
    void pixelsChosen(const QString &text);

private:
    void showPixels();

    std::shared_ptr<const Evaluation> evaluation_;
    QLabel *data_;
    QWidget *pixelRow_;
    QComboBox *pixels_;
    QString chosenPixels_;
    QLabel *figures_;
    QPushButton *evaluate_;
    QLabel *layersTitle_;
    BarList *layers_;
    QScrollArea *layersScroll_;
    QLabel *confusionTitle_;
    QTableWidget *confusion_;
};

} // namespace tinsmith
