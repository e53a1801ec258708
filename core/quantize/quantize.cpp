// SPDX-License-Identifier: Apache-2.0
#include "core/quantize/quantize.h"

#include "core/graph/error.h"
#include "core/graph/folding.h"
#include "core/quantize/int8_forms.h"
#include "core/quantize/prepare_float.h"
#include "core/quantize/scale_limits.h"
#include "core/quantize/scales.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace tinsmith {
namespace {

/// Sets of tensors that must have the same scale and zero point.
class Groups {
public:
    explicit Groups(std::size_t count) : parents_(count)
    {
        std::iota(parents_.begin(), parents_.end(), std::size_t{0});
    }

    std::size_t find(std::size_t member)
    {
        while (parents_[member] != member) {
            parents_[member] = parents_[parents_[member]];
            member = parents_[member];
        }
        return member;
    }
    void join(std::size_t a, std::size_t b) { parents_[find(a)] = find(b); }

private:
    std::vector<std::size_t> parents_;
};

/// With no value further outside than `slack` steps.
bool contains(const Quantization &quantization, const Range &range, float slack)
{
    const float scale = quantization.scale();
    const auto zero = static_cast<float>(quantization.zeroPoint());
    const float low = scale * (-128 - zero - slack);
    const float high = scale * (127 - zero + slack);
    return range.min > range.max || (range.min >= low && range.max <= high);
}

/// With 0.
Range rangeOf(const std::vector<float> &values)
{
    Range range{0, 0};
    for (const float value : values) {
        range = {std::min(range.min, value), std::max(range.max, value)};
    }
    return range;
}

Range united(const Range &a, const Range &b)
{
    return a.min > a.max ? b : b.min > b.max ? a : Range{std::min(a.min, b.min), std::max(a.max, b.max)};
}

class Quantizer {
public:
    Quantizer(const Graph &graph, Ranges ranges, const QuantizeOptions &options)
        : ranges_(std::move(ranges)), builder_(prepareFloat(graph, ranges_)), options_(options)
    {
    }

    Graph run()
    {
        each([&](OperatorId id) { check(builder_.op(id)); });
        assign();
        each([&](OperatorId id) { convertConstants(id); });
        if (!options_.int8Io) {
            keepFloatInputs();
            keepFloatOutputs();
        }
        return builder_.build();
    }

private:
    template <typename Visit>
    void each(const Visit &visit)
    {
        const std::size_t count = builder_.operatorCount();
        for (std::size_t i = 0; i < count; ++i) {
            if (!builder_.removed(OperatorId(i))) {
                visit(OperatorId(i));
            }
        }
    }

    /// A float tensor that is not constant: those get a scale.
    bool activation(TensorId id) const
    {
        return id.valid() && builder_.tensor(id).type == ElementType::Float32 && !builder_.tensor(id).data;
    }
    bool floatConstant(TensorId id) const
    {
        return id.valid() && builder_.tensor(id).type == ElementType::Float32 && builder_.tensor(id).data;
    }

