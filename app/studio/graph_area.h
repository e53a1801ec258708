// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/session/session.h"
#include "views/graph/scene_builder.h"

#include <QWidget>

#include <array>
#include <memory>

class QComboBox;
class QLabel;
class QLineEdit;
class QStackedWidget;
class QTabBar;
class QWidget;

namespace tinsmith {

class GraphCanvas;
class PlacedScene;

/// The centre: Original, Optimised, or both side by side, with find, colouring and zoom.
class GraphArea : public QWidget {
    Q_OBJECT
public:
    enum class View { Original, Optimised, SideBySide };
    explicit GraphArea(QWidget *parent = nullptr);

    /// nullptr: no document. `newDocument` starts with a fresh view, otherwise place and selection are kept.
    void setState(std::shared_ptr<const SessionState> state, const QString &modelName, bool newDocument);
    void setView(View view);
    View view() const { return view_; }
    /// Scenes show instead of the optimised model what a previewed proposal would make; nullptr ends it.
    void setPreview(std::shared_ptr<const Analysis> preview);
    /// Signal to error per operator name, for colouring by quantization error.
    void setLayerErrors(QHash<QString, double> sqnrDb);
    /// The canvas that has the selection, and the analysis that it shows.
    GraphCanvas *activeCanvas() const { return canvases_[active_]; }
    std::shared_ptr<const Analysis> activeAnalysis() const { return shown_[active_]; }
    /// The graph of activeAnalysis() that is shown: ids of the signals are its own.
    const Graph &activeGraph() const;
    std::shared_ptr<const PlacedScene> activeScene() const;
    void selectOperator(const QString &name);
    void highlightTensor(TensorId tensor);
    /// Scenes are placed in a worker; true while that is so.
    bool placing() const { return pending_ > 0; }

public slots:
    void openFind();
    void findNext();
    void findPrevious();
    void setMinimapVisible(bool visible);

signals:
    void operatorSelected(tinsmith::OperatorId op);
    void tensorSelected(tinsmith::TensorId tensor);
    void tensorHovered(tinsmith::TensorId tensor);
    void activeChanged();
    void viewChanged(tinsmith::GraphArea::View view);
    void placed();

private:
    void rebuild(bool newDocument);
    void adopt(int generation, std::array<std::shared_ptr<const PlacedScene>, 2> scenes, bool keepView);
    void showMatch(int step);
    void search(const QString &text);
    void activate(std::size_t index);
    void updateZoom();

    std::shared_ptr<const SessionState> state_;
    std::shared_ptr<const Analysis> preview_;
    QString modelName_;
    QHash<QString, double> errors_;
    View view_ = View::Optimised;
    std::array<GraphCanvas *, 2> canvases_{};
    std::array<std::shared_ptr<const Analysis>, 2> shown_;
    std::size_t active_ = 1;
    int generation_ = 0;
    int pending_ = 0;
    int match_ = -1;
    QTabBar *tabs_;
    QComboBox *colour_;
    QLabel *zoom_;
    QWidget *findBar_;
    QLineEdit *find_;
    QLabel *findCount_;
};

} // namespace tinsmith
