// SPDX-License-Identifier: Apache-2.0
#include "core/formats/tflite/operator_reader.h"

namespace tinsmith::tflite {
namespace {

/// The file counts the main graph among its subgraphs, the graph counts those behind it. Whether the subgraph is there
/// is seen when all have been read.
std::int32_t bodyOf(const OperatorReader &reader, std::int64_t subgraph)
{
    if (subgraph <= 0 || subgraph > INT32_MAX) {
        throw reader.error("runs subgraph " + std::to_string(subgraph) + ", which cannot be the body of an operator");
    }
    return static_cast<std::int32_t>(subgraph - 1);
}

std::string textOf(const flatbuffers::String *text)
{
    return text == nullptr ? std::string() : text->str();
}

} // namespace

std::optional<OperatorKind> readControl(OperatorReader &reader)
{
    using Code = tfl::BuiltinOperator;
    switch (reader.code()) {
    case Code::IF: {
        const auto &options = reader.options(reader.raw().builtin_options_as_IfOptions());
        return If{bodyOf(reader, options.then_subgraph_index()), bodyOf(reader, options.else_subgraph_index())};
    }
    case Code::WHILE: {
        const auto &options = reader.options(reader.raw().builtin_options_as_WhileOptions());
        return While{bodyOf(reader, options.cond_subgraph_index()), bodyOf(reader, options.body_subgraph_index())};
    }
    case Code::CALL: {
        const auto &options = reader.options(reader.raw().builtin_options_as_CallOptions());
        return Call{bodyOf(reader, options.subgraph()), false, {}};
    }
    case Code::CALL_ONCE: {
        const auto &options = reader.options(reader.raw().builtin_options_as_CallOnceOptions());
        return Call{bodyOf(reader, options.init_subgraph_index()), true, {}};
    }
    case Code::VAR_HANDLE: {
        const auto &options = reader.options(reader.raw().builtin_options_as_VarHandleOptions());
        return VariableHandle{textOf(options.container()), textOf(options.shared_name())};
    }
    case Code::READ_VARIABLE:
        return ReadVariable{};
    case Code::ASSIGN_VARIABLE:
        return AssignVariable{};
    default:
        return std::nullopt;
    }
}

} // namespace tinsmith::tflite
