// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/folding.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <map>
#include <numeric>

namespace tinsmith::onnxio {
namespace {

using Element = SmallValue::Element;
using Inputs = std::vector<const SmallValue *>;
using Result = std::optional<SmallValue>;

std::size_t count(const std::vector<std::int64_t> &dims)
{
    std::size_t elements = 1;
    for (const std::int64_t size : dims) {
        if (size < 0 || static_cast<std::size_t>(size) > mostSmallElements) {
            return mostSmallElements + 1;
        }
        elements = std::min(elements * static_cast<std::size_t>(size), mostSmallElements + 1);
    }
    return elements;
}

Element real(double value)
{
    return Element::ofReal(value);
}

Element integer(std::int64_t value)
{
    return Element::ofInteger(value);
}

std::int64_t axisOf(const Node &node, std::size_t rank, std::int64_t otherwise)
{
    const std::int64_t axis = node.integer("axis", otherwise);
    return axis < 0 ? axis + static_cast<std::int64_t>(rank) : axis;
}

/// The axes of Squeeze and Unsqueeze: an attribute before operator set 13, an input since.
std::optional<std::vector<std::int64_t>> axesOf(const Node &node, const Inputs &inputs)
{
    if (node.has("axes")) {
        return node.integers("axes");
    }
    if (inputs.size() > 1 && inputs[1] != nullptr && inputs[1]->known()) {
        return inputs[1]->integers();
    }
    return inputs.size() > 1 && inputs[1] == nullptr && !node.inputs[1].empty()
        ? std::nullopt
        : std::optional(std::vector<std::int64_t>());
}

/// Same elements under other dimensions.
Result reshaped(const SmallValue &x, std::vector<std::int64_t> dims)
{
    if (count(dims) != x.elements.size()) {
        return std::nullopt;
    }
    SmallValue result = x;
    result.dims = std::move(dims);
    return result;
}

Result squeeze(const Node &node, const Inputs &inputs)
{
    const auto axes = axesOf(node, inputs);
    if (!axes) {
        return std::nullopt;
    }
    const auto rank = static_cast<std::int64_t>(inputs[0]->dims.size());
    std::vector<std::int64_t> dims;
    for (std::int64_t axis = 0; axis < rank; ++axis) {
        const std::int64_t size = inputs[0]->dims[static_cast<std::size_t>(axis)];
        const bool named = std::any_of(axes->begin(), axes->end(),
            [&](std::int64_t dropped) { return (dropped < 0 ? dropped + rank : dropped) == axis; });
        if (!(named || axes->empty()) || size != 1) {
            dims.push_back(size);
        }
    }
    return reshaped(*inputs[0], std::move(dims));
}

Result unsqueeze(const Node &node, const Inputs &inputs)
{
    const auto axes = axesOf(node, inputs);
    if (!axes || axes->size() + inputs[0]->dims.size() > 8) {
        return std::nullopt;
    }
    const std::size_t rank = inputs[0]->dims.size() + axes->size();
    std::vector<std::int64_t> dims(rank, 0);
    for (std::int64_t axis : *axes) {
        axis += axis < 0 ? static_cast<std::int64_t>(rank) : 0;
        if (axis < 0 || axis >= static_cast<std::int64_t>(rank)) {
            return std::nullopt;
        }
        dims[static_cast<std::size_t>(axis)] = -1;
    }
    std::size_t next = 0;
    for (std::int64_t &size : dims) {
        if (size == -1) {
            size = 1;
        } else if (next < inputs[0]->dims.size()) {
            size = inputs[0]->dims[next++];
        } else {
            return std::nullopt;
        }
    }
    return reshaped(*inputs[0], std::move(dims));
}

Result gather(const Node &node, const Inputs &inputs)
{
    const SmallValue &x = *inputs[0];
    const SmallValue &indices = *inputs[1];
    if (x.dims.size() != 1 || axisOf(node, 1, 0) != 0 || !indices.known()) {
        return std::nullopt;
    }
    SmallValue result{x.type, indices.dims, {}};
    for (const Element &index : indices.elements) {
        const std::int64_t at = index.integer + (index.integer < 0 ? x.dims[0] : 0);
        if (at < 0 || at >= x.dims[0]) {
            return std::nullopt;
        }
        result.elements.push_back(x.elements[static_cast<std::size_t>(at)]);
    }
    return result;
}

Result concat(const Node &, const Inputs &inputs)
{
    SmallValue result{inputs[0]->type, {0}, {}};
    for (const SmallValue *input : inputs) {
        if (input == nullptr || input->dims.size() != 1) {
            return std::nullopt;
        }
        result.elements.insert(result.elements.end(), input->elements.begin(), input->elements.end());
    }
    result.dims[0] = static_cast<std::int64_t>(result.elements.size());
    return result;
}

/// Elements of `x` picked by one list of indices per axis.
Result picked(const SmallValue &x, const std::vector<std::vector<std::int64_t>> &indices)
{
    SmallValue result{x.type, {}, {}};
    for (const auto &list : indices) {
        result.dims.push_back(static_cast<std::int64_t>(list.size()));
    }
    const std::size_t total = count(result.dims);
    if (total > mostSmallElements) {
        return std::nullopt;
    }
    std::vector<std::size_t> at(indices.size(), 0);
    for (std::size_t element = 0; element < total; ++element) {
        std::int64_t source = 0;
        for (std::size_t axis = 0; axis < indices.size(); ++axis) {
            source = source * x.dims[axis] + indices[axis][at[axis]];
        }
        result.elements.push_back(x.elements[static_cast<std::size_t>(source)]);
        for (std::size_t axis = indices.size(); axis-- > 0;) {
            if (++at[axis] < indices[axis].size()) {
                break;
            }
            at[axis] = 0;
        }
    }
    return result;
}

Result slice(const Node &node, const Inputs &inputs)
{
    const SmallValue &x = *inputs[0];
    const auto rank = static_cast<std::int64_t>(x.dims.size());
    const auto parameter = [&](std::size_t position, const char *name) -> std::optional<std::vector<std::int64_t>> {
        if (inputs.size() > position && inputs[position] != nullptr) {
            return inputs[position]->known() ? std::optional(inputs[position]->integers()) : std::nullopt;
        }
        return position < node.inputs.size() && !node.inputs[position].empty() ? std::nullopt
                                                                               : std::optional(node.integers(name));
    };
    const auto starts = parameter(1, "starts");
    const auto ends = parameter(2, "ends");
    auto axes = parameter(3, "axes");
    auto steps = parameter(4, "steps");
    if (!starts || !ends || !axes || !steps) {
        return std::nullopt;
    }
    if (axes->empty()) {
        axes->resize(starts->size());
        std::iota(axes->begin(), axes->end(), std::int64_t{0});
    }
    if (steps->empty()) {
        steps->assign(starts->size(), 1);
    }
    if (ends->size() != starts->size() || axes->size() != starts->size() || steps->size() != starts->size()) {
        return std::nullopt;
    }
    std::vector<std::vector<std::int64_t>> indices;
    for (const std::int64_t size : x.dims) {
        indices.emplace_back(static_cast<std::size_t>(size));
        std::iota(indices.back().begin(), indices.back().end(), std::int64_t{0});
    }
    for (std::size_t position = 0; position < starts->size(); ++position) {
        const std::int64_t axis = (*axes)[position] + ((*axes)[position] < 0 ? rank : 0);
        const std::int64_t step = (*steps)[position];
        constexpr std::int64_t mostStep = std::int64_t{1} << 40;
        if (axis < 0 || axis >= rank || step == 0 || step > mostStep || step < -mostStep) {
            return std::nullopt;
        }
        const std::int64_t size = x.dims[static_cast<std::size_t>(axis)];
        const std::int64_t low = step > 0 ? 0 : -1;
        const std::int64_t high = step > 0 ? size : size - 1;
        const auto clamped = [&](std::int64_t at) {
            return std::clamp(at < 0 ? std::max(at, -size - 1) + size : at, low, std::max(low, high));
        };
        auto &list = indices[static_cast<std::size_t>(axis)];
        list.clear();
        for (std::int64_t at = clamped((*starts)[position]);
             step > 0 ? at < clamped((*ends)[position]) : at > clamped((*ends)[position]); at += step) {
            list.push_back(at);
        }
    }
    return picked(x, indices);
}

Result transpose(const Node &node, const Inputs &inputs)
{
    const SmallValue &x = *inputs[0];
    const auto permutation = node.integers("perm");
    const bool swaps = x.dims.size() == 2 && (permutation.empty() || permutation == std::vector<std::int64_t>{1, 0});
    if (!swaps) {
        return std::nullopt;
    }
    SmallValue result{x.type, {x.dims[1], x.dims[0]}, {}};
    for (std::int64_t column = 0; column < x.dims[1]; ++column) {
        for (std::int64_t row = 0; row < x.dims[0]; ++row) {
            result.elements.push_back(x.elements[static_cast<std::size_t>(row * x.dims[1] + column)]);
        }
    }
    return result;
}

Result cast(const Node &node, const Inputs &inputs)
{
    SmallValue result = *inputs[0];
    switch (node.integer("to", 0)) {
    case 1:
        result.type = ElementType::Float32;
        break;
    case 6:
        result.type = ElementType::Int32;
        break;
    case 7:
        result.type = ElementType::Int64;
        break;
    case 9:
        result.type = ElementType::Bool;
        break;
    default:
        return std::nullopt;
    }
    const bool wasFloat = isFloat(inputs[0]->type);
    for (Element &element : result.elements) {
        const bool known = element.known;
        const std::string symbol = element.symbol;
        element = wasFloat ? real(element.real) : integer(element.integer);
        element.known = known;
        element.symbol = isFloat(result.type) ? std::string() : symbol;
        if (result.type == ElementType::Bool) {
            element = integer(wasFloat ? element.real != 0 : element.integer != 0);
            element.known = known;
        } else if (result.type == ElementType::Float32) {
            element.real = static_cast<float>(element.real);
        }
    }
    return result;
}

std::optional<std::int64_t> integerResult(const std::string &type, std::int64_t a, std::int64_t b)
{
    std::int64_t result = 0;
    if (type == "Add") {
        return __builtin_add_overflow(a, b, &result) ? std::nullopt : std::optional(result);
    }
    if (type == "Sub") {
        return __builtin_sub_overflow(a, b, &result) ? std::nullopt : std::optional(result);
    }
    if (type == "Mul") {
        return __builtin_mul_overflow(a, b, &result) ? std::nullopt : std::optional(result);
    }
    if (type == "Div") {
        return b == 0 || (b == -1 && a == std::numeric_limits<std::int64_t>::min()) ? std::nullopt
                                                                                    : std::optional(a / b);
    }
    if (type == "Mod" && b > 0) {
        return ((a % b) + b) % b;
    }
    if (type == "Equal") {
        return a == b;
    }
    if (type == "Less") {
        return a < b;
    }
    if (type == "Greater") {
        return a > b;
    }
    return std::nullopt;
}

std::optional<double> realResult(const std::string &type, double a, double b)
{
    return type == "Add"          ? std::optional(a + b)
        : type == "Sub"           ? std::optional(a - b)
        : type == "Mul"           ? std::optional(a * b)
        : type == "Div" && b != 0 ? std::optional(a / b)
                                  : std::nullopt;
}

/// Equal dimensions, or one of them a single element.
Result binary(const Node &node, const Inputs &inputs)
{
    const SmallValue &a = *inputs[0];
    const SmallValue &b = *inputs[1];
    const bool compares = node.type == "Equal" || node.type == "Less" || node.type == "Greater";
    if (a.type != b.type || (a.elements.size() != 1 && b.elements.size() != 1 && a.dims != b.dims)
        || (compares && isFloat(a.type))) {
        return std::nullopt;
    }
    const bool likeA = a.elements.size() > 1 || (b.elements.size() == 1 && a.dims.size() >= b.dims.size());
    SmallValue result{compares ? ElementType::Bool : a.type, likeA ? a.dims : b.dims, {}};
    for (std::size_t at = 0; at < count(result.dims); ++at) {
        const Element &left = a.elements[a.elements.size() == 1 ? 0 : at];
        const Element &right = b.elements[b.elements.size() == 1 ? 0 : at];
        Element element;
        if (!left.known || !right.known) {
            element.known = false;
        } else if (isFloat(a.type)) {
            const auto value = realResult(node.type, left.real, right.real);
            if (!value) {
                return std::nullopt;
            }
            element = real(a.type == ElementType::Float32 ? static_cast<float>(*value) : *value);
        } else {
            const auto value = integerResult(node.type, left.integer, right.integer);
            if (!value) {
                return std::nullopt;
            }
            element = integer(*value);
        }
        result.elements.push_back(element);
    }
    return result;
}

Result unary(const Node &node, const Inputs &inputs)
{
    SmallValue result = *inputs[0];
    if (!isFloat(result.type)) {
        return std::nullopt;
    }
    for (Element &element : result.elements) {
        const bool known = element.known;
        element = real(node.type == "Floor" ? std::floor(element.real) : std::ceil(element.real));
        element.known = known;
    }
    return result;
}

Result negated(const Node &, const Inputs &inputs)
{
    SmallValue result = *inputs[0];
    for (Element &element : result.elements) {
        const bool known = element.known;
        std::int64_t opposite = 0;
        if (!isFloat(result.type) && __builtin_sub_overflow(std::int64_t{0}, element.integer, &opposite)) {
            return std::nullopt;
        }
        element = isFloat(result.type) ? real(-element.real) : integer(opposite);
        element.known = known;
    }
    return result;
}

Result constantOfShape(const Node &node, const Inputs &inputs)
{
    if (!inputs[0]->known()) {
        return std::nullopt;
    }
    SmallValue value{ElementType::Float32, {1}, {real(0)}};
    if (const Attribute *given = node.find("value"); given != nullptr && given->tensor) {
        const auto small = smallValueOf(*given->tensor);
        if (!small || small->elements.size() != 1) {
            return std::nullopt;
        }
        value = *small;
    }
    value.dims = inputs[0]->integers();
    const std::size_t elements = count(value.dims);
    if (elements > mostSmallElements) {
        return std::nullopt;
    }
    value.elements.assign(elements, value.elements.front());
    return value;
}

Result reshape(const Node &node, const Inputs &inputs)
{
    std::vector<std::int64_t> dims;
    if (inputs.size() > 1 && inputs[1] != nullptr && inputs[1]->known()) {
        dims = inputs[1]->integers();
    } else if (node.has("shape")) {
        dims = node.integers("shape");
    } else {
        return std::nullopt;
    }
    std::int64_t rest = static_cast<std::int64_t>(inputs[0]->elements.size());
    for (const std::int64_t size : dims) {
        if (size == 0 || size < -1) {
            return std::nullopt;
        }
        rest /= size > 0 ? size : 1;
    }
    std::replace(dims.begin(), dims.end(), std::int64_t{-1}, rest);
    return reshaped(*inputs[0], std::move(dims));
}

Result where(const Node &, const Inputs &inputs)
{
    if (inputs.size() != 3 || inputs[2] == nullptr || inputs[0]->dims != inputs[1]->dims
        || inputs[0]->dims != inputs[2]->dims || !inputs[0]->known()) {
        return std::nullopt;
    }
    SmallValue result = *inputs[1];
    for (std::size_t at = 0; at < result.elements.size(); ++at) {
        if (inputs[0]->elements[at].integer == 0) {
            result.elements[at] = inputs[2]->elements[at];
        }
    }
    return result;
}

Result range(const Node &, const Inputs &inputs)
{
    if (inputs.size() != 3 || inputs[2] == nullptr || isFloat(inputs[0]->type)) {
        return std::nullopt;
    }
    for (const SmallValue *input : inputs) {
        if (!input->known() || input->elements.size() != 1) {
            return std::nullopt;
        }
    }
    const std::int64_t start = inputs[0]->elements[0].integer;
    const std::int64_t limit = inputs[1]->elements[0].integer;
    const std::int64_t step = inputs[2]->elements[0].integer;
    SmallValue result{inputs[0]->type, {0}, {}};
    for (std::int64_t value = start; step > 0 ? value < limit : step < 0 && value > limit;) {
        result.elements.push_back(integer(value));
        if (result.elements.size() > mostSmallElements || __builtin_add_overflow(value, step, &value)) {
            return std::nullopt;
        }
    }
    result.dims[0] = static_cast<std::int64_t>(result.elements.size());
    return result;
}

Result product(const Node &node, const Inputs &inputs)
{
    if (node.has("axes") || node.inputs.size() > 1 || isFloat(inputs[0]->type) || !inputs[0]->known()) {
        return std::nullopt;
    }
    std::int64_t all = 1;
    for (const Element &element : inputs[0]->elements) {
        if (__builtin_mul_overflow(all, element.integer, &all)) {
            return std::nullopt;
        }
    }
    const bool keeps = node.integer("keepdims", 1) != 0;
    return SmallValue{
        inputs[0]->type, std::vector<std::int64_t>(keeps ? inputs[0]->dims.size() : 0, 1), {integer(all)}};
}

Result same(const Node &, const Inputs &inputs)
{
    return *inputs[0];
}

struct Evaluator {
    Result (*run)(const Node &, const Inputs &);
    /// So many of the first inputs must be given.
    std::size_t needs;
};

const std::map<std::string, Evaluator, std::less<>> &evaluators()
{
    static const std::map<std::string, Evaluator, std::less<>> all = {{"Add", {binary, 2}}, {"Cast", {cast, 1}},
        {"Ceil", {unary, 1}}, {"Concat", {concat, 1}}, {"ConstantOfShape", {constantOfShape, 1}}, {"Div", {binary, 2}},
        {"Equal", {binary, 2}}, {"Floor", {unary, 1}}, {"Gather", {gather, 2}}, {"Greater", {binary, 2}},
        {"Identity", {same, 1}}, {"Less", {binary, 2}}, {"Mod", {binary, 2}}, {"Mul", {binary, 2}},
        {"Neg", {negated, 1}}, {"Range", {range, 2}}, {"ReduceProd", {product, 1}}, {"Reshape", {reshape, 1}},
        {"Slice", {slice, 1}}, {"Squeeze", {squeeze, 1}}, {"Sub", {binary, 2}}, {"Transpose", {transpose, 1}},
        {"Unsqueeze", {unsqueeze, 1}}, {"Where", {where, 2}}};
    return all;
}

} // namespace

std::size_t inputsToEvaluate(const Node &node)
{
    const auto found = node.domain.empty() ? evaluators().find(node.type) : evaluators().end();
    return found == evaluators().end() ? 0 : found->second.needs;
}

std::optional<SmallValue> evaluate(const Node &node, const std::vector<const SmallValue *> &inputs)
{
    const auto found = node.domain.empty() ? evaluators().find(node.type) : evaluators().end();
    if (found == evaluators().end() || inputs.size() < found->second.needs) {
        return std::nullopt;
    }
    for (std::size_t position = 0; position < found->second.needs; ++position) {
        if (inputs[position] == nullptr) {
            return std::nullopt;
        }
    }
    auto result = found->second.run(node, inputs);
    const bool usable
        = result && result->elements.size() <= mostSmallElements && count(result->dims) == result->elements.size();
    return usable ? result : std::nullopt;
}

} // namespace tinsmith::onnxio
