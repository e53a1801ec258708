// SPDX-License-Identifier: Apache-2.0
#include "core/graph/folding.h"
#include "core/rewrites/parameters.h"
#include "core/rewrites/rewrite_list.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_set>

namespace tinsmith {
namespace {

/// y = x * scale + offset per channel, then a fused activation.
struct Affine {
    TensorId x;
    std::vector<double> scale;
    std::vector<double> offset;
    FusedActivation activation = FusedActivation::None;
};

/// A layer whose weights take a factor per output channel.
struct Layer {
    std::int64_t channels = 0;
    /// Where the weights keep the output channels, and the axis of the output tensor.
    ChannelPlace place;
    std::size_t outputAxis = 0;
    /// It can clamp its output itself.
    bool clamps = true;
};

bool realConstant(const Graph &graph, TensorId id)
{
    return id && graph.tensor(id).constant() && graph.tensor(id).type == ElementType::Float32;
}

std::optional<Layer> layerOf(const Graph &graph, const Operator &op)
{
    if (op.outputs.size() != 1 || !realConstant(graph, op.input(1))
        || (op.input(2) && !realConstant(graph, op.input(2)))) {
        return std::nullopt;
    }
    const Shape &weights = graph.tensor(op.inputs[1]).shape;
    const Shape &output = graph.tensor(op.outputs[0]).shape;
    Layer layer;
    FusedActivation activation = FusedActivation::None;
    if (const auto *conv = op.as<Conv2D>()) {
        layer.outputAxis = conv->layout == Layout::ChannelsLast ? 3 : 1;
        activation = conv->activation;
    } else if (const auto *depthwise = op.as<DepthwiseConv2D>()) {
        layer.outputAxis = 3;
        activation = depthwise->activation;
    } else if (const auto *transposed = op.as<TransposeConv2D>()) {
        layer.outputAxis = transposed->layout == Layout::ChannelsLast ? 3 : 1;
        activation = transposed->activation;
    } else if (const auto *dense = op.as<FullyConnected>()) {
        layer.outputAxis = output.rank() - 1;
        activation = dense->activation;
    } else if (const auto *gemm = op.as<Gemm>(); gemm != nullptr && gemm->alpha == 1 && gemm->beta == 1) {
        layer.outputAxis = 1;
        layer.clamps = false;
    } else {
        return std::nullopt;
    }
    const auto place = channelPlace(op, weights);
    if (activation != FusedActivation::None || !place || layer.outputAxis >= output.rank()) {
        return std::nullopt;
    }
    layer.place = *place;
    layer.channels = place->channels;
    const bool biasFits = !op.input(2) || graph.tensor(op.inputs[2]).shape.elements() == layer.channels;
    if (layer.channels < 1 || output[layer.outputAxis] != layer.channels || !biasFits) {
        return std::nullopt;
    }
    return layer;
}

std::vector<float> realsOf(const Graph &graph, TensorId id)
{
    return graph.tensor(id).data->copyAs<float>();
}

/// A constant operand as one value per channel; nothing where it differs between positions.
std::optional<std::vector<double>> perChannel(
    const Graph &graph, TensorId id, const Layer &layer, std::size_t outputRank)
{
    const Tensor &tensor = graph.tensor(id);
    if (!realConstant(graph, id) || !tensor.shape.known()) {
        return std::nullopt;
    }
    const std::vector<float> values = realsOf(graph, id);
    if (values.size() == 1 && tensor.shape.rank() <= outputRank) {
        return std::vector<double>(static_cast<std::size_t>(layer.channels), values[0]);
    }
    const std::size_t fromEnd = outputRank - layer.outputAxis;
    if (static_cast<std::int64_t>(values.size()) != layer.channels || tensor.shape.rank() < fromEnd
        || tensor.shape.rank() > outputRank || tensor.shape[tensor.shape.rank() - fromEnd] != layer.channels) {
        return std::nullopt;
    }
    return std::vector<double>(values.begin(), values.end());
}

std::optional<Affine> normalization(
    const Graph &graph, const Operator &op, const BatchNormalization &norm, const Layer &layer, std::size_t rank)
{
    const std::size_t axis = norm.layout == Layout::ChannelsFirst ? 1 : rank - 1;
    if (axis != layer.outputAxis) {
        return std::nullopt;
    }
    std::array<std::vector<float>, 4> values;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!realConstant(graph, op.input(i + 1))) {
            return std::nullopt;
        }
        values[i] = realsOf(graph, op.inputs[i + 1]);
        if (static_cast<std::int64_t>(values[i].size()) != layer.channels) {
            return std::nullopt;
        }
    }
    const auto &[gamma, beta, mean, variance] = values;
    Affine affine;
    affine.x = op.inputs[0];
    for (std::size_t c = 0; c < gamma.size(); ++c) {
        const double scale = gamma[c] / std::sqrt(double{variance[c]} + double{norm.epsilon});
        affine.scale.push_back(scale);
        affine.offset.push_back(beta[c] - mean[c] * scale);
    }
    return affine;
}

