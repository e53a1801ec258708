// SPDX-License-Identifier: Apache-2.0
#include "app/studio/headless.h"

#include "app/studio/actions.h"
#include "app/studio/graph_area.h"
#include "app/studio/main_window.h"
#include "app/studio/settings.h"
#include "core/graph/error.h"
#include "core/session/model_path.h"
#include "core/session/session.h"
#include "views/graph/graph_canvas.h"
#include "views/graph/path_bar.h"
#include "views/graph/scene_builder.h"
#include "views/graph/subgraph_list.h"
#include "views/inspector/inspector_panel.h"
#include "views/memory/memory_scene.h"
#include "views/picture/picture.h"
#include "views/problems/problem_list.h"
#include "views/proposals/proposals_panel.h"
#include "views/proposals/step_form.h"
#include "views/theme/theme.h"

#include <QCommandLineParser>
#include <QDialog>
#include <QEventLoop>
#include <QFileInfo>
#include <QLabel>
#include <QPushButton>
#include <QScrollBar>
#include <QTimer>

#include <array>
#include <cstdio>

namespace tinsmith {
namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("Headless", text);
}

const Target &targetOf(const QCommandLineParser &parser)
{
    return TargetDatabase::builtIn().at(parser.value(QStringLiteral("target")).toStdString());
}

OpenOptions sizesOf(const QCommandLineParser &parser)
{
    OpenOptions options;
    for (const QString &binding : parser.values(QStringLiteral("bind"))) {
        options.bindings.insert(parseBinding(binding.toStdString()));
    }
    return options;
}

void exportPicture(const QCommandLineParser &parser, const QString &model)
{
    const Session session = Session::open(model.toStdString(), targetOf(parser), {}, sizesOf(parser));
    const Analysis &analysis = *session.state().optimised;
    const QString file = parser.value(QStringLiteral("export"));
    PictureOptions options;
    options.dark = parser.value(QStringLiteral("theme")) == QStringLiteral("dark");
    options.title = QFileInfo(model).fileName();
    const QString view = parser.value(QStringLiteral("view"));
    if (view == QStringLiteral("memory")) {
        if (!analysis.plan) {
            throw UnsupportedError(model.toStdString(), {}, "has no memory plan: " + analysis.whyNotPlanned);
        }
        writeMemoryPicture(file, memoryOf(analysis.canonical, *analysis.plan), options);
        return;
    }
    if (view != QStringLiteral("graph")) {
        throw Error("--view " + view.toStdString() + ": there are graph and memory");
    }
    GraphScene scene = showsPlanned(analysis, ModelForm::AsOpened)
        ? sceneOf(analysis.canonical, &*analysis.plan, &*analysis.estimate)
        : sceneOf(analysis.graph);
    scene.title = options.title;
    writeGraphPicture(file, *placeScene(std::move(scene), SceneStyle::fromApplication()), options);
}

/// Runs the event loop until `done` or two minutes have passed.
template <typename Done>
void waitFor(Done &&done)
{
    QEventLoop loop;
    QTimer poll;
    QObject::connect(&poll, &QTimer::timeout, &loop, [&] {
        if (done()) {
            loop.quit();
        }
    });
    QTimer::singleShot(120000, &loop, &QEventLoop::quit);
    poll.start(30);
    loop.exec();
}

/// By its name, or by that of an operator that runs it.
void openSubgraph(GraphArea &area, const QString &name)
{
    const Graph &model = area.activeAnalysis()->graph;
    for (const ModelPath &path : pathsOf(model)) {
        if (titleOf(model, path.subgraph()) == name.toStdString() || path.steps.back().op == name.toStdString()) {
            area.openPath(path);
            return;
        }
    }
    throw Error("--open-subgraph " + name.toStdString() + ": the model has no such subgraph");
}

ColourBy colourOf(const QString &name)
{
    const std::array<std::pair<const char *, ColourBy>, 6> names = {
        {{"family", ColourBy::Family}, {"ram", ColourBy::Ram}, {"macs", ColourBy::Macs}, {"latency", ColourBy::Latency},
            {"weights", ColourBy::WeightBytes}, {"error", ColourBy::QuantizationError}}};
    for (const auto &[text, colourBy] : names) {
        if (name == QLatin1String(text)) {
            return colourBy;
        }
    }
    throw Error("--colour " + name.toStdString() + ": there are family, ram, macs, latency, weights and error");
}

/// Brings the heading of a section of the inspector to the top.
void scrollInspector(MainWindow &window, const QString &heading)
{
    auto *inspector = window.findChild<InspectorPanel *>();
    for (const QLabel *label : inspector->findChildren<QLabel *>()) {
        if (label->text() == heading) {
            const QPoint place = label->mapTo(inspector->widget(), QPoint(0, 0));
            inspector->verticalScrollBar()->setValue(place.y());
            return;
        }
    }
    throw Error("--inspect " + heading.toStdString() + ": the inspector shows no such section");
}

