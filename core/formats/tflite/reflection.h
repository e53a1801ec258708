// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/tflite/tflite_generated.h"
#include "core/graph/shape.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <string>
#include <vector>

namespace tinsmith::tflite {

/// The shortest text that reads back as the same number.
template <typename T>
std::string realText(T value)
{
    std::array<char, 32> text{};
    const auto result = std::to_chars(text.data(), text.data() + text.size(), value);
    return {text.data(), result.ptr};
}

/// Adds the fields of a union's member as text, by the reflection tables that flatc generates, first the member's name
/// as "options". Fields that stand at their default are there too. Nothing for type 0 and for types not in the schema.
void addTableAsText(const flatbuffers::TypeTable *unionTable, std::uint8_t type, const flatbuffers::Table *table,
    std::vector<Custom::Attribute> &attributes);

/// The union member of this name, 0 where there is none.
std::uint8_t memberNamed(const flatbuffers::TypeTable *unionTable, const std::string &name);

/// The reverse of addTableAsText(). Throws UnsupportedError, with `place`, where a value does not fit its field.
flatbuffers::Offset<void> tableFromText(flatbuffers::FlatBufferBuilder &builder,
    const flatbuffers::TypeTable *unionTable, std::uint8_t type, const std::vector<Custom::Attribute> &attributes,
    const std::string &place);

} // namespace tinsmith::tflite
