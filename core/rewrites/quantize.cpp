// SPDX-License-Identifier: Apache-2.0
#include "core/quantize/quantize.h"

#include "core/rewrites/canonical.h"
#include "core/rewrites/parameters.h"
#include "core/rewrites/rewrite_list.h"

#include <algorithm>

namespace tinsmith {
namespace {

constexpr std::int64_t mostSamples = 100'000;

class QuantizeToInt8 : public Rewrite {
public:
    std::string_view name() const override { return "quantize"; }
    std::string_view summary() const override
    {
        return "Stores weights and activations as 8-bit integers, with ranges found by running samples: a quarter of "
               "the "
               "memory, and integer arithmetic that microcontrollers are fast at.";
    }
    Risk risk() const override { return Risk::Quantization; }
    bool wantsData() const override { return true; }
    RewriteParameters defaults() const override
    {
        return {{"per-channel", "true"}, {"samples", "200"}, {"io", "int8"}};
    }

    std::vector<RewriteSite> sites(const Graph &graph) const override
    {
        RewriteSite site;
        for (const Operator &op : graph.operators()) {
            const TensorId weights = op.input(1);
            const bool weighted = op.is<Conv2D>() || op.is<DepthwiseConv2D>() || op.is<TransposeConv2D>()
                || op.is<FullyConnected>() || op.is<Gemm>() || op.is<MatMul>();
            if (op.is<Custom>()) {
                return {};
            }
            if (weighted && weights && isFloat(graph.tensor(weights).type)
                && isFloat(graph.tensor(op.inputs[0]).type)) {
                site.operators.push_back(op.name);
            }
        }
        if (site.operators.empty()) {
            return {};
        }
        site.title = "Quantize to int8";
        site.explanation = "Weights and activations become 8-bit integers with ranges measured on the data set, or on "
                           "synthetic inputs where there is none: those ranges are guesses, so check the accuracy.";
        return {site};
    }

    std::optional<Graph> apply(const Graph &graph, const RewriteParameters &parameters, const RewriteData *data,
        const Progress &progress) const override
    {
        if (chosenSites(*this, graph, parameters).empty()) {
            return std::nullopt;
        }
        QuantizeOptions options;
        options.perChannel = flagOf(*this, parameters, "per-channel");
        options.int8Io = choiceOf(*this, parameters, "io", {"int8", "float"}) == "int8";
        const auto count = static_cast<std::size_t>(numberOf(*this, parameters, "samples", 1, mostSamples));
        const bool real = data != nullptr && !data->samples.empty();
        // Channels last, so that what is quantized is what will run; inputs stay as they are.
        const Graph ready = canonical(graph);
        const auto samples = real ? evenly(data->samples, count) : syntheticSamples(ready, std::min(count, guesses));
        const std::string source = real ? "" : " (synthetic: no data)";
        const Progress calibration([&](double share, const std::string &phase) {
            progress.report(0.9 * share, phase + source);
            return true;
        });
        const Ranges ranges = calibrate(ready, samples, calibration);
        progress.report(0.9, "Quantizing to int8" + source);
        return quantizeInt8(ready, ranges, options);
    }

private:
    using Samples = std::vector<std::vector<std::vector<std::byte>>>;

    /// More synthetic samples would not make better guesses.
    static constexpr std::size_t guesses = 32;

    static Samples evenly(const Samples &all, std::size_t count)
    {
        if (all.size() <= count) {
            return all;
        }
        Samples chosen;
        for (std::size_t i = 0; i < count; ++i) {
            chosen.push_back(all[i * all.size() / count]);
        }
        return chosen;
    }
};

} // namespace

const Rewrite &quantizeToInt8()
{
    static const QuantizeToInt8 rewrite;
    return rewrite;
}

} // namespace tinsmith
