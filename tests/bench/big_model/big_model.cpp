// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/big_model/big_model.h"

#include <onnx/onnx_pb.h>

#include <algorithm>
#include <fstream>
#include <numeric>
#include <string>
#include <vector>

namespace tinsmith::test {
namespace {

class BigModel {
public:
    BigModel(const std::filesystem::path &file, WeightPlace place) : file_(file), place_(place)
    {
        model_.set_ir_version(8);
        auto &set = *model_.add_opset_import();
        set.set_domain("");
        set.set_version(13);
        graph().set_name("big");
        if (place == WeightPlace::External) {
            data_.open(file.string() + ".data", std::ios::binary);
        }
    }

    void input(const std::string &name, const std::vector<std::int64_t> &dims)
    {
        auto &value = *graph().add_input();
        value.set_name(name);
        auto &type = *value.mutable_type()->mutable_tensor_type();
        type.set_elem_type(::onnx::TensorProto::FLOAT);
        for (const std::int64_t size : dims) {
            type.mutable_shape()->add_dim()->set_dim_value(size);
        }
    }

    std::string weights(const std::vector<std::int64_t> &dims)
    {
        auto &tensor = *graph().add_initializer();
        tensor.set_name("weights_" + std::to_string(graph().initializer_size()));
        tensor.set_data_type(::onnx::TensorProto::FLOAT);
        tensor.mutable_dims()->Assign(dims.begin(), dims.end());
        const auto count = std::accumulate(dims.begin(), dims.end(), std::int64_t{1}, std::multiplies<>());
        std::vector<float> values(static_cast<std::size_t>(count));
        for (std::size_t at = 0; at < values.size(); ++at) {
            values[at] = static_cast<float>((at + static_cast<std::size_t>(total_)) % 997) * 1e-4F - 0.05F;
        }
        const std::int64_t bytes = count * static_cast<std::int64_t>(sizeof(float));
        const auto *const raw = reinterpret_cast<const char *>(values.data());
        if (place_ == WeightPlace::Floats) {
            tensor.mutable_float_data()->Assign(values.begin(), values.end());
        } else if (place_ == WeightPlace::Raw) {
            tensor.set_raw_data(raw, static_cast<std::size_t>(bytes));
        } else {
            tensor.set_data_location(::onnx::TensorProto::EXTERNAL);
            const auto add = [&](const char *key, const std::string &value) {
                auto &entry = *tensor.add_external_data();
                entry.set_key(key);
                entry.set_value(value);
            };
            add("location", file_.filename().string() + ".data");
            add("offset", std::to_string(total_));
            add("length", std::to_string(bytes));
            data_.write(raw, bytes);
        }
        total_ += bytes;
        return tensor.name();
    }

    std::string node(const std::string &type, const std::vector<std::string> &inputs)
    {
        auto &node = *graph().add_node();
        node.set_op_type(type);
        node.set_name("node_" + std::to_string(graph().node_size()));
        for (const std::string &name : inputs) {
            node.add_input(name);
        }
        node.add_output(node.name() + "_output");
        if (type == "Conv") {
            auto &pads = *node.add_attribute();
            pads.set_name("pads");
            pads.set_type(::onnx::AttributeProto::INTS);
            for (int side = 0; side < 4; ++side) {
                pads.add_ints(1);
            }
        }
        return node.output(0);
    }

    void finish(const std::string &output)
    {
        graph().add_output()->set_name(output);
        std::ofstream stream(file_, std::ios::binary);
        model_.SerializeToOstream(&stream);
    }

    std::int64_t total() const { return total_; }

private:
    ::onnx::GraphProto &graph() { return *model_.mutable_graph(); }

    std::filesystem::path file_;
    WeightPlace place_;
    ::onnx::ModelProto model_;
    std::ofstream data_;
    std::int64_t total_ = 0;
};

} // namespace

void writeBigModel(const std::filesystem::path &file, std::int64_t bytes, WeightPlace place)
{
    constexpr std::int64_t channels = 512;
    BigModel model(file, place);
    model.input("image", {1, channels, 8, 8});
    std::string last = "image";
    do {
        last = model.node("Conv", {last, model.weights({channels, channels, 3, 3}), model.weights({channels})});
        last = model.node("Relu", {last});
    } while (model.total() + channels * channels * 9 * 4 < bytes);
    last = model.node("Flatten", {last});
    const std::int64_t rest = std::max<std::int64_t>(1, (bytes - model.total()) / (channels * 64 * 4));
    last = model.node("Gemm", {last, model.weights({channels * 64, rest}), model.weights({rest})});
    model.finish(last);
}

} // namespace tinsmith::test
