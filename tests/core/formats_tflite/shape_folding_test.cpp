// SPDX-License-Identifier: Apache-2.0
#include "core/execute/executor.h"
#include "core/formats/tflite/reader.h"
#include "core/formats/tflite/writer.h"
#include "tests/core/formats_tflite/file_maker.h"
#include "tests/support/test_main.h"

#include <algorithm>
#include <cstring>

using namespace tinsmith;
using test::FileMaker;

namespace {

using Code = tfl::BuiltinOperator;
using Options = tfl::BuiltinOptions;
using Builder = flatbuffers::FlatBufferBuilder;

/// A file made operator by operator.
struct Network {
    FileMaker file;

    std::int32_t tensor(const std::string &name, const std::vector<std::int32_t> &shape,
        tfl::TensorType type = tfl::TensorType::FLOAT32, const std::vector<std::int32_t> &signature = {})
    {
        auto parts = FileMaker::tensorNamed(name, shape);
        parts.type = type;
        parts.signature = signature;
        parts.hasRank = true;
        file.tensors.push_back(parts);
        return static_cast<std::int32_t>(file.tensors.size() - 1);
    }
    std::int32_t integers(const std::string &name, const std::vector<std::int32_t> &shape)
    {
        return tensor(name, shape, tfl::TensorType::INT32);
    }
    std::int32_t number(std::int32_t value)
    {
        const std::int32_t made = file.addIntegers({value});
        file.tensors[static_cast<std::size_t>(made)].shape = {};
        file.tensors[static_cast<std::size_t>(made)].hasRank = true;
        return made;
    }
    void op(Code code, const std::vector<std::int32_t> &inputs, const std::vector<std::int32_t> &outputs,
        Options type = Options::NONE, const std::function<flatbuffers::Offset<void>(Builder &)> &options = {})
    {
        FileMaker::OperatorParts parts;
        parts.code = static_cast<std::uint32_t>(file.codes.size());
        parts.inputs = inputs;
        parts.outputs = outputs;
        parts.type = type;
        parts.options = options;
        file.codes.push_back(code);
        file.operators.push_back(parts);
    }
    /// One element of the sizes of `x`.
    std::int32_t sizeOf(std::int32_t x, std::int32_t axis, std::int32_t rank)
    {
        const std::string name = "size" + std::to_string(file.tensors.size());
        const std::int32_t sizes = integers(name + "/all", {rank});
        const std::int32_t size = integers(name, {});
        op(Code::SHAPE, {x}, {sizes});
        op(Code::STRIDED_SLICE, {sizes, file.addIntegers({axis}), file.addIntegers({axis + 1}), file.addIntegers({1})},
            {size}, Options::StridedSliceOptions,
            [](Builder &b) { return tfl::CreateStridedSliceOptions(b, 0, 0, 0, 0, 1).Union(); });
        return size;
    }
    std::int32_t packed(const std::vector<std::int32_t> &parts)
    {
        const auto count = static_cast<std::int32_t>(parts.size());
        const std::int32_t all = integers("packed" + std::to_string(file.tensors.size()), {count});
        op(Code::PACK, parts, {all}, Options::PackOptions,
            [count](Builder &b) { return tfl::CreatePackOptions(b, count, 0).Union(); });
        return all;
    }
    std::int32_t times(std::int32_t a, std::int32_t b)
    {
        const std::int32_t product = integers("product" + std::to_string(file.tensors.size()), {});
        op(Code::MUL, {a, b}, {product}, Options::MulOptions,
            [](Builder &builder) { return tfl::CreateMulOptions(builder).Union(); });
        return product;
    }
    Graph read(const std::vector<std::int32_t> &inputs, const std::vector<std::int32_t> &outputs)
    {
        file.inputs = inputs;
        file.outputs = outputs;
        return readTflite(file.write(), "model.tflite");
    }
};

template <typename T>
TensorValue valueOf(const std::vector<T> &values)
{
    const auto view = std::as_bytes(std::span<const T>(values));
    return {view.begin(), view.end()};
}

std::vector<float> floatsOf(const TensorValue &value)
{
    std::vector<float> floats(value.size() / sizeof(float));
    std::memcpy(floats.data(), value.data(), value.size());
    return floats;
}

std::vector<std::string> kindsOf(const Graph &graph)
{
    std::vector<std::string> kinds;
    for (const Operator &op : graph.operators()) {
        kinds.push_back(typeName(op.kind));
    }
    return kinds;
}

using Kinds = std::vector<std::string>;

} // namespace

