// SPDX-License-Identifier: Apache-2.0
#include "core/execute/graph_run.h"

#include "core/execute/known_values.h"
#include "core/graph/error.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <map>
#include <new>

namespace tinsmith {
namespace {

constexpr std::int64_t mostArenaBytes = std::int64_t{1} << 32;

} // namespace

std::vector<const std::byte *> GraphRun::inputPointers(const Operator &op) const
{
    std::vector<const std::byte *> pointers;
    for (const TensorId id : op.inputs) {
        if (!id.valid()) {
            pointers.push_back(nullptr);
        } else if (places_[id.position()] != nullptr) {
            pointers.push_back(places_[id.position()]);
        } else {
            pointers.push_back(values_[id.position()].data());
        }
    }
    return pointers;
}

void GraphRun::prepare()
{
    values_ = knownValues(graph_);
    places_.assign(graph_.tensors().size(), nullptr);
    for (std::size_t i = 0; i < graph_.operators().size(); ++i) {
        const Operator &op = graph_.operators()[i];
        checkTensors(graph_, op);
        const auto known = [&](TensorId id) { return !id.valid() || !values_[id.position()].empty(); };
        if (!op.outputs.empty() && std::all_of(op.outputs.begin(), op.outputs.end(), known)) {
            std::copy_if(op.outputs.begin(), op.outputs.end(), std::back_inserter(folded_),
                [](TensorId id) { return id.valid(); });
            continue;
        }
        // Some outputs may be known and others empty (of no elements): the step writes them all, so they need places.
        for (const TensorId id : op.outputs) {
            if (id.valid()) {
                values_[id.position()] = Bytes();
            }
        }
        Preparation preparation(graph_, op, values_, false, context_);
        Step step;
        step.id = OperatorId(i);
        step.run = prepareKernel(preparation);
        scratchBytes_ = std::max(scratchBytes_, preparation.reservedBytes());
        forget_.insert(forget_.end(), preparation.resets().begin(), preparation.resets().end());
        context_->mayEnd = context_->mayEnd || op.is<CircularBuffer>();
        steps_.push_back(std::move(step));
    }
}

void GraphRun::placeTensors()
{
    // A tensor lives from the step that makes it to the last one that reads it; graph inputs from the start, outputs to
    // the end.
    std::map<std::int32_t, Lifetime> lifetimes;
    const auto last = static_cast<std::int64_t>(steps_.size());
    const auto touch = [&](TensorId id, std::int64_t time, bool reading) {
        const bool constant = id.valid() && graph_.tensor(id).constant() && !graph_.tensor(id).variable;
        if (!id.valid() || !values_[id.position()].empty() || (reading && constant)) {
            return;
        }
        auto [entry, fresh] = lifetimes.try_emplace(id.value, Lifetime{bytesOf(id), time, time, 0});
        entry->second.last = std::max(entry->second.last, time);
    };
    for (const TensorId id : graph_.inputs()) {
        checkedBytes({}, graph_.tensor(id));
        touch(id, 0, false);
    }
    for (std::int64_t time = 0; time < last; ++time) {
        const Operator &op = graph_.op(steps_[static_cast<std::size_t>(time)].id);
        for (const TensorId id : op.inputs) {
            touch(id, time, true);
        }
        for (const TensorId id : op.outputs) {
            touch(id, time, false);
        }
    }
    for (const TensorId id : graph_.outputs()) {
        touch(id, last, true);
    }
    for (auto &[id, lifetime] : lifetimes) {
        if (graph_.tensors()[static_cast<std::size_t>(id)].variable) {
            lifetime.first = 0;
            lifetime.last = last;
        }
    }
    std::vector<Lifetime *> order;
    for (auto &entry : lifetimes) {
        order.push_back(&entry.second);
    }
    const std::int64_t total = placeLifetimes(order);
    if (total > mostArenaBytes) {
        throw UnsupportedError({}, graph_.name(), "the activations need more memory than is sane");
    }
    arena_ = AlignedBuffer(static_cast<std::size_t>(total));
    scratch_ = AlignedBuffer(scratchBytes_);
    for (const auto &[id, lifetime] : lifetimes) {
        places_[static_cast<std::size_t>(id)] = arena_.data() + lifetime.offset;
    }
    for (Step &step : steps_) {
        const Operator &op = graph_.op(step.id);
        step.inputs = inputPointers(op);
        for (const TensorId id : op.outputs) {
            step.outputs.push_back(id.valid() ? places_[id.position()] : nullptr);
            if (id.valid()) {
                step.made.push_back(id);
            }
        }
    }
}

GraphRun::GraphRun(Graph graph, std::shared_ptr<RunContext> context)
    : graph_(std::move(graph)), context_(std::move(context))
{
    try {
        prepare();
        placeTensors();
    } catch (const std::bad_alloc &) {
        throw UnsupportedError({}, graph_.name(), "there is not enough memory to run it");
    }
}

void GraphRun::forgetVariables()
{
    resets_ = context_->resets;
    for (std::size_t i = 0; i < places_.size(); ++i) {
        const Tensor &tensor = graph_.tensors()[i];
        if (!tensor.variable || places_[i] == nullptr) {
            continue;
        }
        const auto bytes = static_cast<std::size_t>(bytesOf(TensorId(i)));
        if (tensor.data && tensor.data->size() == bytes) {
            std::memcpy(places_[i], tensor.data->data(), bytes);
        } else {
            // Real zero, as TFLite Micro resets them.
            const bool stored = tensor.type == ElementType::Int8 && tensor.quantization;
            std::memset(places_[i], stored ? static_cast<int>(tensor.quantization->zeroPoint()) : 0, bytes);
        }
    }
    for (const auto &forget : forget_) {
        forget();
    }
}

const std::byte *GraphRun::valueOf(TensorId id) const
{
    const std::byte *place = places_[id.position()];
    return place != nullptr ? place : values_[id.position()].data();
}

void GraphRun::run(std::span<const std::byte *const> inputs, std::span<std::byte *const> outputs, const Observer &see)
{
    if (resets_ != context_->resets) {
        forgetVariables();
    }
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        const TensorId id = graph_.inputs()[i];
        if (places_[id.position()] != nullptr && bytesOf(id) > 0) {
            std::memcpy(places_[id.position()], inputs[i], static_cast<std::size_t>(bytesOf(id)));
        }
    }
    const auto show = [&](TensorId id) {
        if (see) {
            see(id, {valueOf(id), static_cast<std::size_t>(bytesOf(id))});
        }
    };
    for (const TensorId id : graph_.inputs()) {
        show(id);
    }
    for (const TensorId id : folded_) {
        show(id);
    }
    for (const Step &step : steps_) {
        try {
            step.run({step.inputs, step.outputs, scratch_.data()});
        } catch (const std::bad_alloc &) {
            throw UnsupportedError({}, graph_.op(step.id).name, "there is not enough memory to run it");
        }
        for (const TensorId id : step.made) {
            show(id);
        }
    }
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        const TensorId id = graph_.outputs()[i];
        if (bytesOf(id) > 0) {
            std::memcpy(outputs[i], valueOf(id), static_cast<std::size_t>(bytesOf(id)));
        }
    }
}

} // namespace tinsmith
