// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/bytes.h"
#include "core/graph/element_type.h"
#include "core/graph/index.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tinsmith {

/// A tensor's dimensions, outermost first. A negative dimension is not known (symbolic or dynamic).
struct Shape {
    std::vector<std::int64_t> dims;
    /// False where not even the number of dimensions is known; dims is then empty.
    bool ranked = true;

    Shape() = default;
    Shape(std::initializer_list<std::int64_t> list) : dims(list) { }
    explicit Shape(std::vector<std::int64_t> list) : dims(std::move(list)) { }
    static Shape unranked();

    std::size_t rank() const { return dims.size(); }
    /// One dimension. The index is checked in every build: throws GraphError where the shape has no such dimension.
    std::int64_t operator[](std::size_t axis) const { return dims[checked(axis)]; }
    std::int64_t &operator[](std::size_t axis) { return dims[checked(axis)]; }
    /// The innermost dimension. Throws GraphError where there is none.
    std::int64_t last() const { return dims[checked(dims.size() - 1)]; }
    std::int64_t &last() { return dims[checked(dims.size() - 1)]; }
    /// Every dimension is known.
    bool known() const;
    /// The product of the dimensions, 1 for a scalar; nothing where one is unknown or the product passes 2^62.
    std::optional<std::int64_t> elements() const;
    /// "1×28×28×1", unknown dimensions as "?", a scalar as "scalar".
    std::string text() const;
    friend bool operator==(const Shape &, const Shape &) = default;

private:
    std::size_t checked(std::size_t axis) const
    {
        if (axis >= dims.size()) {
            throwNoDimension(axis);
        }
        return axis;
    }
    [[noreturn]] void throwNoDimension(std::size_t axis) const;
};

/// real = scale * (q - zeroPoint). One scale: per tensor. Several: per slice along `axis`.
struct Quantization {
    std::vector<float> scales;
    /// As many as scales, or one for all.
    std::vector<std::int64_t> zeroPoints;
    std::int32_t axis = 0;

    bool perChannel() const { return scales.size() > 1; }
    float scale(std::size_t channel = 0) const { return scales[scales.size() == 1 ? 0 : channel]; }
    std::int64_t zeroPoint(std::size_t channel = 0) const
    {
        return zeroPoints.empty() ? 0 : zeroPoints[zeroPoints.size() == 1 ? 0 : channel];
    }
    friend bool operator==(const Quantization &, const Quantization &) = default;
};

/// An activation, or a constant where it has data.
struct Tensor {
    std::string name;
    ElementType type = ElementType::Float32;
    Shape shape;
    std::optional<Quantization> quantization;
    /// The values, little-endian, outermost dimension first; int4 packed two to a byte, low nibble first.
    std::optional<Bytes> data;
    /// Keeps its value from one inference to the next (TFLite's is_variable).
    bool variable = false;
    /// ONNX's name of each dimension ("batch"), empty where it has none. May be shorter than the shape.
    std::vector<std::string> dimensionNames;

    bool constant() const { return data.has_value(); }
    /// Bytes that the values take; nothing where the shape or the size of an element is not known.
    std::optional<std::int64_t> bytes() const;
};

} // namespace tinsmith
