// SPDX-License-Identifier: Apache-2.0
#include "core/graph/error.h"
#include "core/graph/geometry.h"
#include "core/graph/shape_inference.h"
#include "core/graph/shape_rules.h"
#include "tests/support/test_main.h"

#include <functional>
#include <limits>

using namespace tinsmith;

namespace {

constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();

/// One operator "op" over x [1,8,8,2] and, for a convolution, weights [2,3,3,2]; y is [1,8,8,2].
struct OneOperator {
    GraphBuilder builder;
    TensorId x, weights, y;
    OperatorId op;

    explicit OneOperator(OperatorKind kind, Shape input = {1, 8, 8, 2})
    {
        x = activation("x", std::move(input));
        weights = activation("weights", {2, 3, 3, 2});
        y = activation("y", {1, 8, 8, 2});
        Operator made;
        made.name = "op";
        made.inputs = {x};
        if (!std::holds_alternative<Pool2D>(kind) && !std::holds_alternative<Pad>(kind)
            && !std::holds_alternative<SpaceToDepth>(kind) && !std::holds_alternative<StridedSlice>(kind)) {
            made.inputs.push_back(weights);
        }
        made.kind = std::move(kind);
        made.outputs = {y};
        op = builder.addOperator(std::move(made));
        builder.setInputs({x, weights});
        builder.setOutputs({y});
    }

    TensorId activation(const char *name, Shape shape)
    {
        Tensor tensor;
        tensor.name = name;
        tensor.shape = std::move(shape);
        return builder.addTensor(std::move(tensor));
    }

    void infer() { inferAllShapes(builder); }
};

QString messageOf(const std::function<void()> &act)
{
    try {
        act();
    } catch (const GraphError &error) {
        return QString::fromStdString(error.what());
    }
    return {};
}

Conv2D convolution(const std::function<void(Conv2D &)> &change)
{
    Conv2D conv;
    conv.padding.mode = PaddingMode::Same;
    change(conv);
    return conv;
}

Conv2D padded(std::int64_t top)
{
    Conv2D conv;
    conv.padding = {PaddingMode::Explicit, top, 0, 0, 0};
    return conv;
}

Pool2D pool(std::int64_t kernel, std::int64_t dilation)
{
    Pool2D made;
    made.kernelH = kernel;
    made.dilationH = dilation;
    return made;
}

} // namespace

/// Qt takes a kind for ordered, as it derives from a variant; a struct that holds one is not.
struct TestedKind {
    OperatorKind kind;
};
Q_DECLARE_METATYPE(TestedKind)

class GeometryLimitsTest : public QObject {
    Q_OBJECT

private slots:
    void hugeWindowsAreRefused_data()
    {
        QTest::addColumn<TestedKind>("kind");
        QTest::addColumn<QString>("message");
        const auto row = [](const char *name, const OperatorKind &kind, const QString &message) {
            QTest::newRow(name) << TestedKind{kind} << message;
        };
        row("dilation", convolution([](Conv2D &conv) { conv.dilationH = most; }),
            "op: its dilation of 9223372036854775807 is too large");
        row("dilated kernel", convolution([](Conv2D &conv) { conv.dilationW = std::int64_t{1} << 31; }),
            "op: its dilated kernel of 4294967297 is too large");
        row("stride", convolution([](Conv2D &conv) { conv.strideW = most; }),
            "op: its stride of 9223372036854775807 is too large");
        row("groups", convolution([](Conv2D &conv) { conv.groups = most; }),
            "op: its number of groups of 9223372036854775807 is too large");
        row("padding", padded(most), "op: its padding of 9223372036854775807 is too large");
        row("cropping", padded(least), "op: its padding of -9223372036854775808 is too large");
        row("pool", pool(most, 1), "op: its kernel of 9223372036854775807 is too large");
        row("dilated pool", pool(std::int64_t{1} << 31, std::int64_t{1} << 31),
            "op: its dilated kernel of 4611686016279904257 is too large");
        DepthwiseConv2D depthwise;
        depthwise.multiplier = most;
        row("multiplier", depthwise, "op: its multiplier of 9223372036854775807 is too large");
        TransposeConv2D transposed;
        transposed.outputH = most;
        row("output", transposed, "op: its output height of 9223372036854775807 is too large");
    }
    void hugeWindowsAreRefused()
    {
        QFETCH(TestedKind, kind);
        QFETCH(QString, message);
        OneOperator inferred(kind.kind);
        QCOMPARE(messageOf([&] { inferred.infer(); }), message);
        OneOperator built(kind.kind);
        QCOMPARE(messageOf([&] { built.builder.build(); }), message);
    }

