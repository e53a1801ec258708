// SPDX-License-Identifier: Apache-2.0
#include "core/quantize/losses.h"

#include "core/execute/compare.h"
#include "core/execute/executor.h"
#include "core/quantize/int8_forms.h"
#include "core/quantize/quantize.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <map>
#include <optional>

namespace tinsmith {
namespace {

/// What was seen of an activation in float, and how far int8 was from it.
struct Seen {
    Range range;
    double squares = 0;
    double count = 0;
    Deviation deviation;
};

std::string number(double value)
{
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.3g", value);
    return text.data();
}

std::string text(const Range &range)
{
    return number(static_cast<double>(range.min)) + " to " + number(static_cast<double>(range.max));
}

double widthOf(const Range &range)
{
    return static_cast<double>(range.max) - static_cast<double>(range.min);
}

/// The float tensor that a quantized one stands for: the quantizer adds a tensor before a change of scale, and before
/// an output that stays float.
std::string realName(const Graph &stored, const Tensor &tensor)
{
    for (const std::string_view suffix : {std::string_view("/unit"), std::string_view("/int8")}) {
        if (tensor.name.size() > suffix.size() && tensor.name.ends_with(suffix)) {
            const std::string name = tensor.name.substr(0, tensor.name.size() - suffix.size());
            return stored.tensorNamed(name).valid() ? name : tensor.name;
        }
    }
    return tensor.name;
}

class Losses {
public:
    Losses(const Graph &real, const Graph &stored) : real_(real), stored_(stored) { }

    void measure(const std::vector<std::vector<std::vector<std::byte>>> &samples, const Progress &progress)
    {
        Executor reference(real_);
        Executor executor(stored_);
        for (std::size_t i = 0; i < samples.size(); ++i) {
            progress.report(static_cast<double>(i) / static_cast<double>(samples.size()), "Measuring the error");
            std::map<std::string, std::vector<float>> values;
            reference.reset();
            reference.run(samples[i], [&](TensorId id, std::span<const std::byte> bytes) {
                const Tensor &tensor = real_.tensor(id);
                if (tensor.type == ElementType::Float32 && stored_.tensorNamed(tensor.name).valid()) {
                    values[tensor.name] = realsOf(tensor, bytes);
                }
            });
            std::vector<TensorValue> inputs;
            for (std::size_t input = 0; input < stored_.inputs().size(); ++input) {
                inputs.push_back(convertedValue(
                    real_.tensor(real_.inputs()[input]), samples[i][input], stored_.tensor(stored_.inputs()[input])));
            }
            executor.reset();
            executor.run(inputs, [&](TensorId id, std::span<const std::byte> bytes) {
                const Tensor &tensor = stored_.tensor(id);
                const auto found = values.find(realName(stored_, tensor));
                if (found != values.end() && tensor.quantization) {
                    add(seen_[tensor.name], found->second, realsOf(tensor, bytes));
                }
            });
        }
    }

    std::vector<QuantizationLoss> found() const
    {
        std::vector<QuantizationLoss> losses;
        // Of each tensor: below the bound already, or made of such.
        std::vector<bool> bad(stored_.tensors().size());
        for (const Operator &op : stored_.operators()) {
            const bool inherited = std::any_of(
                op.inputs.begin(), op.inputs.end(), [&](TensorId id) { return id.valid() && bad[id.position()]; });
            for (const TensorId id : op.outputs) {
                if (!id.valid()) {
                    continue;
                }
                const auto seen = seen_.find(stored_.tensor(id).name);
                const bool measured = seen != seen_.end() && seen->second.squares > 0;
                const bool ruined = measured && seen->second.deviation.sqnrDb() < ruinedBelowDb;
                bad[id.position()] = ruined || (inherited && !measured);
                if (ruined && !inherited) {
                    losses.push_back({stored_.tensor(id).name, op.name, seen->second.deviation.sqnrDb(),
                        causeOf(id, op, seen->second)});
                }
            }
        }
        return losses;
    }

private:
    static void add(Seen &seen, const std::vector<float> &reference, const std::vector<float> &values)
    {
        if (reference.size() != values.size()) {
            return;
        }
        std::vector<float> kept;
        std::vector<float> keptValues;
        for (std::size_t i = 0; i < reference.size(); ++i) {
            // Borders and masks are saturated on purpose.
            constexpr float nothing = 65504;
            if (!(std::fabs(reference[i]) < nothing)) {
                continue;
            }
            const float value = reference[i];
            seen.range = seen.range.min > seen.range.max
                ? Range{value, value}
                : Range{std::min(seen.range.min, value), std::max(seen.range.max, value)};
            seen.squares += static_cast<double>(value) * static_cast<double>(value);
            seen.count += 1;
            kept.push_back(value);
            keptValues.push_back(values[i]);
        }
        seen.deviation.add(kept, keptValues);
    }

