// SPDX-License-Identifier: Apache-2.0
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
