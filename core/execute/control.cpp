// SPDX-License-Identifier: Apache-2.0
#include "core/execute/control.h"

#include "core/execute/body_run.h"

#include <cstring>

namespace tinsmith {
namespace {

using Buffers = std::vector<TensorValue>;

void requireBoolean(const Preparation &preparation, std::size_t position)
{
    const Tensor &condition = preparation.input(position);
    preparation.require(
        condition.type == ElementType::Bool && elementsOf(condition) == 1, "its condition is not one boolean");
}

/// Room for the values of some outputs of a body.
Buffers buffersFor(const GraphRun &body, std::size_t first, std::size_t count)
{
    Buffers buffers;
    for (std::size_t i = first; i < first + count; ++i) {
        buffers.emplace_back(static_cast<std::size_t>(body.bytesOf(body.graph().outputs()[i])));
    }
    return buffers;
}

std::vector<BodyInput> bodyInputs(const Preparation &preparation, std::size_t first, bool same)
{
    std::vector<BodyInput> inputs;
    for (std::size_t i = first; i < preparation.op().inputs.size(); ++i) {
        inputs.push_back(bodyInput(preparation, i, same));
    }
    return inputs;
}

/// Every output that the operator has is one of the body's; those that it has not are worked out and dropped.
void requireResults(const Preparation &preparation, const GraphRun &body)
{
    preparation.require(preparation.op().outputs.size() <= body.graph().outputs().size(),
        "its body has fewer outputs than the operator");
    for (std::size_t i = 0; i < preparation.op().outputs.size(); ++i) {
        if (preparation.op().outputs[i].valid()) {
            requireSame(preparation, body, i, preparation.output(i));
        }
    }
}

void runBody(GraphRun &body, std::span<const std::byte *const> inputs, const Arguments &arguments)
{
    Buffers dropped;
    std::vector<std::byte *> outputs;
    for (std::size_t i = 0; i < body.graph().outputs().size(); ++i) {
        if (i < arguments.outputs.size() && arguments.outputs[i] != nullptr) {
            outputs.push_back(arguments.outputs[i]);
        } else {
            dropped.push_back(std::move(buffersFor(body, i, 1).front()));
            outputs.push_back(dropped.back().data());
        }
    }
    body.run(inputs, outputs);
}

std::int64_t bytesOf(const Tensor &tensor)
{
    return tensor.bytes().value_or(0);
}

/// Values that go from one round to the next.
struct State {
    Buffers now;
    Buffers next;

