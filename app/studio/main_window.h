// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/studio/document_controller.h"

#include <QMainWindow>

class QDialog;
class QDockWidget;
class QLabel;
class QProgressBar;
class QPushButton;
class QStackedWidget;
class QTabWidget;

namespace tinsmith {

class AccuracyPanel;
class ActionSet;
class BudgetBar;
class GraphArea;
class InspectorPanel;
class LayerTable;
class MemoryPanel;
class ProblemList;
class ProposalsPanel;
class ThemeController;
class WelcomePage;

/// The studio's window: it places the views and connects them with the document.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    MainWindow(ThemeController &themes, QWidget *parent = nullptr);

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

signals:
    void failureShown(const QString &text);

protected:
    void closeEvent(QCloseEvent *event) override;
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    void makeDocks();
    void connectActions();
    void connectDocument();
    void connectViews();
    void documentChanged();
    void stateChanged();
    void activeChanged();
    void updateActions();
    /// What the status bar says while nothing runs.
    QString idleText() const;
    void showFailure(const QString &what, const QString &why);
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
    void rememberRecent(const QString &file);
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
    QDockWidget *leftDock_ = nullptr;
    QDockWidget *rightDock_ = nullptr;
    QDockWidget *bottomDock_ = nullptr;
    QLabel *statusText_;
    QProgressBar *statusProgress_;
    QPushButton *statusCancel_;
    std::shared_ptr<const Analysis> shownAnalysis_;
    /// What the dialog asked for last.
    OpenDimensions open_;
    QString lastFailure_;
    QString failedWork_;
    bool interactive_ = true;
    bool newDocument_ = false;
};

} // namespace tinsmith
