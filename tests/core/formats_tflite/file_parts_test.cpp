// SPDX-License-Identifier: Apache-2.0
#include "core/execute/executor.h"
#include "core/formats/tflite/reader.h"
#include "core/formats/tflite/signature_text.h"
#include "core/formats/tflite/writer.h"
#include "core/graph/error.h"
#include "tests/core/formats_tflite/comparison.h"
#include "tests/core/formats_tflite/operator_cases.h"
#include "tests/support/test_main.h"

#include <QTemporaryDir>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>

using namespace tinsmith;
using Builder = flatbuffers::FlatBufferBuilder;
using Entry = std::pair<std::string, std::string>;

namespace {

template <typename T>
using Offsets = std::vector<flatbuffers::Offset<T>>;

/// A file of two subgraphs, with all that may stand beside operators and tensors.
Bytes richFile()
{
    Builder b;
    const auto buffer
        = [&](const std::vector<std::uint8_t> &data) { return tfl::CreateBuffer(b, b.CreateVector(data)); };
    const std::vector<std::uint8_t> binary = {0, 1, 254, 255, 10, 0, 0};
    const std::vector<std::uint8_t> version = {'1', '.', '5', '.', '0', 0, 0, 0};
    // TFLite Micro's plan: version, subgraph, tensors; the first where the interpreter likes, the second at 64.
    const std::vector<std::int32_t> plan = {1, 0, 2, -1, 64};
    std::vector<std::uint8_t> planBytes(plan.size() * sizeof(std::int32_t));
    std::memcpy(planBytes.data(), plan.data(), planBytes.size());
    const Offsets<tfl::Buffer> buffers = {tfl::CreateBuffer(b), buffer(binary), buffer(version), buffer(planBytes)};
    const auto tensor = [&](const char *name, std::int32_t size, bool free, bool kept = false) {
        const auto shape = b.CreateVector(std::vector<std::int32_t>{size, 2});
        const auto signature
            = free ? b.CreateVector(std::vector<std::int32_t>{-1, 2}) : flatbuffers::Offset<flatbuffers::Vector<int>>();
        const auto text = b.CreateString(name);
        return tfl::CreateTensor(b, shape, tfl::TensorType::FLOAT32, 0, text, 0, kept, 0, signature);
    };
    const auto graph = [&](tfl::BuiltinOperator, const Offsets<tfl::Tensor> &tensors, const char *name) {
        const std::vector<std::int32_t> in = {0};
        const std::vector<std::int32_t> out = {1};
        const auto inputs = b.CreateVector(in);
        const auto outputs = b.CreateVector(out);
        const Offsets<tfl::Operator> operators = {tfl::CreateOperator(b, 0, b.CreateVector(in), b.CreateVector(out))};
        const auto operatorList = b.CreateVector(operators);
        const auto tensorList = b.CreateVector(tensors);
        const auto text = b.CreateString(name);
        return tfl::CreateSubGraph(b, tensorList, inputs, outputs, operatorList, text);
    };
    const Offsets<tfl::SubGraph> graphs
        = {graph(tfl::BuiltinOperator::ABS, {tensor("a \"quoted\", = name", 1, true), tensor("y", 1, true)}, "main"),
            graph(tfl::BuiltinOperator::ABS, {tensor("u", 3, false), tensor("v", 3, false)}, "second")};
    const auto signature = [&](const char *key, const char *in, const char *out, std::uint32_t subgraph) {
        const auto map = [&](const char *name, std::uint32_t number) {
            const Offsets<tfl::TensorMap> list = {tfl::CreateTensorMap(b, b.CreateString(name), number)};
            return b.CreateVector(list);
        };
        const auto inputs = map(in, 0);
        const auto outputs = map(out, 1);
        const auto text = b.CreateString(key);
        return tfl::CreateSignatureDef(b, inputs, outputs, text, 0, subgraph);
    };
    const Offsets<tfl::SignatureDef> signatures
        = {signature("serving_default", "x", "output 0", 0), signature("train", "u", "v", 1)};
    const Offsets<tfl::Metadata> metadata = {tfl::CreateMetadata(b, b.CreateString("TFLITE_METADATA"), 1),
        tfl::CreateMetadata(b, b.CreateString("min_runtime_version"), 2),
        tfl::CreateMetadata(b, b.CreateString("OfflineMemoryAllocation"), 3)};
    const Offsets<tfl::OperatorCode> codes = {tfl::CreateOperatorCode(
        b, static_cast<std::int8_t>(tfl::BuiltinOperator::ABS), 0, 1, tfl::BuiltinOperator::ABS)};
    const auto codeList = b.CreateVector(codes);
    const auto graphList = b.CreateVector(graphs);
    const auto description = b.CreateString("all parts");
    const auto bufferList = b.CreateVector(buffers);
    const auto metadataList = b.CreateVector(metadata);
    const auto signatureList = b.CreateVector(signatures);
    tfl::FinishModelBuffer(
        b, tfl::CreateModel(b, 3, codeList, graphList, description, bufferList, 0, metadataList, signatureList));
    return Bytes::of(std::span<const std::uint8_t>(b.GetBufferPointer(), b.GetSize()));
}

Graph opened(const Bytes &content)
{
    return readTflite(content, "model.tflite");
}

/// The 32-bit numbers of an entry of a file's metadata; none where it is not there.
std::vector<std::int32_t> numbersIn(const std::vector<std::byte> &file, const std::string &name)
{
    const tfl::Model &model = *tfl::GetModel(file.data());
    for (std::uint32_t at = 0; model.metadata() != nullptr && at < model.metadata()->size(); ++at) {
        if (model.metadata()->Get(at)->name()->str() == name) {
            const auto *const blob = model.buffers()->Get(model.metadata()->Get(at)->buffer())->data();
            std::vector<std::int32_t> numbers(blob->size() / sizeof(std::int32_t));
            std::memcpy(numbers.data(), blob->data(), numbers.size() * sizeof(std::int32_t));
            return numbers;
        }
    }
    return {};
}

QString changeOf(const Graph &graph, const Graph &again)
{
    if (graph.info().metadata != again.info().metadata) {
        return QStringLiteral("metadata");
    }
    return QString::fromStdString(test::firstDifference(graph, again));
}

/// A dense layer whose weights are half floats, made full ones when the model runs.
test::OperatorCase halfWeights()
{
    using namespace test;
    OperatorCase made;
    Value halves = typed(tfl::TensorType::FLOAT16, {2, 2}, {});
    halves.role = Value::Role::Constant;
    // 1, -2, 0.5 and 4.
    halves.bytes = {0x00, 0x3C, 0x00, 0xC0, 0x00, 0x38, 0x00, 0x44};
    CaseGraph graph;
    graph.tensors = {given({1, 2}, {3, 1}), halves, given({2, 2}, {}), given({1, 2}, {1, 5.5})};
    graph.firstOutput = graph.tensors.size();
    const auto dense = options(
        tfl::BuiltinOptions::FullyConnectedOptions, [](Builder &b) { return tfl::CreateFullyConnectedOptions(b); });
    graph.operators = {{tfl::BuiltinOperator::DEQUANTIZE, {}, {1}, {2}, {}, {}},
        {tfl::BuiltinOperator::FULLY_CONNECTED, dense, {0, 2, -1}, {3}, {}, {}}};
    graph.inputs = {0};
    graph.outputs = {3};
    made.graphs = {graph};
    made.forms = {float32()};
    return made;
}

} // namespace

