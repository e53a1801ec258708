// SPDX-License-Identifier: Apache-2.0
#include "core/formats/tflite/operator_writer.h"

#include "core/formats/tflite/tensor_reader.h"
#include "core/graph/error.h"

#include <charconv>
#include <limits>
#include <optional>

namespace tinsmith::tflite {

const Tensor &OperatorWriter::input(std::size_t position) const
{
    const TensorId id = op_.input(position);
    if (!id.valid()) {
        throw error("it has no input " + std::to_string(position));
    }
    return graph_.tensor(id);
}

const Tensor &OperatorWriter::output(std::size_t position) const
{
    if (position >= op_.outputs.size() || !op_.outputs[position].valid()) {
        throw error("it has no output " + std::to_string(position));
    }
    return graph_.tensor(op_.outputs[position]);
}

std::vector<std::int32_t> OperatorWriter::inputs() const
{
    std::vector<std::int32_t> numbers;
    for (const TensorId id : op_.inputs) {
        numbers.push_back(id.valid() ? id.value : -1);
    }
    return numbers;
}

std::vector<std::int32_t> OperatorWriter::outputs() const
{
    std::vector<std::int32_t> numbers;
    for (const TensorId id : op_.outputs) {
        numbers.push_back(id.valid() ? id.value : -1);
    }
    return numbers;
}

std::int32_t OperatorWriter::integers(const std::vector<std::int64_t> &values, const char *what, bool scalar)
{
    std::vector<std::int32_t> narrowed;
    for (const std::int64_t value : values) {
        narrowed.push_back(narrow(value));
    }
    const Shape shape = scalar ? Shape() : Shape{static_cast<std::int64_t>(narrowed.size())};
    return constant(ElementType::Int32, shape, Bytes::of(narrowed), std::nullopt, what);
}

std::int32_t OperatorWriter::constant(ElementType type, const Shape &shape, const Bytes &data,
    const std::optional<Quantization> &quantization, const char *what)
{
    Tensor tensor;
    tensor.name = out_.uniqueName(op_.name + "/" + what);
    tensor.type = type;
    tensor.shape = shape;
    tensor.data = data;
    tensor.quantization = quantization;
    return out_.addTensor(tensor);
}

std::int32_t OperatorWriter::between(const Tensor &like, const Shape &shape, const char *what)
{
    Tensor tensor;
    tensor.name = out_.uniqueName(op_.name + "/" + what);
    tensor.type = like.type;
    tensor.shape = shape;
    tensor.quantization = like.quantization;
    return out_.addTensor(tensor);
}

VersionedUse OperatorWriter::use() const
{
    VersionedUse use;
    for (const TensorId id : op_.inputs) {
        use.inputs.push_back(id.valid() ? &graph_.tensor(id) : nullptr);
    }
    use.output = &output();
    return use;
}

void OperatorWriter::emit(tfl::BuiltinOperator code, const VersionedUse &use, const std::vector<std::int32_t> &inputs,
    const std::vector<std::int32_t> &outputs)
{
    out_.addOperator({code, {}, lowestVersion(code, use)}, inputs, outputs, {}, {});
}

std::int32_t OperatorWriter::narrow(std::int64_t value) const
{
    if (value < std::numeric_limits<std::int32_t>::min() || value > std::numeric_limits<std::int32_t>::max()) {
        throw error("the number " + std::to_string(value) + " is larger than TFLite can hold");
    }
    return static_cast<std::int32_t>(value);
}

UnsupportedError OperatorWriter::error(const std::string &cause) const
{
    return {{}, "operator " + op_.name + " (" + typeName(op_.kind) + ")", "cannot be written as TFLite: " + cause};
}

namespace {

/// The number of a builtin operator by the name that the reader gave it.
std::optional<tfl::BuiltinOperator> builtinNamed(const std::string &name)
{
    for (const tfl::BuiltinOperator code : tfl::EnumValuesBuiltinOperator()) {
        if (name == tfl::EnumNameBuiltinOperator(code)) {
            return code;
        }
    }
    const std::string prefix = "BUILTIN_";
    int number = 0;
    if (name.rfind(prefix, 0) == 0
        && std::from_chars(name.data() + prefix.size(), name.data() + name.size(), number).ec == std::errc()) {
        return static_cast<tfl::BuiltinOperator>(number);
    }
    return std::nullopt;
}

} // namespace

void encode(OperatorWriter &writer, const Custom &kind)
{
    ModelWriter::Code code;
    std::vector<std::int32_t> intermediates;
    bool fromTflite = false;
    const std::string place = "operator " + writer.op().name + " (" + kind.sourceType + ")";
    for (const Custom::Attribute &attribute : kind.attributes) {
        if (attribute.name == operatorVersionKey) {
            const auto &text = attribute.value;
            fromTflite = std::from_chars(text.data(), text.data() + text.size(), code.version).ec == std::errc();
        } else if (attribute.name.rfind(intermediateKey, 0) == 0) {
            Tensor tensor = tensorFromText(attribute.value, place);
            tensor.name = writer.out().uniqueName(tensor.name);
            intermediates.push_back(writer.out().addTensor(tensor));
        }
    }
    const std::string prefix = "CUSTOM:";
    if (kind.sourceType.rfind(prefix, 0) == 0) {
        code.custom = kind.sourceType.substr(prefix.size());
    } else if (const auto builtin = builtinNamed(kind.sourceType); builtin && fromTflite) {
        code.builtin = *builtin;
    } else {
        throw writer.error("TFLite has no such operator");
    }
    const EncodedOptions options = optionsFromText(writer.builder(), kind.attributes, place);
    writer.out().addOperator(code, writer.inputs(), writer.outputs(), options, intermediates);
}

} // namespace tinsmith::tflite
