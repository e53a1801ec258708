// SPDX-License-Identifier: Apache-2.0
#include "core/execute/kernel.h"
#include "core/execute/movement.h"
#include "core/execute/quantized_parameters.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace tinsmith {
namespace {

struct Plane {
    std::int64_t batch, height, width, channels;
    std::int64_t n, h, w, c;
};

Plane planeOf(const Preparation &preparation, const Shape &shape, Layout layout)
{
    preparation.require(shape.rank() == 4, "its tensors are not images");
    const auto steps = stepsOf(shape);
    if (layout == Layout::ChannelsLast) {
        return {shape[0], shape[1], shape[2], shape[3], steps[0], steps[1], steps[2], steps[3]};
    }
    return {shape[0], shape[2], shape[3], shape[1], steps[0], steps[2], steps[3], steps[1]};
}

/// Input distance per output distance.
float ratioOf(const Resize &resize, std::int64_t input, std::int64_t output, float scale)
{
    if (resize.coordinates == ResizeCoordinates::AlignCorners && output > 1) {
        return static_cast<float>(input - 1) / static_cast<float>(output - 1);
    }
    return scale > 0 ? 1 / scale : static_cast<float>(input) / static_cast<float>(output);
}

bool halfPixel(const Resize &resize, std::int64_t output)
{
    return resize.coordinates == ResizeCoordinates::HalfPixel
        || (resize.coordinates == ResizeCoordinates::PytorchHalfPixel && output > 1);
}

float coordinateOf(const Resize &resize, std::int64_t position, std::int64_t output, float ratio)
{
    if (resize.coordinates == ResizeCoordinates::PytorchHalfPixel && output <= 1) {
        return 0;
    }
    const auto at = static_cast<float>(position);
    return halfPixel(resize, output) ? (at + 0.5F) * ratio - 0.5F : at * ratio;
}

std::int64_t nearestOf(
    const Resize &resize, std::int64_t position, std::int64_t input, std::int64_t output, float ratio)
{
    float rounded = 0;
    if (halfPixel(resize, output) && resize.rounding == ResizeRounding::RoundPreferCeil) {
        // The half pixel and the rounding cancel; taking both would cost a digit (TFLite's form).
        rounded = std::floor((static_cast<float>(position) + 0.5F) * ratio);
    } else {
        const float at = coordinateOf(resize, position, output, ratio);
        switch (resize.rounding) {
        case ResizeRounding::Floor:
            rounded = std::floor(at);
            break;
        case ResizeRounding::Ceil:
            rounded = std::ceil(at);
            break;
        case ResizeRounding::RoundPreferFloor:
            rounded = std::ceil(at - 0.5F);
            break;
        case ResizeRounding::RoundPreferCeil:
            rounded = std::floor(at + 0.5F);
            break;
        }
    }
    return std::clamp<std::int64_t>(static_cast<std::int64_t>(rounded), 0, input - 1);
}

/// Up to four neighbours of one output position along one axis, with their weights.
struct Taps {
    std::array<std::int64_t, 4> at = {};
    std::array<float, 4> weight = {};
};

std::vector<Taps> tapsOf(const Resize &resize, std::int64_t input, std::int64_t output, float scale)
{
    const float ratio = ratioOf(resize, input, output, scale);
    std::vector<Taps> taps;
    for (std::int64_t i = 0; i < output; ++i) {
        const float at = coordinateOf(resize, i, output, ratio);
        const float floor = std::floor(at);
        const float part = at - floor;
        const auto base = static_cast<std::int64_t>(floor);
        Taps tap;
        if (resize.mode == ResizeMode::Bilinear) {
            tap.at = {base, base + 1, base, base};
            tap.weight = {1 - part, part, 0, 0};
        } else {
            // Cubic convolution with a = -0.75, ONNX's default.
            constexpr float a = -0.75F;
            const auto near = [](float x) { return ((a + 2) * x - (a + 3)) * x * x + 1; };
            const auto far = [](float x) { return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a; };
            tap.at = {base - 1, base, base + 1, base + 2};
            tap.weight = {far(part + 1), near(part), near(1 - part), far(2 - part)};
        }
        for (auto &neighbour : tap.at) {
            neighbour = std::clamp<std::int64_t>(neighbour, 0, input - 1);
        }
        taps.push_back(tap);
    }
    return taps;
}

/// The integer form of bilinear coordinates: 10 fractional bits.
struct FineTap {
    std::int64_t low, high, fraction;
};

std::vector<FineTap> fineTapsOf(const Resize &resize, std::int64_t input, std::int64_t output)
{
    std::int64_t scale = (1024 * input + output / 2) / output;
    if (resize.coordinates == ResizeCoordinates::AlignCorners && output > 1) {
        scale = (1024 * (input - 1) + (output - 1) / 2) / (output - 1);
    }
    std::vector<FineTap> taps;
    for (std::int64_t i = 0; i < output; ++i) {
        const std::int64_t at = halfPixel(resize, output) ? i * scale + scale / 2 - 512 : i * scale;
        const std::int64_t low = std::max<std::int64_t>(at / 1024, 0);
        const std::int64_t high = std::min((at + 1023) / 1024, input - 1);
        taps.push_back({std::min(low, input - 1), std::max<std::int64_t>(high, 0), at - 1024 * low});
    }
    return taps;
}

template <typename Compute>
void eachPixel(const Plane &out, const Compute &compute)
{
    for (std::int64_t n = 0; n < out.batch; ++n) {
        for (std::int64_t y = 0; y < out.height; ++y) {
            for (std::int64_t x = 0; x < out.width; ++x) {
                compute(n, y, x, n * out.n + y * out.h + x * out.w);
            }
        }
    }
}

Kernel nearestKernel(const Preparation &preparation, const Resize &resize, const Plane &in, const Plane &out)
{
    const std::int64_t bytes = movedBytes(preparation);
    std::vector<std::int64_t> rows;
    std::vector<std::int64_t> columns;
    for (std::int64_t y = 0; y < out.height; ++y) {
        rows.push_back(
            nearestOf(resize, y, in.height, out.height, ratioOf(resize, in.height, out.height, resize.scaleH)));
    }
    for (std::int64_t x = 0; x < out.width; ++x) {
        columns.push_back(
            nearestOf(resize, x, in.width, out.width, ratioOf(resize, in.width, out.width, resize.scaleW)));
    }
    return [=](const Arguments &arguments) {
        eachPixel(out, [&](std::int64_t n, std::int64_t y, std::int64_t x, std::int64_t to) {
            const std::int64_t from
                = n * in.n + rows[static_cast<std::size_t>(y)] * in.h + columns[static_cast<std::size_t>(x)] * in.w;
            for (std::int64_t c = 0; c < out.channels; ++c) {
                std::memcpy(arguments.outputs[0] + (to + c * out.c) * bytes,
                    arguments.inputs[0] + (from + c * in.c) * bytes, static_cast<std::size_t>(bytes));
            }
        });
    };
}

Kernel floatKernel(const Resize &resize, const Plane &in, const Plane &out)
{
    const auto rows = tapsOf(resize, in.height, out.height, resize.scaleH);
    const auto columns = tapsOf(resize, in.width, out.width, resize.scaleW);
    const std::size_t taps = resize.mode == ResizeMode::Bilinear ? 2 : 4;
    return [=](const Arguments &arguments) {
        const auto *source = arguments.in<float>(0);
        auto *target = arguments.out<float>();
        eachPixel(out, [&](std::int64_t n, std::int64_t y, std::int64_t x, std::int64_t to) {
            const Taps &row = rows[static_cast<std::size_t>(y)];
            const Taps &column = columns[static_cast<std::size_t>(x)];
            for (std::int64_t c = 0; c < out.channels; ++c) {
                float sum = 0;
                for (std::size_t i = 0; i < taps; ++i) {
                    for (std::size_t j = 0; j < taps; ++j) {
                        const std::int64_t from = n * in.n + row.at[i] * in.h + column.at[j] * in.w + c * in.c;
                        sum += source[from] * row.weight[i] * column.weight[j];
                    }
                }
                target[to + c * out.c] = sum;
            }
        });
    };
}

Kernel quantizedKernel(const Resize &resize, const Plane &in, const Plane &out)
{
    const auto rows = fineTapsOf(resize, in.height, out.height);
    const auto columns = fineTapsOf(resize, in.width, out.width);
    return [=](const Arguments &arguments) {
        const auto *source = arguments.in<std::int8_t>(0);
        auto *target = arguments.out<std::int8_t>();
        eachPixel(out, [&](std::int64_t n, std::int64_t y, std::int64_t x, std::int64_t to) {
            const FineTap &row = rows[static_cast<std::size_t>(y)];
            const FineTap &column = columns[static_cast<std::size_t>(x)];
            for (std::int64_t c = 0; c < out.channels; ++c) {
                const auto at = [&](std::int64_t iy, std::int64_t ix) {
                    return static_cast<std::int64_t>(source[n * in.n + iy * in.h + ix * in.w + c * in.c]);
                };
                const std::int64_t sum = at(row.low, column.low) * (1024 - row.fraction) * (1024 - column.fraction)
                    + at(row.high, column.low) * row.fraction * (1024 - column.fraction)
                    + at(row.low, column.high) * (1024 - row.fraction) * column.fraction
                    + at(row.high, column.high) * row.fraction * column.fraction;
                const std::int64_t half = sum > 0 ? 1 << 19 : -(1 << 19);
                target[to + c * out.c] = static_cast<std::int8_t>((sum + half) / (1 << 20));
            }
        });
    };
}

} // namespace

Kernel prepare(Preparation &preparation, const Resize &resize)
{
    const Tensor &input = preparation.input(0);
    const Tensor &output = preparation.output();
    const Plane in = planeOf(preparation, input.shape, resize.layout);
    const Plane out = planeOf(preparation, output.shape, resize.layout);
    preparation.require(in.batch == out.batch && in.channels == out.channels, "its channels do not agree");
    preparation.require(in.height > 0 && in.width > 0 && out.height > 0 && out.width > 0, "its tensors are empty");
    if (input.type == ElementType::Int8) {
        preparation.require(scaleAndZero(preparation.op(), input) == scaleAndZero(preparation.op(), output),
            "input and output of an int8 resize must have the same scale and zero point");
    }
    if (resize.mode == ResizeMode::Nearest) {
        return nearestKernel(preparation, resize, in, out);
    }
    preparation.require(input.type == output.type, "input and output are of different types");
    if (input.type == ElementType::Float32) {
        return floatKernel(resize, in, out);
    }
    preparation.require(
        input.type == ElementType::Int8 && resize.mode == ResizeMode::Bilinear, "this form runs in float32 only");
    return quantizedKernel(resize, in, out);
}

} // namespace tinsmith
