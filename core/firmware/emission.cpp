// SPDX-License-Identifier: Apache-2.0
#include "core/firmware/emission.h"

#include "core/graph/error.h"

namespace tinsmith {
namespace {

std::string literal(float value)
{
    return floatLiteral(value);
}

template <typename T>
std::string literal(T value)
{
    // The smallest int32 has no literal of its own in C.
    if constexpr (std::is_same_v<T, std::int32_t>) {
        if (value == INT32_MIN) {
            return "INT32_MIN";
        }
    }
    return std::to_string(value) + (std::is_same_v<T, std::uint32_t> ? "U" : "");
}

} // namespace

std::string cType(ElementType type)
{
    switch (type) {
    case ElementType::Float32:
        return "float";
    case ElementType::Int8:
        return "int8_t";
    case ElementType::UInt8:
    case ElementType::Bool:
        return "uint8_t";
    case ElementType::Int16:
        return "int16_t";
    case ElementType::UInt16:
        return "uint16_t";
    case ElementType::Int32:
        return "int32_t";
    case ElementType::UInt32:
        return "uint32_t";
    case ElementType::Int64:
        return "int64_t";
    case ElementType::UInt64:
        return "uint64_t";
    default:
        return {};
    }
}

Emission::Emission(const Graph &graph, const Plan &plan, std::string modelName)
    : graph_(graph), plan_(plan), modelName_(std::move(modelName))
{
    for (const Operator &op : graph.operators()) {
        operatorNames_.push_back(unique(identifier(op.name)));
    }
    for (const Tensor &tensor : graph.tensors()) {
        tensorNames_.push_back(unique("at_" + identifier(tensor.name)));
    }
}

std::string Emission::unique(const std::string &wish)
{
    std::string name = wish;
    for (int number = 2; !names_.insert(name).second; ++number) {
        name = wish + "_" + std::to_string(number);
    }
    return name;
}

template <typename T>
std::string Emission::add(const std::string &hint, const std::string &type, std::span<const T> values, int alignment)
{
    std::string key = type + ' ' + std::to_string(alignment) + ' ';
    key.append(reinterpret_cast<const char *>(values.data()), values.size_bytes());
    const auto known = constantNames_.find(key);
    if (known != constantNames_.end()) {
        return known->second;
    }
    EmittedConstant constant;
    // The capital letter separates the model's name from the rest: of two models "a" and "a_b" neither can have a
    // constant that is called like one of the other.
    constant.name = unique(modelName_ + "_W_" + hint);
    constant.type = type;
    constant.alignment = alignment;
    constant.bytes = static_cast<std::int64_t>(values.size_bytes());
    constant.elements = static_cast<std::int64_t>(values.size());
    std::vector<std::string> literals;
    literals.reserve(values.size());
    for (const T value : values) {
        literals.push_back(literal(value));
    }
    CWriter definition;
    const std::string aligned = alignment == 0 ? "" : "TS_ALIGNED(" + std::to_string(alignment) + ") ";
    definition.array(
        aligned + "const " + type + " " + constant.name + "[" + std::to_string(values.size()) + "]", literals);
    constant.text = definition.text();
    constantNames_.emplace(std::move(key), constant.name);
    constants_.push_back(std::move(constant));
    return constants_.back().name;
}

std::string Emission::constant(const std::string &hint, std::span<const std::int8_t> values, int alignment)
{
    return add(hint, "int8_t", values, alignment);
}

std::string Emission::constant(const std::string &hint, std::span<const std::int16_t> values, int alignment)
{
    return add(hint, "int16_t", values, alignment);
}

std::string Emission::constant(const std::string &hint, std::span<const std::int32_t> values, int alignment)
{
    return add(hint, "int32_t", values, alignment);
}

std::string Emission::constant(const std::string &hint, std::span<const std::uint32_t> values, int alignment)
{
    return add(hint, "uint32_t", values, alignment);
}

std::string Emission::constant(const std::string &hint, std::span<const std::uint8_t> values, int alignment)
{
    return add(hint, "uint8_t", values, alignment);
}

std::string Emission::constant(const std::string &hint, std::span<const float> values, int alignment)
{
    return add(hint, "float", values, alignment);
}

std::string Emission::pointer(TensorId id)
{
    const Tensor &tensor = graph_.tensor(id);
    if (!tensor.constant()) {
        if (plan_.bufferOf(id) == nullptr) {
            throw UnsupportedError({}, tensor.name, "the plan has no place for this tensor");
        }
        return "AT(" + offsetName(id) + ")";
    }
    const std::string hint = identifier(tensor.name);
    switch (tensor.type) {
    case ElementType::Int8:
        return constant(hint, std::span<const std::int8_t>(tensor.data->copyAs<std::int8_t>()));
    case ElementType::Float32:
        return constant(hint, std::span<const float>(tensor.data->copyAs<float>()));
    case ElementType::Int32:
        return constant(hint, std::span<const std::int32_t>(tensor.data->copyAs<std::int32_t>()));
    case ElementType::UInt8:
    case ElementType::Bool:
        return constant(hint, std::span<const std::uint8_t>(tensor.data->copyAs<std::uint8_t>()));
    default:
        if (cType(tensor.type).empty()) {
            throw UnsupportedError(
                {}, tensor.name, "a constant of type " + std::string(tinsmith::nameOf(tensor.type)) + " has no kernel");
        }
        return constant(
            hint, std::span<const std::uint8_t>(tensor.data->copyAs<std::uint8_t>()), bitsOf(tensor.type) / 8);
    }
}

std::string Emission::scratch(OperatorId id) const
{
    for (const PlanBuffer &buffer : plan_.buffers) {
        if (buffer.kind == BufferKind::Scratch && buffer.owner == id) {
            return "AT(" + std::to_string(buffer.offset) + ")";
        }
    }
    return "0";
}

void Emission::layer(
    OperatorId id, const std::string &hint, const std::vector<LayerParameter> &parameters, const CWriter &body)
{
    CWriter head;
    std::vector<std::string> declarations;
    EmittedCall call;
    call.op = id;
    for (const LayerParameter &parameter : parameters) {
        declarations.push_back(parameter.declaration);
        call.arguments.emplace_back(parameter.argument);
    }
    head.list("(", declarations, ")");
    const std::string text = head.text() + "{\n" + body.text() + "}\n";
    const auto known = layerNames_.find(text);
    if (known != layerNames_.end()) {
        call.function = known->second;
    } else {
        call.function = unique(hint + "_" + std::to_string(layerCounts_[hint]++));
        layers_.push_back({call.function, text});
        layerNames_.emplace(text, call.function);
    }
    calls_.push_back(std::move(call));
}

std::int64_t Emission::constantBytes() const
{
    std::int64_t bytes = 0;
    for (const EmittedConstant &constant : constants_) {
        bytes += constant.bytes;
    }
    return bytes;
}

} // namespace tinsmith