/// Converters leave the arithmetic of sizes in the file where a dimension is open.
class ShapeFoldingTest : public QObject {
    Q_OBJECT
private slots:
    void aReshapeOfAnOpenBatchIsFolded()
    {
        Network net;
        const auto x = net.tensor("x", {1, 6}, tfl::TensorType::FLOAT32, {-1, 6});
        const auto y = net.tensor("y", {1, 3, 2}, tfl::TensorType::FLOAT32, {-1, 3, 2});
        net.op(Code::RESHAPE, {x, net.packed({net.sizeOf(x, 0, 2), net.number(3), net.number(2)})}, {y});
        const Graph graph = net.read({x}, {y});
        QCOMPARE(kindsOf(graph), Kinds{"RESHAPE"});
        QCOMPARE(graph.operators()[0].as<Reshape>()->shape, (std::vector<std::int64_t>{1, 3, 2}));
        QVERIFY(graph.info().problems.empty());
        const auto &metadata = graph.info().metadata;
        QVERIFY(std::count(metadata.begin(), metadata.end(),
                    std::pair<std::string, std::string>("Shape computations folded", "3"))
            == 1);
        const Graph again = readTflite(Bytes(writeTflite(graph)), "written.tflite");
        QCOMPARE(kindsOf(again), Kinds{"RESHAPE"});
        QCOMPARE(std::count_if(again.info().metadata.begin(), again.info().metadata.end(),
                     [](const auto &entry) { return entry.first == "Shape computations folded"; }),
            std::ptrdiff_t{0});
    }

    void aSizeThatIsReallyOpenStaysOpen()
    {
        Network net;
        const auto x = net.tensor("x", {-1, 6});
        const auto y = net.tensor("y", {-1, 3, 2});
        net.op(Code::RESHAPE, {x, net.packed({net.sizeOf(x, 0, 2), net.number(3), net.number(2)})}, {y});
        const Graph graph = net.read({x}, {y});
        QCOMPARE(kindsOf(graph).back(), Kinds{"RESHAPE"}.back());
        QCOMPARE(graph.tensor(graph.outputs()[0]).shape[0], std::int64_t{-1});
    }

    void aResizeByTheSizeOfItsInputIsFolded()
    {
        Network net;
        const auto x = net.tensor("x", {1, 2, 3, 1});
        const auto y = net.tensor("y", {1, 4, 6, 1});
        const auto two = net.number(2);
        const auto size = net.packed({net.times(net.sizeOf(x, 1, 4), two), net.times(net.sizeOf(x, 2, 4), two)});
        net.op(Code::RESIZE_NEAREST_NEIGHBOR, {x, size}, {y}, Options::ResizeNearestNeighborOptions,
            [](Builder &b) { return tfl::CreateResizeNearestNeighborOptions(b).Union(); });
        const Graph graph = net.read({x}, {y});
        QCOMPARE(kindsOf(graph), Kinds{"RESIZE_NEAREST_NEIGHBOR"});
        const auto *resize = graph.operators()[0].as<Resize>();
        QCOMPARE(resize->outputH, std::int64_t{4});
        QCOMPARE(resize->outputW, std::int64_t{6});
    }

    void sizesThatAreReadAsDataBecomeConstants()
    {
        Network net;
        const auto x = net.tensor("x", {5, 2});
        const auto indices = net.packed({net.sizeOf(x, 1, 2), net.number(0)});
        const auto y = net.tensor("y", {2, 2});
        net.op(Code::GATHER, {x, indices}, {y}, Options::GatherOptions,
            [](Builder &b) { return tfl::CreateGatherOptions(b, 0).Union(); });
        const Graph graph = net.read({x}, {y});
        QCOMPARE(kindsOf(graph), Kinds{"GATHER"});
        const Tensor &taken = graph.tensor(graph.operators()[0].inputs[1]);
        QVERIFY(taken.constant());
        QCOMPARE(taken.data->copyAs<std::int32_t>(), (std::vector<std::int32_t>{2, 0}));
        const std::vector<TensorValue> inputs = {valueOf<float>({0, 1, 2, 3, 4, 5, 6, 7, 8, 9})};
        QCOMPARE(floatsOf(Executor(graph).run(inputs).at(0)), (std::vector<float>{4, 5, 0, 1}));
    }

