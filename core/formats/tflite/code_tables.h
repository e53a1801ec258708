// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/tflite/tflite_generated.h"
#include "core/graph/operator.h"

#include <optional>

namespace tinsmith::tflite {

/// Operators that differ in nothing but their code, both ways; nothing where the other side has no such function.
std::optional<BinaryFunction> binaryOf(tfl::BuiltinOperator code);
std::optional<tfl::BuiltinOperator> codeOf(BinaryFunction function);
std::optional<UnaryFunction> unaryOf(tfl::BuiltinOperator code);
std::optional<tfl::BuiltinOperator> codeOf(UnaryFunction function);
std::optional<ReduceFunction> reduceOf(tfl::BuiltinOperator code);
std::optional<tfl::BuiltinOperator> codeOf(ReduceFunction function);

} // namespace tinsmith::tflite
