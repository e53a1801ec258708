// SPDX-License-Identifier: Apache-2.0
#include "core/graph/geometry.h"
#include "core/graph/shape_inference.h"
#include "core/rewrites/parameters.h"
#include "core/rewrites/rewrite_list.h"

#include <algorithm>

namespace tinsmith {
namespace {

constexpr std::size_t mostPassed = 64;
constexpr std::int64_t largestStride = 3;
/// Far beyond any image; products with strides stay countable.
constexpr std::int64_t largestSide = 1 << 24;

/// How far a stride can be pushed up from a pool: operators that then see fewer positions, and the convolutions that
/// take the stride.
struct Path {
    std::vector<OperatorId> passed;
    std::vector<OperatorId> strided;
};

/// A convolution's padding along one axis once it takes over a pool's stride.
struct AxisPlan {
    std::int64_t before = 0;
    std::int64_t after = 0;
    bool same = false;
    bool valid = false;
    bool crops() const { return before < 0 || after < 0; }
};

/// `phase`: which position of the pool's window is kept. Source: output size arithmetic of strided convolutions.
AxisPlan planAxis(const AxisGeometry &conv, const AxisGeometry &pool, std::int64_t phase)
{
    const std::int64_t stride = conv.stride * pool.stride;
    const std::int64_t kernel = conv.effectiveKernel();
    AxisPlan plan;
    plan.before = conv.padBefore + (pool.padBefore - phase) * conv.stride;
    plan.after = (pool.output - 1) * stride + kernel - conv.input - plan.before;
    if (plan.after < 0 && conv.input + plan.before - kernel < pool.output * stride) {
        plan.after = 0;
    }
    const PadPair same = samePadding(conv.input, kernel, stride);
    plan.same = same.before == plan.before && (conv.input + stride - 1) / stride == pool.output;
    plan.valid = plan.before == 0 && conv.input >= kernel && (conv.input - kernel) / stride + 1 == pool.output;
    return plan;
}

template <typename Kind>
void setStride(
    Kind &kind, const SpatialGeometry &conv, const SpatialGeometry &pool, std::int64_t phaseH, std::int64_t phaseW)
{
    const AxisPlan h = planAxis(conv.h, pool.h, phaseH);
    const AxisPlan w = planAxis(conv.w, pool.w, phaseW);
    kind.strideH = conv.h.stride * pool.h.stride;
    kind.strideW = conv.w.stride * pool.w.stride;
    kind.padding = {PaddingMode::Explicit, h.before, h.after, w.before, w.after};
    if (h.valid && w.valid) {
        kind.padding = {PaddingMode::Valid, 0, 0, 0, 0};
    } else if (h.same && w.same) {
        const PadPair top = samePadding(conv.h.input, conv.h.effectiveKernel(), kind.strideH);
        const PadPair left = samePadding(conv.w.input, conv.w.effectiveKernel(), kind.strideW);
        kind.padding = {PaddingMode::Same, top.before, top.after, left.before, left.after};
    }
}

bool perChannelOrScalar(const Graph &graph, TensorId id, std::size_t rank, Layout layout)
{
    const Shape &shape = graph.tensor(id).shape;
    if (!graph.tensor(id).constant() || !shape.known()) {
        return false;
    }
    // Spatial dimensions, counted from the end, must be 1: the operand is then the same at every position.
    const std::size_t first = layout == Layout::ChannelsLast ? 2 : 1;
    for (std::size_t fromEnd = first; fromEnd < first + 2 && fromEnd <= shape.rank(); ++fromEnd) {
        if (rank != 4 || shape[shape.rank() - fromEnd] != 1) {
            return false;
        }
    }
    return true;
}

class Search {
public:
    Search(const Graph &graph, Layout layout) : graph_(graph), layout_(layout) { }

    /// Whether the tensor can be computed at every stride-th position only.
    bool into(TensorId tensor, Path &path) const
    {
        const OperatorId id = graph_.producer(tensor);
        if (!id || graph_.consumers(tensor).size() != 1 || graph_.isOutput(tensor)
            || path.passed.size() + path.strided.size() >= mostPassed) {
            return false;
        }
        const Operator &op = graph_.op(id);
        if (op.outputs.size() != 1) {
            return false;
        }
        const auto *conv = op.as<Conv2D>();
        if (op.is<DepthwiseConv2D>() ? layout_ == Layout::ChannelsLast : conv != nullptr && conv->layout == layout_) {
            return throughConvolution(id, op, path);
        }
        std::vector<TensorId> through;
        if (!passes(op, through)) {
            return false;
        }
        path.passed.push_back(id);
        return std::all_of(through.begin(), through.end(), [&](TensorId input) { return into(input, path); });
    }

private:
    bool throughConvolution(OperatorId id, const Operator &op, Path &path) const
    {
        const auto geometry = spatialGeometry(graph_, op);
        const bool constant = op.input(1) && graph_.tensor(op.inputs[1]).constant();
        if (!geometry || !constant) {
            return false;
        }
        const auto single = [](const AxisGeometry &axis) {
            return axis.kernel == 1 && axis.stride == 1 && axis.padBefore == 0 && axis.padAfter == 0;
        };
        if (single(geometry->h) && single(geometry->w)) {
            Path further = path;
            further.passed.push_back(id);
            if (into(op.inputs[0], further)) {
                path = std::move(further);
                return true;
            }
        }
        path.strided.push_back(id);
        return true;
    }

