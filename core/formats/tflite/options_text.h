// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/tflite/file.h"
#include "core/graph/shape.h"

#include <cstdint>
#include <vector>

namespace tinsmith::tflite {

/// Every option of an operator as text, for operators that core/graph has no struct for: the fields of its option table
/// by name (also those that stand at their default), and its custom options, which are shown decoded where they are a
/// flexbuffer and kept as hexadecimal bytes under `customOptionsKey`.
std::vector<Custom::Attribute> optionsAsText(const File &file, const tfl::Operator &op, const std::string &place);

inline constexpr const char *customOptionsKey = "custom_options";

/// The option table of one union member, rebuilt from the text of optionsAsText(). Offset 0 and type 0 where the
/// attributes name no option table. Throws UnsupportedError, with `place`, where a value does not fit its field.
struct EncodedOptions {
    std::uint8_t type = 0;
    flatbuffers::Offset<void> offset;
    std::uint8_t type2 = 0;
    flatbuffers::Offset<void> offset2;
    std::vector<std::uint8_t> custom;
};
EncodedOptions optionsFromText(flatbuffers::FlatBufferBuilder &builder,
    const std::vector<Custom::Attribute> &attributes, const std::string &place);

inline constexpr const char *optionsTypeKey = "options";

} // namespace tinsmith::tflite
