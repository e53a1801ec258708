// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/onnx_reader.h"

#include "core/graph/error.h"
#include "tests/core/formats_onnx/onnx_model.h"
#include "tests/support/test_data.h"
#include "tests/support/test_main.h"

#include <filesystem>

namespace tinsmith::test {

class OnnxReaderTest : public QObject {
    Q_OBJECT

private slots:
    void readsAConvolutionInItsOwnLayout();
    void liftsOneDimensionalConvolutions();
    void foldsTheShapeOfAFlattenedBatch();
    void copiesASymbolicBatchThroughReshape();
    void bindsSymbolicDimensions();
    void readsSparseConstants();
    void foldsPyTorchPaddings();
    void makesAttributesOfConstantInputs();
    void opensUnknownOperatorsAsCustom();
    void keepsBodiesOfBranches();
    void sharesOneQuantizationBetweenNodes();
    void dropsAnUnreadMaskAndFillsOneThatIsRead();
    void opensEveryNodeTestOfLibonnx();
    void opensRealModels();
};

void OnnxReaderTest::readsAConvolutionInItsOwnLayout()
{
    OnnxModel model;
    model.input("x", {1, 3, 8, 8});
    model.weights("w", {4, 3, 3, 3});
    auto &conv = model.node("Conv", {"x", "w"}, {"y"});
    OnnxModel::set(conv, "pads", std::vector<std::int64_t>{1, 1, 1, 1});
    OnnxModel::set(conv, "strides", std::vector<std::int64_t>{2, 1});
    model.output("y");
    const Graph graph = model.read();
    QCOMPARE(graph.operators().size(), std::size_t{1});
    const auto *kind = graph.operators()[0].as<Conv2D>();
    QVERIFY(kind != nullptr);
    QCOMPARE(kind->layout, Layout::ChannelsFirst);
    QCOMPARE(kind->strideH, 2);
    QCOMPARE(kind->strideW, 1);
    QVERIFY((kind->padding == Padding{PaddingMode::Explicit, 1, 1, 1, 1}));
    QCOMPARE(graph.tensor(graph.outputs()[0]).shape.text(), std::string("1×4×4×8"));
    QCOMPARE(graph.info().format, std::string("ONNX"));
}

void OnnxReaderTest::liftsOneDimensionalConvolutions()
{
    OnnxModel model;
    model.input("x", {1, 3, 16});
    model.weights("w", {4, 3, 5});
    OnnxModel::set(model.node("Conv", {"x", "w"}, {"y"}), "strides", std::vector<std::int64_t>{2});
    model.output("y");
    const Graph graph = model.read();
    QCOMPARE(graph.operators().size(), std::size_t{3});
    QVERIFY(graph.operators()[0].is<ExpandDims>());
    QCOMPARE(graph.operators()[1].as<Conv2D>()->strideW, 2);
    QCOMPARE(graph.tensor(graph.operators()[1].inputs[1]).shape.text(), std::string("4×3×1×5"));
    QCOMPARE(graph.tensor(graph.outputs()[0]).shape.text(), std::string("1×4×6"));
}

/// Shape, Gather, Concat as PyTorch writes x.view(x.size(0), -1).
static void addView(OnnxModel &model)
{
    model.node("Shape", {"x"}, {"shape"});
    model.constant("zero", {}, std::vector<std::int64_t>{0});
    model.node("Gather", {"shape", "zero"}, {"size"});
    model.constant("axis", {1}, std::vector<std::int64_t>{0});
    model.node("Unsqueeze", {"size", "axis"}, {"sizes"});
    model.constant("rest", {1}, std::vector<std::int64_t>{-1});
    auto &concat = model.node("Concat", {"sizes", "rest"}, {"target"});
    OnnxModel::set(concat, "axis", std::int64_t{0});
    model.node("Reshape", {"x", "target"}, {"y"});
    model.output("y");
}

void OnnxReaderTest::foldsTheShapeOfAFlattenedBatch()
{
    OnnxModel model;
    model.input("x", {2, 3, 4});
    addView(model);
    const Graph graph = model.read();
    QCOMPARE(graph.operators().size(), std::size_t{1});
    QVERIFY((graph.operators()[0].as<Reshape>()->shape == std::vector<std::int64_t>{2, -1}));
    QCOMPARE(graph.tensor(graph.outputs()[0]).shape.text(), std::string("2×12"));
}

void OnnxReaderTest::copiesASymbolicBatchThroughReshape()
{
    OnnxModel model;
    model.input("x", {-1, 3, 4});
    addView(model);
    const Graph graph = model.read();
    QCOMPARE(graph.operators().size(), std::size_t{1});
    const auto *reshape = graph.operators()[0].as<Reshape>();
    QVERIFY(reshape != nullptr && reshape->zeroCopies);
    QVERIFY((reshape->shape == std::vector<std::int64_t>{0, -1}));
    QCOMPARE(graph.tensor(graph.inputs()[0]).dimensionNames[0], std::string("batch"));
    QCOMPARE(graph.tensor(graph.outputs()[0]).dimensionNames[0], std::string("batch"));
}

void OnnxReaderTest::bindsSymbolicDimensions()
{
    OnnxModel model;
    model.input("x", {-1, 3, 4});
    addView(model);
    OnnxOptions options;
    options.bindings["batch"] = 5;
    const Graph graph = model.read(options);
    QCOMPARE(graph.tensor(graph.outputs()[0]).shape.text(), std::string("5×12"));
    QVERIFY(graph.tensor(graph.inputs()[0]).dimensionNames.empty());
}

void OnnxReaderTest::readsSparseConstants()
{
    OnnxModel model;
    model.input("x", {2, 3});
    model.node("Add", {"x", "w"}, {"y"});
    model.output("y");
    auto &sparse = *model.graph().add_sparse_initializer();
    sparse.add_dims(2);
    sparse.add_dims(3);
    auto &values = *sparse.mutable_values();
    values.set_name("w");
    values.set_data_type(::onnx::TensorProto::FLOAT);
    values.add_dims(2);
    values.add_float_data(5);
    values.add_float_data(7);
    auto &indices = *sparse.mutable_indices();
    indices.set_data_type(::onnx::TensorProto::INT64);
    indices.add_dims(2);
    indices.add_int64_data(1);
    indices.add_int64_data(5);
    const Graph graph = model.read();
    const Tensor &constant = graph.tensor(graph.tensorNamed("w"));
    QVERIFY(constant.data.has_value());
    QVERIFY((constant.data->copyAs<float>() == std::vector<float>{0, 5, 0, 0, 0, 7}));
    model.graph().mutable_sparse_initializer(0)->mutable_indices()->set_int64_data(1, 6);
    QVERIFY_EXCEPTION_THROWN(model.read(), FormatError);
}

void OnnxReaderTest::foldsPyTorchPaddings()
{
    // Pairs from the last dimension on, turned round: ConstantOfShape, Concat, Reshape, Slice, Transpose, Reshape.
    OnnxModel model;
    model.input("x", {1, 1, 4, 4});
    model.constant("pairs", {4}, std::vector<std::int64_t>{1, 2, 3, 4});
    model.constant("four", {1}, std::vector<std::int64_t>{4});
    model.node("ConstantOfShape", {"four"}, {"none"});
    model.graph().mutable_node(0)->add_attribute()->set_name("value");
    auto &value = *model.graph().mutable_node(0)->mutable_attribute(0);
    value.set_type(::onnx::AttributeProto::TENSOR);
    value.mutable_t()->set_data_type(::onnx::TensorProto::INT64);
    value.mutable_t()->add_dims(1);
    value.mutable_t()->add_int64_data(0);
    OnnxModel::set(model.node("Concat", {"pairs", "none"}, {"all"}), "axis", std::int64_t{0});
    model.constant("two", {2}, std::vector<std::int64_t>{-1, 2});
    model.node("Reshape", {"all", "two"}, {"table"});
    model.constant("last", {1}, std::vector<std::int64_t>{-1});
    model.constant("far", {1}, std::vector<std::int64_t>{std::numeric_limits<std::int64_t>::min() + 1});
    model.constant("first", {1}, std::vector<std::int64_t>{0});
    model.node("Slice", {"table", "last", "far", "first", "last"}, {"turned"});
    OnnxModel::set(model.node("Transpose", {"turned"}, {"columns"}), "perm", std::vector<std::int64_t>{1, 0});
    model.node("Reshape", {"columns", "last"}, {"flat"});
    OnnxModel::set(model.node("Cast", {"flat"}, {"pads"}), "to", std::int64_t{7});
    model.node("Pad", {"x", "pads"}, {"y"});
    model.output("y");
    const Graph graph = model.read();
    QCOMPARE(graph.operators().size(), std::size_t{1});
    const auto *pad = graph.operators()[0].as<Pad>();
    QVERIFY(pad != nullptr);
    QVERIFY((pad->before == std::vector<std::int64_t>{0, 0, 3, 1}));
    QVERIFY((pad->after == std::vector<std::int64_t>{0, 0, 4, 2}));
}

void OnnxReaderTest::makesAttributesOfConstantInputs()
{
    OnnxModel model;
    model.input("x", {1, 2, 8, 8});
    model.constant("starts", {2}, std::vector<std::int64_t>{-3, 1});
    model.constant("ends", {2}, std::vector<std::int64_t>{1000, -1});
    model.constant("axes", {2}, std::vector<std::int64_t>{2, -1});
    model.constant("steps", {2}, std::vector<std::int64_t>{1, 2});
    model.node("Slice", {"x", "starts", "ends", "axes", "steps"}, {"s"});
    model.constant("low", {}, std::vector<float>{0});
    model.constant("high", {}, std::vector<float>{6});
    model.node("Clip", {"s", "low", "high"}, {"y"});
    model.output("y");
    const Graph graph = model.read();
    const auto *slice = graph.operators()[0].as<StridedSlice>();
    QVERIFY(slice != nullptr);
    QVERIFY((slice->begin == std::vector<std::int64_t>{0, 0, 5, 1}));
    QVERIFY((slice->end == std::vector<std::int64_t>{1, 2, 8, 7}));
    QVERIFY((slice->stride == std::vector<std::int64_t>{1, 1, 1, 2}));
    QCOMPARE(graph.tensor(graph.outputs()[0]).shape.text(), std::string("1×2×3×3"));
    QCOMPARE(graph.operators()[1].as<Activation>()->function, ActivationFunction::Relu6);
    QCOMPARE(graph.tensors().size(), std::size_t{3});
}

void OnnxReaderTest::opensUnknownOperatorsAsCustom()
{
    OnnxModel model;
    model.input("x", {1, 8});
    auto &node = model.node("Wonder", {"x"}, {"y"});
    node.set_domain("org.example");
    OnnxModel::set(node, "depth", std::int64_t{3});
    OnnxModel::set(node, "share", 0.5F);
    OnnxModel::set(node, "mode", std::string("fast"));
    model.output("y");
    const Graph graph = model.read();
    const auto *custom = graph.operators()[0].as<Custom>();
    QVERIFY(custom != nullptr);
    QCOMPARE(custom->sourceType, std::string("org.example.Wonder"));
    QCOMPARE(custom->attributes.size(), std::size_t{3});
    QCOMPARE(custom->attributes[0].value, std::string("3"));
    QCOMPARE(custom->attributes[1].value, std::string("0.5"));
    QCOMPARE(custom->attributes[2].value, std::string("fast"));
}

void OnnxReaderTest::keepsBodiesOfBranches()
{
    OnnxModel model;
    model.input("x", {1, 8});
    model.input("c", {1});
    auto &node = model.node("If", {"c"}, {"y"});
    for (const char *name : {"then_branch", "else_branch"}) {
        auto &attribute = *node.add_attribute();
        attribute.set_name(name);
        attribute.set_type(::onnx::AttributeProto::GRAPH);
        auto &body = *attribute.mutable_g();
        body.set_name(name);
        auto &relu = *body.add_node();
        relu.set_op_type("Relu");
        relu.add_input("x");
        relu.add_output("r");
        body.add_output()->set_name("r");
    }
    model.output("y");
    const Graph graph = model.read();
    QCOMPARE(graph.subgraphs().size(), std::size_t{2});
    QCOMPARE(graph.subgraphs()[0].operators().size(), std::size_t{1});
    QCOMPARE(graph.subgraphs()[0].inputs().size(), std::size_t{1});
    // The value that the bodies take from around them counts as read.
    QCOMPARE(graph.consumers(graph.tensorNamed("x")).size(), std::size_t{1});
}

void OnnxReaderTest::sharesOneQuantizationBetweenNodes()
{
    OnnxModel model;
    model.input("x", {1, 4});
    model.constant("scale", {}, std::vector<float>{0.5F});
    auto &zero = *model.graph().add_initializer();
    zero.set_name("zero");
    zero.set_data_type(::onnx::TensorProto::INT8);
    zero.add_int32_data(-3);
    model.node("QuantizeLinear", {"x", "scale", "zero"}, {"q"});
    model.node("DequantizeLinear", {"q", "scale", "zero"}, {"y"});
    model.output("y");
    const Graph graph = model.read();
    const Tensor &q = graph.tensor(graph.tensorNamed("q"));
    QCOMPARE(q.type, ElementType::Int8);
    QVERIFY(q.quantization.has_value());
    QCOMPARE(q.quantization->scale(), 0.5F);
    QCOMPARE(q.quantization->zeroPoint(), -3);
    QVERIFY(graph.operators()[0].is<Quantize>());
    QVERIFY(graph.operators()[1].is<Dequantize>());
    QCOMPARE(graph.tensor(graph.outputs()[0]).type, ElementType::Float32);
}

void OnnxReaderTest::dropsAnUnreadMaskAndFillsOneThatIsRead()
{
    OnnxModel model;
    model.input("x", {1, 4});
    model.node("Dropout", {"x"}, {"y", "mask"});
    model.output("y");
    QVERIFY(model.read().operators()[0].is<Identity>());
    model.output("mask");
    const Graph graph = model.read();
    QCOMPARE(graph.operators().size(), std::size_t{1});
    QVERIFY(graph.tensor(graph.outputs()[1]).data->copyAs<std::uint8_t>() == std::vector<std::uint8_t>(4, 1));
}

void OnnxReaderTest::opensEveryNodeTestOfLibonnx()
{
    const std::filesystem::path folder = "/usr/share/libonnx-testdata/data";
    if (!std::filesystem::exists(folder)) {
        QSKIP("the package libonnx-testdata is not installed");
    }
    int opened = 0;
    for (const auto &entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (entry.path().filename() == "model.onnx") {
            try {
                const Graph graph = readOnnx(entry.path());
                QVERIFY2(!graph.outputs().empty(), entry.path().c_str());
                ++opened;
            } catch (const Error &problem) {
                QFAIL(problem.what());
            }
        }
    }
    QVERIFY(opened > 900);
}

void OnnxReaderTest::opensRealModels()
{
    const auto folder = sharedData("models/onnx");
    if (!folder) {
        QSKIP("no test data");
    }
    int opened = 0;
    for (const auto &entry : std::filesystem::directory_iterator(*folder)) {
        const auto file = entry.path() / "model.onnx";
        if (std::filesystem::exists(file)) {
            const Graph graph = readOnnx(file);
            QVERIFY(!graph.operators().empty());
            QVERIFY2(graph.info().problems.empty(), file.c_str());
            ++opened;
        }
    }
    QVERIFY(opened >= 16);
}

TINSMITH_TEST(OnnxReaderTest)

} // namespace tinsmith::test

#include "onnx_reader_test.moc"
