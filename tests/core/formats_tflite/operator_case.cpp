// SPDX-License-Identifier: Apache-2.0
#include "tests/core/formats_tflite/operator_case.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <sstream>
#include <utility>

namespace tinsmith::test {
namespace {

using Type = tfl::TensorType;

constexpr float usualWeightScale = 0.5F;

struct Stored {
    Type type = Type::FLOAT32;
    Step step;
};

Stored storedAs(const Value &value, const Form &form, bool output)
{
    if (value.type) {
        return {*value.type, value.step.value_or(Step{})};
    }
    switch (value.kind) {
    case Value::Kind::Weights:
        return {form.weights, value.step.value_or(Step{form.weightScale, 0})};
    case Value::Kind::Bias:
        return {form.bias, value.step.value_or(Step{form.in.scale * form.weightScale, 0})};
    case Value::Kind::Activation:
        break;
    }
    return {form.type, form.in.scale > 0 && value.step ? *value.step : output ? form.out : form.in};
}

template <typename T>
void append(std::vector<std::uint8_t> &bytes, T value)
{
    const auto *const begin = reinterpret_cast<const std::uint8_t *>(&value);
    bytes.insert(bytes.end(), begin, begin + sizeof(T));
}

template <typename T>
T saturated(double value)
{
    return static_cast<T>(std::clamp(value, static_cast<double>(std::numeric_limits<T>::lowest()),
        static_cast<double>(std::numeric_limits<T>::max())));
}

double numberOf(double real, const Step &step)
{
    return step.scale > 0 ? std::round(real / static_cast<double>(step.scale)) + static_cast<double>(step.zero) : real;
}

std::vector<std::uint8_t> bytesOf(const Value &value, const Stored &stored)
{
    if (!value.bytes.empty()) {
        return value.bytes;
    }
    std::vector<std::uint8_t> bytes;
    bool high = false;
    for (const double real : value.reals) {
        const double number = numberOf(real, stored.step);
        switch (stored.type) {
        case Type::FLOAT32:
            append(bytes, static_cast<float>(number));
            break;
        case Type::INT8:
            append(bytes, saturated<std::int8_t>(number));
            break;
        case Type::UINT8:
        case Type::BOOL:
            append(bytes, saturated<std::uint8_t>(number));
            break;
        case Type::INT16:
            append(bytes, saturated<std::int16_t>(number));
            break;
        case Type::INT32:
            append(bytes, saturated<std::int32_t>(number));
            break;
        case Type::UINT32:
            append(bytes, static_cast<std::uint32_t>(number));
            break;
        case Type::INT64:
            append(bytes, static_cast<std::int64_t>(number));
            break;
        case Type::UINT64:
            append(bytes, static_cast<std::uint64_t>(number));
            break;
        case Type::INT4: {
            const auto nibble = static_cast<std::uint8_t>(static_cast<int>(number) & 0xF);
            if (high) {
                bytes.back() = static_cast<std::uint8_t>(bytes.back() | (nibble << 4));
            } else {
                bytes.push_back(nibble);
            }
            high = !high;
            break;
        }
        default:
            break;
        }
    }
    return bytes;
}

/// Stored numbers as doubles.
std::vector<double> readBack(const TensorValue &value, Type type)
{
    std::vector<double> numbers;
    const auto all = [&](auto zero) {
        using T = decltype(zero);
        for (std::size_t at = 0; at + sizeof(T) <= value.size(); at += sizeof(T)) {
            T number;
            std::memcpy(&number, value.data() + at, sizeof(T));
            numbers.push_back(static_cast<double>(number));
        }
    };
    switch (type) {
    case Type::FLOAT32:
        all(0.0F);
        break;
    case Type::INT8:
        all(std::int8_t{});
        break;
    case Type::INT16:
        all(std::int16_t{});
        break;
    case Type::INT32:
        all(std::int32_t{});
        break;
    case Type::UINT32:
        all(std::uint32_t{});
        break;
    case Type::INT64:
        all(std::int64_t{});
        break;
    case Type::UINT64:
        all(std::uint64_t{});
        break;
    default:
        all(std::uint8_t{});
        break;
    }
    return numbers;
}

/// The tables of the file while they are written.
struct Maker {
    const OperatorCase &tested;
    const Form &form;
    flatbuffers::FlatBufferBuilder builder;
    std::vector<flatbuffers::Offset<tfl::Buffer>> buffers;
    std::vector<flatbuffers::Offset<tfl::OperatorCode>> codes;

