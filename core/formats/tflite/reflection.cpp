// SPDX-License-Identifier: Apache-2.0
#include "core/formats/tflite/reflection.h"

#include "core/formats/tflite/options_text.h"
#include "core/graph/error.h"

#include <flatbuffers/minireflect.h>

#include <array>
#include <charconv>
#include <cstring>
#include <string_view>
#include <type_traits>

namespace tinsmith::tflite {
namespace {

using flatbuffers::ElementaryType;
using flatbuffers::TypeTable;

/// Reflection does not know defaults; these are the ones other than 0. Empty: in any table.
struct Default {
    std::string_view member;
    std::string_view field;
    std::int64_t value;
};
constexpr std::array defaults = {
    Default{"", "dilation_d_factor", 1},
    Default{"", "dilation_w_factor", 1},
    Default{"", "dilation_h_factor", 1},
    Default{"", "pot_scale_int16", 1},
    Default{"", "idx_out_type", 2},
    Default{"BidirectionalSequenceLSTMOptions", "time_major", 1},
};

std::int64_t defaultOf(std::string_view member, std::string_view field)
{
    for (const Default &entry : defaults) {
        if (entry.field == field && (entry.member.empty() || entry.member == member)) {
            return entry.value;
        }
    }
    return 0;
}

const TypeTable *memberTable(const TypeTable *unionTable, std::uint8_t type)
{
    if (type == 0 || type >= unionTable->num_elems) {
        return nullptr;
    }
    const auto reference = unionTable->type_codes[type].sequence_ref;
    return reference < 0 ? nullptr : unionTable->type_refs[reference]();
}

/// One field of a table: what it holds and, for an enum, the names of its values.
struct Field {
    const char *name;
    ElementaryType type;
    bool repeated;
    const TypeTable *names;
    flatbuffers::voffset_t slot;
};

Field fieldAt(const TypeTable *table, std::size_t index)
{
    const auto code = table->type_codes[index];
    return {table->names[index], static_cast<ElementaryType>(code.base_type), code.is_repeating != 0,
        code.sequence_ref < 0 ? nullptr : table->type_refs[code.sequence_ref](),
        flatbuffers::FieldIndexToOffset(static_cast<flatbuffers::voffset_t>(index))};
}

std::string integerText(std::int64_t value, const TypeTable *names)
{
    if (names != nullptr && names->names != nullptr) {
        for (std::size_t index = 0; index < names->num_elems; ++index) {
            if ((names->values == nullptr ? static_cast<std::int64_t>(index) : names->values[index]) == value) {
                return names->names[index];
            }
        }
    }
    return std::to_string(value);
}

/// The verifier does not ask that vectors of eight-byte elements are aligned, so nothing here relies on it.
template <typename T>
T read(const std::uint8_t *at)
{
    T value;
    std::memcpy(&value, at, sizeof(value));
    return flatbuffers::EndianScalar(value);
}

std::string scalarText(const Field &field, const std::uint8_t *at)
{
    switch (field.type) {
    case flatbuffers::ET_BOOL:
        return read<std::uint8_t>(at) != 0 ? "true" : "false";
    case flatbuffers::ET_CHAR:
        return integerText(read<std::int8_t>(at), field.names);
    case flatbuffers::ET_UTYPE:
    case flatbuffers::ET_UCHAR:
        return integerText(read<std::uint8_t>(at), field.names);
    case flatbuffers::ET_SHORT:
        return integerText(read<std::int16_t>(at), field.names);
    case flatbuffers::ET_USHORT:
        return integerText(read<std::uint16_t>(at), field.names);
    case flatbuffers::ET_INT:
        return integerText(read<std::int32_t>(at), field.names);
    case flatbuffers::ET_UINT:
        return integerText(read<std::uint32_t>(at), field.names);
    case flatbuffers::ET_LONG:
        return integerText(read<std::int64_t>(at), field.names);
    case flatbuffers::ET_ULONG:
        return std::to_string(read<std::uint64_t>(at));
    case flatbuffers::ET_FLOAT:
        return realText(read<float>(at));
    case flatbuffers::ET_DOUBLE:
        return realText(read<double>(at));
    default:
        return {};
    }
}

std::string defaultText(const Field &field, std::int64_t value)
{
    switch (field.type) {
    case flatbuffers::ET_BOOL:
        return value != 0 ? "true" : "false";
    case flatbuffers::ET_STRING:
        return {};
    case flatbuffers::ET_FLOAT:
    case flatbuffers::ET_DOUBLE:
        return "0";
    default:
        return integerText(value, field.names);
    }
}

std::string valueText(const Field &field, const std::uint8_t *at)
{
    if (!field.repeated) {
        if (field.type == flatbuffers::ET_STRING) {
            const auto *const text
                = reinterpret_cast<const flatbuffers::String *>(at + read<flatbuffers::uoffset_t>(at));
            return text->str();
        }
        return scalarText(field, at);
    }
    const auto *const vector
        = reinterpret_cast<const flatbuffers::Vector<std::uint8_t> *>(at + read<flatbuffers::uoffset_t>(at));
    const std::size_t step = flatbuffers::InlineSize(field.type, nullptr);
    std::string text;
    for (std::size_t index = 0; index < vector->size(); ++index) {
        text += (index == 0 ? "" : ", ") + scalarText(field, vector->Data() + index * step);
    }
    return text;
}

} // namespace

void addTableAsText(const TypeTable *unionTable, std::uint8_t type, const flatbuffers::Table *table,
    std::vector<Custom::Attribute> &attributes)
{
    const TypeTable *const members = memberTable(unionTable, type);
    if (members == nullptr || table == nullptr) {
        return;
    }
    const char *const member = unionTable->names[type];
    attributes.push_back({optionsTypeKey, member});
    for (std::size_t index = 0; index < members->num_elems; ++index) {
        const Field field = fieldAt(members, index);
        const std::uint8_t *const at = table->GetAddressOf(field.slot);
        attributes.push_back({field.name,
            at != nullptr ? valueText(field, at)
                          : (field.repeated ? std::string() : defaultText(field, defaultOf(member, field.name)))});
    }
}

std::uint8_t memberNamed(const TypeTable *unionTable, const std::string &name)
{
    for (std::size_t index = 1; index < unionTable->num_elems; ++index) {
        if (name == unionTable->names[index]) {
            return static_cast<std::uint8_t>(index);
        }
    }
    return 0;
}

namespace {

/// Writes one table from text. Vectors and strings go first, as a flatbuffer wants them outside the table.
class TableWriter {
public:
    TableWriter(flatbuffers::FlatBufferBuilder &builder, const std::string &place)
        : builder_(builder), place_(place) { }

