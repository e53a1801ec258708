// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/library_inference.h"

#include "core/formats/onnx/tensor_proto.h"

#include <onnx/defs/schema.h>
#include <onnx/onnx_pb.h>
#include <onnx/shape_inference/implementation.h>

#include <algorithm>
#include <string_view>
#include <unordered_set>

namespace tinsmith::onnxio {
namespace {

/// Operators whose rule in libonnx works on shapes alone and checks what it is given. Rules of convolutions and
/// poolings do not (they divide by strides and follow null pointers), nor do those that run bodies.
const std::unordered_set<std::string_view> &safeOperators()
{
    static const std::unordered_set<std::string_view> all
        = {"Acos", "Acosh", "Asin", "Asinh", "Atan", "Atanh", "BitShift", "Cast", "CastLike", "Celu", "ConstantOfShape",
            "Cosh", "CumSum", "DequantizeLinear", "DynamicQuantizeLinear", "GatherElements", "GatherND", "GRU",
            "Hardmax", "InstanceNormalization", "IsInf", "IsNaN", "LRN", "LSTM", "MatMulInteger", "Mean",
            "MeanVarianceNormalization", "Mod", "NonMaxSuppression", "NonZero", "Pow", "QuantizeLinear", "ReduceL1",
            "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceSumSquare", "RNN", "RoiAlign", "ScatterElements",
            "ScatterND", "Shape", "Shrink", "Sinh", "Size", "Tan", "ThresholdedRelu", "TopK", "Trilu", "Where", "Xor"};
    return all;
}

bool safeAttributes(const ::onnx::NodeProto &node)
{
    constexpr std::int64_t largest = std::int64_t{1} << 30;
    for (const auto &attribute : node.attribute()) {
        const bool divides = attribute.name() == "strides" || attribute.name() == "dilations"
            || attribute.name() == "kernel_shape" || attribute.name() == "group" || attribute.name() == "hidden_size";
        const bool counts = attribute.name() == "batch_dims";
        const auto bad = [&](std::int64_t value) {
            return value > largest || value < -largest || (divides && value < 1) || (counts && value < 0);
        };
        if (std::any_of(attribute.ints().begin(), attribute.ints().end(), bad)
            || (attribute.has_i() && bad(attribute.i()))) {
            return false;
        }
    }
    return true;
}

/// Whether a list of dimensions is short enough to be the shape of something: the library adds as many as it has.
bool givesRank(const Tensor *dimensions)
{
    constexpr std::int64_t most = 64;
    return dimensions != nullptr && dimensions->shape.rank() == 1 && dimensions->shape[0] <= most;
}

/// What a rule reads without asking whether it is there: the rules of all operators above, in all their versions, were
/// read for that.
bool hasWhatIsRead(const Node &node, const std::vector<const Tensor *> &inputs)
{
    const Tensor *first = inputs.empty() ? nullptr : inputs.front();
    if (node.type == "ConstantOfShape") {
        return givesRank(first);
    }
    if (node.type == "RNN" || node.type == "GRU" || node.type == "LSTM") {
        return first == nullptr || !first->shape.ranked || first->shape.rank() == 3;
    }
    return true;
}

::onnx::TypeProto typeOf(const Tensor &tensor)
{
    ::onnx::TypeProto type;
    auto &made = *type.mutable_tensor_type();
    made.set_elem_type(dataTypeOf(tensor.type));
    if (tensor.shape.ranked) {
        auto &shape = *made.mutable_shape();
        for (const std::int64_t size : tensor.shape.dims) {
            auto &dimension = *shape.add_dim();
            if (size >= 0) {
                dimension.set_dim_value(size);
            }
        }
    }
    return type;
}

::onnx::TensorProto constantOf(const SmallValue &value)
{
    ::onnx::TensorProto tensor;
    tensor.set_data_type(dataTypeOf(value.type));
    for (const std::int64_t size : value.dims) {
        tensor.add_dims(size);
    }
    const Bytes bytes = value.bytes();
    tensor.set_raw_data(bytes.data(), bytes.size());
    return tensor;
}

InferredOutput resultOf(const ::onnx::TypeProto &type)
{
    InferredOutput result;
    if (!type.has_tensor_type()) {
        return result;
    }
    result.type = elementTypeOf(type.tensor_type().elem_type());
    if (type.tensor_type().has_shape()) {
        result.shape = Shape();
        for (const auto &dimension : type.tensor_type().shape().dim()) {
            const bool sane = dimension.has_dim_value() && dimension.dim_value() >= 0
                && dimension.dim_value() < (std::int64_t{1} << 40);
            result.shape.dims.push_back(sane ? dimension.dim_value() : -1);
        }
    }
    return result;
}

} // namespace

std::vector<InferredOutput> inferByLibrary(
    const Node &node, const std::vector<const Tensor *> &inputs, const std::vector<const SmallValue *> &values)
{
    std::vector<InferredOutput> results(node.outputs.size());
    if (!node.domain.empty() || node.proto == nullptr || safeOperators().count(node.type) == 0
        || !safeAttributes(*node.proto) || !hasWhatIsRead(node, inputs)) {
        return results;
    }
    try {
        const auto version = static_cast<int>(std::clamp<std::int64_t>(node.opset, 1, 17));
        const auto *schema = ::onnx::OpSchemaRegistry::Schema(node.type, version);
        if (schema == nullptr || !schema->has_type_and_shape_inference_function()) {
            return results;
        }
        if (static_cast<int>(inputs.size()) < schema->min_input()
            || static_cast<int>(inputs.size()) > schema->max_input()
            || static_cast<int>(node.outputs.size()) > schema->max_output()) {
            return results;
        }
        for (const Tensor *input : inputs) {
            // A left-out input is fine; one of unknown type is more than the rules expect.
            if (input != nullptr && dataTypeOf(input->type) == 0) {
                return results;
            }
        }
        ::onnx::NodeProto copy = *node.proto;
        std::vector<::onnx::TypeProto> types(inputs.size());
        std::vector<::onnx::TensorProto> constants(inputs.size());
        std::unordered_map<std::string, ::onnx::TypeProto *> typesByName;
        std::unordered_map<std::string, const ::onnx::TensorProto *> constantsByName;
        for (std::size_t position = 0; position < inputs.size(); ++position) {
            if (inputs[position] == nullptr) {
                continue;
            }
            types[position] = typeOf(*inputs[position]);
            typesByName[node.inputs[position]] = &types[position];
            if (values[position] != nullptr && values[position]->known()) {
                constants[position] = constantOf(*values[position]);
                constantsByName[node.inputs[position]] = &constants[position];
            }
        }
        ::onnx::shape_inference::InferenceContextImpl context(copy, typesByName, constantsByName, {});
        schema->GetTypeAndShapeInferenceFunction()(context);
        for (std::size_t output = 0; output < results.size() && output < context.getNumOutputs(); ++output) {
            results[output] = resultOf(*context.getOutputType(output));
        }
    } catch (const std::exception &) {
        // A node that breaks the library's rules keeps unknown shapes; it opens all the same.
        return std::vector<InferredOutput>(node.outputs.size());
    }
    return results;
}

} // namespace tinsmith::onnxio
