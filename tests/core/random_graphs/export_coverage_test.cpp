// SPDX-License-Identifier: Apache-2.0
#include "core/firmware/emitters.h"
#include "core/firmware/package.h"
#include "core/graph/error.h"
#include "core/graph/shape_inference.h"
#include "tests/core/random_graphs/attribute_counts.h"
#include "tests/core/random_graphs/exported_graphs.h"
#include "tests/fixtures/random_graph.h"
#include "tests/support/test_main.h"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>
#include <vector>

using namespace tinsmith;
using namespace tinsmith::test;

namespace {

const char *const float32 = "float32 ";
const char *const int8 = "int8 ";

/// Names a function of a kind that has functions, the kind alone otherwise.
std::string labelOf(const OperatorKind &kind)
{
    std::string label = displayName(kind);
    std::visit(
        [&](const auto &each) {
            if constexpr (requires { static_cast<int>(each.function); }) {
                label += " function " + std::to_string(static_cast<int>(each.function));
            }
            if constexpr (requires { static_cast<int>(each.mode); }) {
                label += " mode " + std::to_string(static_cast<int>(each.mode));
            }
        },
        kind);
    return label;
}

/// Everything that packages have been made of in so many seeds, by the number format.
Counts exportedCounts(std::uint64_t seeds)
{
    Counts counts;
    for (std::uint64_t seed = 0; seed < seeds; ++seed) {
        for (const Graph &graph : exportableParts(randomGraph(seed), seed)) {
            for (const Operator &op : graph.operators()) {
                const bool bytes = firmware::numbersOf(graph, op) == firmware::Numbers::Int8;
                const std::string form = bytes ? int8 : float32;
                ++counts[form + labelOf(op.kind)];
                ++counts[form + "kind " + std::to_string(op.kind.index())];
                countAttributes(op.kind, form + displayName(op.kind), counts);
                ++counts[form + displayName(op.kind) + (op.inputs.size() > 2 ? " biased" : " without bias")];
            }
        }
    }
    return counts;
}

/// The alternatives of OperatorKind for which an emitter stands in core/firmware.
template <std::size_t... index>
std::vector<OperatorKind> emittedKinds(std::index_sequence<index...>)
{
    std::vector<OperatorKind> kinds;
    const auto look = [&](auto kind) {
        if constexpr (requires(const Graph &graph, const Operator &op) { firmware::whyNot(graph, op, kind); }) {
            kinds.push_back(kind);
        }
    };
    (look(std::variant_alternative_t<index, OperatorAlternatives>()), ...);
    return kinds;
}

/// The kind alone on a small image, in a graph of one number format.
bool isExportable(const OperatorKind &kind, bool bytes, std::size_t inputs)
{
    GraphBuilder builder;
    const auto add = [&](const char *name, Shape shape) {
        Tensor tensor;
        tensor.name = name;
        tensor.shape = std::move(shape);
        tensor.type = bytes ? ElementType::Int8 : ElementType::Float32;
        if (bytes) {
            tensor.quantization = Quantization{{1.0F / 128}, {0}, 0};
        }
        return builder.addTensor(std::move(tensor));
    };
    std::vector<TensorId> given = {add("x", {1, 4, 4, 2})};
    if (inputs == 2) {
        given.push_back(add("y", {1, 4, 4, 2}));
    }
    const TensorId output = add("z", {});
    builder.addOperator({"op", kind, given, {output}});
    builder.setInputs(given);
    builder.setOutputs({output});
    try {
        inferAllShapes(builder);
        const Graph graph = builder.build();
        return graph.tensor(graph.outputs()[0]).type == graph.tensor(graph.inputs()[0]).type
            && whyNotExportable(graph, OperatorId(0)).empty();
    } catch (const Error &) {
        return false;
    }
}

template <typename Kind, typename Function>
void addFunctions(std::vector<OperatorKind> &kinds, Kind kind, Function Kind::*field, Function last)
{
    for (int i = 0; i <= static_cast<int>(last); ++i) {
        kind.*field = static_cast<Function>(i);
        kinds.push_back(kind);
    }
}

} // namespace