    /// Operators that treat every position alike, and the activations that they read.
    bool passes(const Operator &op, std::vector<TensorId> &through) const
    {
        if (op.is<Activation>() || op.is<Unary>() || op.is<Quantize>() || op.is<Dequantize>() || op.is<Cast>()
            || op.is<Identity>()) {
            through = {op.inputs.at(0)};
            return true;
        }
        if (const auto *norm = op.as<BatchNormalization>()) {
            through = {op.inputs.at(0)};
            return norm->layout == layout_;
        }
        const auto *concatenation = op.as<Concatenation>();
        if (concatenation != nullptr) {
            const int axis = concatenation->axis < 0 ? concatenation->axis + 4 : concatenation->axis;
            if (axis != (layout_ == Layout::ChannelsLast ? 3 : 1)) {
                return false;
            }
        }
        if (!op.is<Binary>() && !op.is<PRelu>() && concatenation == nullptr) {
            return false;
        }
        const Shape &shape = graph_.tensor(op.outputs[0]).shape;
        for (const TensorId input : op.inputs) {
            if (!input) {
                return false;
            }
            if (concatenation == nullptr && perChannelOrScalar(graph_, input, shape.rank(), layout_)) {
                continue;
            }
            const Shape &other = graph_.tensor(input).shape;
            if (graph_.tensor(input).constant() || (concatenation == nullptr && !(other == shape))) {
                return false;
            }
            through.push_back(input);
        }
        return !through.empty();
    }

