// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/session/evaluation.h"

#include <QWidget>

#include <memory>

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
    /// nullptr: what was shown is of an older state.
    void setEvaluation(std::shared_ptr<const Evaluation> evaluation);

signals:
    void openDataWanted();
    void evaluateWanted();
    void operatorWanted(const QString &name);

private:
    std::shared_ptr<const Evaluation> evaluation_;
    QLabel *data_;
    QLabel *figures_;
    QPushButton *evaluate_;
    QLabel *layersTitle_;
    BarList *layers_;
    QScrollArea *layersScroll_;
    QLabel *confusionTitle_;
    QTableWidget *confusion_;
};

} // namespace tinsmith