    void hugeParametersOfOtherOperatorsAreRefused_data()
    {
        QTest::addColumn<TestedKind>("kind");
        QTest::addColumn<QString>("message");
        QTest::newRow("pad") << TestedKind{Pad{PadMode::Constant, {0, most, 0, 0}, {0, 1, 0, 0}, 0}}
                             << "op: its padding of 9223372036854775807 is too large";
        QTest::newRow("block") << TestedKind{SpaceToDepth{most}} << "op: its block of 9223372036854775807 is too large";
        QTest::newRow("slice") << TestedKind{StridedSlice{{most, 0, 0, 0}, {-1, 8, 8, 2}, {-1, 1, 1, 1}, {}}}
                               << "op: slices by 9223372036854775807, more than a dimension can have";
        QTest::newRow("slice step") << TestedKind{StridedSlice{{0, 0, 0, 0}, {-1, 8, 8, 2}, {least, 1, 1, 1}, {}}}
                                    << "op: slices by -9223372036854775808, more than a dimension can have";
    }
    void hugeParametersOfOtherOperatorsAreRefused()
    {
        QFETCH(TestedKind, kind);
        QFETCH(QString, message);
        OneOperator one(kind.kind);
        QCOMPARE(messageOf([&] { one.infer(); }), message);
    }

    void hugeDimensionsAreRefused()
    {
        OneOperator one(Conv2D{}, {1, most, 8, 2});
        QCOMPARE(messageOf([&] { one.infer(); }), QString("op: its dimension of 9223372036854775807 is too large"));
        OneOperator padding(Pad{PadMode::Constant, {0, 1, 0, 0}, {0, 0, 0, 0}, 0}, {1, std::int64_t{1} << 31, 8, 2});
        QCOMPARE(messageOf([&] { padding.infer(); }), QString("op: its dimension of 2147483649 is too large"));
    }

    void theLargestWindowIsAccepted()
    {
        // 2 * (2^30 - 1) + 1 rows of dilated kernel, padded to fit.
        OneOperator one(convolution([](Conv2D &conv) { conv.dilationH = (std::int64_t{1} << 30) - 1; }));
        one.infer();
        const Graph graph = one.builder.build();
        const auto geometry = spatialGeometry(graph, graph.op(OperatorId(std::size_t{0})));
        QVERIFY(geometry.has_value());
        QCOMPARE(geometry->h.effectiveKernel(), (std::int64_t{1} << 31) - 1);
        QCOMPARE(geometry->h.padBefore + geometry->h.padAfter, (std::int64_t{1} << 31) - 2);
    }

    void aWholeSliceFollowsADimensionThatBecameKnown()
    {
        const auto sliced
            = [](std::int64_t size) { return shape_rules::stridedSlice({size}, {0}, {most}, {1}, {}, "x"); };
        QCOMPARE(sliced(7), Shape({7}));
        QCOMPARE(sliced(-1), Shape({-1}));
    }

    void operationsOfHugeLayersSaturate()
    {
        const std::int64_t side = std::int64_t{1} << 30;
        OneOperator one(convolution([](Conv2D &) {}), {1, side, side, 2});
        one.builder.tensor(one.y).shape = {1, side, side, 2};
        const Graph graph = one.builder.build();
        QCOMPARE(macsOf(graph, graph.op(OperatorId(std::size_t{0}))), most);
    }
};

TINSMITH_TEST(GeometryLimitsTest)

#include "geometry_limits_test.moc"
