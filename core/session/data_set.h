// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/tensor.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace tinsmith {

/// Samples of one input, and labels where there are any. Forms: a .npz or a folder with inputs.npy and optional
/// labels.npy; a folder of raw files with a labels CSV; inputs.bin with labels.csv and samples.json; a folder of images
/// with one sub-folder per class; IDX files (also gzip), a folder of them or one file.
class DataSet {
public:
    /// Throws FormatError naming file and cause.
    static DataSet load(const std::filesystem::path &path);

    std::size_t size() const { return count_; }
    ElementType type() const { return type_; }
    /// Of one sample, without the batch dimension where the source has none.
    const Shape &sampleShape() const { return shape_; }
    std::optional<std::int32_t> label(std::size_t index) const;
    bool hasLabels() const { return !labels_.empty(); }
    const std::string &description() const { return description_; }

    /// Sample `index` as the bytes that a graph input of this type, shape and quantization takes. uint8 pixels become
    /// float 0..1 or 0..255 and int8 q = round(real / scale) + zeroPoint. Which of the two: see the definition; float
    /// data are taken as real values. Throws FormatError where the element counts differ.
    std::vector<std::byte> sampleFor(std::size_t index, const Tensor &input) const;

private:
    std::size_t count_ = 0;
    ElementType type_ = ElementType::UInt8;
    Shape shape_;
    Bytes values_;
    std::vector<std::int32_t> labels_;
    std::string description_;
};

} // namespace tinsmith
