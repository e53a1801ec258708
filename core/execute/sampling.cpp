// SPDX-License-Identifier: Apache-2.0
#include "core/execute/element_dispatch.h"
#include "core/execute/kernel.h"
#include "core/graph/error.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace tinsmith {
namespace {

/// One axis of an image as GridSample sees it.
struct GridAxis {
    std::int64_t size = 1;
    GridPadding padding = GridPadding::Zeros;
    bool alignCorners = false;

    double lowest() const { return alignCorners ? 0.0 : -0.5; }
    double highest() const { return static_cast<double>(size) - (alignCorners ? 1.0 : 0.5); }

    /// Back and forth between the borders.
    double reflected(double x) const
    {
        const double low = lowest();
        const double range = highest() - low;
        if (range <= 0) {
            return 0;
        }
        const double away = std::fmod(std::fabs(x - low), 2 * range);
        return low + (away <= range ? away : 2 * range - away);
    }

    /// From -1 .. 1 to pixels, moved inside where the padding says so.
    double position(float normalised) const
    {
        const double x = std::isfinite(normalised) ? std::clamp(static_cast<double>(normalised), -1e9, 1e9) : -1e9;
        const auto length = static_cast<double>(size);
        const double pixel = alignCorners ? (x + 1) / 2 * (length - 1) : ((x + 1) * length - 1) / 2;
        if (pixel >= lowest() && pixel <= highest()) {
            return pixel;
        }
        return padding == GridPadding::Border ? std::clamp(pixel, 0.0, length - 1)
            : padding == GridPadding::Zeros   ? pixel
                                              : reflected(pixel);
    }

    /// The pixel that stands at a whole position, -1 for none.
    std::int64_t tap(double whole) const
    {
        if (whole >= 0 && whole < static_cast<double>(size)) {
            return static_cast<std::int64_t>(whole);
        }
        if (padding == GridPadding::Zeros) {
            return -1;
        }
        const double inside = padding == GridPadding::Border ? whole : reflected(whole);
        return static_cast<std::int64_t>(std::clamp(inside, 0.0, static_cast<double>(size - 1)));
    }
};

/// The taps of one coordinate with their weights.
struct Taps {
    int count = 1;
    std::array<std::int64_t, 4> at = {};
    std::array<float, 4> weight = {};
};

/// Weights of cubic convolution with a = -0.75.
std::array<double, 4> cubicWeights(double fraction)
{
    constexpr double a = -0.75;
    const auto near = [](double d) { return ((a + 2) * d - (a + 3)) * d * d + 1; };
    const auto far = [](double d) { return ((a * d - 5 * a) * d + 8 * a) * d - 4 * a; };
    return {far(fraction + 1), near(fraction), near(1 - fraction), far(2 - fraction)};
}

Taps tapsOf(const GridAxis &axis, ResizeMode mode, float normalised)
{
    const double x = axis.position(normalised);
    Taps taps;
    if (mode == ResizeMode::Nearest) {
        taps.at[0] = axis.tap(std::nearbyint(x));
        taps.weight[0] = 1;
        return taps;
    }
    const double whole = std::floor(x);
    const double fraction = x - whole;
    if (mode == ResizeMode::Bilinear) {
        taps.count = 2;
        taps.weight = {static_cast<float>(1 - fraction), static_cast<float>(fraction), 0, 0};
        taps.at = {axis.tap(whole), axis.tap(whole + 1), 0, 0};
        return taps;
    }
    taps.count = 4;
    const auto weights = cubicWeights(fraction);
    for (std::size_t i = 0; i < 4; ++i) {
        taps.weight[i] = static_cast<float>(weights[i]);
        taps.at[i] = axis.tap(whole - 1 + static_cast<double>(i));
    }
    return taps;
}

float sampled(const float *image, std::int64_t width, const Taps &rows, const Taps &columns)
{
    float sum = 0;
    for (int r = 0; r < rows.count; ++r) {
        const std::int64_t y = rows.at[static_cast<std::size_t>(r)];
        float line = 0;
        for (int c = 0; c < columns.count && y >= 0; ++c) {
            const std::int64_t x = columns.at[static_cast<std::size_t>(c)];
            line += x < 0 ? 0.0F : image[y * width + x] * columns.weight[static_cast<std::size_t>(c)];
        }
        sum += line * rows.weight[static_cast<std::size_t>(r)];
    }
    return sum;
}

/// The corners around a position inside an image, as RoiAlign weighs them; none where it is outside.
struct Corners {
    std::array<std::int64_t, 4> at = {};
    std::array<float, 4> weight = {};
};

Corners cornersOf(float y, float x, std::int64_t height, std::int64_t width)
{
    Corners corners;
    const auto h = static_cast<float>(height);
    const auto w = static_cast<float>(width);
    if (!(y >= -1.0F && y <= h && x >= -1.0F && x <= w)) {
        return corners;
    }
    const auto split = [](float value, std::int64_t size, std::int64_t &low, std::int64_t &high) {
        const float inside = std::max(value, 0.0F);
        low = std::min(static_cast<std::int64_t>(inside), size - 1);
        high = std::min(low + 1, size - 1);
        return low == size - 1 ? 0.0F : inside - static_cast<float>(low);
    };
    std::int64_t top = 0;
    std::int64_t bottom = 0;
    std::int64_t left = 0;
    std::int64_t right = 0;
    const float down = split(y, height, top, bottom);
    const float across = split(x, width, left, right);
    corners.at = {top * width + left, top * width + right, bottom * width + left, bottom * width + right};
    corners.weight = {(1 - down) * (1 - across), (1 - down) * across, down * (1 - across), down * across};
    return corners;
}

/// One box over an image: where its bins begin, how large they are and how many samples each takes.
struct BinAxis {
    float start = 0;
    float size = 0;
    std::int64_t samples = 1;
    float at(std::int64_t bin, std::int64_t sample) const
    {
        return start + static_cast<float>(bin) * size
            + (static_cast<float>(sample) + 0.5F) * size / static_cast<float>(samples);
    }
};

BinAxis binsOf(const RoiAlign &align, float from, float to, std::int64_t bins, const std::string &name)
{
    const float offset = align.halfPixel ? 0.5F : 0.0F;
    BinAxis axis;
    axis.start = from * align.spatialScale - offset;
    float length = to * align.spatialScale - offset - axis.start;
    length = align.halfPixel ? length : std::max(length, 1.0F);
    axis.size = length / static_cast<float>(bins);
    const float wanted = std::ceil(axis.size);
    if (align.samplingRatio == 0 && !(wanted <= 256.0F)) {
        throw GraphError({}, name, "a box is too large for its sampling");
    }
    axis.samples = align.samplingRatio > 0 ? align.samplingRatio : static_cast<std::int64_t>(std::max(wanted, 0.0F));
    return axis;
}

float alignedBin(const float *image, const std::vector<Corners> &samples, bool maximum)
{
    float result = 0;
    bool first = true;
    for (const Corners &corners : samples) {
        for (std::size_t i = 0; i < 4; ++i) {
            const float part = corners.weight[i] * image[corners.at[i]];
            result = !maximum ? result + part : first ? part : std::max(result, part);
            first = false;
        }
    }
    return maximum || samples.empty() ? result : result / static_cast<float>(samples.size());
}

} // namespace

