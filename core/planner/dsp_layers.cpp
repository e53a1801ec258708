// SPDX-License-Identifier: Apache-2.0
#include "core/planner/dsp_layers.h"

#include "core/graph/error.h"

#include <algorithm>
#include <set>

namespace tinsmith {

namespace {

std::int64_t alignUp(std::int64_t bytes)
{
    return (bytes + 3) / 4 * 4;
}

bool isInt8(const Graph &graph, TensorId id)
{
    return id && graph.tensor(id).type == ElementType::Int8 && graph.tensor(id).quantization.has_value();
}

/// [batch, in] to [batch, out] as a 1x1 convolution of one pixel.
std::optional<SpatialGeometry> denseGeometry(const Graph &graph, const Operator &op)
{
    const Shape &weights = graph.tensor(op.input(1)).shape;
    const auto elements = graph.tensor(op.input(0)).shape.elements();
    if (!elements || weights.rank() != 2 || weights[0] <= 0 || weights[1] <= 0 || *elements % weights[1] != 0) {
        return std::nullopt;
    }
    SpatialGeometry geometry;
    geometry.batch = *elements / weights[1];
    geometry.inputChannels = weights[1];
    geometry.outputChannels = weights[0];
    return geometry;
}

/// [1,Kh,Kw,C] to [C][Kh*Kw].
std::vector<std::int8_t> byChannel(const std::vector<std::int8_t> &weights, std::int64_t channels, std::int64_t taps)
{
    std::vector<std::int8_t> result(weights.size());
    for (std::int64_t tap = 0; tap < taps; ++tap) {
        for (std::int64_t channel = 0; channel < channels; ++channel) {
            result[static_cast<std::size_t>(channel * taps + tap)]
                = weights[static_cast<std::size_t>(tap * channels + channel)];
        }
    }
    return result;
}

AccumulatorRange rangeOf(const std::int8_t *weights, std::int64_t taps, std::int64_t bias)
{
    AccumulatorRange range{bias, bias};
    for (std::int64_t i = 0; i < taps; ++i) {
        range.first += std::min(weights[i] * -128, weights[i] * 127);
        range.last += std::max(weights[i] * -128, weights[i] * 127);
    }
    return range;
}

/// Accumulators below this can be scaled by 256.
constexpr std::int64_t largestScaled = std::int64_t{1} << 23;

/// The channel's accumulator and factor are what both ways of requantization can take.
bool requantizes(const Int8Layer &layer, std::int64_t channel)
{
    constexpr std::int32_t largestShift = 22;
    const auto at = static_cast<std::size_t>(channel);
    if (layer.constant(channel)) {
        return true;
    }
    const QuantizedMultiplier factor = layer.parameters.multiplier(at);
    return layer.ranges[at].first > -largestScaled && layer.ranges[at].last < largestScaled && factor.shift <= -1
        && factor.shift >= -largestShift;
}

/// Two channels share 16 bits, the first of them times 256: -128 there does not fit with a negative neighbour. The taps
/// where that is so.
std::vector<std::int64_t> tapsWithoutRoom(const Int8Layer &layer, std::int64_t block)
{
    std::set<std::int64_t> found;
    for (const std::int64_t start : dspBlockStarts(layer.channels(), block)) {
        for (std::int64_t channel = start; channel < start + block; channel += 2) {
            if (layer.constant(channel) || layer.constant(channel + 1)) {
                continue;
            }
            const std::int8_t *first = layer.weights.data() + channel * layer.taps;
            const std::int8_t *second = first + layer.taps;
            for (std::int64_t tap = 0; tap < layer.taps; ++tap) {
                if (first[tap] == -128 && second[tap] < 0) {
                    found.insert(tap);
                }
            }
        }
    }
    return {found.begin(), found.end()};
}

/// Rounding twice takes ties of negative results away from zero, which is out of reach where they are all clamped.
bool mayBeFast(const Int8Layer &layer)
{
    const bool rises = layer.parameters.outputZeroPoint == -128 || layer.parameters.rounding() == Rounding::HalfToEven;
    return layer.parameters.bounds == OutputBounds{-128, 127} && rises && layer.smallestRightShift() >= 1
        && layer.smallestRightShift() <= largestRightShift;
}

std::int64_t streamBytes(const Int8Layer &layer, const DspLayer &how)
{
    const auto blocks = static_cast<std::int64_t>(dspBlockStarts(layer.channels(), how.block).size());
    return 4 * blocks * dspBlockWords(how.block, how.steps, how.fast);
}

struct Runs {
    std::int64_t count = 0;
    std::int64_t bytes = 0;
};

Runs runsOf(const SpatialGeometry &geometry)
{
    return geometry.w.dilation == 1 ? Runs{geometry.h.kernel, geometry.w.kernel * geometry.inputChannels}
                                    : Runs{geometry.h.kernel * geometry.w.kernel, geometry.inputChannels};
}

DspLayer vectorLayer(const Int8Layer &layer, bool dense)
{
    DspLayer how;
    how.kernel = dense ? DspKernel::Dense : DspKernel::Pixels;
    how.steps = (layer.taps + 3) / 4;
    how.scratchBytes = dense && layer.taps % 4 == 0 ? 0 : 4 * how.steps;
    how.fast = mayBeFast(layer);
    // Instructions per step and channel fall with larger blocks, which may compute some channels twice.
    double best = 0;
    for (const auto &[block, cost] : {std::pair{8, 0.97}, {4, 1.06}, {2, 1.25}}) {
        const auto blocks = dspBlockStarts(layer.channels(), block).size();
        const double total = static_cast<double>(blocks) * block * cost;
        if (block <= layer.channels() && (best == 0 || total < best)) {
            best = total;
            how.block = block;
        }
    }
    return how;
}

/// Short rows are copied with their padding; otherwise there is room for the runs of windows that reach over an edge.
std::int64_t edgeBytes(const SpatialGeometry &g, const Runs &runs, std::int64_t pixels)
{
    constexpr std::int64_t shortRows = 512;
    const std::int64_t reach = (g.w.output - 1) * g.w.stride + g.w.effectiveKernel();
    const bool over = g.w.padBefore > 0 || (g.w.padBefore == 0 && reach > g.w.input);
    const std::int64_t rows = g.h.kernel * alignUp(reach * g.inputChannels);
    return over && rows <= shortRows ? rows : pixels * alignUp(runs.bytes);
}

/// Those without room, in whole steps: others fill them up, so that layers of as many steps share their code.
std::vector<std::int64_t> repeatedTaps(const Int8Layer &layer, std::int64_t block)
{
    std::vector<std::int64_t> repeated = tapsWithoutRoom(layer, block);
    for (std::int64_t tap = 0; tap < layer.taps && repeated.size() % 4 != 0; ++tap) {
        const auto place = std::lower_bound(repeated.begin(), repeated.end(), tap);
        if (place == repeated.end() || *place != tap) {
            repeated.insert(place, tap);
        }
    }
    return repeated;
}

DspLayer rowsLayer(const Int8Layer &layer)
{
    const SpatialGeometry &g = layer.geometry;
    DspLayer how;
    how.kernel = DspKernel::Rows;
    const bool single = g.h.kernel == 1 && g.w.kernel == 1;
    how.flat = single && g.h.stride == 1 && g.w.stride == 1 && g.h.padBefore == 0 && g.w.padBefore == 0
        && g.h.input == g.h.output && g.w.input == g.w.output;
    // Three pixels need the fewest instructions where groups need not fit a row; two are as good in cycles.
    const std::int64_t row = how.flat ? g.h.output * g.w.output : g.w.output;
    how.pixels = single && row >= 3 && (how.flat || row % 3 == 0 || layer.channels() < 4) ? 3 : 2;
    if (layer.channels() < 4 && row >= 3) {
        how.pixels = 3;
    }
    how.block = how.pixels == 3 ? 2 : 4;
    const Runs runs = runsOf(g);
    const std::int64_t rests = runs.count * (runs.bytes % 4);
    how.repeated = repeatedTaps(layer, how.block);
    how.steps = runs.count * (runs.bytes / 4) + (rests + 3) / 4 + how.repeatedSteps();
    how.scratchBytes = how.pixels * (8 * how.steps + alignUp(rests));
    how.scratchBytes += how.flat && runs.bytes % 4 == 0 ? 0 : edgeBytes(g, runs, how.pixels);
    how.fast = mayBeFast(layer);
    return how;
}

bool allRequantize(const Int8Layer &layer)
{
    for (std::int64_t channel = 0; channel < layer.channels(); ++channel) {
        if (!requantizes(layer, channel)) {
            return false;
        }
    }
    return true;
}

bool allFindAddends(const Int8Layer &layer)
{
    const std::int32_t shift = scaledShift(layer.smallestRightShift());
    for (std::int64_t channel = 0; channel < layer.channels(); ++channel) {
        if (!findAddend(layer.function(channel), layer.bias[static_cast<std::size_t>(channel)], shift)) {
            return false;
        }
    }
    return true;
}

/// Rounding once, to even, is what the fast form does where it has constants: a proof that no accumulator makes a tie.
bool allFindFast(const Int8Layer &layer, const DspLayer &how)
{
    if (layer.parameters.rounding() == Rounding::Twice) {
        return true;
    }
    if (!how.fast || how.addend) {
        return how.fast;
    }
    const std::int32_t smallest = layer.smallestRightShift();
    const bool scaledOnly = how.kernel == DspKernel::Planes;
    const auto finds = [&](std::int64_t channel, bool scaled) {
        return scaled ? findScaled(layer.function(channel), scaledShift(smallest)).has_value()
                      : findPlain(layer.function(channel), plainShift(smallest)).has_value();
    };
    if (scaledOnly) {
        for (std::int64_t channel = 0; channel < layer.channels(); ++channel) {
            if (!finds(channel, true)) {
                return false;
            }
        }
        return true;
    }
    for (const std::int64_t start : dspBlockStarts(layer.channels(), how.block)) {
        for (std::int64_t channel = start; channel < start + how.block; ++channel) {
            if (!finds(channel, (channel - start) % 2 == 0)) {
                return false;
            }
        }
    }
    return true;
}

/// Rows of a band: enough that the set-up of each channel hardly counts, few enough that scratch stays small beside the
/// tensors.
std::int64_t bandFor(const SpatialGeometry &g, std::int64_t rowBytes)
{
    constexpr std::int64_t usual = 2400;
    const std::int64_t room = std::max(usual, g.h.input * g.w.input * g.inputChannels / 16);
    const std::int64_t most = std::max<std::int64_t>((room / rowBytes - 3) / g.h.stride + 1, 1);
    const std::int64_t bands = (g.h.output + most - 1) / most;
    return (g.h.output + bands - 1) / bands;
}

std::optional<DspLayer> planesLayer(const Int8Layer &layer)
{
    const SpatialGeometry &g = layer.geometry;
    // What the assembly's immediate operands can hold.
    constexpr std::int64_t mostWords = 127;
    constexpr std::int64_t mostChannels = 2047;
    const bool kernel = g.h.kernel == 3 && g.w.kernel == 3 && g.h.dilation == 1 && g.w.dilation == 1
        && g.h.stride == g.w.stride && (g.h.stride == 1 || g.h.stride == 2);
    const bool image = g.batch == 1 && g.inputChannels == g.outputChannels && g.w.padBefore >= 0 && g.w.padBefore <= 1
        && g.h.padBefore >= 0 && g.h.padBefore <= 2 && g.h.output <= g.h.input && g.w.output <= g.w.input;
    if (!kernel || !image || layer.channels() > mostChannels) {
        return std::nullopt;
    }
    DspLayer how;
    how.kernel = DspKernel::Planes;
    const std::int64_t words = g.w.stride == 1 ? (g.w.output + 1) / 2 + 1 : g.w.output + 1;
    if (words > mostWords) {
        return std::nullopt;
    }
    how.fast = mayBeFast(layer);
    if (!allRequantize(layer)) {
        // A large bias, and weights that change little about it.
        how.addend = how.fast && allFindAddends(layer);
        if (!how.addend) {
            return std::nullopt;
        }
    }
    if (!allFindFast(layer, how)) {
        return std::nullopt;
    }
    const std::int64_t rowBytes = 16 * words;
    how.band = bandFor(g, rowBytes);
    how.scratchBytes = ((how.band - 1) * g.h.stride + 3) * rowBytes;
    how.weightBytes = 4 * layer.channels() * (how.addend ? 6 : how.fast ? 5 : 7);
    return how;
}

} // namespace

ChannelFunction Int8Layer::function(std::int64_t channel) const
{
    const auto at = static_cast<std::size_t>(channel);
    return {parameters.multiplier(at), parameters.outputZeroPoint, parameters.bounds.min, parameters.bounds.max,
        ranges[at].first, ranges[at].last};
}

bool Int8Layer::constant(std::int64_t channel) const
{
    const ChannelFunction f = function(channel);
    // Left shifts may wrap around between the ends.
    const bool rises = f.first == f.last || f.multiplier.shift <= 0;
    return rises && f.first >= INT32_MIN && f.last <= INT32_MAX && f.constant();
}

std::int32_t Int8Layer::smallestRightShift() const
{
    std::int32_t smallest = INT32_MAX;
    for (std::int64_t channel = 0; channel < channels(); ++channel) {
        if (!constant(channel)) {
            smallest = std::min(smallest, -parameters.multiplier(static_cast<std::size_t>(channel)).shift);
        }
    }
    return smallest == INT32_MAX ? 1 : smallest;
}

std::optional<Int8Layer> int8Layer(const Graph &graph, OperatorId id)
{
    const Operator &op = graph.op(id);
    const bool dense = op.is<FullyConnected>();
    const bool depthwise = op.is<DepthwiseConv2D>();
    if ((!dense && !depthwise && !op.is<Conv2D>()) || op.outputs.empty() || !isInt8(graph, op.input(0))
        || !isInt8(graph, op.input(1)) || !isInt8(graph, op.outputs[0]) || !graph.tensor(op.input(1)).constant()) {
        return std::nullopt;
    }
    // Kernels read words of their input, and only the arena's places are aligned for that.
    if (graph.tensor(op.input(0)).constant()) {
        return std::nullopt;
    }
    const TensorId biasId = op.input(2);
    if (biasId && (!graph.tensor(biasId).constant() || graph.tensor(biasId).type != ElementType::Int32)) {
        return std::nullopt;
    }
    const auto geometry = dense ? denseGeometry(graph, op) : spatialGeometry(graph, op);
    if (!geometry || geometry->groups < 1) {
        return std::nullopt;
    }
    Int8Layer layer;
    layer.kind = dense ? Int8Layer::Kind::Dense : depthwise ? Int8Layer::Kind::Depthwise : Int8Layer::Kind::Convolution;
    layer.geometry = *geometry;
    try {
        layer.parameters = accumulatorParameters(graph, op);
    } catch (const Error &) {
        return std::nullopt;
    }
    layer.weights = graph.tensor(op.input(1)).data->copyAs<std::int8_t>();
    const auto channels = geometry->outputChannels;
    const auto biases = biasId ? graph.tensor(biasId).data->copyAs<std::int32_t>() : std::vector<std::int32_t>();
    layer.taps = channels > 0 ? static_cast<std::int64_t>(layer.weights.size()) / channels : 0;
    const auto known = layer.parameters.multipliers.size();
    if (layer.taps <= 0 || layer.taps * channels != static_cast<std::int64_t>(layer.weights.size())
        || layer.parameters.weightZeroPoint != 0 || (known != 1 && known != static_cast<std::size_t>(channels))
        || (biasId && biases.size() != static_cast<std::size_t>(channels))) {
        return std::nullopt;
    }
    if (depthwise) {
        layer.weights = byChannel(layer.weights, channels, layer.taps);
    }
    for (std::int64_t channel = 0; channel < channels; ++channel) {
        const std::int8_t *weights = layer.weights.data() + channel * layer.taps;
        std::int64_t bias = biases.empty() ? 0 : biases[static_cast<std::size_t>(channel)];
        for (std::int64_t i = 0; i < layer.taps; ++i) {
            bias -= std::int64_t{layer.parameters.inputZeroPoint} * weights[i];
        }
        layer.bias.push_back(bias);
        layer.ranges.push_back(rangeOf(weights, layer.taps, bias));
    }
    return layer;
}

std::optional<DspLayer> dspLayer(const Int8Layer &layer)
{
    const SpatialGeometry &g = layer.geometry;
    if (layer.kind == Int8Layer::Kind::Depthwise) {
        return planesLayer(layer);
    }
    const bool dense = layer.kind == Int8Layer::Kind::Dense;
    // Counts that the assembly's immediate operands can hold.
    constexpr std::int64_t mostTaps = 8192;
    constexpr std::int64_t mostChannels = 1360;
    if (g.groups != 1 || layer.channels() < 2 || layer.taps > mostTaps || !allRequantize(layer)) {
        return std::nullopt;
    }
    const bool pixelByPixel = dense || g.w.output < 2 || (layer.channels() < 4 && g.w.output < 3);
    if (!pixelByPixel && layer.channels() > mostChannels) {
        return std::nullopt;
    }
    DspLayer how = pixelByPixel ? vectorLayer(layer, dense) : rowsLayer(layer);
    // So many repeated taps hardly ever occur, and would no longer pay.
    const auto mostRepeated = static_cast<std::size_t>(8 + std::min<std::int64_t>(layer.taps / 4, 500));
    const bool packs = how.kernel == DspKernel::Rows ? how.repeated.size() <= mostRepeated
                                                     : tapsWithoutRoom(layer, how.block).empty();
    if (!packs || !allFindFast(layer, how)) {
        return std::nullopt;
    }
    how.weightBytes = streamBytes(layer, how) + 2 * static_cast<std::int64_t>(how.repeated.size());
    return how;
}

std::vector<std::int64_t> dspBlockStarts(std::int64_t channels, std::int64_t block)
{
    const std::int64_t rest = channels % block;
    std::vector<std::int64_t> starts;
    if (rest > 0) {
        starts.push_back(0);
    }
    for (std::int64_t start = rest; start + block <= channels; start += block) {
        starts.push_back(start);
    }
    return starts;
}

std::int64_t dspBlockWords(std::int64_t block, std::int64_t steps, bool fast)
{
    return block + steps * block + (fast ? block / 2 * 3 : block * 3);
}

std::vector<std::int64_t> dspTapOrder(const Int8Layer &layer, const DspLayer &how)
{
    std::vector<std::int64_t> order;
    if (how.kernel == DspKernel::Rows) {
        const Runs runs = runsOf(layer.geometry);
        const std::int64_t whole = runs.bytes / 4 * 4;
        for (std::int64_t tap = 0; tap < layer.taps; ++tap) {
            if (tap % runs.bytes < whole) {
                order.push_back(tap);
            }
        }
        for (std::int64_t tap = 0; tap < layer.taps; ++tap) {
            if (tap % runs.bytes >= whole) {
                order.push_back(tap);
            }
        }
    } else {
        for (std::int64_t tap = 0; tap < layer.taps; ++tap) {
            order.push_back(tap);
        }
    }
    order.resize(static_cast<std::size_t>(4 * (how.steps - how.repeatedSteps())), -1);
    for (std::size_t k = 0; k < how.repeated.size(); ++k) {
        order.push_back(layer.taps + static_cast<std::int64_t>(k));
    }
    order.resize(static_cast<std::size_t>(4 * how.steps), -1);
    return order;
}

} // namespace tinsmith
