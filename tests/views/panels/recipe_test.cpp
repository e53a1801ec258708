// SPDX-License-Identifier: Apache-2.0
#include "tests/fixtures/models.h"
#include "tests/support/test_main.h"
#include "views/proposals/obstacle_card.h"
#include "views/proposals/proposal_card.h"
#include "views/proposals/proposals_panel.h"
#include "views/proposals/recipe_model.h"
#include "views/proposals/recipe_view.h"
#include "views/proposals/step_form.h"

#include <QAbstractItemModelTester>
#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QListView>
#include <QListWidget>
#include <QMimeData>
#include <QPushButton>
#include <QRadioButton>
#include <QScrollArea>
#include <QSignalSpy>
#include <QSpinBox>

using namespace tinsmith;
using Numbers = test::ModelMaker::Numbers;

namespace {

const Session &cnn()
{
    static const Session session
        = Session::fromGraph(test::smallCnn(Numbers::Float32), TargetDatabase::builtIn().at("stm32l4r5"));
    return session;
}

std::shared_ptr<const SessionState> stateOf(const std::vector<std::string> &steps)
{
    Recipe recipe;
    for (const std::string &step : steps) {
        recipe.steps.push_back(parseStep(step));
    }
    return cnn().withRecipe(recipe, "test");
}

Recipe wantedRecipe(const QSignalSpy &wanted)
{
    return wanted.last().first().value<Recipe>();
}

} // namespace

class RecipeViewTest : public QObject {
    Q_OBJECT

private slots:
    void stepsShowTitlesFiguresAndProblems()
    {
        const auto state = stateOf({"pool-to-stride:at=pool_1", "quantize:samples=16,io=float", "fold-batch-norm"});
        StepFigures opened;
        opened.ramBytes = 20'480;
        opened.samples = 100;
        opened.accuracy = 0.991;
        StepFigures strided = opened;
        strided.ramBytes = 10'240;
        strided.accuracy = 0.61;
        const auto rows = recipeRows(*state, {opened, strided});
        QCOMPARE(rows.size(), std::size_t(3));
        QCOMPARE(rows[0].number, 1);
        QCOMPARE(rows[0].title, QStringLiteral("Pool to stride"));
        QCOMPARE(rows[0].details, QStringLiteral("at pool_1"));
        QCOMPARE(rows[0].ram, QStringLiteral("10.0 KB RAM (−10.0 KB)"));
        QCOMPARE(rows[0].accuracy, QStringLiteral("61.0 %"));
        // It needs training: what it costs untrained is said, measured before and after.
        QVERIFY(rows[0].note.contains(QStringLiteral("99.1\u00a0% before, 61.0\u00a0% after")));
        QCOMPARE(rows[1].title, QStringLiteral("Quantize to int8"));
        QCOMPARE(rows[1].details, QStringLiteral("Samples for calibration: 16 · Inputs and outputs: float"));
        // Not measured yet.
        QVERIFY(rows[1].accuracy.isEmpty() && rows[1].ram.isEmpty() && rows[1].note.isEmpty());
        QVERIFY(rows[2].failed);
        QVERIFY(rows[2].note.startsWith(QStringLiteral("Not applied: ")));
        // Without data the note says how to measure.
        QVERIFY(recipeRows(*state)[0].note.contains(QStringLiteral("untrained")));
        QVERIFY(recipeRows(*state)[0].note.contains(QStringLiteral("data set")));
    }

