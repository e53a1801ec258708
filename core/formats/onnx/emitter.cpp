// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/emitter.h"

#include "core/formats/onnx/tensor_proto.h"
#include "core/formats/rounding_entry.h"
#include "core/graph/calibration_entry.h"
#include "core/graph/error.h"
#include "core/graph/texts.h"

#include <onnx/checker.h>
#include <onnx/defs/schema.h>
#include <onnx/onnx_pb.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cstring>

namespace tinsmith::onnxio {
namespace {

/// The version of the format that came with an operator set.
int irVersionOf(std::int64_t operatorSet)
{
    return operatorSet < 19 ? 8 : operatorSet < 21 ? 9 : operatorSet < 23 ? 10 : operatorSet < 24 ? 11 : 12;
}

struct SetAttribute {
    ::onnx::AttributeProto &made;
    void operator()(std::int64_t value) const
    {
        made.set_type(::onnx::AttributeProto::INT);
        made.set_i(value);
    }
    void operator()(float value) const
    {
        made.set_type(::onnx::AttributeProto::FLOAT);
        made.set_f(value);
    }
    void operator()(const std::string &value) const
    {
        made.set_type(::onnx::AttributeProto::STRING);
        made.set_s(value);
    }
    void operator()(const std::vector<std::int64_t> &values) const
    {
        made.set_type(::onnx::AttributeProto::INTS);
        made.mutable_ints()->Assign(values.begin(), values.end());
    }
    void operator()(const std::vector<float> &values) const
    {
        made.set_type(::onnx::AttributeProto::FLOATS);
        made.mutable_floats()->Assign(values.begin(), values.end());
    }
    void operator()(const AttributeTensor &tensor) const
    {
        made.set_type(::onnx::AttributeProto::TENSOR);
        made.mutable_t()->set_data_type(dataTypeOf(tensor.type));
        made.mutable_t()->add_dims(1);
        made.mutable_t()->set_raw_data(tensor.value.data(), tensor.value.size());
    }
    void operator()(const std::vector<std::string> &values) const
    {
        made.set_type(::onnx::AttributeProto::STRINGS);
        made.mutable_strings()->Assign(values.begin(), values.end());
    }
};

void declareValue(::onnx::ValueInfoProto &value, const std::string &name, const Tensor &tensor, bool real)
{
    value.set_name(name);
    auto &type = *value.mutable_type()->mutable_tensor_type();
    type.set_elem_type(dataTypeOf(real ? ElementType::Float32 : tensor.type));
    if (!tensor.shape.ranked) {
        return;
    }
    // What the reader takes, too.
    constexpr std::size_t mostDimensions = 64;
    if (tensor.shape.rank() > mostDimensions) {
        throw UnsupportedError({}, tensor.name, "It has more than 64 dimensions");
    }
    auto &shape = *type.mutable_shape();
    for (std::size_t axis = 0; axis < tensor.shape.rank(); ++axis) {
        auto &dimension = *shape.add_dim();
        if (tensor.shape[axis] >= 0) {
            dimension.set_dim_value(tensor.shape[axis]);
        } else if (axis < tensor.dimensionNames.size() && !tensor.dimensionNames[axis].empty()) {
            dimension.set_dim_param(tensor.dimensionNames[axis]);
        }
    }
}

/// Round to nearest, ties to even; what float16 cannot hold becomes infinite.
std::uint16_t halfOf(float value)
{
    std::uint32_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    const std::uint32_t sign = bits >> 16 & 0x8000U;
    const std::int32_t exponent = static_cast<std::int32_t>(bits >> 23 & 0xFFU) - 112;
    const std::uint32_t mantissa = bits & 0x7FFFFFU;
    if (exponent <= 0) {
        return static_cast<std::uint16_t>(sign);
    }
    if (exponent >= 31) {
        return static_cast<std::uint16_t>(sign | 0x7C00U);
    }
    const std::uint32_t half = static_cast<std::uint32_t>(exponent) << 10 | mantissa >> 13;
    const std::uint32_t rest = mantissa & 0x1FFFU;
    return static_cast<std::uint16_t>(sign | (half + ((rest > 0x1000U || (rest == 0x1000U && (half & 1U))) ? 1 : 0)));
}

/// The version of a domain's operator set that the source file states; 0 where it does not.
std::int64_t statedVersion(const GraphInfo &info, const std::string &domain)
{
    for (const auto &[key, value] : info.metadata) {
        if (key == "Opset " + domain && !value.empty() && value.size() < 10
            && std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; })) {
            return std::stoll(value);
        }
    }
    return 0;
}

