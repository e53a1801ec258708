// SPDX-License-Identifier: Apache-2.0
#include "core/planner/planner.h"

#include "core/planner/order.h"
#include "core/planner/pack.h"
#include "core/planner/storage.h"

#include <algorithm>

namespace tinsmith {
namespace {

std::int64_t largest(const std::vector<std::int64_t> &values)
{
    return values.empty() ? 0 : *std::max_element(values.begin(), values.end());
}

/// Whole tensors in source order, every one for itself, at the worst operator.
std::int64_t operatorByOperator(const PlanContext &context)
{
    PlanOptions plain;
    plain.overlap = false;
    PlanContext apart{context.graph, plain, {}, context.bytes, {}, {}};
    apart.facts.resize(context.facts.size());
    apart.storageOf.assign(context.bytes.size(), -1);
    for (std::size_t i = 0; i < context.bytes.size(); ++i) {
        if (context.bytes[i] > 0) {
            apart.storageOf[i] = static_cast<std::int32_t>(apart.storages.size());
            apart.storages.push_back({TensorId(i)});
        }
    }
    StorageProblem problem = makeProblem(apart, sourceOrder(context.graph));
    problem.packing.alignment = 1;
    return largest(neededBytes(problem.packing));
}

void addBuffers(Plan &plan, const PlanContext &context, const StorageProblem &problem, const PackResult &packed,
    const std::vector<OperatorId> &order)
{
    const Graph &graph = context.graph;
    const auto &items = problem.packing.items;
    // Each tensor of a shared storage shows its own lifetime.
    const std::vector<PackItem> lifetimes = tensorLifetimes(context, order);
    for (std::size_t storage = 0; storage < context.storages.size(); ++storage) {
        for (const TensorId id : context.storages[storage]) {
            PlanBuffer buffer;
            buffer.tensor = id;
            buffer.owner = graph.producer(id);
            buffer.offset = packed.offsets[storage];
            buffer.bytes = lifetimes[id.position()].bytes;
            buffer.first = lifetimes[id.position()].first;
            buffer.last = lifetimes[id.position()].last;
            plan.buffers.push_back(buffer);
        }
    }
    for (std::size_t i = 0; i < problem.scratchOwners.size(); ++i) {
        const std::size_t item = context.storages.size() + i;
        PlanBuffer buffer;
        buffer.owner = problem.scratchOwners[i];
        buffer.kind = BufferKind::Scratch;
        buffer.offset = packed.offsets[item];
        buffer.bytes = items[item].bytes;
        buffer.first = items[item].first;
        buffer.last = items[item].last;
        plan.buffers.push_back(buffer);
    }
    for (const OperatorId id : order) {
        plan.stages.push_back({{id}, false});
    }
}

/// Notes which input each output really came to lie on, and which way its rows must then be written.
void noteOverlaps(Plan &plan, const PlanContext &context, const StorageProblem &problem, const PackResult &packed)
{
    const Graph &graph = context.graph;
    const auto &items = problem.packing.items;
    for (std::size_t i = 0; i < graph.operators().size(); ++i) {
        plan.operators[i].variant = context.facts[i].variant;
        plan.operators[i].scratchBytes = context.facts[i].scratchBytes;
        const Operator &op = graph.operators()[i];
        const TensorId input = op.input(0);
        const bool single = op.outputs.size() == 1 && op.outputs[0];
        if (input && single && context.storageOf[input.position()] >= 0
            && context.storageOf[input.position()] == context.storageOf[op.outputs[0].position()]) {
            plan.operators[i].overlaps = input;
        }
    }
    for (const PackOverlap &overlap : problem.packing.overlaps) {
        const std::int64_t in = packed.offsets[overlap.input];
        const std::int64_t out = packed.offsets[overlap.output];
        if (in >= out + items[overlap.output].bytes || out >= in + items[overlap.input].bytes) {
            continue;
        }
        const OperatorId id = graph.producer(context.storages[overlap.output].front());
        for (const TensorId read : graph.op(id).inputs) {
            if (read && context.storageOf[read.position()] == static_cast<std::int32_t>(overlap.input)) {
                plan.operators[id.position()].overlaps = read;
                plan.operators[id.position()].bottomUp = out > in;
                break;
            }
        }
    }
}

} // namespace

Plan makePlan(const Graph &graph, const Target &target, const PlanOptions &options)
{
    const PlanContext context = makeContext(graph, target, options);
    std::vector<OperatorId> order = sourceOrder(graph);
    StorageProblem problem = makeProblem(context, order);
    std::vector<std::int64_t> needed = neededBytes(problem.packing);
    for (auto &other : otherOrders(context)) {
        StorageProblem candidate = makeProblem(context, other);
        auto candidateNeeds = neededBytes(candidate.packing);
        if (largest(candidateNeeds) < largest(needed)) {
            order = std::move(other);
            problem = std::move(candidate);
            needed = std::move(candidateNeeds);
        }
    }
    const PackResult packed = pack(problem.packing);

    Plan plan;
    plan.alignment = problem.packing.alignment;
    plan.arenaBytes = packed.bytes;
    plan.lowerBoundBytes = largest(needed);
    plan.opByOpBytes = operatorByOperator(context);
    plan.operators.resize(graph.operators().size());
    if (!order.empty() && !needed.empty()) {
        const auto peak = std::max_element(needed.begin(), needed.end()) - needed.begin();
        plan.peakOperator = order[static_cast<std::size_t>(peak)];
    }
    addBuffers(plan, context, problem, packed, order);
    noteOverlaps(plan, context, problem, packed);
    return plan;
}

} // namespace tinsmith