    void staleStepsAreCalibratedWithOneClick()
    {
        ProposalsPanel panel;
        panel.resize(300, 600);
        panel.show();
        panel.setState(stateOf({"pool-to-stride:at=pool_1", "quantize"}));
        QPushButton *again = nullptr;
        for (QPushButton *button : panel.findChildren<QPushButton *>()) {
            again = button->text() == QStringLiteral("Calibrate again") ? button : again;
        }
        QVERIFY(again != nullptr && !again->isVisible());
        const QString guessed = QStringLiteral("Ranges are guesses.");
        panel.setCalibrations({{}, {guessed, false}});
        QVERIFY(!again->isVisible());
        QCOMPARE(panel.recipe()->model()->row(1).note, guessed);
        QVERIFY(!panel.recipe()->model()->row(0).note.contains(guessed));
        panel.setCalibrations({{guessed, false}, {guessed, true}});
        QVERIFY(panel.recipe()->model()->row(0).note.endsWith(guessed));
        QVERIFY(again->isVisible());
        QSignalSpy wanted(&panel, &ProposalsPanel::calibrateWanted);
        again->click();
        QCOMPARE(wanted.count(), 1);
    }

    void theModelIsAModel()
    {
        RecipeModel model;
        const QAbstractItemModelTester tester(&model);
        model.setState(stateOf({"pool-to-stride:at=pool_1", "quantize"}));
        QCOMPARE(model.rowCount(), 2);
        QVERIFY(model.index(0).data(Qt::AccessibleTextRole).toString().startsWith(QStringLiteral("Step 1, ")));
        model.setState(stateOf({"quantize"}));
        QCOMPARE(model.rowCount(), 1);
        model.setState(nullptr);
        QCOMPARE(model.rowCount(), 0);
    }

    void aDraggedStepTakesTheGap_data()
    {
        QTest::addColumn<int>("from");
        QTest::addColumn<int>("gap");
        QTest::addColumn<int>("to");
        QTest::newRow("down behind the next") << 0 << 2 << 1;
        QTest::newRow("to the end") << 0 << 3 << 2;
        QTest::newRow("up to the start") << 2 << 0 << 0;
        QTest::newRow("to where it is") << 1 << 1 << -1;
        QTest::newRow("behind itself") << 1 << 2 << -1;
    }
    void aDraggedStepTakesTheGap()
    {
        QFETCH(const int, from);
        QFETCH(const int, gap);
        QFETCH(const int, to);
        RecipeModel model;
        model.setState(stateOf({"pool-to-stride:at=pool_1", "quantize", "fold-constants"}));
        QSignalSpy moved(&model, &RecipeModel::moveWanted);
        const std::unique_ptr<QMimeData> data(model.mimeData({model.index(from)}));
        model.dropMimeData(data.get(), Qt::MoveAction, gap, 0, {});
        QCOMPARE(moved.count(), to < 0 ? 0 : 1);
        if (to >= 0) {
            QCOMPARE(moved.first().at(0).toInt(), from);
            QCOMPARE(moved.first().at(1).toInt(), to);
        }
    }

    void aForeignDropIsRefused()
    {
        RecipeModel model;
        model.setState(stateOf({"quantize"}));
        QMimeData data;
        data.setText(QStringLiteral("0"));
        QVERIFY(!model.dropMimeData(&data, Qt::MoveAction, 0, 0, {}));
        data.setData(model.mimeTypes().first(), "99");
        QVERIFY(!model.dropMimeData(&data, Qt::MoveAction, 0, 0, {}));
    }

    /// Rows that wrap decide whether there is a scroll bar, and the scroll bar decides where rows wrap.
    void theListSettlesAtEveryWidth()
    {
        ProposalsPanel panel;
        panel.show();
        panel.setState(stateOf({"pool-to-stride:at=pool_1", "pool-to-stride:at=pool_2", "quantize"}));
        for (int width = 180; width < 420; width += 3) {
            for (const int height : {160, 260, 500}) {
                panel.resize(width, height);
                QCoreApplication::processEvents();
            }
        }
        QCOMPARE(panel.recipe()->list()->model()->rowCount(), 3);
    }

