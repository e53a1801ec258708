// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/fold_quantized.h"

#include "core/formats/onnx/folded_graph.h"
#include "core/formats/rounding_entry.h"
#include "core/graph/geometry.h"

#include <algorithm>
#include <cmath>

namespace tinsmith::onnxio {
namespace {

/// Scale and zero point of int8 that TFLite prescribes for an operator's output.
std::optional<Quantization> prescribedOutput(const Operator &op)
{
    const auto *activation = op.as<Activation>();
    if (op.is<Softmax>() || (activation != nullptr && activation->function == ActivationFunction::Logistic)) {
        return Quantization{{1.0F / 256}, {-128}, 0};
    }
    if (activation != nullptr && activation->function == ActivationFunction::Tanh) {
        return Quantization{{1.0F / 128}, {0}, 0};
    }
    return std::nullopt;
}

/// The same scale and zero point for the other 8-bit type.
Quantization forType(Quantization quantization, ElementType from, ElementType to)
{
    if (from != to) {
        quantization.zeroPoints = {quantization.zeroPoint() + (to == ElementType::UInt8 ? 128 : -128)};
    }
    return quantization;
}

/// The layout of an average over all spatial positions; nothing where the operator is none.
std::optional<Layout> meanLayout(const FoldedGraph &graph, const Operator &op)
{
    if (const auto *global = op.as<GlobalPool>()) {
        return global->layout;
    }
    const auto *pool = op.as<Pool2D>();
    if (pool == nullptr) {
        return std::nullopt;
    }
    const Shape &x = graph.tensor(op.inputs[0]).shape;
    const Shape &y = graph.tensor(op.outputs[0]).shape;
    const std::size_t h = pool->layout == Layout::ChannelsLast ? 1 : 2;
    const bool whole = x.rank() == 4 && y.rank() == 4 && x[h] == pool->kernelH && x[h + 1] == pool->kernelW && y[h] == 1
        && y[h + 1] == 1 && pool->dilationH == 1 && pool->dilationW == 1;
    const Padding padding = whole
        ? resolvePadding(pool->padding, x[h], x[h + 1], pool->kernelH, pool->kernelW, pool->strideH, pool->strideW)
        : Padding();
    const bool plain = padding.top == 0 && padding.bottom == 0 && padding.left == 0 && padding.right == 0;
    return whole && plain ? std::optional(pool->layout) : std::nullopt;
}

Reduce spatialMean(Layout layout, std::size_t rank)
{
    Reduce reduce;
    reduce.function = ReduceFunction::Mean;
    reduce.keepDims = true;
    const std::size_t first = layout == Layout::ChannelsLast ? 1 : 2;
    for (std::size_t axis = first; axis < first + rank - 2; ++axis) {
        reduce.axes.push_back(static_cast<std::int64_t>(axis));
    }
    return reduce;
}

/// Two roundings, at `inner` and then at `outer`, are no further than a step from one.
bool mayRoundTwice(float inner, float outer)
{
    return outer >= inner * 0.99F;
}

/// The file says that its integers came from elsewhere.
bool statesRoundsTwice(const GraphInfo &info)
{
    return std::any_of(info.metadata.begin(), info.metadata.end(),
        [](const auto &entry) { return entry.first == roundingKey && entry.second == roundsTwice; });
}

/// As ONNX rounds, unless it does.
void settleRounding(GraphInfo &info)
{
    if (!statesRoundsTwice(info)) {
        info.rounding = Rounding::HalfToEven;
        info.metadata.emplace_back("Rounding", roundsHalfToEven);
    }
}

class QuantizedFolding {
public:
    explicit QuantizedFolding(const Graph &graph) : graph_(graph) { }

    Graph run()
    {
        spreadScales(graph_);
        const std::size_t count = graph_.builder.operatorCount();
        for (std::size_t index = 0; index < count; ++index) {
            settleConstant(OperatorId(index));
        }
        for (std::size_t index = count; index-- > 0;) {
            raiseQuantize(OperatorId(index));
        }
        for (std::size_t index = 0; index < count; ++index) {
            const OperatorId id(index);
            if (!graph_.builder.removed(id)) {
                fold(id);
            }
        }
        makeSigned(graph_);
        dropUnread();
        settleRounding(graph_.builder.info());
        return graph_.builder.build();
    }

private:
    void settleConstant(OperatorId id);
    void raiseQuantize(OperatorId id);
    void fold(OperatorId id);
    bool foldRequantize(OperatorId id);
    bool foldPlain(OperatorId id);
    bool foldComparison(OperatorId id);
    void takeUpFactor(OperatorId id);
    void dropUnread();

