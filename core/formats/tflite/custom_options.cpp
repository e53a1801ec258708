// SPDX-License-Identifier: Apache-2.0
#include "core/formats/tflite/custom_options.h"

#include "core/formats/tflite/reflection.h"

#include <flatbuffers/flexbuffers.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>
#include <utility>

namespace tinsmith::tflite {
namespace {

using Number = std::variant<std::int64_t, std::uint64_t, double>;

/// The value as the file stores it: flexbuffers' own conversions do not check the range.
std::optional<Number> numberOf(const flexbuffers::Reference &value)
{
    if (value.IsBool()) {
        return std::int64_t{value.AsBool() ? 1 : 0};
    }
    if (value.IsUInt()) {
        return value.AsUInt64();
    }
    if (value.IsInt()) {
        return value.AsInt64();
    }
    return value.IsFloat() ? std::optional<Number>(value.AsDouble()) : std::nullopt;
}

template <typename T>
std::string text(T value)
{
    if constexpr (std::is_same_v<T, double>) {
        return realText(value);
    } else {
        return std::to_string(value);
    }
}

} // namespace

CustomOptions::CustomOptions(const OperatorReader &reader)
{
    const Bytes bytes = reader.customOptions();
    if (bytes.empty()) {
        return;
    }
    const auto *const start = reinterpret_cast<const std::uint8_t *>(bytes.data());
    if (!flexbuffers::VerifyBuffer(start, bytes.size())) {
        throw CannotRepresent{"the custom options are not a valid flexbuffer"};
    }
    const auto root = flexbuffers::GetRoot(start, bytes.size());
    if (!root.IsMap()) {
        throw CannotRepresent{"the custom options are not a map of names to values"};
    }
    const auto map = root.AsMap();
    const auto keys = map.Keys();
    const auto values = map.Values();
    for (std::size_t i = 0; i < map.size(); ++i) {
        values_.push_back({keys[i].AsKey(), numberOf(values[i])});
    }
}

bool CustomOptions::has(const char *name) const
{
    return std::any_of(values_.begin(), values_.end(), [name](const Value &value) { return value.name == name; });
}

CustomOptions::Number CustomOptions::find(const char *name) const
{
    const auto found
        = std::find_if(values_.begin(), values_.end(), [name](const Value &value) { return value.name == name; });
    if (found == values_.end() || !found->number) {
        throw CannotRepresent{"it has no number " + std::string(name) + " among its options"};
    }
    return *found->number;
}

std::int32_t CustomOptions::integer(const char *name) const
{
    return std::visit(
        [name](auto value) -> std::int32_t {
            using Limits = std::numeric_limits<std::int32_t>;
            bool fits = false;
            if constexpr (std::is_same_v<decltype(value), double>) {
                fits = value >= Limits::min() && value <= Limits::max() && value == std::trunc(value);
            } else {
                fits = std::in_range<std::int32_t>(value);
            }
            if (!fits) {
                throw CannotRepresent{
                    "its option " + std::string(name) + " is " + text(value) + ", which is not a 32-bit integer"};
            }
            return static_cast<std::int32_t>(value);
        },
        find(name));
}

float CustomOptions::real(const char *name) const
{
    return std::visit(
        [name](auto value) {
            const auto wide = static_cast<double>(value);
            const bool fits = std::isinf(wide) || std::abs(wide) <= std::numeric_limits<float>::max();
            if (!fits) {
                throw CannotRepresent{
                    "its option " + std::string(name) + " is " + text(value) + ", which is not a float32 number"};
            }
            return static_cast<float>(wide);
        },
        find(name));
}

bool CustomOptions::truth(const char *name) const
{
    return integer(name) != 0;
}

} // namespace tinsmith::tflite
