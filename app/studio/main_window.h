// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/studio/document_controller.h"

#include <QMainWindow>

class QDialog;
class QDockWidget;
class QMenu;
class QProgressBar;
class QPushButton;
class QStackedWidget;
class QTabWidget;

namespace tinsmith {

class AccuracyPanel;
class ActionSet;
class Autosave;
class BudgetBar;
class ElidedLabel;
class GraphArea;
class InspectorPanel;
class LayerTable;
class MemoryPanel;
class ProblemList;
class ProposalsPanel;
class RecoveryFile;
class ThemeController;
class WelcomePage;

/// The studio's window: it places the views and connects them with the document.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    MainWindow(ThemeController &themes, QWidget *parent = nullptr);
    ~MainWindow() override;

    DocumentController &document() { return document_; }
    GraphArea *graphArea() const { return graph_; }
    void openFile(const QString &file);
    /// Brings a tab of the bottom dock to the front: "memory", "layers", "accuracy", "problems".
    void showTab(const QString &name);
    /// Opens the dialog that exports what is shown; does nothing where there is no plan.
    void exportPackage();
    /// Text of the last failure, for tests that have no eyes for a message box.
    QString lastFailure() const { return lastFailure_; }
    /// The box that says it; closing deletes it.
    QDialog *failureBox();
    /// Message boxes are shown for failures (off in tests and headless runs).
    void setInteractive(bool interactive) { interactive_ = interactive; }
    void restoreLayout();
    /// Keeps copies of unsaved work in the folder from now on, and offers what earlier runs have left there.
    /// False where there is nothing to offer.
    bool startRecovery(const QString &folder);
    /// Opens the document that was open last; says so where there is none.
    void reopenLast();

signals:
    void failureShown(const QString &text);

protected:
    void closeEvent(QCloseEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    void makeDocks();
    void shareWidth();
    /// No larger than the screen, and on it.
    void fitOnScreen();
    void makeRecentMenu();
    void fillRecentMenu();
    bool offerRecovery();
    void showGraphMenu(int card, int edge, const QPoint &globalPosition);
    /// Ends what runs, else a preview.
    void cancel();
    /// Says in the recipe which ranges are guesses and which steps are stale.
    void showCalibrations();
    void connectActions();
    void connectDocument();
    void connectViews();
    void documentChanged();
    void stateChanged();
    void showData();
    void activeChanged();
    void updateActions();
    /// What the status bar says while nothing runs.
    QString idleText() const;
    void showFailure(const QString &what, const QString &why);
    /// What a saved model file does not have as the document has it.
    void showNotes(const std::vector<std::string> &notes);
    /// False where the person wants to stay with unsaved changes.
    bool mayLoseChanges();
    bool save(bool askForName);
    /// After a failure: with the sizes that were tried, and why they cannot be.
    void askForSizes(const OpenDimensions &open, const OpenOptions &tried = {}, const QString &failure = {});
    /// Shows a tab with the keyboard's focus in it.
    void goToTab(const QString &name);
    void leadToProblem(int step);
    void updateProblemsTab();
    void openWithDialog();
    void openDataWithDialog();
    void savePicture();
    void printGraph();
    void saveTensor(const Tensor &tensor);
    void setTheme(int choice);

    ThemeController &themes_;
    DocumentController document_;
    ActionSet *actions_;
    BudgetBar *budget_;
    QStackedWidget *centre_;
    WelcomePage *welcome_;
    GraphArea *graph_;
    ProposalsPanel *proposals_;
    InspectorPanel *inspector_;
    MemoryPanel *memory_;
    LayerTable *layers_;
    AccuracyPanel *accuracy_;
    ProblemList *problems_;
    QTabWidget *bottom_;
    QMenu *recentMenu_ = nullptr;
    Autosave *autosave_ = nullptr;
    /// What the document under way is recovered from.
    std::unique_ptr<RecoveryFile> recovering_;
    QDockWidget *leftDock_ = nullptr;
    QDockWidget *rightDock_ = nullptr;
    QDockWidget *bottomDock_ = nullptr;
    ElidedLabel *statusText_;
    QProgressBar *statusProgress_;
    QPushButton *statusCancel_;
    std::shared_ptr<const Analysis> shownAnalysis_;
    /// What the dialog asked for last.
    OpenDimensions open_;
    QString lastFailure_;
    QString failedWork_;
    bool interactive_ = true;
    bool newDocument_ = false;
    bool shownBefore_ = false;
    bool layoutRestored_ = false;
};

} // namespace tinsmith
