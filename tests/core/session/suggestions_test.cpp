// SPDX-License-Identifier: Apache-2.0
#include "core/execute/compare.h"
#include "core/formats/model_file.h"
#include "core/session/evaluation.h"
#include "core/session/model_counts.h"
#include "core/session/session.h"
#include "core/session/step_figures.h"
#include "tests/fixtures/models.h"
#include "tests/support/test_main.h"

#include <QTemporaryDir>

using namespace tinsmith;
using test::ModelMaker;
using Numbers = test::ModelMaker::Numbers;

namespace {

const Target &target()
{
    return TargetDatabase::builtIn().at("stm32l4r5");
}

/// A convolution, `odd` operators of a type that is not known, a dense layer.
Graph withUnknown(int odd)
{
    ModelMaker maker(Numbers::Float32);
    const TensorId in = maker.input("in", {1, 8, 8, 1});
    TensorId x = maker.conv(in, 4, 3, 1, PaddingMode::Same, FusedActivation::Relu, "conv");
    for (int i = 0; i < odd; ++i) {
        Custom custom;
        custom.sourceType = "Odd";
        Tensor out;
        out.name = "odd out " + std::to_string(i);
        out.shape = {1, 8, 8, 4};
        const TensorId made = maker.builder().addTensor(out);
        maker.builder().addOperator({"odd " + std::to_string(i), custom, {x}, {made}});
        x = made;
    }
    return maker.finish({maker.dense(maker.reshape(x, {1, 256}), 3, FusedActivation::None, "dense")});
}

const Obstacle *obstacleOf(const Suggestions &suggestions, const std::string &rewrite)
{
    for (const Obstacle &obstacle : suggestions.obstacles) {
        if (obstacle.rewrite == rewrite) {
            return &obstacle;
        }
    }
    return nullptr;
}

} // namespace

class SuggestionsTest : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