/// Whether an operator of this operator set says the same in the one that is written: it is the same version, or a
/// later one only takes more types and more attributes.
bool meansTheSame(const std::string &type, std::int64_t version, std::int64_t written)
{
    if (version < 1 || version > INT_MAX) {
        return false;
    }
    const auto *from = ::onnx::OpSchemaRegistry::Schema(type, static_cast<int>(version), "");
    const auto *to = ::onnx::OpSchemaRegistry::Schema(type, static_cast<int>(written), "");
    if (from == nullptr || to == nullptr || from->SinceVersion() == to->SinceVersion()) {
        return from != nullptr && to != nullptr;
    }
    // Those whose meaning changed while their form did not.
    constexpr std::array<std::string_view, 5> changed = {"Softmax", "LogSoftmax", "Hardmax", "RoiAlign", "Scan"};
    const bool kept = std::all_of(from->attributes().begin(), from->attributes().end(),
        [&](const auto &attribute) { return to->attributes().count(attribute.first) > 0; });
    return kept && from->min_input() == to->min_input() && from->max_input() == to->max_input()
        && from->min_output() == to->min_output() && std::find(changed.begin(), changed.end(), type) == changed.end();
}

} // namespace

bool isQuantized(const Tensor &tensor)
{
    return tensor.quantization && !tensor.quantization->scales.empty() && isInteger(tensor.type);
}

Emitter::Emitter(const Graph &graph, std::int64_t operatorSet, Emitter *around)
    : graph_(graph), operatorSet_(operatorSet), around_(around)
{
    names_.resize(graph.tensors().size());
}

Emitter::Emitter(const Graph &graph, std::int64_t operatorSet) : Emitter(graph, operatorSet, nullptr)
{
    model_ = std::make_unique<::onnx::ModelProto>();
    target_ = model_->mutable_graph();
    model_->set_ir_version(irVersionOf(operatorSet));
    model_->set_producer_name("Tinsmith");
    auto &set = *model_->add_opset_import();
    set.set_domain("");
    set.set_version(operatorSet_);
    target_->set_name(graph.name().empty() ? "model" : graph.name());
    // Inputs and outputs have the first claim to their names.
    for (const auto ids : {graph.inputs(), graph.outputs()}) {
        for (const TensorId id : ids) {
            nameOfTensor(id);
        }
    }
    declareInputs(graph.inputs().size());
}

void Emitter::declareInputs(std::size_t count)
{
    std::unordered_set<std::int32_t> declared;
    for (const TensorId id : graph_.inputs().first(count)) {
        if (!declared.insert(id.value).second) {
            throw UnsupportedError({}, "input " + tensor(id).name, "The graph lists it twice, which ONNX forbids");
        }
        declareValue(*target_->add_input(), nameOfTensor(id), tensor(id), false);
    }
}

Emitter::~Emitter() = default;

std::string Emitter::unique(const std::string &wish)
{
    std::string name = wish.empty() ? "value" : wish;
    for (int number = 1; !taken_.insert(name).second; ++number) {
        name = wish + "_" + std::to_string(number);
    }
    return name;
}

std::string Emitter::nameOfTensor(TensorId id)
{
    std::string &name = names_[id.position()];
    if (!name.empty()) {
        return name;
    }
    const Tensor &source = tensor(id);
    name = unique(source.name);
    if (source.variable) {
        throw UnsupportedError({}, source.name, "ONNX has no tensors that keep their value between inferences");
    }
    if (source.data) {
        const auto made = constant(source.type, source.shape.dims, *source.data);
        auto &initializer = *target_->mutable_initializer(target_->initializer_size() - 1);
        taken_.erase(made);
        initializer.set_name(name);
    } else if (const auto inputs = graph_.inputs();
               !graph_.producer(id).valid() && std::find(inputs.begin(), inputs.end(), id) == inputs.end()) {
        throw UnsupportedError({}, source.name, "ONNX has no values that nothing in the graph makes");
    } else if (dataTypeOf(source.type) == 0 && source.type != ElementType::Unknown) {
        throw UnsupportedError({}, source.name, "ONNX has no type " + std::string(nameOf(source.type)));
    }
    return name;
}

void Emitter::needOperatorSet(std::int64_t version) const
{
    if (operatorSet_ < version) {
        throw NeedsOperatorSet{version};
    }
}