    void checkFinite(const Operator &op) const
    {
        for (const TensorId id : op.inputs) {
            if (!floatConstant(id)) {
                continue;
            }
            const auto values = builder_.tensor(id).data->copyAs<float>();
            if (!std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); })) {
                throw UnsupportedError({}, op.name,
                    "its constant \"" + builder_.tensor(id).name
                        + "\" holds values that are not finite numbers: it cannot be quantized");
            }
        }
    }

    void check(const Operator &op) const
    {
        const auto isFloatTensor = [&](TensorId id) { return id.valid() && isFloat(builder_.tensor(id).type); };
        const bool concerned = std::any_of(op.inputs.begin(), op.inputs.end(), isFloatTensor)
            || std::any_of(op.outputs.begin(), op.outputs.end(), isFloatTensor);
        const bool judged = (concerned || op.is<Custom>()) && !byteInput(op);
        const std::string reason = judged ? whyNoInt8Form(op) : std::string();
        if (!reason.empty()) {
            throw UnsupportedError({}, op.name, displayName(op.kind) + " " + reason);
        }
        if (hasWeights(op) && !floatConstant(op.input(1))) {
            throw UnsupportedError({}, op.name, "its weights are not constant float32: they cannot be quantized");
        }
        if (hasWeights(op) && op.input(2).valid() && !floatConstant(op.input(2))) {
            throw UnsupportedError({}, op.name, "its bias is not constant float32: it cannot be quantized");
        }
        if (reason.empty() && concerned) {
            checkFinite(op);
        }
    }

    /// The int8 quantization of what a Dequantize makes of bytes that a graph input holds: the same codes, 128 less
    /// where they are unsigned. Nothing for other operators.
    std::optional<Quantization> byteInput(const Operator &op) const
    {
        if (!op.is<Dequantize>() || op.inputs.size() != 1 || !op.inputs[0].valid()) {
            return std::nullopt;
        }
        const auto &inputs = builder_.inputs();
        const Tensor &stored = builder_.tensor(op.inputs[0]);
        const bool bytes = stored.type == ElementType::UInt8 || stored.type == ElementType::Int8;
        if (!bytes || !stored.quantization || stored.quantization->perChannel()
            || std::find(inputs.begin(), inputs.end(), op.inputs[0]) == inputs.end()) {
            return std::nullopt;
        }
        const std::int64_t shift = stored.type == ElementType::UInt8 ? 128 : 0;
        return Quantization{{stored.quantization->scale()}, {stored.quantization->zeroPoint() - shift}, 0};
    }

    void assign();
    /// Raises scales that kernels would not take.
    void keepWithinLimits(Groups &groups, std::map<std::size_t, Quantization> &quantizations);
    void separate(OperatorId producer, TensorId id, const Quantization &prescribed);
    void setQuantization(TensorId id, const Quantization &quantization)
    {
        builder_.tensor(id).type = ElementType::Int8;
        builder_.tensor(id).quantization = quantization;
    }
    void convertConstants(OperatorId id);
    void convertWeights(OperatorId id);
    void replaceConstant(
        OperatorId id, std::size_t position, ElementType type, Bytes data, const Quantization &quantization);
    void keepFloatInputs();
    void keepFloatOutputs();

    Ranges ranges_;
    GraphBuilder builder_;
    QuantizeOptions options_;
};

void Quantizer::assign()
{
    Groups groups(builder_.tensorCount());
    std::map<TensorId, std::pair<OperatorId, Quantization>> prescribed;
    // Hold nothing but values of prescribed outputs.
    std::vector<bool> passedOn(builder_.tensorCount());
    each([&](OperatorId id) {
        const Operator &op = builder_.op(id);
        const auto bytes = byteInput(op);
        if (const auto fixed = bytes ? bytes : prescribedOutput(op)) {
            prescribed.emplace(op.outputs.front(), std::pair(id, *fixed));
            passedOn[op.outputs.front().position()] = true;
        }
        if (!sharesScale(op)) {
            return;
        }
        const bool passes = std::all_of(op.inputs.begin(), op.inputs.end(), [&](TensorId tensor) {
            return !tensor.valid() || !isFloat(builder_.tensor(tensor).type) || passedOn[tensor.position()];
        });
        for (const TensorId output : op.outputs) {
            passedOn[output.position()] = passes;
        }
        TensorId first = TensorId::none();
        const auto joinAll = [&](const std::vector<TensorId> &ids) {
            for (const TensorId tensor : ids) {
                if (!activation(tensor)) {
                    continue;
                }
                first = first.valid() ? first : tensor;
                groups.join(first.position(), tensor.position());
            }
        };
        joinAll(op.inputs);
        joinAll(op.outputs);
    });

    struct Group {
        Range range;
        /// Of those that are not passed on from prescribed outputs.
        Range others;
        bool input = false;
        std::vector<TensorId> members;
    };
    std::map<std::size_t, Group> byRoot;
    for (std::size_t i = 0; i < builder_.tensorCount(); ++i) {
        const TensorId id(i);
        if (!activation(id)) {
            continue;
        }
        Group &group = byRoot[groups.find(i)];
        group.members.push_back(id);
        group.range = united(group.range, ranges_[i]);
        if (!passedOn[i]) {
            group.others = united(group.others, ranges_[i]);
        }
        const auto &inputs = builder_.inputs();
        group.input = group.input || std::find(inputs.begin(), inputs.end(), id) != inputs.end();
    }
    // A softmax's table of powers has no finer steps than these.
    each([&](OperatorId id) {
        const auto *softmax = builder_.op(id).as<Softmax>();
        if (softmax != nullptr && activation(builder_.op(id).input(0))) {
            Range &range = byRoot[groups.find(builder_.op(id).input(0).position())].range;
            const float width = 255 * std::ldexp(1.0F, -25) / std::max(std::fabs(softmax->beta), 1e-6F);
            if (range.min <= range.max && range.max - range.min < width) {
                range.max = range.min + width;
            }
        }
    });
    std::map<std::size_t, Quantization> quantizations;
    for (const auto &[root, group] : byRoot) {
        Quantization quantization = group.input ? inputQuantization(group.range) : activationQuantization(group.range);
        // Where a softmax only passes through reshapes and the like, all of them take its scale.
        bool adopted = false;
        for (const TensorId id : group.members) {
            const auto fixed = prescribed.find(id);
            if (fixed == prescribed.end() || adopted) {
                continue;
            }
            // A step of slack: softmax reaches 1, its scale only 255/256. What else is joined must lose nothing by it.
            const Quantization &unit = fixed->second.second;
            if (contains(unit, group.range, 1) && contains(unit, group.others, 0.5F)) {
                quantization = unit;
                adopted = true;
            }
        }
        quantizations.emplace(root, quantization);
    }
    keepWithinLimits(groups, quantizations);
    for (const auto &[root, group] : byRoot) {
        for (const TensorId id : group.members) {
            setQuantization(id, quantizations.at(root));
        }
    }
    for (const auto &[id, fixed] : prescribed) {
        if (builder_.tensor(id).quantization != fixed.second) {
            separate(fixed.first, id, fixed.second);
        }
    }
}

