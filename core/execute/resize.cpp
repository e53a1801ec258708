// SPDX-License-Identifier: Apache-2.0
#include "core/execute/kernel.h"
#include "core/execute/movement.h"
#include "core/execute/quantized_parameters.h"
#include "core/execute/resize_taps.h"

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
    const auto rows = nearestTaps(resize, in.height, out.height, resize.scaleH);
    const auto columns = nearestTaps(resize, in.width, out.width, resize.scaleW);
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
    const auto rows = resizeTaps(resize, in.height, out.height, resize.scaleH);
    const auto columns = resizeTaps(resize, in.width, out.width, resize.scaleW);
    const std::size_t taps = resize.mode == ResizeMode::Bilinear ? 2 : 4;
    return [=](const Arguments &arguments) {
        const auto *source = arguments.in<float>(0);
        auto *target = arguments.out<float>();
        eachPixel(out, [&](std::int64_t n, std::int64_t y, std::int64_t x, std::int64_t to) {
            const ResizeTaps &row = rows[static_cast<std::size_t>(y)];
            const ResizeTaps &column = columns[static_cast<std::size_t>(x)];
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

template <typename T>
Kernel quantizedKernel(const Resize &resize, const Plane &in, const Plane &out)
{
    const auto rows = fineResizeTaps(resize, in.height, out.height, resize.scaleH);
    const auto columns = fineResizeTaps(resize, in.width, out.width, resize.scaleW);
    return [=](const Arguments &arguments) {
        const auto *source = arguments.in<T>(0);
        auto *target = arguments.out<T>();
        eachPixel(out, [&](std::int64_t n, std::int64_t y, std::int64_t x, std::int64_t to) {
            const FineResizeTap &row = rows[static_cast<std::size_t>(y)];
            const FineResizeTap &column = columns[static_cast<std::size_t>(x)];
            for (std::int64_t c = 0; c < out.channels; ++c) {
                const auto at = [&](std::int64_t iy, std::int64_t ix) {
                    return static_cast<std::int64_t>(source[n * in.n + iy * in.h + ix * in.w + c * in.c]);
                };
                const std::int64_t sum = at(row.low, column.low) * (1024 - row.fraction) * (1024 - column.fraction)
                    + at(row.high, column.low) * row.fraction * (1024 - column.fraction)
                    + at(row.low, column.high) * (1024 - row.fraction) * column.fraction
                    + at(row.high, column.high) * row.fraction * column.fraction;
                const std::int64_t half = sum > 0 ? 1 << 19 : -(1 << 19);
                target[to + c * out.c] = static_cast<T>((sum + half) / (1 << 20));
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
    // Every row and column has an entry in a table.
    constexpr std::int64_t mostSide = 1 << 18;
    preparation.require(out.height <= mostSide && out.width <= mostSide, "its output is larger than any image");
    if (input.quantization && output.quantization && isInteger(input.type)) {
        preparation.require(scaleAndZero(preparation.op(), input) == scaleAndZero(preparation.op(), output),
            "input and output of a quantized resize must have the same scale and zero point");
    }
    if (resize.mode == ResizeMode::Nearest) {
        return nearestKernel(preparation, resize, in, out);
    }
    preparation.require(input.type == output.type, "input and output are of different types");
    if (input.type == ElementType::Float32) {
        return floatKernel(resize, in, out);
    }
    preparation.require(resize.mode == ResizeMode::Bilinear, "this form runs in float32 only");
    switch (input.type) {
    case ElementType::Int8:
        return quantizedKernel<std::int8_t>(resize, in, out);
    case ElementType::Int16:
        return quantizedKernel<std::int16_t>(resize, in, out);
    case ElementType::UInt8:
        return quantizedKernel<std::uint8_t>(resize, in, out);
    default:
        preparation.refuse("it does not run on " + std::string(nameOf(input.type)));
    }
}

} // namespace tinsmith
