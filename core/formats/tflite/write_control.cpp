// SPDX-License-Identifier: Apache-2.0
#include "core/formats/tflite/operator_writer.h"

namespace tinsmith::tflite {
namespace {

/// Such operators need not have an output, by which others' versions are found; theirs is always the first.
template <typename Options>
void emit(
    OperatorWriter &writer, tfl::BuiltinOperator code, tfl::BuiltinOptions type, flatbuffers::Offset<Options> options)
{
    writer.out().addOperator({code, {}, 1}, writer.inputs(), writer.outputs(),
        {static_cast<std::uint8_t>(type), options.Union(), 0, 0, {}}, {});
}

} // namespace

void encode(OperatorWriter &writer, const If &kind)
{
    emit(writer, tfl::BuiltinOperator::IF, tfl::BuiltinOptions::IfOptions,
        tfl::CreateIfOptions(writer.builder(), kind.thenBody + 1, kind.elseBody + 1));
}

void encode(OperatorWriter &writer, const While &kind)
{
    emit(writer, tfl::BuiltinOperator::WHILE, tfl::BuiltinOptions::WhileOptions,
        tfl::CreateWhileOptions(writer.builder(), kind.condition + 1, kind.body + 1));
}

void encode(OperatorWriter &writer, const Call &kind)
{
    if (kind.once) {
        emit(writer, tfl::BuiltinOperator::CALL_ONCE, tfl::BuiltinOptions::CallOnceOptions,
            tfl::CreateCallOnceOptions(writer.builder(), kind.body + 1));
        return;
    }
    emit(writer, tfl::BuiltinOperator::CALL, tfl::BuiltinOptions::CallOptions,
        tfl::CreateCallOptions(writer.builder(), static_cast<std::uint32_t>(kind.body + 1)));
}

void encode(OperatorWriter &writer, const VariableHandle &kind)
{
    const auto container = writer.builder().CreateString(kind.container);
    const auto name = writer.builder().CreateString(kind.name);
    emit(writer, tfl::BuiltinOperator::VAR_HANDLE, tfl::BuiltinOptions::VarHandleOptions,
        tfl::CreateVarHandleOptions(writer.builder(), container, name));
}

void encode(OperatorWriter &writer, const ReadVariable &)
{
    writer.out().addOperator({tfl::BuiltinOperator::READ_VARIABLE, {}, 1}, writer.inputs(), writer.outputs(), {}, {});
}

void encode(OperatorWriter &writer, const AssignVariable &)
{
    writer.out().addOperator({tfl::BuiltinOperator::ASSIGN_VARIABLE, {}, 1}, writer.inputs(), writer.outputs(), {}, {});
}

} // namespace tinsmith::tflite
