// SPDX-License-Identifier: Apache-2.0
#include "core/session/label_file.h"

#include "core/graph/error.h"
#include "core/session/stored_numbers.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <sstream>

namespace tinsmith {
namespace {

std::string trimmed(const std::string &field)
{
    const auto start = field.find_first_not_of(" \t\r\"");
    const auto end = field.find_last_not_of(" \t\r\"");
    return start == std::string::npos ? std::string() : field.substr(start, end - start + 1);
}

std::optional<std::int32_t> wholeNumber(const std::string &field)
{
    std::int32_t number = 0;
    const char *end = field.data() + field.size();
    const auto result = std::from_chars(field.data(), end, number);
    return !field.empty() && result.ec == std::errc() && result.ptr == end ? std::optional(number) : std::nullopt;
}

} // namespace

std::vector<std::int32_t> labelsFrom(const NpyArray &array, const std::string &file, std::size_t samples)
{
    if (!isNumeric(array.type)) {
        throw FormatError(file, "labels", "are " + std::string(nameOf(array.type)) + ", not class numbers");
    }
    const auto longDims
        = std::count_if(array.shape.dims.begin(), array.shape.dims.end(), [](std::int64_t dim) { return dim != 1; });
    if (longDims > 1) {
        throw FormatError(file, "labels",
            "are " + array.shape.text()
                + ": one class number per sample is needed (numpy.argmax makes it of one-hot "
                  "rows)");
    }
    const std::vector<double> numbers = numbersOf(array.type, array.data.view());
    if (numbers.size() != samples) {
        throw FormatError(
            file, {}, "has " + std::to_string(numbers.size()) + " labels for " + std::to_string(samples) + " samples");
    }
    std::vector<std::int32_t> labels;
    labels.reserve(numbers.size());
    for (const double number : numbers) {
        const bool whole = number == std::floor(number) && std::isfinite(number);
        constexpr auto limit = static_cast<double>(std::numeric_limits<std::int32_t>::max());
        if (!whole || std::fabs(number) > limit) {
            throw FormatError(file, "labels",
                "the label of sample " + std::to_string(labels.size()) + " is " + numberText(number)
                    + (whole ? ", too large for a class number" : ", not a whole number"));
        }
        labels.push_back(static_cast<std::int32_t>(number));
    }
    return labels;
}

std::vector<LabelRow> readLabelRows(const std::filesystem::path &file)
{
    const Bytes bytes = Bytes::map(file);
    std::istringstream text(std::string(reinterpret_cast<const char *>(bytes.data()), bytes.size()));
    std::vector<LabelRow> rows;
    std::string line;
    for (std::size_t number = 1; std::getline(text, line); ++number) {
        if (trimmed(line).empty()) {
            continue;
        }
        LabelRow row;
        std::optional<std::int32_t> label;
        std::istringstream fields(line);
        std::string field;
        while (std::getline(fields, field, ',')) {
            field = trimmed(field);
            if (const auto value = wholeNumber(field)) {
                label = value;
            } else if (row.file.empty()) {
                row.file = field;
            }
        }
        if (label) {
            row.label = *label;
            rows.push_back(std::move(row));
        } else if (number > 1) {
            throw FormatError(
                file.string(), "line " + std::to_string(number), "has no label: no column is a whole number");
        }
    }
    if (rows.empty()) {
        throw FormatError(file.string(), {}, "holds no labels");
    }
    return rows;
}

} // namespace tinsmith