/// What a file holds beside operators and usual tensors comes back as it was.
class FilePartsTest : public QObject {
    Q_OBJECT
private slots:
    void signaturesNameTensors()
    {
        const Graph graph = opened(richFile());
        const auto &metadata = graph.info().metadata;
        QVERIFY(std::find(metadata.begin(), metadata.end(),
                    Entry("Signature serving_default", "x = \"a \\\"quoted\\\", = name\" -> \"output 0\" = y"))
            != metadata.end());
        QVERIFY(std::find(metadata.begin(), metadata.end(), Entry("Signature train", "subgraph 1: u = u -> v = v"))
            != metadata.end());
    }

    void allPartsComeBack()
    {
        const Graph graph = opened(richFile());
        const auto written = writeTflite(graph);
        QCOMPARE(changeOf(graph, opened(Bytes(written))), QString());
        const tfl::Model &model = *tfl::GetModel(written.data());
        QCOMPARE(model.signature_defs()->size(), 2U);
        QCOMPARE(model.signature_defs()->Get(1)->subgraph_index(), 1U);
        QCOMPARE(model.signature_defs()->Get(0)->outputs()->Get(0)->name()->str(), std::string("output 0"));
        QCOMPARE(model.metadata()->size(), 3U);
        const auto *const blob = model.buffers()->Get(model.metadata()->Get(0)->buffer())->data();
        QCOMPARE(std::vector<std::uint8_t>(blob->begin(), blob->end()),
            (std::vector<std::uint8_t>{0, 1, 254, 255, 10, 0, 0}));
        QCOMPARE(model.description()->str(), std::string("all parts"));
    }