std::int64_t Emitter::dataType(ElementType type) const
{
    if (dataTypeOf(type) == 0) {
        refuse("ONNX has no type " + std::string(nameOf(type)));
    }
    return dataTypeOf(type);
}

void Emitter::begin(const Operator &op)
{
    op_ = &op;
    nodes_ = 0;
    toQuantize_.clear();
}

void Emitter::end()
{
    const auto pending = std::move(toQuantize_);
    for (const auto &[name, id] : pending) {
        const auto [scale, zero] = quantizationOf(tensor(id));
        node("QuantizeLinear", {name, scale, zero}, {nameOfTensor(id)}, quantizationAxis(tensor(id)));
    }
}

void Emitter::refuse(const std::string &cause) const
{
    throw UnsupportedError({}, op_->name, cause);
}

std::string Emitter::stored(std::size_t input)
{
    return op_->input(input).valid() ? nameOfTensor(op_->input(input)) : std::string();
}

std::string Emitter::storedOutput(std::size_t output)
{
    return output < op_->outputs.size() && op_->outputs[output].valid() ? nameOfTensor(op_->outputs[output])
                                                                        : std::string();
}

std::string Emitter::real(std::size_t input)
{
    const TensorId id = op_->input(input);
    if (!id.valid() || !isQuantized(tensor(id))) {
        return stored(input);
    }
    std::string &name = dequantized_[id.value];
    if (name.empty()) {
        const auto [scale, zero] = quantizationOf(tensor(id));
        const std::string made = unique(tensor(id).name + "/real");
        name = made;
        node("DequantizeLinear", {nameOfTensor(id), scale, zero}, {made}, quantizationAxis(tensor(id)));
    }
    return dequantized_[id.value];
}

std::string Emitter::realConstant(const Tensor &values)
{
    const std::string stored = constant(values.type, values.shape.dims, *values.data);
    if (!isQuantized(values)) {
        return stored;
    }
    const auto [scale, zero] = quantizationOf(values);
    std::string made = unique(stored + "/real");
    node("DequantizeLinear", {stored, scale, zero}, {made}, quantizationAxis(values));
    return made;
}

std::string Emitter::realOutput(std::size_t output)
{
    const TensorId id = op_->outputs.at(output);
    if (!id.valid() || !isQuantized(tensor(id))) {
        return storedOutput(output);
    }
    const std::string name = unique(tensor(id).name + "/result");
    toQuantize_.emplace_back(name, id);
    return name;
}

std::string Emitter::temporary()
{
    return unique(op_->name + "/step");
}

void Emitter::node(const std::string &type, std::vector<std::string> inputs, std::vector<std::string> outputs,
    const AttributeList &attributes, const std::string &domain)
{
    while (!inputs.empty() && inputs.back().empty()) {
        inputs.pop_back();
    }
    auto &made = *target_->add_node();
    made.set_op_type(type);
    const bool helper = type == "DequantizeLinear" && !op_->is<Dequantize>();
    if (op_ != nullptr) {
        made.set_name(helper ? outputs.front() : nodes_ == 0 ? op_->name : op_->name + "/" + std::to_string(nodes_));
        nodes_ += helper ? 0 : 1;
    }
    for (const std::string &input : inputs) {
        made.add_input(input);
    }
    for (const std::string &output : outputs) {
        made.add_output(output);
    }
    for (const auto &[name, value] : attributes) {
        auto &attribute = *made.add_attribute();
        attribute.set_name(name);
        std::visit(SetAttribute{attribute}, value);
    }
    if (!domain.empty()) {
        made.set_domain(domain);
        root().importDomain(domain);
    }
}

void Emitter::importDomain(const std::string &domain)
{
    if (domain.empty() || !domains_.insert(domain).second) {
        return;
    }
    auto &set = *model_->add_opset_import();
    set.set_domain(domain);
    set.set_version(std::max<std::int64_t>(statedVersion(graph_.info(), domain), 1));
}

