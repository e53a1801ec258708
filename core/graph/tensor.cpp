// SPDX-License-Identifier: Apache-2.0
#include "core/graph/tensor.h"

#include "core/graph/error.h"

#include <algorithm>

namespace tinsmith {

Shape Shape::unranked()
{
    Shape shape;
    shape.ranked = false;
    return shape;
}

bool Shape::known() const
{
    return ranked && std::all_of(dims.begin(), dims.end(), [](std::int64_t dim) { return dim >= 0; });
}

std::optional<std::int64_t> Shape::elements() const
{
    if (!known()) {
        return std::nullopt;
    }
    if (std::find(dims.begin(), dims.end(), 0) != dims.end()) {
        return 0;
    }
    constexpr std::int64_t limit = std::int64_t{1} << 62;
    std::int64_t product = 1;
    for (const std::int64_t dim : dims) {
        if (dim > limit / product) {
            return std::nullopt;
        }
        product *= dim;
    }
    return product;
}

std::string Shape::text() const
{
    if (!ranked) {
        return "?";
    }
    if (dims.empty()) {
        return "scalar";
    }
    std::string text;
    for (const std::int64_t dim : dims) {
        text += (text.empty() ? "" : "×") + (dim < 0 ? std::string("?") : std::to_string(dim));
    }
    return text;
}

void Shape::throwNoDimension(std::size_t axis) const
{
    if (!ranked) {
        throw GraphError({}, {}, "the number of dimensions of a tensor is not known");
    }
    throw GraphError({}, {},
        dims.empty() ? "a scalar has no dimensions"
                     : "the shape " + text() + " has no dimension " + std::to_string(axis));
}

std::optional<std::int64_t> Tensor::bytes() const
{
    const auto count = shape.elements();
    const int bits = bitsOf(type);
    if (!count || bits == 0 || *count > (std::int64_t{1} << 55)) {
        return std::nullopt;
    }
    return (*count * bits + 7) / 8;
}

} // namespace tinsmith
