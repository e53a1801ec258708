// SPDX-License-Identifier: Apache-2.0
#include "core/session/data_set.h"

#include "core/graph/error.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

namespace tinsmith {
namespace {

/// The real value of pixel code 0..255.
float pixelValue(int code, PixelRange range)
{
    switch (range) {
    case PixelRange::Byte:
        return static_cast<float>(code);
    case PixelRange::SignedUnit:
        return static_cast<float>(code) / 127.5F - 1.0F;
    case PixelRange::Unit:
        break;
    }
    return static_cast<float>(code) / 255.0F;
}

template <typename T>
void append(std::vector<std::byte> &bytes, T value)
{
    const auto *raw = reinterpret_cast<const std::byte *>(&value);
    bytes.insert(bytes.end(), raw, raw + sizeof(T));
}

template <typename T>
T elementAt(std::span<const std::byte> bytes, std::size_t index)
{
    T value;
    std::memcpy(&value, bytes.data() + index * sizeof(T), sizeof(T));
    return value;
}

double realAt(std::span<const std::byte> bytes, std::size_t index, ElementType type)
{
    switch (type) {
    case ElementType::Float32:
        return elementAt<float>(bytes, index);
    case ElementType::Float64:
        return elementAt<double>(bytes, index);
    case ElementType::Int8:
        return elementAt<std::int8_t>(bytes, index);
    case ElementType::UInt8:
        return elementAt<std::uint8_t>(bytes, index);
    case ElementType::Int16:
        return elementAt<std::int16_t>(bytes, index);
    case ElementType::Int32:
        return elementAt<std::int32_t>(bytes, index);
    case ElementType::Int64:
        return static_cast<double>(elementAt<std::int64_t>(bytes, index));
    default:
        return 0;
    }
}

void appendQuantized(std::vector<std::byte> &bytes, double real, const Tensor &input)
{
    const Quantization quantization = input.quantization.value_or(Quantization{{1.0F}, {0}, 0});
    const double code = std::round(real / quantization.scale()) + static_cast<double>(quantization.zeroPoint());
    switch (input.type) {
    case ElementType::Int8:
        append(bytes, static_cast<std::int8_t>(std::clamp(code, -128.0, 127.0)));
        break;
    case ElementType::UInt8:
        append(bytes, static_cast<std::uint8_t>(std::clamp(code, 0.0, 255.0)));
        break;
    case ElementType::Int16:
        append(bytes, static_cast<std::int16_t>(std::clamp(code, -32768.0, 32767.0)));
        break;
    default:
        append(bytes, static_cast<std::int32_t>(std::clamp(code, -2147483648.0, 2147483647.0)));
        break;
    }
}

} // namespace

std::string_view nameOf(PixelRange range)
{
    constexpr std::array<std::string_view, 3> names = {"0..1", "0..255", "-1..1"};
    return names[static_cast<std::size_t>(range)];
}

std::optional<std::int32_t> DataSet::label(std::size_t index) const
{
    if (labels_.empty()) {
        return std::nullopt;
    }
    return labels_.at(order_.empty() ? index : order_.at(index));
}

std::string DataSet::description() const
{
    return std::to_string(count_) + (count_ == 1 ? " sample of " : " samples of ") + shape_.text() + " "
        + std::string(nameOf(type_)) + (labels_.empty() ? ", without labels" : ", with labels");
}

DataSet DataSet::with(PixelRange range) const
{
    DataSet copy = *this;
    copy.pixelRange_ = range;
    return copy;
}

DataSet DataSet::with(const Quantization &codes) const
{
    DataSet copy = *this;
    copy.codes_ = codes;
    return copy;
}

DataSet DataSet::first(std::size_t count) const
{
    if (count >= count_) {
        return *this;
    }
    DataSet copy = *this;
    copy.order_.clear();
    for (std::size_t index = 0; index < count; ++index) {
        const std::size_t position = index * count_ / count;
        copy.order_.push_back(order_.empty() ? position : order_[position]);
    }
    copy.count_ = count;
    return copy;
}

std::vector<std::byte> DataSet::sampleFor(std::size_t index, const Tensor &input) const
{
    const auto wanted = input.shape.elements();
    const auto elements = static_cast<std::size_t>(shape_.elements().value_or(0));
    if (index >= count_) {
        throw FormatError("data set", {}, "has no sample " + std::to_string(index));
    }
    if (!wanted || static_cast<std::size_t>(*wanted) != elements) {
        throw FormatError("data set", {},
            "its samples are " + shape_.text() + ", the model's input " + input.name + " is " + input.shape.text());
    }
    const std::size_t width = static_cast<std::size_t>(bitsOf(type_)) / 8;
    const std::size_t position = order_.empty() ? index : order_[index];
    const auto raw = values_.view().subspan(position * elements * width, elements * width);
    // Codes for an input of the same codes pass through.
    if (type_ == input.type && type_ != ElementType::Float32) {
        return {raw.begin(), raw.end()};
    }
    std::vector<std::byte> bytes;
    bytes.reserve(static_cast<std::size_t>(input.bytes().value_or(0)));
    const bool pixels = type_ == ElementType::UInt8;
    const bool int8Codes = type_ == ElementType::Int8;
    for (std::size_t element = 0; element < elements; ++element) {
        if (pixels && input.type == ElementType::Int8) {
            append(bytes, static_cast<std::int8_t>(static_cast<int>(elementAt<std::uint8_t>(raw, element)) - 128));
        } else if (int8Codes && input.type == ElementType::UInt8) {
            append(bytes, static_cast<std::uint8_t>(static_cast<int>(elementAt<std::int8_t>(raw, element)) + 128));
        } else {
            double real = realAt(raw, element, type_);
            if (pixels) {
                real = pixelValue(static_cast<int>(real), pixelRange_);
            } else if (int8Codes && codes_) {
                real = static_cast<double>(codes_->scale()) * (real - static_cast<double>(codes_->zeroPoint()));
            }
            if (input.type == ElementType::Float32) {
                append(bytes, static_cast<float>(real));
            } else {
                appendQuantized(bytes, real, input);
            }
        }
    }
    return bytes;
}

std::vector<std::vector<std::vector<std::byte>>> DataSet::samplesFor(const Tensor &input) const
{
    std::vector<std::vector<std::vector<std::byte>>> samples;
    samples.reserve(count_);
    for (std::size_t index = 0; index < count_; ++index) {
        samples.push_back({sampleFor(index, input)});
    }
    return samples;
}

} // namespace tinsmith