    FoldedGraph graph_;
};

/// QuantizeLinear of a constant is a constant.
void QuantizedFolding::settleConstant(OperatorId id)
{
    const Operator op = graph_.builder.op(id);
    if (!op.is<Quantize>() || graph_.isOutput(op.outputs[0])) {
        return;
    }
    const Tensor source = graph_.tensor(op.inputs[0]);
    const Tensor &stored = graph_.tensor(op.outputs[0]);
    const bool byte = stored.type == ElementType::Int8 || stored.type == ElementType::UInt8;
    if (!byte || !source.data || source.type != ElementType::Float32 || !stored.quantization || !source.shape.known()) {
        return;
    }
    const Quantization quantization = *stored.quantization;
    std::size_t inner = 1;
    if (quantization.perChannel()) {
        const auto axis = static_cast<std::size_t>(quantization.axis);
        if (axis >= source.shape.rank()
            || source.shape[axis] != static_cast<std::int64_t>(quantization.scales.size())) {
            return;
        }
        for (std::size_t next = axis + 1; next < source.shape.rank(); ++next) {
            inner *= static_cast<std::size_t>(source.shape[next]);
        }
    }
    const float least = stored.type == ElementType::UInt8 ? 0 : -128;
    const auto reals = source.data->copyAs<float>();
    std::vector<std::uint8_t> values(reals.size());
    for (std::size_t index = 0; index < reals.size(); ++index) {
        const std::size_t channel = inner == 0 ? 0 : index / inner % quantization.scales.size();
        // ONNX rounds halves to even, which is the rounding mode that programs start with.
        const float value = std::nearbyint(reals[index] / quantization.scale(channel))
            + static_cast<float>(quantization.zeroPoint(channel));
        const float kept = std::isnan(value) ? least : std::clamp(value, least, least + 255);
        values[index] = static_cast<std::uint8_t>(static_cast<int>(kept));
    }
    Tensor constant = stored;
    constant.shape = source.shape;
    constant.data = Bytes::of(values);
    graph_.remove(id);
    graph_.builder.tensor(op.outputs[0]) = std::move(constant);
}

/// A quantization behind something that moves one tensor goes before it, so that it meets the operator that computes.
void QuantizedFolding::raiseQuantize(OperatorId id)
{
    if (graph_.builder.removed(id) || !graph_.builder.op(id).is<Quantize>()) {
        return;
    }
    const Operator quantize = graph_.builder.op(id);
    const TensorId moved = quantize.inputs[0];
    const OperatorId mover = graph_.producer(moved);
    if (!mover.valid() || graph_.isOutput(moved) || graph_.readers(moved).size() != 1
        || !isQuantizedByte(graph_.tensor(quantize.outputs[0]))) {
        return;
    }
    const Operator op = graph_.builder.op(mover);
    const auto *pool = op.as<Pool2D>();
    const bool moves = op.is<Reshape>() || op.is<Squeeze>() || op.is<ExpandDims>() || op.is<Transpose>()
        || (pool != nullptr && pool->function == PoolFunction::Max && pool->activation == FusedActivation::None);
    const TensorId before = op.input(0);
    if (!moves || !graph_.producer(before).valid() || graph_.isOutput(before) || graph_.readers(before).size() != 1) {
        return;
    }
    const Operator &maker = graph_.builder.op(graph_.producer(before));
    if (maker.is<Dequantize>() || maker.is<Custom>()) {
        return;
    }
    const TensorId stored = graph_.addLike(before, "stored");
    graph_.builder.tensor(stored).type = graph_.tensor(quantize.outputs[0]).type;
    graph_.builder.tensor(stored).quantization = graph_.tensor(quantize.outputs[0]).quantization;
    graph_.setOutputs(id, {});
    graph_.setInputs(mover, {stored});
    graph_.setOutputs(mover, quantize.outputs);
    graph_.setInputs(id, {before});
    graph_.setOutputs(id, {stored});
    // The operator before may only move, too.
    raiseQuantize(id);
}

void QuantizedFolding::fold(OperatorId id)
{
    takeUpFactor(id);
    foldRequantize(id) || foldWeighted(graph_, id) || foldMovement(graph_, id) || foldComparison(id) || foldPlain(id);
}

/// Compared as they are stored. Where the scales differ, int8 comparisons of TFLite are not exact: only a model that
/// came from there has them.
bool QuantizedFolding::foldComparison(OperatorId id)
{
    const Operator op = graph_.builder.op(id);
    const auto *binary = op.as<Binary>();
    if (binary == nullptr || binary->function < BinaryFunction::Equal
        || binary->function > BinaryFunction::GreaterEqual) {
        return false;
    }
    const TensorId a = graph_.quantizedSource(op.inputs[0]);
    const TensorId b = graph_.quantizedSource(op.inputs[1]);
    if (!a.valid() || !b.valid() || graph_.tensor(a).type != graph_.tensor(b).type
        || (graph_.tensor(a).quantization != graph_.tensor(b).quantization
            && !statesRoundsTwice(graph_.builder.info()))) {
        return false;
    }
    graph_.setInputs(id, {a, b});
    return true;
}

/// A number that multiplies the input of a softmax is its beta.
void QuantizedFolding::takeUpFactor(OperatorId id)
{
    const Operator op = graph_.builder.op(id);
    const TensorId scaled = op.is<Softmax>() ? op.inputs[0] : TensorId::none();
    const OperatorId maker = scaled.valid() ? graph_.producer(scaled) : OperatorId::none();
    const auto *product = maker.valid() ? graph_.builder.op(maker).as<Binary>() : nullptr;
    if (product == nullptr || product->function != BinaryFunction::Mul || product->activation != FusedActivation::None
        || graph_.isOutput(scaled) || graph_.readers(scaled).size() != 1 || !sinkOf(graph_, op.outputs[0])) {
        return;
    }
    const Operator factor = graph_.builder.op(maker);
    for (const std::size_t position : {std::size_t{0}, std::size_t{1}}) {
        const Tensor &number = graph_.tensor(factor.inputs[position]);
        const TensorId other = factor.inputs[1 - position];
        if (number.data && number.type == ElementType::Float32 && number.shape.elements() == 1
            && graph_.quantizedSource(other).valid()) {
            const float value = number.data->copyAs<float>().front();
            graph_.remove(maker);
            graph_.setInputs(id, {other});
            std::get<Softmax>(graph_.builder.op(id).kind).beta *= value;
            return;
        }
    }
}

/// Quantize of what was dequantized reads the stored values.
bool QuantizedFolding::foldRequantize(OperatorId id)
{
    const Operator op = graph_.builder.op(id);
    const TensorId source = op.is<Quantize>() ? graph_.quantizedSource(op.inputs[0]) : TensorId::none();
    if (!source.valid() || !isQuantizedByte(graph_.tensor(op.outputs[0]))) {
        return op.is<Quantize>();
    }
    const Tensor &from = graph_.tensor(source);
    const Tensor &to = graph_.tensor(op.outputs[0]);
    if (from.type == to.type && from.quantization == to.quantization && !graph_.isOutput(op.outputs[0])) {
        graph_.remove(id);
        graph_.replaceReaders(op.outputs[0], source);
    } else {
        graph_.setInputs(id, {source});
    }
    return true;
}

/// Operators that compute with several scales, or in one.
bool QuantizedFolding::foldPlain(OperatorId id)
{
    const Operator op = graph_.builder.op(id);
    bool oneScale = false;
    if (const auto *binary = op.as<Binary>()) {
        const auto function = binary->function;
        oneScale = function == BinaryFunction::Minimum || function == BinaryFunction::Maximum;
        if (binary->activation != FusedActivation::None
            || (!oneScale && function != BinaryFunction::Add && function != BinaryFunction::Sub
                && function != BinaryFunction::Mul)) {
            return false;
        }
    } else if (const auto *reduce = op.as<Reduce>()) {
        if (reduce->function != ReduceFunction::Mean && reduce->function != ReduceFunction::Sum) {
            return false;
        }
    } else if (const auto *pool = op.as<Pool2D>()) {
        oneScale = true;
        if (pool->function != PoolFunction::Average || pool->activation != FusedActivation::None) {
            return false;
        }
    } else if (const auto *global = op.as<GlobalPool>()) {
        if (global->function != PoolFunction::Average) {
            return false;
        }
    } else if (const auto *resize = op.as<Resize>()) {
        oneScale = true;
        if (resize->mode != ResizeMode::Bilinear) {
            return false;
        }
    } else if (const auto *unary = op.as<Unary>()) {
        if (unary->function == UnaryFunction::LogicalNot) {
            return false;
        }
    } else if (op.is<ArgExtreme>()) {
        // The place of the largest stored value is that of the largest real one.
        const TensorId source = graph_.quantizedSource(op.inputs[0]);
        if (source.valid()) {
            graph_.setInputs(id, {source});
        }
        return source.valid();
    } else if (!op.is<Activation>() && !op.is<PRelu>() && !op.is<Softmax>() && !op.is<MatMul>()) {
        return false;
    }
    std::vector<TensorId> inputs;
    for (const TensorId input : op.inputs) {
        inputs.push_back(graph_.quantizedSource(input));
        if (!inputs.back().valid()) {
            return false;
        }
    }
    auto sink = op.outputs.size() == 1 && !inputs.empty() ? sinkOf(graph_, op.outputs[0]) : std::nullopt;
    const bool fuses = op.is<Pool2D>() || (op.is<Binary>() && !oneScale);
    if (!sink || (sink->activation != FusedActivation::None && !fuses)) {
        return false;
    }
    const Tensor &stored = graph_.tensor(sink->stored);
    std::optional<Quantization> computed;
    // A mean takes two scales, a pool one.
    std::optional<Layout> mean = meanLayout(graph_, op);
    if (mean && oneScale
        && forType(*graph_.tensor(inputs[0]).quantization, graph_.tensor(inputs[0]).type, stored.type)
            == *stored.quantization) {
        mean.reset();
    }
    if (mean && sink->activation != FusedActivation::None) {
        return false;
    }
    if (oneScale && !mean) {
        const Tensor &first = graph_.tensor(inputs[0]);
        for (const TensorId input : inputs) {
            if (graph_.tensor(input).type != first.type || graph_.tensor(input).quantization != first.quantization) {
                return false;
            }
        }
        computed = forType(*first.quantization, first.type, stored.type);
    } else if (const auto prescribed = prescribedOutput(op)) {
        computed = forType(*prescribed, ElementType::Int8, stored.type);
    }
    if (computed && *computed != *stored.quantization
        && !mayRoundTwice(computed->scale(), stored.quantization->scale())) {
        return false;
    }
    if (mean) {
        graph_.builder.op(id).kind = spatialMean(*mean, graph_.tensor(op.inputs[0]).shape.rank());
    } else if (op.is<Binary>()) {
        std::get<Binary>(graph_.builder.op(id).kind).activation = sink->activation;
    } else if (op.is<Pool2D>()) {
        std::get<Pool2D>(graph_.builder.op(id).kind).activation = sink->activation;
    }
    graph_.setInputs(id, std::move(inputs));
    const TensorId result = op.outputs[0];
    takeSink(graph_, id, *sink);
    if (computed && *computed != *graph_.tensor(sink->stored).quantization) {
        // `result` is free now: it holds the values in the scale in which the operator computes.
        graph_.builder.tensor(result).type = graph_.tensor(sink->stored).type;
        graph_.builder.tensor(result).quantization = computed;
        graph_.setOutputs(id, {result});
        graph_.add({op.name + "/rescale", Quantize{}, {result}, {sink->stored}});
    }
    return true;
}

void QuantizedFolding::dropUnread()
{
    for (std::size_t index = graph_.builder.operatorCount(); index-- > 0;) {
        const OperatorId id(index);
        if (graph_.builder.removed(id)) {
            continue;
        }
        const Operator &op = graph_.builder.op(id);
        if (op.is<Quantize>() && !graph_.isOutput(op.outputs[0])) {
            const TensorId source = op.inputs[0];
            const Tensor &from = graph_.tensor(source);
            const Tensor &to = graph_.tensor(op.outputs[0]);
            if (isQuantizedByte(from) && from.type == to.type && from.quantization == to.quantization) {
                graph_.replaceReaders(op.outputs[0], source);
            }
        }
        const bool drops = op.is<Dequantize>() || op.is<Quantize>();
        if (drops && graph_.readers(op.outputs[0]).empty() && !graph_.isOutput(op.outputs[0])) {
            graph_.remove(id);
        }
    }
}

} // namespace

Graph foldQuantized(const Graph &graph)
{
    const auto concerns = [](const Operator &op) { return op.is<Dequantize>() || op.is<Quantize>(); };
    return std::any_of(graph.operators().begin(), graph.operators().end(), concerns) ? QuantizedFolding(graph).run()
                                                                                     : graph;
}

} // namespace tinsmith::onnxio
