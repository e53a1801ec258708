// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/execute/executor.h"
#include "core/formats/tflite/tflite_generated.h"
#include "core/graph/bytes.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace tinsmith::test {

/// Scale and zero point of a tensor.
struct Step {
    float scale = 0;
    std::int64_t zero = 0;
};

/// One element type in which an operator is tried: what its activations, weights and biases then are.
struct Form {
    std::string name;
    tfl::TensorType type = tfl::TensorType::FLOAT32;
    /// No scale: plain numbers.
    Step in;
    Step out;
    tfl::TensorType weights = tfl::TensorType::FLOAT32;
    float weightScale = 0;
    tfl::TensorType bias = tfl::TensorType::FLOAT32;
};

Form float32();
/// Activations of scale 0.5 and zero point 3 (outputs -2), weights of scale 0.5.
Form int8(Step in = {0.5F, 3}, Step out = {0.5F, -2});
/// The same scale and zero point on both sides.
Form int8Kept();
Form int8FourBitWeights();
/// uint8 activations, the older quantization.
Form uint8(Step in, Step out);
/// int16 activations of scale 0.25, int8 weights, int64 biases.
Form int16(Step in = {0.25F, 0}, Step out = {0.25F, 0});
/// Biases of 32 bits instead.
Form int16NarrowBias();
/// Plain numbers of this type.
Form plain(tfl::TensorType type);

/// A tensor of a case in real numbers; the form says how they are stored.
struct Value {
    enum class Role { Input, Constant, Variable, LeftOut };
    enum class Kind { Activation, Weights, Bias };
    std::vector<std::int32_t> shape;
    std::vector<double> reals;
    Role role = Role::Input;
    Kind kind = Kind::Activation;
    /// Where it does not follow the form.
    std::optional<tfl::TensorType> type = {};
    std::optional<Step> step = {};
    /// Stored bytes as they are, instead of reals.
    std::vector<std::uint8_t> bytes = {};
};

Value given(const std::vector<std::int32_t> &shape, const std::vector<double> &reals);
Value constant(Value value);
Value weights(const std::vector<std::int32_t> &shape, const std::vector<double> &reals);
Value bias(const std::vector<double> &reals);
/// Constant indices, axes, sizes.
Value numbers(const std::vector<std::int32_t> &shape, const std::vector<double> &values);
Value numbers(const std::vector<double> &values);
Value typed(tfl::TensorType type, const std::vector<std::int32_t> &shape, const std::vector<double> &values);
Value variable(Value value);
Value leftOut();
Value stepped(Value value, Step step);

using OptionsMaker = std::function<flatbuffers::Offset<void>(flatbuffers::FlatBufferBuilder &)>;

struct CaseOptions {
    tfl::BuiltinOptions type = tfl::BuiltinOptions::NONE;
    OptionsMaker make = {};
    /// A custom operator's, a flexbuffer.
    std::vector<std::uint8_t> custom = {};
};

struct CaseOperator {
    tfl::BuiltinOperator code = tfl::BuiltinOperator::ADD;
    CaseOptions options = {};
    std::vector<std::int32_t> inputs;
    std::vector<std::int32_t> outputs;
    std::string custom = {};
    std::vector<std::int32_t> intermediates = {};
};

/// A subgraph. Tensors of role Input that an operator or nothing else writes are listed in inputs.
struct CaseGraph {
    std::vector<Value> tensors;
    std::vector<CaseOperator> operators;
    std::vector<std::int32_t> inputs;
    std::vector<std::int32_t> outputs;
    /// Tensors at this number and behind take the output's step.
    std::size_t firstOutput = 0;
};

/// One operator with its inputs and what it is to give.
CaseGraph oneOperatorGraph(tfl::BuiltinOperator code, const CaseOptions &options, const std::vector<Value> &inputs,
    const std::vector<Value> &outputs, const std::string &custom = {});

/// What one operator is to compute. The first graph's outputs hold the expected values.
struct OperatorCase {
    /// The operators that it shows, as TFLite calls them.
    std::vector<std::string> operators;
    std::vector<Form> forms;
    std::vector<CaseGraph> graphs;
    /// How far stored integers may lie from the expected value, in steps. 0: exact. Floats always: 1e-5.
    double steps = 0;
    std::string note = {};
    /// How often it runs before the outputs are compared, always with the same inputs.
    int runs = 1;
};

/// The case's .tflite file.
Bytes fileOf(const OperatorCase &tested, const Form &form);
/// The values of the first graph's inputs, as the executor takes them.
std::vector<TensorValue> inputsOf(const OperatorCase &tested, const Form &form);
/// The first difference between what came out and what was expected, empty where there is none.
std::string outputDifference(const OperatorCase &tested, const Form &form, const std::vector<TensorValue> &outputs);

} // namespace tinsmith::test
