// SPDX-License-Identifier: Apache-2.0
#include "core/firmware/recorded_vectors.h"

#include "core/execute/executor.h"

#include <cstring>

namespace tinsmith::firmware {
namespace {

constexpr int vectorCount = 2;
/// Values beyond this make the self-test larger than the model.
constexpr std::int64_t mostValues = 1 << 20;

/// A generator whose numbers are the same everywhere (Steele, Lea, Flood: SplitMix).
class Noise {
public:
    std::uint32_t next()
    {
        state_ += 0x9E3779B97F4A7C15U;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
        return static_cast<std::uint32_t>((z ^ (z >> 31)) >> 32);
    }

private:
    std::uint64_t state_ = 1;
};

std::vector<std::byte> noiseFor(const Tensor &tensor, Noise &noise)
{
    std::vector<std::byte> value(static_cast<std::size_t>(*tensor.bytes()));
    if (tensor.type == ElementType::Float32) {
        for (std::size_t at = 0; at < value.size(); at += sizeof(float)) {
            const float real = static_cast<float>(noise.next() >> 8) / static_cast<float>(1 << 23) - 1.0F;
            std::memcpy(value.data() + at, &real, sizeof real);
        }
    } else {
        for (std::byte &byte : value) {
            byte = static_cast<std::byte>(noise.next() & 0xFF);
        }
    }
    return value;
}

} // namespace

std::vector<PackageOptions::Vector> recordVectors(const Graph &graph)
{
    std::int64_t values = 0;
    for (const TensorId id : graph.inputs()) {
        values += graph.tensor(id).shape.elements().value_or(mostValues + 1);
    }
    for (std::size_t i = 0; i < graph.operators().size(); ++i) {
        if (!whyNotExecutable(graph, OperatorId(i)).empty()) {
            return {};
        }
    }
    if (values > mostValues) {
        return {};
    }
    Executor executor(graph);
    Noise noise;
    std::vector<PackageOptions::Vector> vectors;
    for (int i = 0; i < vectorCount; ++i) {
        PackageOptions::Vector vector;
        for (const TensorId id : graph.inputs()) {
            vector.inputs.push_back(noiseFor(graph.tensor(id), noise));
        }
        vector.outputs = executor.run(vector.inputs);
        vectors.push_back(std::move(vector));
    }
    return vectors;
}

} // namespace tinsmith::firmware
