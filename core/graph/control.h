// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tinsmith {

// Control flow. A body is a position in subgraphs() of the whole model's graph, also where the operator stands in a
// body itself; its inputs and outputs are those of the operator as each kind says. Values that an ONNX body takes from
// outside are further inputs, at the end of both the operator's and the body's list.

/// Inputs [condition, x...]; the chosen body takes x... and gives the outputs.
struct If {
    std::int32_t thenBody = -1;
    std::int32_t elseBody = -1;
    friend bool operator==(const If &, const If &) = default;
};

/// Inputs [x...], as many outputs: while the condition body says so of x..., x... = body(x...) (TFLite WHILE).
struct While {
    std::int32_t condition = -1;
    std::int32_t body = -1;
    friend bool operator==(const While &, const While &) = default;
};

/// ONNX Loop: inputs [trips?, condition?, carried..., captured...]; the body takes [iteration, condition, carried...,
/// captured...] and gives [condition, carried..., scanned...]; outputs [carried..., scanned...].
struct Loop {
    std::int32_t body = -1;
    std::int32_t carried = 0;
    friend bool operator==(const Loop &, const Loop &) = default;
};

/// ONNX Scan (from opset 9): inputs [state..., scanned..., captured...], `scanInputs` of them scanned.
struct Scan {
    std::int32_t body = -1;
    std::int32_t scanInputs = 0;
    /// How many inputs at the end are captured values.
    std::int32_t captured = 0;
    std::vector<std::int64_t> inputAxes;
    std::vector<std::int64_t> outputAxes;
    /// 1: from the last element to the first.
    std::vector<std::int64_t> inputReversed;
    std::vector<std::int64_t> outputReversed;
    friend bool operator==(const Scan &, const Scan &) = default;
};

/// Runs a subgraph: a function of the file (ONNX), or once before the first inference (TFLite CALL_ONCE).
struct Call {
    std::int32_t body = -1;
    bool once = false;
    /// The function's name, as the source has it.
    std::string function;
    friend bool operator==(const Call &, const Call &) = default;
};

/// Output [handle] of type Resource: names a variable (TFLite VAR_HANDLE).
struct VariableHandle {
    std::string container;
    std::string name;
    friend bool operator==(const VariableHandle &, const VariableHandle &) = default;
};

/// Input [handle], output [value] (TFLite READ_VARIABLE).
struct ReadVariable {
    friend bool operator==(const ReadVariable &, const ReadVariable &) = default;
};

/// Inputs [handle, value] (TFLite ASSIGN_VARIABLE).
struct AssignVariable {
    friend bool operator==(const AssignVariable &, const AssignVariable &) = default;
};

} // namespace tinsmith
