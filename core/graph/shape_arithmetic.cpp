// SPDX-License-Identifier: Apache-2.0
#include "core/graph/shape_arithmetic.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace tinsmith {
namespace {

using Element = SmallValue::Element;
using Inputs = std::vector<const SmallValue *>;
using Result = std::optional<SmallValue>;

Element unknownElement()
{
    Element element;
    element.known = false;
    return element;
}

std::optional<std::size_t> countOf(const std::vector<std::int64_t> &dims)
{
    std::size_t count = 1;
    for (const std::int64_t dim : dims) {
        if (dim < 0 || static_cast<std::size_t>(dim) > mostSmallElements) {
            return std::nullopt;
        }
        count *= static_cast<std::size_t>(dim);
        if (count > mostSmallElements) {
            return std::nullopt;
        }
    }
    return count;
}

std::int64_t sizeOf(const std::vector<Element> &elements)
{
    return static_cast<std::int64_t>(elements.size());
}

/// As TFLite's and ONNX's integer kernels compute; nothing where the result does not fit or does not exist.
std::optional<std::int64_t> integerResult(BinaryFunction function, std::int64_t a, std::int64_t b)
{
    std::int64_t result = 0;
    const bool divides = b != 0 && !(b == -1 && a == std::numeric_limits<std::int64_t>::min());
    switch (function) {
    case BinaryFunction::Add:
        return __builtin_add_overflow(a, b, &result) ? std::nullopt : std::optional(result);
    case BinaryFunction::Sub:
        return __builtin_sub_overflow(a, b, &result) ? std::nullopt : std::optional(result);
    case BinaryFunction::Mul:
        return __builtin_mul_overflow(a, b, &result) ? std::nullopt : std::optional(result);
    case BinaryFunction::Div:
        return divides ? std::optional(a / b) : std::nullopt;
    case BinaryFunction::FloorDiv:
        return divides ? std::optional(a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0)) : std::nullopt;
    case BinaryFunction::FloorMod:
        return divides ? std::optional((a % b + b) % b) : std::nullopt;
    case BinaryFunction::Minimum:
        return std::min(a, b);
    case BinaryFunction::Maximum:
        return std::max(a, b);
    case BinaryFunction::Equal:
        return a == b;
    case BinaryFunction::NotEqual:
        return a != b;
    case BinaryFunction::Less:
        return a < b;
    case BinaryFunction::LessEqual:
        return a <= b;
    case BinaryFunction::Greater:
        return a > b;
    case BinaryFunction::GreaterEqual:
        return a >= b;
    case BinaryFunction::LogicalAnd:
        return a != 0 && b != 0;
    case BinaryFunction::LogicalOr:
        return a != 0 || b != 0;
    default:
        return std::nullopt;
    }
}

std::optional<double> realResult(BinaryFunction function, double a, double b)
{
    switch (function) {
    case BinaryFunction::Add:
        return a + b;
    case BinaryFunction::Sub:
        return a - b;
    case BinaryFunction::Mul:
        return a * b;
    case BinaryFunction::Div:
        return b != 0 ? std::optional(a / b) : std::nullopt;
    case BinaryFunction::FloorDiv:
        return b != 0 ? std::optional(std::floor(a / b)) : std::nullopt;
    case BinaryFunction::Minimum:
        return std::min(a, b);
    case BinaryFunction::Maximum:
        return std::max(a, b);
    default:
        return std::nullopt;
    }
}

/// A real number as its type stores it.
Element realElement(ElementType type, double value)
{
    return Element::ofReal(type == ElementType::Float32 ? static_cast<double>(static_cast<float>(value)) : value);
}

Element combined(BinaryFunction function, ElementType type, const Element &a, const Element &b)
{
    if (!a.known || !b.known) {
        return unknownElement();
    }
    if (isFloat(type)) {
        const auto value = realResult(function, a.real, b.real);
        return value ? realElement(type, *value) : unknownElement();
    }
    const auto value = integerResult(function, a.integer, b.integer);
    const bool fits = value && (type != ElementType::Int32 || std::in_range<std::int32_t>(*value));
    return fits ? Element::ofInteger(*value) : unknownElement();
}

struct Arithmetic {
    const Operator &op;
    std::size_t output;
    const Inputs &inputs;
    const std::function<const Tensor &(TensorId)> &tensor;

    const SmallValue *in(std::size_t position) const { return position < inputs.size() ? inputs[position] : nullptr; }
    /// An input that is a list or one element; null otherwise.
    const SmallValue *list(std::size_t position) const
    {
        const SmallValue *value = in(position);
        return value != nullptr && value->dims.size() <= 1 ? value : nullptr;
    }
    const Tensor &result() const { return tensor(op.outputs[output]); }
    static SmallValue listOf(ElementType type, std::vector<Element> elements)
    {
        const std::int64_t size = sizeOf(elements);
        return {type, {size}, std::move(elements)};
    }

