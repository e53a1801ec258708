// SPDX-License-Identifier: Apache-2.0
#include "core/execute/executor.h"
#include "core/formats/tflite/reader.h"
#include "core/formats/tflite/writer.h"
#include "tests/core/formats_tflite/comparison.h"
#include "tests/core/formats_tflite/file_maker.h"
#include "tests/fixtures/models.h"
#include "tests/support/test_main.h"

using namespace tinsmith;
using test::FileMaker;
using Builder = flatbuffers::FlatBufferBuilder;

namespace {

Graph opened(const Bytes &content)
{
    return readTflite(content, "model.tflite");
}

std::vector<std::int8_t> weightsOf(const Graph &graph)
{
    return graph.tensor(graph.operators().front().input(1)).data->copyAs<std::int8_t>();
}

/// A dimension that is stored whole, or as the positions of what is not zero.
flatbuffers::Offset<tfl::DimensionMetadata> dense(Builder &builder, std::int32_t size)
{
    return tfl::CreateDimensionMetadata(builder, tfl::DimensionType::DENSE, size);
}
flatbuffers::Offset<tfl::DimensionMetadata> sparse(
    Builder &builder, const std::vector<std::uint8_t> &segments, const std::vector<std::uint8_t> &indices)
{
    const auto first = tfl::CreateUint8Vector(builder, builder.CreateVector(segments)).Union();
    const auto second = tfl::CreateUint8Vector(builder, builder.CreateVector(indices)).Union();
    return tfl::CreateDimensionMetadata(builder, tfl::DimensionType::SPARSE_CSR, 0, tfl::SparseIndexVector::Uint8Vector,
        first, tfl::SparseIndexVector::Uint8Vector, second);
}

} // namespace

/// The less usual ways in which a file holds its tensors.
class TensorsTest : public QObject {
    Q_OBJECT
private slots:
    void dataBehindTheFlatbufferAreFound()
    {
        FileMaker file = FileMaker::dense();
        constexpr std::size_t offset = 4096;
        file.buffers[1] = {{}, offset, 8};
        const Bytes flatbuffer = file.write();
        std::vector<std::byte> content(flatbuffer.view().begin(), flatbuffer.view().end());
        content.resize(offset);
        for (int value = 1; value <= 8; ++value) {
            content.push_back(static_cast<std::byte>(value));
        }
        QCOMPARE(weightsOf(opened(Bytes(content))), (std::vector<std::int8_t>{1, 2, 3, 4, 5, 6, 7, 8}));
    }

    void constantsShareTheFile()
    {
        const Bytes content = FileMaker::dense().write();
        const Graph graph = opened(content);
        const Bytes &weights = *graph.tensor(graph.operators().front().input(1)).data;
        QVERIFY(weights.data() > content.data() && weights.data() < content.data() + content.size());
    }

    void anUnalignedFileOpens()
    {
        const Bytes content = FileMaker::dense().write();
        std::vector<std::byte> shifted(content.size() + 1);
        std::copy(content.view().begin(), content.view().end(), shifted.begin() + 1);
        const Graph graph = opened(Bytes(shifted).part(1, content.size()));
        QCOMPARE(weightsOf(graph), std::vector<std::int8_t>(8, 3));
    }

    void sparseRowsAreSpreadOut()
    {
        FileMaker file = FileMaker::dense();
        file.buffers[1].data = {7, 8, 9};
        file.tensors[1].sparsity = [](Builder &builder) {
            // Row 0 has values at columns 0 and 3, row 1 one at column 1.
            const std::vector dimensions = {dense(builder, 2), sparse(builder, {0, 2, 3}, {0, 3, 1})};
            const auto order = builder.CreateVector(std::vector<std::int32_t>{0, 1});
            return tfl::CreateSparsityParameters(builder, order, 0, builder.CreateVector(dimensions));
        };
        QCOMPARE(weightsOf(opened(file.write())), (std::vector<std::int8_t>{7, 0, 0, 8, 0, 9, 0, 0}));
    }

    void sparseBlocksAreSpreadOut()
    {
        FileMaker file = FileMaker::dense();
        file.buffers[1].data = {1, 2, 3, 4};
        file.tensors[1].sparsity = [](Builder &builder) {
            // Blocks of 1x2: row 0 holds the second one, row 1 the first.
            const std::vector dimensions = {dense(builder, 2), sparse(builder, {0, 1, 2}, {1, 0}), dense(builder, 2)};
            const auto order = builder.CreateVector(std::vector<std::int32_t>{0, 1, 2});
            const auto blocks = builder.CreateVector(std::vector<std::int32_t>{1});
            return tfl::CreateSparsityParameters(builder, order, blocks, builder.CreateVector(dimensions));
        };
        QCOMPARE(weightsOf(opened(file.write())), (std::vector<std::int8_t>{0, 0, 1, 2, 3, 4, 0, 0}));
    }

    void fourBitWeightsOpenAndComeBack()
    {
        FileMaker file = FileMaker::dense();
        file.tensors[1].type = tfl::TensorType::INT4;
        file.buffers[1].data.resize(4);
        const Graph graph = opened(file.write());
        QCOMPARE(graph.tensor(graph.operators().front().input(1)).type, ElementType::Int4);
        const Graph again = opened(Bytes(writeTflite(graph)));
        QCOMPARE(QString::fromStdString(test::firstDifference(graph, again)), QString());
    }

