// SPDX-License-Identifier: Apache-2.0
#include "core/formats/tflite/operator_writer.h"

namespace tinsmith::tflite {
namespace {

using Code = tfl::BuiltinOperator;
using Options = tfl::BuiltinOptions;

} // namespace

void encode(OperatorWriter &writer, const Svdf &kind)
{
    const auto options = tfl::CreateSVDFOptions(
        writer.builder(), writer.narrow(kind.rank), activationTypeOf(kind.activation), kind.asymmetricQuantizeInputs);
    auto use = writer.use();
    use.asymmetric = kind.asymmetricQuantizeInputs;
    writer.emit(Code::SVDF, use, writer.inputs(), writer.outputs(), Options::SVDFOptions, options);
}

void encode(OperatorWriter &writer, const SequenceLstm &kind)
{
    auto inputs = writer.inputs();
    // Readers of the format expect all places, also those at the end that are left out.
    inputs.resize(24, -1);
    std::vector<std::int32_t> intermediates;
    for (std::size_t at = 0; at < kind.intermediates.size(); ++at) {
        Tensor tensor;
        tensor.name = writer.out().uniqueName(writer.op().name + "/intermediate_" + std::to_string(at));
        // The fifth is the hidden state before projection; the others are the gates' sums.
        tensor.type = !kind.intermediates[at] ? ElementType::Float32 : at == 4 ? ElementType::Int8 : ElementType::Int16;
        tensor.shape = {0};
        tensor.quantization = kind.intermediates[at];
        intermediates.push_back(writer.out().addTensor(tensor));
    }
    auto use = writer.use();
    use.asymmetric = kind.asymmetricQuantizeInputs;
    use.inputs.resize(24, nullptr);
    const auto options
        = tfl::CreateUnidirectionalSequenceLSTMOptions(writer.builder(), activationTypeOf(kind.activation),
            kind.cellClip, kind.projectionClip, kind.timeMajor, kind.asymmetricQuantizeInputs);
    writer.out().addOperator(
        {Code::UNIDIRECTIONAL_SEQUENCE_LSTM, {}, lowestVersion(Code::UNIDIRECTIONAL_SEQUENCE_LSTM, use)}, inputs,
        writer.outputs(),
        {static_cast<std::uint8_t>(Options::UnidirectionalSequenceLSTMOptions), options.Union(), 0, 0, {}},
        intermediates);
}

} // namespace tinsmith::tflite
