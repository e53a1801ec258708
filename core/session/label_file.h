// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/npy.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace tinsmith {

/// The class numbers in an array of any numeric type: one per sample. Throws FormatError naming the file where their
/// number is another, and the first label that is not a whole number of 32 bits.
std::vector<std::int32_t> labelsFrom(const NpyArray &array, const std::string &file, std::size_t samples);

struct LabelRow {
    std::string file;
    std::int32_t label = 0;
};
/// Rows of a labels CSV: the last column that is a whole number is the label, the first that is not is the file's name.
/// Throws FormatError naming the line that has no label; the first line may be a heading.
std::vector<LabelRow> readLabelRows(const std::filesystem::path &file);

} // namespace tinsmith
