// SPDX-License-Identifier: Apache-2.0
#include "core/quantize/quantize.h"

#include "core/execute/compare.h"
#include "core/graph/calibration_entry.h"
#include "core/graph/error.h"
#include "core/quantize/guess_ranges.h"
#include "core/quantize/int8_forms.h"
#include "core/quantize/losses.h"
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
            // Integer weights beside float activations are decompressed first.
            if (weighted && weights && isFloat(graph.tensor(op.inputs[0]).type)
                && isFloat(graph.tensor(op.outputs[0]).type)) {
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
        const std::string source = real ? "" : " (synthetic: no data)";
        const Progress calibration([&](double share, const std::string &phase) {
            progress.report(0.9 * share, phase + source);
            return true;
        });
        Ranges ranges;
        std::string basis;
        if (real) {
            const Samples samples = forInputs(graph, ready, evenly(data->samples, count));
            ranges = calibrate(ready, samples, calibration);
            basis = "found on " + (data->name.empty() ? "data" : data->name) + ", " + counted(samples.size(), "sample");
        } else {
            ranges = guessed(graph, ready, std::min(count, guesses), calibration, basis);
        }
        progress.report(0.9, "Quantizing to int8" + source);
        GraphBuilder builder(quantizeInt8(ready, ranges, options));
        setCalibration(builder.info(), basis);
        return builder.build();
    }

    std::vector<RewriteWarning> warnings(
        const Graph &before, const Graph &after, const RewriteData *data, const Progress &progress) const override
    {
        constexpr std::size_t measured = 8;
        const bool real = data != nullptr && !data->samples.empty();
        const Graph ready = canonical(before);
        const Samples samples
            = real ? forInputs(before, ready, evenly(data->samples, measured)) : syntheticSamples(ready, measured);
        constexpr std::size_t most = 8;
        const auto losses = quantizationLosses(ready, after, samples, progress);
        std::vector<RewriteWarning> warnings;
        for (const QuantizationLoss &loss : losses) {
            if (warnings.size() == most) {
                warnings.push_back({{}, "int8 ruins " + counted(losses.size() - most, "more tensor")});
                break;
            }
            warnings.push_back({loss.tensor, lossText(loss.sqnrDb, loss.cause)});
        }
        return warnings;
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
        const bool takesBytes = op.is<Dequantize>() && op.input(0).valid() && graph.isInput(op.inputs[0]);
        if (!concerned || takesBytes) {
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

    /// Samples of a graph's inputs as its canonical form takes them: floats instead of halves.
    static Samples forInputs(const Graph &graph, const Graph &ready, Samples samples)
    {
        for (std::size_t input = 0; input < graph.inputs().size(); ++input) {
            const Tensor &from = graph.tensor(graph.inputs()[input]);
            const Tensor &to = ready.tensor(ready.inputs()[input]);
            if (from.type == to.type) {
                continue;
            }
            for (auto &sample : samples) {
                Tensor given = to;
                given.type = from.type;
                sample[input] = convertedValue(given, sample[input], to);
            }
        }
        return samples;
    }

    static Ranges guessed(
        const Graph &graph, const Graph &ready, std::size_t count, const Progress &progress, std::string &basis)
    {
        const GuessedRanges guess = guessRanges(canonicalWithNormalizations(graph), count, progress);
        Ranges ranges(ready.tensors().size());
        bool all = true;
        std::size_t activations = 0;
        std::size_t known = 0;
        for (std::size_t i = 0; i < ranges.size(); ++i) {
            const Tensor &tensor = ready.tensors()[i];
            if (tensor.type != ElementType::Float32 || tensor.constant()) {
                continue;
            }
            ++activations;
            known += guess.fromStatistics.contains(tensor.name) ? 1 : 0;
            const auto found = guess.byName.find(tensor.name);
            all = all && found != guess.byName.end();
            ranges[i] = found != guess.byName.end() ? found->second : Range();
        }
        if (!all) {
            // Tensors between the operators that a normalisation was replaced by.
            const Ranges further = calibrate(ready, syntheticSamples(ready, count), progress);
            for (std::size_t i = 0; i < ranges.size(); ++i) {
                ranges[i] = ranges[i].min > ranges[i].max ? further[i] : ranges[i];
            }
        }
        basis = std::string(guessedRanges)
            + (known == 0 ? " from synthetic inputs"
                          : " from the statistics of batch normalisations (" + std::to_string(known) + " of "
                        + counted(activations, "range") + ") and synthetic inputs");
        return ranges;
    }

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
