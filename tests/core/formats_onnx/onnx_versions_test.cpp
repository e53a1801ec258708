// SPDX-License-Identifier: Apache-2.0
#include "core/execute/executor.h"
#include "core/formats/onnx/onnx_writer.h"
#include "core/graph/error.h"
#include "tests/core/formats_onnx/onnx_model.h"
#include "tests/support/test_main.h"

#include <cmath>
#include <cstring>
#include <limits>

namespace tinsmith::test {
namespace {

/// The only operator of a model, or the first of several.
template <typename Kind>
Kind firstOf(const Graph &graph)
{
    const Kind *kind = graph.operators().empty() ? nullptr : graph.operators()[0].as<Kind>();
    return kind == nullptr ? Kind{} : *kind;
}

/// A model of one node on x, and on constants that were added before.
Graph readOne(OnnxModel &model, const std::vector<std::int64_t> &dims = {2, 4, 3, 3})
{
    model.input("x", dims);
    model.output("y");
    return model.read();
}

std::vector<float> run(const Graph &graph, const std::vector<float> &x)
{
    TensorValue input(x.size() * sizeof(float));
    std::memcpy(input.data(), x.data(), input.size());
    const auto outputs = Executor(graph).run(std::vector<TensorValue>{input});
    std::vector<float> y(outputs[0].size() / sizeof(float));
    std::memcpy(y.data(), outputs[0].data(), outputs[0].size());
    return y;
}

Tensor integers(const std::vector<std::int64_t> &values)
{
    Tensor tensor;
    tensor.type = ElementType::Int64;
    tensor.shape = Shape{static_cast<std::int64_t>(values.size())};
    tensor.data = Bytes::of(values);
    return tensor;
}

/// Reshapes x to what the input "shape" says.
OnnxModel reshaping()
{
    OnnxModel model;
    model.input("x", {2, 6});
    model.input("shape", {2});
    model.graph().mutable_input(1)->mutable_type()->mutable_tensor_type()->set_elem_type(::onnx::TensorProto::INT64);
    model.node("Reshape", {"x", "shape"}, {"y"});
    model.output("y");
    return model;
}

std::string refusal(const OnnxModel &model, const OnnxOptions &options)
{
    try {
        model.read(options);
        return {};
    } catch (const FormatError &error) {
        return error.what();
    }
}

} // namespace

/// Forms of operators that changed between operator sets, and inputs that a person fixes.
class OnnxVersionsTest : public QObject {
    Q_OBJECT
private slots:
    void reductionsTakeAxesAsAttributeAndAsInput()
    {
        for (const char *type : {"ReduceMean", "ReduceMax", "ReduceL2", "ReduceLogSumExp", "ReduceSumSquare"}) {
            OnnxModel older(13);
            OnnxModel::set(older.node(type, {"x"}, {"y"}), "axes", std::vector<std::int64_t>{1, -1});
            OnnxModel newer(18);
            newer.constant("axes", {2}, std::vector<std::int64_t>{1, -1});
            newer.node(type, {"x", "axes"}, {"y"});
            const Reduce first = firstOf<Reduce>(readOne(older));
            QCOMPARE(first.axes, (std::vector<std::int64_t>{1, -1}));
            QVERIFY(first == firstOf<Reduce>(readOne(newer)));
        }
    }
    void noAxesMayMeanNothingToDo()
    {
        OnnxModel model(18);
        OnnxModel::set(model.node("ReduceMax", {"x"}, {"y"}), "noop_with_empty_axes", std::int64_t{1});
        QVERIFY(readOne(model).operators()[0].is<Identity>());
    }
    void splitTakesANumberOfOutputs()
    {
        OnnxModel model(18);
        auto &node = model.node("Split", {"x"}, {"y", "z", "w"});
        OnnxModel::set(node, "axis", std::int64_t{1});
        OnnxModel::set(node, "num_outputs", std::int64_t{3});
        QCOMPARE(firstOf<Split>(readOne(model, {1, 8})).sizes, (std::vector<std::int64_t>{3, 3, 2}));
    }
    void padTakesAxes()
    {
        OnnxModel model(18);
        model.constant("pads", {2}, std::vector<std::int64_t>{1, 2});
        model.constant("axes", {1}, std::vector<std::int64_t>{-1});
        model.node("Pad", {"x", "pads", "", "axes"}, {"y"});
        const Pad pad = firstOf<Pad>(readOne(model));
        QCOMPARE(pad.before, (std::vector<std::int64_t>{0, 0, 0, 1}));
        QCOMPARE(pad.after, (std::vector<std::int64_t>{0, 0, 0, 2}));
    }
    void groupsMayHaveTheirScalePerGroupOrPerChannel()
    {
        std::vector<float> x(4 * 9);
        for (std::size_t i = 0; i < x.size(); ++i) {
            x[i] = static_cast<float>(i % 7) - 2.0F;
        }
        OnnxModel perGroup(18);
        perGroup.constant("scale", {2}, std::vector<float>{2, 3});
        perGroup.constant("bias", {2}, std::vector<float>{-1, 1});
        OnnxModel::set(
            perGroup.node("GroupNormalization", {"x", "scale", "bias"}, {"y"}), "num_groups", std::int64_t{2});
        OnnxModel perChannel(21);
        perChannel.constant("scale", {4}, std::vector<float>{2, 2, 3, 3});
        perChannel.constant("bias", {4}, std::vector<float>{-1, -1, 1, 1});
        OnnxModel::set(
            perChannel.node("GroupNormalization", {"x", "scale", "bias"}, {"y"}), "num_groups", std::int64_t{2});
        const Graph first = readOne(perGroup, {1, 4, 3, 3});
        const Graph second = readOne(perChannel, {1, 4, 3, 3});
        QCOMPARE(run(first, x), run(second, x));
        // Each is written for the operator set that has its form.
        QCOMPARE(run(readOnnx(writeOnnx(first), "a.onnx"), x), run(first, x));
        QCOMPARE(run(readOnnx(writeOnnx(second), "b.onnx"), x), run(first, x));
    }
    void functionsOfNewOperatorSetsRun()
    {
        OnnxModel rms(23);
        rms.constant("scale", {2}, std::vector<float>{1, 2});
        OnnxModel::set(rms.node("RMSNormalization", {"x", "scale"}, {"y"}), "epsilon", 0.0F);
        const auto y = run(readOne(rms, {1, 2}), {3, 4});
        QVERIFY(std::abs(y[0] - 3 / std::sqrt(12.5F)) < 1e-6F && std::abs(y[1] - 8 / std::sqrt(12.5F)) < 1e-6F);

        OnnxModel swish(24);
        OnnxModel::set(swish.node("Swish", {"x"}, {"y"}), "alpha", 2.0F);
        QVERIFY(std::abs(run(readOne(swish, {1}), {1})[0] - 1 / (1 + std::exp(-2.0F))) < 1e-6F);

        OnnxModel mish(18);
        mish.node("Mish", {"x"}, {"y"});
        QVERIFY(std::abs(run(readOne(mish, {1}), {1})[0] - std::tanh(std::log1p(std::exp(1.0F)))) < 1e-6F);

        OnnxModel gelu(20);
        gelu.node("Gelu", {"x"}, {"y"});
        QVERIFY(std::abs(run(readOne(gelu, {1}), {1})[0] - 0.8413447F) < 1e-6F);
    }
    void newFormsAreWrittenAndReadBack()
    {
        OnnxModel model(23);
        model.constant("scale", {3}, std::vector<float>{1, 2, 3});
        model.constant("axes", {1}, std::vector<std::int64_t>{1});
        model.node("RMSNormalization", {"x", "scale"}, {"a"});
        model.node("ReduceMax", {"a", "axes"}, {"y"});
        const Graph graph = readOne(model);
        const Graph again = readOnnx(writeOnnx(graph), "written.onnx");
        QCOMPARE(again.operators().size(), std::size_t{2});
        QVERIFY(again.operators()[0].kind == graph.operators()[0].kind);
        QVERIFY(again.operators()[1].kind == graph.operators()[1].kind);
    }
    void transformsTakeTheirAxisAsAttributeAndAsInput()
    {
        OnnxModel older(17);
        OnnxModel::set(older.node("DFT", {"x"}, {"y"}), "axis", std::int64_t{1});
        OnnxModel newer(20);
        newer.constant("axis", {}, std::vector<std::int64_t>{1});
        newer.node("DFT", {"x", "", "axis"}, {"y"});
        QVERIFY(firstOf<Dft>(readOne(older, {1, 8, 1})) == firstOf<Dft>(readOne(newer, {1, 8, 1})));
    }
    void imagesShrinkWithoutAliasing()
    {
        OnnxModel model(18);
        model.constant("scales", {4}, std::vector<float>{1, 1, 0.6F, 0.6F});
        auto &node = model.node("Resize", {"x", "", "scales"}, {"y"});
        OnnxModel::set(node, "mode", std::string("linear"));
        OnnxModel::set(node, "antialias", std::int64_t{1});
        std::vector<float> x(16);
        for (std::size_t i = 0; i < x.size(); ++i) {
            x[i] = static_cast<float>(i + 1);
        }
        // The example of ONNX's specification.
        const std::vector<float> expected = {2.875F, 4.5F, 9.375F, 11};
        const auto y = run(readOne(model, {1, 1, 4, 4}), x);
        QCOMPARE(y.size(), expected.size());
        for (std::size_t i = 0; i < y.size(); ++i) {
            QVERIFY(std::abs(y[i] - expected[i]) < 1e-4F);
        }
    }
    void samplingModesHaveOlderAndNewerNames()
    {
        const auto read = [](std::int64_t opset, const std::string &mode) {
            OnnxModel model(opset);
            model.weights("grid", {2, 5, 5, 2});
            OnnxModel::set(model.node("GridSample", {"x", "grid"}, {"y"}), "mode", mode);
            return firstOf<GridSample>(readOne(model)).mode;
        };
        QVERIFY(read(16, "bilinear") == read(20, "linear"));
        QVERIFY(read(16, "bicubic") == ResizeMode::Cubic && read(20, "cubic") == ResizeMode::Cubic);
    }
    void fixedInputsSettleShapes()
    {
        const OnnxModel model = reshaping();
        QVERIFY(model.read().operators()[0].is<Custom>());
        OnnxOptions options;
        options.constants["shape"] = integers({3, 4});
        const Graph graph = model.read(options);
        QCOMPARE(graph.inputs().size(), std::size_t{1});
        QVERIFY(graph.operators()[0].is<Reshape>());
        QVERIFY(graph.tensor(graph.outputs()[0]).shape == (Shape{3, 4}));
    }
    void fixedInputsMustBeWhatTheFileDeclares()
    {
        const OnnxModel model = reshaping();
        OnnxOptions options;
        options.constants["shape"] = integers({3, 4, 1});
        QVERIFY(refusal(model, options).find("input shape: It cannot be fixed: the value has the shape 3")
            != std::string::npos);
        options.constants["shape"] = integers({3, 4});
        options.constants["shape"].type = ElementType::Float64;
        QVERIFY(refusal(model, options).find("type float64, the input of type int64") != std::string::npos);
        options.constants["shape"] = integers({3, 4});
        options.constants["shape"].data = Bytes::of(std::vector<std::int64_t>{3});
        QVERIFY(refusal(model, options).find("does not have the bytes") != std::string::npos);
        options.constants["shape"] = integers({3, 4});
        options.constants["size"] = integers({1});
        QVERIFY(refusal(model, options).find("no input of this name") != std::string::npos);
    }
    void parametersOutOfRangeOpenAsCustom_data()
    {
        QTest::addColumn<QString>("type");
        QTest::addColumn<QString>("attribute");
        QTest::addColumn<qlonglong>("value");
        const qlonglong vast = std::numeric_limits<qlonglong>::max();
        QTest::newRow("axis") << "LayerNormalization"
                              << "axis" << vast;
        QTest::newRow("negative axis") << "Hardmax"
                                       << "axis" << -vast;
        QTest::newRow("size") << "LRN"
                              << "size" << vast;
        QTest::newRow("no size") << "LRN"
                                 << "size" << qlonglong{0};
        QTest::newRow("norm") << "LpNormalization"
                              << "p" << vast;
        QTest::newRow("groups") << "GroupNormalization"
                                << "num_groups" << vast;
        QTest::newRow("depth") << "ReverseSequence"
                               << "time_axis" << vast;
    }
    void parametersOutOfRangeOpenAsCustom()
    {
        QFETCH(QString, type);
        QFETCH(QString, attribute);
        QFETCH(qlonglong, value);
        OnnxModel model(21);
        model.weights("a", {4});
        OnnxModel::set(model.node(type.toStdString(), {"x", "a", "a"}, {"y"}), attribute.toStdString(),
            static_cast<std::int64_t>(value));
        QVERIFY(readOne(model).operators()[0].is<Custom>());
    }
};

TINSMITH_TEST(OnnxVersionsTest)

} // namespace tinsmith::test

#include "onnx_versions_test.moc"