    /// The operator that makes the tensor share its scale with others.
    const Operator *sharing(TensorId id) const
    {
        for (const OperatorId reader : stored_.consumers(id)) {
            if (sharesScale(stored_.op(reader)) && stored_.op(reader).inputs.size() > 1) {
                return &stored_.op(reader);
            }
        }
        return nullptr;
    }

    std::string causeOf(TensorId id, const Operator &op, const Seen &seen) const
    {
        const Quantization &quantization = *stored_.tensor(id).quantization;
        const double scale = static_cast<double>(quantization.scale());
        const double steps = widthOf(seen.range) / scale;
        if (const Operator *joint = sharing(id); joint != nullptr && steps < 64) {
            // The widest of those that have its scale.
            std::string wider;
            Range range = seen.range;
            for (const TensorId other : joint->inputs) {
                const auto found = other.valid() ? seen_.find(stored_.tensor(other).name) : seen_.end();
                if (found != seen_.end() && widthOf(found->second.range) > widthOf(range)) {
                    range = found->second.range;
                    wider = found->first;
                }
            }
            const std::string partner
                = wider.empty() ? "the other inputs of" : "\"" + wider + "\" (" + text(range) + ") at";
            return "its values (" + text(seen.range) + ") share a scale of " + number(scale) + " with " + partner + " "
                + displayName(joint->kind) + " \"" + joint->name
                + "\": multiply it by a constant before that operator so that both have about the same range, or keep "
                  "the two apart as separate outputs";
        }
        if (steps < 8) {
            return "its values (" + text(seen.range) + ") span only " + number(steps) + " steps of its scale of "
                + number(scale) + ": bring the inputs of " + displayName(op.kind) + " \"" + op.name
                + "\" to about the same range";
        }
        const double size = std::sqrt(seen.squares / std::max(seen.count, 1.0));
        if (size < 2 * scale) {
            return "most of its values are far smaller than the largest (" + text(seen.range)
                + "): limit it, for example by a Relu6, and train again";
        }
        return "its inputs or the weights of " + displayName(op.kind) + " \"" + op.name
            + "\" have outliers: calibrate on typical data, store weights per channel, or limit the values before it";
    }

    const Graph &real_;
    const Graph &stored_;
    std::map<std::string, Seen> seen_;
};

} // namespace

std::vector<QuantizationLoss> quantizationLosses(const Graph &real, const Graph &stored,
    const std::vector<std::vector<std::vector<std::byte>>> &samples, const Progress &progress)
{
    Losses losses(real, stored);
    losses.measure(samples, progress);
    return losses.found();
}

std::string lossText(double sqnrDb, const std::string &cause)
{
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "int8 leaves it a signal to noise ratio of %.1f dB", sqnrDb);
    return std::string(text.data()) + " (below " + number(ruinedBelowDb) + " dB is ruined)"
        + (cause.empty() ? std::string() : ": " + cause);
}

} // namespace tinsmith
