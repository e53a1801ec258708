// SPDX-License-Identifier: Apache-2.0
#include "tests/core/random_graphs/numerics.h"

#include "core/execute/compare.h"
#include "core/graph/error.h"
#include "core/quantize/int8_forms.h"
#include "core/quantize/quantize.h"
#include "core/rewrites/canonical.h"
#include "tests/core/random_graphs/error_bound.h"
#include "tests/core/random_graphs/graph_parts.h"
#include "tests/fixtures/random_graph.h"

#include <algorithm>
#include <cmath>
#include <sstream>

namespace tinsmith::test {
namespace {

constexpr std::size_t samples = 2;

template <typename... Parts>
std::string text(const Parts &...parts)
{
    std::ostringstream stream;
    stream.precision(9);
    (stream << ... << parts);
    return stream.str();
}

bool isQuantizable(const Graph &graph, OperatorId id)
{
    const Operator &op = graph.op(id);
    const auto concerned
        = [&](TensorId tensor) { return tensor.valid() && graph.tensor(tensor).type == ElementType::Float32; };
    if (std::none_of(op.inputs.begin(), op.inputs.end(), concerned)
        && std::none_of(op.outputs.begin(), op.outputs.end(), concerned)) {
        return true;
    }
    // These two take another form before they are quantized.
    if (op.is<BatchNormalization>()) {
        return true;
    }
    const auto *binary = op.as<Binary>();
    if (binary != nullptr && binary->function == BinaryFunction::Div) {
        return graph.tensor(op.inputs[1]).constant();
    }
    return whyNoInt8Form(op).empty();
}

/// A difference of floats beyond what the order of summation explains.
std::string whyFar(const Tensor &tensor, const TensorValue &expected, const TensorValue &got)
{
    if (tensor.type != ElementType::Float32) {
        return expected == got ? std::string() : text("output ", tensor.name, " differs");
    }
    const std::vector<float> a = realsOf(tensor, expected);
    const std::vector<float> b = realsOf(tensor, got);
    float largest = 0;
    for (const float value : a) {
        largest = std::max(largest, std::fabs(value));
    }
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (!std::isfinite(a[i])) {
            return text("output ", tensor.name, " [", i, "] is ", a[i]);
        }
        if (!(std::fabs(a[i] - b[i]) <= 1e-5F + 1e-4F * largest)) {
            return text("output ", tensor.name, " [", i, "] is ", b[i], ", not ", a[i]);
        }
    }
    return {};
}

/// One int8 operator's output against the float operator's on the same values.
std::string whyOwnDiffers(
    const Operator &op, const Tensor &tensor, const TensorValue &value, const Recording &own, double allowed)
{
    const TensorValue &reference = own.activations.at(tensor.name + ownResult);
    if (!tensor.quantization) {
        const auto difference = own.activations.find(tensor.name + ownDifference);
        if (difference == own.activations.end()) {
            return value == reference ? std::string() : text("operator ", op.name, " differs");
        }
        Tensor real = tensor;
        real.type = ElementType::Float32;
        const std::vector<float> apart = realsOf(real, difference->second);
        for (std::size_t i = 0; i < value.size(); ++i) {
            // The comparison's fixed point has 8 bits below the larger scale.
            if (value[i] != reference[i] && std::fabs(apart[i]) > 0.01F) {
                return text("operator ", op.name, " [", i, "] compares wrongly what is ", apart[i], " apart");
            }
        }
        return {};
    }
    Tensor real = tensor;
    real.type = ElementType::Float32;
    real.quantization.reset();
    const std::vector<float> expected = realsOf(real, reference);
    const std::vector<float> got = realsOf(tensor, value);
    const double scale = static_cast<double>(tensor.quantization->scale());
    const auto zero = static_cast<double>(tensor.quantization->zeroPoint());
    for (std::size_t i = 0; i < got.size(); ++i) {
        const double wanted = std::clamp(static_cast<double>(expected[i]), scale * (-128 - zero), scale * (127 - zero));
        const double steps = std::fabs(static_cast<double>(got[i]) - wanted) / scale;
        // Floats themselves are exact to 2^-24 of the values that were summed.
        if (!(steps <= allowed + 1e-3 + 1e-6 / scale)) {
            return text(displayName(op.kind), " ", op.name, " [", i, "] is ", got[i], ", the float operator says ",
                wanted, ": ", steps, " steps");
        }
    }
    return {};
}

template <typename Check>
std::string guarded(const char *what, const Check &check)
{
    try {
        return check();
    } catch (const Error &error) {
        return text(what, ": ", error.what());
    }
}

} // namespace

Graph quantizablePart(const Graph &canonical)
{
    return partOf(canonical, isQuantizable);
}

