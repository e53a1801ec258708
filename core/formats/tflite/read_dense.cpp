// SPDX-License-Identifier: Apache-2.0
#include "core/formats/tflite/code_tables.h"
#include "core/formats/tflite/operator_reader.h"
#include "core/formats/tflite/tensor_reader.h"

namespace tinsmith::tflite {

std::optional<OperatorKind> readDense(OperatorReader &reader)
{
    if (reader.code() == tfl::BuiltinOperator::FULLY_CONNECTED) {
        const auto &options = reader.options(reader.raw().builtin_options_as_FullyConnectedOptions());
        const Tensor &input = reader.requireInput(0);
        const Tensor &weights = reader.requireInput(1);
        reader.requireOutput();
        if (options.weights_format() != tfl::WeightsFormat::DEFAULT) {
            throw CannotRepresent{"its weights are stored shuffled"};
        }
        if (reader.rankOf(weights) != 2) {
            throw reader.error("has weights of shape " + weights.shape.text() + ", not of two dimensions");
        }
        const auto elements = input.shape.elements();
        if (elements && !hasFreeDimension(input) && (weights.shape[1] < 1 || *elements % weights.shape[1] != 0)) {
            throw reader.error("has weights of shape " + weights.shape.text() + ", which do not fit its input of shape "
                + input.shape.text());
        }
        reader.keepInputs({0, 1, 2});
        return FullyConnected{options.keep_num_dims(), reader.activation(options.fused_activation_function())};
    }
    if (reader.code() == tfl::BuiltinOperator::BATCH_MATMUL) {
        const auto *const options = reader.raw().builtin_options_as_BatchMatMulOptions();
        reader.requireInput(0);
        reader.requireInput(1);
        reader.requireOutput();
        reader.keepInputs({0, 1});
        return MatMul{options != nullptr && options->adj_x(), options != nullptr && options->adj_y()};
    }
    return std::nullopt;
}

std::optional<OperatorKind> readReduction(OperatorReader &reader)
{
    if (const auto function = reduceOf(reader.code())) {
        const auto *const options = reader.raw().builtin_options_as_ReducerOptions();
        reader.requireOutput();
        const std::int64_t rank = reader.rankOf(reader.requireInput(0));
        const auto axes = reader.constantIntegers(1, "list of axes");
        for (const std::int64_t axis : axes) {
            if (axis < -rank || axis >= rank) {
                throw reader.error("reduces axis " + std::to_string(axis) + " of an input of shape "
                    + reader.requireInput(0).shape.text());
            }
        }
        if (axes.empty()) {
            throw CannotRepresent{"it reduces no axis"};
        }
        reader.keepInputs({0});
        return Reduce{*function, axes, options != nullptr && options->keep_dims()};
    }
    if (reader.code() == tfl::BuiltinOperator::ARG_MAX || reader.code() == tfl::BuiltinOperator::ARG_MIN) {
        reader.requireOutput();
        const std::int64_t rank = reader.rankOf(reader.requireInput(0));
        const std::int64_t axis = reader.constantInteger(1, "axis");
        if (axis < -rank || axis >= rank) {
            throw reader.error(
                "has axis " + std::to_string(axis) + " for an input of shape " + reader.requireInput(0).shape.text());
        }
        reader.keepInputs({0});
        return ArgExtreme{reader.code() == tfl::BuiltinOperator::ARG_MIN, static_cast<std::int32_t>(axis), false};
    }
    return std::nullopt;
}

} // namespace tinsmith::tflite