    flatbuffers::Offset<tfl::Tensor> tensor(const CaseGraph &graph, std::size_t number)
    {
        const Value &value = graph.tensors[number];
        const Stored stored = storedAs(value, form, number >= graph.firstOutput);
        std::uint32_t buffer = 0;
        if (value.role == Value::Role::Constant) {
            const auto bytes = bytesOf(value, stored);
            builder.ForceVectorAlignment(bytes.size(), 1, 16);
            buffers.push_back(tfl::CreateBuffer(builder, builder.CreateVector(bytes)));
            buffer = static_cast<std::uint32_t>(buffers.size() - 1);
        }
        flatbuffers::Offset<tfl::QuantizationParameters> quantization;
        if (stored.step.scale > 0) {
            const auto scales = builder.CreateVector(std::vector<float>{stored.step.scale});
            const auto zeros = builder.CreateVector(std::vector<std::int64_t>{stored.step.zero});
            quantization = tfl::CreateQuantizationParameters(builder, 0, 0, scales, zeros);
        }
        const auto shape = builder.CreateVector(value.shape);
        const auto name = builder.CreateString("t" + std::to_string(number));
        return tfl::CreateTensor(
            builder, shape, stored.type, buffer, name, quantization, value.role == Value::Role::Variable);
    }

    flatbuffers::Offset<tfl::Operator> op(const CaseOperator &op)
    {
        const auto options = op.options.make ? op.options.make(builder) : flatbuffers::Offset<void>();
        const auto custom = op.options.custom.empty() ? 0 : builder.CreateVector(op.options.custom);
        const auto inputs = builder.CreateVector(op.inputs);
        const auto outputs = builder.CreateVector(op.outputs);
        const auto intermediates = op.intermediates.empty() ? 0 : builder.CreateVector(op.intermediates);
        const auto name = op.custom.empty() ? 0 : builder.CreateString(op.custom);
        codes.push_back(tfl::CreateOperatorCode(
            builder, static_cast<std::int8_t>(std::min(static_cast<int>(op.code), 127)), name, 1, op.code));
        return tfl::CreateOperator(builder, static_cast<std::uint32_t>(codes.size() - 1), inputs, outputs,
            options.IsNull() ? tfl::BuiltinOptions::NONE : op.options.type, options, custom,
            tfl::CustomOptionsFormat::FLEXBUFFERS, 0, intermediates);
    }