    void sizesThatAreOutputsAreStillComputed()
    {
        Network net;
        const auto x = net.tensor("x", {5, 2});
        const auto sizes = net.integers("sizes", {2});
        net.op(Code::SHAPE, {x}, {sizes});
        const Graph graph = net.read({x}, {sizes});
        QCOMPARE(kindsOf(graph), Kinds{"SHAPE"});
    }

    /// A transpose convolution whose output's shape is an input of the model.
    static Graph transposeConvolution(const std::vector<std::int32_t> &signature)
    {
        Network net;
        const auto shape = net.integers("shape", {4});
        const auto x = net.tensor("x", {1, 1, 2, 1});
        const auto y = net.tensor("y", {1, 1, 4, 1}, tfl::TensorType::FLOAT32, signature);
        const auto weights = net.tensor("w", {1, 1, 2, 1});
        const std::vector<float> values = {2, -3};
        net.file.buffers.push_back({std::vector<std::uint8_t>(8), 0, 0});
        std::memcpy(net.file.buffers.back().data.data(), values.data(), 8);
        net.file.tensors[static_cast<std::size_t>(weights)].buffer
            = static_cast<std::uint32_t>(net.file.buffers.size() - 1);
        net.op(Code::TRANSPOSE_CONV, {shape, weights, x}, {y}, Options::TransposeConvOptions,
            [](Builder &b) { return tfl::CreateTransposeConvOptions(b, tfl::Padding::VALID, 2, 1).Union(); });
        return net.read({shape, x}, {y});
    }

    void aShapeGivenFromOutsideIsTheOneThatTheFileRecords()
    {
        const Graph graph = transposeConvolution({});
        QVERIFY(graph.operators()[0].is<TransposeConv2D>());
        QCOMPARE(graph.info().problems.size(), std::size_t{1});
        QCOMPARE(graph.info().problems[0].place, std::string("shape"));
        const std::vector<TensorValue> inputs = {valueOf<std::int32_t>({1, 1, 4, 1}), valueOf<float>({1, 10})};
        QCOMPARE(floatsOf(Executor(graph).run(inputs).at(0)), (std::vector<float>{2, -3, 20, -30}));
    }

    void aShapeThatTheFileLeavesOpenIsComputed()
    {
        const Graph graph = transposeConvolution({1, 1, -1, 1});
        const auto *custom = graph.operators()[0].as<Custom>();
        QVERIFY(custom != nullptr);
        QCOMPARE(custom->reason, std::string("its output shape is computed while the model runs"));
    }

    /// One operator whose parameter is an input of the model.
    static Graph withGivenParameter(Code code, const std::vector<std::int32_t> &shape,
        const std::vector<std::int32_t> &output, std::int32_t parameters)
    {
        Network net;
        const auto x = net.tensor("x", shape);
        const auto parameter = net.integers("parameter", {parameters});
        const auto y = net.tensor("y", output);
        net.op(code, {x, parameter}, {y});
        return net.read({x, parameter}, {y});
    }

    void otherParametersFollowFromTheOutputToo()
    {
        const Graph reshape = withGivenParameter(Code::RESHAPE, {2, 3}, {3, 2}, 2);
        QCOMPARE(reshape.operators()[0].as<Reshape>()->shape, (std::vector<std::int64_t>{3, 2}));
        const Graph tile = withGivenParameter(Code::TILE, {2, 3}, {4, 3}, 2);
        QCOMPARE(tile.operators()[0].as<Tile>()->multiples, (std::vector<std::int64_t>{2, 1}));
        const Graph broadcast = withGivenParameter(Code::BROADCAST_TO, {1, 3}, {4, 3}, 2);
        QCOMPARE(broadcast.operators()[0].as<BroadcastTo>()->shape, (std::vector<std::int64_t>{4, 3}));
        // Another number of elements: the recorded shape is no guide.
        QVERIFY(withGivenParameter(Code::RESHAPE, {2, 3}, {1, 1}, 2).operators()[0].is<Custom>());
        QVERIFY(withGivenParameter(Code::TILE, {2, 3}, {5, 3}, 2).operators()[0].is<Custom>());
    }
};

TINSMITH_TEST(ShapeFoldingTest)
#include "shape_folding_test.moc"