std::optional<Affine> arithmetic(
    const Graph &graph, const Operator &op, const Binary &binary, const Layer &layer, std::size_t rank)
{
    const bool commutes = binary.function == BinaryFunction::Add || binary.function == BinaryFunction::Mul;
    const bool constantFirst = op.input(0) && graph.tensor(op.inputs[0]).constant();
    if (op.inputs.size() != 2 || !op.inputs[0] || !op.inputs[1] || (constantFirst && !commutes)) {
        return std::nullopt;
    }
    const auto values = perChannel(graph, op.inputs[constantFirst ? 0 : 1], layer, rank);
    if (!values) {
        return std::nullopt;
    }
    if (!layer.clamps && binary.activation != FusedActivation::None) {
        return std::nullopt;
    }
    Affine affine;
    affine.x = op.inputs[constantFirst ? 1 : 0];
    affine.activation = binary.activation;
    for (const double value : *values) {
        switch (binary.function) {
        case BinaryFunction::Add:
        case BinaryFunction::Sub:
            affine.scale.push_back(1);
            affine.offset.push_back(binary.function == BinaryFunction::Add ? value : -value);
            break;
        case BinaryFunction::Mul:
            affine.scale.push_back(value);
            affine.offset.push_back(0);
            break;
        case BinaryFunction::Div:
            if (value == 0) {
                return std::nullopt;
            }
            affine.scale.push_back(1 / value);
            affine.offset.push_back(0);
            break;
        default:
            return std::nullopt;
        }
    }
    return affine;
}

/// Operators that fold, and for each the layer that takes it (through others that fold before it).
class Folds {
public:
    explicit Folds(const Graph &graph) : graph_(graph), layer_(graph.operators().size())
    {
        for (std::size_t i = 0; i < graph.operators().size(); ++i) {
            find(OperatorId(i));
        }
    }

    /// none() where the operator does not fold.
    OperatorId layer(OperatorId id) const { return layer_[id.position()]; }

    std::optional<Affine> affine(OperatorId id) const
    {
        const Operator &op = graph_.op(id);
        const auto layer = layerOf(graph_, graph_.op(layer_[id.position()]));
        return layer ? affineOf(op, *layer) : std::nullopt;
    }

private:
    std::optional<Affine> affineOf(const Operator &op, const Layer &layer) const
    {
        const Shape &shape = graph_.tensor(op.outputs[0]).shape;
        if (const auto *norm = op.as<BatchNormalization>()) {
            return normalization(graph_, op, *norm, layer, shape.rank());
        }
        const auto *binary = op.as<Binary>();
        return binary == nullptr ? std::nullopt : arithmetic(graph_, op, *binary, layer, shape.rank());
    }

    void find(OperatorId id)
    {
        const Operator &op = graph_.op(id);
        if ((!op.is<BatchNormalization>() && !op.is<Binary>()) || op.outputs.size() != 1) {
            return;
        }
        for (const TensorId input : op.inputs) {
            const OperatorId producer = input ? graph_.producer(input) : OperatorId::none();
            if (!producer || graph_.consumers(input).size() != 1 || graph_.isOutput(input)
                || !(graph_.tensor(input).shape == graph_.tensor(op.outputs[0]).shape)) {
                continue;
            }
            // A chain goes on only where nothing was clamped in between.
            const OperatorId before = layer_[producer.position()];
            const auto *clamped = graph_.op(producer).as<Binary>();
            const OperatorId layer = before ? before : producer;
            const bool broken = before && clamped != nullptr && clamped->activation != FusedActivation::None;
            const auto found = broken ? std::nullopt : layerOf(graph_, graph_.op(layer));
            const auto made = found ? affineOf(op, *found) : std::nullopt;
            if (made && made->x == input) {
                layer_[id.position()] = layer;
                return;
            }
        }
    }

    const Graph &graph_;
    std::vector<OperatorId> layer_;
};

