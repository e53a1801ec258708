// SPDX-License-Identifier: Apache-2.0
#include "core/rewrites/channel_values.h"

#include "core/execute/quantized_parameters.h"
#include "core/execute/scalar_functions.h"
#include "core/graph/error.h"
#include "core/graph/geometry.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

namespace tinsmith {
namespace {

/// Sums beyond this may wrap around in 32 bits: nothing is then known of the output.
constexpr double largestSum = 2147483647.0;

bool integer(const Tensor &tensor)
{
    return tensor.type == ElementType::Int8 && tensor.quantization.has_value();
}

std::vector<float> realsOf(const Tensor &tensor)
{
    std::vector<float> values;
    if (tensor.type == ElementType::Int8) {
        const auto stored = tensor.data->copyAs<std::int8_t>();
        values.assign(stored.begin(), stored.end());
    } else if (tensor.type == ElementType::Float32) {
        values = tensor.data->copyAs<float>();
    }
    return values;
}

std::int64_t ceilingOf(std::int64_t value, std::int64_t divisor)
{
    return value <= 0 ? value / divisor : (value - 1) / divisor + 1;
}

/// Which kernel taps lie inside the image along one axis: all different runs [first, last) over the outputs. Outputs
/// of the same run are passed over: a line may have a thousand million of them.
std::set<std::pair<std::int64_t, std::int64_t>> tapRuns(const AxisGeometry &axis)
{
    std::set<std::pair<std::int64_t, std::int64_t>> runs;
    for (std::int64_t y = 0; y < axis.output;) {
        const std::int64_t start = y * axis.stride - axis.padBefore;
        const std::int64_t first = std::clamp<std::int64_t>(ceilingOf(-start, axis.dilation), 0, axis.kernel);
        const std::int64_t last
            = std::clamp<std::int64_t>(ceilingOf(axis.input - start, axis.dilation), first, axis.kernel);
        runs.insert({first, last});
        // The first start at which one tap more lies behind the image's begin, or one behind its end.
        std::int64_t change = std::numeric_limits<std::int64_t>::max();
        if (first > 0) {
            change = -(first - 1) * axis.dilation;
        }
        if (last > first) {
            change = std::min(change, axis.input - (last - 1) * axis.dilation);
        }
        if (change == std::numeric_limits<std::int64_t>::max()) {
            break;
        }
        y = std::max(y + 1, ceilingOf(change + axis.padBefore, axis.stride));
    }
    return runs;
}

class Values {
public:
    explicit Values(const ChannelFlow &flow) : flow_(flow), graph_(flow.graph()), ranges_(flow.size()) { }

    std::vector<ValueRange> run()
    {
        for (std::size_t i = 0; i < graph_.tensors().size(); ++i) {
            if (integer(graph_.tensors()[i])) {
                setAll(TensorId(i), {-128, 127});
            }
        }
        for (std::size_t i = 0; i < graph_.operators().size(); ++i) {
            const OperatorId id(i);
            const Operator &op = graph_.op(id);
            if (flow_.role(id) == ChannelRole::Barrier) {
                continue;
            }
            try {
                follow(id, op);
            } catch (const UnsupportedError &) {
                // Its quantization cannot be computed with: its output may hold anything.
            }
        }
        return std::move(ranges_);
    }

private:
    void follow(OperatorId id, const Operator &op)
    {
        const Tensor &input = graph_.tensor(op.inputs[0]);
        const Tensor &output = graph_.tensor(op.outputs[0]);
        if (flow_.role(id) == ChannelRole::Mix || op.is<DepthwiseConv2D>()) {
            weigh(id, op);
        } else if (integer(input) && integer(output)) {
            passIntegers(id, op);
        } else if (input.type == ElementType::Float32 && output.type == ElementType::Float32) {
            passReals(id, op);
        }
    }

    ValueRange &range(TensorId id, std::int64_t channel)
    {
        return ranges_[flow_.channels(id).base + static_cast<std::size_t>(channel)];
    }

    void setAll(TensorId id, ValueRange value)
    {
        for (std::int64_t c = 0; flow_.channels(id).known() && c < flow_.channels(id).count; ++c) {
            range(id, c) = value;
        }
    }