    const Graph &graph_;
    Layout layout_;
};

/// Everything about replacing one pool.
struct Replacement {
    OperatorId pool;
    Path path;
    std::int64_t phaseH = 0;
    std::int64_t phaseW = 0;
    bool skipsInput = false;
};

std::int64_t bestPhase(const std::vector<AxisGeometry> &convs, const AxisGeometry &pool)
{
    std::int64_t best = (pool.kernel - 1) / 2;
    int bestScore = -1;
    for (std::int64_t phase = (pool.kernel - 1) / 2; phase <= pool.kernel / 2 && phase < pool.kernel; ++phase) {
        int score = 0;
        for (const AxisGeometry &conv : convs) {
            const AxisPlan plan = planAxis(conv, pool, phase);
            score += plan.same || plan.valid ? 2 : plan.crops() ? 0 : 1;
        }
        if (score > bestScore) {
            best = phase;
            bestScore = score;
        }
    }
    return best;
}

bool sameValues(const Tensor &a, const Tensor &b)
{
    return a.type == b.type && a.quantization == b.quantization;
}

std::optional<Replacement> replacementOf(const Graph &graph, OperatorId id)
{
    const Operator &op = graph.op(id);
    const auto *pool = op.as<Pool2D>();
    const auto geometry = spatialGeometry(graph, op);
    if (pool == nullptr || !geometry || op.outputs.size() != 1 || pool->function == PoolFunction::L2
        || pool->dilationH != 1 || pool->dilationW != 1) {
        return std::nullopt;
    }
    for (const AxisGeometry *axis : {&geometry->h, &geometry->w}) {
        // A pool without a stride only smooths; a very long one or one that leaves a single position is a summary.
        if (axis->stride > largestStride || axis->output > largestSide || (axis->stride == 1 && axis->kernel > 1)) {
            return std::nullopt;
        }
    }
    if ((geometry->h.stride == 1 && geometry->w.stride == 1) || (geometry->h.output == 1 && geometry->w.output == 1)
        || !sameValues(graph.tensor(op.inputs[0]), graph.tensor(op.outputs[0]))) {
        return std::nullopt;
    }
    Replacement replacement;
    replacement.pool = id;
    if (!Search(graph, pool->layout).into(op.inputs[0], replacement.path)) {
        return std::nullopt;
    }
    std::vector<AxisGeometry> heights;
    std::vector<AxisGeometry> widths;
    for (const OperatorId conv : replacement.path.strided) {
        const auto shape = spatialGeometry(graph, graph.op(conv));
        heights.push_back(shape->h);
        widths.push_back(shape->w);
        replacement.skipsInput = replacement.skipsInput
            || shape->h.stride * geometry->h.stride > shape->h.effectiveKernel()
            || shape->w.stride * geometry->w.stride > shape->w.effectiveKernel();
    }
    if (pool->activation != FusedActivation::None) {
        // The pool's own clamp must have a place: on the one convolution that feeds it.
        const OperatorId direct = graph.producer(op.inputs[0]);
        const auto *conv = graph.op(direct).as<Conv2D>();
        const auto *depthwise = graph.op(direct).as<DepthwiseConv2D>();
        const FusedActivation before = conv != nullptr ? conv->activation
            : depthwise != nullptr                     ? depthwise->activation
                                                       : FusedActivation::Tanh;
        if (before != FusedActivation::None && before != pool->activation) {
            return std::nullopt;
        }
    }
    replacement.phaseH = bestPhase(heights, geometry->h);
    replacement.phaseW = bestPhase(widths, geometry->w);
    return replacement;
}

Graph replaced(const Graph &graph, const Replacement &replacement)
{
    GraphBuilder builder(graph);
    const Operator &op = graph.op(replacement.pool);
    const auto poolGeometry = spatialGeometry(graph, op);
    const FusedActivation activation = op.as<Pool2D>()->activation;
    for (const OperatorId id : replacement.path.strided) {
        const auto geometry = spatialGeometry(graph, graph.op(id));
        OperatorKind &kind = builder.op(id).kind;
        if (auto *conv = std::get_if<Conv2D>(&kind)) {
            setStride(*conv, *geometry, *poolGeometry, replacement.phaseH, replacement.phaseW);
        } else if (auto *depthwise = std::get_if<DepthwiseConv2D>(&kind)) {
            setStride(*depthwise, *geometry, *poolGeometry, replacement.phaseH, replacement.phaseW);
        }
    }
    if (activation != FusedActivation::None) {
        OperatorKind &kind = builder.op(graph.producer(op.inputs[0])).kind;
        if (auto *conv = std::get_if<Conv2D>(&kind)) {
            conv->activation = activation;
        } else if (auto *depthwise = std::get_if<DepthwiseConv2D>(&kind)) {
            depthwise->activation = activation;
        }
    }
    if (graph.isOutput(op.outputs[0])) {
        builder.tensor(op.inputs[0]).name = graph.tensor(op.outputs[0]).name;
    }
    builder.removeOperator(replacement.pool);
    builder.replaceUses(op.outputs[0], op.inputs[0]);
    inferAllShapes(builder);
    return builder.build();
}

class PoolToStride : public Rewrite {
public:
    std::string_view name() const override { return "pool-to-stride"; }
    std::string_view title() const override { return "Pool to stride"; }
    std::string_view summary() const override
    {
        return "Removes a pool and gives its stride to the convolution before it, which then computes only the "
               "positions "
               "that are kept: the large tensor between them disappears, and most of that layer's multiplications.";
    }
    Risk risk() const override { return Risk::NeedsTraining; }

    std::vector<RewriteSite> sites(const Graph &graph) const override
    {
        std::vector<RewriteSite> found;
        for (std::size_t i = 0; i < graph.operators().size(); ++i) {
            const auto replacement = replacementOf(graph, OperatorId(i));
            if (!replacement) {
                continue;
            }
            const Operator &pool = graph.operators()[i];
            RewriteSite site;
            site.operators = {pool.name};
            std::string convs;
            for (const OperatorId id : replacement->path.strided) {
                site.operators.push_back(graph.op(id).name);
                convs += (convs.empty() ? "" : ", ") + graph.op(id).name;
            }
            for (const OperatorId id : replacement->path.passed) {
                site.operators.push_back(graph.op(id).name);
            }
            site.title = "Stride instead of " + displayName(pool.kind) + " " + pool.name;
            site.explanation = "Instead of computing every position and pooling, " + convs
                + " computes only the positions that remain"
                + (replacement->skipsInput ? ", leaving some inputs unread" : "")
                + "; outputs change, so train the model again.";
            found.push_back(std::move(site));
        }
        return found;
    }

    std::optional<Graph> apply(const Graph &graph, const RewriteParameters &parameters, const RewriteData *,
        const Progress &progress) const override
    {
        const auto sites = chosenSites(*this, graph, parameters);
        if (sites.empty()) {
            return std::nullopt;
        }
        Graph result = graph;
        for (std::size_t i = 0; i < sites.size(); ++i) {
            progress.report(static_cast<double>(i) / static_cast<double>(sites.size()), "Replacing pools");
            const OperatorId pool = result.operatorNamed(sites[i].operators.front());
            if (const auto replacement = pool ? replacementOf(result, pool) : std::nullopt) {
                result = replaced(result, *replacement);
            }
        }
        return result;
    }
};

} // namespace

const Rewrite &poolToStride()
{
    static const PoolToStride rewrite;
    return rewrite;
}

} // namespace tinsmith
