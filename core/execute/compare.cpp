// SPDX-License-Identifier: Apache-2.0
#include "core/execute/compare.h"

#include "core/execute/element_values.h"
#include "core/execute/quantized_parameters.h"
#include "core/execute/quantized_tensor.h"
#include "core/graph/error.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <map>

namespace tinsmith {
namespace {

template <typename T>
TensorValue storedAs(const std::vector<float> &reals, const Tensor &to)
{
    std::vector<T> values;
    for (const float real : reals) {
        values.push_back(static_cast<T>(quantizedValue(static_cast<double>(real), to)));
    }
    const auto view = std::as_bytes(std::span<const T>(values));
    return {view.begin(), view.end()};
}

/// The activations of a graph by name, with what the reference's run made of them.
struct Watched {
    TensorId reference;
    TensorId other;
    std::vector<float> values;
    Deviation deviation;
};

std::vector<Watched> watchedTensors(const Graph &reference, const Graph &other)
{
    std::vector<Watched> watched;
    for (const Operator &op : reference.operators()) {
        for (const TensorId id : op.outputs) {
            if (!id.valid()) {
                continue;
            }
            const Tensor &tensor = reference.tensor(id);
            const TensorId same = other.tensorNamed(tensor.name);
            if (same.valid() && other.producer(same).valid()
                && other.tensor(same).shape.elements() == tensor.shape.elements()) {
                watched.push_back({id, same, {}, {}});
            }
        }
    }
    return watched;
}

} // namespace

std::vector<float> realsOf(const Tensor &tensor, std::span<const std::byte> value)
{
    if (static_cast<std::int64_t>(value.size()) != tensor.bytes()) {
        throw GraphError({}, "tensor \"" + tensor.name + "\"", "its value does not have its size");
    }
    return realValues(tensor, value.data());
}

TensorValue convertedValue(const Tensor &from, std::span<const std::byte> value, const Tensor &to)
{
    if (from.shape.elements() != to.shape.elements()) {
        throw GraphError({}, "tensor \"" + to.name + "\"",
            "has another number of elements (" + to.shape.text() + ") than \"" + from.name + "\" (" + from.shape.text()
                + ")");
    }
    if (from.type == to.type && from.quantization == to.quantization) {
        return {value.begin(), value.end()};
    }
    const std::vector<float> reals = realsOf(from, value);
    switch (to.type) {
    case ElementType::Float32: {
        const auto view = std::as_bytes(std::span<const float>(reals));
        return {view.begin(), view.end()};
    }
    case ElementType::Int8:
        return storedAs<std::int8_t>(reals, to);
    case ElementType::UInt8:
        return storedAs<std::uint8_t>(reals, to);
    case ElementType::Int16:
        return storedAs<std::int16_t>(reals, to);
    default:
        throw UnsupportedError(
            {}, "tensor \"" + to.name + "\"", "values are not converted to " + std::string(nameOf(to.type)));
    }
}

std::size_t topClass(const Tensor &tensor, std::span<const std::byte> value)
{
    return topClass(realsOf(tensor, value));
}

std::size_t topClass(std::span<const float> reals)
{
    std::size_t top = 0;
    for (std::size_t i = 1; i < reals.size(); ++i) {
        if (reals[i] > reals[top] || (std::isnan(reals[top]) && !std::isnan(reals[i]))) {
            top = i;
        }
    }
    return top;
}

double differenceOf(double expected, double value)
{
    if (expected == value || (std::isnan(expected) && std::isnan(value))) {
        return 0;
    }
    const double difference = expected - value;
    return std::isnan(difference) ? std::numeric_limits<double>::infinity() : difference;
}

void Deviation::add(std::span<const float> reference, std::span<const float> value)
{
    const std::size_t count = std::min(reference.size(), value.size());
    for (std::size_t i = 0; i < count; ++i) {
        const auto expected = static_cast<double>(reference[i]);
        const double difference = differenceOf(expected, static_cast<double>(value[i]));
        signal_ += std::isfinite(expected) ? expected * expected : 0;
        noise_ += difference * difference;
        largest_ = std::max(largest_, std::fabs(difference));
    }
    count_ += count;
}

void Deviation::add(const Deviation &other)
{
    signal_ += other.signal_;
    noise_ += other.noise_;
    largest_ = std::max(largest_, other.largest_);
    count_ += other.count_;
}

double Deviation::sqnrDb() const
{
    if (noise_ <= 0) {
        return mostDb;
    }
    return signal_ <= 0 ? -mostDb : std::clamp(10 * std::log10(signal_ / noise_), -mostDb, mostDb);
}

GraphDeviation compareGraphs(const Graph &reference, const Graph &other, std::size_t count, const SampleSource &sample,
    const CompareOptions &options, const Progress &progress)
{
    if (reference.outputs().size() != other.outputs().size()) {
        throw GraphError({}, other.name(), "does not have as many outputs as " + reference.name());
    }
    Executor first(reference);
    Executor second(other);
    std::vector<Watched> watched;
    if (options.layers) {
        watched = watchedTensors(reference, other);
    }
    std::map<TensorId, Watched *> byReference;
    std::map<TensorId, Watched *> byOther;
    for (Watched &entry : watched) {
        byReference[entry.reference] = &entry;
        byOther[entry.other] = &entry;
    }
    const auto keep = [&](TensorId id, std::span<const std::byte> value) {
        const auto entry = byReference.find(id);
        if (entry != byReference.end()) {
            entry->second->values = realsOf(reference.tensor(id), value);
        }
    };
    const auto weigh = [&](TensorId id, std::span<const std::byte> value) {
        const auto entry = byOther.find(id);
        if (entry != byOther.end()) {
            entry->second->deviation.add(entry->second->values, realsOf(other.tensor(id), value));
        }
    };

    GraphDeviation result;
    Deviation outputs;
    std::size_t agreeing = 0;
    for (std::size_t i = 0; i < count; ++i) {
        progress.report(static_cast<double>(i) / static_cast<double>(count),
            "Comparing, " + std::to_string(i) + " of " + std::to_string(count) + " samples");
        first.reset();
        second.reset();
        const auto expected = watched.empty() ? first.run(sample(i, reference)) : first.run(sample(i, reference), keep);
        const auto actual = watched.empty() ? second.run(sample(i, other)) : second.run(sample(i, other), weigh);
        for (std::size_t o = 0; o < expected.size(); ++o) {
            const Tensor &from = reference.tensor(reference.outputs()[o]);
            const Tensor &to = other.tensor(other.outputs()[o]);
            if (from.shape.elements() != to.shape.elements()) {
                throw GraphError({}, "output \"" + to.name + "\"", "differs in size from \"" + from.name + "\"");
            }
            outputs.add(realsOf(from, expected[o]), realsOf(to, actual[o]));
        }
        if (!expected.empty()) {
            const bool same = topClass(reference.tensor(reference.outputs()[0]), expected[0])
                == topClass(other.tensor(other.outputs()[0]), actual[0]);
            agreeing += same ? 1 : 0;
        }
    }
    result.samples = count;
    result.agreement = count > 0 ? static_cast<double>(agreeing) / static_cast<double>(count) : 0;
    result.sqnrDb = outputs.sqnrDb();
    result.maxAbsDifference = outputs.maxAbsDifference();
    for (const Watched &entry : watched) {
        const OperatorId producer = reference.producer(entry.reference);
        result.layers.push_back(
            {reference.tensor(entry.reference).name, producer.valid() ? reference.op(producer).name : std::string(),
                entry.deviation.sqnrDb(), entry.deviation.maxAbsDifference()});
    }
    return result;
}

} // namespace tinsmith
