// SPDX-License-Identifier: Apache-2.0
#include "core/formats/tflite/options_text.h"

#include "core/formats/tflite/reflection.h"

#include <flatbuffers/flexbuffers.h>

#include <string>

namespace tinsmith::tflite {
namespace {

/// Longer custom options (whole compiled programs) are not worth decoding for a person.
constexpr std::size_t longestDecoded = 4096;

std::string hexadecimal(std::span<const std::byte> bytes)
{
    constexpr const char *digits = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const std::byte value : bytes) {
        text += digits[std::to_integer<unsigned>(value) >> 4U];
        text += digits[std::to_integer<unsigned>(value) & 15U];
    }
    return text;
}

std::uint8_t nibble(char digit, const std::string &place)
{
    if (digit >= '0' && digit <= '9') {
        return static_cast<std::uint8_t>(digit - '0');
    }
    if (digit >= 'a' && digit <= 'f') {
        return static_cast<std::uint8_t>(digit - 'a' + 10);
    }
    throw UnsupportedError({}, place, "its custom options are not hexadecimal");
}

std::vector<std::uint8_t> fromHexadecimal(const std::string &text, const std::string &place)
{
    std::vector<std::uint8_t> bytes;
    bytes.reserve(text.size() / 2);
    for (std::size_t at = 0; at + 1 < text.size(); at += 2) {
        bytes.push_back(static_cast<std::uint8_t>(nibble(text[at], place) << 4U | nibble(text[at + 1], place)));
    }
    return bytes;
}

/// One value of a flexbuffer; the verifier has bounded how deep they nest.
std::string textOf(const flexbuffers::Reference &value)
{
    if (value.IsBool()) {
        return value.AsBool() ? "true" : "false";
    }
    if (value.IsUInt()) {
        return std::to_string(value.AsUInt64());
    }
    if (value.IsInt()) {
        return std::to_string(value.AsInt64());
    }
    if (value.IsFloat()) {
        return realText(value.AsDouble());
    }
    if (value.IsString()) {
        return value.AsString().str();
    }
    if (value.IsKey()) {
        return value.AsKey();
    }
    if (value.IsBlob()) {
        return std::to_string(value.AsBlob().size()) + " bytes";
    }
    std::string text;
    const auto listed = [&text](const auto &vector) {
        for (std::size_t index = 0; index < vector.size(); ++index) {
            text += (index == 0 ? "" : ", ") + textOf(vector[index]);
        }
    };
    if (value.IsTypedVector()) {
        listed(value.AsTypedVector());
    } else if (value.IsFixedTypedVector()) {
        listed(value.AsFixedTypedVector());
    } else if (value.IsVector()) {
        listed(value.AsVector());
    }
    return text;
}

/// Adds the entries of a flexbuffer map, or nothing where the bytes are not one.
void addFlexbuffer(std::span<const std::byte> bytes, std::vector<Custom::Attribute> &attributes)
{
    if (bytes.empty() || bytes.size() > longestDecoded) {
        return;
    }
    const auto *const start = reinterpret_cast<const std::uint8_t *>(bytes.data());
    if (!flexbuffers::VerifyBuffer(start, bytes.size())) {
        return;
    }
    const auto root = flexbuffers::GetRoot(start, bytes.size());
    if (!root.IsMap()) {
        return;
    }
    const auto map = root.AsMap();
    const auto keys = map.Keys();
    const auto values = map.Values();
    for (std::size_t index = 0; index < map.size(); ++index) {
        attributes.push_back({keys[index].AsKey(), textOf(values[index])});
    }
}

} // namespace

std::vector<Custom::Attribute> optionsAsText(const File &file, const tfl::Operator &op, const std::string &place)
{
    std::vector<Custom::Attribute> attributes;
    addTableAsText(tfl::BuiltinOptionsTypeTable(), static_cast<std::uint8_t>(op.builtin_options_type()),
        static_cast<const flatbuffers::Table *>(op.builtin_options()), attributes);
    addTableAsText(tfl::BuiltinOptions2TypeTable(), static_cast<std::uint8_t>(op.builtin_options_2_type()),
        static_cast<const flatbuffers::Table *>(op.builtin_options_2()), attributes);
    const Bytes custom = op.large_custom_options_offset() > 1
        ? file.outside(op.large_custom_options_offset(), op.large_custom_options_size(), place)
        : file.inside(op.custom_options());
    if (!custom.empty()) {
        addFlexbuffer(custom.view(), attributes);
        attributes.push_back({customOptionsKey, hexadecimal(custom.view())});
    }
    return attributes;
}

EncodedOptions optionsFromText(
    flatbuffers::FlatBufferBuilder &builder, const std::vector<Custom::Attribute> &attributes, const std::string &place)
{
    EncodedOptions encoded;
    for (const Custom::Attribute &attribute : attributes) {
        if (attribute.name == customOptionsKey) {
            encoded.custom = fromHexadecimal(attribute.value, place);
        } else if (attribute.name == optionsTypeKey) {
            encoded.type = memberNamed(tfl::BuiltinOptionsTypeTable(), attribute.value);
            encoded.type2 = memberNamed(tfl::BuiltinOptions2TypeTable(), attribute.value);
        }
    }
    if (encoded.type != 0) {
        encoded.offset = tableFromText(builder, tfl::BuiltinOptionsTypeTable(), encoded.type, attributes, place);
    }
    if (encoded.type2 != 0) {
        encoded.offset2 = tableFromText(builder, tfl::BuiltinOptions2TypeTable(), encoded.type2, attributes, place);
    }
    return encoded;
}

} // namespace tinsmith::tflite