/// Opens a dialog of the window and returns it.
QWidget *openDialog(MainWindow &window, const QString &name)
{
    if (name == QStringLiteral("export")) {
        window.exportPackage();
    } else if (name == QStringLiteral("dimensions")) {
        window.document().findDimensions();
        waitFor([&window] { return !window.document().busy() || !window.lastFailure().isEmpty(); });
    } else if (name == QStringLiteral("subgraphs")) {
        if (window.graphArea()->pathBar()->isVisible()) {
            window.graphArea()->pathBar()->openChooser();
        }
        if (auto *list = window.findChild<SubgraphList *>()) {
            return list;
        }
    } else if (name == QStringLiteral("shortcuts")) {
        return window.findChild<ActionSet *>()->showShortcuts(&window);
    } else if (name == QStringLiteral("step")) {
        if (StepForm *form = window.findChild<ProposalsPanel *>()->editStep(0)) {
            form->open();
        }
    } else if (name == QStringLiteral("values")) {
        for (QPushButton *button : window.findChildren<QPushButton *>()) {
            if (button->property("values").toBool()) {
                button->click();
                break;
            }
        }
    }
    auto *dialog = name == QStringLiteral("failure") ? window.failureBox() : window.findChild<QDialog *>();
    if (dialog == nullptr) {
        throw Error("--dialog " + name.toStdString()
            + ": there are export (of a model that has a plan), dimensions (of one that leaves some open), subgraphs "
              "(of one that has some), values (with a constant selected), shortcuts, step (with --apply) and failure "
              "(of one "
              "that does not open)");
    }
    return dialog;
}

void takeScreenshot(const QCommandLineParser &parser, ThemeController &themes, const QString &model)
{
    const SettingsInMemory ownSettings;
    const QString choice = parser.value(QStringLiteral("theme"));
    themes.setChoice(choice == QStringLiteral("dark") ? ThemeChoice::Dark : ThemeChoice::Light);
    MainWindow window(themes);
    window.setInteractive(false);
    const QStringList size = parser.value(QStringLiteral("size")).split(QLatin1Char('x'));
    if (size.size() != 2 || size[0].toInt() < 100 || size[1].toInt() < 100) {
        throw Error("--size " + parser.value(QStringLiteral("size")).toStdString() + " is not WIDTHxHEIGHT");
    }
    window.resize(size[0].toInt(), size[1].toInt());
    window.show();
    if (!model.isEmpty()) {
        window.document().setTarget(targetOf(parser));
        if (const OpenOptions sizes = sizesOf(parser); sizes.bindings.empty()) {
            window.openFile(model);
        } else {
            window.document().open(model, sizes);
        }
        bool searched = false;
        QObject::connect(&window.document(), &DocumentController::proposalsBusyChanged, &window,
            [&searched](bool busy) { searched = !busy; });
        waitFor([&] {
            return !window.lastFailure().isEmpty()
                || (window.document().isOpen() && searched && !window.graphArea()->placing());
        });
        const bool wanted = parser.value(QStringLiteral("dialog")) == QStringLiteral("failure");
        if (!window.lastFailure().isEmpty() && !wanted) {
            throw Error(window.lastFailure().toStdString());
        }
        if (window.document().isOpen()
            && window.document().session().openOptions().bindings.size() < sizesOf(parser).bindings.size()) {
            throw Error("--bind " + parser.values(QStringLiteral("bind")).join(QLatin1Char(' ')).toStdString()
                + ": the model leaves no such dimension open");
        }
        for (const QString &step : parser.values(QStringLiteral("apply"))) {
            searched = false;
            window.document().apply(parseStep(step.toStdString()));
            waitFor([&] {
                return !window.lastFailure().isEmpty()
                    || (searched && !window.document().busy() && !window.graphArea()->placing());
            });
        }
        const QString show = parser.value(QStringLiteral("show"));
        window.graphArea()->setView(show == QStringLiteral("original") ? GraphArea::View::Original
                : show == QStringLiteral("side-by-side")               ? GraphArea::View::SideBySide
                                                                       : GraphArea::View::Optimised);
        if (parser.isSet(QStringLiteral("data"))) {
            bool evaluated = false;
            QObject::connect(
                &window.document(), &DocumentController::evaluationReady, &window, [&evaluated] { evaluated = true; });
            searched = false;
            window.document().openData(parser.value(QStringLiteral("data")));
            waitFor([&] {
                const auto &document = window.document();
                const bool loaded = !document.busy() && document.session().data().has_value();
                return !window.lastFailure().isEmpty()
                    || (loaded && searched && (evaluated || !document.session().data()->hasLabels()));
            });
            if (!window.lastFailure().isEmpty()) {
                throw Error(window.lastFailure().toStdString());
            }
        }
        if (parser.isSet(QStringLiteral("colour"))) {
            window.graphArea()->setColourBy(colourOf(parser.value(QStringLiteral("colour"))));
        }
        if (parser.isSet(QStringLiteral("preview"))) {
            const int number = parser.value(QStringLiteral("preview")).toInt();
            if (number < 1 || static_cast<std::size_t>(number) > window.document().proposals().size()) {
                throw Error("--preview " + parser.value(QStringLiteral("preview")).toStdString() + ": there are "
                    + std::to_string(window.document().proposals().size()) + " proposals, counted from 1");
            }
            window.findChild<ProposalsPanel *>()->preview(static_cast<std::size_t>(number) - 1);
        }
        waitFor([&window] { return !window.graphArea()->placing() && !window.document().measuringSteps(); });
        window.showTab(parser.value(QStringLiteral("tab")));
        const auto placed = [&window] { return !window.graphArea()->placing(); };
        if (parser.isSet(QStringLiteral("open-subgraph"))) {
            openSubgraph(*window.graphArea(), parser.value(QStringLiteral("open-subgraph")));
            waitFor(placed);
        }
        if (parser.isSet(QStringLiteral("fold"))) {
            window.graphArea()->setRepeatsFolded(true);
            waitFor(placed);
        }
        if (parser.isSet(QStringLiteral("find"))) {
            window.graphArea()->find(parser.value(QStringLiteral("find")));
        }
        if (parser.isSet(QStringLiteral("filter"))) {
            window.findChild<ProblemList *>()->setFilter(parser.value(QStringLiteral("filter")));
        }
        if (parser.isSet(QStringLiteral("select"))) {
            window.graphArea()->showPlace(
                parser.value(QStringLiteral("select")), window.graphArea()->path().subgraph());
            waitFor(placed);
        }
    }
    // Layouts and late repaints settle before the picture is taken.
    QEventLoop settle;
    QTimer::singleShot(400, &settle, &QEventLoop::quit);
    settle.exec();
    if (parser.isSet(QStringLiteral("inspect"))) {
        scrollInspector(window, parser.value(QStringLiteral("inspect")));
    }
    QWidget *shown = &window;
    if (parser.isSet(QStringLiteral("dialog"))) {
        shown = openDialog(window, parser.value(QStringLiteral("dialog")));
        QTimer::singleShot(600, &settle, &QEventLoop::quit);
        settle.exec();
    }
    const QString file = parser.value(QStringLiteral("screenshot"));
    if (!shown->grab().save(file)) {
        throw SystemError(file.toStdString(), {}, "cannot be written");
    }
}

} // namespace

