// SPDX-License-Identifier: Apache-2.0
#include "core/graph/error.h"
#include "tests/core/formats_onnx/onnx_model.h"
#include "tests/support/test_main.h"

#include <QTemporaryDir>

#include <filesystem>
#include <fstream>
#include <random>

namespace tinsmith::test {
namespace {

/// A small network with every kind of thing in it.
OnnxModel sample()
{
    OnnxModel model;
    model.input("x", {1, 2, 6, 6});
    model.weights("w", {3, 2, 3, 3});
    model.weights("b", {3});
    model.node("Conv", {"x", "w", "b"}, {"c"});
    model.node("Relu", {"c"}, {"r"});
    model.node("Flatten", {"r"}, {"f"});
    model.weights("m", {48, 5});
    model.node("MatMul", {"f", "m"}, {"y"});
    model.output("y");
    return model;
}

void external(
    OnnxModel &model, const std::string &location, const std::string &offset = {}, const std::string &length = {})
{
    auto &tensor = *model.graph().mutable_initializer(0);
    tensor.clear_float_data();
    tensor.set_data_location(::onnx::TensorProto::EXTERNAL);
    const auto add = [&](const std::string &key, const std::string &value) {
        if (!value.empty()) {
            auto &entry = *tensor.add_external_data();
            entry.set_key(key);
            entry.set_value(value);
        }
    };
    add("location", location);
    add("offset", offset);
    add("length", length);
}

} // namespace

class OnnxRejectsTest : public QObject {
    Q_OBJECT

private slots:
    void names_data();
    void names();
    void rejectsEveryTruncation();
    void survivesRandomBytes();
    void survivesFlippedBits();
    void opensOddAttributesAsCustom_data();
    void opensOddAttributesAsCustom();
    void readsExternalData();
    void rejectsWhatIsNoFile();
    void survivesDeepNesting();
};

void OnnxRejectsTest::names_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("message");
    const auto row = [](const char *name, const std::string &bytes, const char *message) {
        QTest::newRow(name) << QByteArray(bytes.data(), static_cast<qsizetype>(bytes.size())) << QString(message);
    };
    const auto changed = [](auto change) {
        OnnxModel model = sample();
        change(model);
        return model.bytes();
    };
    row("empty", "", "test.onnx: This is not an ONNX model, or the file is cut short");
    row("text", "hello, this is no model at all", "test.onnx: This is not an ONNX model, or the file is cut short");
    row("no graph", changed([](OnnxModel &m) { m.proto.clear_graph(); }),
        "test.onnx: This is not an ONNX model, or the file is cut short");
    row("cycle", changed([](OnnxModel &m) { m.graph().mutable_node(0)->set_input(0, "r"); }),
        "test.onnx: node c (Conv): It depends on its own output: the graph has a cycle");
    row("unknown input", changed([](OnnxModel &m) { m.graph().mutable_node(1)->set_input(0, "q"); }),
        "test.onnx: node r (Relu): It reads q, which nothing in the graph makes");
    row("unknown output", changed([](OnnxModel &m) { m.output("z"); }),
        "test.onnx: output z: Nothing in the graph makes it");
    row("made twice", changed([](OnnxModel &m) { m.node("Relu", {"x"}, {"r"}); }),
        "test.onnx: value r: Two places of the graph make it");
    row("input and node", changed([](OnnxModel &m) { m.input("r", {1}); }),
        "test.onnx: value r: Two places of the graph make it");
    row("constant too short",
        changed([](OnnxModel &m) { m.graph().mutable_initializer(0)->mutable_float_data()->RemoveLast(); }),
        "test.onnx: tensor w: It has 212 bytes of values; 3×2×3×3 float32 takes 216");
    row("raw data too long",
        changed([](OnnxModel &m) { m.graph().mutable_initializer(0)->set_raw_data(std::string(220, 'x')); }),
        "test.onnx: tensor w: It has 220 bytes of values; 3×2×3×3 float32 takes 216");
    row("negative constant", changed([](OnnxModel &m) { m.graph().mutable_initializer(1)->set_dims(0, -3); }),
        "test.onnx: tensor b: A constant's dimension is negative: ?");
    row("huge constant", changed([](OnnxModel &m) {
        m.graph().mutable_initializer(1)->set_dims(0, std::int64_t{1} << 40);
        m.graph().mutable_initializer(1)->add_dims(std::int64_t{1} << 40);
    }),
        "test.onnx: tensor b: A constant of 1099511627776×1099511627776 elements is too large");
    row("huge input", changed([](OnnxModel &m) {
        m.graph()
            .mutable_input(0)
            ->mutable_type()
            ->mutable_tensor_type()
            ->mutable_shape()
            ->mutable_dim(2)
            ->set_dim_value(std::int64_t{1} << 40);
    }),
        "test.onnx: tensor x: A dimension of 1099511627776 is too large");
    row("missing external data", changed([](OnnxModel &m) { external(m, "weights.bin"); }),
        "test.onnx: tensor w: Its external data file is missing: weights.bin");
    row("external data above", changed([](OnnxModel &m) { external(m, "../weights.bin"); }),
        "test.onnx: tensor w: Its external data must lie beside the model, not at \"../weights.bin\"");
    row("external data absolute", changed([](OnnxModel &m) { external(m, "/etc/passwd"); }),
        "test.onnx: tensor w: Its external data must lie beside the model, not at \"/etc/passwd\"");
    row("external data nowhere", changed([](OnnxModel &m) { external(m, ""); }),
        "test.onnx: tensor w: Its external data must lie beside the model, not at \"\"");
    row("external offset", changed([](OnnxModel &m) { external(m, "weights.bin", "-4"); }),
        "test.onnx: tensor w: The place of its external data is not a number: -4");
}