    void start(const Arguments &arguments, std::size_t first, const std::vector<std::int64_t> &sizes)
    {
        for (std::size_t i = 0; i < sizes.size(); ++i) {
            const std::byte *from = arguments.inputs[first + i];
            now.emplace_back(from, from + sizes[i]);
            next.emplace_back(static_cast<std::size_t>(sizes[i]));
        }
    }
    void finish(const Arguments &arguments) const
    {
        for (std::size_t i = 0; i < now.size() && i < arguments.outputs.size(); ++i) {
            if (arguments.outputs[i] != nullptr && !now[i].empty()) {
                std::memcpy(arguments.outputs[i], now[i].data(), now[i].size());
            }
        }
    }
};

/// The sizes of values first..first + count of the operator, which the body must give back in the same size, its
/// outputs from `bodyFirst` on.
std::vector<std::int64_t> carriedSizes(
    const Preparation &preparation, const GraphRun &body, std::size_t first, std::size_t count, std::size_t bodyFirst)
{
    std::vector<std::int64_t> sizes;
    for (std::size_t i = 0; i < count; ++i) {
        requireSame(preparation, body, bodyFirst + i, preparation.input(first + i));
        if (i < preparation.op().outputs.size() && preparation.op().outputs[i].valid()) {
            preparation.require(bytesOf(preparation.output(i)) == bytesOf(preparation.input(first + i)),
                "an output has another size than the value that goes into the loop");
        }
        sizes.push_back(bytesOf(preparation.input(first + i)));
    }
    return sizes;
}

[[noreturn]] void refuseRounds(const std::string &place, const std::string &which, std::int64_t rounds)
{
    throw UnsupportedError({}, place,
        "its loop takes " + which + " rounds than the " + std::to_string(rounds)
            + " that its scanned outputs have room for");
}

/// What a loop makes for its body: one number, of the shape that the body declares.
Tensor loopNumber(const Preparation &preparation, std::int32_t body, std::size_t position, ElementType type)
{
    Tensor number;
    number.type = type;
    const auto library = preparation.graph().subgraphs();
    if (body >= 0 && static_cast<std::size_t>(body) < library.size()) {
        const Graph &graph = library[static_cast<std::size_t>(body)];
        const bool declared = position < graph.inputs().size();
        const Shape shape = declared ? graph.tensor(graph.inputs()[position]).shape : Shape();
        number.shape = shape.ranked && shape.elements() == 1 ? shape : Shape();
    }
    return number;
}

} // namespace

Kernel prepare(Preparation &preparation, const If &kind)
{
    requireBoolean(preparation, 0);
    const auto inputs = bodyInputs(preparation, 1, true);
    const auto whenTrue = prepareBody(preparation, kind.thenBody, inputs);
    const auto otherwise = prepareBody(preparation, kind.elseBody, inputs);
    requireResults(preparation, *whenTrue);
    requireResults(preparation, *otherwise);
    return [=](const Arguments &arguments) {
        const bool condition = *arguments.in<std::uint8_t>(0) != 0;
        runBody(condition ? *whenTrue : *otherwise, arguments.inputs.subspan(1), arguments);
    };
}

Kernel prepare(Preparation &preparation, const Call &kind)
{
    const auto body = prepareBody(preparation, kind.body, bodyInputs(preparation, 0, true));
    requireResults(preparation, *body);
    if (!kind.once) {
        return [=](const Arguments &arguments) { runBody(*body, arguments.inputs, arguments); };
    }
    return [=, position = kind.body](const Arguments &arguments) {
        if (body->context().begun.insert(position).second) {
            runBody(*body, arguments.inputs, arguments);
        }
    };
}

Kernel prepare(Preparation &preparation, const While &kind)
{
    const auto inputs = bodyInputs(preparation, 0, false);
    const auto condition = prepareBody(preparation, kind.condition, inputs);
    const auto body = prepareBody(preparation, kind.body, inputs);
    requireCondition(preparation, *condition, 0);
    preparation.require(condition->graph().outputs().size() == 1, "its condition gives more than one value");
    preparation.require(
        body->graph().outputs().size() == inputs.size(), "its body gives back another number of values");
    const auto sizes = carriedSizes(preparation, *body, 0, inputs.size(), 0);
    return [=, place = preparation.op().name](const Arguments &arguments) {
        State state;
        state.start(arguments, 0, sizes);
        for (;;) {
            std::vector<const std::byte *> now;
            std::vector<std::byte *> next;
            for (std::size_t i = 0; i < sizes.size(); ++i) {
                now.push_back(state.now[i].data());
                next.push_back(state.next[i].data());
            }
            std::byte holds{0};
            std::byte *const answer = &holds;
            condition->run(now, {&answer, 1});
            if (holds == std::byte{0}) {
                break;
            }
            body->context().takeRound(place);
            body->run(now, next);
            std::swap(state.now, state.next);
        }
        state.finish(arguments);
    };
}

Kernel prepare(Preparation &preparation, const Loop &kind)
{
    const auto carried = static_cast<std::size_t>(std::max(kind.carried, 0));
    preparation.require(preparation.op().inputs.size() >= 2 + carried, "it has fewer inputs than it carries values");
    if (preparation.hasInput(0)) {
        preparation.require(preparation.input(0).type == ElementType::Int64 && elementsOf(preparation.input(0)) == 1,
            "its number of rounds is not one 64-bit integer");
    }
    if (preparation.hasInput(1)) {
        requireBoolean(preparation, 1);
    }
    std::vector<BodyInput> inputs = {{loopNumber(preparation, kind.body, 0, ElementType::Int64), nullptr},
        {loopNumber(preparation, kind.body, 1, ElementType::Bool), nullptr}};
    for (std::size_t i = 2; i < preparation.op().inputs.size(); ++i) {
        inputs.push_back(bodyInput(preparation, i, i >= 2 + carried));
    }
    const auto body = prepareBody(preparation, kind.body, inputs);
    requireCondition(preparation, *body, 0);
    preparation.require(
        body->graph().outputs().size() >= 1 + carried, "its body gives back fewer values than it takes");
    const auto sizes = carriedSizes(preparation, *body, 2, carried, 1);
    const std::size_t scanned = body->graph().outputs().size() - 1 - carried;
    // How many rounds the scanned outputs have room for; -1 without such outputs.
    std::int64_t rounds = -1;
    for (std::size_t i = carried; i < preparation.op().outputs.size(); ++i) {
        if (!preparation.op().outputs[i].valid()) {
            continue;
        }
        const Tensor &all = preparation.output(i);
        preparation.require(
            all.shape.rank() >= 1 && i < carried + scanned, "a scanned output has no dimension to grow");
        preparation.require(rounds < 0 || rounds == all.shape[0], "its scanned outputs differ in length");
        rounds = all.shape[0];
        Tensor one = all;
        one.shape.dims.erase(one.shape.dims.begin());
        requireSame(preparation, *body, 1 + i, one);
    }
    return [=, place = preparation.op().name](const Arguments &arguments) {
        State state;
        state.start(arguments, 2, sizes);
        Buffers parts = buffersFor(*body, 1 + carried, scanned);
        const std::int64_t most = arguments.inputs[0] == nullptr ? INT64_MAX : *arguments.in<std::int64_t>(0);
        std::uint8_t condition = arguments.inputs[1] == nullptr ? 1 : *arguments.in<std::uint8_t>(1);
        std::int64_t round = 0;
        for (; round < most && condition != 0; ++round) {
            if (rounds >= 0 && round >= rounds) {
                refuseRounds(place, "more", rounds);
            }
            body->context().takeRound(place);
            std::vector<const std::byte *> from
                = {reinterpret_cast<const std::byte *>(&round), reinterpret_cast<const std::byte *>(&condition)};
            std::uint8_t goesOn = 0;
            std::vector<std::byte *> to = {reinterpret_cast<std::byte *>(&goesOn)};
            for (std::size_t i = 0; i < carried; ++i) {
                from.push_back(state.now[i].data());
                to.push_back(state.next[i].data());
            }
            from.insert(from.end(), arguments.inputs.begin() + static_cast<std::ptrdiff_t>(2 + carried),
                arguments.inputs.end());
            for (TensorValue &part : parts) {
                to.push_back(part.data());
            }
            body->run(from, to);
            condition = goesOn;
            std::swap(state.now, state.next);
            for (std::size_t i = 0; i < scanned && rounds >= 0; ++i) {
                const std::size_t output = carried + i;
                if (output < arguments.outputs.size() && arguments.outputs[output] != nullptr && !parts[i].empty()) {
                    std::memcpy(arguments.outputs[output] + static_cast<std::size_t>(round) * parts[i].size(),
                        parts[i].data(), parts[i].size());
                }
            }
        }
        if (rounds >= 0 && round < rounds) {
            refuseRounds(place, "fewer", rounds);
        }
        state.finish(arguments);
    };
}

namespace {

/// A tensor that a scan takes apart or puts together along one axis.
struct Slices {
    std::int64_t outer = 1;
    std::int64_t length = 0;
    /// Bytes of one slice at one outer position.
    std::int64_t inner = 0;
    bool reversed = false;

