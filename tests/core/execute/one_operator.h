// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/execute/executor.h"
#include "core/graph/error.h"
#include "core/graph/shape_inference.h"

#include <cstring>
#include <string>
#include <vector>

namespace tinsmith::test {

/// A tensor of a one-operator model with its values.
struct Given {
    ElementType type = ElementType::Float32;
    Shape shape;
    std::vector<std::byte> value;
    std::optional<Quantization> quantization;
    bool constant = false;
};

template <typename T>
std::vector<std::byte> bytesOf(const std::vector<T> &values)
{
    const auto view = std::as_bytes(std::span<const T>(values));
    return {view.begin(), view.end()};
}

template <typename T>
std::vector<T> valuesOf(const TensorValue &bytes)
{
    std::vector<T> values(bytes.size() / sizeof(T));
    std::memcpy(values.data(), bytes.data(), values.size() * sizeof(T));
    return values;
}

inline Given floats(const Shape &shape, const std::vector<float> &values)
{
    return {ElementType::Float32, shape, bytesOf(values), {}, false};
}

inline Given int8s(const Shape &shape, const std::vector<std::int8_t> &values, float scale, std::int64_t zeroPoint)
{
    return {ElementType::Int8, shape, bytesOf(values), Quantization{{scale}, {zeroPoint}, 0}, false};
}

inline Given int32s(const Shape &shape, const std::vector<std::int32_t> &values)
{
    return {ElementType::Int32, shape, bytesOf(values), {}, false};
}

inline Given constant(Given given)
{
    given.constant = true;
    return given;
}

/// What the output is, apart from its shape, which is inferred.
struct Wanted {
    ElementType type = ElementType::Float32;
    std::optional<Quantization> quantization;
    std::size_t outputs = 1;
};

inline Wanted int8Output(float scale, std::int64_t zeroPoint)
{
    return {ElementType::Int8, Quantization{{scale}, {zeroPoint}, 0}, 1};
}

/// A model of one operator.
inline Graph oneOperator(const OperatorKind &kind, const std::vector<Given> &inputs, const Wanted &wanted = {})
{
    GraphBuilder builder;
    std::vector<TensorId> ids;
    std::vector<TensorId> graphInputs;
    for (const Given &given : inputs) {
        Tensor tensor;
        tensor.name = "x" + std::to_string(ids.size());
        tensor.type = given.type;
        tensor.shape = given.shape;
        tensor.quantization = given.quantization;
        if (given.constant) {
            tensor.data = Bytes(given.value);
        }
        ids.push_back(builder.addTensor(tensor));
        if (!given.constant) {
            graphInputs.push_back(ids.back());
        }
    }
    Operator op{"op", kind, ids, {}};
    for (std::size_t i = 0; i < wanted.outputs; ++i) {
        Tensor tensor;
        tensor.name = "y" + std::to_string(i);
        tensor.type = wanted.type;
        tensor.quantization = wanted.quantization;
        op.outputs.push_back(builder.addTensor(tensor));
    }
    const auto shapes = inferShapes(op, [&](TensorId id) -> const Tensor & { return builder.tensor(id); });
    for (std::size_t i = 0; i < wanted.outputs; ++i) {
        builder.tensor(op.outputs[i]).shape = shapes[i];
    }
    builder.setInputs(graphInputs);
    builder.setOutputs(op.outputs);
    builder.addOperator(op);
    return builder.build();
}

inline std::vector<TensorValue> runAll(
    const OperatorKind &kind, const std::vector<Given> &inputs, const Wanted &wanted = {})
{
    Executor executor(oneOperator(kind, inputs, wanted));
    std::vector<TensorValue> values;
    for (const Given &given : inputs) {
        if (!given.constant) {
            values.push_back(given.value);
        }
    }
    return executor.run(values);
}

template <typename T>
std::vector<T> run(const OperatorKind &kind, const std::vector<Given> &inputs, const Wanted &wanted = {})
{
    return valuesOf<T>(runAll(kind, inputs, wanted).at(0));
}

/// Equal within `tolerance` times the larger of 1 and the expected value.
inline bool near(const std::vector<float> &actual, const std::vector<float> &expected, float tolerance = 1e-6F)
{
    if (actual.size() != expected.size()) {
        return false;
    }
    for (std::size_t i = 0; i < actual.size(); ++i) {
        const float limit = tolerance * std::max(1.0F, std::abs(expected[i]));
        if (!(std::abs(actual[i] - expected[i]) <= limit)) {
            return false;
        }
    }
    return true;
}

} // namespace tinsmith::test
