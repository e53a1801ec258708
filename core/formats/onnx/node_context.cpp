// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/node_context.h"

#include "core/formats/onnx/further_readers.h"
#include "core/graph/error.h"
#include "core/graph/shape_inference.h"

#include <algorithm>

namespace tinsmith::onnxio {
namespace {

/// Names of unknown dimensions that pass through an operator: a batch stays a batch.
void carryNames(const Operator &op, const Tensor &input, Tensor &output)
{
    if (input.dimensionNames.empty() || !output.shape.ranked) {
        return;
    }
    std::vector<std::string> names(output.shape.rank());
    const auto inputName = [&](std::size_t axis) {
        return axis < input.dimensionNames.size() ? input.dimensionNames[axis] : std::string();
    };
    if (const auto *transpose = op.as<Transpose>()) {
        for (std::size_t axis = 0; axis < names.size() && axis < transpose->permutation.size(); ++axis) {
            names[axis] = inputName(static_cast<std::size_t>(transpose->permutation[axis]));
        }
    } else if (const auto *reshape = op.as<Reshape>()) {
        for (std::size_t axis = 0; axis < names.size() && axis < reshape->shape.size(); ++axis) {
            names[axis] = reshape->zeroCopies && reshape->shape[axis] == 0 ? inputName(axis) : std::string();
        }
    } else if (op.is<Unary>() || op.is<Activation>() || op.is<PRelu>() || op.is<Binary>() || op.is<Softmax>()
        || op.is<LogSoftmax>() || op.is<BatchNormalization>() || op.is<Identity>() || op.is<Cast>() || op.is<Quantize>()
        || op.is<Dequantize>()) {
        for (std::size_t axis = 0; axis < names.size() && input.shape.rank() == names.size(); ++axis) {
            names[axis] = inputName(axis);
        }
    } else if (op.is<Conv2D>() || op.is<TransposeConv2D>() || op.is<Pool2D>() || op.is<GlobalPool>() || op.is<Pad>()
        || op.is<Resize>() || op.is<Concatenation>() || op.is<Gemm>() || op.is<MatMul>() || op.is<Squeeze>()
        || op.is<ExpandDims>() || op.is<Reduce>() || op.is<StridedSlice>() || op.is<DepthToSpace>()
        || op.is<SpaceToDepth>() || op.is<Split>()) {
        if (!names.empty() && !input.shape.dims.empty() && input.shape[0] < 0) {
            names[0] = inputName(0);
        }
    }
    for (std::size_t axis = 0; axis < names.size(); ++axis) {
        if (output.shape[axis] >= 0) {
            names[axis].clear();
        }
    }
    if (std::any_of(names.begin(), names.end(), [](const std::string &name) { return !name.empty(); })) {
        output.dimensionNames = std::move(names);
    }
}

} // namespace

void Values::define(const std::string &name, TensorId tensor)
{
    if (!values_.emplace(name, Value{tensor, std::nullopt, false}).second) {
        throw FormatError(file_, "value " + name, "Two places of the graph make it");
    }
}

void Values::define(const std::string &name, SmallValue value)
{
    if (!values_.emplace(name, Value{TensorId::none(), std::move(value), true}).second) {
        throw FormatError(file_, "value " + name, "Two places of the graph make it");
    }
}

void Values::settle(const std::string &name, SmallValue value)
{
    Value &known = values_[name];
    known.small = std::move(value);
    known.looked = true;
}

TensorId Values::tensor(const std::string &name, const std::string &reader)
{
    const auto found = values_.find(name);
    if (found == values_.end()) {
        throw FormatError(file_, reader, "It reads " + name + ", which nothing in the graph makes");
    }
    Value &value = found->second;
    if (!value.tensor.valid()) {
        value.tensor = builder.addConstant(name, value.small->type, Shape(value.small->dims), value.small->bytes());
    }
    return value.tensor;
}

OperatorId Values::add(Operator op)
{
    const std::vector<TensorId> outputs = op.outputs;
    const OperatorId made = builder.addOperator(std::move(op));
    for (const TensorId id : outputs) {
        if (id.valid()) {
            makers_[static_cast<std::int32_t>(id.position())] = made;
        }
    }
    return made;
}

void Values::noteMakers(std::size_t first)
{
    for (std::size_t index = first; index < builder.operatorCount(); ++index) {
        for (const TensorId id : builder.op(OperatorId(index)).outputs) {
            if (id.valid()) {
                makers_[id.value] = OperatorId(index);
            }
        }
    }
}

const Operator *Values::maker(TensorId id) const
{
    const auto found = makers_.find(static_cast<std::int32_t>(id.position()));
    return found == makers_.end() ? nullptr : &builder.op(found->second);
}

const SmallValue *Values::small(const std::string &name)
{
    const auto found = values_.find(name);
    if (found == values_.end()) {
        return nullptr;
    }
    Value &value = found->second;
    if (!value.looked) {
        value.looked = true;
        value.small = smallValueOf(builder.tensor(value.tensor));
    }
    return value.small ? &*value.small : nullptr;
}

TensorId NodeContext::in(std::size_t input)
{
    if (!has(input)) {
        throw Untyped{"input " + std::to_string(input + 1) + " is left out"};
    }
    return values_.tensor(node.inputs[input], node.place());
}

std::size_t NodeContext::rank(std::size_t input)
{
    const Shape known = shape(input);
    if (!known.ranked) {
        throw Untyped{"the number of dimensions of its input is not known"};
    }
    return known.rank();
}

const SmallValue *NodeContext::small(std::size_t input)
{
    return has(input) ? values_.small(node.inputs[input]) : nullptr;
}

std::vector<std::int64_t> NodeContext::integers(std::size_t input, std::string_view what)
{
    const SmallValue *value = small(input);
    if (value == nullptr || !value->known()) {
        throw Untyped{"its " + std::string(what) + " is computed while the model runs"};
    }
    return value->integers();
}

std::vector<double> NodeContext::reals(std::size_t input, std::string_view what)
{
    const SmallValue *value = small(input);
    if (value == nullptr || !value->known()) {
        throw Untyped{"its " + std::string(what) + " is computed while the model runs"};
    }
    return value->reals();
}

std::size_t NodeContext::axis(std::int64_t value, std::size_t rank) const
{
    const auto count = static_cast<std::int64_t>(rank);
    if (value < -count || value >= count) {
        throw Untyped{"axis " + std::to_string(value) + " is outside " + std::to_string(rank) + " dimensions"};
    }
    return static_cast<std::size_t>(value < 0 ? value + count : value);
}

TensorId NodeContext::out(std::size_t output)
{
    if (outputs_.size() <= output) {
        outputs_.resize(output + 1);
    }
    if (!outputs_[output].valid() && wants(output)) {
        Tensor made;
        made.name = node.outputs[output];
        made.type = ElementType::Unknown;
        made.shape = Shape::unranked();
        outputs_[output] = values_.builder.addTensor(std::move(made));
    }
    if (!outputs_[output].valid()) {
        throw Untyped{"its output " + std::to_string(output + 1) + " is left out"};
    }
    return outputs_[output];
}

TensorId NodeContext::temporary(const std::string &suffix)
{
    Tensor made;
    made.name = values_.builder.uniqueTensorName(tensor(out()).name + "/" + suffix);
    made.type = ElementType::Unknown;
    made.shape = Shape::unranked();
    return values_.builder.addTensor(std::move(made));
}

TensorId NodeContext::constant(const std::string &suffix, ElementType type, Shape shape, Bytes data)
{
    return values_.builder.addConstant(
        values_.builder.uniqueTensorName(tensor(out()).name + "/" + suffix), type, std::move(shape), std::move(data));
}

TensorId NodeContext::number(const std::string &suffix, ElementType type, double value)
{
    if (isFloat(type)) {
        return scalar(suffix, {type, {}, {SmallValue::Element::ofReal(value)}});
    }
    // 2^63; the comparisons fail for what is no number, too.
    constexpr double end = 9223372036854775808.0;
    if (!(value >= -end && value < end)) {
        throw Untyped{"a number is too large for " + std::string(nameOf(type))};
    }
    return integer(suffix, type, static_cast<std::int64_t>(value));
}

TensorId NodeContext::integer(const std::string &suffix, ElementType type, std::int64_t value)
{
    if (isFloat(type)) {
        return number(suffix, type, static_cast<double>(value));
    }
    if (type == ElementType::Int32 && value != static_cast<std::int32_t>(value)) {
        throw Untyped{std::to_string(value) + " is too large for " + std::string(nameOf(type))};
    }
    return scalar(suffix, {type, {}, {SmallValue::Element::ofInteger(value)}});
}

TensorId NodeContext::scalar(const std::string &suffix, const SmallValue &value)
{
    Bytes bytes = value.bytes();
    if (static_cast<int>(bytes.size()) * 8 != bitsOf(value.type)) {
        throw Untyped{"a number of type " + std::string(nameOf(value.type)) + " is not supported"};
    }
    return constant(suffix, value.type, Shape(), std::move(bytes));
}

TensorId NodeContext::step(OperatorKind kind, std::vector<TensorId> inputs, const std::string &suffix, ElementType type)
{
    const TensorId result = temporary(suffix);
    setType(result, type);
    emit(std::move(kind), std::move(inputs), {result}, suffix);
    return result;
}

void NodeContext::settle(std::size_t output, ElementType type, Shape shape, Bytes data)
{
    const TensorId id = out(output);
    Tensor &tensor = change(id);
    tensor.type = type;
    tensor.shape = std::move(shape);
    tensor.data = std::move(data);
    settled_.push_back(id);
}

void NodeContext::emit(
    OperatorKind kind, std::vector<TensorId> inputs, std::vector<TensorId> outputs, const std::string &suffix)
{
    Operator op;
    const auto named = std::find_if(outputs.begin(), outputs.end(), [](TensorId id) { return id.valid(); });
    op.name = node.name.empty() ? tensor(named == outputs.end() ? out() : *named).name : node.name;
    if (!suffix.empty()) {
        op.name += "/" + suffix;
    }
    op.kind = std::move(kind);
    if (auto *reshape = std::get_if<Reshape>(&op.kind)) {
        // Without a zero both ways are one.
        reshape->zeroCopies
            = reshape->zeroCopies && std::find(reshape->shape.begin(), reshape->shape.end(), 0) != reshape->shape.end();
    }
    op.inputs = std::move(inputs);
    op.outputs = std::move(outputs);
    while (!op.inputs.empty() && !op.inputs.back().valid()) {
        op.inputs.pop_back();
    }
    GraphBuilder &builder = values_.builder;
    const auto shapes = inferShapes(op, [&](TensorId id) -> const Tensor & { return builder.tensor(id); });
    for (std::size_t position = 0; position < op.outputs.size(); ++position) {
        if (!op.outputs[position].valid()) {
            continue;
        }
        Tensor &output = builder.tensor(op.outputs[position]);
        if (position < shapes.size()) {
            output.shape = shapes[position];
        }
        if (!op.inputs.empty() && op.inputs[0].valid()) {
            const Tensor &input = builder.tensor(op.inputs[0]);
            if (output.type == ElementType::Unknown) {
                output.type = input.type;
            }
            carryNames(op, input, output);
        }
    }
    pending_.push_back(std::move(op));
}

const NodeReaders &nodeReaders()
{
    static const NodeReaders all = [] {
        NodeReaders readers;
        addConvolutionReaders(readers);
        addPoolingReaders(readers);
        addDenseReaders(readers);
        addElementwiseReaders(readers);
        addActivationReaders(readers);
        addShapeReaders(readers);
        addSliceReaders(readers);
        addResizeReaders(readers);
        addReductionReaders(readers);
        addRecurrentReaders(readers);
        addQuantizationReaders(readers);
        addNormalizationReaders(readers);
        addSelectionReaders(readers);
        addMakingReaders(readers);
        addImageReaders(readers);
        addIntegerReaders(readers);
        addSignalReaders(readers);
        addLossReaders(readers);
        addAttentionReaders(readers);
        addGeometryReaders(readers);
        addNormReaders(readers);
        addMicrosoftReaders(readers);
        addRefusals(readers);
        return readers;
    }();
    return all;
}

} // namespace tinsmith::onnxio
