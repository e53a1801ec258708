// SPDX-License-Identifier: Apache-2.0
#include "core/rewrites/channel_flow.h"

#include "core/graph/counts.h"

#include <algorithm>
#include <numeric>

namespace tinsmith {
namespace {

/// Channel tables hold an entry per channel of every tensor; a longer axis is no channel axis of a real network.
constexpr std::int64_t mostChannels = 1 << 20;

int axisOf(Layout layout)
{
    return layout == Layout::ChannelsLast ? 3 : 1;
}

std::int64_t product(const Shape &shape, std::size_t begin, std::size_t end)
{
    std::int64_t value = 1;
    for (std::size_t i = begin; i < end; ++i) {
        value = saturatingProduct(value, shape[i]);
    }
    return value;
}

/// Weights and biases are constants of the types that this analysis computes with.
bool computable(const Graph &graph, const Operator &op)
{
    const TensorId weights = op.input(1);
    const TensorId bias = op.input(2);
    if (!weights || !graph.tensor(weights).constant() || (bias && !graph.tensor(bias).constant())) {
        return false;
    }
    const Tensor &input = graph.tensor(op.inputs[0]);
    const bool integers = input.type == ElementType::Int8 && input.quantization.has_value();
    const ElementType weightType = integers ? ElementType::Int8 : ElementType::Float32;
    const ElementType biasType = integers ? ElementType::Int32 : ElementType::Float32;
    return (integers || input.type == ElementType::Float32) && graph.tensor(weights).type == weightType
        && graph.tensor(op.outputs[0]).type == input.type && (!integers || graph.tensor(weights).quantization)
        && (!bias || graph.tensor(bias).type == biasType);
}

std::vector<std::int64_t> straight(std::int64_t count)
{
    std::vector<std::int64_t> from(static_cast<std::size_t>(count));
    std::iota(from.begin(), from.end(), std::int64_t{0});
    return from;
}

} // namespace

ChannelFlow::ChannelFlow(const Graph &graph)
    : graph_(graph), roles_(graph.operators().size(), ChannelRole::Barrier), channels_(graph.tensors().size()),
      links_(graph.operators().size())
{
    for (std::size_t i = 0; i < graph.operators().size(); ++i) {
        const OperatorId id(i);
        const Operator &op = graph.op(id);
        const bool usable = op.outputs.size() == 1 && op.outputs[0] && graph.tensor(op.outputs[0]).shape.known()
            && op.input(0) && graph.tensor(op.inputs[0]).shape.known() && !graph.tensor(op.inputs[0]).constant();
        if (!usable
            || !(mix(id) || spatial(id) || elementwise(id) || concatenation(id) || renaming(id) || reduction(id)
                || padding(id))) {
            barrier(id);
        }
    }
    for (std::size_t i = 0; i < graph.tensors().size(); ++i) {
        const TensorId id(i);
        const auto &quantization = graph.tensor(id).quantization;
        if (graph.isInput(id) || graph.isOutput(id) || graph.tensor(id).variable
            || (quantization && quantization->perChannel())) {
            lock(id);
        }
    }
    locked_.resize(parents_.size());
    for (const TensorId id : lockedTensors_) {
        const TensorChannels &channels = channels_[id.position()];
        for (std::size_t c = 0; channels.known() && c < static_cast<std::size_t>(channels.count); ++c) {
            locked_[find(channels.base + c)] = 1;
        }
    }
}

void ChannelFlow::open(TensorId id, int axis)
{
    const Shape &shape = graph_.tensor(id).shape;
    TensorChannels &channels = channels_[id.position()];
    if (channels.known() || axis < 0 || static_cast<std::size_t>(axis) >= shape.rank()
        || shape[static_cast<std::size_t>(axis)] < 1 || shape[static_cast<std::size_t>(axis)] > mostChannels) {
        return;
    }
    channels = {axis, shape[static_cast<std::size_t>(axis)], parents_.size()};
    for (std::int64_t c = 0; c < channels.count; ++c) {
        parents_.push_back(parents_.size());
    }
}

void ChannelFlow::lock(TensorId id)
{
    lockedTensors_.push_back(id);
}

void ChannelFlow::barrier(OperatorId id)
{
    roles_[id.position()] = ChannelRole::Barrier;
    const Operator &op = graph_.op(id);
    for (const auto *list : {&op.inputs, &op.outputs}) {
        for (const TensorId tensor : *list) {
            if (tensor && !graph_.tensor(tensor).constant()) {
                lock(tensor);
            }
        }
    }
}

bool ChannelFlow::mix(OperatorId id)
{
    const Operator &op = graph_.op(id);
    const TensorId x = op.inputs[0];
    const TensorId weights = op.input(1);
    const auto *conv = op.as<Conv2D>();
    if ((conv == nullptr && !op.is<FullyConnected>()) || (conv != nullptr && conv->groups != 1)
        || !computable(graph_, op)) {
        return false;
    }
    const Shape &shape = graph_.tensor(weights).shape;
    if (!shape.known() || shape.rank() != (conv != nullptr ? 4U : 2U)) {
        return false;
    }
    const int inputAxis = conv != nullptr ? axisOf(conv->layout) : static_cast<int>(graph_.tensor(x).shape.rank()) - 1;
    open(x, inputAxis);
    const TensorChannels &in = channels_[x.position()];
    const std::int64_t columns = conv == nullptr ? shape[1] : shape[static_cast<std::size_t>(inputAxis)];
    // A fully connected layer may flatten its input itself: column k then multiplies channel k % count.
    if (!in.known() || in.axis != inputAxis || columns % in.count != 0 || (conv != nullptr && columns != in.count)) {
        return false;
    }
    open(op.outputs[0], conv != nullptr ? inputAxis : static_cast<int>(graph_.tensor(op.outputs[0]).shape.rank()) - 1);
    const TensorChannels &out = channels_[op.outputs[0].position()];
    if (!out.known() || out.count != shape[0]) {
        return false;
    }
    roles_[id.position()] = ChannelRole::Mix;
    return true;
}

bool ChannelFlow::spatial(OperatorId id)
{
    const Operator &op = graph_.op(id);
    const TensorId x = op.inputs[0];
    if (const auto *depthwise = op.as<DepthwiseConv2D>()) {
        const TensorId weights = op.input(1);
        if (!computable(graph_, op) || graph_.tensor(weights).shape.rank() != 4 || depthwise->multiplier < 1) {
            return false;
        }
        open(x, 3);
        open(op.outputs[0], 3);
        const TensorChannels &in = channels_[x.position()];
        const TensorChannels &out = channels_[op.outputs[0].position()];
        if (!in.known() || in.axis != 3 || !out.known()
            || out.count != saturatingProduct(in.count, depthwise->multiplier)
            || graph_.tensor(weights).shape[3] != out.count) {
            return false;
        }
        std::vector<std::int64_t> from;
        for (std::int64_t c = 0; c < out.count; ++c) {
            from.push_back(c / depthwise->multiplier);
        }
        link(id, 0, std::move(from));
        return true;
    }
    Layout layout = Layout::ChannelsLast;
    if (const auto *pool = op.as<Pool2D>()) {
        layout = pool->layout;
    } else if (const auto *global = op.as<GlobalPool>()) {
        layout = global->layout;
    } else if (const auto *resize = op.as<Resize>()) {
        layout = resize->layout;
    } else if (const auto *norm = op.as<BatchNormalization>()) {
        layout = norm->layout;
        for (std::size_t i = 1; i < op.inputs.size(); ++i) {
            if (!op.inputs[i] || !graph_.tensor(op.inputs[i]).constant()
                || graph_.tensor(op.inputs[i]).shape.rank() != 1) {
                return false;
            }
        }
    } else {
        return false;
    }
    if (op.is<BatchNormalization>() && layout == Layout::ChannelsLast) {
        return keepAxis(id, static_cast<int>(graph_.tensor(x).shape.rank()) - 1);
    }
    return keepAxis(id, axisOf(layout));
}

/// Output channel c is of input channel c, both along the same axis.
bool ChannelFlow::keepAxis(OperatorId id, int outputAxis)
{
    const Operator &op = graph_.op(id);
    open(op.inputs[0], outputAxis);
    const TensorChannels &in = channels_[op.inputs[0].position()];
    if (!in.known() || in.axis != outputAxis) {
        return false;
    }
    open(op.outputs[0], outputAxis);
    const TensorChannels &out = channels_[op.outputs[0].position()];
    if (!out.known() || out.count != in.count) {
        return false;
    }
    link(id, 0, straight(out.count));
    return true;
}

bool ChannelFlow::elementwise(OperatorId id)
{
    const Operator &op = graph_.op(id);
    const bool unary = op.is<Activation>() || op.is<Unary>() || op.is<Quantize>() || op.is<Dequantize>()
        || op.is<Cast>() || op.is<Identity>();
    if (!unary && !op.is<Binary>()) {
        return false;
    }
    const Shape &result = graph_.tensor(op.outputs[0]).shape;
    int axis = -1;
    for (const TensorId input : op.inputs) {
        if (input && channels_[input.position()].known()) {
            axis = channels_[input.position()].axis;
        }
    }
    if (axis < 0) {
        return false;
    }
    for (const TensorId input : op.inputs) {
        if (!input) {
            return false;
        }
        const Tensor &tensor = graph_.tensor(input);
        if (tensor.constant()) {
            // A constant per channel is cut along with them; a scalar stays.
            const auto count = tensor.shape.elements();
            const auto behind = product(result, static_cast<std::size_t>(axis) + 1, result.rank());
            const std::int64_t channels = result[static_cast<std::size_t>(axis)];
            const std::size_t fromEnd = result.rank() - static_cast<std::size_t>(axis);
            const bool perChannel = count && *count == channels && tensor.shape.rank() >= fromEnd
                && tensor.shape[tensor.shape.rank() - fromEnd] == channels;
            if (!count || (*count != 1 && !perChannel) || behind < 1) {
                return false;
            }
            continue;
        }
        open(input, axis);
        const TensorChannels &in = channels_[input.position()];
        if (!in.known() || in.axis != axis || tensor.shape.rank() != result.rank()
            || in.count != result[static_cast<std::size_t>(axis)]) {
            return false;
        }
    }
    open(op.outputs[0], axis);
    if (!channels_[op.outputs[0].position()].known()) {
        return false;
    }
    for (std::size_t i = 0; i < op.inputs.size(); ++i) {
        if (!graph_.tensor(op.inputs[i]).constant()) {
            link(id, i, straight(channels_[op.outputs[0].position()].count));
        }
    }
    return true;
}

bool ChannelFlow::concatenation(OperatorId id)
{
    const Operator &op = graph_.op(id);
    const auto *concatenation = op.as<Concatenation>();
    if (concatenation == nullptr) {
        return false;
    }
    const Shape &result = graph_.tensor(op.outputs[0]).shape;
    const int along
        = concatenation->axis < 0 ? concatenation->axis + static_cast<int>(result.rank()) : concatenation->axis;
    int axis = -1;
    for (const TensorId input : op.inputs) {
        if (!input || graph_.tensor(input).constant()) {
            return false;
        }
        axis = channels_[input.position()].known() ? channels_[input.position()].axis : axis;
    }
    for (const TensorId input : op.inputs) {
        open(input, axis);
        if (!channels_[input.position()].known() || channels_[input.position()].axis != axis) {
            return false;
        }
    }
    open(op.outputs[0], axis);
    const TensorChannels out = channels_[op.outputs[0].position()];
    std::int64_t total = 0;
    for (const TensorId input : op.inputs) {
        const std::int64_t count = channels_[input.position()].count;
        total = along == axis ? total + count : count;
        if (along != axis && count != out.count) {
            return false;
        }
    }
    if (!out.known() || total != out.count) {
        return false;
    }
    std::int64_t begin = 0;
    for (std::size_t i = 0; i < op.inputs.size(); ++i) {
        const std::int64_t count = channels_[op.inputs[i].position()].count;
        std::vector<std::int64_t> from(static_cast<std::size_t>(out.count), -1);
        for (std::int64_t c = 0; c < count; ++c) {
            from[static_cast<std::size_t>(along == axis ? begin + c : c)] = c;
        }
        begin += count;
        link(id, i, std::move(from));
    }
    return true;
}

bool ChannelFlow::renaming(OperatorId id)
{
    const Operator &op = graph_.op(id);
    if (!op.is<Reshape>() && !op.is<Squeeze>() && !op.is<ExpandDims>()) {
        return false;
    }
    const TensorChannels in = channels_[op.inputs[0].position()];
    const Shape &before = graph_.tensor(op.inputs[0]).shape;
    const Shape &after = graph_.tensor(op.outputs[0]).shape;
    if (!in.known() || after.rank() < 1) {
        return false;
    }
    // The last axis of the result must hold whole channels: one period of them, or blocks of one channel's pixels.
    const std::int64_t behind = product(before, static_cast<std::size_t>(in.axis) + 1, before.rank());
    const std::int64_t last = after[after.rank() - 1];
    const bool whole = behind == 1 ? last % in.count == 0 : last == saturatingProduct(in.count, behind);
    if (behind < 1 || !whole) {
        return false;
    }
    open(op.outputs[0], static_cast<int>(after.rank()) - 1);
    const TensorChannels &out = channels_[op.outputs[0].position()];
    if (!out.known()) {
        return false;
    }
    std::vector<std::int64_t> from;
    for (std::int64_t j = 0; j < out.count; ++j) {
        from.push_back(behind == 1 ? j % in.count : j / behind);
    }
    link(id, 0, std::move(from));
    return true;
}

bool ChannelFlow::reduction(OperatorId id)
{
    const Operator &op = graph_.op(id);
    const auto *reduce = op.as<Reduce>();
    const TensorChannels in = channels_[op.inputs[0].position()];
    if (reduce == nullptr || !in.known() || reduce->axes.empty()) {
        return false;
    }
    const auto rank = static_cast<std::int64_t>(graph_.tensor(op.inputs[0]).shape.rank());
    int axis = in.axis;
    for (const std::int64_t each : reduce->axes) {
        const std::int64_t reduced = each < 0 ? each + rank : each;
        if (reduced == in.axis) {
            return false;
        }
        axis -= !reduce->keepDims && reduced < in.axis ? 1 : 0;
    }
    open(op.outputs[0], axis);
    const TensorChannels &out = channels_[op.outputs[0].position()];
    if (!out.known() || out.count != in.count) {
        return false;
    }
    link(id, 0, straight(out.count));
    return true;
}

bool ChannelFlow::padding(OperatorId id)
{
    const Operator &op = graph_.op(id);
    const auto *pad = op.as<Pad>();
    const TensorChannels in = channels_[op.inputs[0].position()];
    if (pad == nullptr || !in.known() || pad->before.size() <= static_cast<std::size_t>(in.axis)
        || pad->after.size() <= static_cast<std::size_t>(in.axis) || pad->before[static_cast<std::size_t>(in.axis)] != 0
        || pad->after[static_cast<std::size_t>(in.axis)] != 0) {
        return false;
    }
    return keepAxis(id, in.axis);
}

void ChannelFlow::link(OperatorId id, std::size_t input, std::vector<std::int64_t> from)
{
    const Operator &op = graph_.op(id);
    const std::size_t in = channels_[op.inputs[input].position()].base;
    const std::size_t out = channels_[op.outputs[0].position()].base;
    for (std::size_t c = 0; c < from.size(); ++c) {
        if (from[c] >= 0) {
            join(in + static_cast<std::size_t>(from[c]), out + c);
        }
    }
    roles_[id.position()] = ChannelRole::Pass;
    links_[id.position()].push_back({input, std::move(from)});
}

std::int64_t ChannelFlow::mixSource(OperatorId id, std::int64_t column) const
{
    return column % channels_[graph_.op(id).inputs[0].position()].count;
}

std::size_t ChannelFlow::classOf(TensorId id, std::int64_t channel) const
{
    return find(channels_[id.position()].base + static_cast<std::size_t>(channel));
}

std::size_t ChannelFlow::find(std::size_t node) const
{
    while (parents_[node] != node) {
        parents_[node] = parents_[parents_[node]];
        node = parents_[node];
    }
    return node;
}

void ChannelFlow::join(std::size_t a, std::size_t b)
{
    parents_[find(a)] = find(b);
}

} // namespace tinsmith
