// SPDX-License-Identifier: Apache-2.0
#include "core/session/value_file.h"

#include "core/execute/numeric_types.h"
#include "core/formats/npy.h"
#include "core/graph/error.h"
#include "core/session/data_use.h"
#include "core/session/image_file.h"
#include "core/session/input_value.h"
#include "core/session/sample_layout.h"
#include "core/session/stored_numbers.h"

#include <algorithm>
#include <cmath>

namespace tinsmith {
namespace {

std::string typeText(const Tensor &tensor)
{
    return std::string(nameOf(tensor.type)) + (isQuantized(tensor) ? " (quantized)" : "");
}

[[noreturn]] void failTypes(
    const std::filesystem::path &file, ElementType type, const Tensor &tensor, const std::string &cause)
{
    throw FormatError(file.string(), {},
        "is " + std::string(nameOf(type)) + ", tensor " + tensor.name + " is " + typeText(tensor) + ": " + cause);
}

/// Floats are rounded to another float type; whatever else is stored must stay the same number.
std::vector<std::byte> converted(
    const std::filesystem::path &file, ElementType type, const std::vector<double> &numbers, const Tensor &tensor)
{
    try {
        std::vector<std::byte> bytes = storedAs(tensor.type, numbers);
        if (!isFloat(type) && isFloat(tensor.type)) {
            const std::vector<double> kept = numbersOf(tensor.type, bytes);
            const auto [number, other] = std::mismatch(numbers.begin(), numbers.end(), kept.begin());
            if (number != numbers.end()) {
                failTypes(
                    file, type, tensor, numberText(*number) + " has no exact " + std::string(nameOf(tensor.type)));
            }
        }
        return bytes;
    } catch (const UnsupportedError &error) {
        failTypes(file, type, tensor, error.cause());
    }
}

struct Arranged {
    ElementType type = ElementType::Unknown;
    SampleLayout layout;
    std::vector<std::byte> bytes;
};

Arranged arrangedArray(const std::filesystem::path &file, const Tensor &tensor, FileValue &value)
{
    const NpyArray array = loadNpy(file);
    const auto layout = layoutBetween(array.shape, tensor.shape);
    if (!layout) {
        throw FormatError(
            file.string(), {}, "is " + array.shape.text() + ", tensor " + tensor.name + " is " + tensor.shape.text());
    }
    if (layout->transposed()) {
        value.notes.push_back("the values are " + transpositionText(*layout));
    }
    const std::size_t width = static_cast<std::size_t>(bitsOf(array.type)) / 8;
    return {array.type, *layout, rearranged(array.data.view(), *layout, width)};
}

std::vector<std::byte> rawValue(const std::filesystem::path &file, const Tensor &tensor)
{
    const Bytes bytes = Bytes::map(file);
    const auto wanted = tensor.bytes();
    if (!wanted || static_cast<std::uint64_t>(*wanted) != bytes.size()) {
        throw FormatError(file.string(), {},
            "has " + std::to_string(bytes.size()) + " bytes, tensor " + tensor.name + " (" + tensor.shape.text() + " "
                + std::string(nameOf(tensor.type)) + ") takes "
                + (wanted ? std::to_string(*wanted) : std::string("an unknown number")));
    }
    return {bytes.view().begin(), bytes.view().end()};
}

void takePixels(FileValue &value, const std::filesystem::path &file, ElementType type,
    std::span<const std::byte> pixels, const Tensor &input, const PixelMeaning &meaning,
    std::optional<std::size_t> axis)
{
    const auto quantized = guessedRange(input);
    const PixelRange range = meaning.chosen ? *meaning.chosen
        : quantized                         ? quantized->range
                                            : meaning.guess.value_or(PixelRange::unit());
    try {
        value.bytes = inputValue(type, pixels, input, {range, meaning.chosen.has_value(), axis, {}});
    } catch (const UnsupportedError &error) {
        throw FormatError(file.string(), {}, error.cause());
    }
    value.pixels = true;
    if (meaning.chosen || quantized || isFloat(input.type)) {
        const PixelSource source = meaning.chosen ? PixelSource::Chosen
            : quantized || meaning.guess          ? PixelSource::Quantization
                                                  : PixelSource::Assumed;
        value.notes.push_back("pixels are read as " + range.text() + " (" + reasonOf(source) + ")");
    }
}

void takePicture(FileValue &value, const std::filesystem::path &file, const Tensor &input, const PixelMeaning &meaning)
{
    const auto form = imageForm(input.shape);
    if (!form) {
        throw FormatError(
            file.string(), {}, "is a picture, the input " + input.name + " (" + input.shape.text() + ") is not one");
    }
    const auto pixels = readImage(file, form->size, form->channelsFirst);
    takePixels(value, file, ElementType::UInt8, pixels, input, meaning, channelAxis(input.shape));
}

} // namespace

FileValue readInputFile(const std::filesystem::path &file, const Tensor &input, const PixelMeaning &meaning)
{
    FileValue value;
    if (isImageName(file)) {
        takePicture(value, file, input, meaning);
        return value;
    }
    if (file.extension() != ".npy") {
        value.bytes = rawValue(file, input);
        return value;
    }
    Arranged array = arrangedArray(file, input, value);
    const bool codes = array.type == input.type && isQuantized(input) && array.type != ElementType::UInt8;
    if (meaning.chosen && isInteger(array.type) && !codes) {
        const std::vector<double> numbers = numbersOf(array.type, array.bytes);
        if (std::all_of(numbers.begin(), numbers.end(), [](double each) { return each >= 0 && each <= 255; })) {
            takePixels(value, file, array.type, array.bytes, input, meaning, channelAxisOf(array.layout, input.shape));
            return value;
        }
    }
    if (array.type == input.type) {
        value.bytes = std::move(array.bytes);
        return value;
    }
    if (!isNumeric(array.type) || !isNumeric(input.type)) {
        failTypes(file, array.type, input, "such values are not converted");
    }
    const std::vector<double> numbers = numbersOf(array.type, array.bytes);
    if (!isQuantized(input)) {
        value.bytes = converted(file, array.type, numbers, input);
        value.notes.push_back(
            "its " + std::string(nameOf(array.type)) + " values are stored as " + std::string(nameOf(input.type)));
        return value;
    }
    if (!isFloat(array.type)) {
        failTypes(file, array.type, input,
            "give " + std::string(nameOf(input.type))
                + " codes or real numbers as float32; for pixels, say with "
                  "--pixels what they mean");
    }
    if (!std::all_of(numbers.begin(), numbers.end(), [](double each) { return std::isfinite(each); })) {
        failTypes(file, array.type, input, "values that are not finite numbers cannot be quantized");
    }
    value.bytes = quantizedAs(input, numbers);
    value.notes.push_back("its " + std::string(nameOf(array.type)) + " values are quantized to "
        + std::string(nameOf(input.type)) + " as the input says");
    return value;
}

FileValue readOutputFile(const std::filesystem::path &file, const Tensor &output)
{
    FileValue value;
    if (file.extension() != ".npy") {
        value.bytes = rawValue(file, output);
        return value;
    }
    Arranged array = arrangedArray(file, output, value);
    if (array.type == output.type) {
        value.bytes = std::move(array.bytes);
        return value;
    }
    if (!isNumeric(array.type) || !isNumeric(output.type) || isQuantized(output)) {
        failTypes(file, array.type, output, "such values are not compared");
    }
    value.bytes = converted(file, array.type, numbersOf(array.type, array.bytes), output);
    return value;
}

} // namespace tinsmith
