// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/session/session.h"
#include "core/session/step_figures.h"

#include <QAbstractListModel>
#include <QString>

#include <memory>
#include <vector>

namespace tinsmith {

/// One applied step as the recipe shows it. A plain value.
struct RecipeRow {
    /// From 1.
    int number = 1;
    QString title;
    /// Parameters that are not the presets, and where: "at pool_1 · 500 samples"
    QString details;
    /// After the step: "6.2 KB RAM (−1.1 KB)"; empty where there is no plan or the step is left out.
    QString ram;
    /// After the step: "98.2 %"; empty where it was not measured.
    QString accuracy;
    /// That something is wrong or to be known with the step; empty: nothing.
    QString note;
    /// The note says that the step was not applied.
    bool failed = false;
    bool enabled = true;
};

/// What a step was calibrated on, where it is to be said.
struct CalibrationNote {
    /// "Ranges are guesses: quantized without data."; empty: nothing to say.
    QString text;
    /// Other data are open than it was calibrated on.
    bool stale = false;
};

/// `figures`: of the model as opened, then after each step; may be shorter.
/// `calibrations`: by step.
std::vector<RecipeRow> recipeRows(const SessionState &state, const std::vector<StepFigures> &figures = {},
    const std::vector<CalibrationNote> &calibrations = {});

/// The steps of the recipe. Toggling and moving is asked for by signals: the document answers with another state.
class RecipeModel : public QAbstractListModel {
    Q_OBJECT
public:
    explicit RecipeModel(QObject *parent = nullptr);
    /// nullptr: no document.
    void setState(std::shared_ptr<const SessionState> state);
    void setFigures(std::vector<StepFigures> figures);
    void setCalibrations(std::vector<CalibrationNote> calibrations);
    const RecipeRow &row(int index) const { return rows_[static_cast<std::size_t>(index)]; }

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    bool setData(const QModelIndex &index, const QVariant &value, int role) override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;
    Qt::DropActions supportedDropActions() const override { return Qt::MoveAction; }
    QStringList mimeTypes() const override;
    QMimeData *mimeData(const QModelIndexList &indexes) const override;
    bool canDropMimeData(
        const QMimeData *data, Qt::DropAction action, int row, int column, const QModelIndex &parent) const override;
    bool dropMimeData(
        const QMimeData *data, Qt::DropAction action, int row, int column, const QModelIndex &parent) override;

signals:
    void toggleWanted(int row, bool enabled);
    /// The step of position `from` is to have position `to`.
    void moveWanted(int from, int to);

private:
    void refresh();

    std::shared_ptr<const SessionState> state_;
    std::vector<StepFigures> figures_;
    std::vector<CalibrationNote> calibrations_;
    std::vector<RecipeRow> rows_;
};

} // namespace tinsmith
