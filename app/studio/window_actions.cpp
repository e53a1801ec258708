// SPDX-License-Identifier: Apache-2.0
#include "app/studio/actions.h"
#include "app/studio/graph_area.h"
#include "app/studio/main_window.h"
#include "app/studio/recent_files.h"
#include "app/studio/remembered_sizes.h"
#include "app/studio/settings.h"
#include "core/formats/model_file.h"
#include "core/graph/error.h"
#include "views/budget/budget_bar.h"
#include "views/budget/target_chooser.h"
#include "views/dimensions/bind_dialog.h"
#include "views/export/export_dialog.h"
#include "views/graph/graph_canvas.h"
#include "views/graph/path_bar.h"
#include "views/inspector/tensor_file.h"
#include "views/picture/picture.h"
#include "views/problems/problem_list.h"
#include "views/proposals/proposals_panel.h"
#include "views/theme/elided_label.h"
#include "views/theme/theme.h"
#include "views/welcome/welcome_page.h"

#include <QAction>
#include <QActionGroup>
#include <QApplication>
#include <QFileDialog>
#include <QFileInfo>
#include <QMessageBox>
#include <QPointer>
#include <QPrintDialog>
#include <QPrinter>
#include <QThreadPool>

namespace tinsmith {

void MainWindow::connectActions()
{
    using Id = ActionId;
    const auto on = [this](ActionId id, auto &&slot) { connect((*actions_)[id], &QAction::triggered, this, slot); };
    on(Id::Open, [this] { openWithDialog(); });
    on(Id::ReopenLast, [this] { reopenLast(); });
    on(Id::ReopenAtStart, [this](bool reopen) {
        setReopensLast(reopen);
        welcome_->setReopenAtStart(reopen);
    });
    on(Id::OpenData, [this] { openDataWithDialog(); });
    on(Id::Save, [this] { save(false); });
    on(Id::SaveAs, [this] { save(true); });
    on(Id::ExportPackage, [this] { exportPackage(); });
    on(Id::SavePicture, [this] { savePicture(); });
    on(Id::Print, [this] { printGraph(); });
    on(Id::Close, [this] {
        if (mayLoseChanges()) {
            document_.closeDocument();
        }
    });
    on(Id::Quit, [this] { close(); });
    on(Id::Undo, [this] { document_.undo(); });
    on(Id::Redo, [this] { document_.redo(); });
    on(Id::Find, [this] { graph_->openFind(); });
    on(Id::FindNext, [this] { graph_->findNext(); });
    on(Id::FindPrevious, [this] { graph_->findPrevious(); });
    on(Id::ShowOriginal, [this] { graph_->setView(GraphArea::View::Original); });
    on(Id::ShowOptimised, [this] { graph_->setView(GraphArea::View::Optimised); });
    on(Id::ShowSideBySide, [this] { graph_->setView(GraphArea::View::SideBySide); });
    on(Id::ZoomIn, [this] { graph_->activeCanvas()->zoomIn(); });
    on(Id::ZoomOut, [this] { graph_->activeCanvas()->zoomOut(); });
    on(Id::ActualSize, [this] { graph_->activeCanvas()->actualSize(); });
    on(Id::Fit, [this] { graph_->activeCanvas()->fit(); });
    on(Id::GoToPeak, [this] { graph_->activeCanvas()->goToPeak(); });
    on(Id::GoUp, [this] { graph_->goUp(); });
    on(Id::ChooseSubgraph, [this] { graph_->pathBar()->openChooser(); });
    on(Id::ShowMemory, [this] { goToTab(QStringLiteral("memory")); });
    on(Id::ShowLayers, [this] { goToTab(QStringLiteral("layers")); });
    on(Id::ShowAccuracy, [this] { goToTab(QStringLiteral("accuracy")); });
    on(Id::ShowProblems, [this] { goToTab(QStringLiteral("problems")); });
    on(Id::NextProblem, [this] { leadToProblem(1); });
    on(Id::PreviousProblem, [this] { leadToProblem(-1); });
    on(Id::ToggleMinimap, [this](bool shown) { graph_->setMinimapVisible(shown); });
    (*actions_)[Id::ToggleMinimap]->setChecked(true);
    on(Id::ToggleLegend, [this](bool shown) { graph_->setLegendVisible(shown); });
    (*actions_)[Id::ToggleLegend]->setChecked(true);
    on(Id::FoldRepeats, [this](bool folded) { graph_->setRepeatsFolded(folded); });
    auto *themes = new QActionGroup(this);
    int choice = 0;
    for (const ActionId id : {Id::ThemeSystem, Id::ThemeLight, Id::ThemeDark}) {
        themes->addAction((*actions_)[id]);
        on(id, [this, choice] { setTheme(choice); });
        ++choice;
    }
    on(Id::ChooseTarget, [this] { budget_->chooser()->openList(); });
    on(Id::BindDimensions, [this] { document_.findDimensions(); });
    on(Id::Evaluate, [this] { document_.startEvaluation(); });
    on(Id::Cancel, [this] { cancel(); });
    on(Id::AllActions, [this] { actions_->showList(this); });
    on(Id::Shortcuts, [this] { actions_->showShortcuts(this); });
    on(Id::About, [this] {
        QMessageBox::about(this, tr("About Tinsmith"),
            tr("<h3>Tinsmith %1</h3><p>Makes neural networks fit microcontrollers.</p><p>Licensed under the Apache "
               "License 2.0. "
               "Uses Qt under the LGPL.</p>")
                .arg(QCoreApplication::applicationVersion()));
    });
}

void MainWindow::updateActions()
{
    using Id = ActionId;
    const bool open = document_.isOpen();
    const bool idle = open && !document_.busy();
    for (const ActionId id : {Id::OpenData, Id::Save, Id::SaveAs, Id::SavePicture, Id::Print, Id::Close, Id::Find,
             Id::FindNext, Id::FindPrevious, Id::ShowOriginal, Id::ShowOptimised, Id::ShowSideBySide, Id::ZoomIn,
             Id::ZoomOut, Id::ActualSize, Id::Fit, Id::GoToPeak, Id::ShowMemory, Id::ShowLayers, Id::ShowAccuracy,
             Id::ShowProblems, Id::FoldRepeats, Id::ToggleMinimap, Id::ToggleLegend}) {
        (*actions_)[id]->setEnabled(open);
    }
    for (const ActionId id : {Id::NextProblem, Id::PreviousProblem}) {
        (*actions_)[id]->setEnabled(open && problems_->count() > 0);
    }
    (*actions_)[Id::GoUp]->setEnabled(open && !graph_->atTop());
    (*actions_)[Id::ChooseSubgraph]->setEnabled(open && !document_.session().source().subgraphs().empty());
    (*actions_)[Id::BindDimensions]->setEnabled(idle
        && (!document_.session().openOptions().bindings.empty() || !document_.session().assumed().empty()
            || !symbolicDimensions(document_.session().source()).empty()));
    (*actions_)[Id::ExportPackage]->setEnabled(idle && document_.state()->optimised->plan.has_value());
    (*actions_)[Id::Evaluate]->setEnabled(idle && document_.session().data().has_value());
    (*actions_)[Id::Cancel]->setEnabled(document_.busy() || proposals_->previewing());
    (*actions_)[Id::ReopenLast]->setEnabled(!recentFiles().isEmpty());
    const auto describe = [this](ActionId id, const QString &verb, bool possible, const std::string &what) {
        (*actions_)[id]->setEnabled(possible);
        (*actions_)[id]->setText(what.empty() ? verb : verb + QStringLiteral(": ") + QString::fromStdString(what));
    };
    describe(Id::Undo, tr("&Undo"), idle && document_.session().canUndo(),
        open ? document_.session().undoText() : std::string());
    describe(Id::Redo, tr("&Redo"), idle && document_.session().canRedo(),
        open ? document_.session().redoText() : std::string());
}

void MainWindow::setTheme(int choice)
{
    themes_.setChoice(static_cast<ThemeChoice>(choice));
    Settings().setValue(QStringLiteral("theme"), choice);
    using Id = ActionId;
    (*actions_)[choice == 1 ? Id::ThemeLight : choice == 2 ? Id::ThemeDark : Id::ThemeSystem]->setChecked(true);
}

bool MainWindow::mayLoseChanges()
{
    if (!interactive_ || !document_.hasUnsavedWork()) {
        return true;
    }
    const auto answer = QMessageBox::question(this, tr("Unsaved changes"),
        tr("Save the steps applied to %1 as a project?").arg(shortMiddle(document_.title(), 60)),
        QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel, QMessageBox::Save);
    return answer == QMessageBox::Discard || (answer == QMessageBox::Save && save(false));
}

bool MainWindow::save(bool askForName)
{
    QString file = QString::fromStdString(document_.session().projectFile().string());
    if (askForName || file.isEmpty()) {
        const QFileInfo model(QString::fromStdString(document_.session().modelFile().string()));
        file = QFileDialog::getSaveFileName(this, tr("Save"),
            model.dir().filePath(model.completeBaseName() + QStringLiteral(".tinsmith")),
            tr("Tinsmith project (*.tinsmith);;Optimised model, TFLite (*.tflite);;Optimised model, ONNX (*.onnx)"));
    }
    if (file.isEmpty()) {
        return false;
    }
    try {
        if (file.endsWith(QStringLiteral(".tflite")) || file.endsWith(QStringLiteral(".onnx"))) {
            // TFLite knows channels last only; that is the form that planning made of an ONNX model. A TFLite model is
            // written as it was.
            const Analysis &analysis = *document_.state()->optimised;
            const bool canonical = file.endsWith(QStringLiteral(".tflite")) && !analysis.canonical.operators().empty();
            showNotes(writeModel(canonical ? analysis.canonical : analysis.graph, file.toStdString()));
        } else {
            document_.save(file);
            rememberRecent(file);
        }
        return true;
    } catch (const Error &error) {
        showFailure(tr("Saving"), QString::fromUtf8(error.what()));
        return false;
    }
}

void MainWindow::showNotes(const std::vector<std::string> &notes)
{
    if (notes.empty()) {
        return;
    }
    QStringList lines;
    for (const std::string &note : notes) {
        lines << QString::fromStdString(note);
    }
    statusText_->setFullText(lines.front());
    if (interactive_) {
        auto *box = new QMessageBox(
            QMessageBox::Information, tr("Tinsmith"), tr("The model is saved."), QMessageBox::Ok, this);
        box->setObjectName(QStringLiteral("savingNotes"));
        box->setAttribute(Qt::WA_DeleteOnClose);
        box->setInformativeText(lines.join(QStringLiteral("\n\n")));
        box->open();
    }
}

void MainWindow::openWithDialog()
{
    const QString file = QFileDialog::getOpenFileName(this, tr("Open model"),
        Settings().value(QStringLiteral("lastFolder")).toString(),
        tr("Models and projects (*.tflite *.onnx *.tinsmith);;All files (*)"));
    if (!file.isEmpty()) {
        Settings().setValue(QStringLiteral("lastFolder"), QFileInfo(file).absolutePath());
        openFile(file);
    }
}

void MainWindow::openDataWithDialog()
{
    QMessageBox kind(QMessageBox::Question, tr("Open data set"),
        tr("A folder (inputs.npy, raw files with labels, images by class, IDX) or one file (.npz, .npy, .bin)?"),
        QMessageBox::Cancel, this);
    const QPushButton *folder = kind.addButton(tr("Folder…"), QMessageBox::AcceptRole);
    const QPushButton *file = kind.addButton(tr("File…"), QMessageBox::AcceptRole);
    kind.exec();
    QString path;
    if (kind.clickedButton() == folder) {
        path = QFileDialog::getExistingDirectory(this, tr("Folder of the data set"));
    } else if (kind.clickedButton() == file) {
        path = QFileDialog::getOpenFileName(this, tr("File of the data set"));
    }
    if (!path.isEmpty()) {
        document_.openData(path);
    }
}

void MainWindow::askForSizes(const OpenDimensions &open, const OpenOptions &tried, const QString &failure)
{
    if (open.dimensions.empty()) {
        return;
    }
    open_ = open;
    auto *dialog = new BindDialog(document_.title(), open, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    if (!failure.isEmpty()) {
        dialog->setFailure(tried.bindings, failure);
    }
    connect(dialog, &QDialog::accepted, this, [this, dialog] { document_.bind(OpenOptions{dialog->bindings()}); });
    dialog->open();
}

void MainWindow::exportPackage()
{
    if (!document_.isOpen() || !document_.state()->optimised->plan) {
        return;
    }
    const QString name = QFileInfo(QString::fromStdString(document_.session().modelFile().string())).completeBaseName();
    auto *dialog
        = new ExportDialog(document_.state(), document_.session().data(), originOf(document_.session()), name, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void MainWindow::savePicture()
{
    const auto scene = graph_->activeScene();
    const QString file = QFileDialog::getSaveFileName(
        this, tr("Save picture"), QStringLiteral("graph.svg"), tr("SVG (*.svg);;PNG (*.png);;PDF (*.pdf)"));
    if (file.isEmpty() || !scene) {
        return;
    }
    try {
        PictureOptions options;
        options.dark = theme().dark;
        options.title = document_.title();
        writeGraphPicture(file, *scene, options);
    } catch (const Error &error) {
        showFailure(tr("Saving the picture"), QString::fromUtf8(error.what()));
    }
}

void MainWindow::printGraph()
{
    QPrinter printer(QPrinter::HighResolution);
    QPrintDialog dialog(&printer, this);
    if (graph_->activeScene() && dialog.exec() == QDialog::Accepted) {
        tinsmith::printGraph(printer, *graph_->activeScene());
    }
}

void MainWindow::saveTensor(const Tensor &tensor)
{
    QString name = QString::fromStdString(tensor.name);
    name.replace(QLatin1Char('/'), QLatin1Char('_'));
    const QString suffix = tensorFileSuffix(tensor);
    const QString file = QFileDialog::getSaveFileName(this, tr("Save tensor"), name + suffix,
        suffix == QStringLiteral(".npy") ? tr("NumPy (*.npy)") : tr("Text (*.txt)"));
    if (file.isEmpty()) {
        return;
    }
    statusText_->setFullText(tr("Saving %1").arg(QFileInfo(file).fileName()));
    QThreadPool::globalInstance()->start([self = QPointer(this), tensor, file] {
        QString problem;
        try {
            saveTensorFile(tensor, file.toStdString());
        } catch (const std::exception &error) {
            problem = QString::fromUtf8(error.what());
        }
        QMetaObject::invokeMethod(qApp, [self, problem, file] {
            if (self.isNull()) {
                return;
            }
            self->statusText_->setFullText(tr("Saved %1").arg(file));
            if (!problem.isEmpty()) {
                self->showFailure(tr("Saving the tensor"), problem);
            }
        });
    });
}

} // namespace tinsmith