    void keysToggleMoveEditAndRemove()
    {
        ProposalsPanel panel;
        panel.resize(300, 600);
        panel.show();
        panel.setState(stateOf({"pool-to-stride:at=pool_1", "quantize"}));
        QListView *list = panel.recipe()->list();
        QSignalSpy wanted(&panel, &ProposalsPanel::recipeChangeWanted);
        list->setFocus();
        list->setCurrentIndex(list->model()->index(0, 0));
        QTest::keyClick(list, Qt::Key_Space);
        QCOMPARE(wanted.count(), 1);
        QVERIFY(!wantedRecipe(wanted).steps.front().enabled);
        QCOMPARE(wanted.last().at(1).toString(), QStringLiteral("Switch off Pool to stride"));
        QTest::keyClick(list, Qt::Key_Down, Qt::ControlModifier);
        QCOMPARE(wanted.count(), 2);
        QCOMPARE(wantedRecipe(wanted).steps.front().rewrite, std::string("quantize"));
        QTest::keyClick(list, Qt::Key_Up, Qt::ControlModifier);
        // The first one has no place above.
        QCOMPARE(wanted.count(), 2);
        QTest::keyClick(list, Qt::Key_Delete);
        QCOMPARE(wanted.count(), 3);
        QCOMPARE(wantedRecipe(wanted).steps.size(), std::size_t(1));
        QSignalSpy edited(panel.recipe(), &RecipeView::editWanted);
        QTest::keyClick(list, Qt::Key_F2);
        QCOMPARE(edited.count(), 1);
        qDeleteAll(panel.window()->findChildren<StepForm *>());
    }

    void theFormHasAFieldPerParameter()
    {
        StepForm form(parseStep("quantize:samples=16"));
        QCOMPARE(form.findChild<QSpinBox *>(QStringLiteral("samples"))->value(), 16);
        auto *channels = form.findChild<QCheckBox *>(QStringLiteral("per-channel"));
        auto *io = form.findChild<QComboBox *>(QStringLiteral("io"));
        QVERIFY(channels->isChecked());
        QCOMPARE(io->count(), 2);
        channels->setChecked(false);
        io->setCurrentText(QStringLiteral("float"));
        QCOMPARE(textOf(form.step()), std::string("quantize:io=float,per-channel=false,samples=16"));
        for (QPushButton *button : form.findChildren<QPushButton *>()) {
            if (button->text() == QStringLiteral("Presets")) {
                button->click();
            }
        }
        QCOMPARE(textOf(form.step()), std::string("quantize"));
    }

    void theFormChoosesPlaces()
    {
        const Rewrite *rewrite = rewriteNamed("pool-to-stride");
        const auto sites = rewrite->sites(cnn().source());
        QCOMPARE(sites.size(), std::size_t(2));
        StepForm form(parseStep("pool-to-stride:at=pool_1"));
        // Until the places are known nothing is changed.
        QCOMPARE(textOf(form.step()), std::string("pool-to-stride:at=pool_1"));
        form.setSites(sites);
        auto *places = form.findChild<QListWidget *>();
        QCOMPARE(places->count(), 2);
        QCOMPARE(places->item(0)->checkState(), Qt::Checked);
        QCOMPARE(places->item(1)->checkState(), Qt::Unchecked);
        places->item(1)->setCheckState(Qt::Checked);
        places->item(0)->setCheckState(Qt::Unchecked);
        QCOMPARE(textOf(form.step()), std::string("pool-to-stride:at=pool_2"));
        form.findChildren<QRadioButton *>().first()->setChecked(true);
        QCOMPARE(textOf(form.step()), std::string("pool-to-stride"));
        StepForm lost(parseStep("pool-to-stride:at=gone"));
        lost.setSites(sites);
        QCOMPARE(lost.findChild<QListWidget *>()->count(), 3);
        QCOMPARE(textOf(lost.step()), std::string("pool-to-stride:at=gone"));
    }

