// SPDX-License-Identifier: Apache-2.0
#include "core/rewrites/dead_channels.h"

#include "core/execute/quantized_parameters.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace tinsmith {
namespace {

/// A bias that no 32-bit integer holds.
struct DoesNotFit { };

/// `data` with only the positions `kept` along one axis, elements of `width` bytes.
std::vector<std::byte> cut(std::span<const std::byte> data, const Shape &shape, std::size_t axis,
    const std::vector<std::int64_t> &kept, std::size_t width)
{
    std::size_t inner = width;
    for (std::size_t i = axis + 1; i < shape.rank(); ++i) {
        inner *= static_cast<std::size_t>(shape[i]);
    }
    std::size_t outer = 1;
    for (std::size_t i = 0; i < axis; ++i) {
        outer *= static_cast<std::size_t>(shape[i]);
    }
    const std::size_t row = inner * static_cast<std::size_t>(shape[axis]);
    std::vector<std::byte> result(outer * inner * kept.size());
    for (std::size_t o = 0, at = 0; o < outer; ++o) {
        for (const std::int64_t position : kept) {
            std::memcpy(result.data() + at, data.data() + o * row + static_cast<std::size_t>(position) * inner, inner);
            at += inner;
        }
    }
    return result;
}

class Removal {
public:
    Removal(const Graph &graph, const DeadChannels &dead) : graph_(graph), dead_(dead), builder_(graph) { }

    Graph run()
    {
        for (std::size_t i = 0; i < graph_.tensors().size(); ++i) {
            const TensorChannels &channels = dead_.flow.channels(TensorId(i));
            if (channels.known()) {
                builder_.tensor(TensorId(i)).shape[static_cast<std::size_t>(channels.axis)]
                    = static_cast<std::int64_t>(kept(TensorId(i)).size());
            }
        }
        for (std::size_t i = 0; i < graph_.operators().size(); ++i) {
            const OperatorId id(i);
            const Operator &op = graph_.op(id);
            if (dead_.flow.role(id) == ChannelRole::Mix) {
                shrinkMix(id, op);
            } else if (dead_.flow.role(id) == ChannelRole::Pass) {
                shrinkPass(id, op);
            }
        }
        return builder_.build();
    }

private:
    std::vector<std::int64_t> kept(TensorId tensor) const
    {
        std::vector<std::int64_t> list;
        for (std::int64_t c = 0; c < dead_.flow.channels(tensor).count; ++c) {
            if (dead_.keeps(tensor, c)) {
                list.push_back(c);
            }
        }
        return list;
    }

    bool whole(TensorId tensor, const std::vector<std::int64_t> &list) const
    {
        return static_cast<std::int64_t>(list.size()) == dead_.flow.channels(tensor).count;
    }

    /// Puts another constant at an input of an operator; the old one stays for whoever else reads it.
    void replaceInput(OperatorId id, std::size_t input, Tensor tensor)
    {
        auto &inputs = builder_.op(id).inputs;
        inputs.resize(std::max(inputs.size(), input + 1));
        const TensorId old = inputs[input];
        if (old && graph_.consumers(old).size() == 1 && !graph_.isOutput(old)) {
            tensor.name = builder_.tensor(old).name;
            builder_.tensor(old) = std::move(tensor);
            return;
        }
        tensor.name = builder_.uniqueTensorName(tensor.name);
        const TensorId added = builder_.addTensor(std::move(tensor));
        builder_.op(id).inputs[input] = added;
    }

