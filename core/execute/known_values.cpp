// SPDX-License-Identifier: Apache-2.0
#include "core/execute/known_values.h"

#include "core/execute/kernel.h"
#include "core/execute/memory.h"
#include "core/graph/bodies.h"
#include "core/graph/counts.h"
#include "core/graph/error.h"

#include <algorithm>
#include <new>

namespace tinsmith {
namespace {

constexpr std::int64_t mostTensorBytes = std::int64_t{1} << 30;
/// Of a tensor without elements. Kernels keep tables and rows as long as its other dimensions.
constexpr std::int64_t mostEmptyPositions = std::int64_t{1} << 24;

std::size_t alignmentOf(ElementType type)
{
    return std::max<std::size_t>(1, static_cast<std::size_t>(bitsOf(type)) / 8);
}

/// Runs one operator whose inputs are all known.
std::vector<Bytes> resultsOf(const Graph &graph, const Operator &op, const std::vector<Bytes> &values)
{
    checkTensors(graph, op);
    Preparation preparation(graph, op, values, false);
    const Kernel kernel = prepareKernel(preparation);
    if (!preparation.resets().empty()) {
        throw UnsupportedError({}, op.name, "what it gives depends on the runs before");
    }
    const AlignedBuffer working(preparation.reservedBytes());
    std::vector<std::vector<std::byte>> results;
    for (const TensorId id : op.outputs) {
        results.emplace_back(id.valid() ? static_cast<std::size_t>(*graph.tensor(id).bytes()) : 0);
    }
    std::vector<const std::byte *> sources;
    for (const TensorId id : op.inputs) {
        sources.push_back(id.valid() ? values[id.position()].data() : nullptr);
    }
    std::vector<std::byte *> targets;
    for (auto &result : results) {
        targets.push_back(result.data());
    }
    kernel({sources, targets, working.data()});
    std::vector<Bytes> bytes;
    for (auto &result : results) {
        bytes.emplace_back(std::move(result));
    }
    return bytes;
}

} // namespace

std::int64_t checkedBytes(const std::string &place, const Tensor &tensor)
{
    const std::string name = "tensor \"" + tensor.name + "\"";
    if (bitsOf(tensor.type) == 0) {
        throw UnsupportedError({}, place,
            name + " has elements of type " + std::string(nameOf(tensor.type)) + ", which have no fixed size");
    }
    if (!tensor.shape.ranked || !tensor.shape.known()) {
        throw UnsupportedError({}, place, name + " has a shape that is not known: " + tensor.shape.text());
    }
    // Kernels multiply dimensions whether one of them is 0 or not.
    std::int64_t positions = 1;
    for (const std::int64_t dim : tensor.shape.dims) {
        positions = saturatingProduct(positions, std::max<std::int64_t>(dim, 1));
    }
    const auto bytes = tensor.bytes();
    if (!bytes || *bytes > mostTensorBytes || positions > (*bytes == 0 ? mostEmptyPositions : 8 * mostTensorBytes)) {
        throw UnsupportedError({}, place, name + " is too large to run: " + tensor.shape.text());
    }
    return *bytes;
}

void checkTensors(const Graph &graph, const Operator &op)
{
    const auto check = [&](TensorId id) {
        if (id.valid()) {
            checkedBytes(op.name, graph.tensor(id));
        }
    };
    std::for_each(op.inputs.begin(), op.inputs.end(), check);
    std::for_each(op.outputs.begin(), op.outputs.end(), check);
    // Handles and what is written to them pass through the variable alone, and a body may only write variables.
    if ((op.inputs.empty() || op.outputs.empty()) && !keepsItsShapes(op.kind)) {
        throw UnsupportedError({}, op.name, "has no input or no output");
    }
}

std::vector<Bytes> knownValues(const Graph &graph)
{
    std::vector<Bytes> values(graph.tensors().size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        const Tensor &tensor = graph.tensors()[i];
        if (!tensor.data || tensor.variable) {
            continue;
        }
        const auto address = reinterpret_cast<std::uintptr_t>(tensor.data->data());
        // A view into a mapped file need not be aligned; kernels read elements directly.
        const bool aligned = address % alignmentOf(tensor.type) == 0;
        values[i] = aligned ? *tensor.data : Bytes(tensor.data->copyAs<std::byte>());
    }
    const auto known = [&](TensorId id) {
        return !id.valid() || !values[id.position()].empty()
            || (graph.tensor(id).constant() && !graph.tensor(id).variable);
    };
    for (const Operator &op : graph.operators()) {
        // A body may read and write variables.
        if (op.inputs.empty() || keepsItsShapes(op.kind) || !std::all_of(op.inputs.begin(), op.inputs.end(), known)) {
            continue;
        }
        try {
            auto results = resultsOf(graph, op, values);
            for (std::size_t i = 0; i < results.size(); ++i) {
                if (op.outputs[i].valid() && !graph.tensor(op.outputs[i]).variable) {
                    values[op.outputs[i].position()] = std::move(results[i]);
                }
            }
        } catch (const Error &) {
            // Whoever needs the values runs the operator himself and gets the reason then.
            continue;
        } catch (const std::bad_alloc &) {
            continue;
        }
    }
    return values;
}

} // namespace tinsmith