private slots:
    void whatCannotBeQuantizedSaysWhereAndWhy()
    {
        const Session session = Session::fromGraph(withUnknown(3), target());
        const Suggestions suggestions = session.suggestions();
        const Obstacle *obstacle = obstacleOf(suggestions, "quantize");
        QVERIFY(obstacle != nullptr);
        QCOMPARE(obstacle->title, std::string("Quantize to int8"));
        QCOMPARE(obstacle->place, std::string("odd 0"));
        QVERIFY(obstacle->reason.find("Odd") != std::string::npos);
        QVERIFY(!obstacle->remedy.empty());
        // One reason is said once.
        QCOMPARE(obstacle->others, std::size_t(2));
    }

    void anOperatorWithoutInt8FormIsNamed()
    {
        ModelMaker maker(Numbers::Float32);
        const TensorId in = maker.input("in", {1, 8, 8, 1});
        const TensorId conv = maker.conv(in, 4, 3);
        const TensorId product = maker.op(Binary{BinaryFunction::FloorMod}, {conv, conv}, 1, "modulo").front();
        const Session session = Session::fromGraph(maker.finish({product}), target());
        const Suggestions suggestions = session.suggestions();
        const Obstacle *obstacle = obstacleOf(suggestions, "quantize");
        QVERIFY(obstacle != nullptr);
        QCOMPARE(obstacle->place, std::string("modulo"));
        QVERIFY(obstacle->reason.find("no int8 form") != std::string::npos);
        // What is possible is proposed all the same.
        for (const Proposal &proposal : suggestions.proposals) {
            QVERIFY(proposal.step.rewrite != "quantize");
        }
    }

    void whatIsDoneOrPossibleIsNoObstacle()
    {
        for (const Numbers numbers : {Numbers::Int8, Numbers::Float32}) {
            const Suggestions suggestions = Session::fromGraph(test::smallCnn(numbers), target()).suggestions();
            QVERIFY(suggestions.obstacles.empty());
        }
    }

    void openSizesAskToBeBound()
    {
        GraphBuilder builder(test::smallCnn(Numbers::Float32));
        Tensor &input = builder.tensor(builder.inputs()[0]);
        input.shape.dims[1] = -1;
        input.dimensionNames = {"", "height"};
        const std::string file = folder_.filePath(QStringLiteral("open.onnx")).toStdString();
        writeModel(builder.build(), file);
        const Session session = Session::open(file, target());
        const Suggestions suggestions = session.suggestions();
        QVERIFY(!suggestions.obstacles.empty());
        const Obstacle &obstacle = suggestions.obstacles.front();
        QVERIFY(obstacle.rewrite.empty());
        QCOMPARE(obstacle.reason, session.state().optimised->whyNotPlanned);
        QCOMPARE(obstacle.action, Problem::Remedy::BindDimensions);
    }

    void parametersHaveTitlesRangesAndPresets()
    {
        for (const Rewrite *rewrite : rewriteList()) {
            QVERIFY(!rewrite->title().empty());
            for (const RewriteParameter &parameter : rewrite->parameters()) {
                QVERIFY(!parameter.title.empty() && !parameter.help.empty());
                QCOMPARE(rewrite->defaults().at(parameter.key), parameter.preset);
                if (parameter.kind == RewriteParameter::Kind::Number) {
                    QVERIFY(parameter.least <= std::stoll(parameter.preset));
                    QVERIFY(parameter.most >= std::stoll(parameter.preset));
                } else if (parameter.kind == RewriteParameter::Kind::Choice) {
                    QVERIFY(std::count(parameter.choices.begin(), parameter.choices.end(), parameter.preset) == 1);
                }
            }
        }
        const auto messageOf = [](const std::string &step) {
            try {
                const RecipeStep parsed = parseStep(step);
                rewriteNamed(parsed.rewrite)->apply(test::smallCnn(Numbers::Float32), parsed.parameters);
            } catch (const Error &error) {
                return std::string(error.what());
            }
            return std::string();
        };
        QCOMPARE(messageOf("quantize:samples=0"),
            std::string("quantize, parameter 'samples': '0' is not a whole number from 1 to 100000"));
        QCOMPARE(messageOf("quantize:io=int4"), std::string("quantize, parameter 'io': 'int4' is none of int8, float"));
    }

    void theModelAfterEachStepIsKept()
    {
        const Session session = Session::fromGraph(test::smallCnn(Numbers::Float32), target());
        Recipe recipe;
        for (const char *step : {"pool-to-stride:at=pool_1", "pool-to-stride:at=nothing", "quantize"}) {
            recipe.steps.push_back(parseStep(step));
        }
        recipe.steps.push_back(parseStep("fold-constants"));
        recipe.steps.back().enabled = false;
        const auto state = session.withRecipe(recipe, "test");
        const auto hasInt8
            = [](const Graph &graph) { return graph.tensor(graph.inputs().front()).type == ElementType::Int8; };
        QCOMPARE(graphAfter(*state, 0).operators().size(), state->original->graph.operators().size());
        const std::size_t strided = graphAfter(*state, 1).operators().size();
        QVERIFY(strided < graphAfter(*state, 0).operators().size());
        // Steps that do not apply or are left out change nothing.
        QCOMPARE(graphAfter(*state, 2).operators().size(), strided);
        QVERIFY(!hasInt8(graphAfter(*state, 2)) && hasInt8(graphAfter(*state, 3)));
        QVERIFY(hasInt8(graphAfter(*state, 4)) && hasInt8(graphAfter(*state, 99)));
    }

    void countsHoldSubgraphs()
    {
        const Graph body = test::smallCnn(Numbers::Float32);
        const ModelCounts alone = countsOf(body);
        QCOMPARE(alone.operators, std::int64_t(body.operators().size()));
        QCOMPARE(alone.subgraphs, std::int64_t(0));
        QCOMPARE(operatorsText(alone), std::to_string(alone.operators) + " operators");
        GraphBuilder builder(body);
        builder.subgraphs() = {body, body};
        const ModelCounts counts = countsOf(builder.build());
        QCOMPARE(counts.operators, 3 * alone.operators);
        QCOMPARE(counts.parameters, 3 * alone.parameters);
        QCOMPARE(counts.weightBytes, 3 * alone.weightBytes);
        QCOMPARE(operatorsText(counts),
            std::to_string(counts.operators) + " operators, " + std::to_string(2 * alone.operators)
                + " of them in 2 subgraphs");
    }

    void equalOutputsAreIdentical()
    {
        QCOMPARE(sqnrText(Deviation::mostDb), std::string("identical"));
        QCOMPARE(sqnrText(38.44), std::string("38.4 dB"));
        QCOMPARE(sqnrText(-Deviation::mostDb), std::string("no signal"));
    }

    void aRecoveredDocumentIsUnsaved()
    {
        const std::string model = folder_.filePath(QStringLiteral("m.tflite")).toStdString();
        const std::string copy = folder_.filePath(QStringLiteral("copy.tinsmith")).toStdString();
        writeModel(test::smallCnn(Numbers::Float32), model);
        Session session = Session::open(model, target());
        session.push(session.withStep(parseStep("pool-to-stride:at=pool_1")));
        writeProject(session.project(), copy);
        QVERIFY(session.modified());
        Session recovered = Session::open(copy, TargetDatabase::builtIn().at("stm32f746"));
        recovered.markUnsaved({});
        QVERIFY(recovered.modified());
        QVERIFY(recovered.projectFile().empty());
        QCOMPARE(recovered.modelFile().string(), model);
        QVERIFY(recovered.state().recipe == session.state().recipe);
        QCOMPARE(recovered.state().target.id, target().id);
        recovered.save(folder_.filePath(QStringLiteral("saved.tinsmith")).toStdString());
        QVERIFY(!recovered.modified());
    }
};

TINSMITH_TEST(SuggestionsTest)

#include "suggestions_test.moc"
