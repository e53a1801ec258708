// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/node_context.h"
#include "core/formats/onnx/tensor_proto.h"

#include <algorithm>
#include <cmath>

namespace tinsmith::onnxio {
namespace {

void readEyeLike(NodeContext &context)
{
    const Tensor input = context.tensor(context.in(0));
    if (context.rank(0) != 2) {
        throw Untyped{"its input is no matrix"};
    }
    const std::int64_t stated = context.node.integer("dtype", 0);
    const ElementType type = stated != 0 ? elementTypeOf(stated) : input.type;
    if (bitsOf(type) < 8) {
        throw Untyped{"its type is not supported"};
    }
    context.setType(context.out(), type);
    context.emit(EyeLike{context.node.integer("k", 0)}, {context.in(0)});
}

void readRange(NodeContext &context)
{
    const auto one = [&](std::size_t input) {
        const SmallValue *value = context.small(input);
        if (value == nullptr || !value->known() || value->elements.size() != 1) {
            throw Untyped{"its output's size depends on the values of its inputs"};
        }
        return value->reals().front();
    };
    const double start = one(0);
    const double limit = one(1);
    const double delta = one(2);
    const double length = delta == 0 ? -1 : std::max(0.0, std::ceil((limit - start) / delta));
    if (!(length >= 0 && length < 1e9)) {
        throw Untyped{"its limits are out of range"};
    }
    context.change(context.out()).shape = Shape{static_cast<std::int64_t>(length)};
    context.emit(NumberRange{}, {context.in(0), context.in(1), context.in(2)});
}

void readConstantOfShape(NodeContext &context)
{
    Fill kind{context.integers(0, "shape")};
    if (std::any_of(kind.shape.begin(), kind.shape.end(), [](std::int64_t size) { return size < 0; })) {
        throw Untyped{"its shape has a negative dimension"};
    }
    TensorId value;
    const Attribute *given = context.node.find("value");
    if (given != nullptr && given->tensor && given->tensor->data) {
        if (given->tensor->shape.elements() != 1) {
            throw Untyped{"its value is not one number"};
        }
        value = context.constant("value", given->tensor->type, Shape(), *given->tensor->data);
    } else {
        value = context.number("value", ElementType::Float32, 0);
    }
    context.emit(std::move(kind), {value});
}

void readShape(NodeContext &context)
{
    ShapeOf kind;
    kind.start = context.node.integer("start", 0);
    kind.end = context.node.integer("end", kind.end);
    kind.product = context.node.type == "Size";
    context.rank(0);
    context.setType(context.out(), ElementType::Int64);
    context.emit(kind, {context.in(0)});
}

void readCastLike(NodeContext &context)
{
    const ElementType type = context.tensor(context.in(1)).type;
    if (bitsOf(type) == 0) {
        throw Untyped{"its target type is not supported"};
    }
    context.setType(context.out(), type);
    context.emit(Cast{type}, {context.in(0)});
}

} // namespace

void addMakingReaders(NodeReaders &readers)
{
    readers["EyeLike"] = readEyeLike;
    readers["Range"] = readRange;
    readers["ConstantOfShape"] = readConstantOfShape;
    readers["Shape"] = readShape;
    readers["Size"] = readShape;
    readers["CastLike"] = readCastLike;
}

} // namespace tinsmith::onnxio