void addHeadlessOptions(QCommandLineParser &parser)
{
    const auto add = [&parser](const char *name, const QString &text, const char *value, const char *preset = "") {
        parser.addOption({QString::fromLatin1(name), text, QString::fromLatin1(value), QString::fromLatin1(preset)});
    };
    add("export", tr("Write a picture (.svg, .png, .pdf) of the model, without a window."), "FILE");
    add("view", tr("What --export shows: graph or memory."), "VIEW", "graph");
    add("target", tr("The microcontroller to plan for, in pictures."), "ID", "stm32l4r5");
    add("theme", tr("Colours of pictures: light or dark."), "THEME", "light");
    add("screenshot", tr("Write a PNG of the window, without showing it."), "FILE");
    add("size", tr("Size of the window in --screenshot."), "WxH", "1280x800");
    add("show", tr("Centre of the window in --screenshot: original, optimised, side-by-side."), "VIEW", "optimised");
    add("tab", tr("Tab at the bottom in --screenshot: memory, layers, accuracy, problems."), "TAB", "memory");
    add("select", tr("Operator to select in --screenshot."), "OPERATOR");
    add("colour", tr("What colours cards in --screenshot: family, ram, macs, latency, weights, error."), "BY");
    add("preview", tr("Number of the proposal, from 1, to preview in --screenshot."), "NUMBER");
    add("open-subgraph", tr("Subgraph to open in --screenshot, by its name or that of its operator."), "NAME");
    add("find", tr("Text to find in --screenshot."), "TEXT");
    add("data", tr("Data set to open, and evaluate on, before --screenshot."), "PATH");
    add("bind", tr("Size of an open dimension of the model, as batch=1; may be repeated."), "NAME=SIZE");
    add("filter", tr("Text to filter problems by in --screenshot."), "TEXT");
    add("inspect", tr("Heading in the inspector to scroll to in --screenshot."), "HEADING");
    add("dialog",
        tr("Picture a dialog instead of the window in --screenshot: export, dimensions, subgraphs, values, shortcuts, "
           "step, "
           "failure."),
        "DIALOG");
    add("apply", tr("Rewrite to apply before --screenshot; may be repeated."), "REWRITE");
    parser.addOption({QStringLiteral("fold"), tr("Fold repeated blocks in --screenshot.")});
}

bool isHeadless(const QCommandLineParser &parser)
{
    return parser.isSet(QStringLiteral("export")) || parser.isSet(QStringLiteral("screenshot"));
}

int runHeadless(const QCommandLineParser &parser, ThemeController &themes)
{
    const QStringList models = parser.positionalArguments();
    try {
        if (parser.isSet(QStringLiteral("screenshot"))) {
            takeScreenshot(parser, themes, models.isEmpty() ? QString() : models.constFirst());
            return 0;
        }
        if (models.isEmpty()) {
            throw Error("--export needs a model");
        }
        exportPicture(parser, models.constFirst());
        return 0;
    } catch (const std::exception &error) {
        std::fprintf(stderr, "tinsmith-studio: %s\n", error.what());
        return 2;
    }
}

} // namespace tinsmith
