// SPDX-License-Identifier: Apache-2.0
#include "core/quantize/quantize.h"

#include "core/graph/error.h"
#include "core/quantize/int8_forms.h"
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
    std::string_view title() const override { return "Quantize to int8"; }
    std::string_view summary() const override
    {
        return "Stores weights and activations as 8-bit integers, with ranges found by running samples: a quarter of "
               "the "
               "memory, and integer arithmetic that microcontrollers are fast at.";
    }
    Risk risk() const override { return Risk::Quantization; }
    bool wantsData() const override { return true; }
    std::vector<RewriteParameter> parameters() const override
    {
        using Kind = RewriteParameter::Kind;
        return {{"per-channel", "Weight scales per channel",
                    "Gives each output channel its own scale: more accurate, four bytes more per channel.", Kind::Flag,
                    "true", 0, 0, {}},
            {"samples", "Samples for calibration",
                "How many samples of the data set are run to measure the ranges, spread over the set.", Kind::Number,
                "200", 1, mostSamples, {}},
            {"io", "Inputs and outputs",
                "int8: the caller passes quantized values; float: the model converts them itself.", Kind::Choice,
                "int8", 0, 0, {"int8", "float"}}};
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

    std::vector<RewriteObstacle> obstacles(const Graph &graph) const override
    {
        std::vector<RewriteObstacle> found;
        const bool floats = std::any_of(graph.tensors().begin(), graph.tensors().end(),
            [](const Tensor &tensor) { return isFloat(tensor.type) && !tensor.constant(); });
        if (!floats) {
            return found;
        }
        Graph ready;
        try {
            ready = canonical(graph);
        } catch (const Error &error) {
            found.push_back({error.place(), error.cause(), {}});
            return found;
        }
        for (const Operator &op : ready.operators()) {
            if (RewriteObstacle obstacle = obstacleAt(ready, op); !obstacle.reason.empty()) {
                found.push_back(std::move(obstacle));
            }
        }
        return found;
    }

    std::optional<Graph> apply(const Graph &graph, const RewriteParameters &parameters, const RewriteData *data,
        const Progress &progress) const override
    {
        if (chosenSites(*this, graph, parameters).empty()) {
            return std::nullopt;
        }
        QuantizeOptions options;
        options.perChannel = flagOf(*this, parameters, "per-channel");
        options.int8Io = choiceOf(*this, parameters, "io") == "int8";
        const auto count = static_cast<std::size_t>(numberOf(*this, parameters, "samples"));
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

    /// An empty reason: the operator is quantized, or has nothing to quantize.
    static RewriteObstacle obstacleAt(const Graph &graph, const Operator &op)
    {
        const auto floating = [&](TensorId id) { return id.valid() && isFloat(graph.tensor(id).type); };
        const bool concerned = std::any_of(op.inputs.begin(), op.inputs.end(), floating)
            || std::any_of(op.outputs.begin(), op.outputs.end(), floating);
        if (const auto *custom = op.as<Custom>()) {
            return {op.name,
                custom->sourceType + (custom->reason.empty() ? " is not known to Tinsmith" : ": " + custom->reason),
                "End the model before this operator, or replace it by operators that Tinsmith knows, and export the "
                "model again."};
        }
        if (!concerned) {
            return {};
        }
        if (hasWeights(op) && op.input(1).valid()) {
            const Tensor &weights = graph.tensor(op.inputs[1]);
            if (!weights.constant()) {
                return {op.name, "its weights are computed while the model runs",
                    "Export the model with its weights as constants (frozen)."};
            }
            if (!isFloat(weights.type) && floating(op.inputs[0])) {
                return {op.name, "its weights are " + std::string(nameOf(weights.type)) + " beside float activations",
                    "Export the float model again, without dynamic-range quantization."};
            }
        }
        if (std::string reason = whyNoInt8Form(op); !reason.empty()) {
            return {op.name, displayName(op.kind) + " " + reason,
                "Replace this operator by others that have an int8 form, or end the model before it and compute the "
                "rest in the firmware."};
        }
        return {};
    }

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