    flatbuffers::Offset<void> write(const TypeTable *table, const std::vector<Custom::Attribute> &attributes);

private:
    [[noreturn]] void fail(const Field &field, std::string_view text) const
    {
        throw UnsupportedError({}, place_, "its option " + std::string(field.name) + " cannot be " + std::string(text));
    }
    std::int64_t integerOf(const Field &field, std::string_view text) const;
    double realOf(const Field &field, std::string_view text) const;
    flatbuffers::uoffset_t vectorOf(const Field &field, std::string_view text);
    template <typename T>
    flatbuffers::uoffset_t vectorOf(const Field &field, const std::vector<std::string_view> &parts);
    void addScalar(const Field &field, std::string_view text);

    flatbuffers::FlatBufferBuilder &builder_;
    const std::string &place_;
};

std::vector<std::string_view> splitList(std::string_view text)
{
    std::vector<std::string_view> parts;
    while (!text.empty()) {
        const auto comma = text.find(',');
        parts.push_back(text.substr(0, comma));
        text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
        while (!text.empty() && text.front() == ' ') {
            text.remove_prefix(1);
        }
    }
    return parts;
}

std::int64_t TableWriter::integerOf(const Field &field, std::string_view text) const
{
    if (field.type == flatbuffers::ET_BOOL && (text == "true" || text == "false")) {
        return text == "true" ? 1 : 0;
    }
    if (field.names != nullptr && field.names->names != nullptr) {
        for (std::size_t index = 0; index < field.names->num_elems; ++index) {
            if (text == field.names->names[index]) {
                return field.names->values == nullptr ? static_cast<std::int64_t>(index) : field.names->values[index];
            }
        }
    }
    std::int64_t value = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    if (result.ec != std::errc() || result.ptr != text.data() + text.size()) {
        fail(field, text);
    }
    return value;
}

double TableWriter::realOf(const Field &field, std::string_view text) const
{
    double value = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    if (result.ec != std::errc() || result.ptr != text.data() + text.size()) {
        fail(field, text);
    }
    return value;
}

template <typename T>
flatbuffers::uoffset_t TableWriter::vectorOf(const Field &field, const std::vector<std::string_view> &parts)
{
    std::vector<T> values;
    for (const auto part : parts) {
        if constexpr (std::is_floating_point_v<T>) {
            values.push_back(static_cast<T>(realOf(field, part)));
        } else {
            values.push_back(static_cast<T>(integerOf(field, part)));
        }
    }
    return builder_.CreateVector(values).o;
}

flatbuffers::uoffset_t TableWriter::vectorOf(const Field &field, std::string_view text)
{
    const auto parts = splitList(text);
    switch (field.type) {
    case flatbuffers::ET_BOOL:
    case flatbuffers::ET_CHAR:
    case flatbuffers::ET_UCHAR:
        return vectorOf<std::uint8_t>(field, parts);
    case flatbuffers::ET_INT:
    case flatbuffers::ET_UINT:
        return vectorOf<std::int32_t>(field, parts);
    case flatbuffers::ET_LONG:
    case flatbuffers::ET_ULONG:
        return vectorOf<std::int64_t>(field, parts);
    case flatbuffers::ET_FLOAT:
        return vectorOf<float>(field, parts);
    default:
        fail(field, text);
    }
}

void TableWriter::addScalar(const Field &field, std::string_view text)
{
    switch (field.type) {
    case flatbuffers::ET_BOOL:
    case flatbuffers::ET_CHAR:
    case flatbuffers::ET_UCHAR:
        builder_.AddElement<std::int8_t>(field.slot, static_cast<std::int8_t>(integerOf(field, text)));
        break;
    case flatbuffers::ET_INT:
    case flatbuffers::ET_UINT:
        builder_.AddElement<std::int32_t>(field.slot, static_cast<std::int32_t>(integerOf(field, text)));
        break;
    case flatbuffers::ET_LONG:
    case flatbuffers::ET_ULONG:
        builder_.AddElement<std::int64_t>(field.slot, integerOf(field, text));
        break;
    case flatbuffers::ET_FLOAT:
        builder_.AddElement<float>(field.slot, static_cast<float>(realOf(field, text)));
        break;
    default:
        fail(field, text);
    }
}

flatbuffers::Offset<void> TableWriter::write(const TypeTable *table, const std::vector<Custom::Attribute> &attributes)
{
    const auto textOf = [&attributes](std::string_view name) -> const std::string * {
        for (const Custom::Attribute &attribute : attributes) {
            if (attribute.name == name) {
                return &attribute.value;
            }
        }
        return nullptr;
    };
    std::vector<flatbuffers::uoffset_t> outside(table->num_elems, 0);
    for (std::size_t index = 0; index < table->num_elems; ++index) {
        const Field field = fieldAt(table, index);
        const std::string *const text = textOf(field.name);
        if (text == nullptr || text->empty()) {
            continue;
        }
        if (field.repeated) {
            outside[index] = vectorOf(field, *text);
        } else if (field.type == flatbuffers::ET_STRING) {
            outside[index] = builder_.CreateString(*text).o;
        }
    }
    const auto start = builder_.StartTable();
    for (std::size_t index = 0; index < table->num_elems; ++index) {
        const Field field = fieldAt(table, index);
        const std::string *const text = textOf(field.name);
        if (outside[index] != 0) {
            builder_.AddOffset(field.slot, flatbuffers::Offset<void>(outside[index]));
        } else if (text != nullptr && !text->empty() && !field.repeated && field.type != flatbuffers::ET_STRING) {
            addScalar(field, *text);
        }
    }
    const auto end = builder_.EndTable(start);
    return flatbuffers::Offset<void>(end);
}

} // namespace

flatbuffers::Offset<void> tableFromText(flatbuffers::FlatBufferBuilder &builder, const TypeTable *unionTable,
    std::uint8_t type, const std::vector<Custom::Attribute> &attributes, const std::string &place)
{
    return TableWriter(builder, place).write(memberTable(unionTable, type), attributes);
}

} // namespace tinsmith::tflite