void Emitter::encodedNode(
    const Bytes &encoded, const std::vector<std::string> &inputs, const std::vector<std::string> &outputs)
{
    auto &made = *target_->add_node();
    if (encoded.size() > INT_MAX || !made.ParseFromArray(encoded.data(), static_cast<int>(encoded.size()))) {
        refuse("its encoding is damaged");
    }
    const std::string domain = made.domain() == "ai.onnx" ? std::string() : made.domain();
    if (domain.empty()) {
        const std::int64_t stated = statedVersion(root().graph_.info(), "ai.onnx");
        if (stated > usualOperatorSet) {
            // The library knows the meaning of no newer one: the model is written as its file was.
            needOperatorSet(stated);
        } else if (!meansTheSame(made.op_type(), stated, operatorSet_)) {
            refuse(made.op_type() + " of operator set " + std::to_string(stated) + " has another form in operator set "
                + std::to_string(operatorSet_) + ", which is written");
        }
    }
    made.set_name(op_->name);
    made.clear_input();
    made.clear_output();
    for (const std::string &input : inputs) {
        made.add_input(input);
    }
    for (const std::string &output : outputs) {
        made.add_output(output);
    }
    root().importDomain(domain);
    ++nodes_;
}

std::string Emitter::constant(ElementType type, const std::vector<std::int64_t> &dims, const Bytes &bytes)
{
    auto &made = *target_->add_initializer();
    const std::string name = unique("constant");
    made.set_name(name);
    made.set_data_type(dataTypeOf(type));
    made.mutable_dims()->Assign(dims.begin(), dims.end());
    if (type == ElementType::String) {
        for (const std::string_view text : textsIn(bytes).value_or(std::vector<std::string_view>())) {
            made.add_string_data(text.data(), text.size());
        }
        return name;
    }
    if (dataTypeOf(type) == 0 || type == ElementType::Int4) {
        throw UnsupportedError({}, op_ == nullptr ? std::string() : op_->name,
            "operator set 17 of ONNX has no type " + std::string(nameOf(type)));
    }
    made.set_raw_data(bytes.data(), bytes.size());
    return name;
}

std::string Emitter::integers(const std::vector<std::int64_t> &values)
{
    return constant(ElementType::Int64, {static_cast<std::int64_t>(values.size())}, Bytes::of(values));
}

std::string Emitter::reals(const std::vector<float> &values)
{
    return constant(ElementType::Float32, {static_cast<std::int64_t>(values.size())}, Bytes::of(values));
}

std::string Emitter::number(TensorId like, double value)
{
    const ElementType type = isQuantized(tensor(like)) ? ElementType::Float32 : tensor(like).type;
    std::string &name = shared_[std::string(nameOf(type)) + std::to_string(value)];
    const bool exact = static_cast<double>(std::stod(std::to_string(value))) == value;
    if (!name.empty() && exact) {
        return name;
    }
    switch (type) {
    case ElementType::Float32:
    case ElementType::Unknown:
        name = constant(ElementType::Float32, {}, Bytes::of(std::vector<float>{static_cast<float>(value)}));
        break;
    case ElementType::Float64:
        name = constant(type, {}, Bytes::of(std::vector<double>{value}));
        break;
    case ElementType::Float16:
        name = constant(type, {}, Bytes::of(std::vector<std::uint16_t>{halfOf(static_cast<float>(value))}));
        break;
    case ElementType::Int32:
        name = constant(type, {}, Bytes::of(std::vector<std::int32_t>{static_cast<std::int32_t>(value)}));
        break;
    case ElementType::Int64:
        name = constant(type, {}, Bytes::of(std::vector<std::int64_t>{static_cast<std::int64_t>(value)}));
        break;
    case ElementType::Int8:
    case ElementType::UInt8:
        name = constant(type, {},
            Bytes::of(std::vector<std::uint8_t>{static_cast<std::uint8_t>(static_cast<std::int64_t>(value))}));
        break;
    default:
        refuse("a number of type " + std::string(nameOf(type)) + " is not supported");
    }
    return name;
}

