// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/moving_slice.h"

#include <numeric>
#include <optional>

namespace tinsmith::onnxio {
namespace {

/// A value that is another one, plus a number.
struct Moved {
    TensorId base;
    std::int64_t offset = 0;
};

/// One element of integers, followed back through what renames it or adds numbers to it.
Moved origin(NodeContext &context, TensorId id)
{
    Moved moved{id, 0};
    const auto number = [&](TensorId input) -> std::optional<std::int64_t> {
        const Tensor tensor = context.tensor(input);
        const auto value = tensor.constant() ? smallValueOf(tensor) : std::nullopt;
        const bool usable = value && value->elements.size() == 1 && !isFloat(value->type)
            && std::abs(value->integers().front()) < std::int64_t{1} << 32;
        return usable ? std::optional(value->integers().front()) : std::nullopt;
    };
    for (int steps = 0; steps < 32; ++steps) {
        const Operator *maker = context.maker(moved.base);
        if (maker == nullptr) {
            break;
        }
        const auto *binary = maker->as<Binary>();
        if (binary != nullptr && binary->function == BinaryFunction::Add) {
            const auto left = number(maker->inputs[0]);
            const auto right = number(maker->inputs[1]);
            if (!left && !right) {
                break;
            }
            moved = {maker->inputs[left ? 1 : 0], moved.offset + (left ? *left : *right)};
        } else if (binary != nullptr && binary->function == BinaryFunction::Sub && number(maker->inputs[1])) {
            moved = {maker->inputs[0], moved.offset - *number(maker->inputs[1])};
        } else if (maker->is<Identity>() || maker->is<Reshape>() || maker->is<Squeeze>() || maker->is<ExpandDims>()) {
            moved.base = maker->inputs[0];
        } else if (const auto *cast = maker->as<Cast>();
                   cast != nullptr && (cast->to == ElementType::Int32 || cast->to == ElementType::Int64)) {
            moved.base = maker->inputs[0];
        } else {
            break;
        }
        if (context.tensor(moved.base).shape.elements() != 1) {
            break;
        }
    }
    return moved;
}

/// Whether the value counts something, and never is below zero.
bool counts(NodeContext &context, TensorId id)
{
    const Operator *maker = context.maker(id);
    return context.isRound(id) || (maker != nullptr && (maker->is<ArgExtreme>() || maker->is<ShapeOf>()));
}

} // namespace

bool readMovingSlice(NodeContext &context)
{
    constexpr std::int64_t longest = std::int64_t{1} << 16;
    if (context.node.opset < 10 || !context.has(1) || !context.has(2)) {
        return false;
    }
    const TensorId start = context.in(1);
    const Tensor starts = context.tensor(start);
    const auto one = [&](std::size_t input, std::int64_t otherwise) {
        if (!context.has(input)) {
            return std::optional(otherwise);
        }
        const SmallValue *value = context.small(input);
        const bool settled = value != nullptr && value->known() && value->elements.size() == 1;
        return settled ? std::optional(value->integers().front()) : std::nullopt;
    };
    const auto axis = one(3, 0);
    if (starts.shape != Shape{1} || context.shape(2) != Shape{1} || !axis || one(4, 1) != 1) {
        return false;
    }
    const Moved from = origin(context, start);
    const Moved to = origin(context, context.in(2));
    const std::int64_t length = to.offset - from.offset;
    if (from.base != to.base || from.offset < 0 || length < 1 || length > longest || !counts(context, from.base)) {
        return false;
    }
    Gather kind;
    kind.axis = static_cast<std::int32_t>(context.axis(*axis, context.rank(0)));
    TensorId indices = start;
    if (length > 1) {
        std::vector<std::int64_t> steps(static_cast<std::size_t>(length));
        std::iota(steps.begin(), steps.end(), 0);
        Bytes bytes = Bytes::of(steps);
        if (starts.type == ElementType::Int32) {
            bytes = Bytes::of(std::vector<std::int32_t>(steps.begin(), steps.end()));
        }
        const TensorId added = context.constant("steps", starts.type, Shape{length}, std::move(bytes));
        indices = context.step(Binary{BinaryFunction::Add}, {start, added}, "indices");
    }
    context.emit(kind, {context.in(0), indices});
    return true;
}

} // namespace tinsmith::onnxio
