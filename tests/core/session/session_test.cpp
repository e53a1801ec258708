// SPDX-License-Identifier: Apache-2.0
#include "core/formats/atomic_file.h"
#include "core/formats/model_file.h"
#include "core/graph/error.h"
#include "core/session/project_file.h"
#include "core/session/session.h"
#include "tests/fixtures/models.h"
#include "tests/support/test_main.h"

#include <QTemporaryDir>

#include <fstream>

using namespace tinsmith;
using Numbers = test::ModelMaker::Numbers;

namespace {

const Target &target()
{
    return TargetDatabase::builtIn().at("stm32l4r5");
}

} // namespace

class SessionTest : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

    std::filesystem::path file(const char *name) const
    {
        return folder_.filePath(QString::fromLatin1(name)).toStdString();
    }

private slots:
    void stepsAreAppliedUndoneAndRedone()
    {
        Session session = Session::fromGraph(test::smallCnn(Numbers::Float32), target());
        QVERIFY(!session.canUndo());
        const auto opened = session.state().optimised;
        session.push(session.withStep(parseStep("pool-to-stride:at=pool_1")));
        QCOMPARE(session.state().recipe.steps.size(), std::size_t(1));
        QVERIFY(session.state().optimised->estimate->macs < opened->estimate->macs);
        QVERIFY(session.canUndo());
        session.undo();
        QCOMPARE(session.state().optimised.get(), opened.get());
        QVERIFY(session.canRedo());
        session.redo();
        QCOMPARE(session.state().recipe.steps.size(), std::size_t(1));
        QVERIFY(!session.canRedo());
    }

    void boundSizesAreKeptInTheProject()
    {
        Graph graph = test::smallCnn(Numbers::Float32);
        GraphBuilder builder(graph);
        Tensor &input = builder.tensor(builder.inputs()[0]);
        const std::int64_t height = input.shape[1];
        input.shape.dims[1] = -1;
        input.dimensionNames = {"", "height"};
        writeModel(builder.build(), file("open.onnx"));

        QCOMPARE(symbolicDimensions(readModel(file("open.onnx"))), std::vector<std::string>{"height"});
        QVERIFY_EXCEPTION_THROWN(readModel(file("open.onnx"), {{{"width", 3}}}), FormatError);
        Session session = Session::open(file("open.onnx"), target(), {}, {{{"height", height}}});
        QVERIFY(symbolicDimensions(session.source()).empty());
        session.save(file("open.tinsmith"));
        const Session again = Session::open(file("open.tinsmith"), target());
        QVERIFY(symbolicDimensions(again.source()).empty());
        QVERIFY(again.openOptions() == session.openOptions());
    }

    void anOpenBatchIsOneAndWrittenOpen()
    {
        GraphBuilder builder(test::smallCnn(Numbers::Float32));
        Tensor &input = builder.tensor(builder.inputs()[0]);
        input.shape.dims[0] = -1;
        input.dimensionNames = {"batch"};
        const std::string name = input.name;
        writeModel(builder.build(), file("batch.onnx"));
        Session session = Session::open(file("batch.onnx"), target());
        QCOMPARE(session.assumed(), (std::vector<AssumedDimension>{{"batch", name}}));
        QVERIFY(symbolicDimensions(session.source()).empty());
        QVERIFY(session.openOptions().bindings.empty());
        QCOMPARE(symbolicDimensions(session.unbound()), std::vector<std::string>{"batch"});
        const auto open = session.optimisedWithOpenBatch();
        QVERIFY(open.has_value());
        QCOMPARE(symbolicDimensions(*open), std::vector<std::string>{"batch"});
        writeModel(*open, file("batch_again.onnx"));
        const Session again = Session::open(file("batch_again.onnx"), target());
        QCOMPARE(again.assumed().size(), std::size_t(1));
        QCOMPARE(again.state().optimised->estimate->macs, session.state().optimised->estimate->macs);
        // It finds fewer places where the batch is open, so the model is written with the batch that it was changed
        // for.
        session.push(session.withStep(parseStep("pool-to-stride")));
        QVERIFY(!session.optimisedWithOpenBatch().has_value());
        session.push(session.withStep(parseStep("quantize")));
        QVERIFY(!session.optimisedWithOpenBatch().has_value());

        const Session bound = Session::open(file("batch.onnx"), target(), {}, {{{"batch", 2}}});
        QVERIFY(bound.assumed().empty());
        QCOMPARE(bound.source().tensor(bound.source().inputs().front()).shape[0], std::int64_t(2));
    }

    void bindingsAreReadAsWritten()
    {
        QVERIFY(parseBinding("batch=1") == std::pair(std::string("batch"), std::int64_t{1}));
        QVERIFY(parseBinding("a=b=7") == std::pair(std::string("a=b"), std::int64_t{7}));
        for (const char *text : {"batch", "=1", "batch=", "batch=0", "batch=-1", "batch=1x", "batch=99999999999"}) {
            QVERIFY_EXCEPTION_THROWN(parseBinding(text), Error);
        }
    }

    void nothingChangedMakesNoStep()
    {
        Session session = Session::fromGraph(test::smallCnn(Numbers::Float32), target());
        session.push(session.withTarget(target()));
        QVERIFY(!session.canUndo());
    }

    void aStepThatDoesNotApplySaysSo()
    {
        const Session session = Session::fromGraph(test::residualCnn(Numbers::Float32), target());
        QVERIFY_EXCEPTION_THROWN(session.withStep(parseStep("pool-to-stride:at=nothing")), Error);
        Recipe recipe;
        recipe.steps.push_back(parseStep("pool-to-stride"));
        const auto state = session.withRecipe(recipe, "test");
        QVERIFY(!state->stepProblems.front().empty());
    }

    void aDisabledStepIsLeftOut()
    {
        const Session session = Session::fromGraph(test::smallCnn(Numbers::Float32), target());
        Recipe recipe;
        recipe.steps.push_back(parseStep("pool-to-stride"));
        recipe.steps.back().enabled = false;
        const auto state = session.withRecipe(recipe, "test");
        QCOMPARE(state->optimised.get(), session.state().original.get());
    }

    void proposalsHoldTheEffectOfApplyingThem()
    {
        Session session = Session::fromGraph(test::smallCnn(Numbers::Float32), target());
        const auto proposals = session.proposals();
        QVERIFY(!proposals.empty());
        for (const Proposal &proposal : proposals) {
            const auto state = session.withStep(proposal.step);
            QCOMPARE(state->optimised->plan->arenaBytes, proposal.result->plan->arenaBytes);
            QCOMPARE(state->optimised->estimate->ramBytes - session.state().optimised->estimate->ramBytes,
                proposal.delta.ramBytes);
        }
    }

    void aProjectComesBackAsItWas()
    {
        writeModel(test::smallCnn(Numbers::Float32), file("model.tflite"));
        Session session = Session::open(file("model.tflite"), target());
        session.push(session.withStep(parseStep("pool-to-stride:at=pool_1")));
        QVERIFY(session.modified());
        session.save(file("work.tinsmith"));
        QVERIFY(!session.modified());
        std::filesystem::remove(file("model.tflite"));

        const Session again = Session::open(file("work.tinsmith"), TargetDatabase::builtIn().at("nrf52840"));
        QCOMPARE(again.state().target.id, target().id);
        QVERIFY(again.state().recipe == session.state().recipe);
        QCOMPARE(again.state().optimised->plan->arenaBytes, session.state().optimised->plan->arenaBytes);
    }

    void brokenProjectsAreRefused_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("cut in the length") << QByteArray("TINSMITH 1\n\x05\0", 13);
        QTest::newRow("length past the end") << QByteArray("TINSMITH 1\n\xff\xff\xff\xff\xff\xff\xff\x7f{}", 21);
        QTest::newRow("no JSON") << QByteArray("TINSMITH 1\n\x02\0\0\0\0\0\0\0!!", 21);
        QTest::newRow("no fields") << QByteArray("TINSMITH 1\n\x02\0\0\0\0\0\0\0{}", 21);
    }
    void brokenProjectsAreRefused()
    {
        QFETCH(QByteArray, content);
        writeFileAtomically(file("broken.tinsmith"),
            std::as_bytes(std::span(content.constData(), static_cast<std::size_t>(content.size()))));
        QVERIFY_EXCEPTION_THROWN(Session::open(file("broken.tinsmith"), target()), FormatError);
    }

    void aFailedSaveLeavesTheOldFile()
    {
        QVERIFY_EXCEPTION_THROWN(writeFileAtomically("/nonexistent/folder/file", {}), SystemError);
        Project project;
        project.modelFile = "x.tflite";
        QVERIFY_EXCEPTION_THROWN(writeProject(project, "/nonexistent/folder/p.tinsmith"), SystemError);
    }
};