void Quantizer::keepWithinLimits(Groups &groups, std::map<std::size_t, Quantization> &quantizations)
{
    const ScaleOf scaleOf = [&](TensorId id) {
        if (!floatConstant(id)) {
            const auto found = quantizations.find(groups.find(id.position()));
            return found == quantizations.end() ? 0.0F : found->second.scale();
        }
        return activationQuantization(rangeOf(builder_.tensor(id).data->copyAs<float>())).scale();
    };
    // A larger scale may ask for larger ones behind it; where groups follow each other in a circle they are soon equal.
    constexpr int mostRounds = 64;
    bool changed = true;
    for (int round = 0; changed && round < mostRounds; ++round) {
        changed = false;
        each([&](OperatorId id) {
            const Operator &op = builder_.op(id);
            if (op.outputs.empty() || !activation(op.outputs.front()) || prescribedOutput(op) || byteInput(op)) {
                return;
            }
            const float least = leastOutputScale(builder_, op, scaleOf);
            float &scale = quantizations.at(groups.find(op.outputs.front().position())).scales.front();
            if (scale < least) {
                scale = least;
                changed = true;
            }
        });
    }
}

void Quantizer::separate(OperatorId producer, TensorId id, const Quantization &prescribed)
{
    Tensor tensor = builder_.tensor(id);
    tensor.name = builder_.uniqueTensorName(tensor.name + "/unit");
    tensor.quantization = prescribed;
    const TensorId own = builder_.addTensor(tensor);
    builder_.op(producer).outputs.front() = own;
    builder_.addOperator(
        {builder_.uniqueOperatorName(builder_.op(producer).name + "/requantize"), Quantize{}, {own}, {id}});
}

void Quantizer::replaceConstant(
    OperatorId id, std::size_t position, ElementType type, Bytes data, const Quantization &quantization)
{
    const Tensor &old = builder_.tensor(builder_.op(id).input(position));
    const std::string name = builder_.uniqueTensorName(old.name + "/quantized");
    const Shape shape = old.shape;
    builder_.op(id).inputs[position] = builder_.addConstant(name, type, shape, std::move(data), quantization);
}