std::pair<std::string, std::string> Emitter::quantizationOf(const Tensor &quantized)
{
    const Quantization &quantization = *quantized.quantization;
    const std::size_t count = quantization.scales.size();
    const std::vector<std::int64_t> dims
        = count == 1 ? std::vector<std::int64_t>() : std::vector<std::int64_t>{static_cast<std::int64_t>(count)};
    const std::string scale = constant(ElementType::Float32, dims, Bytes::of(quantization.scales));
    std::vector<std::int64_t> zeros;
    for (std::size_t channel = 0; channel < count; ++channel) {
        zeros.push_back(quantization.zeroPoint(channel));
    }
    Bytes bytes;
    switch (quantized.type) {
    case ElementType::Int8:
    case ElementType::UInt8: {
        std::vector<std::uint8_t> narrow;
        std::transform(zeros.begin(), zeros.end(), std::back_inserter(narrow),
            [](std::int64_t zero) { return static_cast<std::uint8_t>(zero); });
        bytes = Bytes::of(narrow);
        break;
    }
    case ElementType::Int16:
    case ElementType::UInt16: {
        needOperatorSet(21);
        std::vector<std::uint16_t> narrow;
        std::transform(zeros.begin(), zeros.end(), std::back_inserter(narrow),
            [](std::int64_t zero) { return static_cast<std::uint16_t>(zero); });
        bytes = Bytes::of(narrow);
        break;
    }
    case ElementType::Int32:
        bytes = Bytes::of(std::vector<std::int32_t>(zeros.begin(), zeros.end()));
        break;
    default:
        refuse("ONNX cannot quantize to " + std::string(nameOf(quantized.type)));
    }
    return {scale, constant(quantized.type, dims, bytes)};
}

AttributeList Emitter::quantizationAxis(const Tensor &quantized)
{
    return quantized.quantization->perChannel() ? AttributeList{{"axis", std::int64_t{quantized.quantization->axis}}}
                                                : AttributeList{};
}

void Emitter::declareValues()
{
    std::unordered_set<std::string> made;
    for (const auto &node : target_->node()) {
        made.insert(node.output().begin(), node.output().end());
    }
    // An operator may have more outputs than its kind makes.
    for (const Operator &op : graph_.operators()) {
        for (const TensorId id : op.outputs) {
            const bool wanted = id.valid() && (graph_.isOutput(id) || !graph_.consumers(id).empty());
            if (wanted && made.count(nameOfTensor(id)) == 0) {
                throw UnsupportedError(
                    {}, "operator " + op.name, "does not make " + tensor(id).name + ", which is listed as its output");
            }
        }
    }
    for (std::size_t i = 0; i < graph_.outputs().size(); ++i) {
        const TensorId id = graph_.outputs()[i];
        if (!graph_.isInput(id) && !tensor(id).constant() && !graph_.producer(id).valid()) {
            throw UnsupportedError(
                {}, "output " + tensor(id).name, "Nothing in the graph makes it, which ONNX forbids");
        }
        const std::string name = i < outputNames_.size() ? outputNames_[i] : nameOfTensor(id);
        declareValue(*target_->add_output(), name, tensor(id), false);
    }
    for (const Operator &op : graph_.operators()) {
        for (const TensorId id : op.outputs) {
            if (id.valid() && !graph_.isOutput(id) && dataTypeOf(tensor(id).type) != 0) {
                declareValue(*target_->add_value_info(), nameOfTensor(id), tensor(id), false);
            }
        }
    }
}

std::vector<std::byte> Emitter::finish()
{
    declareValues();
    const auto tensors = graph_.tensors();
    if (graph_.info().rounding == Rounding::Twice && std::any_of(tensors.begin(), tensors.end(), isQuantized)) {
        auto &entry = *model_->add_metadata_props();
        entry.set_key(roundingKey.data(), roundingKey.size());
        entry.set_value(roundsTwice.data(), roundsTwice.size());
    }
    if (const auto calibration = calibrationOf(graph_.info())) {
        auto &entry = *model_->add_metadata_props();
        entry.set_key(calibrationKey.data(), calibrationKey.size());
        entry.set_value(*calibration);
    }
    try {
        const std::size_t size = model_->ByteSizeLong();
        if (size > INT_MAX) {
            throw UnsupportedError("The model takes more than 2 GB, which is where ONNX files end");
        }
        // The library knows operator sets up to 17. Its checker wants the rank of every output, which nobody knows
        // behind an operator without shape rules.
        const auto outputs = graph_.outputs();
        const bool checkable = operatorSet_ <= usualOperatorSet;
        if (checkable
            && std::all_of(outputs.begin(), outputs.end(), [&](TensorId id) { return tensor(id).shape.ranked; })) {
            ::onnx::checker::check_model(*model_);
        }
        std::vector<std::byte> bytes(size);
        if (!model_->SerializeToArray(bytes.data(), static_cast<int>(size))) {
            throw UnsupportedError("ONNX's library could not write the model");
        }
        return bytes;
    } catch (const Error &) {
        throw;
    } catch (const std::exception &problem) {
        throw UnsupportedError({}, {}, std::string("ONNX's checker refuses the model: ") + problem.what());
    }
}

} // namespace tinsmith::onnxio
