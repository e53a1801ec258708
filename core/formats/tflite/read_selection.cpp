// SPDX-License-Identifier: Apache-2.0
#include "core/formats/tflite/operator_reader.h"

#include <algorithm>
#include <cstring>

namespace tinsmith::tflite {
namespace {

using Code = tfl::BuiltinOperator;

/// A shape that stands in a constant input, or else in the output's tensor.
std::vector<std::int64_t> shapeFrom(const OperatorReader &reader, std::size_t position)
{
    const Shape &output = reader.requireOutput().shape;
    reader.requireInput(position);
    if (!reader.isSettled(position) && output.ranked && output.known()) {
        return output.dims;
    }
    auto dims = reader.constantIntegers(position, "shape");
    if (std::any_of(dims.begin(), dims.end(), [](std::int64_t dim) { return dim < 0; })) {
        throw reader.error("has a negative dimension in its shape");
    }
    return dims;
}

/// TFLite's off and on values become one constant of two elements.
OperatorKind readOneHot(OperatorReader &reader)
{
    const auto *const options = reader.raw().builtin_options_as_OneHotOptions();
    const std::int32_t axis
        = reader.axisWithin(options == nullptr ? -1 : options->axis(), reader.rankOf(reader.requireInput(0)) + 1);
    const std::size_t place
        = static_cast<std::size_t>(axis < 0 ? axis + reader.rankOf(reader.requireInput(0)) + 1 : axis);
    reader.requireInput(1);
    const std::int64_t depth
        = reader.isSettled(1) ? reader.constantInteger(1, "depth") : reader.sizeInFile(place, "depth");
    const Tensor &on = reader.requireInput(2);
    const Tensor &off = reader.requireInput(3);
    const Tensor &output = reader.requireOutput();
    if (!on.constant() || !off.constant()) {
        throw CannotRepresent{"its values are computed while the model runs"};
    }
    const int bits = bitsOf(output.type);
    const auto size = static_cast<std::size_t>(bits / 8);
    if (on.type != output.type || off.type != output.type || bits < 8 || on.data->size() != size
        || off.data->size() != size) {
        throw reader.error("has values that are not single elements of its output's type");
    }
    if (depth < 0) {
        throw reader.error("has a depth of " + std::to_string(depth));
    }
    std::vector<std::byte> both(2 * size);
    std::memcpy(both.data(), off.data->data(), size);
    std::memcpy(both.data() + size, on.data->data(), size);
    Tensor values;
    values.name = output.name + "/values";
    values.type = output.type;
    values.shape = {2};
    values.data = Bytes(std::move(both));
    values.quantization = output.quantization;
    reader.keepInputs({0});
    reader.addInput(std::move(values));
    return OneHot{axis, depth};
}

/// Pairs of numbers, one per spatial dimension, apart.
void readPairs(const OperatorReader &reader, std::size_t count, std::vector<std::int64_t> &first,
    std::vector<std::int64_t> &second, const char *what)
{
    const auto pairs = reader.constantIntegers(2, what);
    if (pairs.size() != 2 * count) {
        throw reader.error("has " + std::to_string(pairs.size()) + " numbers as " + what + " for blocks of "
            + std::to_string(count) + " dimensions");
    }
    for (std::size_t i = 0; i < count; ++i) {
        if (pairs[2 * i] < 0 || pairs[2 * i + 1] < 0) {
            throw reader.error("has a negative number as " + std::string(what));
        }
        first.push_back(pairs[2 * i]);
        second.push_back(pairs[2 * i + 1]);
    }
}

OperatorKind readBatchBlocks(OperatorReader &reader)
{
    const Tensor &input = reader.requireInput(0);
    reader.requireOutput();
    const auto block = reader.constantIntegers(1, "block");
    if (block.empty() || static_cast<std::int64_t>(block.size()) >= reader.rankOf(input)
        || std::any_of(block.begin(), block.end(), [](std::int64_t size) { return size < 1; })) {
        throw reader.error("has a block that does not fit its input of shape " + input.shape.text());
    }
    reader.keepInputs({0});
    if (reader.code() == Code::SPACE_TO_BATCH_ND) {
        SpaceToBatch kind{block, {}, {}};
        readPairs(reader, block.size(), kind.before, kind.after, "paddings");
        return kind;
    }
    BatchToSpace kind{block, {}, {}};
    readPairs(reader, block.size(), kind.cropBefore, kind.cropAfter, "crops");
    return kind;
}

OperatorKind readLookup(OperatorReader &reader)
{
    const Tensor &values = reader.requireInput(1);
    if (reader.rankOf(reader.requireInput(0)) != 1 || reader.rankOf(values) < 1) {
        throw reader.error("looks up rows by indices of shape " + reader.requireInput(0).shape.text());
    }
    if (values.type != reader.requireOutput().type) {
        throw CannotRepresent{"it dequantizes the rows that it looks up"};
    }
    reader.keepInputs({1, 0});
    return Gather{0, 0};
}

OperatorKind readNormalization(OperatorReader &reader)
{
    const auto &options = reader.options(reader.raw().builtin_options_as_LocalResponseNormalizationOptions());
    reader.requireOutput();
    if (options.radius() < 0 || options.radius() > (1 << 24)) {
        throw reader.error("has a radius of " + std::to_string(options.radius()));
    }
    LocalResponseNormalization kind;
    kind.layout = Layout::ChannelsLast;
    kind.size = 2 * std::int64_t{options.radius()} + 1;
    kind.alpha = options.alpha() * static_cast<float>(kind.size);
    kind.beta = options.beta();
    kind.bias = options.bias();
    return kind;
}

/// Operators of one data input with parameters in a constant one.
OperatorKind readWithConstant(OperatorReader &reader)
{
    const std::int64_t rank = reader.rankOf(reader.requireInput(0));
    reader.requireOutput();
    reader.keepInputs({0});
    switch (reader.code()) {
    case Code::CUMSUM: {
        const auto *const options = reader.raw().builtin_options_as_CumsumOptions();
        return CumulativeSum{reader.axisWithin(reader.constantInteger(1, "axis"), rank),
            options != nullptr && options->exclusive(), options != nullptr && options->reverse()};
    }
    case Code::REVERSE_V2: {
        auto axes = reader.constantIntegers(1, "list of axes");
        for (const std::int64_t axis : axes) {
            reader.axisWithin(axis, rank);
        }
        return Reverse{std::move(axes)};
    }
    default: {
        reader.requireInput(1);
        const std::size_t last = rank < 1 ? 0 : static_cast<std::size_t>(rank - 1);
        const std::int64_t k = reader.isSettled(1) ? reader.constantInteger(1, "number of elements")
                                                   : reader.sizeInFile(last, "number of elements");
        const Shape &shape = reader.requireInput(0).shape;
        if (rank < 1 || k < 0 || (shape.last() >= 0 && k > shape.last())) {
            throw reader.error("takes the " + std::to_string(k) + " largest of an input of shape " + shape.text());
        }
        return TopK{k, -1, true, true};
    }
    }
}

OperatorKind readReverseSequence(OperatorReader &reader)
{
    const auto &options = reader.options(reader.raw().builtin_options_as_ReverseSequenceOptions());
    const std::int64_t rank = reader.rankOf(reader.requireInput(0));
    reader.requireInput(1);
    reader.requireOutput();
    return ReverseSequence{reader.axisWithin(options.seq_dim(), rank), reader.axisWithin(options.batch_dim(), rank)};
}

OperatorKind afterInputs(OperatorReader &reader, std::size_t inputs, OperatorKind kind)
{
    for (std::size_t at = 0; at < inputs; ++at) {
        reader.requireInput(at);
    }
    reader.requireOutput();
    return kind;
}

} // namespace

std::optional<OperatorKind> readSelection(OperatorReader &reader)
{
    switch (reader.code()) {
    case Code::ADD_N:
        return afterInputs(reader, std::max<std::size_t>(1, reader.inputCount()), Nary{NaryFunction::Sum});
    case Code::SELECT:
        return afterInputs(reader, 3, Select{true});
    case Code::SELECT_V2:
        return afterInputs(reader, 3, Select{false});
    case Code::GATHER_ND:
        return afterInputs(reader, 2, GatherNd{0});
    case Code::DYNAMIC_UPDATE_SLICE:
        return afterInputs(reader, 3, DynamicUpdateSlice{});
    case Code::BROADCAST_ARGS:
        return afterInputs(reader, 2, BroadcastShapes{});
    case Code::RANGE:
        return afterInputs(reader, 3, NumberRange{});
    case Code::ZEROS_LIKE:
        return afterInputs(reader, 1, ZerosLike{});
    case Code::SHAPE:
        return afterInputs(reader, 1, ShapeOf{});
    case Code::BITCAST:
        return afterInputs(reader, 1, Bitcast{reader.requireOutput().type});
    case Code::SCATTER_ND: {
        reader.requireInput(0);
        reader.requireInput(1);
        reader.keepInputs({0, 1});
        return ScatterIntoZeros{shapeFrom(reader, 2)};
    }
    case Code::FILL:
        reader.requireInput(1);
        reader.keepInputs({1});
        return Fill{shapeFrom(reader, 0)};
    case Code::ONE_HOT:
        return readOneHot(reader);
    case Code::SPACE_TO_BATCH_ND:
    case Code::BATCH_TO_SPACE_ND:
        return readBatchBlocks(reader);
    case Code::EMBEDDING_LOOKUP:
        return readLookup(reader);
    case Code::LOCAL_RESPONSE_NORMALIZATION:
        return readNormalization(reader);
    case Code::CUMSUM:
    case Code::REVERSE_V2:
    case Code::TOPK_V2:
        return readWithConstant(reader);
    case Code::REVERSE_SEQUENCE:
        return readReverseSequence(reader);
    default:
        return std::nullopt;
    }
}

} // namespace tinsmith::tflite
