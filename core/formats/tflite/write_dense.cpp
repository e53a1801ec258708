// SPDX-License-Identifier: Apache-2.0
#include "core/formats/tflite/code_tables.h"
#include "core/formats/tflite/operator_writer.h"

#include <cmath>
#include <numeric>
#include <tuple>

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

void encode(OperatorWriter &writer, const BatchNormalization &kind)
{
    const Tensor &input = writer.input(0);
    if (kind.layout != Layout::ChannelsLast || input.type != ElementType::Float32) {
        throw writer.error("TFLite has no batch normalization; fold it into the convolution first");
    }
    std::vector<std::vector<float>> parameters;
    for (std::size_t position = 1; position <= 4; ++position) {
        const Tensor &tensor = writer.input(position);
        if (!tensor.constant() || tensor.type != ElementType::Float32) {
            throw writer.error("its parameters are not constant");
        }
        parameters.push_back(tensor.data->copyAs<float>());
    }
    const auto &[gamma, beta, mean, variance] = std::tie(parameters[0], parameters[1], parameters[2], parameters[3]);
    std::vector<float> scale(gamma.size());
    std::vector<float> shift(gamma.size());
    for (std::size_t channel = 0; channel < gamma.size(); ++channel) {
        scale[channel] = gamma[channel] / std::sqrt(variance.at(channel) + kind.epsilon);
        shift[channel] = beta.at(channel) - mean.at(channel) * scale[channel];
    }
    const Shape shape{static_cast<std::int64_t>(gamma.size())};
    const auto constant = [&](const std::vector<float> &values, const char *what) {
        return writer.constant(ElementType::Float32, shape, Bytes::of(values), std::nullopt, what);
    };
    const std::int32_t scaled = writer.between(input, input.shape, "scaled");
    VersionedUse use;
    use.inputs = {&input, &input};
    use.output = &input;
    writer.emit(Code::MUL, use, {writer.inputs().front(), constant(scale, "scale")}, {scaled}, Options::MulOptions,
        tfl::CreateMulOptions(writer.builder()));
    writer.emit(Code::ADD, use, {scaled, constant(shift, "shift")}, writer.outputs(), Options::AddOptions,
        tfl::CreateAddOptions(writer.builder()));
}

void encode(OperatorWriter &writer, const MatMul &kind)
{
    const auto options = tfl::CreateBatchMatMulOptions(writer.builder(), kind.transposeA, kind.transposeB);
    writer.emit(
        Code::BATCH_MATMUL, writer.use(), writer.inputs(), writer.outputs(), Options::BatchMatMulOptions, options);
}

void encode(OperatorWriter &writer, const Reduce &kind)
{
    const auto code = codeOf(kind.function);
    if (!code) {
        throw writer.error("TFLite has no such reduction");
    }
    auto axes = kind.axes;
    if (axes.empty()) {
        axes.resize(writer.input(0).shape.rank());
        std::iota(axes.begin(), axes.end(), 0);
    }
    const std::int32_t list = writer.integers(axes, "axes");
    const auto options = tfl::CreateReducerOptions(writer.builder(), kind.keepDims);
    writer.emit(
        *code, writer.use(), {writer.inputs().front(), list}, writer.outputs(), Options::ReducerOptions, options);
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