class FoldBatchNorm : public Rewrite {
public:
    std::string_view name() const override { return "fold-batch-norm"; }
    std::string_view title() const override { return "Fold batch normalisation"; }
    std::string_view summary() const override
    {
        return "Multiplies batch normalisations, and products and sums with constants, into the weights and bias of "
               "the layer "
               "before: their operators and tensors disappear.";
    }
    Risk risk() const override { return Risk::Exact; }

    std::vector<RewriteSite> sites(const Graph &graph) const override
    {
        const Folds folds(graph);
        std::vector<RewriteSite> found;
        for (std::size_t i = 0; i < graph.operators().size(); ++i) {
            if (const OperatorId layer = folds.layer(OperatorId(i))) {
                const Operator &op = graph.operators()[i];
                const std::string &target = graph.op(layer).name;
                found.push_back({{op.name, target}, "Fold " + displayName(op.kind) + " " + op.name,
                    "It is a factor and an offset per channel, which the weights and bias of " + target
                        + " take over without any cost."});
            }
        }
        return found;
    }

    std::optional<Graph> apply(const Graph &graph, const RewriteParameters &parameters, const RewriteData *,
        const Progress &progress) const override
    {
        std::unordered_set<std::string> chosen;
        for (const RewriteSite &site : chosenSites(*this, graph, parameters)) {
            chosen.insert(site.operators.front());
        }
        progress.report(0, "Folding batch normalisations");
        const Folds folds(graph);
        GraphBuilder builder(graph);
        bool changed = false;
        for (std::size_t i = 0; i < graph.operators().size(); ++i) {
            const OperatorId id(i);
            const OperatorId layer = folds.layer(id);
            if (!layer || !chosen.contains(graph.op(id).name)) {
                continue;
            }
            const auto affine = folds.affine(id);
            const TensorId before = builder.op(layer).outputs[0];
            if (!affine || affine->x != before) {
                continue;
            }
            fold(builder, graph, layer, *affine);
            builder.op(layer).outputs[0] = graph.op(id).outputs[0];
            builder.removeOperator(id);
            changed = true;
        }
        return changed ? std::optional(builder.build()) : std::nullopt;
    }

private:
    static void fold(GraphBuilder &builder, const Graph &graph, OperatorId id, const Affine &affine)
    {
        const Layer layer = *layerOf(graph, graph.op(id));
        const TensorId weightsId = builder.op(id).inputs[1];
        Tensor weights = builder.tensor(weightsId);
        std::vector<float> values = weights.data->copyAs<float>();
        const auto channels = static_cast<std::size_t>(layer.channels);
        for (std::size_t i = 0; i < values.size(); ++i) {
            values[i] = static_cast<float>(values[i] * affine.scale[layer.place.channelOf(i)]);
        }
        weights.data = Bytes::of(values);

        Tensor bias;
        bias.name = graph.op(id).name + "/bias";
        bias.type = ElementType::Float32;
        bias.shape = Shape{layer.channels};
        std::vector<float> offsets(channels);
        const TensorId biasId = builder.op(id).input(2);
        if (biasId) {
            bias.name = builder.tensor(biasId).name;
            offsets = builder.tensor(biasId).data->copyAs<float>();
        }
        for (std::size_t c = 0; c < channels; ++c) {
            offsets[c] = static_cast<float>(offsets[c] * affine.scale[c] + affine.offset[c]);
        }
        bias.data = Bytes::of(offsets);

        replace(builder, graph, id, 1, std::move(weights));
        replace(builder, graph, id, 2, std::move(bias));
        std::visit(
            [&](auto &kind) {
                if constexpr (requires { kind.activation = affine.activation; }) {
                    kind.activation = affine.activation;
                }
            },
            builder.op(id).kind);
    }

    static void replace(GraphBuilder &builder, const Graph &graph, OperatorId id, std::size_t input, Tensor tensor)
    {
        const TensorId old = builder.op(id).input(input);
        const bool own = old && (old.position() >= graph.tensors().size() || graph.consumers(old).size() == 1);
        if (own) {
            builder.tensor(old) = std::move(tensor);
            return;
        }
        tensor.name = builder.uniqueTensorName(tensor.name);
        const TensorId added = builder.addTensor(std::move(tensor));
        auto &inputs = builder.op(id).inputs;
        inputs.resize(std::max(inputs.size(), input + 1));
        inputs[input] = added;
    }
};

} // namespace

const Rewrite &foldBatchNorm()
{
    static const FoldBatchNorm rewrite;
    return rewrite;
}

} // namespace tinsmith
