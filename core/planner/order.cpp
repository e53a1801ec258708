// SPDX-License-Identifier: Apache-2.0
#include "core/planner/order.h"

#include <algorithm>
#include <tuple>
#include <unordered_set>

namespace tinsmith {
namespace {

/// Beyond this many operators only the greedy order is tried: a beam state holds a counter per storage.
constexpr std::size_t beamOperators = 300;
constexpr std::size_t beamWidth = 24;

/// The graph as the search sees it: who waits for whom, and which storages an operator opens and reads.
struct Flow {
    std::size_t operators = 0;
    /// By operator: those that read one of its outputs, each once.
    std::vector<std::vector<std::size_t>> readers;
    std::vector<std::int32_t> waitsFor;
    /// By operator: storages that it writes first, and storages that it reads (each once).
    std::vector<std::vector<std::size_t>> opens;
    std::vector<std::vector<std::size_t>> reads;
    /// By operator: bytes that it needs only while it runs.
    std::vector<std::int64_t> scratch;
    /// By storage.
    std::vector<std::int64_t> bytes;
    std::vector<std::int32_t> readerCount;
    std::int64_t atStart = 0;
};

Flow flowOf(const PlanContext &context)
{
    const Graph &graph = context.graph;
    Flow flow;
    flow.operators = graph.operators().size();
    flow.readers.resize(flow.operators);
    flow.waitsFor.resize(flow.operators);
    flow.opens.resize(flow.operators);
    flow.reads.resize(flow.operators);
    flow.bytes.resize(context.storages.size());
    flow.readerCount.resize(context.storages.size());
    for (std::size_t i = 0; i < flow.operators; ++i) {
        const Operator &op = graph.operators()[i];
        flow.scratch.push_back(context.facts[i].scratchBytes);
        for (const TensorId id : op.outputs) {
            if (!id) {
                continue;
            }
            for (const OperatorId reader : graph.consumers(id)) {
                auto &readers = flow.readers[i];
                if (std::find(readers.begin(), readers.end(), reader.position()) == readers.end()) {
                    readers.push_back(reader.position());
                    ++flow.waitsFor[reader.position()];
                }
            }
        }
        for (const TensorId id : op.inputs) {
            const std::int32_t storage = id ? context.storageOf[id.position()] : -1;
            auto &reads = flow.reads[i];
            if (storage >= 0 && std::find(reads.begin(), reads.end(), storage) == reads.end()) {
                reads.push_back(static_cast<std::size_t>(storage));
                ++flow.readerCount[static_cast<std::size_t>(storage)];
            }
        }
    }
    for (std::size_t storage = 0; storage < context.storages.size(); ++storage) {
        const auto &tensors = context.storages[storage];
        flow.bytes[storage] = context.bytes[tensors.front().position()];
        const OperatorId producer = graph.producer(tensors.front());
        if (producer && !graph.tensor(tensors.front()).variable) {
            flow.opens[producer.position()].push_back(storage);
        } else {
            flow.atStart += flow.bytes[storage];
        }
        if (std::any_of(tensors.begin(), tensors.end(),
                [&](TensorId id) { return graph.isOutput(id) || graph.tensor(id).variable; })) {
            ++flow.readerCount[storage];
        }
    }
    return flow;
}

/// What has run, and what that leaves alive.
struct State {
    std::vector<std::int32_t> waitsFor;
    std::vector<std::int32_t> readersLeft;
    std::vector<std::size_t> ready;
    std::vector<OperatorId> order;
    std::int64_t alive = 0;
    std::int64_t peak = 0;
    std::size_t hash = 0;
};

State startOf(const Flow &flow)
{
    State state;
    state.waitsFor = flow.waitsFor;
    state.readersLeft = flow.readerCount;
    state.alive = flow.atStart;
    for (std::size_t i = 0; i < flow.operators; ++i) {
        if (state.waitsFor[i] == 0) {
            state.ready.push_back(i);
        }
    }
    return state;
}

struct Step {
    std::int64_t during = 0;
    std::int64_t after = 0;
};

/// What running `op` next would need and leave. Overlaps are left out: they are judged on whole orders.
Step look(const Flow &flow, const State &state, std::size_t op)
{
    Step step{state.alive + flow.scratch[op], state.alive};
    for (const std::size_t storage : flow.opens[op]) {
        step.during += flow.bytes[storage];
        step.after += state.readersLeft[storage] > 0 ? flow.bytes[storage] : 0;
    }
    for (const std::size_t storage : flow.reads[op]) {
        step.after -= state.readersLeft[storage] == 1 ? flow.bytes[storage] : 0;
    }
    return step;
}

void run(const Flow &flow, State &state, std::size_t op)
{
    const Step step = look(flow, state, op);
    state.peak = std::max(state.peak, step.during);
    state.alive = step.after;
    for (const std::size_t storage : flow.reads[op]) {
        --state.readersLeft[storage];
    }
    state.hash ^= (op + 1) * 0x9E3779B97F4A7C15ULL;
    state.order.push_back(OperatorId(op));
    std::erase(state.ready, op);
    for (const std::size_t reader : flow.readers[op]) {
        if (--state.waitsFor[reader] == 0) {
            state.ready.push_back(reader);
        }
    }
}

std::vector<OperatorId> greedyOrder(const Flow &flow)
{
    State state = startOf(flow);
    while (!state.ready.empty()) {
        std::size_t best = state.ready.front();
        Step bestStep = look(flow, state, best);
        for (const std::size_t op : state.ready) {
            const Step step = look(flow, state, op);
            if (std::tie(step.after, step.during, op) < std::tie(bestStep.after, bestStep.during, best)) {
                best = op;
                bestStep = step;
            }
        }
        run(flow, state, best);
    }
    return std::move(state.order);
}

std::vector<OperatorId> beamOrder(const Flow &flow)
{
    std::vector<State> beam{startOf(flow)};
    for (std::size_t step = 0; step < flow.operators; ++step) {
        std::vector<State> next;
        for (const State &state : beam) {
            for (const std::size_t op : state.ready) {
                run(flow, next.emplace_back(state), op);
            }
        }
        std::sort(next.begin(), next.end(), [](const State &a, const State &b) {
            return std::tie(a.peak, a.alive, a.order) < std::tie(b.peak, b.alive, b.order);
        });
        // The same operators run in another order leave the same state: the one with the lowest peak is enough.
        std::unordered_set<std::size_t> seen;
        std::erase_if(next, [&](const State &state) { return !seen.insert(state.hash).second; });
        if (next.size() > beamWidth) {
            next.erase(next.begin() + beamWidth, next.end());
        }
        beam = std::move(next);
    }
    return beam.empty() ? std::vector<OperatorId>() : std::move(beam.front().order);
}

} // namespace

std::vector<OperatorId> sourceOrder(const Graph &graph)
{
    std::vector<OperatorId> order;
    for (std::size_t i = 0; i < graph.operators().size(); ++i) {
        order.emplace_back(i);
    }
    return order;
}

std::vector<std::vector<OperatorId>> otherOrders(const PlanContext &context)
{
    const Flow flow = flowOf(context);
    State state = startOf(flow);
    bool branches = false;
    while (!state.ready.empty() && !branches) {
        branches = state.ready.size() > 1;
        run(flow, state, state.ready.front());
    }
    std::vector<std::vector<OperatorId>> orders;
    if (branches) {
        orders.push_back(greedyOrder(flow));
        if (flow.operators <= beamOperators) {
            orders.push_back(beamOrder(flow));
        }
    }
    return orders;
}

} // namespace tinsmith
