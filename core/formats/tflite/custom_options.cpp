// SPDX-License-Identifier: Apache-2.0
#include "core/formats/tflite/custom_options.h"

#include <flatbuffers/flexbuffers.h>

#include <algorithm>
#include <limits>

namespace tinsmith::tflite {

CustomOptions::CustomOptions(const OperatorReader &reader)
{
    const Bytes bytes = reader.customOptions();
    if (bytes.empty()) {
        return;
    }
    const auto *const start = reinterpret_cast<const std::uint8_t *>(bytes.data());
    if (!flexbuffers::VerifyBuffer(start, bytes.size())) {
        throw CannotRepresent{"its options are no sound flexbuffer"};
    }
    const auto root = flexbuffers::GetRoot(start, bytes.size());
    if (!root.IsMap()) {
        throw CannotRepresent{"its options are not named"};
    }
    const auto map = root.AsMap();
    const auto keys = map.Keys();
    const auto values = map.Values();
    for (std::size_t i = 0; i < map.size(); ++i) {
        Value value;
        value.name = keys[i].AsKey();
        value.number = values[i].IsNumeric() || values[i].IsBool();
        if (value.number) {
            value.integer = values[i].AsInt64();
            value.real = values[i].AsDouble();
        }
        values_.push_back(std::move(value));
    }
}

bool CustomOptions::has(const char *name) const
{
    return std::any_of(values_.begin(), values_.end(), [name](const Value &value) { return value.name == name; });
}

const CustomOptions::Value &CustomOptions::find(const char *name) const
{
    const auto found
        = std::find_if(values_.begin(), values_.end(), [name](const Value &value) { return value.name == name; });
    if (found == values_.end() || !found->number) {
        throw CannotRepresent{"it has no number " + std::string(name) + " among its options"};
    }
    return *found;
}

std::int32_t CustomOptions::integer(const char *name) const
{
    const std::int64_t value = find(name).integer;
    if (value < std::numeric_limits<std::int32_t>::min() || value > std::numeric_limits<std::int32_t>::max()) {
        throw CannotRepresent{"its option " + std::string(name) + " is out of range"};
    }
    return static_cast<std::int32_t>(value);
}

float CustomOptions::real(const char *name) const
{
    return static_cast<float>(find(name).real);
}

bool CustomOptions::truth(const char *name) const
{
    return find(name).integer != 0;
}

} // namespace tinsmith::tflite
