// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/tensor.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tinsmith {

/// A small tensor whose elements are known while a file is read, all or in part: what exporters compute shapes with.
struct SmallValue {
    struct Element {
        /// Integers and booleans here, floats in `real`.
        std::int64_t integer = 0;
        double real = 0;
        bool known = true;
        /// An unknown element that is the size of a named dimension ("batch").
        std::string symbol;

        static Element ofReal(double value);
        static Element ofInteger(std::int64_t value);
    };
    ElementType type = ElementType::Int64;
    std::vector<std::int64_t> dims;
    std::vector<Element> elements;

    bool known() const;
    /// Floats as they are, integers converted.
    std::vector<double> reals() const;
    /// Integers as they are, floats truncated.
    std::vector<std::int64_t> integers() const;
    /// As a constant of the same type.
    Bytes bytes() const;
};

/// Larger tensors are data, not shapes.
constexpr std::size_t mostSmallElements = 1024;

/// The elements of a constant; nothing where it is no small tensor of integers, booleans, float32 or float64.
std::optional<SmallValue> smallValueOf(const Tensor &constant);
/// The dimensions of a tensor as a Shape operator gives them.
std::optional<SmallValue> shapeValueOf(const Tensor &tensor);

} // namespace tinsmith