    flatbuffers::Offset<tfl::SubGraph> graph(const CaseGraph &graph)
    {
        std::vector<flatbuffers::Offset<tfl::Tensor>> tensors;
        for (std::size_t at = 0; at < graph.tensors.size(); ++at) {
            tensors.push_back(tensor(graph, at));
        }
        std::vector<flatbuffers::Offset<tfl::Operator>> operators;
        for (const CaseOperator &each : graph.operators) {
            operators.push_back(op(each));
        }
        const auto tensorList = builder.CreateVector(tensors);
        const auto inputs = builder.CreateVector(graph.inputs);
        const auto outputs = builder.CreateVector(graph.outputs);
        const auto operatorList = builder.CreateVector(operators);
        const auto name = builder.CreateString("graph");
        return tfl::CreateSubGraph(builder, tensorList, inputs, outputs, operatorList, name);
    }
};

} // namespace

Form float32()
{
    return {"float32", Type::FLOAT32, {}, {}, Type::FLOAT32, 0, Type::FLOAT32};
}

Form int8(Step in, Step out)
{
    return {"int8", Type::INT8, in, out, Type::INT8, usualWeightScale, Type::INT32};
}

Form int8Kept()
{
    return int8({0.5F, 3}, {0.5F, 3});
}

Form int8FourBitWeights()
{
    Form form = int8();
    form.name = "int8 (int4 weights)";
    form.weights = Type::INT4;
    return form;
}

Form uint8(Step in, Step out)
{
    return {"uint8", Type::UINT8, in, out, Type::UINT8, usualWeightScale, Type::INT32};
}

Form int16(Step in, Step out)
{
    return {"int16", Type::INT16, in, out, Type::INT8, usualWeightScale, Type::INT64};
}

Form int16NarrowBias()
{
    Form form = int16();
    form.name = "int16 (int32 biases)";
    form.bias = Type::INT32;
    return form;
}

Form plain(Type type)
{
    std::string name = tfl::EnumNameTensorType(type);
    std::transform(name.begin(), name.end(), name.begin(), [](char c) { return static_cast<char>(std::tolower(c)); });
    return {name, type, {}, {}, type, 0, type};
}

Value given(const std::vector<std::int32_t> &shape, const std::vector<double> &reals)
{
    Value value;
    value.shape = shape;
    value.reals = reals;
    return value;
}

Value constant(Value value)
{
    value.role = Value::Role::Constant;
    return value;
}

Value weights(const std::vector<std::int32_t> &shape, const std::vector<double> &reals)
{
    Value value = constant(given(shape, reals));
    value.kind = Value::Kind::Weights;
    return value;
}

Value bias(const std::vector<double> &reals)
{
    Value value = constant(given({static_cast<std::int32_t>(reals.size())}, reals));
    value.kind = Value::Kind::Bias;
    return value;
}

Value numbers(const std::vector<std::int32_t> &shape, const std::vector<double> &values)
{
    return constant(typed(Type::INT32, shape, values));
}

Value numbers(const std::vector<double> &values)
{
    return numbers({static_cast<std::int32_t>(values.size())}, values);
}

Value typed(Type type, const std::vector<std::int32_t> &shape, const std::vector<double> &values)
{
    Value value = given(shape, values);
    value.type = type;
    return value;
}

Value variable(Value value)
{
    value.role = Value::Role::Variable;
    return value;
}

Value leftOut()
{
    Value value;
    value.role = Value::Role::LeftOut;
    return value;
}

Value stepped(Value value, Step step)
{
    value.step = step;
    return value;
}

CaseGraph oneOperatorGraph(tfl::BuiltinOperator code, const CaseOptions &options, const std::vector<Value> &inputs,
    const std::vector<Value> &outputs, const std::string &custom)
{
    CaseGraph graph;
    CaseOperator op{code, options, {}, {}, custom, {}};
    for (const Value &value : inputs) {
        if (value.role == Value::Role::LeftOut) {
            op.inputs.push_back(-1);
            continue;
        }
        const auto number = static_cast<std::int32_t>(graph.tensors.size());
        graph.tensors.push_back(value);
        op.inputs.push_back(number);
        if (value.role == Value::Role::Input) {
            graph.inputs.push_back(number);
        }
    }
    graph.firstOutput = graph.tensors.size();
    for (const Value &value : outputs) {
        op.outputs.push_back(static_cast<std::int32_t>(graph.tensors.size()));
        graph.tensors.push_back(value);
    }
    graph.outputs = op.outputs;
    graph.operators = {op};
    return graph;
}

Bytes fileOf(const OperatorCase &tested, const Form &form)
{
    Maker maker{tested, form, flatbuffers::FlatBufferBuilder(1024), {}, {}};
    auto &builder = maker.builder;
    maker.buffers.push_back(tfl::CreateBuffer(builder));
    std::vector<flatbuffers::Offset<tfl::SubGraph>> subgraphs;
    for (const CaseGraph &graph : tested.graphs) {
        subgraphs.push_back(maker.graph(graph));
    }
    const auto codes = builder.CreateVector(maker.codes);
    const auto subgraphList = builder.CreateVector(subgraphs);
    const auto description = builder.CreateString("a case");
    const auto buffers = builder.CreateVector(maker.buffers);
    tfl::FinishModelBuffer(builder, tfl::CreateModel(builder, 3, codes, subgraphList, description, buffers));
    return Bytes::of(std::span<const std::uint8_t>(builder.GetBufferPointer(), builder.GetSize()));
}

std::vector<TensorValue> inputsOf(const OperatorCase &tested, const Form &form)
{
    const CaseGraph &graph = tested.graphs.front();
    std::vector<TensorValue> values;
    for (const std::int32_t number : graph.inputs) {
        const auto position = static_cast<std::size_t>(number);
        const Value &value = graph.tensors[position];
        const auto bytes = bytesOf(value, storedAs(value, form, position >= graph.firstOutput));
        const auto view = std::as_bytes(std::span(bytes));
        values.emplace_back(view.begin(), view.end());
    }
    return values;
}

std::string outputDifference(const OperatorCase &tested, const Form &form, const std::vector<TensorValue> &outputs)
{
    const CaseGraph &graph = tested.graphs.front();
    if (outputs.size() != graph.outputs.size()) {
        return "number of outputs";
    }
    std::ostringstream text;
    for (std::size_t output = 0; output < outputs.size(); ++output) {
        const auto position = static_cast<std::size_t>(graph.outputs[output]);
        const Value &value = graph.tensors[position];
        const Stored stored = storedAs(value, form, position >= graph.firstOutput);
        const auto bytes = bytesOf(value, stored);
        const auto view = std::as_bytes(std::span(bytes));
        const auto wanted = readBack(TensorValue(view.begin(), view.end()), stored.type);
        const auto found = readBack(outputs[output], stored.type);
        if (wanted.size() != found.size()) {
            return "output " + std::to_string(output) + " has " + std::to_string(found.size()) + " values instead of "
                + std::to_string(wanted.size());
        }
        const bool real = stored.type == Type::FLOAT32;
        for (std::size_t at = 0; at < wanted.size(); ++at) {
            const double limit = real ? 1e-5 * std::max(1.0, std::abs(wanted[at])) : tested.steps;
            if (!(std::abs(found[at] - wanted[at]) <= limit)) {
                text << "output " << output << "[" << at << "] is " << found[at] << " instead of " << wanted[at]
                     << "; ";
            }
        }
    }
    return text.str();
}

} // namespace tinsmith::test