    void placesInTheArenaHoldForTheirTensorsOnly()
    {
        const Graph graph = opened(richFile());
        const std::vector<std::int32_t> plan = {1, 0, 2, -1, 64};
        QCOMPARE(numbersIn(writeTflite(graph), "OfflineMemoryAllocation"), plan);
        const auto metadata = graph.info().metadata;
        QVERIFY(std::find(metadata.begin(), metadata.end(),
                    Entry("OfflineMemoryAllocation",
                        "\"a \\\"quoted\\\", = name\" = \"-1: 8 bytes -1 to 0\", y = \"64: 8 bytes 0 to 1\""))
            != metadata.end());

        // An operator more; a tensor of another size; one that is alive for longer.
        const auto changed = [&](const auto &change) {
            GraphBuilder builder(graph);
            change(builder);
            std::vector<std::string> notes;
            const auto written = writeTflite(builder.build(), notes);
            const bool said = std::any_of(notes.begin(), notes.end(),
                [](const std::string &note) { return note.find("OfflineMemoryAllocation") != std::string::npos; });
            return std::pair(numbersIn(written, "OfflineMemoryAllocation").empty(), said);
        };
        const auto dropped = std::pair(true, true);
        QCOMPARE(changed([](GraphBuilder &builder) {
            Tensor more = builder.tensor(builder.outputs()[0]);
            more.name = "z";
            const TensorId z = builder.addTensor(more);
            builder.addOperator({"z", Unary{UnaryFunction::Neg}, {builder.outputs()[0]}, {z}});
            builder.setOutputs({z});
        }),
            dropped);
        QCOMPARE(changed([](GraphBuilder &builder) {
            builder.tensor(builder.inputs()[0]).shape = {2, 2};
            builder.tensor(builder.outputs()[0]).shape = {2, 2};
        }),
            dropped);
        QCOMPARE(changed([](GraphBuilder &builder) {
            builder.setOutputs({builder.outputs()[0], builder.inputs()[0]});
        }),
            dropped);
        QCOMPARE(changed([](GraphBuilder &) {}), std::pair(false, false));
    }

    void theRuntimeVersionHoldsForItsOperatorsOnly()
    {
        const Graph graph = opened(richFile());
        GraphBuilder builder(graph);
        builder.op(OperatorId(std::size_t{0})).kind = Unary{UnaryFunction::Sign};
        std::vector<std::string> notes;
        const auto written = writeTflite(builder.build(), notes);
        QVERIFY(numbersIn(written, "min_runtime_version").empty());
        QVERIFY(!numbersIn(writeTflite(graph), "min_runtime_version").empty());
        QVERIFY(std::any_of(notes.begin(), notes.end(),
            [](const std::string &note) { return note.find("min_runtime_version") != std::string::npos; }));
    }

    void freeDimensionsHaveASizeAndComeBack()
    {
        const Graph graph = opened(richFile());
        const Tensor &input = graph.tensor(graph.inputs().front());
        QCOMPARE(input.shape, Shape({1, 2}));
        QCOMPARE(input.dimensionNames, (std::vector<std::string>{"free", ""}));
        const auto written = writeTflite(graph);
        const auto *const signature
            = tfl::GetModel(written.data())->subgraphs()->Get(0)->tensors()->Get(0)->shape_signature();
        QCOMPARE(signature->Get(0), -1);
        QCOMPARE(signature->Get(1), 2);
        const auto *const fixed
            = tfl::GetModel(written.data())->subgraphs()->Get(1)->tensors()->Get(0)->shape_signature();
        QVERIFY(fixed == nullptr);
    }

    void textsOfSignaturesAndContentAreReversible()
    {
        for (const char *name : {"x", "", "a b", "a\"b", "a\\", "->", "=", ",", "\xC3\xA4", "subgraph 1: "}) {
            tflite::Signature signature{name, 7, {{name, "y"}, {"z", name}}, {}};
            const auto again = tflite::signatureFrom(tflite::asMetadata(signature));
            QVERIFY(again.has_value());
            QCOMPARE(again->key, signature.key);
            QCOMPARE(again->subgraph, signature.subgraph);
            QCOMPARE(again->inputs, signature.inputs);
            QCOMPARE(again->outputs, signature.outputs);
        }
        for (const char *text :
            {"", "x", "x = ", "x = y", "x = y -> \"", "subgraph : x = y -> z = u", "x = y -> z = u "}) {
            QVERIFY(!tflite::signatureFrom({"Signature s", text}));
        }
        std::string content;
        for (int size = 0; size < 20; ++size) {
            QCOMPARE(
                tflite::metadataContent(tflite::metadataText(content)).substr(0, content.find_last_not_of('\0') + 1),
                content.substr(0, content.find_last_not_of('\0') + 1));
            content += static_cast<char>(size * 41);
        }
        QCOMPARE(tflite::metadataContent(tflite::metadataText("base64 AA==")), std::string("base64 AA=="));
        QCOMPARE(tflite::metadataText("plain"), std::string("plain"));
    }