    Result operator()(const ShapeOf &kind) const
    {
        auto value = op.input(0).valid() ? shapeValueOf(tensor(op.input(0))) : std::nullopt;
        if (!value) {
            return std::nullopt;
        }
        const std::int64_t rank = value->dims[0];
        const auto within
            = [rank](std::int64_t at) { return std::clamp<std::int64_t>(at < 0 ? at + rank : at, 0, rank); };
        const std::int64_t begin = within(kind.start);
        const std::int64_t end = std::max(begin, within(kind.end));
        std::vector<Element> sizes(value->elements.begin() + begin, value->elements.begin() + end);
        if (!kind.product) {
            return listOf(result().type, std::move(sizes));
        }
        Element all = Element::ofInteger(1);
        for (const Element &size : sizes) {
            all = combined(BinaryFunction::Mul, ElementType::Int64, all, size);
        }
        return SmallValue{result().type, {}, {all}};
    }
    Result operator()(const StridedSlice &kind) const
    {
        const SmallValue *x = list(0);
        if (x == nullptr || x->dims.size() != 1 || kind.begin.size() != 1) {
            return std::nullopt;
        }
        const std::int64_t step = kind.stride[0];
        std::vector<Element> taken;
        for (std::int64_t at = kind.begin[0]; step > 0 ? at < kind.end[0] : at > kind.end[0]; at += step) {
            if (at < 0 || at >= sizeOf(x->elements)) {
                return std::nullopt;
            }
            taken.push_back(x->elements[static_cast<std::size_t>(at)]);
        }
        if (kind.droppedAxes.empty()) {
            return listOf(x->type, std::move(taken));
        }
        return taken.size() == 1 ? Result(SmallValue{x->type, {}, std::move(taken)}) : std::nullopt;
    }
    Result operator()(const Gather &kind) const
    {
        const SmallValue *x = list(0);
        const SmallValue *indices = in(1);
        if (x == nullptr || x->dims.size() != 1 || indices == nullptr || !indices->known() || kind.batchDims != 0) {
            return std::nullopt;
        }
        SmallValue taken{x->type, indices->dims, {}};
        for (const Element &index : indices->elements) {
            const std::int64_t at = index.integer;
            if (at < 0 || at >= sizeOf(x->elements)) {
                return std::nullopt;
            }
            taken.elements.push_back(x->elements[static_cast<std::size_t>(at)]);
        }
        return taken;
    }
    /// Values that are not known still have a size.
    Result joined(bool stacks) const
    {
        SmallValue all{result().type, {}, {}};
        for (std::size_t position = 0; position < op.inputs.size(); ++position) {
            if (!op.input(position).valid()) {
                return std::nullopt;
            }
            const Shape &shape = tensor(op.input(position)).shape;
            if (!shape.ranked || shape.rank() != (stacks ? 0U : 1U)) {
                return std::nullopt;
            }
            if (const SmallValue *value = list(position)) {
                all.elements.insert(all.elements.end(), value->elements.begin(), value->elements.end());
                continue;
            }
            const auto count = countOf(shape.dims);
            if (!count) {
                return std::nullopt;
            }
            all.elements.insert(all.elements.end(), *count, unknownElement());
        }
        all.dims = {sizeOf(all.elements)};
        return all;
    }
    Result operator()(const Pack &) const { return joined(true); }
    Result operator()(const Concatenation &kind) const
    {
        return kind.activation == FusedActivation::None ? joined(false) : std::nullopt;
    }
    Result operator()(const Unpack &) const
    {
        const SmallValue *x = list(0);
        const bool there = x != nullptr && x->dims.size() == 1 && output < x->elements.size();
        return there ? Result(SmallValue{x->type, {}, {x->elements[output]}}) : std::nullopt;
    }
    Result operator()(const Split &kind) const
    {
        const SmallValue *x = list(0);
        if (x == nullptr || x->dims.size() != 1 || output >= kind.sizes.size()) {
            return std::nullopt;
        }
        std::int64_t first = 0;
        for (std::size_t before = 0; before < output; ++before) {
            first += kind.sizes[before];
        }
        if (first < 0 || kind.sizes[output] < 0 || first + kind.sizes[output] > sizeOf(x->elements)) {
            return std::nullopt;
        }
        const auto begin = x->elements.begin() + first;
        return listOf(x->type, {begin, begin + kind.sizes[output]});
    }
    Result operator()(const Reverse &) const
    {
        const SmallValue *x = list(0);
        if (x == nullptr || x->dims.size() != 1) {
            return std::nullopt;
        }
        return listOf(x->type, {x->elements.rbegin(), x->elements.rend()});
    }