void OnnxRejectsTest::names()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, message);
    QCOMPARE(QString::fromStdString(messageOf(bytes.toStdString())), message);
}

void OnnxRejectsTest::rejectsEveryTruncation()
{
    const std::string whole = sample().bytes();
    QVERIFY2(messageOf(whole).empty(), messageOf(whole).c_str());
    for (std::size_t length = 0; length < whole.size(); ++length) {
        // A cut may leave a valid message of its beginning; it must never do anything but open or say why not.
        messageOf(whole.substr(0, length));
    }
    QVERIFY(!messageOf(whole.substr(0, whole.size() / 2)).empty());
}

void OnnxRejectsTest::survivesRandomBytes()
{
    std::mt19937 random(7);
    for (int round = 0; round < 300; ++round) {
        std::string bytes(random() % 400, '\0');
        std::generate(bytes.begin(), bytes.end(), [&] { return static_cast<char>(random()); });
        QVERIFY(!messageOf(bytes).empty());
    }
}

void OnnxRejectsTest::survivesFlippedBits()
{
    std::mt19937 random(11);
    const std::string whole = sample().bytes();
    for (int round = 0; round < 3000; ++round) {
        std::string bytes = whole;
        for (int flip = 0; flip < 3; ++flip) {
            bytes[random() % bytes.size()] ^= static_cast<char>(1U << (random() % 8));
        }
        messageOf(bytes);
    }
}

void OnnxRejectsTest::opensOddAttributesAsCustom_data()
{
    QTest::addColumn<QString>("attribute");
    QTest::addColumn<QList<qint64>>("values");
    QTest::newRow("zero stride") << "strides" << QList<qint64>{0, 1};
    QTest::newRow("negative stride") << "strides" << QList<qint64>{-1, 1};
    QTest::newRow("huge stride") << "strides" << QList<qint64>{std::numeric_limits<qint64>::max(), 1};
    QTest::newRow("zero dilation") << "dilations" << QList<qint64>{1, 0};
    QTest::newRow("three pads") << "pads" << QList<qint64>{1, 1, 1};
    QTest::newRow("huge pads") << "pads" << QList<qint64>{std::numeric_limits<qint64>::max(), 1, 1, 1};
    QTest::newRow("other kernel") << "kernel_shape" << QList<qint64>{5, 5};
    QTest::newRow("zero groups") << "group" << QList<qint64>{0};
}

void OnnxRejectsTest::opensOddAttributesAsCustom()
{
    QFETCH(QString, attribute);
    QFETCH(QList<qint64>, values);
    OnnxModel model = sample();
    auto &conv = *model.graph().mutable_node(0);
    if (values.size() == 1) {
        OnnxModel::set(conv, attribute.toStdString(), std::int64_t{values[0]});
    } else {
        OnnxModel::set(conv, attribute.toStdString(), std::vector<std::int64_t>(values.begin(), values.end()));
    }
    const Graph graph = model.read();
    const auto *custom = graph.operators()[0].as<Custom>();
    QVERIFY(custom != nullptr);
    QVERIFY(!custom->reason.empty());
}

void OnnxRejectsTest::readsExternalData()
{
    const QTemporaryDir folder;
    const std::filesystem::path root = folder.path().toStdString();
    OnnxModel model = sample();
    const std::vector<float> values(
        model.graph().initializer(0).float_data().begin(), model.graph().initializer(0).float_data().end());
    external(model, "weights.bin", "8", "216");
    std::ofstream(root / "model.onnx", std::ios::binary) << model.bytes();
    std::ofstream(root / "weights.bin", std::ios::binary)
        << std::string(8, '\0') << std::string(reinterpret_cast<const char *>(values.data()), values.size() * 4);
    const Graph graph = readOnnx(root / "model.onnx");
    QCOMPARE(graph.tensor(graph.tensorNamed("w")).data->copyAs<float>(), values);
    std::filesystem::resize_file(root / "weights.bin", 200);
    QVERIFY_EXCEPTION_THROWN(readOnnx(root / "model.onnx"), FormatError);
}

void OnnxRejectsTest::rejectsWhatIsNoFile()
{
    QVERIFY_EXCEPTION_THROWN(readOnnx("/nowhere/model.onnx"), SystemError);
    QVERIFY_EXCEPTION_THROWN(readOnnx("/"), SystemError);
}

void OnnxRejectsTest::survivesDeepNesting()
{
    OnnxModel model;
    model.input("x", {1});
    ::onnx::GraphProto *graph = &model.graph();
    for (int depth = 0; depth < 200; ++depth) {
        auto &node = *graph->add_node();
        node.set_op_type("If");
        node.add_input("x");
        node.add_output("y");
        auto &attribute = *node.add_attribute();
        attribute.set_name("then_branch");
        attribute.set_type(::onnx::AttributeProto::GRAPH);
        graph = attribute.mutable_g();
    }
    model.output("y");
    QVERIFY(!messageOf(model.bytes()).empty());
}

TINSMITH_TEST(OnnxRejectsTest)

} // namespace tinsmith::test

#include "onnx_rejects_test.moc"
