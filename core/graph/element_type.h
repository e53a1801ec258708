// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace tinsmith {

/// What one element of a tensor is. The names are those of TFLite where it has one.
enum class ElementType {
    Unknown,
    Float16,
    BFloat16,
    Float32,
    Float64,
    Int4,
    Int8,
    UInt8,
    Int16,
    UInt16,
    Int32,
    UInt32,
    Int64,
    UInt64,
    Bool,
    String,
    Complex64,
    Complex128,
    Resource,
    Variant,
};

/// Bits that one element takes; 0 where it has no fixed size (String, Resource, Variant, Unknown).
int bitsOf(ElementType type);
/// "float32", "int8", ...: as shown to people and written in JSON.
std::string_view nameOf(ElementType type);
std::optional<ElementType> elementTypeNamed(std::string_view name);
bool isFloat(ElementType type);
bool isInteger(ElementType type);

} // namespace tinsmith