Kernel prepare(Preparation &preparation, const GridSample &sample)
{
    const Tensor &x = preparation.input(0);
    const Tensor &grid = preparation.input(1);
    const Tensor &output = preparation.output();
    preparation.require(
        x.type == ElementType::Float32 && grid.type == ElementType::Float32 && output.type == ElementType::Float32,
        "it runs in float32 only");
    preparation.require(x.shape.rank() == 4 && grid.shape.rank() == 4 && grid.shape[3] == 2
            && grid.shape[0] == x.shape[0]
            && output.shape == Shape{x.shape[0], x.shape[1], grid.shape[1], grid.shape[2]},
        "its grid does not fit its input");
    preparation.require(elementsOf(x) > 0, "its input is empty");
    const GridAxis h{x.shape[2], sample.padding, sample.alignCorners};
    const GridAxis w{x.shape[3], sample.padding, sample.alignCorners};
    const std::int64_t points = grid.shape[1] * grid.shape[2];
    return [=, batches = x.shape[0], channels = x.shape[1], mode = sample.mode](const Arguments &arguments) {
        for (std::int64_t n = 0; n < batches; ++n) {
            for (std::int64_t point = 0; point < points; ++point) {
                const float *at = arguments.in<float>(1) + (n * points + point) * 2;
                const Taps columns = tapsOf(w, mode, at[0]);
                const Taps rows = tapsOf(h, mode, at[1]);
                for (std::int64_t c = 0; c < channels; ++c) {
                    const float *image = arguments.in<float>(0) + (n * channels + c) * h.size * w.size;
                    arguments.out<float>()[(n * channels + c) * points + point] = sampled(image, w.size, rows, columns);
                }
            }
        }
    };
}

Kernel prepare(Preparation &preparation, const RoiAlign &align)
{
    const Tensor &x = preparation.input(0);
    const Tensor &boxes = preparation.input(1);
    preparation.require(x.type == ElementType::Float32 && boxes.type == ElementType::Float32
            && preparation.output().type == ElementType::Float32,
        "it runs in float32 only");
    preparation.require(x.shape.rank() == 4 && boxes.shape.rank() == 2 && boxes.shape[1] == 4 && elementsOf(x) > 0,
        "its boxes do not fit its input");
    const std::int64_t count = boxes.shape[0];
    preparation.require(preparation.output().shape == Shape{count, x.shape[1], align.outputH, align.outputW}
            && elementsOf(preparation.input(2)) == count && align.samplingRatio <= 256,
        "its boxes do not fit its output");
    const IntegersOf batches(preparation, 2);
    return [=, shape = x.shape, name = preparation.op().name](const Arguments &arguments) {
        std::vector<Corners> samples;
        float *out = arguments.out<float>();
        for (std::int64_t box = 0; box < count; ++box) {
            const std::int64_t batch = batches.at(arguments, box);
            if (batch < 0 || batch >= shape[0]) {
                throw GraphError({}, name, "a box names batch " + std::to_string(batch) + ", which is not there");
            }
            const float *edges = arguments.in<float>(1) + box * 4;
            const BinAxis columns = binsOf(align, edges[0], edges[2], align.outputW, name);
            const BinAxis rows = binsOf(align, edges[1], edges[3], align.outputH, name);
            for (std::int64_t bin = 0; bin < align.outputH * align.outputW; ++bin) {
                samples.clear();
                for (std::int64_t r = 0; r < rows.samples; ++r) {
                    for (std::int64_t c = 0; c < columns.samples; ++c) {
                        samples.push_back(cornersOf(
                            rows.at(bin / align.outputW, r), columns.at(bin % align.outputW, c), shape[2], shape[3]));
                    }
                }
                for (std::int64_t c = 0; c < shape[1]; ++c) {
                    const float *image = arguments.in<float>(0) + (batch * shape[1] + c) * shape[2] * shape[3];
                    out[(box * shape[1] + c) * align.outputH * align.outputW + bin]
                        = alignedBin(image, samples, align.maximum);
                }
            }
        }
    };
}

} // namespace tinsmith
