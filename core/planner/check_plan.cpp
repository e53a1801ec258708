// SPDX-License-Identifier: Apache-2.0
#include "core/planner/check_plan.h"

#include "core/graph/geometry.h"
#include "core/planner/kernels.h"

#include <algorithm>

namespace tinsmith {
namespace {

class Checker {
public:
    Checker(const Graph &graph, const Target &target, const Plan &plan, const PlanOptions &options)
        : graph_(graph), target_(target), plan_(plan), options_(options)
    {
    }

    std::vector<std::string> run()
    {
        checkOrder();
        if (problems_.empty()) {
            checkBuffers();
        }
        if (problems_.empty()) {
            checkPairs();
        }
        return std::move(problems_);
    }

private:
    void checkOrder()
    {
        position_.assign(graph_.operators().size(), -1);
        for (const PlanStage &stage : plan_.stages) {
            for (const OperatorId id : stage.operators) {
                if (!id || id.position() >= position_.size() || position_[id.position()] >= 0) {
                    problems_.emplace_back("an operator stands twice in the order, or is none of the graph's");
                    return;
                }
                position_[id.position()] = static_cast<std::int32_t>(order_.size());
                order_.push_back(id);
            }
        }
        if (order_.size() != position_.size()) {
            problems_.emplace_back("not every operator runs");
            return;
        }
        for (const OperatorId id : order_) {
            for (const TensorId input : graph_.op(id).inputs) {
                const OperatorId producer = input ? graph_.producer(input) : OperatorId::none();
                if (producer && position_[producer.position()] >= position_[id.position()]) {
                    problems_.push_back(graph_.op(id).name + " runs before what it reads");
                }
            }
        }
    }

    std::int32_t end() const { return static_cast<std::int32_t>(std::max<std::size_t>(order_.size(), 1)) - 1; }

    void checkBuffers()
    {
        buffer_.assign(graph_.tensors().size(), nullptr);
        std::vector<std::int64_t> scratch(order_.size());
        for (const PlanBuffer &buffer : plan_.buffers) {
            if (buffer.offset < 0 || buffer.offset % plan_.alignment != 0 || buffer.bytes <= 0
                || buffer.offset + buffer.bytes > plan_.arenaBytes) {
                problems_.push_back(
                    "buffer at " + std::to_string(buffer.offset) + " is misaligned or outside the arena");
            }
            if (buffer.tensor) {
                buffer_[buffer.tensor.position()] = &buffer;
            } else if (buffer.owner && buffer.first == position_[buffer.owner.position()]
                && buffer.last == buffer.first) {
                scratch[buffer.owner.position()] = buffer.bytes;
            }
        }
        for (std::size_t i = 0; i < order_.size(); ++i) {
            if (scratch[i] < kernelFor(graph_, OperatorId(i), target_, options_.portableOnly).scratchBytes) {
                problems_.push_back(graph_.operators()[i].name + " has too little scratch");
            }
        }
        for (std::size_t i = 0; i < graph_.tensors().size(); ++i) {
            checkTensor(TensorId(i));
        }
    }

    void checkTensor(TensorId id)
    {
        const Tensor &tensor = graph_.tensor(id);
        const auto readers = graph_.consumers(id);
        const OperatorId producer = graph_.producer(id);
        if (tensor.constant() || (!producer && readers.empty() && !graph_.isInput(id))) {
            return;
        }
        std::int32_t first = producer && !tensor.variable ? position_[producer.position()] : 0;
        std::int32_t last = graph_.isOutput(id) || tensor.variable ? end() : first;
        for (const OperatorId reader : readers) {
            last = std::max(last, position_[reader.position()]);
        }
        const PlanBuffer *buffer = buffer_[id.position()];
        if (tensor.bytes().value_or(0) == 0) {
            return;
        }
        if (buffer == nullptr || buffer->bytes < tensor.bytes().value_or(0) || buffer->first > first
            || buffer->last < last) {
            problems_.push_back(tensor.name + " has no buffer of its size and lifetime");
        }
    }

    void checkPairs()
    {
        for (std::size_t i = 0; i < plan_.buffers.size(); ++i) {
            for (std::size_t j = i + 1; j < plan_.buffers.size(); ++j) {
                const PlanBuffer &a = plan_.buffers[i];
                const PlanBuffer &b = plan_.buffers[j];
                const bool together = a.first <= b.last && b.first <= a.last;
                const bool touching = a.offset < b.offset + b.bytes && b.offset < a.offset + a.bytes;
                if (together && touching && !allowed(a, b) && !allowed(b, a)) {
                    problems_.push_back(nameOf(a) + " and " + nameOf(b) + " lie on each other");
                }
            }
        }
    }

