// SPDX-License-Identifier: Apache-2.0
#include "core/quantize/no_values.h"

#include "core/quantize/int8_forms.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace tinsmith {
namespace {

constexpr float leastBorder = 65504;
/// BERT's masks are -10000.
constexpr float leastMask = 9999;
/// Halfway to the value that stands for nothing, other values are unlikely; of infinity there is no half.
float bound(double value)
{
    constexpr double largest = std::numeric_limits<float>::max();
    return static_cast<float>(std::clamp(value, -largest, largest) / 2);
}

void widen(NoValues &values, const NoValues &further)
{
    values.low = std::max(values.low, further.low);
    values.high = std::min(values.high, further.high);
}

NoValues ofValue(double value, float least)
{
    NoValues values;
    if (value <= -static_cast<double>(least)) {
        values.low = bound(value);
    } else if (value >= static_cast<double>(least)) {
        values.high = bound(value);
    }
    return values;
}

/// A constant that holds values of at least 9999 of one sign, a hundred times as large as all others: those.
std::optional<NoValues> maskOf(const std::vector<float> &constant)
{
    float smallestMask = std::numeric_limits<float>::infinity();
    float largestOther = 0;
    bool positive = false;
    bool negative = false;
    for (const float value : constant) {
        if (std::isnan(value)) {
            return std::nullopt;
        }
        const float size = std::fabs(value);
        if (size >= leastMask) {
            smallestMask = std::min(smallestMask, size);
            positive = positive || value > 0;
            negative = negative || value < 0;
        } else {
            largestOther = std::max(largestOther, size);
        }
    }
    if (positive == negative || largestOther * 100 > smallestMask) {
        return std::nullopt;
    }
    const double size = static_cast<double>(smallestMask);
    return ofValue(positive ? size : -size, leastMask);
}

std::optional<std::vector<float>> floats(const Tensor &tensor)
{
    if (!tensor.data || tensor.variable || tensor.type != ElementType::Float32) {
        return std::nullopt;
    }
    return tensor.data->copyAs<float>();
}

NoValues bordersIn(const Tensor &tensor)
{
    NoValues values;
    if (const auto constant = floats(tensor)) {
        for (const float value : *constant) {
            widen(values, ofValue(static_cast<double>(value), leastBorder));
        }
    }
    return values;
}

/// Behind a sum with a mask, or a product with one positive number.
NoValues behind(const Graph &graph, const Operator &op, const Binary &binary, const std::vector<NoValues> &known)
{
    NoValues values;
    for (std::size_t position = 0; position < op.inputs.size(); ++position) {
        const TensorId id = op.inputs[position];
        if (!id.valid()) {
            continue;
        }
        NoValues own = known[id.position()];
        const auto constant = floats(graph.tensor(id));
        const bool subtracted = binary.function == BinaryFunction::Sub && position == 1;
        switch (binary.function) {
        case BinaryFunction::Add:
        case BinaryFunction::Sub:
            if (constant) {
                own = maskOf(*constant).value_or(NoValues());
            }
            widen(values, subtracted ? NoValues{-own.high, -own.low} : own);
            break;
        case BinaryFunction::Mul:
        case BinaryFunction::Div:
            if (constant && constant->size() == 1 && constant->front() > 0
                && (position == 1 || binary.function == BinaryFunction::Mul)) {
                const float factor = binary.function == BinaryFunction::Mul ? constant->front() : 1 / constant->front();
                const TensorId other = op.inputs[1 - position];
                values = other.valid() ? known[other.position()] : NoValues();
                return {values.low * factor, values.high * factor};
            }
            break;
        case BinaryFunction::Minimum:
        case BinaryFunction::Maximum:
            widen(values, constant ? bordersIn(graph.tensor(id)) : own);
            break;
        default:
            return {};
        }
    }
    return values;
}

} // namespace

std::vector<NoValues> noValues(const Graph &graph)
{
    std::vector<NoValues> known(graph.tensors().size());
    for (const Operator &op : graph.operators()) {
        NoValues values;
        if (const auto *binary = op.as<Binary>()) {
            values = behind(graph, op, *binary, known);
        } else if (sharesScale(op)) {
            for (const TensorId id : op.inputs) {
                if (id.valid()) {
                    widen(values, graph.tensor(id).constant() ? bordersIn(graph.tensor(id)) : known[id.position()]);
                }
            }
            if (const auto *pad = op.as<Pad>(); pad != nullptr && pad->mode == PadMode::Constant) {
                widen(values, ofValue(pad->value, leastBorder));
            }
        }
        for (const TensorId id : op.outputs) {
            if (id.valid()) {
                known[id.position()] = values;
            }
        }
    }
    return known;
}

