// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/tensor.h"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace tinsmith {

/// Whether elements of the type are real numbers of at least one byte; not strings, complex numbers, handles, int4.
bool isNumeric(ElementType type);

/// The elements as numbers; false and true are 0 and 1. 64-bit integers beyond 2^53 lose digits. Throws
/// UnsupportedError for a type that is not numeric.
std::vector<double> numbersOf(ElementType type, std::span<const std::byte> values);

/// The numbers as elements of the type. Floats are rounded to nearest; integers and booleans hold only what they hold
/// exactly. Throws UnsupportedError naming a number that is out of range or not whole, and the type.
std::vector<std::byte> storedAs(ElementType type, std::span<const double> numbers);

/// The numbers as codes of the tensor's quantization, rounded to nearest and clamped. Throws UnsupportedError where it
/// is not a quantized integer.
std::vector<std::byte> quantizedAs(const Tensor &tensor, std::span<const double> numbers);

/// "3", "0.25": a number in a message.
std::string numberText(double value);

} // namespace tinsmith
