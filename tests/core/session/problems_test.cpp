// SPDX-License-Identifier: Apache-2.0
#include "core/session/analysis.h"
#include "tests/fixtures/models.h"
#include "tests/support/test_main.h"

#include <algorithm>

using namespace tinsmith;

namespace {

Custom unknown(const char *type)
{
    Custom custom;
    custom.sourceType = type;
    return custom;
}

/// in -> operator "name" -> out.
GraphBuilder single(const std::string &name, OperatorKind kind)
{
    GraphBuilder builder;
    Tensor tensor;
    tensor.shape = {1, 4};
    tensor.name = "in";
    const TensorId in = builder.addTensor(tensor);
    tensor.name = "out";
    const TensorId out = builder.addTensor(tensor);
    builder.addOperator({name, std::move(kind), {in}, {out}});
    builder.setInputs({in});
    builder.setOutputs({out});
    return builder;
}

std::vector<Problem> problemsOf(const Graph &graph)
{
    return analyse(graph, TargetDatabase::builtIn().at("stm32l4r5"))->problems;
}

} // namespace

class ProblemsTest : public QObject {
    Q_OBJECT

private slots:
    void aModelThatRunsHasNone() { QVERIFY(problemsOf(test::smallCnn(test::ModelMaker::Numbers::Int8)).empty()); }

    void sizesLeftOpenAreOneProblem()
    {
        GraphBuilder builder = single("relu", Activation{ActivationFunction::Relu});
        for (std::size_t tensor = 0; tensor < builder.tensorCount(); ++tensor) {
            builder.tensor(TensorId(tensor)).shape = {1, -1};
        }
        builder.tensor(TensorId(0)).dimensionNames = {"", "width"};
        const auto problems = problemsOf(builder.build());
        QCOMPARE(problems.size(), std::size_t{1});
        QCOMPARE(problems[0].place, std::string("in"));
        QCOMPARE(problems[0].remedy, Problem::Remedy::BindDimensions);
        QVERIFY(problems[0].text.find("bound: width") != std::string::npos);
    }

    void costsWithoutAKernelAreNotInvented()
    {
        const auto analysis = analyse(single("odd", unknown("Odd")).build(), TargetDatabase::builtIn().at("stm32l4r5"));
        QVERIFY(analysis->estimate.has_value());
        QCOMPARE(analysis->estimate->withoutKernel, std::int64_t{1});
        QCOMPARE(analysis->estimate->cycles, std::int64_t{0});
        QVERIFY(!analysis->estimate->fits);
        QVERIFY(!analysis->estimate->operators[0].hasKernel);
    }

    void operatorsOfBodiesAreFoundWithTheirGraph()
    {
        GraphBuilder builder = single("outer", unknown("Outer"));
        builder.subgraphs() = {
            single("first", Activation{ActivationFunction::Relu}).build(), single("inner", unknown("Inner")).build()};
        const auto problems = problemsOf(builder.build());
        const auto inner = std::find_if(
            problems.begin(), problems.end(), [](const Problem &problem) { return problem.place == "inner"; });
        QVERIFY(inner != problems.end());
        QCOMPARE(inner->subgraph, 1);
        QCOMPARE(inner->stage, Problem::Stage::Run);
        QVERIFY(!inner->type.empty());
    }

    void whatHasNoPlaceOnAMicrocontrollerSaysWhy()
    {
        const auto problems
            = problemsOf(single("forest", Custom{"ai.onnx.ml.TreeEnsembleClassifier", {}, {}, {}, {}}).build());
        QVERIFY(!problems.empty());
        QCOMPARE(problems[0].place, std::string("forest"));
        QVERIFY(problems[0].text.find("decision forest") != std::string::npos);
        QVERIFY(problemsOf(single("own", unknown("Own")).build())[0].text.find("Own") != std::string::npos);
    }

    void readersPlacesLeadToOperatorsOnce()
    {
        GraphBuilder builder = single("conv", unknown("Odd"));
        builder.info().problems = {{"node conv (Odd)", "has an odd attribute"},
            {"node Odd that makes out", "is odd too"}, {"node nobody (Odd)", "is not there"}};
        const auto problems = problemsOf(builder.build());
        QCOMPARE(problems[0].place, std::string("conv"));
        QCOMPARE(problems[1].place, std::string("conv"));
        QCOMPARE(problems[2].place, std::string("node nobody (Odd)"));
        // What was not imported is not said to be unable to run as well.
        QVERIFY(std::none_of(problems.begin(), problems.end(),
            [](const Problem &problem) { return problem.stage == Problem::Stage::Run && problem.place == "conv"; }));
    }
};

TINSMITH_TEST(ProblemsTest)

#include "problems_test.moc"
