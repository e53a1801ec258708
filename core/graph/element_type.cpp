// SPDX-License-Identifier: Apache-2.0
#include "core/graph/element_type.h"

#include <array>
#include <cstddef>

namespace tinsmith {
namespace {

struct Row {
    ElementType type;
    std::string_view name;
    int bits;
};

constexpr std::array<Row, 20> table = {{
    {ElementType::Unknown, "unknown", 0},
    {ElementType::Float16, "float16", 16},
    {ElementType::BFloat16, "bfloat16", 16},
    {ElementType::Float32, "float32", 32},
    {ElementType::Float64, "float64", 64},
    {ElementType::Int4, "int4", 4},
    {ElementType::Int8, "int8", 8},
    {ElementType::UInt8, "uint8", 8},
    {ElementType::Int16, "int16", 16},
    {ElementType::UInt16, "uint16", 16},
    {ElementType::Int32, "int32", 32},
    {ElementType::UInt32, "uint32", 32},
    {ElementType::Int64, "int64", 64},
    {ElementType::UInt64, "uint64", 64},
    {ElementType::Bool, "bool", 8},
    {ElementType::String, "string", 0},
    {ElementType::Complex64, "complex64", 64},
    {ElementType::Complex128, "complex128", 128},
    {ElementType::Resource, "resource", 32},
    {ElementType::Variant, "variant", 0},
}};

const Row &rowOf(ElementType type)
{
    return table[static_cast<std::size_t>(type)];
}

} // namespace

int bitsOf(ElementType type)
{
    return rowOf(type).bits;
}

std::string_view nameOf(ElementType type)
{
    return rowOf(type).name;
}

std::optional<ElementType> elementTypeNamed(std::string_view name)
{
    for (const Row &row : table) {
        if (row.name == name) {
            return row.type;
        }
    }
    return std::nullopt;
}

bool isFloat(ElementType type)
{
    return type == ElementType::Float16 || type == ElementType::BFloat16 || type == ElementType::Float32
        || type == ElementType::Float64;
}

bool isInteger(ElementType type)
{
    return type >= ElementType::Int4 && type <= ElementType::UInt64;
}

} // namespace tinsmith