    /// The constant with only these positions along an axis, and its scales alike.
    static Tensor cutConstant(const Tensor &source, std::size_t axis, const std::vector<std::int64_t> &list)
    {
        Tensor result = source;
        const auto width = static_cast<std::size_t>(bitsOf(source.type) / 8);
        result.data = Bytes(cut(source.data->view(), source.shape, axis, list, width));
        result.shape[axis] = static_cast<std::int64_t>(list.size());
        if (result.quantization && result.quantization->perChannel()
            && static_cast<std::size_t>(result.quantization->axis) == axis) {
            Quantization &quantization = *result.quantization;
            std::vector<float> scales;
            std::vector<std::int64_t> zeros;
            for (const std::int64_t position : list) {
                scales.push_back(quantization.scale(static_cast<std::size_t>(position)));
                zeros.push_back(quantization.zeroPoint(static_cast<std::size_t>(position)));
            }
            quantization.scales = std::move(scales);
            quantization.zeroPoints = std::move(zeros);
        }
        return result;
    }

    void shrinkMix(OperatorId id, const Operator &op)
    {
        const TensorId x = op.inputs[0];
        const TensorId y = op.outputs[0];
        const std::vector<std::int64_t> rows = kept(y);
        std::vector<std::int64_t> columns;
        const MixWeights mix(graph_, op);
        for (std::int64_t column = 0; column < mix.columns; ++column) {
            if (dead_.keeps(x, dead_.flow.mixSource(id, column))) {
                columns.push_back(column);
            }
        }
        if (whole(y, rows) && static_cast<std::int64_t>(columns.size()) == mix.columns) {
            return;
        }
        const auto *conv = op.as<Conv2D>();
        const std::size_t columnAxis = conv == nullptr || conv->layout == Layout::ChannelsFirst ? 1 : 3;
        Tensor weights = cutConstant(cutConstant(graph_.tensor(op.inputs[1]), 0, rows), columnAxis, columns);
        std::vector<double> bias;
        bool changed = false;
        auto values = bytesOf(weights);
        const std::size_t rowBytes = values.size() / std::max<std::size_t>(rows.size(), 1);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const std::int64_t c = rows[i];
            double sum = mix.bias[static_cast<std::size_t>(c)];
            if (dead_.value(y, c).constant()) {
                // Weights of inputs that went may have moved the sum within what gives the constant: the bias alone
                // must.
                clearRow(values, i * rowBytes, rowBytes, weights);
                sum = biasFor(op, dead_.value(y, c).low, c);
            } else {
                sum += folded(id, x, mix, c);
            }
            changed = changed || sum != mix.bias[static_cast<std::size_t>(c)];
            bias.push_back(sum);
        }
        weights.data = Bytes(std::move(values));
        const bool integers = weights.type == ElementType::Int8;
        if (op.input(2) || changed) {
            replaceInput(id, 2, biasTensor(op, weights, bias, rows, integers));
        }
        replaceInput(id, 1, std::move(weights));
    }

    static std::vector<std::byte> bytesOf(const Tensor &tensor)
    {
        const auto view = tensor.data->view();
        return {view.begin(), view.end()};
    }

    static void clearRow(std::vector<std::byte> &values, std::size_t at, std::size_t count, const Tensor &weights)
    {
        const auto zero = weights.type == ElementType::Int8
            ? static_cast<std::byte>(static_cast<std::int8_t>(weights.quantization->zeroPoint()))
            : std::byte{0};
        std::fill_n(values.begin() + static_cast<std::ptrdiff_t>(at), count, zero);
    }

    /// What the inputs that went added to the sum of output c.
    double folded(OperatorId id, TensorId x, const MixWeights &mix, std::int64_t c) const
    {
        double sum = 0;
        for (std::int64_t column = 0; column < mix.columns; ++column) {
            const std::int64_t source = dead_.flow.mixSource(id, column);
            if (dead_.keeps(x, source)) {
                continue;
            }
            for (std::int64_t tap = 0; tap < mix.taps; ++tap) {
                const double weight = mix.at(c, tap, column);
                sum += weight == 0 ? 0 : weight * (dead_.value(x, source).low - mix.inputZero);
            }
        }
        return sum;
    }

