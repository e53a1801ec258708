// SPDX-License-Identifier: Apache-2.0
#include "core/execute/executor.h"
#include "core/graph/counts.h"
#include "core/graph/error.h"
#include "core/quantize/no_values.h"
#include "core/quantize/quantize.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>

namespace tinsmith {
namespace {

/// Widens the range by all values but those that stand for none; throws where one is not a finite number.
void widen(Range &range, std::span<const std::byte> bytes, const Tensor &tensor, const NoValues &none)
{
    std::vector<float> kept;
    if (none.any()) {
        kept.resize(bytes.size() / sizeof(float));
        std::memcpy(kept.data(), bytes.data(), kept.size() * sizeof(float));
        std::erase_if(kept, [&](float value) { return none.hold(value); });
        bytes = std::as_bytes(std::span<const float>(kept));
    }
    const std::size_t count = bytes.size() / sizeof(float);
    if (count == 0) {
        return;
    }
    float first = 0;
    std::memcpy(&first, bytes.data(), sizeof(float));
    const bool seen = range.min <= range.max;
    float low = seen ? range.min : first;
    float high = seen ? range.max : first;
    // A NaN or an infinity anywhere makes this sum one.
    float sum = 0;
    for (std::size_t i = 0; i < count; ++i) {
        float value;
        std::memcpy(&value, bytes.data() + i * sizeof(float), sizeof(float));
        low = value < low ? value : low;
        high = value > high ? value : high;
        sum += value * 0.0F;
    }
    if (std::isnan(sum)) {
        throw UnsupportedError(
            {}, "tensor \"" + tensor.name + "\"", "takes values that are not finite numbers: it cannot be calibrated");
    }
    range = {low, high};
}

} // namespace

bool looksLikeImage(const Tensor &tensor)
{
    if (tensor.shape.rank() != 4) {
        return false;
    }
    const auto few = [](std::int64_t channels) { return channels == 1 || channels == 3 || channels == 4; };
    return few(tensor.shape[3]) || few(tensor.shape[1]);
}

Ranges calibrate(
    const Graph &graph, const std::vector<std::vector<std::vector<std::byte>>> &samples, const Progress &progress)
{
    Ranges ranges(graph.tensors().size());
    const std::vector<NoValues> none = noValues(graph);
    Executor executor(graph);
    const auto see = [&](TensorId id, std::span<const std::byte> bytes) {
        const Tensor &tensor = graph.tensor(id);
        if (tensor.type == ElementType::Float32) {
            widen(ranges[id.position()], bytes, tensor, none[id.position()]);
        }
    };
    for (std::size_t i = 0; i < samples.size(); ++i) {
        progress.report(static_cast<double>(i) / static_cast<double>(samples.size()),
            "Calibrating, " + std::to_string(i) + " of " + std::to_string(samples.size()) + " samples");
        executor.reset();
        executor.run(samples[i], see);
    }
    progress.report(1, "Calibrated on " + std::to_string(samples.size()) + " samples");
    return ranges;
}

std::vector<std::vector<std::vector<std::byte>>> syntheticSamples(const Graph &graph, std::size_t count)
{
    // Of all samples together; nothing that a microcontroller runs takes more.
    constexpr std::int64_t mostBytes = std::int64_t{1} << 29;
    std::int64_t sampleBytes = 0;
    for (const TensorId id : graph.inputs()) {
        sampleBytes = saturatingSum(sampleBytes, graph.tensor(id).bytes().value_or(0));
    }
    if (sampleBytes > mostBytes) {
        throw UnsupportedError(
            {}, graph.name(), "its inputs take " + std::to_string(sampleBytes) + " bytes: too many to make samples of");
    }
    if (sampleBytes > 0) {
        count = std::min(count, static_cast<std::size_t>(mostBytes / sampleBytes));
    }
    constexpr std::uint32_t seed = 20260101;
    std::mt19937 random(seed);
    std::vector<std::vector<std::vector<std::byte>>> samples;
    for (std::size_t i = 0; i < count; ++i) {
        std::vector<std::vector<std::byte>> sample;
        for (const TensorId id : graph.inputs()) {
            const Tensor &tensor = graph.tensor(id);
            const auto bytes = tensor.bytes();
            if (!bytes) {
                throw UnsupportedError({}, "input \"" + tensor.name + "\"",
                    "has a shape or type that is not known: " + tensor.shape.text());
            }
            std::vector<std::byte> value(static_cast<std::size_t>(*bytes));
            if (tensor.type == ElementType::Float32) {
                const float low = looksLikeImage(tensor) ? 0.0F : -1.0F;
                for (std::size_t at = 0; at + sizeof(float) <= value.size(); at += sizeof(float)) {
                    // Not std::uniform_real_distribution, whose numbers differ from one library to the next.
                    const float share = static_cast<float>(random() >> 8) / 16777215.0F;
                    const float real = low + (1.0F - low) * share;
                    std::memcpy(value.data() + at, &real, sizeof(float));
                }
            } else if (bitsOf(tensor.type) == 8) {
                for (std::byte &byte : value) {
                    byte = tensor.type == ElementType::Bool ? static_cast<std::byte>(random() & 1U)
                                                            : static_cast<std::byte>(random() >> 24);
                }
            }
            sample.push_back(std::move(value));
        }
        samples.push_back(std::move(sample));
    }
    return samples;
}

} // namespace tinsmith
