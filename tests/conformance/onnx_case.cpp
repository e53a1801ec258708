// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/onnx_case.h"

#include "core/execute/element_values.h"
#include "core/formats/onnx/tensor_proto.h"
#include "core/graph/error.h"

#include <onnx/onnx_pb.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>

namespace tinsmith::test {
namespace {

std::string contentsOf(const std::filesystem::path &path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::optional<Tensor> readTensor(const std::filesystem::path &path)
{
    ::onnx::TensorProto proto;
    if (!std::filesystem::exists(path) || !proto.ParseFromString(contentsOf(path))) {
        return std::nullopt;
    }
    onnxio::ExternalData external(path);
    return onnxio::takeTensor(proto, external);
}

/// By operator, the inputs that say how it computes and not on what.
const std::map<std::string, std::vector<int>> &parameterInputs()
{
    static const std::map<std::string, std::vector<int>> all
        = {{"BlackmanWindow", {0}}, {"Clip", {1, 2}}, {"Compress", {1}}, {"ConstantOfShape", {0}}, {"CumSum", {1}},
            {"DFT", {1, 2}}, {"Dropout", {1, 2}}, {"Expand", {1}}, {"HammingWindow", {0}}, {"HannWindow", {0}},
            {"MaxUnpool", {2}}, {"MelWeightMatrix", {0, 1, 2, 3, 4}}, {"NonMaxSuppression", {2, 3, 4}}, {"OneHot", {1}},
            {"Pad", {1, 2, 3}}, {"QLinearConv", {1, 2, 4, 5, 6, 7}}, {"QLinearMatMul", {1, 2, 4, 5, 6, 7}},
            {"Range", {0, 1, 2}}, {"ReduceSum", {1}}, {"Reshape", {1}}, {"Resize", {1, 2, 3}}, {"Slice", {1, 2, 3, 4}},
            {"Split", {1}}, {"Squeeze", {1}}, {"STFT", {1, 3}}, {"Tile", {1}}, {"TopK", {1}}, {"Trilu", {1}},
            {"Unsqueeze", {1}}, {"Upsample", {1}}};
    return all;
}

/// Operators with nothing but parameters, taken apart into other operators.
bool allParameters(const std::string &name)
{
    const std::string end = "_expanded";
    const bool expanded = name.size() > end.size() && name.compare(name.size() - end.size(), end.size(), end) == 0;
    return expanded && (name.find("window") != std::string::npos || name.rfind("test_range_", 0) == 0);
}

std::string oddValue(const ::onnx::TypeProto &type)
{
    if (!type.has_tensor_type()) {
        return "sequences and optional values";
    }
    return type.tensor_type().elem_type() == ::onnx::TensorProto::STRING ? "strings" : "";
}

template <typename Nodes>
void collect(const Nodes &nodes, std::set<std::string> &operators)
{
    for (const auto &node : nodes) {
        operators.insert(node.op_type());
        for (const auto &attribute : node.attribute()) {
            if (attribute.has_g()) {
                collect(attribute.g().node(), operators);
            }
        }
    }
}

/// Examples whose recorded numbers have four digits, or were computed with 3.1415 for pi: ONNX's own runner takes
/// results within a thousandth.
bool isCoarse(const std::string &name)
{
    static const std::set<std::string> all
        = {"test_gridsample_bicubic", "test_roialign_aligned_false", "test_roialign_aligned_true"};
    return all.count(name) > 0 || name.find("window") != std::string::npos;
}

/// Real numbers within a part of what the element type can tell apart, integers exactly.
std::string difference(const Tensor &made, const TensorValue &actual, Tensor expected, bool coarse)
{
    if (made.type == ElementType::BFloat16 && expected.type == ElementType::UInt16) {
        // NumPy has no bfloat16: the bits were recorded as integers.
        expected.type = made.type;
    }
    if (made.type != expected.type) {
        return std::string(nameOf(made.type)) + ", not " + std::string(nameOf(expected.type));
    }
    if (made.shape != expected.shape) {
        return "shape " + made.shape.text() + ", not " + expected.shape.text();
    }
    if (actual.size() != expected.data->size()) {
        return std::to_string(actual.size()) + " bytes, not " + std::to_string(expected.data->size());
    }
    if (!isFloat(made.type)) {
        const bool same = std::equal(actual.begin(), actual.end(), expected.data->data());
        return same ? "" : "integers differ";
    }
    const std::int64_t count = *made.shape.elements();
    std::vector<float> a(static_cast<std::size_t>(count));
    std::vector<float> b(static_cast<std::size_t>(count));
    storedValues(made.type, actual.data(), count, a.data());
    storedValues(made.type, expected.data->data(), count, b.data());
    const float relative = coarse || made.type == ElementType::Float16 ? 1e-3F
        : made.type == ElementType::BFloat16                           ? 8e-3F
                                                                       : 1e-4F;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const bool same = (std::isnan(a[i]) && std::isnan(b[i])) || a[i] == b[i];
        if (!same && !(std::fabs(a[i] - b[i]) <= 1e-5F + relative * std::fabs(b[i]))) {
            return "element " + std::to_string(i) + " is " + std::to_string(a[i]) + ", not " + std::to_string(b[i]);
        }
    }
    return {};
}

} // namespace

OnnxCase::OnnxCase(const std::filesystem::path &folder) : folder_(folder), name_(folder.filename().string())
{
    ::onnx::ModelProto model;
    if (!model.ParseFromString(contentsOf(folder / "model.onnx"))) {
        throw Error(name_ + " has no model");
    }
    for (const auto &input : model.graph().input()) {
        inputs_.push_back(input.name());
        oddValues_ = oddValues_.empty() ? oddValue(input.type()) : oddValues_;
    }
    for (const auto &output : model.graph().output()) {
        oddValues_ = oddValues_.empty() ? oddValue(output.type()) : oddValues_;
    }
    collect(model.graph().node(), operators_);
    for (const auto &function : model.functions()) {
        collect(function.node(), operators_);
    }
    if (allParameters(name_)) {
        parameters_.insert(inputs_.begin(), inputs_.end());
    }
    for (const auto &node : model.graph().node()) {
        const auto positions = parameterInputs().find(node.op_type());
        for (const int position : positions == parameterInputs().end() ? std::vector<int>() : positions->second) {
            const bool given = position < node.input_size() && !node.input(position).empty();
            if (given && std::count(inputs_.begin(), inputs_.end(), node.input(position)) > 0) {
                parameters_.insert(node.input(position));
            }
        }
    }
}

Graph OnnxCase::read(const std::set<std::string> &fixed) const
{
    OnnxOptions options;
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
        if (fixed.count(inputs_[i]) > 0) {
            if (const auto value = readTensor(folder_ / "test_data_set_0" / ("input_" + std::to_string(i) + ".pb"))) {
                options.constants[inputs_[i]] = *value;
            }
        }
    }
    return readOnnx(folder_ / "model.onnx", options);
}