    /// A bias that alone gives the stored value `wanted`.
    double biasFor(const Operator &op, double wanted, std::int64_t channel) const
    {
        if (graph_.tensor(op.outputs[0]).type != ElementType::Int8) {
            return wanted;
        }
        const AccumulatorParameters parameters = accumulatorParameters(graph_, op);
        const QuantizedMultiplier factor = parameters.multiplier(static_cast<std::size_t>(channel));
        const auto made = [&](std::int64_t sum) {
            const std::int64_t value
                = std::int64_t{requantize(static_cast<std::int32_t>(sum), factor)} + parameters.outputZeroPoint;
            return std::clamp<std::int64_t>(value, parameters.bounds.min, parameters.bounds.max);
        };
        // The smallest sum that reaches the value; requantization never falls as the sum grows.
        std::int64_t high = std::int64_t{INT32_MAX} >> std::max(factor.shift, 0);
        std::int64_t low = -high;
        while (low < high) {
            const std::int64_t middle = low + (high - low) / 2;
            if (static_cast<double>(made(middle)) >= wanted) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        if (static_cast<double>(made(low)) != wanted) {
            throw DoesNotFit();
        }
        return static_cast<double>(low);
    }

    Tensor biasTensor(const Operator &op, const Tensor &weights, const std::vector<double> &values,
        const std::vector<std::int64_t> &rows, bool integers) const
    {
        Tensor bias;
        if (op.input(2)) {
            const Tensor &source = graph_.tensor(op.inputs[2]);
            bias = source.shape.rank() == 1 ? cutConstant(source, 0, rows) : source;
        } else {
            bias.name = op.name + "/bias";
            bias.type = integers ? ElementType::Int32 : ElementType::Float32;
            if (integers) {
                bias.quantization = weights.quantization;
                bias.quantization->axis = 0;
                for (float &scale : bias.quantization->scales) {
                    scale *= graph_.tensor(op.inputs[0]).quantization->scale();
                }
            }
        }
        bias.shape = Shape{static_cast<std::int64_t>(values.size())};
        if (integers) {
            std::vector<std::int32_t> stored;
            for (const double value : values) {
                if (std::abs(value) > INT32_MAX) {
                    throw DoesNotFit();
                }
                stored.push_back(static_cast<std::int32_t>(value));
            }
            bias.data = Bytes::of(stored);
        } else {
            bias.data = Bytes::of(std::vector<float>(values.begin(), values.end()));
        }
        return bias;
    }

    void shrinkPass(OperatorId id, const Operator &op)
    {
        const TensorId y = op.outputs[0];
        const std::vector<std::int64_t> list = kept(y);
        if (whole(y, list)) {
            return;
        }
        if (op.is<Reshape>()) {
            builder_.op(id).kind = Reshape{builder_.tensor(y).shape.dims, false};
        }
        const bool depthwise = op.is<DepthwiseConv2D>();
        for (std::size_t i = 0; i < op.inputs.size(); ++i) {
            if (!op.inputs[i] || !graph_.tensor(op.inputs[i]).constant()) {
                continue;
            }
            const Tensor &constant = graph_.tensor(op.inputs[i]);
            if (constant.shape.elements() == 1 && !depthwise) {
                continue;
            }
            // Depthwise weights lie along their last axis, parameters and biases along their only one, a constant
            // operand along the axis that meets the channels'.
            std::size_t axis = constant.shape.rank() - 1;
            if (op.is<Binary>()) {
                axis = constant.shape.rank() + static_cast<std::size_t>(dead_.flow.channels(y).axis)
                    - graph_.tensor(y).shape.rank();
            }
            replaceInput(id, i, cutConstant(constant, axis, list));
        }
    }

    const Graph &graph_;
    const DeadChannels &dead_;
    GraphBuilder builder_;
};

} // namespace

std::optional<Graph> withoutDeadChannels(const Graph &graph, const DeadChannels &dead)
{
    try {
        return Removal(graph, dead).run();
    } catch (const DoesNotFit &) {
        return std::nullopt;
    }
}

} // namespace tinsmith