    /// The same elements in the output's shape.
    Result renamed() const
    {
        const SmallValue *x = in(0);
        const Shape &shape = result().shape;
        if (x == nullptr || shape.elements() != sizeOf(x->elements)) {
            return std::nullopt;
        }
        return SmallValue{x->type, shape.dims, x->elements};
    }
    Result operator()(const Reshape &) const { return renamed(); }
    Result operator()(const Squeeze &) const { return renamed(); }
    Result operator()(const ExpandDims &) const { return renamed(); }
    Result operator()(const Identity &) const { return renamed(); }

    Result operator()(const Cast &kind) const
    {
        const SmallValue *x = in(0);
        const ElementType to = kind.to;
        const bool numbers = to == ElementType::Int32 || to == ElementType::Int64 || to == ElementType::Float32
            || to == ElementType::Float64 || to == ElementType::Bool;
        if (x == nullptr || !numbers) {
            return std::nullopt;
        }
        SmallValue converted{to, x->dims, {}};
        for (const Element &element : x->elements) {
            converted.elements.push_back(element.known ? cast(element, x->type, to) : unknownElement());
        }
        return converted;
    }
    static Element cast(const Element &element, ElementType from, ElementType to)
    {
        const bool wasReal = isFloat(from);
        if (to == ElementType::Bool) {
            return Element::ofInteger(wasReal ? element.real != 0 : element.integer != 0);
        }
        if (isFloat(to)) {
            return realElement(to, wasReal ? element.real : static_cast<double>(element.integer));
        }
        constexpr double largest = 9e15;
        if (wasReal && !(std::abs(element.real) <= largest)) {
            return unknownElement();
        }
        if (to == ElementType::Int32 && !std::in_range<std::int32_t>(element.integer)) {
            return unknownElement();
        }
        return Element::ofInteger(wasReal ? static_cast<std::int64_t>(element.real) : element.integer);
    }

