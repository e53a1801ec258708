// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/tensor.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace onnx {
class NodeProto;
}

namespace tinsmith::onnxio {

/// An attribute of a node, free of protobuf.
struct Attribute {
    enum class Kind { Float, Int, String, Floats, Ints, Strings, Tensor, Graph, Other };
    std::string name;
    Kind kind = Kind::Other;
    float real = 0;
    std::int64_t integer = 0;
    std::string string;
    std::vector<float> reals;
    std::vector<std::int64_t> integers;
    std::vector<std::string> strings;
    std::optional<Tensor> tensor;
    /// The value as an inspector shows it; long lists are cut.
    std::string text;
};

/// A node of an ONNX graph, free of protobuf. Empty strings among inputs and outputs are left-out optional ones.
struct Node {
    std::string name;
    std::string type;
    /// Empty for ai.onnx.
    std::string domain;
    /// The version of its domain's operator set.
    std::int64_t opset = 0;
    std::vector<std::string> inputs;
    std::vector<std::string> outputs;
    std::vector<Attribute> attributes;
    /// Where it came from, for libonnx's shape inference.
    const ::onnx::NodeProto *proto = nullptr;

    /// How messages call it: its name, or its type and first output.
    std::string place() const;
    const Attribute *find(std::string_view attribute) const;
    bool has(std::string_view attribute) const { return find(attribute) != nullptr; }
    std::int64_t integer(std::string_view attribute, std::int64_t otherwise) const;
    float real(std::string_view attribute, float otherwise) const;
    std::string string(std::string_view attribute, std::string_view otherwise) const;
    /// Empty where the node has no such attribute.
    std::vector<std::int64_t> integers(std::string_view attribute) const;
    std::vector<float> reals(std::string_view attribute) const;
};

} // namespace tinsmith::onnxio
