// SPDX-License-Identifier: Apache-2.0
#include "core/planner/storage.h"

#include "core/graph/error.h"
#include "core/graph/geometry.h"
#include "core/planner/row_distance.h"

#include <algorithm>

namespace tinsmith {
namespace {

constexpr std::int64_t largestTensor = std::int64_t{1} << 48;

std::int64_t bytesOf(const Graph &graph, TensorId id)
{
    const Tensor &tensor = graph.tensor(id);
    const auto bytes = tensor.bytes();
    if (!bytes || *bytes < 0 || *bytes > largestTensor) {
        throw UnsupportedError({}, "tensor '" + tensor.name + "'",
            bytes ? "it is too large to plan"
                  : "its size is not known (" + tensor.shape.text() + "), so memory cannot be planned");
    }
    return *bytes;
}

bool renames(const Operator &op)
{
    return op.is<Reshape>() || op.is<Squeeze>() || op.is<ExpandDims>() || op.is<Identity>();
}

void findStorages(PlanContext &context)
{
    const Graph &graph = context.graph;
    context.storageOf.assign(graph.tensors().size(), -1);
    const auto open = [&](TensorId id) {
        if (context.bytes[id.position()] > 0 && context.storageOf[id.position()] < 0) {
            context.storageOf[id.position()] = static_cast<std::int32_t>(context.storages.size());
            context.storages.push_back({id});
        }
    };
    std::for_each(graph.inputs().begin(), graph.inputs().end(), open);
    for (std::size_t i = 0; i < graph.tensors().size(); ++i) {
        if (graph.tensors()[i].variable) {
            open(TensorId(i));
        }
    }
    for (const Operator &op : graph.operators()) {
        const TensorId input = op.input(0);
        if (context.options.overlap && renames(op) && input && op.outputs.size() == 1 && op.outputs[0]) {
            const std::int32_t storage = context.storageOf[input.position()];
            const TensorId output = op.outputs[0];
            const std::int64_t bytes = context.bytes[output.position()];
            const bool fixed = graph.tensor(input).variable || graph.tensor(output).variable;
            if (storage >= 0 && bytes > 0 && bytes == context.bytes[input.position()] && !fixed) {
                context.storageOf[output.position()] = storage;
                context.storages[static_cast<std::size_t>(storage)].push_back(output);
                continue;
            }
        }
        std::for_each(op.outputs.begin(), op.outputs.end(), [&](TensorId id) {
            if (id) {
                open(id);
            }
        });
    }
}

/// By OperatorId: when it runs.
std::vector<std::int32_t> positionsOf(const std::vector<OperatorId> &order)
{
    std::vector<std::int32_t> position(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        position[order[i].position()] = static_cast<std::int32_t>(i);
    }
    return position;
}

/// Where a storage is alive, and whether its bytes may be overwritten after the last reader began.
struct Lifetime {
    std::int32_t first = 0;
    std::int32_t last = 0;
    bool kept = false;
};

Lifetime lifetimeOf(
    const PlanContext &context, const std::vector<TensorId> &tensors, const std::vector<std::int32_t> &position)
{
    const Graph &graph = context.graph;
    const auto end = static_cast<std::int32_t>(std::max<std::size_t>(graph.operators().size(), 1)) - 1;
    Lifetime lifetime{end, 0, false};
    for (const TensorId id : tensors) {
        const OperatorId producer = graph.producer(id);
        const std::int32_t born = producer ? position[producer.position()] : 0;
        lifetime.first = std::min(lifetime.first, born);
        lifetime.last = std::max(lifetime.last, born);
        for (const OperatorId reader : graph.consumers(id)) {
            lifetime.last = std::max(lifetime.last, position[reader.position()]);
        }
        if (graph.isOutput(id) || graph.tensor(id).variable) {
            lifetime.last = end;
            lifetime.kept = true;
        }
        if (graph.tensor(id).variable) {
            lifetime.first = 0;
        }
    }
    return lifetime;
}

bool readsAlsoElsewhere(const PlanContext &context, const Operator &op, std::int32_t storage)
{
    return std::any_of(op.inputs.begin() + 1, op.inputs.end(),
        [&](TensorId id) { return id && context.storageOf[id.position()] == storage; });
}

/// What the operator's kernel allows between its output and input `which`.
std::optional<PackOverlap> overlapOf(
    const PlanContext &context, const Operator &op, const KernelFacts &facts, std::size_t which)
{
    const TensorId inputId = op.inputs[which];
    const TensorId outputId = op.outputs[0];
    PackOverlap overlap;
    overlap.input = static_cast<std::size_t>(context.storageOf[inputId.position()]);
    overlap.output = static_cast<std::size_t>(context.storageOf[outputId.position()]);
    if (facts.order == AccessOrder::Elementwise) {
        overlap.same = mayShareOffset(context.graph, op, facts, which);
        return overlap.same ? std::optional(overlap) : std::nullopt;
    }
    if (facts.order != AccessOrder::Rows || which != 0 || op.is<TransposeConv2D>()
        || readsAlsoElsewhere(context, op, context.storageOf[inputId.position()])) {
        return std::nullopt;
    }
    const auto geometry = spatialGeometry(context.graph, op);
    if (!geometry || geometry->batch < 1 || geometry->h.output < 1 || geometry->h.input < 1) {
        return std::nullopt;
    }
    const std::int64_t inputRows = geometry->batch * geometry->h.input;
    const std::int64_t outputRows = geometry->batch * geometry->h.output;
    const std::int64_t inputBytes = context.bytes[inputId.position()];
    const std::int64_t outputBytes = context.bytes[outputId.position()];
    // The distances are found row by row; no microcontroller has a map of so many, only a hostile file.
    constexpr std::int64_t mostRows = 1 << 20;
    if (inputBytes % inputRows != 0 || outputBytes % outputRows != 0 || outputRows > mostRows) {
        return std::nullopt;
    }
    overlap.below = rowDistanceBelow(*geometry, inputBytes / inputRows, outputBytes / outputRows);
    if (facts.bottomUp) {
        overlap.above = rowDistanceAbove(*geometry, inputBytes / inputRows, outputBytes / outputRows);
    }
    return overlap;
}

} // namespace

PlanContext makeContext(const Graph &graph, const Target &target, const PlanOptions &options)
{
    PlanContext context{graph, options, {}, {}, {}, {}};
    context.bytes.resize(graph.tensors().size());
    const auto count = [&](TensorId id) {
        if (id && !graph.tensor(id).constant() && context.bytes[id.position()] == 0) {
            context.bytes[id.position()] = bytesOf(graph, id);
        }
    };
    std::for_each(graph.inputs().begin(), graph.inputs().end(), count);
    for (const Operator &op : graph.operators()) {
        std::for_each(op.inputs.begin(), op.inputs.end(), count);
        std::for_each(op.outputs.begin(), op.outputs.end(), count);
    }
    for (std::size_t i = 0; i < graph.operators().size(); ++i) {
        context.facts.push_back(kernelFor(graph, OperatorId(i), target, options.portableOnly));
    }
    findStorages(context);
    return context;
}

StorageProblem makeProblem(const PlanContext &context, const std::vector<OperatorId> &order)
{
    const Graph &graph = context.graph;
    const std::vector<std::int32_t> position = positionsOf(order);
    StorageProblem problem;
    std::vector<Lifetime> lifetimes;
    for (const auto &tensors : context.storages) {
        const Lifetime &lifetime = lifetimes.emplace_back(lifetimeOf(context, tensors, position));
        problem.packing.items.push_back({context.bytes[tensors.front().position()], lifetime.first, lifetime.last});
        constexpr int wide = 64;
        if (bitsOf(graph.tensor(tensors.front()).type) >= wide) {
            problem.packing.alignment = wide / 8;
        }
    }
    for (std::size_t at = 0; at < order.size(); ++at) {
        const Operator &op = graph.op(order[at]);
        const KernelFacts &facts = context.facts[order[at].position()];
        const auto now = static_cast<std::int32_t>(at);
        if (facts.scratchBytes > 0) {
            problem.packing.items.push_back({facts.scratchBytes, now, now});
            problem.scratchOwners.push_back(order[at]);
        }
        if (!context.options.overlap || op.outputs.size() != 1 || !op.outputs[0]) {
            continue;
        }
        const std::int32_t output = context.storageOf[op.outputs[0].position()];
        if (output < 0 || lifetimes[static_cast<std::size_t>(output)].first != now) {
            continue;
        }
        std::vector<std::int32_t> done;
        for (std::size_t which = 0; which < op.inputs.size(); ++which) {
            const std::int32_t input = op.inputs[which] ? context.storageOf[op.inputs[which].position()] : -1;
            if (input < 0 || input == output || std::find(done.begin(), done.end(), input) != done.end()) {
                continue;
            }
            const Lifetime &dying = lifetimes[static_cast<std::size_t>(input)];
            if (dying.last != now || dying.kept) {
                continue;
            }
            done.push_back(input);
            if (const auto overlap = overlapOf(context, op, facts, which)) {
                problem.packing.overlaps.push_back(*overlap);
            }
        }
    }
    return problem;
}

std::vector<PackItem> tensorLifetimes(const PlanContext &context, const std::vector<OperatorId> &order)
{
    const std::vector<std::int32_t> position = positionsOf(order);
    std::vector<PackItem> items(context.bytes.size());
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (context.bytes[i] > 0) {
            const Lifetime lifetime = lifetimeOf(context, {TensorId(i)}, position);
            items[i] = {context.bytes[i], lifetime.first, lifetime.last};
        }
    }
    return items;
}

} // namespace tinsmith
