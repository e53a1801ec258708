// SPDX-License-Identifier: Apache-2.0
#include "tests/core/formats_tflite/broken_files.h"

#include "core/graph/texts.h"
#include "tests/core/formats_tflite/file_maker.h"

#include <cmath>
#include <cstdint>

namespace tinsmith::test {
namespace {

using Code = tfl::BuiltinOperator;
using Options = tfl::BuiltinOptions;
using Builder = flatbuffers::FlatBufferBuilder;
using Files = std::map<std::string, std::function<Bytes()>>;

/// The sound file after one change of its parts.
std::function<Bytes()> spoilt(const std::function<void(FileMaker &)> &spoil)
{
    return [spoil] {
        FileMaker file = FileMaker::dense();
        spoil(file);
        return file.write();
    };
}

std::function<Bytes()> single(Code code, const std::vector<std::int32_t> &shape,
    const std::vector<std::vector<std::int32_t>> &parameters = {}, Options type = Options::NONE,
    const std::function<flatbuffers::Offset<void>(Builder &)> &options = {})
{
    return [=] { return FileMaker::single(code, shape, parameters, type, options).write(); };
}

Bytes start(std::size_t bytes)
{
    return soundTfliteFile().part(0, bytes);
}

void addContainers(Files &files)
{
    files["empty"] = [] { return Bytes(); };
    files["seven bytes"] = [] { return start(7); };
    files["only the identifier"] = [] { return start(8); };
    files["half a file"] = [] { return start(soundTfliteFile().size() / 2); };
    files["list longer than the file"] = [] {
        const Bytes sound = soundTfliteFile();
        std::vector<std::byte> content(sound.view().begin(), sound.view().end());
        const auto *const list = tfl::GetModel(content.data())->subgraphs()->Get(0)->tensors();
        const auto at = reinterpret_cast<const std::byte *>(list) - content.data();
        content[static_cast<std::size_t>(at) + 3] = std::byte{0x7F};
        return Bytes(std::move(content));
    };
    files["all but the last byte"] = [] { return start(soundTfliteFile().size() - 1); };
    files["other content"] = [] { return Bytes::of(std::vector<char>(100, 'x')); };
    files["schema version 2"] = spoilt([](FileMaker &file) { file.version = 2; });
    files["no graph"] = spoilt([](FileMaker &file) { file.hasSubgraph = false; });
    files["signature of no subgraph"] = spoilt([](FileMaker &file) { file.signatureSubgraph = 9; });
}

void addIndices(Files &files)
{
    files["operator code out of range"] = spoilt([](FileMaker &file) { file.operators[0].code = 7; });
    files["reads a tensor out of range"] = spoilt([](FileMaker &file) { file.operators[0].inputs[1] = 40; });
    files["reads a negative tensor"] = spoilt([](FileMaker &file) { file.operators[0].inputs[1] = -2; });
    files["writes a tensor out of range"] = spoilt([](FileMaker &file) { file.operators[0].outputs[0] = 4; });
    files["input out of range"] = spoilt([](FileMaker &file) { file.inputs[0] = 99; });
    files["output left out"] = spoilt([](FileMaker &file) { file.outputs[0] = -1; });
    files["buffer out of range"] = spoilt([](FileMaker &file) { file.tensors[1].buffer = 3; });
    files["buffer behind the file"] = spoilt([](FileMaker &file) { file.buffers[1] = {{}, 1'000'000, 8}; });
    files["buffer of endless size"] = spoilt([](FileMaker &file) { file.buffers[1] = {{}, 64, ~std::uint64_t{0}}; });
    files["metadata in no buffer"] = spoilt([](FileMaker &file) { file.metadataBuffer = 9; });
    files["custom options behind the file"] = spoilt([](FileMaker &file) {
        file.codes[0] = static_cast<Code>(5000);
        file.operators[0].largeOffset = 700;
        file.operators[0].largeSize = ~std::uint64_t{0} - 600;
    });
    files["keeps a tensor out of range"] = spoilt([](FileMaker &file) {
        file.codes[0] = static_cast<Code>(5000);
        file.operators[0].intermediates = {-1, 9};
    });
    files["two producers"] = spoilt([](FileMaker &file) { file.operators.push_back(file.operators[0]); });
    files["writes an input"] = spoilt([](FileMaker &file) { file.inputs.push_back(file.operators[0].outputs[0]); });
    files["writes a constant"] = spoilt([](FileMaker &file) { file.operators[0].outputs[0] = 2; });
    files["cycle"] = spoilt([](FileMaker &file) {
        file.tensors.push_back(FileMaker::tensorNamed("z", {1, 4}));
        file.codes.push_back(Code::ADD);
        file.operators.push_back({1, {3, 4}, {4}, Options::NONE, {}});
    });
}

/// A choice between two subgraphs, as a graph of its own.
FileMaker choice(std::int32_t thenSubgraph, std::int32_t elseSubgraph)
{
    return FileMaker::single(Code::IF, {1, 4}, {}, Options::IfOptions,
        [=](Builder &builder) { return tfl::CreateIfOptions(builder, thenSubgraph, elseSubgraph).Union(); });
}

/// The main graph's bodies, each of which chooses between the subgraph of this number twice.
std::function<Bytes()> nested(std::int32_t count, std::int32_t last)
{
    return [=] {
        FileMaker file = choice(1, 1);
        for (std::int32_t body = 1; body <= count; ++body) {
            const std::int32_t next = body == count ? last : body + 1;
            file.bodies.push_back(choice(next, next));
        }
        if (last > count) {
            file.codes.push_back(Code::RELU);
            file.bodies.push_back(FileMaker::single(Code::RELU, {1, 4}));
            file.bodies.back().operators[0].code = 1;
        }
        return file.write();
    };
}

void addBodies(Files &files)
{
    files["body that is not there"] = [] { return choice(1, 1).write(); };
    files["body of a negative number"] = [] { return choice(-1, 0).write(); };
    files["main graph as a body"] = [] { return choice(0, 0).write(); };
    files["body within itself"] = nested(1, 1);
    files["bodies within each other"] = nested(3, 1);
    files["bodies 70 deep"] = nested(70, 71);
    files["bodies that double 40 times"] = nested(40, 41);
}

using Positions = std::vector<std::uint16_t>;

/// A sparse dimension (both lists) or a dense one (a size).
struct SparseLevel {
    std::int32_t size = 0;
    Positions segments = {};
    Positions indices = {};
};

std::function<flatbuffers::Offset<tfl::SparsityParameters>(Builder &)> sparsity(const std::vector<std::int32_t> &order,
    const std::vector<std::int32_t> &blocks, const std::vector<SparseLevel> &levels)
{
    return [=](Builder &builder) {
        std::vector<flatbuffers::Offset<tfl::DimensionMetadata>> dimensions;
        for (const SparseLevel &level : levels) {
            if (level.size > 0) {
                dimensions.push_back(tfl::CreateDimensionMetadata(builder, tfl::DimensionType::DENSE, level.size));
                continue;
            }
            const auto vector = [&](const Positions &values) {
                const auto written = builder.CreateVector(values);
                return tfl::CreateUint16Vector(builder, written).Union();
            };
            const auto segments = vector(level.segments);
            const auto indices = vector(level.indices);
            dimensions.push_back(tfl::CreateDimensionMetadata(builder, tfl::DimensionType::SPARSE_CSR, 0,
                tfl::SparseIndexVector::Uint16Vector, segments, tfl::SparseIndexVector::Uint16Vector, indices));
        }
        const auto writtenOrder = builder.CreateVector(order);
        const auto writtenBlocks = builder.CreateVector(blocks);
        const auto metadata = builder.CreateVector(dimensions);
        return tfl::CreateSparsityParameters(builder, writtenOrder, writtenBlocks, metadata);
    };
}

flatbuffers::Offset<tfl::SparsityParameters> withoutPositions(Builder &builder)
{
    std::vector<flatbuffers::Offset<tfl::DimensionMetadata>> dimensions;
    for (int dimension = 0; dimension < 2; ++dimension) {
        dimensions.push_back(tfl::CreateDimensionMetadata(builder, tfl::DimensionType::SPARSE_CSR));
    }
    const auto order = builder.CreateVector(std::vector<std::int32_t>{0, 1});
    const auto metadata = builder.CreateVector(dimensions);
    return tfl::CreateSparsityParameters(builder, order, 0, metadata);
}

/// The constant becomes one of strings.
void makeTexts(FileMaker &file, const std::vector<std::string_view> &texts)
{
    file.tensors[1].type = tfl::TensorType::STRING;
    file.tensors[1].scales.clear();
    file.tensors[1].zeroPoints.clear();
    file.buffers[1].data = packTexts(texts).copyAs<std::uint8_t>();
}

void addTensors(Files &files)
{
    files["data of another size"] = spoilt([](FileMaker &file) { file.buffers[1].data.pop_back(); });
    files["2^40 elements"] = spoilt([](FileMaker &file) { file.tensors[0].shape = {1 << 20, 1 << 20}; });
    files["negative dimension"] = spoilt([](FileMaker &file) { file.tensors[0].shape = {1, -4}; });
    files["scale is not a number"] = spoilt([](FileMaker &file) { file.tensors[0].scales[0] = std::nanf(""); });
    files["zero points for other channels"] = spoilt([](FileMaker &file) { file.tensors[1].zeroPoints = {0, 0, 0}; });
    files["quantized along no dimension"] = spoilt([](FileMaker &file) {
        file.tensors[1].shape = {2, 2, 2};
        file.tensors[1].axis = 3;
    });
    files["scales for other channels"] = spoilt([](FileMaker &file) { file.tensors[1].axis = 1; });
    files["shape product past 2^64"] = spoilt([](FileMaker &file) {
        file.tensors[0].shape = {INT32_MAX, INT32_MAX, INT32_MAX};
    });
    files["strings for other elements"] = spoilt([](FileMaker &file) { makeTexts(file, {"a", "b"}); });
    files["string outside the buffer"] = spoilt([](FileMaker &file) {
        makeTexts(file, {"a", "b"});
        file.buffers[1].data.pop_back();
    });
    files["values of an open size"] = spoilt([](FileMaker &file) {
        file.tensors[1].shape = {-1, 4};
        file.tensors[1].scales = {0.25F};
        file.tensors[1].zeroPoints = {0};
    });
    files["sparse position outside the shape"] = spoilt([](FileMaker &file) {
        file.tensors[1].sparsity = sparsity({0, 1}, {}, {{2}, {0, {0, 1, 2}, {0, 4}}});
    });
    files["sparse segment outside its positions"] = spoilt([](FileMaker &file) {
        file.tensors[1].sparsity = sparsity({0, 1}, {}, {{2}, {0, {0, 1, 60'000}, {0, 3}}});
    });
    files["sparse positions without values"] = spoilt([](FileMaker &file) {
        file.buffers[1].data.resize(1);
        file.tensors[1].sparsity = sparsity({0, 1}, {}, {{2}, {0, {0, 1, 2}, {0, 3}}});
    });
    files["sparse dimensions whose product passes 2^64"] = spoilt([](FileMaker &file) {
        file.tensors[1].sparsity
            = sparsity({0, 1, 2, 3}, {1, 1}, {{0, {3, 4}, {0, 0, 0, 0}}, {INT32_MAX}, {INT32_MAX}, {INT32_MAX}});
    });
    files["sparse blocks outside the shape"] = spoilt([](FileMaker &file) {
        file.tensors[1].shape = {1, 1 << 28};
        file.tensors[1].scales.clear();
        file.tensors[1].zeroPoints.clear();
        file.tensors[1].sparsity = sparsity({0, 1, 2, 3}, {1, 1}, {{1}, {0, {0, 1}, {65'000}}, {1 << 14}, {1 << 14}});
        // So that a dense form of 256 MB is not too much for it.
        file.buffers.push_back({std::vector<std::uint8_t>(4 << 20, 1), 0, 0});
    });
    files["sparse and vast"] = spoilt([](FileMaker &file) {
        file.tensors[1].shape = {1 << 15, 1 << 15};
        file.tensors[1].scales = {0.25F};
        file.tensors[1].zeroPoints = {0};
        file.tensors[1].sparsity = sparsity({0, 1}, {}, {{0, {0, 1}, {0}}, {0, {0, 1}, {0}}});
    });
    files["sparse without positions"] = spoilt([](FileMaker &file) { file.tensors[1].sparsity = withoutPositions; });
}

void addOperators(Files &files)
{
    files["no options"] = spoilt([](FileMaker &file) { file.operators[0].options = {}; });
    files["options of another operator"] = spoilt([](FileMaker &file) {
        file.operators[0].type = Options::SoftmaxOptions;
        file.operators[0].options = [](Builder &builder) { return tfl::CreateSoftmaxOptions(builder).Union(); };
    });
    files["unknown activation"] = spoilt([](FileMaker &file) {
        file.operators[0].options = [](Builder &builder) {
            return tfl::CreateFullyConnectedOptions(builder, static_cast<tfl::ActivationFunctionType>(77)).Union();
        };
    });
    files["weights that do not fit"] = spoilt([](FileMaker &file) { file.tensors[1].shape = {2, 4, 1}; });
    files["input that does not fit"] = spoilt([](FileMaker &file) { file.tensors[0].shape = {1, 5}; });
    files["no weights"] = spoilt([](FileMaker &file) { file.operators[0].inputs = {0}; });
    files["no outputs"] = spoilt([](FileMaker &file) { file.operators[0].outputs.clear(); });
    const auto pool = [](std::int32_t stride, tfl::Padding padding) {
        return
            [=](Builder &builder) { return tfl::CreatePool2DOptions(builder, padding, stride, stride, 2, 2).Union(); };
    };
    files["stride of 0"]
        = single(Code::MAX_POOL_2D, {1, 4, 4, 2}, {}, Options::Pool2DOptions, pool(0, tfl::Padding::VALID));
    files["unknown padding"]
        = single(Code::MAX_POOL_2D, {1, 4, 4, 2}, {}, Options::Pool2DOptions, pool(1, static_cast<tfl::Padding>(5)));
    files["pooling of a list"]
        = single(Code::MAX_POOL_2D, {1, 4}, {}, Options::Pool2DOptions, pool(1, tfl::Padding::VALID));
    files["two open dimensions"] = single(Code::RESHAPE, {1, 4}, {{-1, -1}});
    files["not a permutation"] = single(Code::TRANSPOSE, {2, 4}, {{1, 1}});
    files["padding of other dimensions"] = single(Code::PAD, {2, 4}, {{1, 1}});
    files["negative padding"] = single(Code::PAD, {2, 4}, {{1, 1, -1, 0}});
    files["axis out of range"] = single(Code::MEAN, {2, 4}, {{2}});
    files["axis twice"] = single(Code::ARG_MAX, {2, 4}, {{0, 1}});
    files["slice out of range"] = single(Code::SLICE, {2, 4}, {{0, 3}, {2, 2}});
    const auto masks = [](Builder &builder) { return tfl::CreateStridedSliceOptions(builder).Union(); };
    files["slice with a stride of 0"]
        = single(Code::STRIDED_SLICE, {2, 4}, {{0, 0}, {1, 1}, {1, 0}}, Options::StridedSliceOptions, masks);
    files["sizes that do not add up"] = single(Code::SPLIT_V, {2, 4}, {{3}, {1}});
    files["multiples of other dimensions"] = single(Code::TILE, {2, 4}, {{1}});
    files["shape in floating point"] = [] {
        FileMaker file = FileMaker::single(Code::RESHAPE, {1, 4}, {{2, 2}});
        file.tensors[2].type = tfl::TensorType::FLOAT32;
        return file.write();
    };
}

} // namespace

Bytes soundTfliteFile()
{
    return FileMaker::dense().write();
}

const Files &brokenTfliteFiles()
{
    static const Files all = [] {
        Files files;
        addContainers(files);
        addIndices(files);
        addBodies(files);
        addTensors(files);
        addOperators(files);
        return files;
    }();
    return all;
}

} // namespace tinsmith::test
