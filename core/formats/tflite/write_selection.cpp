// SPDX-License-Identifier: Apache-2.0
#include "core/formats/tflite/operator_writer.h"

#include <cmath>
#include <limits>

namespace tinsmith::tflite {
namespace {

using Code = tfl::BuiltinOperator;
using Options = tfl::BuiltinOptions;

/// An operator without options that has the graph's inputs, and constants behind them.
void emitPlain(OperatorWriter &writer, Code code, const std::vector<std::int32_t> &behind = {})
{
    auto inputs = writer.inputs();
    inputs.insert(inputs.end(), behind.begin(), behind.end());
    writer.emit(code, writer.use(), inputs, writer.outputs());
}

std::int32_t pairs(OperatorWriter &writer, const std::vector<std::int64_t> &first,
    const std::vector<std::int64_t> &second, const char *what)
{
    std::vector<std::int32_t> numbers;
    for (std::size_t i = 0; i < first.size(); ++i) {
        numbers.push_back(writer.narrow(first[i]));
        numbers.push_back(writer.narrow(second[i]));
    }
    return writer.constant(
        ElementType::Int32, Shape{static_cast<std::int64_t>(first.size()), 2}, Bytes::of(numbers), std::nullopt, what);
}

/// The alpha whose product with the size is the graph's, to the last bit where there is one.
float alphaPerChannel(const LocalResponseNormalization &kind)
{
    const auto size = static_cast<float>(kind.size);
    const float quotient = kind.alpha / size;
    for (const float candidate : {quotient, std::nextafter(quotient, std::numeric_limits<float>::infinity()),
             std::nextafter(quotient, -std::numeric_limits<float>::infinity())}) {
        if (candidate * size == kind.alpha) {
            return candidate;
        }
    }
    return quotient;
}

} // namespace

void encode(OperatorWriter &writer, const Nary &kind)
{
    if (kind.function != NaryFunction::Sum) {
        throw writer.error("TFLite has only the sum of many inputs");
    }
    for (std::size_t at = 0; at < writer.op().inputs.size(); ++at) {
        if (writer.input(at).shape != writer.output().shape) {
            throw writer.error("its inputs are of different shapes");
        }
    }
    emitPlain(writer, Code::ADD_N);
}

void encode(OperatorWriter &writer, const Select &kind)
{
    emitPlain(writer, kind.firstAxis ? Code::SELECT : Code::SELECT_V2);
}

void encode(OperatorWriter &writer, const GatherNd &kind)
{
    if (kind.batchDims != 0) {
        throw writer.error("it has batch dimensions");
    }
    emitPlain(writer, Code::GATHER_ND);
}

void encode(OperatorWriter &writer, const ScatterIntoZeros &kind)
{
    emitPlain(writer, Code::SCATTER_ND, {writer.integers(kind.shape, "shape")});
}

void encode(OperatorWriter &writer, const DynamicUpdateSlice &)
{
    emitPlain(writer, Code::DYNAMIC_UPDATE_SLICE);
}

void encode(OperatorWriter &writer, const BroadcastShapes &)
{
    emitPlain(writer, Code::BROADCAST_ARGS);
}

void encode(OperatorWriter &writer, const NumberRange &)
{
    emitPlain(writer, Code::RANGE);
}

void encode(OperatorWriter &writer, const ZerosLike &)
{
    emitPlain(writer, Code::ZEROS_LIKE);
}

void encode(OperatorWriter &writer, const Bitcast &)
{
    emitPlain(writer, Code::BITCAST);
}

void encode(OperatorWriter &writer, const ShapeOf &kind)
{
    const auto rank = static_cast<std::int64_t>(writer.input(0).shape.rank());
    if (kind.product || kind.start != 0 || kind.end < rank) {
        throw writer.error("TFLite gives all dimensions or none");
    }
    const auto type = tensorTypeOf(writer.output().type);
    const auto options = tfl::CreateShapeOptions(writer.builder(), type.value_or(tfl::TensorType::INT32));
    writer.emit(Code::SHAPE, writer.use(), writer.inputs(), writer.outputs(), Options::ShapeOptions, options);
}

void encode(OperatorWriter &writer, const Fill &kind)
{
    const std::int32_t shape = writer.integers(kind.shape, "shape");
    writer.emit(Code::FILL, writer.use(), {shape, writer.inputs().front()}, writer.outputs());
}

void encode(OperatorWriter &writer, const OneHot &kind)
{
    const Tensor &values = writer.input(1);
    const auto size = static_cast<std::size_t>(bitsOf(values.type) / 8);
    if (!values.constant() || size == 0 || values.data->size() != 2 * size) {
        throw writer.error("its values are computed while the model runs");
    }
    const std::int32_t depth = writer.integers({kind.depth}, "depth", true);
    const auto scalar = [&](std::size_t at, const char *what) {
        return writer.constant(values.type, Shape(), values.data->part(at * size, size), values.quantization, what);
    };
    const auto options = tfl::CreateOneHotOptions(writer.builder(), kind.axis);
    writer.emit(Code::ONE_HOT, writer.use(), {writer.inputs().front(), depth, scalar(1, "on"), scalar(0, "off")},
        writer.outputs(), Options::OneHotOptions, options);
}

void encode(OperatorWriter &writer, const TopK &kind)
{
    const auto rank = static_cast<std::int32_t>(writer.input(0).shape.rank());
    if (!kind.largest || (kind.axis != -1 && kind.axis != rank - 1)) {
        throw writer.error("TFLite takes the largest elements of the last dimension only");
    }
    emitPlain(writer, Code::TOPK_V2, {writer.integers({kind.k}, "k", true)});
}

void encode(OperatorWriter &writer, const Reverse &kind)
{
    emitPlain(writer, Code::REVERSE_V2, {writer.integers(kind.axes, "axes")});
}

void encode(OperatorWriter &writer, const ReverseSequence &kind)
{
    const auto options = tfl::CreateReverseSequenceOptions(writer.builder(), kind.sequenceAxis, kind.batchAxis);
    writer.emit(Code::REVERSE_SEQUENCE, writer.use(), writer.inputs(), writer.outputs(),
        Options::ReverseSequenceOptions, options);
}

void encode(OperatorWriter &writer, const CumulativeSum &kind)
{
    const std::int32_t axis = writer.integers({kind.axis}, "axis", true);
    const auto options = tfl::CreateCumsumOptions(writer.builder(), kind.exclusive, kind.reverse);
    writer.emit(
        Code::CUMSUM, writer.use(), {writer.inputs().front(), axis}, writer.outputs(), Options::CumsumOptions, options);
}

void encode(OperatorWriter &writer, const SpaceToBatch &kind)
{
    const std::int32_t block = writer.integers(kind.block, "block");
    emitPlain(writer, Code::SPACE_TO_BATCH_ND, {block, pairs(writer, kind.before, kind.after, "paddings")});
}

void encode(OperatorWriter &writer, const BatchToSpace &kind)
{
    const std::int32_t block = writer.integers(kind.block, "block");
    emitPlain(writer, Code::BATCH_TO_SPACE_ND, {block, pairs(writer, kind.cropBefore, kind.cropAfter, "crops")});
}

void encode(OperatorWriter &writer, const LocalResponseNormalization &kind)
{
    if (kind.layout != Layout::ChannelsLast) {
        throw writer.error("it is channels-first; bring the graph into channels-last form first");
    }
    if (kind.size % 2 != 1) {
        throw writer.error("TFLite's neighbourhood has a middle; one of " + std::to_string(kind.size) + " has none");
    }
    const auto options = tfl::CreateLocalResponseNormalizationOptions(
        writer.builder(), writer.narrow(kind.size / 2), kind.bias, alphaPerChannel(kind), kind.beta);
    writer.emit(Code::LOCAL_RESPONSE_NORMALIZATION, writer.use(), writer.inputs(), writer.outputs(),
        Options::LocalResponseNormalizationOptions, options);
}

} // namespace tinsmith::tflite
