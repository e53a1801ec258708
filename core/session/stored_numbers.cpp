// SPDX-License-Identifier: Apache-2.0
#include "core/session/stored_numbers.h"

#include "core/execute/numeric_types.h"
#include "core/graph/error.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

namespace tinsmith {
namespace {

/// NumPy and ONNX store a boolean as a byte; any value but 0 is true.
struct BoolByte {
    std::uint8_t value;
};

/// Calls use(T{}) with what elements of a numeric type are stored as; false for other types.
template <typename Use>
bool withStoredType(ElementType type, const Use &use)
{
    switch (type) {
    case ElementType::Float16:
        use(Half{});
        return true;
    case ElementType::BFloat16:
        use(Brain{});
        return true;
    case ElementType::Float32:
        use(float{});
        return true;
    case ElementType::Float64:
        use(double{});
        return true;
    case ElementType::Int8:
        use(std::int8_t{});
        return true;
    case ElementType::UInt8:
        use(std::uint8_t{});
        return true;
    case ElementType::Int16:
        use(std::int16_t{});
        return true;
    case ElementType::UInt16:
        use(std::uint16_t{});
        return true;
    case ElementType::Int32:
        use(std::int32_t{});
        return true;
    case ElementType::UInt32:
        use(std::uint32_t{});
        return true;
    case ElementType::Int64:
        use(std::int64_t{});
        return true;
    case ElementType::UInt64:
        use(std::uint64_t{});
        return true;
    case ElementType::Bool:
        use(BoolByte{});
        return true;
    default:
        return false;
    }
}

double number(BoolByte value)
{
    return value.value != 0 ? 1 : 0;
}

template <typename T>
double number(T value)
{
    return static_cast<double>(static_cast<WorkType<T>>(value));
}

[[noreturn]] void refuse(double value, ElementType type)
{
    throw UnsupportedError(numberText(value) + " cannot be stored as " + std::string(nameOf(type)));
}

float singleFrom(double value, ElementType type)
{
    if (std::isfinite(value) && std::fabs(value) > static_cast<double>(std::numeric_limits<float>::max())) {
        refuse(value, type);
    }
    return static_cast<float>(value);
}

template <typename T>
void storeFloat(double value, T &stored, ElementType type)
{
    stored = T(singleFrom(value, type));
    if (std::isfinite(value) && !std::isfinite(static_cast<float>(stored))) {
        refuse(value, type);
    }
}

void store(double value, Half &stored, ElementType type)
{
    storeFloat(value, stored, type);
}

void store(double value, Brain &stored, ElementType type)
{
    storeFloat(value, stored, type);
}

void store(double value, float &stored, ElementType type)
{
    storeFloat(value, stored, type);
}

void store(double value, double &stored, ElementType)
{
    stored = value;
}

void store(double value, BoolByte &stored, ElementType type)
{
    if (value != 0 && value != 1) {
        refuse(value, type);
    }
    stored.value = value != 0 ? 1 : 0;
}

template <typename T>
void store(double value, T &stored, ElementType type)
{
    // Beyond 2^53 a double does not tell neighbouring integers apart.
    constexpr double exact = 9007199254740992.0;
    const double low = std::max(static_cast<double>(std::numeric_limits<T>::min()), -exact);
    const double high = std::min(static_cast<double>(std::numeric_limits<T>::max()), exact);
    if (!(value >= low && value <= high) || value != std::floor(value)) {
        refuse(value, type);
    }
    stored = static_cast<T>(value);
}

} // namespace

bool isNumeric(ElementType type)
{
    return withStoredType(type, [](auto) {});
}

std::vector<double> numbersOf(ElementType type, std::span<const std::byte> values)
{
    std::vector<double> numbers;
    const bool numeric = withStoredType(type, [&](auto element) {
        numbers.reserve(values.size() / sizeof element);
        for (std::size_t at = 0; at + sizeof element <= values.size(); at += sizeof element) {
            std::memcpy(&element, values.data() + at, sizeof element);
            numbers.push_back(number(element));
        }
    });
    if (!numeric) {
        throw UnsupportedError(std::string(nameOf(type)) + " elements are not real numbers");
    }
    return numbers;
}

std::vector<std::byte> storedAs(ElementType type, std::span<const double> numbers)
{
    std::vector<std::byte> bytes;
    const bool numeric = withStoredType(type, [&](auto element) {
        bytes.resize(numbers.size() * sizeof element);
        std::byte *at = bytes.data();
        for (const double value : numbers) {
            store(value, element, type);
            std::memcpy(at, &element, sizeof element);
            at += sizeof element;
        }
    });
    if (!numeric) {
        throw UnsupportedError("numbers cannot be stored as " + std::string(nameOf(type)));
    }
    return bytes;
}

std::vector<std::byte> quantizedAs(const Tensor &tensor, std::span<const double> numbers)
{
    double low = 0;
    double high = 0;
    withStoredType(tensor.type, [&](auto element) {
        using T = decltype(element);
        if constexpr (std::is_integral_v<T>) {
            low = static_cast<double>(std::numeric_limits<T>::min());
            high = static_cast<double>(std::numeric_limits<T>::max());
        }
    });
    if (!isQuantized(tensor) || high <= low) {
        throw UnsupportedError({}, "tensor " + tensor.name, "is not quantized");
    }
    const auto scale = static_cast<double>(tensor.quantization->scale());
    const auto zero = static_cast<double>(tensor.quantization->zeroPoint());
    std::vector<double> codes;
    codes.reserve(numbers.size());
    for (const double value : numbers) {
        codes.push_back(std::clamp(std::round(value / scale) + zero, low, high));
    }
    return storedAs(tensor.type, codes);
}

std::string numberText(double value)
{
    std::array<char, 48> text{};
    const auto result = std::to_chars(text.data(), text.data() + text.size(), value);
    return {text.data(), result.ptr};
}

} // namespace tinsmith
