// SPDX-License-Identifier: Apache-2.0
#include "tests/core/rewrites/compare.h"

#include "core/execute/executor.h"
#include "core/graph/geometry.h"
#include "tests/fixtures/models.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace tinsmith::test {
namespace {

double elementOf(const TensorValue &value, ElementType type, std::size_t index)
{
    if (type == ElementType::Float32) {
        float real = 0;
        std::memcpy(&real, value.data() + index * sizeof real, sizeof real);
        return real;
    }
    return static_cast<double>(static_cast<std::int8_t>(value[index]));
}

} // namespace

double largestDifference(const Graph &a, const Graph &b, int count, unsigned seed)
{
    Executor first(a);
    Executor second(b);
    std::mt19937 random(seed);
    double largest = 0;
    for (int i = 0; i < count; ++i) {
        std::vector<TensorValue> inputs;
        for (const TensorId id : a.inputs()) {
            inputs.push_back(randomValue(a.tensor(id), random));
        }
        const auto x = first.run(inputs);
        const auto y = second.run(inputs);
        if (x.size() != y.size()) {
            return std::numeric_limits<double>::infinity();
        }
        for (std::size_t output = 0; output < x.size(); ++output) {
            const ElementType type = a.tensor(a.outputs()[output]).type;
            if (x[output].size() != y[output].size()) {
                return std::numeric_limits<double>::infinity();
            }
            const std::size_t elements = x[output].size() * 8 / static_cast<std::size_t>(bitsOf(type));
            for (std::size_t e = 0; e < elements; ++e) {
                largest = std::max(largest, std::abs(elementOf(x[output], type, e) - elementOf(y[output], type, e)));
            }
        }
    }
    return largest;
}

double goldenDifference(const Graph &graph, const std::filesystem::path &golden)
{
    const TensorValue input = [&] {
        const auto bytes = Bytes::map(golden / "in_00.bin").copyAs<std::byte>();
        return TensorValue(bytes.begin(), bytes.end());
    }();
    const auto expected = Bytes::map(golden / "out_00.bin").copyAs<float>();
    const auto outputs = Executor(graph).run(std::vector<TensorValue>{input});
    double largest = outputs[0].size() == expected.size() * sizeof(float) ? 0 : std::numeric_limits<double>::infinity();
    for (std::size_t index = 0; index < expected.size() && std::isfinite(largest); ++index) {
        largest = std::max(largest,
            std::abs(elementOf(outputs[0], ElementType::Float32, index) - static_cast<double>(expected[index])));
    }
    return largest;
}

const Rewrite &rewriteOf(const char *name)
{
    const Rewrite *rewrite = rewriteNamed(name);
    if (rewrite == nullptr) {
        throw Error(std::string("no rewrite ") + name);
    }
    return *rewrite;
}

Graph applied(const char *rewrite, const Graph &graph, const RewriteParameters &parameters)
{
    return rewriteOf(rewrite).apply(graph, parameters).value_or(graph);
}

std::int64_t macsOfAll(const Graph &graph)
{
    std::int64_t macs = 0;
    for (const Operator &op : graph.operators()) {
        macs += macsOf(graph, op);
    }
    return macs;
}

std::int64_t constantBytes(const Graph &graph)
{
    std::int64_t bytes = 0;
    for (const Tensor &tensor : graph.tensors()) {
        bytes += tensor.constant() ? tensor.bytes().value_or(0) : 0;
    }
    return bytes;
}

} // namespace tinsmith::test
