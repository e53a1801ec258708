// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/tflite/operator_reader.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tinsmith::tflite {

/// The options of a custom operator: a flexbuffer map.
class CustomOptions {
public:
    /// Throws FormatError where the options are no sound flexbuffer; no options at all read as an empty map.
    explicit CustomOptions(const OperatorReader &reader);

    bool has(const char *name) const;
    /// Throws CannotRepresent where the option is missing or no number of this kind.
    std::int32_t integer(const char *name) const;
    float real(const char *name) const;
    bool truth(const char *name) const;

private:
    struct Value {
        std::string name;
        bool number = false;
        std::int64_t integer = 0;
        double real = 0;
    };
    const Value &find(const char *name) const;

    std::vector<Value> values_;
};

} // namespace tinsmith::tflite
