// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/session/model_path.h"
#include "core/session/session.h"
#include "views/graph/scene_builder.h"

#include <QWidget>

#include <array>
#include <memory>
#include <set>
#include <vector>

class QComboBox;
class QLabel;
class QLineEdit;
class QStackedWidget;
class QTabBar;
class QVBoxLayout;
class QWidget;

namespace tinsmith {

class GraphCanvas;
class PathBar;
class PlacedScene;

/// The centre: Original, Optimised, or both side by side, of the model's own graph or one of its subgraphs, with find,
/// colouring and zoom.
class GraphArea : public QWidget {
    Q_OBJECT
public:
    enum class View { Original, Optimised, SideBySide };
    explicit GraphArea(QWidget *parent = nullptr);

    /// nullptr: no document. `newDocument` starts with a fresh view, otherwise place and selection are kept.
    void setState(std::shared_ptr<const SessionState> state, const QString &modelName, bool newDocument);
    void setView(View view);
    View view() const { return view_; }
    void setColourBy(ColourBy colourBy);
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
    /// Selects and centres an operator or a tensor by name in the model's own graph (-1) or one of its subgraphs, which
    /// is opened if need be; so is the view that has it.
    void showPlace(const QString &name, int subgraph = -1);
    void selectOperator(const QString &name) { showPlace(name); }
    /// Where in the model the canvas is; ids of activeGraph() are of that subgraph.
    const ModelPath &path() const { return path_; }
    /// The model's own graph is shown.
    bool atTop() const { return path_.steps.empty(); }
    /// So it is on the canvas already.
    bool shownAtTop() const { return shownPath_.steps.empty(); }
    /// Position of activeGraph() in the model's subgraphs, -1 for its own graph.
    int shownSubgraph() const { return shownPath_.subgraph(); }
    /// Opens a subgraph, and selects `place` (a name) in it where that is not empty.
    void openPath(const ModelPath &path, const QString &place = {});
    /// Opens the body of that position of an operator of the active graph; does nothing where there is none.
    void openBody(OperatorId op, std::size_t body = 0);
    /// Unfolds the blocks that a card of the active canvas stands for, or opens the first body of its operator.
    void openCard(int card);
    PathBar *pathBar() const { return pathBar_; }
    /// How many cards the present search found in the whole model.
    std::size_t matchCount() const { return hits_.size(); }
    /// Opens the find bar and searches for `text` in every graph of the model.
    void find(const QString &text);
    void highlightTensor(TensorId tensor);
    /// Scenes are placed in a worker; true while that is so.
    bool placing() const { return pending_ > 0; }

public slots:
    void openFind();
    void findNext();
    void findPrevious();
    /// To the graph around the one that is shown, with the operator selected that leads back.
    void goUp();
    void setMinimapVisible(bool visible);
    void setLegendVisible(bool visible);
    /// Blocks of operators that repeat at least three times show as one card. A double click or Enter on it unfolds its
    /// blocks, and so does whatever leads to an operator within; folding anew folds all.
    void setRepeatsFolded(bool folded);

signals:
    void operatorSelected(tinsmith::OperatorId op);
    void tensorSelected(tinsmith::TensorId tensor);
    void tensorHovered(tinsmith::TensorId tensor);
    void activeChanged();
    /// On a card or edge of the active canvas, or (both -1) its background.
    void contextMenuWanted(int card, int edge, const QPoint &globalPosition);
    void viewChanged(tinsmith::GraphArea::View view);
    void placed();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    /// All graphs of a model as cards: its own, then its subgraphs.
    using AllScenes = std::vector<GraphScene>;
    /// A card that a search found.
    struct Hit {
        int subgraph = -1;
        CardKind kind = CardKind::Operator;
        QString name;
    };
    struct Built {
        std::array<std::shared_ptr<const PlacedScene>, 2> scenes;
        std::array<std::shared_ptr<const AllScenes>, 2> all;
        ModelPath path;
    };

    void makeBar(QVBoxLayout *layout);
    void makeFindBar(QVBoxLayout *layout);
    void rebuild(bool newDocument, bool newPath = false);
    void adopt(int generation, const Built &built, bool keepView);
    bool selectPlace(std::size_t canvas, const QString &name);
    const Graph &graphOf(std::size_t canvas) const;
    /// The card that shows an operator (a folded one where it is folded), input or output; -1 where there is none.
    int cardOf(std::size_t canvas, CardKind kind, const QString &name) const;
    bool folds(std::size_t canvas, int card) const;
    /// Unfolds what hides an operator or tensor; false where nothing does. The place is selected once that is drawn.
    bool unfoldAround(const QString &name);
    void unfold(const QString &key, const QString &wantedPlace);
    void search(const QString &text);
    void showMatch(int step);
    void closeFind();
    void markHits();
    void activate(std::size_t index);
    void updateZoom();

    std::shared_ptr<const SessionState> state_;
    std::shared_ptr<const Analysis> preview_;
    /// Where to go, and where the canvases are: they differ while a scene is placed.
    ModelPath path_;
    ModelPath shownPath_;
    /// To be selected once the scene is there.
    QString wantedPlace_;
    QString modelName_;
    QHash<QString, double> errors_;
    View view_ = View::Optimised;
    bool repeatsFolded_ = false;
    /// Keys of the repeats (see scene_fold.h) that are shown whole all the same.
    std::set<QString> unfolded_;
    std::array<GraphCanvas *, 2> canvases_{};
    std::array<std::shared_ptr<const Analysis>, 2> shown_;
    /// Of the analyses in scenesOf_, which keep them from being built again.
    std::array<std::shared_ptr<const AllScenes>, 2> allScenes_;
    std::array<std::shared_ptr<const Analysis>, 2> scenesOf_;
    std::vector<Hit> hits_;
    std::size_t active_ = 1;
    int generation_ = 0;
    int pending_ = 0;
    int match_ = -1;
    PathBar *pathBar_;
    QTabBar *tabs_;
    QComboBox *colour_;
    QLabel *zoom_;
    QWidget *findBar_;
    QLineEdit *find_;
    QLabel *findCount_;
};

} // namespace tinsmith
