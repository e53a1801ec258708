// SPDX-License-Identifier: Apache-2.0
#include "tests/core/formats_onnx/onnx_model.h"

#include "core/graph/error.h"

#include <numeric>

namespace tinsmith::test {

OnnxModel::OnnxModel(std::int64_t opset)
{
    proto.set_ir_version(8);
    auto &set = *proto.add_opset_import();
    set.set_domain("");
    set.set_version(opset);
    graph().set_name("test");
}

void OnnxModel::input(const std::string &name, const std::vector<std::int64_t> &dims, const std::string &symbol)
{
    auto &value = *graph().add_input();
    value.set_name(name);
    auto &type = *value.mutable_type()->mutable_tensor_type();
    type.set_elem_type(::onnx::TensorProto::FLOAT);
    type.mutable_shape();
    for (const std::int64_t size : dims) {
        auto &dimension = *type.mutable_shape()->add_dim();
        if (size >= 0) {
            dimension.set_dim_value(size);
        } else {
            dimension.set_dim_param(symbol);
        }
    }
}

void OnnxModel::output(const std::string &name)
{
    auto &value = *graph().add_output();
    value.set_name(name);
    value.mutable_type()->mutable_tensor_type()->set_elem_type(::onnx::TensorProto::FLOAT);
}

::onnx::NodeProto &OnnxModel::node(
    const std::string &type, const std::vector<std::string> &inputs, const std::vector<std::string> &outputs)
{
    auto &node = *graph().add_node();
    node.set_op_type(type);
    node.set_name(outputs.empty() ? type : outputs.front());
    for (const auto &name : inputs) {
        node.add_input(name);
    }
    for (const auto &name : outputs) {
        node.add_output(name);
    }
    return node;
}

void OnnxModel::set(::onnx::NodeProto &node, const std::string &name, std::int64_t value)
{
    auto &attribute = *node.add_attribute();
    attribute.set_name(name);
    attribute.set_type(::onnx::AttributeProto::INT);
    attribute.set_i(value);
}

void OnnxModel::set(::onnx::NodeProto &node, const std::string &name, const std::vector<std::int64_t> &values)
{
    auto &attribute = *node.add_attribute();
    attribute.set_name(name);
    attribute.set_type(::onnx::AttributeProto::INTS);
    attribute.mutable_ints()->Assign(values.begin(), values.end());
}

void OnnxModel::set(::onnx::NodeProto &node, const std::string &name, float value)
{
    auto &attribute = *node.add_attribute();
    attribute.set_name(name);
    attribute.set_type(::onnx::AttributeProto::FLOAT);
    attribute.set_f(value);
}

void OnnxModel::set(::onnx::NodeProto &node, const std::string &name, const std::string &value)
{
    auto &attribute = *node.add_attribute();
    attribute.set_name(name);
    attribute.set_type(::onnx::AttributeProto::STRING);
    attribute.set_s(value);
}

void OnnxModel::constant(
    const std::string &name, const std::vector<std::int64_t> &dims, const std::vector<float> &values)
{
    auto &tensor = *graph().add_initializer();
    tensor.set_name(name);
    tensor.set_data_type(::onnx::TensorProto::FLOAT);
    tensor.mutable_dims()->Assign(dims.begin(), dims.end());
    tensor.mutable_float_data()->Assign(values.begin(), values.end());
}

void OnnxModel::constant(
    const std::string &name, const std::vector<std::int64_t> &dims, const std::vector<std::int64_t> &values)
{
    auto &tensor = *graph().add_initializer();
    tensor.set_name(name);
    tensor.set_data_type(::onnx::TensorProto::INT64);
    tensor.mutable_dims()->Assign(dims.begin(), dims.end());
    tensor.mutable_int64_data()->Assign(values.begin(), values.end());
}

void OnnxModel::weights(const std::string &name, const std::vector<std::int64_t> &dims)
{
    const std::int64_t count = std::accumulate(dims.begin(), dims.end(), std::int64_t{1}, std::multiplies<>());
    std::vector<float> values(static_cast<std::size_t>(count));
    for (std::size_t at = 0; at < values.size(); ++at) {
        values[at] = 0.01F * static_cast<float>(at % 37) - 0.15F;
    }
    constant(name, dims, values);
}

Graph OnnxModel::read(const OnnxOptions &options) const
{
    const std::string raw = bytes();
    return readOnnx(std::as_bytes(std::span(raw.data(), raw.size())), "test.onnx", options);
}

std::string messageOf(const std::string &bytes)
{
    try {
        readOnnx(std::as_bytes(std::span(bytes.data(), bytes.size())), "test.onnx");
        return {};
    } catch (const FormatError &problem) {
        return problem.what();
    }
}

} // namespace tinsmith::test
