// SPDX-License-Identifier: Apache-2.0
#include "core/firmware/package_files.h"
#include "core/graph/error.h"

#include <array>
#include <cmath>
#include <cstring>

namespace tinsmith::firmware {
namespace {

template <typename T>
std::vector<std::string> literals(const std::vector<std::byte> &bytes)
{
    std::vector<std::string> result;
    for (std::size_t at = 0; at + sizeof(T) <= bytes.size(); at += sizeof(T)) {
        T value;
        std::memcpy(&value, bytes.data() + at, sizeof value);
        if constexpr (std::is_same_v<T, float>) {
            result.push_back(floatLiteral(value));
        } else if constexpr (std::is_same_v<T, std::int32_t>) {
            result.push_back(value == INT32_MIN ? "INT32_MIN" : std::to_string(value));
        } else if constexpr (std::is_same_v<T, std::int64_t>) {
            result.push_back(value == INT64_MIN ? "INT64_MIN" : std::to_string(value));
        } else if constexpr (std::is_same_v<T, std::uint64_t>) {
            result.push_back(std::to_string(value) + "U");
        } else {
            result.push_back(std::to_string(value));
        }
    }
    return result;
}

std::vector<std::string> literals(const Tensor &tensor, const std::vector<std::byte> &bytes)
{
    switch (tensor.type) {
    case ElementType::Float32:
        return literals<float>(bytes);
    case ElementType::Int8:
        return literals<std::int8_t>(bytes);
    case ElementType::Int16:
        return literals<std::int16_t>(bytes);
    case ElementType::UInt16:
        return literals<std::uint16_t>(bytes);
    case ElementType::Int32:
        return literals<std::int32_t>(bytes);
    case ElementType::UInt32:
        return literals<std::uint32_t>(bytes);
    case ElementType::Int64:
        return literals<std::int64_t>(bytes);
    case ElementType::UInt64:
        return literals<std::uint64_t>(bytes);
    default:
        return literals<std::uint8_t>(bytes);
    }
}

/// Arrays of one port, one row per vector.
void recorded(CWriter &c, const Port &port, const std::vector<const std::vector<std::byte> *> &values)
{
    const std::string type = cType(port.tensor->type);
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (static_cast<std::int64_t>(values[i]->size()) != port.bytes) {
            throw GraphError({}, port.tensor->name,
                "a recorded value has " + std::to_string(values[i]->size()) + " bytes, not "
                    + std::to_string(port.bytes));
        }
        c.array("static const " + type + " " + port.name + "_" + std::to_string(i) + "[" + port.macro + "_ELEMENTS]",
            literals(*port.tensor, *values[i]));
    }
}

void copyIn(CWriter &c, const Port &port, std::size_t vector)
{
    c.line("memcpy(" + port.name + "(&context), " + port.name + "_" + std::to_string(vector) + ", " + port.macro
        + "_BYTES);");
}

void compare(CWriter &c, const Port &port, std::size_t vector)
{
    const std::string expected = port.name + "_" + std::to_string(vector);
    const bool isFloat = port.tensor->type == ElementType::Float32;
    c.line("wrong += " + std::string(isFloat ? "differs_f32" : "differs") + "(" + port.name + "(&context), " + expected
        + ", " + port.macro + (isFloat ? "_ELEMENTS" : "_BYTES") + ");");
}

bool anyPort(const std::vector<Port> &ports, bool floating)
{
    for (const Port &port : ports) {
        if ((port.tensor->type == ElementType::Float32) == floating) {
            return true;
        }
    }
    return false;
}

} // namespace

PackageFile selfTest(const PackageParts &parts)
{
    const std::string &name = parts.name();
    const auto inputs = inputPorts(parts);
    const auto outputs = outputPorts(parts);
    CWriter c;
    licenseLine(c);
    c.comment("Runs the recorded inputs and compares the outputs: exact for integers, to a small tolerance for floats. "
              "Returns 0 when all agree.");
    c.line("#include \"" + name + ".h\"");
    c.line();
    c.line("#include <math.h>");
    c.line("#include <string.h>");
    c.line();
    std::vector<std::vector<const std::vector<std::byte> *>> in(inputs.size());
    std::vector<std::vector<const std::vector<std::byte> *>> out(outputs.size());
    for (const PackageOptions::Vector &vector : parts.vectors) {
        if (vector.inputs.size() != inputs.size() || vector.outputs.size() != outputs.size()) {
            throw GraphError("A recorded vector has not one value for each input and output of the model");
        }
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            in[i].push_back(&vector.inputs[i]);
        }
        for (std::size_t i = 0; i < outputs.size(); ++i) {
            out[i].push_back(&vector.outputs[i]);
        }
    }
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        recorded(c, inputs[i], in[i]);
    }
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        recorded(c, outputs[i], out[i]);
    }
    const bool any = !parts.vectors.empty();
    if (any && anyPort(outputs, false)) {
        c.line();
        c.openFunction("static int differs(const void *a, const void *b, size_t bytes)");
        c.line("return memcmp(a, b, bytes) != 0;");
        c.close();
    }
    if (any && anyPort(outputs, true)) {
        c.line();
        c.openFunction("static int differs_f32(const float *a, const float *b, size_t count)");
        c.open("for (size_t i = 0; i < count; i++)");
        c.comment("Equal infinities, or neither a number.");
        c.open("if (a[i] == b[i] || (isnan(a[i]) && isnan(b[i])))");
        c.line("continue;");
        c.close();
        c.open("if (!isfinite(a[i]) || !isfinite(b[i]) || fabsf(a[i] - b[i]) > 1e-4F + 1e-3F * fabsf(b[i]))");
        c.line("return 1;");
        c.close();
        c.close();
        c.line("return 0;");
        c.close();
    }
    c.line();
    c.openFunction("int main(void)");
    c.line("static " + name + "_context context;");
    c.line("int wrong = 0;");
    c.open("if (" + name + "_init_static(&context) != " + parts.macro() + "_OK)");
    c.line("return 1;");
    c.close();
    for (std::size_t vector = 0; vector < parts.vectors.size(); ++vector) {
        for (const Port &port : inputs) {
            copyIn(c, port, vector);
        }
        c.line("wrong += " + name + "_invoke(&context);");
        for (const Port &port : outputs) {
            compare(c, port, vector);
        }
    }
    c.line("return wrong;");
    c.close();
    return {"test/" + name + "_selftest.c", c.text()};
}

} // namespace tinsmith::firmware
