// SPDX-License-Identifier: Apache-2.0
#include "core/train/digit_graph.h"

#include "core/graph/shape_inference.h"

#include <utility>

namespace tinsmith {
namespace {

constexpr std::int64_t side = 28;
constexpr std::size_t pooled = 2;

class Maker {
public:
    Maker(const DigitWeights &weights, Layout layout) : weights_(weights), layout_(layout) { }

    Graph make();

private:
    TensorId activation(const std::string &name, const Shape &shape);
    TensorId constant(const std::string &name, const Shape &shape, const std::vector<float> &values);
    TensorId add(const std::string &name, OperatorKind kind, std::vector<TensorId> inputs);
    TensorId convolution(const std::string &name, const LayerWeights &layer, TensorId x);
    bool last() const { return layout_ == Layout::ChannelsLast; }

    const DigitWeights &weights_;
    Layout layout_;
    GraphBuilder builder_;
};

TensorId Maker::activation(const std::string &name, const Shape &shape)
{
    Tensor tensor;
    tensor.name = name;
    tensor.shape = shape;
    return builder_.addTensor(std::move(tensor));
}

TensorId Maker::constant(const std::string &name, const Shape &shape, const std::vector<float> &values)
{
    return builder_.addConstant(name, ElementType::Float32, shape, Bytes::of(values));
}

TensorId Maker::add(const std::string &name, OperatorKind kind, std::vector<TensorId> inputs)
{
    const TensorId output = activation(name, Shape());
    builder_.addOperator({name, std::move(kind), std::move(inputs), {output}});
    return output;
}

/// Rows of [Ci,taps] values as rows of [taps,Ci].
std::vector<float> channelsLast(const std::vector<float> &values, std::int64_t channels, std::int64_t taps)
{
    std::vector<float> turned;
    turned.reserve(values.size());
    const std::int64_t rows = static_cast<std::int64_t>(values.size()) / (channels * taps);
    for (std::int64_t row = 0; row < rows; ++row) {
        for (std::int64_t tap = 0; tap < taps; ++tap) {
            for (std::int64_t channel = 0; channel < channels; ++channel) {
                turned.push_back(values[static_cast<std::size_t>((row * channels + channel) * taps + tap)]);
            }
        }
    }
    return turned;
}

TensorId Maker::convolution(const std::string &name, const LayerWeights &layer, TensorId x)
{
    const auto &shape = layer.shape;
    const TensorId filter = last() ? constant(name + "/weights", Shape{shape[0], shape[2], shape[3], shape[1]},
                                channelsLast(layer.weights, shape[1], shape[2] * shape[3]))
                                   : constant(name + "/weights", Shape(shape), layer.weights);
    const TensorId bias = constant(name + "/bias", Shape{shape[0]}, layer.bias);
    Conv2D conv;
    conv.layout = layout_;
    conv.padding = {last() ? PaddingMode::Same : PaddingMode::Explicit, 1, 1, 1, 1};
    conv.activation = last() ? FusedActivation::Relu : FusedActivation::None;
    const TensorId y = add(name, conv, {x, filter, bias});
    return last() ? y : add(name + "_relu", Activation{ActivationFunction::Relu}, {y});
}

Graph Maker::make()
{
    builder_.name() = "digits";
    const TensorId image = activation("image", last() ? Shape{1, side, side, 1} : Shape{1, 1, side, side});
    TensorId x = image;
    for (std::size_t at = 0; at < weights_.convolutions.size(); ++at) {
        const std::string number = std::to_string(at + 1);
        x = convolution("conv_" + number, weights_.convolutions[at], x);
        if (at < pooled) {
            Pool2D pool;
            pool.layout = layout_;
            pool.kernelH = pool.kernelW = pool.strideH = pool.strideW = 2;
            x = add("pool_" + number, pool, {x});
        }
    }
    const std::int64_t inputs = weights_.dense.shape[1];
    x = add("flatten", Reshape{{1, inputs}}, {x});
    const std::int64_t channels = weights_.convolutions.back().shape[0];
    const TensorId filter = constant("dense/weights", Shape(weights_.dense.shape),
        last() ? channelsLast(weights_.dense.weights, channels, inputs / channels) : weights_.dense.weights);
    const TensorId bias = constant("dense/bias", Shape{weights_.dense.shape[0]}, weights_.dense.bias);
    if (last()) {
        x = add("dense", FullyConnected{}, {x, filter, bias});
    } else {
        x = add("dense", Gemm{1, 1, false, true}, {x, filter, bias});
    }
    x = add("probabilities", Softmax{1, -1}, {x});
    builder_.setInputs({image});
    builder_.setOutputs({x});
    inferAllShapes(builder_);
    return builder_.build();
}

} // namespace

Graph digitGraphChannelsLast(const DigitWeights &weights)
{
    return Maker(weights, Layout::ChannelsLast).make();
}

Graph digitGraphChannelsFirst(const DigitWeights &weights)
{
    return Maker(weights, Layout::ChannelsFirst).make();
}

} // namespace tinsmith
