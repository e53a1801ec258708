// SPDX-License-Identifier: Apache-2.0
#include "core/formats/tflite/operator_reader.h"

namespace tinsmith::tflite {

std::optional<OperatorKind> readRecurrent(OperatorReader &reader)
{
    if (reader.code() == tfl::BuiltinOperator::SVDF) {
        const auto &options = reader.options(reader.raw().builtin_options_as_SVDFOptions());
        for (const std::size_t position : {0, 1, 2, 4}) {
            reader.requireInput(position);
        }
        const std::int64_t rank = reader.positive(options.rank(), "rank");
        const Shape &weights = reader.requireInput(1).shape;
        if (reader.rankOf(reader.requireInput(1)) != 2 || (weights[0] >= 0 && weights[0] % rank != 0)) {
            throw reader.error("has weights of shape " + weights.text() + ", which its rank of " + std::to_string(rank)
                + " does not divide");
        }
        reader.requireOutput();
        return Svdf{rank, reader.activation(options.fused_activation_function()), options.asymmetric_quantize_inputs()};
    }
    if (reader.code() == tfl::BuiltinOperator::UNIDIRECTIONAL_SEQUENCE_LSTM) {
        const auto &options = reader.options(reader.raw().builtin_options_as_UnidirectionalSequenceLSTMOptions());
        for (const std::size_t position : {0, 2, 3, 4, 6, 7, 8, 18, 19}) {
            reader.requireInput(position);
        }
        if (reader.inputCount() > 24 || reader.rankOf(reader.requireInput(0)) != 3
            || reader.rankOf(reader.requireInput(2)) != 2) {
            throw reader.error("does not have the inputs of a sequence LSTM");
        }
        reader.requireOutput();
        if (options.diagonal_recurrent_tensors()) {
            throw CannotRepresent{"its recurrent weights are diagonals"};
        }
        SequenceLstm lstm;
        lstm.activation = reader.activation(options.fused_activation_function());
        lstm.cellClip = options.cell_clip();
        lstm.projectionClip = options.proj_clip();
        lstm.timeMajor = options.time_major();
        lstm.asymmetricQuantizeInputs = options.asymmetric_quantize_inputs();
        lstm.intermediates = reader.intermediateQuantizations();
        return lstm;
    }
    return std::nullopt;
}

} // namespace tinsmith::tflite
