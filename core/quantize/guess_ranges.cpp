// SPDX-License-Identifier: Apache-2.0
#include "core/quantize/guess_ranges.h"

#include "core/execute/compare.h"
#include "core/execute/executor.h"
#include "core/execute/scalar_functions.h"
#include "core/quantize/input_guess.h"
#include "core/quantize/normalization_statistics.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace tinsmith {
namespace {

using Samples = std::vector<std::vector<std::vector<std::byte>>>;

constexpr float deviations = 4;
constexpr std::uint32_t seed = 20260101;

/// Numbers of about normal distribution, the same on every machine, within +-`deviations`.
class Normal {
public:
    float operator()()
    {
        // The sum of twelve uniform numbers has variance 1.
        float sum = -6;
        for (int i = 0; i < 12; ++i) {
            sum += static_cast<float>(random_() >> 8) / 16777216.0F;
        }
        return std::clamp(sum, -deviations, deviations);
    }

private:
    std::mt19937 random_{seed};
};

/// Values of a normalisation's output: half of the variance is common to a channel, as it is in trained maps.
std::vector<std::byte> drawn(const Tensor &tensor, const NormalizationStatistics &statistics, Normal &normal)
{
    const std::size_t channels = statistics.beta.size();
    std::vector<float> common(channels);
    for (float &value : common) {
        value = normal();
    }
    std::vector<float> values(static_cast<std::size_t>(tensor.shape.elements().value_or(0)));
    const float half = std::sqrt(0.5F);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::size_t c = i % channels;
        const float deviation = std::clamp(half * (common[c] + normal()), -deviations, deviations);
        values[i] = statistics.beta[c] + std::fabs(statistics.gamma[c]) * deviation;
    }
    const auto view = std::as_bytes(std::span<const float>(values));
    return {view.begin(), view.end()};
}

Range widest(const std::vector<float> &mean, const std::vector<float> &deviation)
{
    Range range;
    for (std::size_t c = 0; c < mean.size(); ++c) {
        const float reach = deviations * deviation[c];
        const Range own{mean[c] - reach, mean[c] + reach};
        range = c == 0 ? own : Range{std::min(range.min, own.min), std::max(range.max, own.max)};
    }
    return range;
}

void set(GuessedRanges &guess, const std::string &name, Range range)
{
    if (std::isfinite(range.min) && std::isfinite(range.max)) {
        guess.byName[name] = range;
        guess.fromStatistics.insert(name);
    }
}

/// What follows from the statistics alone: the range of a normalisation's input and output, and of activations of it.
void addExact(const Graph &graph, const NormalizationStatistics &statistics, GuessedRanges &guess)
{
    const Operator &op = graph.op(statistics.op);
    std::vector<float> deviation;
    for (const float variance : statistics.variance) {
        deviation.push_back(std::sqrt(std::max(variance, 0.0F)));
    }
    set(guess, graph.tensor(op.inputs[0]).name, widest(statistics.mean, deviation));
    std::vector<float> gamma(statistics.gamma);
    for (float &value : gamma) {
        value = std::fabs(value);
    }
    const Range output = widest(statistics.beta, gamma);
    set(guess, graph.tensor(op.outputs[0]).name, output);
    for (const OperatorId reader : graph.consumers(op.outputs[0])) {
        const auto *activation = graph.op(reader).as<Activation>();
        if (activation == nullptr) {
            continue;
        }
        const std::string &name = graph.tensor(graph.op(reader).outputs[0]).name;
        const float low = applyActivation(*activation, output.min);
        const float high = applyActivation(*activation, output.max);
        // Not all functions are monotonic: what was drawn counts too.
        const Range seen = guess.byName[name];
        Range range{std::min(low, high), std::max(low, high)};
        if (seen.min <= seen.max) {
            range = {std::min(range.min, seen.min), std::max(range.max, seen.max)};
        }
        set(guess, name, range);
    }
}

} // namespace

GuessedRanges guessRanges(const Graph &graph, std::size_t count, const Progress &progress)
{
    const auto statistics = normalizationStatistics(graph);
    const Graph cut = statistics.empty() ? graph : withoutNormalizations(graph, statistics);
    Samples samples = syntheticSamples(graph, count);
    if (!statistics.empty()) {
        suitInputs(graph, cut, statistics, samples);
        Normal normal;
        for (auto &sample : samples) {
            for (const NormalizationStatistics &each : statistics) {
                sample.push_back(drawn(graph.tensor(graph.op(each.op).outputs[0]), each, normal));
            }
        }
    }
    const Ranges ranges = calibrate(cut, samples, progress);
    GuessedRanges guess;
    for (std::size_t i = 0; i < cut.tensors().size(); ++i) {
        const Tensor &tensor = cut.tensors()[i];
        if (tensor.type == ElementType::Float32 && !tensor.constant() && ranges[i].min <= ranges[i].max) {
            guess.byName[tensor.name] = ranges[i];
        }
    }
    for (const NormalizationStatistics &each : statistics) {
        addExact(graph, each, guess);
    }
    return guess;
}

} // namespace tinsmith