    void anEditedStepKeepsItsPlace()
    {
        ProposalsPanel panel;
        panel.setState(stateOf({"pool-to-stride:at=pool_1", "quantize"}));
        QSignalSpy wanted(&panel, &ProposalsPanel::recipeChangeWanted);
        StepForm *form = panel.editStep(1);
        QVERIFY(form != nullptr);
        form->findChild<QSpinBox *>()->setValue(77);
        form->accept();
        QCOMPARE(wanted.count(), 1);
        QCOMPARE(textOf(wantedRecipe(wanted).steps.at(1)), std::string("quantize:samples=77"));
        // Nothing changed makes no step.
        form = panel.editStep(1);
        form->accept();
        QCOMPARE(wanted.count(), 1);
        QVERIFY(panel.editStep(2) == nullptr);
        QVERIFY(panel.editStep(-1) == nullptr);
        QTRY_VERIFY(panel.findChild<StepForm *>() == nullptr);
    }

    void longNamesLeaveTheButtonsInSight()
    {
        const std::string name(280, 'n');
        Proposal proposal;
        proposal.title = "Stride instead of MaxPool " + name;
        proposal.explanation = "The pool " + name + " goes.";
        proposal.operators = {name, name + "2"};
        proposal.risk = Risk::NeedsTraining;
        Obstacle obstacle;
        obstacle.title = "Quantize to int8";
        obstacle.place = name;
        obstacle.reason = name + " has no int8 form";
        ProposalsPanel panel;
        QVERIFY(panel.minimumSizeHint().width() < 240);
        panel.resize(236, 500);
        panel.show();
        panel.setState(stateOf({}));
        panel.setSuggestions({{proposal}, {obstacle}});
        QTest::qWait(50);
        for (QPushButton *button : panel.findChildren<QPushButton *>()) {
            const QPoint right = button->mapTo(&panel, QPoint(button->width(), 0));
            QVERIFY2(!button->isVisible() || right.x() <= panel.width(), qPrintable(button->text()));
        }
        QVERIFY(panel.findChild<ObstacleCard *>() != nullptr);
        const auto labels = panel.findChildren<QLabel *>();
        QVERIFY(std::any_of(labels.begin(), labels.end(),
            [&](const QLabel *label) { return label->toolTip().contains(QString::fromStdString(name)); }));
        QVERIFY(std::any_of(labels.begin(), labels.end(),
            [](const QLabel *label) { return label->objectName() == QStringLiteral("untrained"); }));
    }

    void aPreviewEndsAndEnterStartsIt()
    {
        ProposalsPanel panel;
        panel.show();
        panel.setState(cnn().sharedState());
        panel.setSuggestions(cnn().suggestions());
        QSignalSpy previewed(&panel, &ProposalsPanel::previewChanged);
        auto *card = panel.findChild<ProposalCard *>();
        card->setFocus();
        QTest::keyClick(card, Qt::Key_Return);
        QVERIFY(panel.previewing());
        QCOMPARE(previewed.count(), 1);
        panel.endPreview();
        QVERIFY(!panel.previewing());
        QVERIFY(previewed.last().first().value<std::shared_ptr<const Analysis>>() == nullptr);
        panel.endPreview();
        QCOMPARE(previewed.count(), 2);
    }

    void obstaclesTakeTheWordFromNothingLeft()
    {
        ProposalsPanel panel;
        panel.show();
        panel.setState(cnn().sharedState());
        const auto says = [&panel](const QString &text) {
            const auto labels = panel.findChildren<QLabel *>();
            return std::any_of(labels.begin(), labels.end(),
                [&text](const QLabel *label) { return label->isVisibleTo(label->window()) && label->text() == text; });
        };
        panel.setSuggestions({});
        QVERIFY(says(QStringLiteral("Nothing left to propose for this model.")));
        Obstacle obstacle;
        obstacle.title = "Plan the memory";
        obstacle.action = Problem::Remedy::BindDimensions;
        panel.setSuggestions({{}, {obstacle}});
        QVERIFY(!says(QStringLiteral("Nothing left to propose for this model.")));
        QSignalSpy bind(&panel, &ProposalsPanel::bindWanted);
        for (QPushButton *button : panel.findChildren<QPushButton *>()) {
            button->click();
        }
        QCOMPARE(bind.count(), 1);
    }
};

TINSMITH_TEST(RecipeViewTest)

#include "recipe_test.moc"
