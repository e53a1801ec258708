// SPDX-License-Identifier: Apache-2.0
#include "core/quantize/input_guess.h"

#include "core/execute/compare.h"
#include "core/execute/executor.h"
#include "core/quantize/quantize.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace tinsmith {
namespace {

/// What inputs may be like.
struct Hypothesis {
    float low = 0;
    float high = 1;
    double mean = 0.5;
    double deviation = 0.3;
};

std::vector<Hypothesis> hypotheses(bool image)
{
    if (image) {
        // Photographs: darker than the middle, with about a quarter of the range as deviation.
        return {{0, 1, 0.45, 0.25}, {0, 255, 115, 64}, {-1, 1, -0.1, 0.5}, {-2.2F, 2.7F, 0, 1}};
    }
    std::vector<Hypothesis> all;
    for (int exponent = -6; exponent <= 12; exponent += 2) {
        const double size = std::ldexp(1.0, exponent);
        all.push_back({static_cast<float>(-size), static_cast<float>(size), 0, size / 2});
    }
    return all;
}

/// Mean and variance of one channel.
struct Moments {
    double sum = 0;
    double squares = 0;
    double count = 0;
    double mean() const { return count > 0 ? sum / count : 0; }
    double variance() const { return count > 0 ? std::max(squares / count - mean() * mean(), 0.0) : 0; }
};
using MomentsByName = std::map<std::string, std::vector<Moments>>;

/// Runs samples of the model's own input; tensors of `wanted` (name and channels) are summed up per channel.
MomentsByName momentsOf(const Graph &graph, const std::vector<std::vector<std::byte>> &values,
    const std::map<std::string, std::size_t> &wanted)
{
    MomentsByName moments;
    Executor executor(graph);
    for (const auto &value : values) {
        // What is cut off reads zeros; nothing that is wanted depends on it.
        std::vector<TensorValue> inputs = {value};
        for (std::size_t i = 1; i < graph.inputs().size(); ++i) {
            inputs.emplace_back(static_cast<std::size_t>(graph.tensor(graph.inputs()[i]).bytes().value_or(0)));
        }
        executor.run(inputs, [&](TensorId id, std::span<const std::byte> bytes) {
            const Tensor &tensor = graph.tensor(id);
            const auto found = wanted.find(tensor.name);
            if (found == wanted.end()) {
                return;
            }
            auto &own = moments[tensor.name];
            own.resize(found->second);
            const std::vector<float> reals = realsOf(tensor, bytes);
            for (std::size_t i = 0; i < reals.size(); ++i) {
                Moments &channel = own[i % own.size()];
                channel.sum += static_cast<double>(reals[i]);
                channel.squares += static_cast<double>(reals[i]) * static_cast<double>(reals[i]);
                channel.count += 1;
            }
        });
    }
    return moments;
}

/// The tensors of the cut graph that depend on its first input alone.
std::vector<bool> fromFirstInput(const Graph &cut)
{
    std::vector<bool> other(cut.tensors().size());
    std::vector<bool> first(cut.tensors().size());
    for (std::size_t i = 0; i < cut.inputs().size(); ++i) {
        (i == 0 ? first : other)[cut.inputs()[i].position()] = true;
    }
    for (const Operator &op : cut.operators()) {
        bool any = false;
        bool all = true;
        for (const TensorId id : op.inputs) {
            any = any || (id.valid() && first[id.position()]);
            all = all && (!id.valid() || !other[id.position()]);
        }
        for (const TensorId id : op.outputs) {
            if (id.valid()) {
                first[id.position()] = any && all;
                other[id.position()] = !all;
            }
        }
    }
    return first;
}

std::vector<std::byte> mapped(const std::vector<std::byte> &value, float low, float high, const Hypothesis &to)
{
    Tensor tensor;
    tensor.shape = {static_cast<std::int64_t>(value.size() / sizeof(float))};
    std::vector<float> reals = realsOf(tensor, value);
    for (float &real : reals) {
        real = to.low + (real - low) / (high - low) * (to.high - to.low);
    }
    const auto view = std::as_bytes(std::span<const float>(reals));
    return {view.begin(), view.end()};
}

} // namespace

void suitInputs(const Graph &graph, const Graph &cut, const std::vector<NormalizationStatistics> &statistics,
    std::vector<std::vector<std::vector<std::byte>>> &samples)
{
    if (graph.inputs().size() != 1 || samples.empty() || graph.tensor(graph.inputs()[0]).type != ElementType::Float32) {
        return;
    }
    const auto first = fromFirstInput(cut);
    std::map<std::string, std::size_t> wanted;
    std::map<std::string, const NormalizationStatistics *> trained;
    for (const NormalizationStatistics &each : statistics) {
        const std::string &name = graph.tensor(graph.op(each.op).inputs[0]).name;
        const TensorId id = cut.tensorNamed(name);
        if (id.valid() && first[id.position()] && cut.producer(id).valid()) {
            wanted[name] = each.gamma.size();
            trained[name] = &each;
        }
    }
    if (wanted.empty()) {
        return;
    }
    const bool image = looksLikeImage(graph.tensor(graph.inputs()[0]));
    const float low = image ? 0 : -1;
    const Hypothesis unit{0, 1, 0.5, std::sqrt(1.0 / 12)};
    constexpr std::size_t few = 4;
    std::vector<std::vector<std::byte>> values;
    for (std::size_t i = 0; i < std::min(few, samples.size()); ++i) {
        values.push_back(mapped(samples[i][0], low, 1, unit));
    }
    const MomentsByName random = momentsOf(cut, values, wanted);
    const MomentsByName zero = momentsOf(cut, {std::vector<std::byte>(values.front().size())}, wanted);
    const auto all = hypotheses(image);
    std::size_t best = 0;
    double bestScore = INFINITY;
    for (std::size_t h = 0; h < all.size(); ++h) {
        double shifts = 0;
        double ratios = 0;
        double channels = 0;
        for (const auto &[name, moments] : random) {
            const NormalizationStatistics &seen = *trained.at(name);
            for (std::size_t c = 0; c < moments.size(); ++c) {
                const double variance = static_cast<double>(seen.variance[c]);
                const double offset = zero.at(name)[c].mean();
                const double gain = (moments[c].mean() - offset) / unit.mean;
                const double spread = moments[c].variance() * std::pow(all[h].deviation / unit.deviation, 2);
                if (variance <= 1e-12 || spread <= 0) {
                    continue;
                }
                const double shift = static_cast<double>(seen.mean[c]) - offset - gain * all[h].mean;
                // A mean that is far off says less than how far: images differ.
                shifts += std::log1p(shift * shift / variance);
                ratios += std::log(variance / spread);
                channels += 1;
            }
        }
        if (channels == 0) {
            continue;
        }
        // Neighbouring pixels are alike, random ones are not: filters give up to some ten times the variance.
        const double ratio = std::fabs(ratios / channels - (image ? 1 : 0));
        const double score = shifts / channels + ratio;
        if (score < bestScore) {
            bestScore = score;
            best = h;
        }
    }
    for (auto &sample : samples) {
        sample[0] = mapped(sample[0], low, 1, all[best]);
    }
}

} // namespace tinsmith