    std::int64_t bytes() const { return outer * inner; }
    /// Calls use(place in the whole, place in the slice) for each piece of slice `index`.
    template <typename Use>
    void forPieces(std::int64_t index, const Use &use) const
    {
        const std::int64_t at = reversed ? length - 1 - index : index;
        for (std::int64_t o = 0; o < outer; ++o) {
            use((o * length + at) * inner, o * inner);
        }
    }
};

/// The slices of a tensor, and in `one` the type and shape of a single slice.
Slices slicesOf(const Preparation &preparation, const Tensor &whole, std::int64_t axis, bool reversed, Tensor &one)
{
    const std::size_t at = preparation.axis(axis, whole.shape.rank());
    preparation.require(bitsOf(whole.type) % 8 == 0, "it scans a type of less than a byte");
    Slices slices;
    slices.reversed = reversed;
    slices.length = whole.shape[at];
    slices.inner = bitsOf(whole.type) / 8;
    for (std::size_t d = 0; d < whole.shape.rank(); ++d) {
        (d < at ? slices.outer : slices.inner) *= d == at ? 1 : whole.shape[d];
    }
    one = whole;
    one.data.reset();
    one.shape.dims.erase(one.shape.dims.begin() + static_cast<std::ptrdiff_t>(at));
    return slices;
}

std::int64_t entry(const std::vector<std::int64_t> &list, std::size_t position)
{
    return position < list.size() ? list[position] : 0;
}

} // namespace

Kernel prepare(Preparation &preparation, const Scan &kind)
{
    const Operator &op = preparation.op();
    const auto scanInputs = static_cast<std::size_t>(std::max(kind.scanInputs, 0));
    const auto captured = static_cast<std::size_t>(std::max(kind.captured, 0));
    preparation.require(scanInputs > 0 && op.inputs.size() >= scanInputs + captured, "it has too few inputs");
    const std::size_t states = op.inputs.size() - scanInputs - captured;
    std::vector<BodyInput> inputs;
    std::vector<Slices> from;
    for (std::size_t i = 0; i < op.inputs.size(); ++i) {
        inputs.push_back(bodyInput(preparation, i, i >= states + scanInputs));
        if (i >= states && i < states + scanInputs) {
            const std::size_t scan = i - states;
            from.push_back(slicesOf(preparation, preparation.input(i), entry(kind.inputAxes, scan),
                entry(kind.inputReversed, scan) != 0, inputs.back().tensor));
            preparation.require(from.back().length == from.front().length, "its scanned inputs differ in length");
        }
    }
    const auto body = prepareBody(preparation, kind.body, inputs);
    preparation.require(body->graph().outputs().size() >= states, "its body gives back fewer values than it takes");
    const auto sizes = carriedSizes(preparation, *body, 0, states, 0);
    const std::size_t scanned = body->graph().outputs().size() - states;
    const std::int64_t length = from.front().length;
    std::vector<Slices> to(scanned);
    for (std::size_t i = 0; i < scanned && states + i < op.outputs.size(); ++i) {
        if (op.outputs[states + i].valid()) {
            Tensor one;
            to[i] = slicesOf(preparation, preparation.output(states + i), entry(kind.outputAxes, i),
                entry(kind.outputReversed, i) != 0, one);
            preparation.require(to[i].length == length, "a scanned output has another length than the inputs");
            requireSame(preparation, *body, states + i, one);
        }
    }
    return [=, place = op.name](const Arguments &arguments) {
        State state;
        state.start(arguments, 0, sizes);
        Buffers slices;
        for (const Slices &scan : from) {
            slices.emplace_back(static_cast<std::size_t>(scan.bytes()));
        }
        Buffers parts = buffersFor(*body, states, scanned);
        for (std::int64_t round = 0; round < length; ++round) {
            body->context().takeRound(place);
            std::vector<const std::byte *> now;
            std::vector<std::byte *> next;
            for (std::size_t i = 0; i < states; ++i) {
                now.push_back(state.now[i].data());
                next.push_back(state.next[i].data());
            }
            for (std::size_t i = 0; i < from.size(); ++i) {
                const std::byte *whole = arguments.inputs[states + i];
                std::byte *slice = slices[i].data();
                from[i].forPieces(round, [&](std::int64_t at, std::int64_t piece) {
                    std::memcpy(slice + piece, whole + at, static_cast<std::size_t>(from[i].inner));
                });
                now.push_back(slice);
            }
            now.insert(
                now.end(), arguments.inputs.end() - static_cast<std::ptrdiff_t>(captured), arguments.inputs.end());
            for (TensorValue &part : parts) {
                next.push_back(part.data());
            }
            body->run(now, next);
            std::swap(state.now, state.next);
            for (std::size_t i = 0; i < scanned && states + i < arguments.outputs.size(); ++i) {
                std::byte *whole = arguments.outputs[states + i];
                if (whole != nullptr) {
                    to[i].forPieces(round, [&](std::int64_t at, std::int64_t piece) {
                        std::memcpy(whole + at, parts[i].data() + piece, static_cast<std::size_t>(to[i].inner));
                    });
                }
            }
        }
        state.finish(arguments);
    };
}

} // namespace tinsmith
