// SPDX-License-Identifier: Apache-2.0
#include "core/formats/tflite/code_tables.h"
#include "core/formats/tflite/operator_writer.h"

#include <numeric>

namespace tinsmith::tflite {
namespace {

using Code = tfl::BuiltinOperator;
using Options = tfl::BuiltinOptions;

} // namespace

void encode(OperatorWriter &writer, const FullyConnected &kind)
{
    auto inputs = writer.inputs();
    auto use = writer.use();
    use.keepsDims = kind.keepDims;
    const auto options = tfl::CreateFullyConnectedOptions(
        writer.builder(), activationTypeOf(kind.activation), tfl::WeightsFormat::DEFAULT, kind.keepDims);
    writer.emit(Code::FULLY_CONNECTED, use, inputs, writer.outputs(), Options::FullyConnectedOptions, options);
}

void encode(OperatorWriter &writer, const Gemm &)
{
    throw writer.error("Gemm is ONNX's; make it a fully connected layer first");
}

void encode(OperatorWriter &writer, const BatchNormalization &)
{
    throw writer.error("TFLite has no batch normalization; fold it into the convolution first");
}

void encode(OperatorWriter &writer, const MatMul &kind)
{
    const auto options = tfl::CreateBatchMatMulOptions(writer.builder(), kind.transposeA, kind.transposeB);
    writer.emit(
        Code::BATCH_MATMUL, writer.use(), writer.inputs(), writer.outputs(), Options::BatchMatMulOptions, options);
}

void encode(OperatorWriter &writer, const Reduce &kind)
{
    auto axes = kind.axes;
    if (axes.empty()) {
        axes.resize(writer.input(0).shape.rank());
        std::iota(axes.begin(), axes.end(), 0);
    }
    const std::int32_t list = writer.integers(axes, "axes");
    const auto options = tfl::CreateReducerOptions(writer.builder(), kind.keepDims);
    writer.emit(codeOf(kind.function), writer.use(), {writer.inputs().front(), list}, writer.outputs(),
        Options::ReducerOptions, options);
}

void encode(OperatorWriter &writer, const ArgExtreme &kind)
{
    if (kind.keepDims) {
        throw writer.error("TFLite's drops the dimension that it searches");
    }
    const auto type = tensorTypeOf(writer.output().type);
    const std::int32_t axis = writer.integers({kind.axis}, "axis", true);
    const std::vector<std::int32_t> inputs = {writer.inputs().front(), axis};
    if (kind.smallest) {
        const auto options = tfl::CreateArgMinOptions(writer.builder(), *type);
        writer.emit(Code::ARG_MIN, writer.use(), inputs, writer.outputs(), Options::ArgMinOptions, options);
    } else {
        const auto options = tfl::CreateArgMaxOptions(writer.builder(), *type);
        writer.emit(Code::ARG_MAX, writer.use(), inputs, writer.outputs(), Options::ArgMaxOptions, options);
    }
}

} // namespace tinsmith::tflite