/// What firmware can export and random graphs do not draw would be exported untested.
class ExportCoverageTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { counts_ = exportedCounts(2000); }

    void everyKindWithAnEmitterIsExported()
    {
        const auto kinds = emittedKinds(std::make_index_sequence<std::variant_size_v<OperatorAlternatives>>());
        QVERIFY(kinds.size() >= 28);
        for (const OperatorKind &kind : kinds) {
            const std::string place = "kind " + std::to_string(kind.index());
            const bool border = std::holds_alternative<Quantize>(kind) || std::holds_alternative<Dequantize>(kind);
            for (const char *form : {float32, int8}) {
                // A Quantize from float to int8 and a Dequantize are of both formats, and count as float32.
                if (!(border && form == int8 && std::holds_alternative<Dequantize>(kind))) {
                    expect(form + place, 10, form + displayName(kind));
                }
            }
        }
        report();
    }

    void everyFunctionWithAnEmitterIsExported()
    {
        std::vector<OperatorKind> kinds;
        addFunctions(kinds, Binary(), &Binary::function, BinaryFunction::Atan2);
        addFunctions(kinds, Unary(), &Unary::function, UnaryFunction::BitwiseNot);
        Activation activation;
        activation.alpha = 0.1F;
        activation.beta = 0.5F;
        addFunctions(kinds, activation, &Activation::function, ActivationFunction::Shrink);
        Reduce reduce;
        reduce.axes = {1, 2};
        addFunctions(kinds, reduce, &Reduce::function, ReduceFunction::LogSumExp);
        Pool2D pool;
        pool.kernelH = pool.kernelW = 2;
        addFunctions(kinds, pool, &Pool2D::function, PoolFunction::L2);
        Resize resize;
        resize.outputH = resize.outputW = 6;
        addFunctions(kinds, resize, &Resize::mode, ResizeMode::Cubic);
        // Truth values are no int8 numbers.
        const auto isTruth = [](const OperatorKind &kind) {
            const auto *unary = std::get_if<Unary>(&kind);
            return unary != nullptr
                && (unary->function == UnaryFunction::LogicalNot || unary->function == UnaryFunction::IsNan
                    || unary->function == UnaryFunction::IsInf || unary->function == UnaryFunction::IsPositiveInf
                    || unary->function == UnaryFunction::IsNegativeInf);
        };
        kinds.erase(std::remove_if(kinds.begin(), kinds.end(), isTruth), kinds.end());
        int exportable = 0;
        for (const OperatorKind &kind : kinds) {
            const std::size_t inputs = std::holds_alternative<Binary>(kind) ? 2 : 1;
            for (const char *form : {float32, int8}) {
                if (isExportable(kind, form == int8, inputs)) {
                    expect(form + labelOf(kind), 3, form + displayName(kind) + " " + typeName(kind));
                    ++exportable;
                }
            }
        }
        QVERIFY(exportable > 60);
        report();
    }

    void everyAttributeThatAnEmitterTakesIsExported()
    {
        for (const std::string form : {float32, int8}) {
            const auto expectValues = [&](const std::string &what, int last, int least) {
                for (int value = 0; value <= last; ++value) {
                    expect(form + what + " " + std::to_string(value), least);
                }
            };
            const int fused = static_cast<int>(FusedActivation::Relu6);
            for (const char *kind : {"Conv2D", "DepthwiseConv2D", "TransposeConv"}) {
                const std::string name = kind;
                expectValues(name + " padding", 2, 10);
                expectValues(name + " fused", fused, 3);
                for (const char *what : {" stride 1", " stride 2", " stride 3", " square", " oblong", " dense",
                         " uneven padding", " even padding", " biased", " without bias"}) {
                    expect(form + name + what, 5);
                }
            }
            for (const char *what : {"Conv2D dilated", "DepthwiseConv2D dilated", "Conv2D grouped"}) {
                expect(form + what, 5);
            }
            for (int multiplier = 1; multiplier <= 4; ++multiplier) {
                expect(form + "DepthwiseConv2D multiplier " + std::to_string(multiplier), 5);
            }
            for (const char *kind : {"MaxPool", "AveragePool"}) {
                const std::string name = kind;
                expectValues(name + " padding", 2, 5);
                expectValues(name + " fused", fused, 2);
                expect(form + name + " ceil", 3);
                expect(form + name + " oblong", 3);
            }
            for (const char *kind : {"FullyConnected", "Add", "Sub", "Mul"}) {
                expectValues(std::string(kind) + " fused", fused, 2);
            }
            for (const char *what : {"FullyConnected biased", "FullyConnected without bias", "Mean keeps", "Mean drops",
                     "ReduceMax keeps", "DepthToSpace DCR", "DepthToSpace CRD"}) {
                expect(form + what, 3);
            }
            for (const int mode : {0, 1}) {
                Resize resize;
                resize.mode = static_cast<ResizeMode>(mode);
                expectValues(displayName(resize) + " coordinates", 3, 2);
                expect(form + displayName(resize) + " by scale", 2);
                expect(form + displayName(resize) + " by size", 2);
            }
        }
        expect(std::string(float32) + "AveragePool counts padding", 5);
        report();
    }

private:
    void expect(const std::string &what, int least, const std::string &shown = {})
    {
        const auto found = counts_.find(what);
        const int count = found == counts_.end() ? 0 : found->second;
        if (count < least) {
            rare_ << QString::fromStdString((shown.empty() ? what : shown) + ": " + std::to_string(count));
        }
    }
    void report()
    {
        const QString rare = rare_.join("; ");
        rare_.clear();
        QVERIFY2(rare.isEmpty(), qPrintable("exported too seldom: " + rare));
    }

    Counts counts_;
    QStringList rare_;
};

TINSMITH_TEST(ExportCoverageTest)
#include "export_coverage_test.moc"