std::string OnnxCase::run(const Graph &graph) const
{
    const std::filesystem::path data = folder_ / "test_data_set_0";
    std::map<std::string, Tensor> values;
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
        if (const auto value = readTensor(data / ("input_" + std::to_string(i) + ".pb"))) {
            values[inputs_[i]] = *value;
        }
    }
    Executor executor(graph);
    std::vector<TensorValue> inputs;
    for (const TensorId id : graph.inputs()) {
        const Tensor &tensor = graph.tensor(id);
        const auto value = values.find(tensor.name);
        const bool read = !graph.consumers(id).empty();
        // Of an input that only names a type, some examples record one element.
        inputs.push_back(read && value != values.end()
                ? value->second.data->copyAs<std::byte>()
                : TensorValue(static_cast<std::size_t>(tensor.bytes().value_or(0))));
    }
    const auto outputs = executor.run(inputs);
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        const auto expected = readTensor(data / ("output_" + std::to_string(i) + ".pb"));
        const std::string problem = !expected
            ? "no expected output"
            : difference(graph.tensor(graph.outputs()[i]), outputs[i], *expected, isCoarse(name_));
        if (!problem.empty()) {
            return "output " + std::to_string(i) + ": " + problem;
        }
    }
    return {};
}

} // namespace tinsmith::test