    void halfFloatWeightsAreRunAndComeBack()
    {
        const auto tested = halfWeights();
        const Graph graph = opened(test::fileOf(tested, tested.forms.front()));
        Executor executor(graph);
        const auto outputs = executor.run(test::inputsOf(tested, tested.forms.front()));
        QCOMPARE(test::outputDifference(tested, tested.forms.front(), outputs), std::string());
        QCOMPARE(changeOf(graph, opened(Bytes(writeTflite(graph)))), QString());
    }

    void dataBehindTheFlatbufferAreWrittenAndRead()
    {
        const auto tested = halfWeights();
        const Graph graph = opened(test::fileOf(tested, tested.forms.front()));
        const auto written = writeTflite(graph, 0);
        const auto *const buffers = tfl::GetModel(written.data())->buffers();
        QCOMPARE(buffers->size(), 2U);
        QVERIFY(buffers->Get(1)->data() == nullptr);
        QCOMPARE(buffers->Get(1)->offset() % 16, std::uint64_t{0});
        QCOMPARE(buffers->Get(1)->offset() + buffers->Get(1)->size(), static_cast<std::uint64_t>(written.size()));
        QCOMPARE(changeOf(graph, opened(Bytes(written))), QString());
    }

    void filesPastTwoGibibytesOpen()
    {
        const auto tested = halfWeights();
        const Graph graph = opened(test::fileOf(tested, tested.forms.front()));
        auto written = writeTflite(graph, 0);
        auto *const buffer = const_cast<tfl::Buffer *>(tfl::GetModel(written.data())->buffers()->Get(1));
        const std::vector<std::byte> content(
            written.end() - static_cast<std::ptrdiff_t>(buffer->size()), written.end());
        constexpr std::uint64_t place = std::uint64_t{9} << 28;
        auto *const table = static_cast<flatbuffers::Table *>(static_cast<void *>(buffer));
        QVERIFY(table->SetField<std::uint64_t>(tfl::Buffer::VT_OFFSET, place, 0));
        const QTemporaryDir folder;
        const std::filesystem::path path = folder.filePath("large.tflite").toStdString();
        std::ofstream file(path, std::ios::binary);
        file.write(reinterpret_cast<const char *>(written.data()), static_cast<std::streamsize>(written.size()));
        // The hole between takes no room on the disk.
        file.seekp(static_cast<std::streamoff>(place));
        file.write(reinterpret_cast<const char *>(content.data()), static_cast<std::streamsize>(content.size()));
        file.close();
        if (!file) {
            QSKIP("this file system does not take files of 2.25 GiB");
        }
        QVERIFY(std::filesystem::file_size(path) > std::uint64_t{1} << 31);
        QCOMPARE(changeOf(graph, readTflite(path)), QString());
        std::filesystem::resize_file(path, place + 1);
        QVERIFY_EXCEPTION_THROWN(readTflite(path), FormatError);
    }

    void quantizationThatIsNotKeptIsNotLostSilently()
    {
        Builder b;
        const Offsets<tfl::Buffer> buffers = {tfl::CreateBuffer(b)};
        const auto plain = [&](const char *name) {
            const auto shape = b.CreateVector(std::vector<std::int32_t>{4});
            const auto text = b.CreateString(name);
            return tfl::CreateTensor(b, shape, tfl::TensorType::FLOAT32, 0, text);
        };
        const auto x = [&] {
            const auto blocks = tfl::CreateBlockwiseQuantization(b, 1, 0, 32).Union();
            const auto quantization = tfl::CreateQuantizationParameters(
                b, 0, 0, 0, 0, tfl::QuantizationDetails::BlockwiseQuantization, blocks);
            const auto shape = b.CreateVector(std::vector<std::int32_t>{4});
            const auto text = b.CreateString("x");
            return tfl::CreateTensor(b, shape, tfl::TensorType::INT4, 0, text, quantization);
        }();
        const Offsets<tfl::Tensor> tensors = {x, plain("scales")};
        const auto tensorList = b.CreateVector(tensors);
        const auto ends = b.CreateVector(std::vector<std::int32_t>{0});
        const Offsets<tfl::SubGraph> graphs = {tfl::CreateSubGraph(b, tensorList, ends, ends)};
        const auto graphList = b.CreateVector(graphs);
        const auto bufferList = b.CreateVector(buffers);
        tfl::FinishModelBuffer(b, tfl::CreateModel(b, 3, 0, graphList, 0, bufferList));
        const Graph graph = opened(Bytes::of(std::span<const std::uint8_t>(b.GetBufferPointer(), b.GetSize())));
        QCOMPARE(graph.info().problems.size(), std::size_t{1});
        QCOMPARE(graph.info().problems.front().text,
            std::string("It is quantized in blocks of 32 values, with scales in scales, which is not run."));
        QVERIFY_EXCEPTION_THROWN(writeTflite(graph), UnsupportedError);
    }
};

TINSMITH_TEST(FilePartsTest)
#include "file_parts_test.moc"
