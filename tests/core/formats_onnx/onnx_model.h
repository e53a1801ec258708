// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/onnx/onnx_reader.h"

#include <onnx/onnx_pb.h>

#include <cstdint>
#include <string>
#include <vector>

namespace tinsmith::test {

/// A model made node by node, for readers' tests.
class OnnxModel {
public:
    explicit OnnxModel(std::int64_t opset = 13);

    ::onnx::ModelProto proto;
    ::onnx::GraphProto &graph() { return *proto.mutable_graph(); }

    /// A float input; a dimension of -1 is named `symbol`.
    void input(const std::string &name, const std::vector<std::int64_t> &dims, const std::string &symbol = "batch");
    void output(const std::string &name);
    /// A node of ai.onnx; the first output names it.
    ::onnx::NodeProto &node(
        const std::string &type, const std::vector<std::string> &inputs, const std::vector<std::string> &outputs);
    static void set(::onnx::NodeProto &node, const std::string &name, std::int64_t value);
    static void set(::onnx::NodeProto &node, const std::string &name, const std::vector<std::int64_t> &values);
    static void set(::onnx::NodeProto &node, const std::string &name, float value);
    static void set(::onnx::NodeProto &node, const std::string &name, const std::string &value);
    void constant(const std::string &name, const std::vector<std::int64_t> &dims, const std::vector<float> &values);
    void constant(
        const std::string &name, const std::vector<std::int64_t> &dims, const std::vector<std::int64_t> &values);
    /// Float weights 0.01, 0.02, ...
    void weights(const std::string &name, const std::vector<std::int64_t> &dims);

    std::string bytes() const { return proto.SerializeAsString(); }
    Graph read(const OnnxOptions &options = {}) const;
};

/// Reads bytes as a model; the error's message, empty where it was read.
std::string messageOf(const std::string &bytes);

} // namespace tinsmith::test