    void weigh(OperatorId id, const Operator &op)
    {
        const bool integers = integer(graph_.tensor(op.inputs[0]));
        const MixWeights mix(graph_, op);
        std::vector<std::vector<std::int64_t>> windows;
        const auto geometry = spatialGeometry(graph_, op);
        if (!geometry && !op.is<FullyConnected>()) {
            return;
        }
        if (geometry) {
            for (const auto &[top, bottom] : tapRuns(geometry->h)) {
                for (const auto &[left, right] : tapRuns(geometry->w)) {
                    auto &window = windows.emplace_back();
                    for (std::int64_t y = top; y < bottom; ++y) {
                        for (std::int64_t x = left; x < right; ++x) {
                            window.push_back(y * geometry->w.kernel + x);
                        }
                    }
                }
            }
        } else {
            windows.push_back({0});
        }
        std::optional<AccumulatorParameters> parameters;
        if (integers) {
            parameters = accumulatorParameters(graph_, op);
        }
        std::vector<ValueRange> perTap(static_cast<std::size_t>(mix.taps));
        for (std::int64_t c = 0; c < mix.outputs; ++c) {
            for (std::int64_t tap = 0; tap < mix.taps; ++tap) {
                perTap[static_cast<std::size_t>(tap)] = tapSum(id, op, mix, c, tap);
            }
            ValueRange all{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
            for (const auto &window : windows) {
                const double bias = mix.bias[static_cast<std::size_t>(c)];
                ValueRange sum{bias, bias};
                for (const std::int64_t tap : window) {
                    sum.low += perTap[static_cast<std::size_t>(tap)].low;
                    sum.high += perTap[static_cast<std::size_t>(tap)].high;
                }
                const ValueRange made = integers ? stored(sum, *parameters, c) : clamped(sum, op);
                all = {std::min(all.low, made.low), std::max(all.high, made.high)};
            }
            if (integers || all.constant()) {
                range(op.outputs[0], c) = all;
            }
        }
    }

    /// What one tap adds to an output's sum.
    ValueRange tapSum(OperatorId id, const Operator &op, const MixWeights &mix, std::int64_t output, std::int64_t tap)
    {
        ValueRange sum{0, 0};
        for (std::int64_t column = 0; column < mix.columns; ++column) {
            const double weight = mix.at(output, tap, column);
            if (weight == 0) {
                continue;
            }
            const std::int64_t source = op.is<DepthwiseConv2D>()
                ? flow_.links(id).front().from[static_cast<std::size_t>(output)]
                : flow_.mixSource(id, column);
            const ValueRange &x = range(op.inputs[0], source);
            const double a = weight * (x.low - mix.inputZero);
            const double b = weight * (x.high - mix.inputZero);
            sum.low += std::min(a, b);
            sum.high += std::max(a, b);
        }
        return sum;
    }

    static ValueRange stored(ValueRange sum, const AccumulatorParameters &parameters, std::int64_t channel)
    {
        const QuantizedMultiplier factor = parameters.multiplier(static_cast<std::size_t>(channel));
        const ValueRange unknown{double(parameters.bounds.min), double(parameters.bounds.max)};
        const double room = std::ldexp(largestSum, -std::max(factor.shift, 0));
        if (!(sum.low >= -room && sum.high <= room)) {
            return unknown;
        }
        const auto at = [&](double value) {
            const std::int64_t shifted
                = std::int64_t{requantize(static_cast<std::int32_t>(value), factor)} + parameters.outputZeroPoint;
            return static_cast<double>(std::clamp<std::int64_t>(shifted, parameters.bounds.min, parameters.bounds.max));
        };
        return {at(sum.low), at(sum.high)};
    }

    static ValueRange clamped(ValueRange sum, const Operator &op)
    {
        FusedActivation activation = FusedActivation::None;
        std::visit(
            [&](const auto &kind) {
                if constexpr (requires { kind.activation; }) {
                    activation = kind.activation;
                }
            },
            op.kind);
        if (activation == FusedActivation::Tanh || activation == FusedActivation::SignBit || !sum.constant()) {
            return {};
        }
        const FloatBounds bounds = floatBounds(activation);
        const double value
            = std::clamp(static_cast<double>(static_cast<float>(sum.low)), double(bounds.min), double(bounds.max));
        return {value, value};
    }

    /// The ranges of the channels that output channel `c` depends on.
    std::vector<ValueRange> sources(OperatorId id, const Operator &op, std::int64_t c)
    {
        std::vector<ValueRange> found;
        for (const ChannelLink &link : flow_.links(id)) {
            const std::int64_t from = link.from[static_cast<std::size_t>(c)];
            if (from >= 0) {
                found.push_back(range(op.inputs[link.input], from));
            }
        }
        return found;
    }

    void passIntegers(OperatorId id, const Operator &op)
    {
        const std::int64_t count = flow_.channels(op.outputs[0]).count;
        for (std::int64_t c = 0; c < count; ++c) {
            const auto from = sources(id, op, c);
            const bool whole = std::all_of(from.begin(), from.end(),
                [](const ValueRange &x) { return x.low >= -128 && x.high <= 127 && x.low <= x.high; });
            if (!from.empty() && whole) {
                if (const auto made = integersOf(op, from)) {
                    range(op.outputs[0], c) = *made;
                }
            }
        }
    }

    std::optional<ValueRange> integersOf(const Operator &op, const std::vector<ValueRange> &from)
    {
        const ValueRange &x = from.front();
        if (op.is<Reshape>() || op.is<Squeeze>() || op.is<ExpandDims>() || op.is<Identity>()) {
            return x;
        }
        if (const auto *pool = op.as<Pool2D>()) {
            if (pool->function == PoolFunction::L2 || pool->countIncludesPadding || !sameQuantization(op)) {
                return std::nullopt;
            }
            return clampedTo(x, outputBounds(graph_, op, pool->activation));
        }
        if (const auto *concatenation = op.as<Concatenation>()) {
            const bool plain = concatenation->activation == FusedActivation::None && sameQuantization(op);
            return plain ? hull(from) : std::nullopt;
        }
        if (const auto *pad = op.as<Pad>()) {
            const double value = quantizedValue(pad->value, graph_.tensor(op.outputs[0]));
            return sameQuantization(op) ? hull({x, {value, value}}) : std::nullopt;
        }
        if (const auto *reduce = op.as<Reduce>()) {
            return reduced(op, *reduce, x);
        }
        if (const auto *binary = op.as<Binary>(); binary != nullptr && from.size() == 2) {
            return summed(op, *binary, from);
        }
        if (op.is<Activation>() || op.is<Unary>() || op.is<Quantize>()) {
            if (const auto *table = tableOf(op)) {
                ValueRange made{127, -128};
                for (int q = static_cast<int>(x.low); q <= static_cast<int>(x.high); ++q) {
                    const double y = (*table)[static_cast<std::size_t>(q + 128)];
                    made = {std::min(made.low, y), std::max(made.high, y)};
                }
                return made;
            }
        }
        return std::nullopt;
    }

    bool sameQuantization(const Operator &op) const
    {
        return std::all_of(op.inputs.begin(), op.inputs.end(), [&](TensorId input) {
            return input && graph_.tensor(input).quantization == graph_.tensor(op.outputs[0]).quantization;
        });
    }

    static ValueRange clampedTo(ValueRange x, OutputBounds bounds)
    {
        return {std::clamp<double>(x.low, bounds.min, bounds.max), std::clamp<double>(x.high, bounds.min, bounds.max)};
    }

    static std::optional<ValueRange> hull(const std::vector<ValueRange> &from)
    {
        ValueRange all = from.front();
        for (const ValueRange &x : from) {
            all = {std::min(all.low, x.low), std::max(all.high, x.high)};
        }
        return all;
    }

    std::optional<ValueRange> reduced(const Operator &op, const Reduce &reduce, ValueRange x)
    {
        if (reduce.function == ReduceFunction::Max || reduce.function == ReduceFunction::Min) {
            return sameQuantization(op) ? std::optional(x) : std::nullopt;
        }
        if (reduce.function != ReduceFunction::Mean && reduce.function != ReduceFunction::Sum) {
            return std::nullopt;
        }
        const ReductionParameters parameters = reductionParameters(graph_, op);
        const auto count = static_cast<double>(parameters.elements);
        const auto at = [&](double q) -> std::optional<double> {
            const double sum = count * (q - parameters.inputZeroPoint);
            if (std::abs(sum) > std::ldexp(largestSum, -std::max(parameters.factor.shift, 0))) {
                return std::nullopt;
            }
            const auto scaled = std::int64_t{requantize(static_cast<std::int32_t>(sum), parameters.factor)};
            return static_cast<double>(std::clamp<std::int64_t>(scaled + parameters.outputZeroPoint, -128, 127));
        };
        const auto low = at(x.low);
        const auto high = at(x.high);
        return low && high ? std::optional(ValueRange{*low, *high}) : std::nullopt;
    }

    std::optional<ValueRange> summed(const Operator &op, const Binary &binary, const std::vector<ValueRange> &from)
    {
        const bool minus = binary.function == BinaryFunction::Sub;
        if (binary.function != BinaryFunction::Add && !minus) {
            return std::nullopt;
        }
        const SumParameters p = sumParameters(graph_, op);
        const auto at = [&](double a, double b) {
            const auto scaled = [&](double q, std::int32_t zero, QuantizedMultiplier factor) {
                return requantize((static_cast<std::int32_t>(q) - zero) * (1 << p.leftShift), factor);
            };
            const std::int32_t first = scaled(a, p.zeroPoint1, p.factor1);
            const std::int32_t second = scaled(b, p.zeroPoint2, p.factor2);
            const std::int32_t sum
                = wrappingSum(requantize(wrappingSum(first, minus ? -second : second), p.output), p.outputZeroPoint);
            return static_cast<double>(clampTo(sum, p.bounds.min, p.bounds.max));
        };
        return minus ? ValueRange{at(from[0].low, from[1].high), at(from[0].high, from[1].low)}
                     : ValueRange{at(from[0].low, from[1].low), at(from[0].high, from[1].high)};
    }

    const std::array<std::int8_t, 256> *tableOf(const Operator &op)
    {
        if (tableOwner_ != &op) {
            tableOwner_ = &op;
            table_ = lookupTable(graph_, op);
        }
        return table_ ? &*table_ : nullptr;
    }

    void passReals(OperatorId id, const Operator &op)
    {
        const std::int64_t count = flow_.channels(op.outputs[0]).count;
        for (std::int64_t c = 0; c < count; ++c) {
            const auto from = sources(id, op, c);
            const bool constant = !from.empty()
                && std::all_of(from.begin(), from.end(), [](const ValueRange &x) { return x.constant(); });
            if (!constant) {
                continue;
            }
            if (const auto made = realOf(op, from, c)) {
                range(op.outputs[0], c) = {*made, *made};
            }
        }
    }

    /// The constant that a float operator makes of constants; nothing where it is none at every position.
    std::optional<double> realOf(const Operator &op, const std::vector<ValueRange> &from, std::int64_t channel)
    {
        const double x = from.front().low;
        if (op.is<Reshape>() || op.is<Squeeze>() || op.is<ExpandDims>() || op.is<Identity>() || op.is<GlobalPool>()) {
            return x;
        }
        if (const auto *pool = op.as<Pool2D>()) {
            const bool changes = pool->function == PoolFunction::L2 || pool->countIncludesPadding;
            return changes ? std::nullopt : constantOf(clamped({x, x}, op));
        }
        if (const auto *reduce = op.as<Reduce>()) {
            const bool keeps = reduce->function == ReduceFunction::Mean || reduce->function == ReduceFunction::Max
                || reduce->function == ReduceFunction::Min;
            return keeps ? std::optional(x) : std::nullopt;
        }
        if (const auto *pad = op.as<Pad>()) {
            return pad->value == x ? std::optional(x) : std::nullopt;
        }
        if (const auto *activation = op.as<Activation>()) {
            return applyActivation(*activation, static_cast<float>(x));
        }
        if (const auto *norm = op.as<BatchNormalization>()) {
            return normalized(op, *norm, x, channel);
        }
        if (const auto *binary = op.as<Binary>()) {
            return combined(op, *binary, from, channel);
        }
        const auto *concatenation = op.as<Concatenation>();
        if (concatenation != nullptr && concatenation->activation == FusedActivation::None) {
            return constantOf(*hull(from));
        }
        return std::nullopt;
    }

    /// Arithmetic of two operands, each a constant channel or a constant tensor (one value, or one per channel).
    std::optional<double> combined(
        const Operator &op, const Binary &binary, const std::vector<ValueRange> &from, std::int64_t channel)
    {
        std::array<float, 2> operands{};
        std::size_t next = 0;
        for (std::size_t i = 0; i < operands.size() && i < op.inputs.size(); ++i) {
            const Tensor &tensor = graph_.tensor(op.inputs[i]);
            if (!tensor.constant()) {
                operands[i] = static_cast<float>(from.at(next++).low);
                continue;
            }
            const auto values = realsOf(tensor);
            const std::size_t at = values.size() == 1 ? 0 : static_cast<std::size_t>(channel);
            if (at >= values.size()) {
                return std::nullopt;
            }
            operands[i] = values[at];
        }
        const auto [a, b] = operands;
        double value = 0;
        switch (binary.function) {
        case BinaryFunction::Add:
            value = a + b;
            break;
        case BinaryFunction::Sub:
            value = a - b;
            break;
        case BinaryFunction::Mul:
            value = a * b;
            break;
        default:
            return std::nullopt;
        }
        return std::isfinite(value) ? constantOf(clamped({value, value}, op)) : std::nullopt;
    }

    static std::optional<double> constantOf(ValueRange value)
    {
        return value.constant() ? std::optional(value.low) : std::nullopt;
    }

    std::optional<double> normalized(const Operator &op, const BatchNormalization &norm, double x, std::int64_t channel)
    {
        std::array<double, 4> values{};
        for (std::size_t i = 0; i < values.size(); ++i) {
            const TensorId id = op.input(i + 1);
            if (!id || !graph_.tensor(id).constant() || graph_.tensor(id).type != ElementType::Float32) {
                return std::nullopt;
            }
            const auto all = realsOf(graph_.tensor(id));
            if (static_cast<std::size_t>(channel) >= all.size()) {
                return std::nullopt;
            }
            values[i] = all[static_cast<std::size_t>(channel)];
        }
        const auto [gamma, beta, mean, variance] = values;
        return static_cast<float>(gamma * (x - mean) / std::sqrt(variance + double{norm.epsilon}) + beta);
    }

    const ChannelFlow &flow_;
    const Graph &graph_;
    std::vector<ValueRange> ranges_;
    const Operator *tableOwner_ = nullptr;
    std::optional<std::array<std::int8_t, 256>> table_;
};

} // namespace

std::vector<ValueRange> channelValues(const ChannelFlow &flow)
{
    return Values(flow).run();
}

MixWeights::MixWeights(const Graph &graph, const Operator &op)
{
    const Tensor &weights = graph.tensor(op.inputs[1]);
    const Shape &shape = weights.shape;
    const bool depthwise = op.is<DepthwiseConv2D>();
    const auto *conv = op.as<Conv2D>();
    const bool first = conv != nullptr && conv->layout == Layout::ChannelsFirst;
    const std::vector<float> raw = realsOf(weights);
    const double zero = weights.quantization ? static_cast<double>(weights.quantization->zeroPoint()) : 0;
    if (depthwise) {
        outputs = shape[3];
        columns = 1;
        taps = shape[1] * shape[2];
    } else if (conv != nullptr) {
        outputs = shape[0];
        columns = shape[first ? 1 : 3];
        taps = first ? shape[2] * shape[3] : shape[1] * shape[2];
    } else {
        outputs = shape[0];
        columns = shape[1];
    }
    values.resize(static_cast<std::size_t>(outputs * columns * taps));
    for (std::int64_t c = 0; c < outputs && raw.size() == values.size(); ++c) {
        for (std::int64_t tap = 0; tap < taps; ++tap) {
            for (std::int64_t column = 0; column < columns; ++column) {
                const std::int64_t at = depthwise ? tap * outputs + c
                    : first                       ? (c * columns + column) * taps + tap
                                                  : (c * taps + tap) * columns + column;
                values[static_cast<std::size_t>((c * taps + tap) * columns + column)]
                    = raw[static_cast<std::size_t>(at)] - static_cast<float>(zero);
            }
        }
    }
    bias.resize(static_cast<std::size_t>(outputs));
    if (const TensorId id = op.input(2)) {
        const Tensor &tensor = graph.tensor(id);
        if (tensor.type == ElementType::Int32) {
            const auto stored = tensor.data->copyAs<std::int32_t>();
            std::copy_n(stored.begin(), std::min(stored.size(), bias.size()), bias.begin());
        } else if (tensor.type == ElementType::Float32) {
            const auto stored = tensor.data->copyAs<float>();
            std::copy_n(stored.begin(), std::min(stored.size(), bias.size()), bias.begin());
        }
    }
    const Tensor &input = graph.tensor(op.inputs[0]);
    inputZero = input.quantization ? static_cast<double>(input.quantization->zeroPoint()) : 0;
    if (const auto geometry = spatialGeometry(graph, op)) {
        for (const AxisGeometry *axis : {&geometry->h, &geometry->w}) {
            const auto runs = tapRuns(*axis);
            unpadded = unpadded && runs.size() == 1 && runs.begin()->first == 0 && runs.begin()->second == axis->kernel;
        }
    }
}

} // namespace tinsmith