TINSMITH_TEST(SessionTest)

class RecipeTest : public QObject {
    Q_OBJECT

private slots:
    void stepsAreReadAndPrinted()
    {
        const RecipeStep step = parseStep("pool-to-stride:at=pool_1,pool_2");
        QCOMPARE(step.rewrite, std::string("pool-to-stride"));
        QCOMPARE(step.parameters.at("at"), std::string("pool_1,pool_2"));
        QCOMPARE(textOf(step), std::string("pool-to-stride:at=pool_1,pool_2"));
    }

    void mistakesAreNamed()
    {
        const auto messageOf = [](const char *text) {
            try {
                parseStep(text);
            } catch (const Error &error) {
                return QString::fromStdString(error.what());
            }
            return QString();
        };
        QVERIFY(messageOf("pool-to-strid")
                    .startsWith(QStringLiteral("there is no rewrite \"pool-to-strid\"; there are: ")));
        QVERIFY(messageOf("pool-to-stride:colour=red").contains(QStringLiteral("has no parameter \"colour\"")));
        QVERIFY(messageOf("pool-to-stride:at").contains(QStringLiteral("is not key=value")));
    }

    void jsonComesBackAsItWas()
    {
        Recipe recipe;
        recipe.steps.push_back(parseStep("fold-batch-norm"));
        recipe.steps.push_back(parseStep("pool-to-stride:at=pool_1"));
        recipe.steps.back().enabled = false;
        QVERIFY(recipeFromJson(toJson(recipe)) == recipe);
        QVERIFY_EXCEPTION_THROWN(recipeFromJson("{\"steps\": [{\"rewrite\": 5}]}"), FormatError);
        QVERIFY_EXCEPTION_THROWN(recipeFromJson("[1,"), FormatError);
    }
};

TINSMITH_TEST(RecipeTest)

#include "session_test.moc"
