// SPDX-License-Identifier: Apache-2.0
#include "tests/core/random_graphs/attribute_counts.h"
#include "tests/fixtures/random_graph.h"
#include "tests/support/test_main.h"

#include <string>

using namespace tinsmith;
using namespace tinsmith::test;

namespace {

Counts countsOf(std::uint64_t seeds)
{
    Counts counts;
    for (std::uint64_t seed = 0; seed < seeds; ++seed) {
        const Graph graph = randomGraph(seed);
        ++counts["inputs " + std::to_string(graph.inputs().size())];
        ++counts[graph.outputs().size() > 1 ? "several outputs" : "one output"];
        for (const TensorId id : graph.inputs()) {
            ++counts["input rank " + std::to_string(graph.tensor(id).shape.rank())];
        }
        for (std::size_t i = 0; i < graph.tensors().size(); ++i) {
            const TensorId id(i);
            counts["several consumers"] += graph.consumers(id).size() > 1 ? 1 : 0;
            counts["dead ends"]
                += graph.producer(id).valid() && graph.consumers(id).empty() && !graph.isOutput(id) ? 1 : 0;
            counts["constant operands"] += graph.tensor(id).constant() ? 1 : 0;
        }
        for (const Operator &op : graph.operators()) {
            countAttributes(op.kind, displayName(op.kind), counts);
            ++counts[typeName(op.kind)];
        }
    }
    return counts;
}

std::uint64_t fingerprint(std::uint64_t seeds)
{
    std::uint64_t hash = 1469598103934665603U;
    const auto mix = [&](const std::string &text) {
        for (const char c : text) {
            hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
        }
    };
    for (std::uint64_t seed = 0; seed < seeds; ++seed) {
        const Graph graph = randomGraph(seed);
        for (const Operator &op : graph.operators()) {
            mix(typeName(op.kind));
            for (const AttributeText &attribute : describe(op.kind)) {
                mix(attribute.name + "=" + attribute.value);
            }
        }
        for (const Tensor &tensor : graph.tensors()) {
            mix(tensor.name + tensor.shape.text());
            for (const std::byte byte : tensor.data ? tensor.data->view() : std::span<const std::byte>()) {
                hash = (hash ^ static_cast<unsigned char>(byte)) * 1099511628211U;
            }
        }
    }
    return hash;
}

} // namespace

class RandomGraphCoverageTest : public QObject {
    Q_OBJECT

private slots:
    void aSeedMakesTheSameGraph()
    {
        QCOMPARE(fingerprint(200), fingerprint(200));
        QVERIFY(fingerprint(1) != fingerprint(2));
    }

    void everyKindAndAttributeIsDrawn()
    {
        const Counts counts = countsOf(2000);
        QStringList rare;
        const auto expect = [&](const std::string &what, int least) {
            const auto found = counts.find(what);
            const int count = found == counts.end() ? 0 : found->second;
            if (count < least) {
                rare << QString::fromStdString(what) + ": " + QString::number(count);
            }
        };
        const auto expectValues = [&](const std::string &what, int first, int last, int least) {
            for (int value = first; value <= last; ++value) {
                expect(what + " " + std::to_string(value), least);
            }
        };
        for (const char *kind : {"Conv2D", "DepthwiseConv2D", "TransposeConv"}) {
            const std::string name = kind;
            expectValues(name + " padding", 0, 2, 30);
            expectValues(name + " fused", 0, static_cast<int>(FusedActivation::Tanh), 3);
            expectValues(name + " stride", 1, 4, 15);
            for (const char *what : {" square", " oblong", " dilated", " dense", " uneven padding"}) {
                expect(name + what, 15);
            }
        }
        for (const char *kind : {"Conv2D", "TransposeConv"}) {
            expectValues(std::string(kind) + " layout", 0, 1, 20);
            expect(std::string(kind) + " grouped", 15);
        }
        expectValues("DepthwiseConv2D multiplier", 1, 4, 15);
        for (const char *kind : {"MaxPool", "AveragePool", "L2Pool"}) {
            expectValues(std::string(kind) + " padding", 0, 2, 10);
            expectValues(std::string(kind) + " fused", 0, static_cast<int>(FusedActivation::Relu6), 5);
            expect(std::string(kind) + " ceil", 5);
            expectValues(std::string(kind) + " layout", 0, 1, 5);
        }
        expect("AveragePool counts padding", 15);
        for (const BinaryFunction function :
            {BinaryFunction::Add, BinaryFunction::Sub, BinaryFunction::Mul, BinaryFunction::Div,
                BinaryFunction::FloorDiv, BinaryFunction::FloorMod, BinaryFunction::Pow, BinaryFunction::Minimum,
                BinaryFunction::Maximum, BinaryFunction::SquaredDifference, BinaryFunction::Equal,
                BinaryFunction::NotEqual, BinaryFunction::Less, BinaryFunction::LessEqual, BinaryFunction::Greater,
                BinaryFunction::GreaterEqual, BinaryFunction::LogicalAnd, BinaryFunction::LogicalOr}) {
            expect(typeName(Binary{function, {}}), 5);
        }
        for (int i = 0; i <= static_cast<int>(UnaryFunction::Atanh); ++i) {
            expect(typeName(Unary{static_cast<UnaryFunction>(i)}), 4);
        }
        for (int i = 0; i <= static_cast<int>(ActivationFunction::Swish); ++i) {
            Activation kind;
            kind.function = static_cast<ActivationFunction>(i);
            expect(displayName(kind) + " function " + std::to_string(i), 4);
        }
        for (int i = 0; i <= static_cast<int>(ReduceFunction::LogSumExp); ++i) {
            Reduce kind;
            kind.function = static_cast<ReduceFunction>(i);
            expect(displayName(kind) + " function " + std::to_string(i), 4);
        }
        for (const OperatorKind &kind : std::vector<OperatorKind>{PRelu{}, Softmax{}, LogSoftmax{}, L2Normalization{},
                 Reshape{}, Squeeze{}, ExpandDims{}, Transpose{}, Concatenation{}, Split{}, Pack{}, Unpack{},
                 StridedSlice{}, Gather{}, DepthToSpace{}, SpaceToDepth{}, Tile{}, BroadcastTo{}, Cast{}, Identity{},
                 Quantize{}, Dequantize{}, FullyConnected{}, Gemm{}, MatMul{}, BatchNormalization{}}) {
            expect(typeName(kind), 20);
        }
        expectValues("Gather batch dimensions", 0, 1, 4);
        for (int mode = 0; mode < 4; ++mode) {
            Pad kind;
            kind.mode = static_cast<PadMode>(mode);
            expect(displayName(kind) + " mode " + std::to_string(mode), 5);
        }
        for (int mode = 0; mode < 3; ++mode) {
            Resize kind;
            kind.mode = static_cast<ResizeMode>(mode);
            const std::string name = displayName(kind);
            expectValues(name + " coordinates", 0, 3, 3);
            expectValues(name + " layout", 0, 1, 3);
            expect(name + " by scale", 5);
        }
        for (const char *what : {"several consumers", "several outputs", "dead ends", "constant operands"}) {
            expect(what, 200);
        }
        expectValues("inputs", 1, 3, 200);
        expectValues("input rank", 1, 4, 200);
        QVERIFY2(rare.isEmpty(), qPrintable("too rare: " + rare.join("; ")));
    }
};

TINSMITH_TEST(RandomGraphCoverageTest)
#include "coverage_test.moc"