    std::string nameOf(const PlanBuffer &buffer) const
    {
        return buffer.tensor ? graph_.tensor(buffer.tensor).name : "scratch of " + graph_.op(buffer.owner).name;
    }

    /// The tensor whose bytes this one renames, through any number of reshapes.
    TensorId origin(TensorId id) const
    {
        for (OperatorId producer = graph_.producer(id); producer; producer = graph_.producer(id)) {
            const Operator &op = graph_.op(producer);
            const bool renames = op.is<Reshape>() || op.is<Squeeze>() || op.is<ExpandDims>() || op.is<Identity>();
            if (!renames || graph_.tensor(op.inputs[0]).constant()) {
                break;
            }
            id = op.inputs[0];
        }
        return id;
    }

    bool allowed(const PlanBuffer &input, const PlanBuffer &output) const
    {
        if (!input.tensor || !output.tensor) {
            return false;
        }
        if (origin(input.tensor) == origin(output.tensor)) {
            return input.offset == output.offset;
        }
        const OperatorId id = graph_.producer(output.tensor);
        if (!id || input.last != position_[id.position()] || graph_.isOutput(input.tensor)
            || graph_.tensor(input.tensor).variable
            || input.first >= output.first + (graph_.isInput(input.tensor) ? 1 : 0)) {
            return false;
        }
        const Operator &op = graph_.op(id);
        const KernelFacts facts = kernelFor(graph_, id, target_, options_.portableOnly);
        if (facts.order == AccessOrder::Elementwise) {
            const auto which = std::find(op.inputs.begin(), op.inputs.end(), input.tensor);
            return input.offset == output.offset && which != op.inputs.end()
                && mayShareOffset(graph_, op, facts, static_cast<std::size_t>(which - op.inputs.begin()));
        }
        const bool onlyFirst
            = op.input(0) == input.tensor && std::count_if(op.inputs.begin(), op.inputs.end(), [&](TensorId other) {
                  return other && !graph_.tensor(other).constant() && origin(other) == origin(input.tensor);
              }) == 1;
        return facts.order == AccessOrder::Rows && onlyFirst && rowsSurvive(op, id, facts, input, output);
    }

    /// Writes the rows one after the other and looks whether one that is still to be read was hit.
    bool rowsSurvive(const Operator &op, OperatorId id, const KernelFacts &facts, const PlanBuffer &input,
        const PlanBuffer &output) const
    {
        const auto geometry = spatialGeometry(graph_, op);
        const bool bottomUp = plan_.operators[id.position()].bottomUp;
        if (!geometry || (bottomUp && !facts.bottomUp)) {
            return false;
        }
        const AxisGeometry &h = geometry->h;
        const std::int64_t inputRows = geometry->batch * h.input;
        const std::int64_t outputRows = geometry->batch * h.output;
        const std::int64_t inputRow = input.bytes / inputRows;
        const std::int64_t outputRow = output.bytes / outputRows;
        // The step at which each input row is read for the last time.
        std::vector<std::int64_t> lastRead(static_cast<std::size_t>(inputRows), -1);
        const auto rowAt = [&](std::int64_t step) { return bottomUp ? outputRows - 1 - step : step; };
        for (std::int64_t step = 0; step < outputRows; ++step) {
            const std::int64_t image = rowAt(step) / h.output;
            for (std::int64_t k = 0; k < h.kernel; ++k) {
                const std::int64_t y = rowAt(step) % h.output * h.stride - h.padBefore + k * h.dilation;
                if (y >= 0 && y < h.input) {
                    lastRead[static_cast<std::size_t>(image * h.input + y)] = step;
                }
            }
        }
        for (std::int64_t step = 0; step < outputRows; ++step) {
            const std::int64_t begin = output.offset + rowAt(step) * outputRow;
            for (std::int64_t row = 0; row < inputRows; ++row) {
                const std::int64_t at = input.offset + row * inputRow;
                if (lastRead[static_cast<std::size_t>(row)] >= step && begin < at + inputRow
                    && at < begin + outputRow) {
                    return false;
                }
            }
        }
        return true;
    }

    const Graph &graph_;
    const Target &target_;
    const Plan &plan_;
    const PlanOptions &options_;
    std::vector<std::int32_t> position_;
    std::vector<OperatorId> order_;
    std::vector<const PlanBuffer *> buffer_;
    std::vector<std::string> problems_;
};

} // namespace

std::vector<std::string> checkPlan(
    const Graph &graph, const Target &target, const Plan &plan, const PlanOptions &options)
{
    return Checker(graph, target, plan, options).run();
}

} // namespace tinsmith
