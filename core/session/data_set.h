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

/// What the pixel values 0..255 mean to a model of float input.
enum class PixelRange {
    /// 0..1
    Unit,
    /// 0..255
    Byte,
    /// -1..1
    SignedUnit,
};
std::string_view nameOf(PixelRange range);

/// Samples of one input, and labels where there are any. Forms: a .npz or a folder with inputs.npy and optional
/// labels.npy; a folder of raw files with a labels CSV; inputs.bin with labels.csv and samples.json; a folder of images
/// with one sub-folder per class; IDX files (also gzip), a folder of them or one file; one raw .bin file, cut into
/// inputs.
class DataSet {
public:
    /// `input` is the model's input: raw files and images need it to know type and size. Throws FormatError naming file
    /// and cause.
    static DataSet load(const std::filesystem::path &path, const Tensor &input);

    std::size_t size() const { return count_; }
    ElementType type() const { return type_; }
    /// Of one sample, without the batch dimension.
    const Shape &sampleShape() const { return shape_; }
    std::optional<std::int32_t> label(std::size_t index) const;
    bool hasLabels() const { return !labels_.empty(); }
    /// Names of the classes by label, where the source has them (folders of images).
    const std::vector<std::string> &classNames() const { return classNames_; }
    /// "500 samples of 49×10 int8, with labels"
    std::string description() const;

    PixelRange pixelRange() const { return pixelRange_; }
    /// The same data, its pixels read so.
    DataSet with(PixelRange range) const;
    /// The same data, its int8 samples being codes of this quantization: so they can feed a float input too.
    DataSet with(const Quantization &codes) const;
    /// At most `count` samples, evenly spread over the whole.
    DataSet first(std::size_t count) const;

    /// Sample `index` as the bytes that a graph input of this type, shape and quantization takes: real values are
    /// quantized as the tensor says, pixels (uint8) become reals by pixelRange() for a float input and keep their 256
    /// codes for an 8-bit one, int8 samples are taken as already quantized by 8-bit inputs. Throws FormatError where
    /// element counts differ.
    std::vector<std::byte> sampleFor(std::size_t index, const Tensor &input) const;
    /// Samples for calibration: one input each.
    std::vector<std::vector<std::vector<std::byte>>> samplesFor(const Tensor &input) const;

private:
    friend struct DataSetLoader;
    std::size_t count_ = 0;
    ElementType type_ = ElementType::UInt8;
    Shape shape_;
    Bytes values_;
    /// Position of each sample in values_, in samples; empty: in order.
    std::vector<std::size_t> order_;
    std::vector<std::int32_t> labels_;
    std::vector<std::string> classNames_;
    PixelRange pixelRange_ = PixelRange::Unit;
    std::optional<Quantization> codes_;
};

} // namespace tinsmith
