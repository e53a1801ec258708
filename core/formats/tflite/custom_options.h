// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/tflite/operator_reader.h"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace tinsmith::tflite {

/// The options of a custom operator: a flexbuffer map.
class CustomOptions {
public:
    /// Throws FormatError where the options are not a valid flexbuffer; no options at all read as an empty map.
    explicit CustomOptions(const OperatorReader &reader);

    bool has(const char *name) const;
    /// Throws CannotRepresent where the option is missing, is no number, or does not fit the type. A real number that
    /// is whole is an integer, too.
    std::int32_t integer(const char *name) const;
    /// Infinite only where the file says so.
    float real(const char *name) const;
    bool truth(const char *name) const;

private:
    using Number = std::variant<std::int64_t, std::uint64_t, double>;
    struct Value {
        std::string name;
        /// As the file stores it; nothing where the option is no number.
        std::optional<Number> number;
    };
    Number find(const char *name) const;

    std::vector<Value> values_;
};

} // namespace tinsmith::tflite