    /// Equal dimensions, or one of the two a single element.
    Result paired(BinaryFunction function) const
    {
        const SmallValue *a = in(0);
        const SmallValue *b = in(1);
        if (a == nullptr || b == nullptr || a->type != b->type) {
            return std::nullopt;
        }
        const bool compares = function >= BinaryFunction::Equal && function <= BinaryFunction::GreaterEqual;
        const bool oneA = a->elements.size() == 1;
        const bool oneB = b->elements.size() == 1;
        if ((!oneA && !oneB && a->dims != b->dims) || (compares && isFloat(a->type))) {
            return std::nullopt;
        }
        const bool likeA = !oneA || (oneB && a->dims.size() >= b->dims.size());
        SmallValue value{compares ? ElementType::Bool : a->type, likeA ? a->dims : b->dims, {}};
        const std::size_t count = (likeA ? a : b)->elements.size();
        for (std::size_t at = 0; at < count; ++at) {
            value.elements.push_back(
                combined(function, a->type, a->elements[oneA ? 0 : at], b->elements[oneB ? 0 : at]));
        }
        return value;
    }
    Result operator()(const Binary &kind) const
    {
        return kind.activation == FusedActivation::None ? paired(kind.function) : std::nullopt;
    }
    Result operator()(const Unary &kind) const
    {
        const SmallValue *x = in(0);
        if (x == nullptr) {
            return std::nullopt;
        }
        SmallValue value = *x;
        for (Element &element : value.elements) {
            element = element.known ? applied(kind.function, x->type, element) : unknownElement();
        }
        return value;
    }
    static Element applied(UnaryFunction function, ElementType type, const Element &element)
    {
        if (function == UnaryFunction::Neg) {
            return combined(
                BinaryFunction::Sub, type, isFloat(type) ? Element::ofReal(0) : Element::ofInteger(0), element);
        }
        if (!isFloat(type)) {
            return unknownElement();
        }
        switch (function) {
        case UnaryFunction::Floor:
            return Element::ofReal(std::floor(element.real));
        case UnaryFunction::Ceil:
            return Element::ofReal(std::ceil(element.real));
        case UnaryFunction::Round:
            return Element::ofReal(std::nearbyint(element.real));
        default:
            return unknownElement();
        }
    }
    Result operator()(const Select &) const
    {
        const SmallValue *condition = in(0);
        const SmallValue *a = in(1);
        const SmallValue *b = in(2);
        if (condition == nullptr || a == nullptr || b == nullptr || a->dims != b->dims || a->type != b->type
            || (condition->elements.size() != 1 && condition->dims != a->dims)) {
            return std::nullopt;
        }
        SmallValue value = *a;
        for (std::size_t at = 0; at < value.elements.size(); ++at) {
            const Element &chooses = condition->elements[condition->elements.size() == 1 ? 0 : at];
            value.elements[at] = !chooses.known ? unknownElement()
                : chooses.integer != 0          ? a->elements[at]
                                                : b->elements[at];
        }
        return value;
    }
    /// Over all elements.
    Result operator()(const Reduce &kind) const
    {
        const SmallValue *x = list(0);
        const auto function = kind.function == ReduceFunction::Prod ? BinaryFunction::Mul
            : kind.function == ReduceFunction::Sum                  ? BinaryFunction::Add
            : kind.function == ReduceFunction::Max                  ? BinaryFunction::Maximum
            : kind.function == ReduceFunction::Min                  ? BinaryFunction::Minimum
                                                                    : BinaryFunction::Pow;
        if (x == nullptr || x->elements.empty() || function == BinaryFunction::Pow) {
            return std::nullopt;
        }
        Element all = x->elements.front();
        for (std::size_t at = 1; at < x->elements.size(); ++at) {
            all = combined(function, x->type, all, x->elements[at]);
        }
        return SmallValue{x->type, std::vector<std::int64_t>(kind.keepDims ? x->dims.size() : 0, 1), {all}};
    }
    Result operator()(const Fill &kind) const
    {
        const SmallValue *value = in(0);
        const auto count = countOf(kind.shape);
        if (value == nullptr || value->elements.size() != 1 || !count) {
            return std::nullopt;
        }
        return SmallValue{value->type, kind.shape, std::vector<Element>(*count, value->elements.front())};
    }
    Result operator()(const NumberRange &) const
    {
        const bool known = std::all_of(inputs.begin(), inputs.end(), [](const SmallValue *value) {
            return value != nullptr && value->known() && value->elements.size() == 1 && !isFloat(value->type);
        });
        if (!known || inputs.size() != 3) {
            return std::nullopt;
        }
        const std::int64_t limit = inputs[1]->elements[0].integer;
        const std::int64_t step = inputs[2]->elements[0].integer;
        std::vector<Element> elements;
        for (std::int64_t at = inputs[0]->elements[0].integer; step > 0 ? at < limit : step < 0 && at > limit;) {
            elements.push_back(Element::ofInteger(at));
            if (elements.size() > mostSmallElements || __builtin_add_overflow(at, step, &at)) {
                return std::nullopt;
            }
        }
        return listOf(inputs[0]->type, std::move(elements));
    }
    /// Two shapes, of which the shorter one gets ones in front.
    Result operator()(const BroadcastShapes &) const
    {
        const SmallValue *a = list(0);
        const SmallValue *b = list(1);
        if (a == nullptr || b == nullptr || a->type != b->type) {
            return std::nullopt;
        }
        const SmallValue &longer = a->elements.size() >= b->elements.size() ? *a : *b;
        const SmallValue &shorter = &longer == a ? *b : *a;
        std::vector<Element> sizes = longer.elements;
        const std::size_t skipped = longer.elements.size() - shorter.elements.size();
        for (std::size_t at = skipped; at < sizes.size(); ++at) {
            const Element &other = shorter.elements[at - skipped];
            const bool one = sizes[at].known && sizes[at].integer == 1;
            sizes[at] = one ? other
                : other.known && (other.integer == 1 || (sizes[at].known && other.integer == sizes[at].integer))
                ? sizes[at]
                : unknownElement();
        }
        return listOf(a->type, std::move(sizes));
    }
    template <typename Other>
    Result operator()(const Other &) const
    {
        return std::nullopt;
    }
};

} // namespace

std::optional<SmallValue> shapeArithmetic(
    const Operator &op, std::size_t output, const Inputs &inputs, const std::function<const Tensor &(TensorId)> &tensor)
{
    if (output >= op.outputs.size() || !op.outputs[output].valid()) {
        return std::nullopt;
    }
    auto value = std::visit(Arithmetic{op, output, inputs, tensor}, op.kind);
    const bool something = value
        && (value->elements.empty()
            || std::any_of(value->elements.begin(), value->elements.end(), [](const Element &e) { return e.known; }));
    const bool sound = something && value->elements.size() <= mostSmallElements
        && countOf(value->dims) == value->elements.size() && value->type == tensor(op.outputs[output]).type;
    return sound ? value : std::nullopt;
}

} // namespace tinsmith