namespace {

/// The operators from a sum to the softmax that reads it through moved, scaled or summed values; the softmax last.
/// Empty where there is none.
std::vector<OperatorId> wayToSoftmax(const GraphBuilder &builder, TensorId id)
{
    std::vector<OperatorId> way;
    for (bool found = true; found;) {
        found = false;
        for (std::size_t i = 0; i < builder.operatorCount() && !found; ++i) {
            const Operator &op = builder.op(OperatorId(i));
            const bool reads = !builder.removed(OperatorId(i))
                && std::find(op.inputs.begin(), op.inputs.end(), id) != op.inputs.end() && op.outputs.size() == 1;
            if (!reads) {
                continue;
            }
            way.push_back(OperatorId(i));
            if (op.is<Softmax>()) {
                return way;
            }
            const auto *binary = op.as<Binary>();
            const bool passes = sharesScale(op)
                || (binary != nullptr
                    && (binary->function == BinaryFunction::Add || binary->function == BinaryFunction::Sub
                        || binary->function == BinaryFunction::Mul || binary->function == BinaryFunction::Div));
            if (passes) {
                id = op.outputs[0];
                found = true;
            }
        }
    }
    return {};
}

/// exp(-8) is less than a tenth of the step of a softmax's output.
constexpr float marginBeforeSoftmax = 8;

float widthOf(const Range &range)
{
    return std::max(range.max - range.min, 0.0F);
}

/// Widens the range of a sum, and those behind it up to a softmax, on the side of the mask, so that what is masked is
/// far from all values.
void makeRoom(const GraphBuilder &builder, TensorId sum, bool below, Ranges &ranges)
{
    const auto way = wayToSoftmax(builder, sum);
    if (way.empty()) {
        return;
    }
    std::vector<TensorId> tensors = {sum};
    for (std::size_t step = 0; step + 1 < way.size(); ++step) {
        tensors.push_back(builder.op(way[step]).outputs[0]);
    }
    // Products in between scale the room as they scale the values.
    const float last = widthOf(ranges[tensors.back().position()]);
    const float room = marginBeforeSoftmax / std::max(builder.op(way.back()).as<Softmax>()->beta, 1e-3F);
    for (const TensorId id : tensors) {
        Range &range = ranges[id.position()];
        const float own = last > 0 ? room * widthOf(range) / last : room;
        (below ? range.min : range.max) += below ? -own : own;
    }
}

} // namespace

void saturateMasks(GraphBuilder &builder, Ranges &ranges)
{
    const std::size_t operators = builder.operatorCount();
    for (std::size_t i = 0; i < operators; ++i) {
        const OperatorId id(i);
        const auto *binary = builder.removed(id) ? nullptr : builder.op(id).as<Binary>();
        const bool subtracts = binary != nullptr && binary->function == BinaryFunction::Sub;
        if (binary == nullptr || (binary->function != BinaryFunction::Add && !subtracts)) {
            continue;
        }
        for (const std::size_t position : {std::size_t{0}, std::size_t{1}}) {
            const TensorId constantId = builder.op(id).input(position);
            const TensorId other = builder.op(id).input(1 - position);
            if (!constantId.valid() || !other.valid() || (subtracts && position == 0)) {
                continue;
            }
            auto values = floats(builder.tensor(constantId));
            const auto mask = values ? maskOf(*values) : std::nullopt;
            const Range from = ranges[other.position()];
            if (!mask || from.min > from.max) {
                continue;
            }
            const TensorId output = builder.op(id).outputs[0];
            Range &sum = ranges[output.position()];
            sum = sum.min > sum.max ? from : sum;
            const bool below = std::isfinite(mask->low) != subtracts;
            makeRoom(builder, output, below, ranges);
            const float size = below ? from.max - sum.min : sum.max - from.min;
            for (float &value : *values) {
                if (mask->hold(value)) {
                    value = std::copysign(size, value);
                }
            }
            const Tensor constant = builder.tensor(constantId);
            builder.op(id).inputs[position]
                = builder.addConstant(builder.uniqueTensorName(constant.name + "/saturated"), ElementType::Float32,
                    constant.shape, Bytes::of(*values));
            break;
        }
    }
    ranges.resize(builder.tensorCount());
}

} // namespace tinsmith
