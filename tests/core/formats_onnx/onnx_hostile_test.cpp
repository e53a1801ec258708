// SPDX-License-Identifier: Apache-2.0
#include "core/graph/error.h"
#include "tests/core/formats_onnx/onnx_model.h"
#include "tests/support/test_main.h"

#include <QTemporaryDir>

#include <filesystem>
#include <fstream>
#include <functional>
#include <numeric>

namespace tinsmith::test {
namespace {

constexpr auto noModel = "test.onnx: This is not an ONNX model, or the file is cut short";

/// Weights w [3,2] and a node that reads them.
OnnxModel small(std::int64_t opset = 13)
{
    OnnxModel model(opset);
    model.input("x", {1, 3});
    model.weights("w", {3, 2});
    model.node("MatMul", {"x", "w"}, {"y"});
    model.output("y");
    return model;
}

std::string changed(const std::function<void(OnnxModel &, ::onnx::TensorProto &)> &change)
{
    OnnxModel model = small();
    change(model, *model.graph().mutable_initializer(0));
    return model.bytes();
}

/// A field of a message as it stands in a file: the key, a length that may be a lie, and content.
std::string field(int number, std::uint64_t length, const std::string &content)
{
    std::string bytes(1, static_cast<char>(number << 3 | 2));
    for (; length >= 128; length >>= 7U) {
        bytes += static_cast<char>((length & 127U) | 128U);
    }
    return bytes + static_cast<char>(length) + content;
}

const std::string header = {'\x08', '\x08'};
constexpr int graphField = 7;
constexpr int initializerField = 5;
constexpr int rawField = 9;

/// A model of one initializer of these bytes.
std::string withTensor(const std::string &tensor)
{
    const std::string graph = field(initializerField, tensor.size(), tensor);
    return header + field(graphField, graph.size(), graph);
}

/// Bodies within bodies.
std::string nested(int depth)
{
    OnnxModel model;
    ::onnx::GraphProto *graph = &model.graph();
    for (int level = 0; level < depth; ++level) {
        auto &node = *graph->add_node();
        node.set_op_type("Own");
        node.set_domain("own");
        node.add_output("y");
        auto &attribute = *node.add_attribute();
        attribute.set_name("body");
        attribute.set_type(::onnx::AttributeProto::GRAPH);
        graph = attribute.mutable_g();
    }
    return model.bytes();
}

/// A function of the model's own domain, from a to b, of one node of this type.
::onnx::NodeProto &function(OnnxModel &model, const std::string &name, const std::string &type, const char *domain)
{
    auto &made = *model.proto.add_functions();
    made.set_name(name);
    made.set_domain("own");
    made.add_input("a");
    made.add_output("b");
    auto &node = *made.add_node();
    node.set_op_type(type);
    node.set_domain(domain);
    node.add_input("a");
    node.add_output("b");
    return node;
}

/// A function of this many nodes, called in that many ways.
std::string calledInManyWays(int nodes, int calls, std::size_t textBytes = 0)
{
    OnnxModel model = small();
    function(model, "Long", "Relu", "");
    auto &made = *model.proto.mutable_functions(0);
    for (int at = 1; at < nodes; ++at) {
        auto &node = *made.add_node();
        node.set_op_type("Relu");
        node.add_input(at == 1 ? "b" : "c" + std::to_string(at - 1));
        node.add_output("c" + std::to_string(at));
    }
    made.mutable_node(0)->set_doc_string(std::string(textBytes, 'd'));
    for (int call = 0; call < calls; ++call) {
        auto &node = model.node("Long", {"x"}, {"z" + std::to_string(call)});
        node.set_domain("own");
        OnnxModel::set(node, "way", std::int64_t{call});
    }
    return model.bytes();
}

/// So many of the smallest messages that a repeated field of a graph can hold.
std::string emptyOnes(int number, std::size_t count)
{
    std::string graph;
    for (std::size_t at = 0; at < count; ++at) {
        graph += field(number, 0, "");
    }
    return header + field(graphField, graph.size(), graph);
}

void external(::onnx::TensorProto &tensor, const std::vector<std::pair<const char *, const char *>> &entries)
{
    tensor.clear_float_data();
    tensor.set_data_location(::onnx::TensorProto::EXTERNAL);
    for (const auto &[key, value] : entries) {
        auto &entry = *tensor.add_external_data();
        entry.set_key(key);
        entry.set_value(value);
    }
}

} // namespace

class OnnxHostileTest : public QObject {
    Q_OBJECT

private slots:
    void rejects_data();
    void rejects();
    void rejectsExternalData_data();
    void rejectsExternalData();
    void followsLinksThatStayTogether();
    void bindsNoVastSizes();
    void opens_data();
    void opens();
    void keepsLargeConstantsWhateverTheirForm_data();
    void keepsLargeConstantsWhateverTheirForm();
};

void OnnxHostileTest::rejects_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("message");
    const auto row = [](const char *name, const std::string &bytes, const char *message) {
        QTest::newRow(name) << QByteArray(bytes.data(), static_cast<qsizetype>(bytes.size())) << QString(message);
    };
    using Model = OnnxModel;
    using Tensor = ::onnx::TensorProto;
    row("varint without end", header + std::string(12, '\xFF'), noModel);
    row("varint cut off", header + std::string{'\x3A', '\xFF'}, noModel);
    row("length of 2 GB", header + field(graphField, 0x7FFFFFFF, "x"), noModel);
    row("length of 16 EB", header + field(graphField, ~std::uint64_t{0}, "x"), noModel);
    row("raw data of 2 GB", withTensor(field(rawField, 0x7FFFFFF0, "1234")), noModel);
    row("initializer longer than its graph", header + field(graphField, 4, field(initializerField, 100, "ab")),
        noModel);
    row("group without end", header + std::string(1, '\x3B'), noModel);
    row("field number 0", header + std::string(2, '\0'), noModel);
    row("bodies 200 deep", nested(200), noModel);
    row("IR version of 0", changed([](Model &m, Tensor &) { m.proto.set_ir_version(0); }), noModel);
    row("negative IR version", changed([](Model &m, Tensor &) { m.proto.set_ir_version(-1); }), noModel);
    row("constant named twice", changed([](Model &m, Tensor &w) { m.graph().add_initializer()->CopyFrom(w); }),
        "test.onnx: value w: Two places of the graph make it");
    row("node output named twice", changed([](Model &m, Tensor &) { m.node("Relu", {"x"}, {"w"}); }),
        "test.onnx: value w: Two places of the graph make it");
    row("reads itself", changed([](Model &m, Tensor &) { m.node("Relu", {"z"}, {"z"}); }),
        "test.onnx: node z (Relu): It depends on its own output: the graph has a cycle");
    row("shape product passes 2^64", changed([](Model &, Tensor &w) {
        w.mutable_dims()->Clear();
        for (int axis = 0; axis < 3; ++axis) {
            w.add_dims(std::int64_t{1} << 31);
        }
    }),
        "test.onnx: tensor w: A constant of 2147483648×2147483648×2147483648 elements is too large");
    row("more elements than bytes", changed([](Model &, Tensor &w) { w.set_dims(0, 1'000'000'000); }),
        "test.onnx: tensor w: It has 24 bytes of values; 1000000000×2 float32 takes 8000000000");
    row("no values", changed([](Model &, Tensor &w) { w.clear_float_data(); }),
        "test.onnx: tensor w: It has 0 bytes of values; 3×2 float32 takes 24");
    row("values of another type", changed([](Model &, Tensor &w) { w.set_data_type(Tensor::INT64); }),
        "test.onnx: tensor w: It has 0 bytes of values; 3×2 int64 takes 48");
    row("segment", changed([](Model &, Tensor &w) { w.mutable_segment()->set_end(3); }),
        "test.onnx: tensor w: Constants in segments are not supported by ONNX's own runtime either");
    row("strings missing", changed([](Model &, Tensor &w) { w.set_data_type(Tensor::STRING); }),
        "test.onnx: tensor w: It has 0 strings, not 6");
    row("65 dimensions", changed([](Model &m, Tensor &) {
        auto &shape = *m.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->mutable_shape();
        while (shape.dim_size() < 65) {
            shape.add_dim()->set_dim_value(1);
        }
    }),
        "test.onnx: tensor x: It has more than 64 dimensions");
    row("attribute with a broken tensor", changed([](Model &m, Tensor &w) {
        auto &attribute = *m.graph().mutable_node(0)->add_attribute();
        attribute.set_name("value");
        attribute.set_type(::onnx::AttributeProto::TENSOR);
        attribute.mutable_t()->CopyFrom(w);
        attribute.mutable_t()->add_dims(-7);
    }),
        "test.onnx: node y (MatMul): attribute value: A constant's dimension is negative: 3×2×?");
    row("function that calls itself", changed([](Model &m, Tensor &) {
        auto &function = *m.proto.add_functions();
        function.set_name("Again");
        function.set_domain("own");
        function.add_input("a");
        function.add_output("b");
        auto &node = *function.add_node();
        node.set_op_type("Again");
        node.set_domain("own");
        node.add_input("a");
        node.add_output("b");
        m.node("Again", {"x"}, {"z"}).set_domain("own");
    }),
        "test.onnx: node Again that makes b: The function own.Again calls itself");
    row("functions that call each other", changed([](Model &m, Tensor &) {
        function(m, "One", "Other", "own");
        function(m, "Other", "One", "own");
        m.node("One", {"x"}, {"z"}).set_domain("own");
    }),
        "test.onnx: node One that makes b: The function own.One calls itself");
    row("functions 70 deep", changed([](Model &m, Tensor &) {
        for (int depth = 0; depth < 70; ++depth) {
            function(m, "F" + std::to_string(depth), "F" + std::to_string(depth + 1), "own");
        }
        function(m, "F70", "Relu", "");
        m.node("F0", {"x"}, {"z"}).set_domain("own");
    }),
        "test.onnx: node F64 that makes b: Functions call functions more than 64 deep");
    row("function that doubles 40 times", changed([](Model &m, Tensor &) {
        for (int depth = 0; depth < 40; ++depth) {
            const std::string next = "F" + std::to_string(depth + 1);
            function(m, "F" + std::to_string(depth), next, "own").set_output(0, "h");
            auto &second = *m.proto.mutable_functions(depth)->add_node();
            second.set_op_type(next);
            second.set_domain("own");
            second.add_input("h");
            second.add_output("b");
        }
        function(m, "F40", "Relu", "");
        m.node("F0", {"x"}, {"z"}).set_domain("own");
    }),
        "test.onnx: node F25 that makes b: The functions and branches have more than 50000 operators once each is in "
        "the "
        "place of its calls");
    row("function of many nodes called in many ways", calledInManyWays(4000, 101),
        "test.onnx: node z12 (Long): The functions and branches have more than 50000 operators once each is in the "
        "place "
        "of its calls");
    row("large function called in many ways", calledInManyWays(1, 70, 4 << 20),
        "test.onnx: node z63 (Long): The functions take more than 256 MB once they are read for each way in which they "
        "are called");
    row("a million empty nodes", emptyOnes(1, 1'000'000),
        "test.onnx: The model would take more than 64 times its file in memory");
    row("a million empty constants", emptyOnes(initializerField, 1'000'000),
        "test.onnx: The model would take more than 64 times its file in memory");
    row("body that reads what nothing makes", changed([](Model &m, Tensor &) {
        auto &attribute = *m.node("If", {"x"}, {"z"}).add_attribute();
        attribute.set_name("then_branch");
        attribute.set_type(::onnx::AttributeProto::GRAPH);
        attribute.mutable_g()->add_node()->set_op_type("Relu");
        attribute.mutable_g()->mutable_node(0)->add_input("nowhere");
    }),
        "test.onnx: node z (If): It reads nowhere, which nothing in the graph makes");
}

void OnnxHostileTest::rejects()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, message);
    QCOMPARE(QString::fromStdString(messageOf(bytes.toStdString())), message);
}

void OnnxHostileTest::rejectsExternalData_data()
{
    QTest::addColumn<QString>("location");
    QTest::addColumn<QString>("offset");
    QTest::addColumn<QString>("length");
    QTest::addColumn<QString>("message");
    QTest::newRow("file too short") << "weights.bin"
                                    << "0"
                                    << "24"
                                    << "tensor w: Its 24 bytes do not lie at offset 0 of FOLDER/weights.bin";
    QTest::newRow("offset behind the file") << "weights.bin"
                                            << "4096"
                                            << "24"
                                            << "tensor w: Its 24 bytes do not lie at offset 4096 of FOLDER/weights.bin";
    QTest::newRow("endless offset")
        << "weights.bin"
        << "999999999999999999"
        << "24"
        << "tensor w: Its 24 bytes do not lie at offset 999999999999999999 of FOLDER/weights.bin";
    QTest::newRow("offset past 2^64") << "weights.bin"
                                      << "99999999999999999999"
                                      << "24"
                                      << "tensor w: The place of its external data is not a number: "
                                         "99999999999999999999";
    QTest::newRow("another length") << "weights.bin"
                                    << "0"
                                    << "8"
                                    << "tensor w: Its 24 bytes do not lie at offset 0 of FOLDER/weights.bin";
    QTest::newRow("no number") << "weights.bin"
                               << "0x10"
                               << "24"
                               << "tensor w: The place of its external data is not a number: 0x10";
    QTest::newRow("a folder") << "folder"
                              << "0"
                              << "24"
                              << "tensor w: Its external data file is missing: FOLDER/folder";
    QTest::newRow("above the model") << "folder/../../weights.bin"
                                     << "0"
                                     << "24"
                                     << "tensor w: Its external data must lie beside the model, not at "
                                        "\"folder/../../weights.bin\"";
    QTest::newRow("a link out of the folder")
        << "link"
        << "0"
        << "4"
        << "tensor w: Its external data must lie beside the model, but FOLDER/link is a link that leads elsewhere";
    QTest::newRow("a device") << "/dev/zero"
                              << "0"
                              << "24"
                              << "tensor w: Its external data must lie beside the model, not at \"/dev/zero\"";
}

void OnnxHostileTest::rejectsExternalData()
{
    QFETCH(QString, location);
    QFETCH(QString, offset);
    QFETCH(QString, length);
    QFETCH(QString, message);
    const QTemporaryDir folder;
    const std::filesystem::path root = folder.path().toStdString();
    std::filesystem::create_directory(root / "folder");
    std::ofstream(root / "weights.bin", std::ios::binary) << std::string(20, 'x');
    std::filesystem::create_symlink("/etc/passwd", root / "link");
    OnnxModel model = small();
    external(*model.graph().mutable_initializer(0),
        {{"location", qPrintable(location)}, {"offset", qPrintable(offset)}, {"length", qPrintable(length)}});
    std::ofstream(root / "model.onnx", std::ios::binary) << model.bytes();
    try {
        readOnnx(root / "model.onnx");
        QFAIL("it opened");
    } catch (const FormatError &problem) {
        QCOMPARE(
            QString::fromStdString(problem.what()).replace(folder.path(), "FOLDER"), "FOLDER/model.onnx: " + message);
    }
}

/// Stores of downloads keep the files elsewhere, under other names, and link to them.
void OnnxHostileTest::followsLinksThatStayTogether()
{
    const QTemporaryDir folder;
    const std::filesystem::path root = folder.path().toStdString();
    std::filesystem::create_directories(root / "blobs");
    std::filesystem::create_directories(root / "model");
    std::ofstream(root / "blobs/2", std::ios::binary) << std::string(24, '\0');
    OnnxModel model = small();
    external(*model.graph().mutable_initializer(0), {{"location", "weights.bin"}});
    std::ofstream(root / "blobs/1", std::ios::binary) << model.bytes();
    std::filesystem::create_symlink("../blobs/1", root / "model/model.onnx");
    std::filesystem::create_symlink("../blobs/2", root / "model/weights.bin");
    QCOMPARE(readOnnx(root / "model/model.onnx").operators().size(), std::size_t{1});
}

void OnnxHostileTest::bindsNoVastSizes()
{
    OnnxModel model;
    model.input("x", {-1, 3}, "n");
    model.node("Relu", {"x"}, {"y"});
    model.output("y");
    OnnxOptions options;
    options.bindings["n"] = std::int64_t{1} << 62;
    try {
        model.read(options);
        QFAIL("it opened");
    } catch (const FormatError &problem) {
        QCOMPARE(
            QString::fromStdString(problem.cause()), QString("dimension \"n\" cannot be bound to 4611686018427387904"));
    }
}

void OnnxHostileTest::opens_data()
{
    QTest::addColumn<QByteArray>("bytes");
    const auto row = [](const char *name, const std::string &bytes) {
        QTest::newRow(name) << QByteArray(bytes.data(), static_cast<qsizetype>(bytes.size()));
    };
    row("operator set 0", small(0).bytes());
    row("operator set -5", small(-5).bytes());
    row("operator set 1000000000000", small(1'000'000'000'000).bytes());
    row("no operator set", changed([](OnnxModel &m, ::onnx::TensorProto &) { m.proto.clear_opset_import(); }));
    row("element type 99", changed([](OnnxModel &, ::onnx::TensorProto &w) { w.set_data_type(99); }));
    row("element type -1", changed([](OnnxModel &, ::onnx::TensorProto &w) { w.set_data_type(-1); }));
    row("unknown operator", changed([](OnnxModel &m, ::onnx::TensorProto &) { m.node("Levitate", {"x"}, {"z"}); }));
    row("names that are no UTF-8", changed([](OnnxModel &m, ::onnx::TensorProto &) {
        m.node("Relu", {"x"}, {"\xFF\xFE\xC0"}).set_name("\x80\x80");
    }));
    row("a million numbers in an attribute", changed([](OnnxModel &m, ::onnx::TensorProto &) {
        OnnxModel::set(*m.graph().mutable_node(0), "many", std::vector<std::int64_t>(1'000'000, std::int64_t{1} << 40));
    }));
    row("the same attribute twice", changed([](OnnxModel &m, ::onnx::TensorProto &) {
        OnnxModel::set(*m.graph().mutable_node(0), "axis", std::int64_t{1});
        OnnxModel::set(*m.graph().mutable_node(0), "axis", std::int64_t{2});
    }));
    row("axis outside the shape", changed([](OnnxModel &m, ::onnx::TensorProto &) {
        OnnxModel::set(m.node("Concat", {"x", "x"}, {"z"}), "axis", std::int64_t{1} << 62);
    }));
    row("bodies 20 deep", nested(20));
}

/// Odd, but all that a reader must know of it is there: it opens, and says what it cannot do.
void OnnxHostileTest::opens()
{
    QFETCH(QByteArray, bytes);
    QCOMPARE(QString::fromStdString(messageOf(bytes.toStdString())), QString());
}

void OnnxHostileTest::keepsLargeConstantsWhateverTheirForm_data()
{
    QTest::addColumn<int>("form");
    QTest::newRow("raw") << 0;
    QTest::newRow("floats") << 1;
    QTest::newRow("raw in two pieces") << 2;
    QTest::newRow("a Constant node") << 3;
}

/// Large values stay in the file; the reader must find them there, as protobuf would have.
void OnnxHostileTest::keepsLargeConstantsWhateverTheirForm()
{
    QFETCH(int, form);
    std::vector<float> values(3000);
    std::iota(values.begin(), values.end(), 0.5F);
    const std::string raw(reinterpret_cast<const char *>(values.data()), values.size() * sizeof(float));
    OnnxModel model;
    model.input("x", {1, 3});
    ::onnx::TensorProto tensor;
    tensor.set_name("w");
    tensor.set_data_type(::onnx::TensorProto::FLOAT);
    tensor.add_dims(3);
    tensor.add_dims(1000);
    if (form == 1) {
        tensor.mutable_float_data()->Assign(values.begin(), values.end());
    } else {
        tensor.set_raw_data(raw);
    }
    if (form == 3) {
        auto &attribute = *model.node("Constant", {}, {"w"}).add_attribute();
        attribute.set_name("value");
        attribute.set_type(::onnx::AttributeProto::TENSOR);
        attribute.mutable_t()->CopyFrom(tensor);
    } else {
        model.graph().add_initializer()->CopyFrom(tensor);
    }
    model.node("MatMul", {"x", "w"}, {"y"});
    model.output("y");
    std::string bytes = model.bytes();
    if (form == 2) {
        // The last of two counts: the first is of zeros.
        const std::string zeros = field(rawField, raw.size(), std::string(raw.size(), '\0'));
        const std::string whole = tensor.SerializeAsString();
        model.graph().clear_initializer();
        const std::string graph
            = model.graph().SerializeAsString() + field(initializerField, zeros.size() + whole.size(), zeros + whole);
        model.proto.clear_graph();
        bytes = model.proto.SerializeAsString() + field(graphField, graph.size(), graph);
    }
    const Graph graph = readOnnx(std::as_bytes(std::span(bytes.data(), bytes.size())), "test.onnx");
    QCOMPARE(graph.tensor(graph.tensorNamed("w")).data->copyAs<float>(), values);
}

TINSMITH_TEST(OnnxHostileTest)

} // namespace tinsmith::test

#include "onnx_hostile_test.moc"