void Quantizer::convertWeights(OperatorId id)
{
    const Operator op = builder_.op(id);
    const Tensor weights = builder_.tensor(op.input(1));
    const std::vector<float> values = weights.data->copyAs<float>();
    std::int32_t axis = 0;
    bool perChannel = options_.perChannel;
    if (op.is<DepthwiseConv2D>()) {
        axis = 3;
    } else if (const auto *transposed = op.as<TransposeConv2D>();
               transposed != nullptr && transposed->layout == Layout::ChannelsFirst) {
        axis = 1;
        perChannel = perChannel && transposed->groups == 1;
    }
    const bool ranked = static_cast<std::size_t>(axis) < weights.shape.rank();
    if (!ranked || weights.shape.elements() != static_cast<std::int64_t>(values.size())) {
        throw UnsupportedError({}, op.name, "its weights have an unusual shape");
    }
    std::int64_t inner = 1;
    for (auto d = static_cast<std::size_t>(axis) + 1; d < weights.shape.rank(); ++d) {
        inner *= weights.shape[d];
    }
    const std::int64_t channels = perChannel ? weights.shape[static_cast<std::size_t>(axis)] : 1;
    const float inputScale
        = builder_.tensor(op.input(0)).quantization ? builder_.tensor(op.input(0)).quantization->scale() : 1;
    std::vector<float> bias;
    std::vector<float> leastScales(static_cast<std::size_t>(channels));
    if (op.input(2).valid()) {
        bias = builder_.tensor(op.input(2)).data->copyAs<float>();
        for (std::size_t c = 0; c < bias.size() && channels > 0; ++c) {
            // A bias that is huge beside the weights would leave int32 at their product scale.
            float &least = leastScales[channels == 1 ? 0 : std::min(c, leastScales.size() - 1)];
            least = std::max(least, std::fabs(bias[c]) / (inputScale * 1073741824.0F));
        }
    }
    const QuantizedWeights quantized = quantizeWeights(values, channels, perChannel ? inner : 1, axis, leastScales);
    replaceConstant(id, 1, ElementType::Int8, Bytes::of(quantized.values), quantized.quantization);
    if (!op.input(2).valid()) {
        return;
    }
    Quantization biasScales{{}, {}, 0};
    for (const float scale : quantized.quantization.scales) {
        biasScales.scales.push_back(inputScale * scale);
        biasScales.zeroPoints.push_back(0);
    }
    std::vector<std::int32_t> stored;
    for (std::size_t c = 0; c < bias.size(); ++c) {
        const double value = std::round(static_cast<double>(bias[c]) / static_cast<double>(biasScales.scale(c)));
        stored.push_back(static_cast<std::int32_t>(std::clamp(value, -2147483647.0, 2147483647.0)));
    }
    replaceConstant(id, 2, ElementType::Int32, Bytes::of(stored), biasScales);
}

void Quantizer::convertConstants(OperatorId id)
{
    if (hasWeights(builder_.op(id))) {
        convertWeights(id);
        return;
    }
    if (byteInput(builder_.op(id))) {
        builder_.op(id).kind = Quantize{};
        return;
    }
    const std::size_t inputs = builder_.op(id).inputs.size();
    for (std::size_t i = 0; i < inputs; ++i) {
        const TensorId constant = builder_.op(id).input(i);
        if (!floatConstant(constant)) {
            continue;
        }
        const std::vector<float> values = builder_.tensor(constant).data->copyAs<float>();
        Quantization quantization;
        if (sharesScale(builder_.op(id))) {
            quantization = *builder_.tensor(builder_.op(id).outputs.front()).quantization;
        } else {
            quantization = activationQuantization(rangeOf(values));
        }
        replaceConstant(id, i, ElementType::Int8, Bytes::of(quantizeValues(values, quantization)), quantization);
    }
}

void Quantizer::keepFloatInputs()
{
    for (const TensorId id : std::vector<TensorId>(builder_.inputs())) {
        if (builder_.tensor(id).type != ElementType::Int8 || !builder_.tensor(id).quantization) {
            continue;
        }
        Tensor stored = builder_.tensor(id);
        stored.name = builder_.uniqueTensorName(stored.name + "/int8");
        builder_.tensor(id).type = ElementType::Float32;
        builder_.tensor(id).quantization.reset();
        const TensorId inner = builder_.addTensor(stored);
        builder_.replaceUses(id, inner);
        builder_.addOperator(
            {builder_.uniqueOperatorName(builder_.tensor(id).name + "/quantize"), Quantize{}, {id}, {inner}});
    }
}

void Quantizer::keepFloatOutputs()
{
    std::vector<TensorId> outputs = builder_.outputs();
    for (TensorId &id : outputs) {
        if (builder_.tensor(id).type != ElementType::Int8 || !builder_.tensor(id).quantization) {
            continue;
        }
        Tensor real = builder_.tensor(id);
        builder_.tensor(id).name = builder_.uniqueTensorName(real.name + "/int8");
        real.type = ElementType::Float32;
        real.quantization.reset();
        real.data.reset();
        const TensorId outer = builder_.addTensor(real);
        builder_.addOperator({builder_.uniqueOperatorName(real.name + "/dequantize"), Dequantize{}, {id}, {outer}});
        id = outer;
    }
    builder_.setOutputs(outputs);
}

} // namespace

Graph quantizeInt8(const Graph &graph, const Ranges &ranges, const QuantizeOptions &options)
{
    if (ranges.size() != graph.tensors().size()) {
        throw GraphError({}, graph.name(), "the calibration is of another graph");
    }
    return Quantizer(graph, ranges, options).run();
}

} // namespace tinsmith
