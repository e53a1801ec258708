// SPDX-License-Identifier: Apache-2.0
#include "core/rewrites/canonical.h"

#include "core/formats/onnx/onnx_reader.h"
#include "tests/core/rewrites/compare.h"
#include "tests/fixtures/models.h"
#include "tests/support/test_data.h"
#include "tests/support/test_main.h"

#include <algorithm>
#include <random>

namespace tinsmith::test {
namespace {

/// A channels-first model that grows operator by operator.
class FirstMaker : public ModelMaker {
public:
    FirstMaker() : ModelMaker(Numbers::Float32) { }

    TensorId constant(const std::string &name, const Shape &shape)
    {
        std::vector<float> values(static_cast<std::size_t>(*shape.elements()));
        std::uniform_real_distribution<float> uniform(-0.5F, 0.5F);
        std::generate(values.begin(), values.end(), [&] { return uniform(random_); });
        return builder().addConstant(name, ElementType::Float32, shape, Bytes::of(values));
    }
    TensorId conv1st(
        TensorId x, std::int64_t channels, std::int64_t kernel, std::int64_t groups = 1, std::int64_t stride = 1)
    {
        Conv2D kind;
        kind.layout = Layout::ChannelsFirst;
        kind.groups = groups;
        kind.strideH = kind.strideW = stride;
        const std::int64_t pad = kernel / 2;
        kind.padding = {PaddingMode::Explicit, pad, pad, pad, pad};
        const std::int64_t inputs = builder().tensor(x).shape[1] / groups;
        return one(kind, {x, constant("w", {channels, inputs, kernel, kernel}), constant("b", {channels})});
    }
    TensorId one(OperatorKind kind, std::vector<TensorId> inputs) { return op(std::move(kind), std::move(inputs))[0]; }

private:
    std::mt19937 random_{5};
};

template <typename Kind>
int count(const Graph &graph)
{
    return static_cast<int>(std::count_if(
        graph.operators().begin(), graph.operators().end(), [](const Operator &op) { return op.is<Kind>(); }));
}

} // namespace

class CanonicalTest : public QObject {
    Q_OBJECT

private slots:
    void takesBordersIntoTheLayersBehindThem();
    void keepsBordersThatAreValues();
    void leavesAChannelsLastGraphAsItIs();
    void keepsOneTransposeInAPlainCnn();
    void carriesAxesAlong();
    void runsBranchesThroughOneOrder();
    void mergesMatMulAndBias();
    void bindsAnOpenBatch();
    void renamesTransposesThatMoveNothing();
    void equalsGoldenOutputs_data();
    void equalsGoldenOutputs();
};

void CanonicalTest::takesBordersIntoTheLayersBehindThem()
{
    for (const auto numbers : {ModelMaker::Numbers::Float32, ModelMaker::Numbers::Int8}) {
        ModelMaker make(numbers);
        TensorId x = make.input("x", {1, 9, 8, 4});
        const auto moved = [&](OperatorKind kind, TensorId y) {
            const TensorId result = make.op(std::move(kind), {y})[0];
            make.builder().tensor(result).quantization = make.builder().tensor(y).quantization;
            return result;
        };
        x = moved(Pad{PadMode::Constant, {0, 0, 1, 0}, {0, 2, 0, 0}, 0}, x);
        x = make.conv(x, 5, 3, 2, PaddingMode::Valid, FusedActivation::Relu, "padded");
        x = moved(StridedSlice{{0, 1, 0, 0}, {1, 5, 3, 5}, {1, 1, 1, 1}, {}}, x);
        x = make.depthwise(x, 2, 1, PaddingMode::Valid, FusedActivation::None, "cropped");
        const Graph graph = make.finish({x});
        const Graph result = canonical(graph);
        QCOMPARE(count<Pad>(result) + count<StridedSlice>(result), 0);
        QVERIFY(largestDifference(graph, result) <= 1e-6);
    }
}

void CanonicalTest::keepsBordersThatAreValues()
{
    ModelMaker make(ModelMaker::Numbers::Float32);
    const TensorId x = make.input("x", {1, 9, 8, 4});
    const auto one = [&](OperatorKind kind, TensorId y) { return make.op(std::move(kind), {y})[0]; };
    const auto zeros = [&](std::int64_t amount) { return Pad{PadMode::Constant, {0, amount, 0, 0}, {0, 0, 0, 0}, 0}; };
    std::vector<TensorId> outputs;
    // Zeros are values to a maximum; ones to a convolution; a border as wide as the window; cropped rows that padding
    // of the convolution would show again; a border that something else reads.
    outputs.push_back(make.pool(one(zeros(1), x), PoolFunction::Max, 2, 2));
    Pad ones = zeros(1);
    ones.value = 1;
    outputs.push_back(make.conv(one(ones, x), 2, 3));
    outputs.push_back(make.conv(one(zeros(3), x), 2, 3, 1, PaddingMode::Valid));
    outputs.push_back(
        make.conv(one(StridedSlice{{0, 1, 0, 0}, {1, 9, 8, 4}, {1, 1, 1, 1}, {}}, x), 2, 3, 1, PaddingMode::Same));
    const TensorId shared = one(zeros(1), x);
    outputs.push_back(make.conv(shared, 2, 3));
    outputs.push_back(shared);
    const Graph graph = make.finish(outputs);
    const Graph result = canonical(graph);
    QCOMPARE(count<Pad>(result), 4);
    QCOMPARE(count<StridedSlice>(result), 1);
}

void CanonicalTest::leavesAChannelsLastGraphAsItIs()
{
    for (const auto numbers : {ModelMaker::Numbers::Float32, ModelMaker::Numbers::Int8}) {
        const Graph graph = residualCnn(numbers);
        const Graph result = canonical(graph);
        QCOMPARE(result.operators().data(), graph.operators().data());
    }
}

void CanonicalTest::keepsOneTransposeInAPlainCnn()
{
    FirstMaker maker;
    TensorId x = maker.input("x", {1, 3, 12, 10});
    x = maker.one(Activation{}, {maker.conv1st(x, 8, 3, 1, 2)});
    x = maker.one(Activation{ActivationFunction::Relu6, 0, 0}, {maker.conv1st(x, 8, 3, 8)});
    Pool2D pool;
    pool.layout = Layout::ChannelsFirst;
    pool.kernelH = pool.kernelW = pool.strideH = pool.strideW = 2;
    x = maker.one(pool, {x});
    x = maker.one(Reshape{{0, -1}, true}, {x});
    x = maker.one(Identity{}, {x});
    Gemm gemm;
    gemm.transposeB = true;
    gemm.beta = 0.5F;
    x = maker.one(gemm, {x, maker.constant("m", {5, 48}), maker.constant("c", {5})});
    const Graph graph = maker.finish({maker.one(Softmax{}, {x})});
    const Graph result = canonical(graph);
    // The transpose of the input, two convolutions, the pool, the flattening, the dense layer, softmax.
    QCOMPARE(result.operators().size(), std::size_t{7});
    QCOMPARE(count<Transpose>(result), 1);
    QCOMPARE(count<DepthwiseConv2D>(result), 1);
    QCOMPARE(count<FullyConnected>(result), 1);
    QCOMPARE(result.operators()[1].as<Conv2D>()->activation, FusedActivation::Relu);
    QVERIFY(largestDifference(graph, result) < 1e-5);
}

void CanonicalTest::carriesAxesAlong()
{
    FirstMaker maker;
    const TensorId x = maker.input("x", {1, 4, 8, 6});
    TensorId y = maker.conv1st(x, 4, 1);
    y = maker.one(Pad{PadMode::Constant, {0, 1, 2, 0}, {0, 1, 0, 3}, 0.25}, {y});
    y = maker.one(Concatenation{1, FusedActivation::None}, {y, y});
    y = maker.one(Binary{BinaryFunction::Mul, FusedActivation::None}, {y, maker.constant("scale", {12, 1, 1})});
    y = maker.one(StridedSlice{{0, 2, 1, 0}, {1, 11, 10, 9}, {1, 3, 1, 2}, {}}, {y});
    const auto parts = maker.op(Split{1, {1, 2}}, {y}, 2);
    y = maker.one(PRelu{}, {parts[1], maker.constant("slope", {2, 1, 1})});
    const TensorId mean = maker.one(Reduce{ReduceFunction::Mean, {2}, false}, {y});
    const TensorId most = maker.one(Reduce{ReduceFunction::Max, {1, 3}, true}, {y});
    const Graph graph = maker.finish({mean, maker.one(Softmax{1, 1}, {y}), most, parts[0]});
    const Graph result = canonical(graph);
    QVERIFY(largestDifference(graph, result) < 1e-5);
    for (std::size_t output = 0; output < graph.outputs().size(); ++output) {
        const Tensor &before = graph.tensor(graph.outputs()[output]);
        const Tensor &after = result.tensor(result.outputs()[output]);
        QCOMPARE(after.name, before.name);
        QCOMPARE(after.shape.text(), before.shape.text());
    }
    // Nothing moves between the input and the outputs.
    QVERIFY(count<Transpose>(result) <= 4);
}

void CanonicalTest::runsBranchesThroughOneOrder()
{
    FirstMaker maker;
    const TensorId x = maker.input("x", {1, 1, 8, 8});
    const TensorId a = maker.conv1st(x, 6, 3);
    const TensorId gate = maker.one(GlobalPool{PoolFunction::Average, Layout::ChannelsFirst}, {a});
    TensorId y = maker.one(Binary{BinaryFunction::Mul, FusedActivation::None}, {a, maker.conv1st(gate, 6, 1)});
    y = maker.one(Binary{BinaryFunction::Add, FusedActivation::None}, {y, a});
    y = maker.one(Transpose{{0, 2, 3, 1}}, {y});
    const Graph graph = maker.finish({maker.one(Reshape{{1, -1, 6}, false}, {y})});
    const Graph result = canonical(graph);
    // One channel: the input is only renamed; the exporter's own transpose to channels last falls away.
    QCOMPARE(count<Transpose>(result), 0);
    QCOMPARE(count<GlobalPool>(result), 0);
    QVERIFY(largestDifference(graph, result) < 1e-5);
}

void CanonicalTest::mergesMatMulAndBias()
{
    FirstMaker maker;
    TensorId x = maker.input("x", {3, 7});
    x = maker.one(MatMul{}, {x, maker.constant("m", {7, 5})});
    x = maker.one(Binary{}, {maker.constant("b", {5}), x});
    const Graph graph = maker.finish({maker.one(Activation{}, {x})});
    const Graph result = canonical(graph);
    QCOMPARE(result.operators().size(), std::size_t{1});
    QCOMPARE(result.operators()[0].inputs.size(), std::size_t{3});
    QVERIFY(largestDifference(graph, result) < 1e-5);
}

void CanonicalTest::bindsAnOpenBatch()
{
    FirstMaker maker;
    TensorId x = maker.input("x", {-1, 2, 4, 4});
    maker.builder().tensor(x).dimensionNames = {"batch"};
    x = maker.conv1st(x, 3, 3);
    const Graph result = canonical(maker.finish({maker.one(Reshape{{0, -1}, true}, {x})}));
    QCOMPARE(result.tensor(result.inputs()[0]).shape.text(), std::string("1×2×4×4"));
    QCOMPARE(result.tensor(result.outputs()[0]).shape.text(), std::string("1×48"));
}

void CanonicalTest::renamesTransposesThatMoveNothing()
{
    FirstMaker maker;
    TensorId x = maker.input("x", {1, 3, 1, 5});
    x = maker.one(Transpose{{1, 2, 0, 3}}, {x});
    x = maker.one(Transpose{{3, 0, 1, 2}}, {x});
    const Graph graph = maker.finish({x});
    const Graph result = canonical(graph);
    QCOMPARE(count<Transpose>(result), 1);
    QVERIFY(result.operators()[0].is<Reshape>());
    QCOMPARE(largestDifference(graph, result), 0.0);
}

void CanonicalTest::equalsGoldenOutputs_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<double>("tolerance");
    QTest::addColumn<int>("transposes");
    QTest::newRow("mnist_cntk") << "mnist_cntk" << 1e-2 << 0;
    QTest::newRow("ic_alibaba") << "ic_alibaba" << 1e-4 << 1;
    QTest::newRow("kws_dscnn_alibaba") << "kws_dscnn_alibaba" << 1e-3 << 0;
    QTest::newRow("yamnet_256") << "yamnet_256" << 1e-5 << 1;
    QTest::newRow("sensor_autoencoder") << "sensor_autoencoder" << 1e-6 << 0;
    // Integers: the recordings ran real operators, so that only our own two forms are compared.
    QTest::newRow("ic_resnet8_qdq") << "ic_resnet8_qdq" << -1.0 << 0;
    QTest::newRow("kws_dscnn_qdq") << "kws_dscnn_qdq" << -1.0 << 0;
    QTest::newRow("kws_dscnn_qlinear") << "kws_dscnn_qlinear" << -1.0 << 0;
}

void CanonicalTest::equalsGoldenOutputs()
{
    QFETCH(QString, name);
    QFETCH(double, tolerance);
    QFETCH(int, transposes);
    const auto folder = sharedData("models/onnx/" + name.toStdString());
    if (!folder) {
        QSKIP("no test data");
    }
    const Graph graph = readOnnx(*folder / "model.onnx");
    const Graph result = canonical(graph);
    QCOMPARE(count<Transpose>(result), transposes);
    if (tolerance < 0) {
        QCOMPARE(largestDifference(graph, result), 0.0);
        return;
    }
    QVERIFY(goldenDifference(result, *folder / "golden") <= tolerance);
}

TINSMITH_TEST(CanonicalTest)

} // namespace tinsmith::test

#include "canonical_test.moc"