    void scalesOfAListAreAlongItsOnlyDimension()
    {
        FileMaker file = FileMaker::dense();
        file.tensors[2].axis = 3;
        const Graph graph = opened(file.write());
        const Tensor &bias = graph.tensor(graph.operators().front().input(2));
        QCOMPARE(bias.quantization->axis, 0);
        QCOMPARE(graph.info().problems.size(), std::size_t{1});
        QCOMPARE(graph.info().problems[0].place, std::string("bias"));
        QCOMPARE(graph.info().problems[0].text,
            std::string(
                "The file says that it is quantized along dimension 3, which it does not have; its 2 scales are "
                "taken along dimension 0."));
        QVERIFY(whyNotExecutable(graph, OperatorId(0)).empty());
    }

    void scalesAreAlongTheOnlyDimensionOfTheirNumber()
    {
        for (const int axis : {2, -1}) {
            FileMaker file = FileMaker::dense();
            file.tensors[1].axis = axis;
            const Graph graph = opened(file.write());
            QCOMPARE(graph.tensor(graph.operators().front().input(1)).quantization->axis, 0);
            QCOMPARE(graph.info().problems.size(), std::size_t{1});
        }
    }

    void theDimensionOfOneScaleMeansNothing()
    {
        FileMaker file = FileMaker::dense();
        file.tensors[0].axis = 7;
        const Graph graph = opened(file.write());
        QCOMPARE(graph.tensor(graph.inputs().front()).quantization->axis, 0);
        QVERIFY(graph.info().problems.empty());
    }

    /// SQUEEZE of dimension 1: of a scalar that makes no sense.
    static FileMaker squeeze(const std::vector<std::int32_t> &output)
    {
        FileMaker file = FileMaker::single(
            tfl::BuiltinOperator::SQUEEZE, {}, {}, tfl::BuiltinOptions::SqueezeOptions, [](Builder &builder) {
                const auto dims = builder.CreateVector(std::vector<std::int32_t>{1});
                return tfl::CreateSqueezeOptions(builder, dims).Union();
            });
        file.tensors[1].shape = output;
        return file;
    }

    void tensorsWithoutARecordedShapeOpen()
    {
        const Graph graph = opened(squeeze({}).write());
        QVERIFY(graph.operators().front().is<Squeeze>());
        QVERIFY(!graph.tensor(graph.inputs().front()).shape.ranked);
        QVERIFY(!graph.tensor(graph.outputs().front()).shape.ranked);
        const Graph again = opened(Bytes(writeTflite(graph)));
        QVERIFY(!again.tensor(again.inputs().front()).shape.ranked);
    }

    void anOperatorShowsThatATensorIsNoScalar()
    {
        // Its other tensor has a shape, as those of older files have.
        const Graph graph = opened(squeeze({4, 5}).write());
        QVERIFY(graph.operators().front().is<Squeeze>());
        QVERIFY(!graph.tensor(graph.inputs().front()).shape.ranked);
        FileMaker file = FileMaker::dense();
        file.tensors[0].shape = {};
        const Graph dense = opened(file.write());
        QVERIFY(dense.operators().front().is<FullyConnected>());
        QVERIFY(!dense.tensor(dense.inputs().front()).shape.ranked);
    }

    void shapesThatAreNotRecordedFollowFromTheOperators()
    {
        FileMaker file = FileMaker::single(tfl::BuiltinOperator::ABS, {2, 3});
        file.tensors[0].hasRank = true;
        file.tensors[1].shape = {};
        QVERIFY(opened(file.write()).tensor(TensorId(std::size_t{1})).shape == (Shape{2, 3}));
        // An older file does not mark its scalars.
        file.tensors[0].hasRank = false;
        QVERIFY(opened(file.write()).tensor(TensorId(std::size_t{1})).shape == (Shape{2, 3}));
    }

    void scalarsOfOlderFilesAreScalars()
    {
        FileMaker file = FileMaker::single(tfl::BuiltinOperator::ADD, {});
        file.tensors.push_back(FileMaker::tensorNamed("list", {4}));
        file.operators[0].inputs = {0, 2};
        file.inputs.push_back(2);
        const Graph graph = opened(file.write());
        QVERIFY(graph.tensor(graph.inputs().front()).shape == Shape());
        QVERIFY(graph.tensor(graph.outputs().front()).shape == (Shape{4}));
    }

    void typesOfTheFutureOpenAsUnknown()
    {
        FileMaker file = FileMaker::single(tfl::BuiltinOperator::ABS, {1, 4});
        file.tensors[0].type = tfl::TensorType::FLOAT8_E5M2;
        const Graph graph = opened(file.write());
        QCOMPARE(graph.tensor(graph.inputs().front()).type, ElementType::Unknown);
        QCOMPARE(graph.info().problems.size(), std::size_t{1});
    }

    void furtherSubgraphsComeBack()
    {
        GraphBuilder builder(opened(FileMaker::dense().write()));
        builder.subgraphs() = {opened(FileMaker::single(tfl::BuiltinOperator::ABS, {1, 4}).write())};
        const Graph graph = builder.build();
        const Graph again = opened(Bytes(writeTflite(graph)));
        QCOMPARE(again.subgraphs().size(), std::size_t{1});
        QCOMPARE(QString::fromStdString(test::firstDifference(graph, again)), QString());
    }
};

TINSMITH_TEST(TensorsTest)
#include "tensors_test.moc"