std::vector<std::vector<std::vector<std::byte>>> samplesOf(const Graph &graph, std::uint64_t seed, std::size_t count)
{
    std::vector<std::vector<std::vector<std::byte>>> result;
    for (std::size_t i = 0; i < count; ++i) {
        result.push_back(randomInputs(graph, seed * 16 + i));
    }
    return result;
}

std::string whyFloatDiffers(const Graph &graph, std::uint64_t seed, Tally &tally)
{
    return guarded("float", [&]() -> std::string {
        ++tally.graphs;
        tally.operators += static_cast<int>(graph.operators().size());
        Executor plain(graph);
        Executor other(canonical(graph));
        if (other.graph().outputs().size() != graph.outputs().size()) {
            return "the canonical form has another number of outputs";
        }
        const auto jumping = jumpingTensors(graph);
        for (const auto &inputs : samplesOf(graph, seed, samples)) {
            const auto expected = plain.run(inputs);
            const auto got = other.run(inputs);
            for (std::size_t i = 0; i < expected.size(); ++i) {
                const Tensor &tensor = graph.tensor(graph.outputs()[i]);
                if (other.graph().tensor(other.graph().outputs()[i]).shape != tensor.shape) {
                    return text("output ", tensor.name, " has another shape in the canonical form");
                }
                const auto jumps = jumping.find(tensor.name);
                const std::string far
                    = jumps != jumping.end() && jumps->second ? std::string() : whyFar(tensor, expected[i], got[i]);
                if (!far.empty()) {
                    return "canonical: " + far;
                }
            }
        }
        return {};
    });
}

std::string whyInt8Differs(const Graph &graph, std::uint64_t seed, Tally &tally)
{
    return guarded("int8", [&]() -> std::string {
        Executor whole(canonical(graph));
        const Graph part = quantizablePart(whole.graph());
        if (part.operators().empty()) {
            return {};
        }
        std::vector<Recording> recordings;
        Executor executor(part);
        std::vector<std::vector<std::vector<std::byte>>> inputs;
        for (const auto &sample : samplesOf(graph, seed, samples)) {
            inputs.push_back(inputsFrom(record(whole, sample), part));
            recordings.push_back(record(executor, inputs.back()));
        }
        const Graph int8 = roundedBySeed(quantizeInt8(part, calibrate(part, inputs)), seed);
        ++tally.int8Graphs;
        tally.int8Operators += static_cast<int>(int8.operators().size());
        Executor quantized(int8);
        Executor own(operatorsAsFloat(int8));
        for (std::size_t s = 0; s < inputs.size(); ++s) {
            std::vector<TensorValue> stored;
            for (std::size_t i = 0; i < part.inputs().size(); ++i) {
                const Tensor &from = part.tensor(part.inputs()[i]);
                const Tensor &to = int8.tensor(int8.inputs()[i]);
                stored.push_back(from.type == to.type ? inputs[s][i] : convertedValue(from, inputs[s][i], to));
            }
            const Recording values = record(quantized, stored);
            std::vector<TensorValue> reals;
            for (const TensorId id : own.graph().inputs()) {
                const Tensor &tensor = own.graph().tensor(id);
                const Tensor &source = int8.tensor(int8.tensorNamed(tensor.name));
                const TensorValue &value = values.activations.at(tensor.name);
                reals.push_back(source.quantization ? convertedValue(source, value, tensor) : value);
            }
            const Recording ownResults = record(own, reals);
            const auto bounds = errorBounds(int8, values);
            for (const Operator &op : int8.operators()) {
                for (const TensorId id : op.outputs) {
                    const Tensor &tensor = int8.tensor(id);
                    const TensorValue &value = values.activations.at(tensor.name);
                    const std::string differs = whyOwnDiffers(op, tensor, value, ownResults, stepsAllowed(int8, op));
                    if (!differs.empty()) {
                        return differs;
                    }
                    const auto reference = recordings[s].activations.find(tensor.name);
                    if (!tensor.quantization || reference == recordings[s].activations.end()) {
                        continue;
                    }
                    const double bound = bounds.at(tensor.name);
                    if (!std::isfinite(bound)) {
                        ++tally.outputsUnbounded;
                        continue;
                    }
                    ++tally.outputsBounded;
                    tally.boundsInSteps.push_back(bound / static_cast<double>(tensor.quantization->scale()));
                    const Tensor &real = part.tensor(part.tensorNamed(tensor.name));
                    const std::vector<float> expected = realsOf(real, reference->second);
                    const std::vector<float> got = realsOf(tensor, value);
                    for (std::size_t i = 0; i < got.size(); ++i) {
                        const double apart = std::fabs(static_cast<double>(got[i]) - static_cast<double>(expected[i]));
                        if (!(apart <= bound * 1.001 + 1e-5)) {
                            return text("int8 ", tensor.name, " [", i, "] is ", got[i], ", float says ", expected[i],
                                ", further than the bound of ", bound);
                        }
                    }
                }
            }
        }
        return {};
    });
}

} // namespace tinsmith::test
