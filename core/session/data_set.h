// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"
#include "core/session/pixel_range.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tinsmith {

/// The samples of one input of a model.
struct SampleArray {
    /// The file, or the array of a .npz, that they are from.
    std::string source;
    /// The input that they were loaded for.
    std::string input;
    ElementType type = ElementType::UInt8;
    /// Of one sample, without the dimension that counts samples.
    Shape shape;
    Bytes values;
    /// What the values are to the input.
    enum class Content {
        /// Numbers.
        Numbers,
        /// Pixels 0..255: uint8.
        Pixels,
        /// Wider integers that are all 0..255, and shaped as an image: pixels to a quantized input.
        WidePixels,
    };
    Content content = Content::Numbers;
    /// int8 values are codes of this quantization; see withCodesOf().
    std::optional<Quantization> codes;
};

/// Why pixels are read as they are.
enum class PixelSource { Assumed, Quantization, Tried, Chosen };
/// "assumed", "quantization", "tried", "chosen".
std::string_view nameOf(PixelSource source);

/// Samples of a model's inputs, and labels where there are any. Forms: a .npz or a folder with inputs.npy and optional
/// labels.npy, in models of several inputs one array per input; a folder of raw files with a labels CSV; inputs.bin
/// with labels.csv and samples.json; a folder of images with one sub-folder per class; IDX files (also gzip), a folder
/// of them or one file; one raw .bin file, cut into inputs.
class DataSet {
public:
    /// `inputs` are the model's: raw files and images need them to know type and size; samples of another shape are
    /// refused. Throws FormatError naming file and cause, also for floats that are not finite.
    static DataSet load(const std::filesystem::path &path, std::span<const Tensor> inputs);
    static DataSet load(const std::filesystem::path &path, const Graph &graph);
    static DataSet load(const std::filesystem::path &path, const Tensor &input);

    std::size_t size() const { return count_; }
    const std::vector<SampleArray> &arrays() const { return arrays_; }
    std::optional<std::int32_t> label(std::size_t index) const;
    bool hasLabels() const { return !labels_.empty(); }
    /// Names of the classes by label, where the source has them (folders of images).
    const std::vector<std::string> &classNames() const { return classNames_; }
    /// "500 samples of 49×10 int8, with labels"
    std::string description() const;
    /// A hash of all samples, of their type, shape and order, as 16 hexadecimal digits: equal for equal data, whatever
    /// the file is called. A range of pixels that a person chose is part of it; labels are not.
    std::string fingerprint() const;

    /// How pixels are read: as chosen or guessed; see suited().
    const PixelRange &pixelRange() const { return pixelRange_; }
    PixelSource pixelSource() const { return pixelSource_; }
    /// Whether some input gets pixels, so that pixelRange() matters.
    bool hasPixels() const;
    /// The same data, its pixels read so.
    DataSet with(const PixelRange &range, PixelSource source = PixelSource::Chosen) const;
    /// The same data, its int8 samples being codes of the graph's quantized inputs: so they can feed float ones too.
    DataSet withCodesOf(const Graph &graph) const;
    /// At most `count` samples, evenly spread over the whole.
    DataSet first(std::size_t count) const;

    /// Sample `index` as the bytes that the graph's inputs take. Real values are quantized as the tensor says; pixels
    /// become reals by pixelRange(), and the codes of an 8-bit input where the range was guessed from its
    /// quantization; int8 samples are taken as already quantized by 8-bit inputs. Integer inputs that are not
    /// quantized take whole numbers only. Channels are moved where the input has them elsewhere (layoutBetween()).
    /// Throws FormatError naming the array where shapes or values do not suit the input.
    std::vector<std::vector<std::byte>> sampleFor(std::size_t index, const Graph &graph) const;
    /// The same for data of one input.
    std::vector<std::byte> sampleFor(std::size_t index, const Tensor &input) const;
    /// All samples, for calibration.
    std::vector<std::vector<std::vector<std::byte>>> samplesFor(const Graph &graph) const;

    /// "4×6×3, transposed to 3×4×6 (channels first)" for each input whose samples have their channels elsewhere.
    std::vector<std::string> transpositions(const Graph &graph) const;

    /// The samples of the graph's input at this position. Throws FormatError where there are none.
    const SampleArray &arrayFor(std::size_t position, const Graph &graph) const;

private:
    friend struct DataSetLoader;
    std::vector<std::byte> valueFor(std::size_t index, const SampleArray &array, const Tensor &input) const;

    std::size_t count_ = 0;
    std::vector<SampleArray> arrays_;
    /// Position of each sample in the arrays; empty: in order.
    std::vector<std::size_t> order_;
    std::vector<std::int32_t> labels_;
    std::vector<std::string> classNames_;
    PixelRange pixelRange_;
    PixelSource pixelSource_ = PixelSource::Assumed;
};

} // namespace tinsmith
