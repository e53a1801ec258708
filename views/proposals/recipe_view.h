// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "views/proposals/recipe_model.h"

#include <QWidget>

class QListView;
class QPushButton;
class QToolButton;

namespace tinsmith {

/// The applied steps: tick to leave one out, drag or Ctrl+Up and Ctrl+Down to move it, Enter or a double click to edit
/// its parameters, Delete to remove it. Asks for all of that by signals.
class RecipeView : public QWidget {
    Q_OBJECT
public:
    explicit RecipeView(QWidget *parent = nullptr);
    RecipeModel *model() const { return model_; }
    QListView *list() const { return list_; }
    void setState(std::shared_ptr<const SessionState> state);
    void setFigures(std::vector<StepFigures> figures);
    void setCalibrations(std::vector<CalibrationNote> calibrations);

signals:
    void toggleWanted(int row, bool enabled);
    void moveWanted(int from, int to);
    void editWanted(int row);
    void removeWanted(int row);
    /// Steps that are stale should be calibrated on the data that are open.
    void calibrateWanted();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    QToolButton *addButton(const char *icon, const QString &tip);
    void move(int step);
    void showMenu(const QPoint &position);
    void updateButtons();
    void fitHeight();

    RecipeModel *model_;
    QListView *list_;
    QToolButton *up_;
    QToolButton *down_;
    QToolButton *edit_;
    QToolButton *remove_;
    QPushButton *calibrate_;
    /// The step that was moved stays the current one.
    int wantedRow_ = -1;
};

} // namespace tinsmith
