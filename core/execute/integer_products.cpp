// SPDX-License-Identifier: Apache-2.0
#include "core/execute/broadcast.h"
#include "core/execute/kernel.h"
#include "core/execute/padded_input.h"

#include <cstdint>
#include <vector>

namespace tinsmith {
namespace {

bool isByte(ElementType type)
{
    return type == ElementType::Int8 || type == ElementType::UInt8;
}

/// 8-bit values less their zero point, one for all or one per row or column.
class Bytes8 {
public:
    Bytes8(const Preparation &preparation, std::size_t input, std::size_t zeroInput, std::int64_t several)
        : input_(input), zeroInput_(zeroInput), isSigned_(preparation.input(input).type == ElementType::Int8)
    {
        preparation.require(isByte(preparation.input(input).type), "its inputs must be 8-bit");
        if (preparation.hasInput(zeroInput)) {
            zeros_ = elementsOf(preparation.input(zeroInput));
            preparation.require(preparation.input(zeroInput).type == preparation.input(input).type
                    && (zeros_ == 1 || zeros_ == several),
                "its zero points do not fit its inputs");
        }
    }
    std::int32_t zero(const Arguments &arguments, std::int64_t channel) const
    {
        return zeros_ == 0 ? 0 : read(arguments, zeroInput_, zeros_ == 1 ? 0 : channel);
    }
    std::int32_t at(const Arguments &arguments, std::int64_t position) const
    {
        return read(arguments, input_, position);
    }

private:
    std::int32_t read(const Arguments &arguments, std::size_t input, std::int64_t position) const
    {
        return isSigned_ ? std::int32_t{arguments.in<std::int8_t>(input)[position]}
                         : std::int32_t{arguments.in<std::uint8_t>(input)[position]};
    }

    std::size_t input_;
    std::size_t zeroInput_;
    bool isSigned_;
    std::int64_t zeros_ = 0;
};

std::uint32_t product(std::int32_t a, std::int32_t b)
{
    return static_cast<std::uint32_t>(a) * static_cast<std::uint32_t>(b);
}

} // namespace

Kernel prepare(Preparation &preparation, const IntegerMatMul &)
{
    const Shape &a = preparation.input(0).shape;
    const Shape &b = preparation.input(1).shape;
    const Shape &output = preparation.output().shape;
    preparation.require(preparation.output().type == ElementType::Int32, "its output must be int32");
    preparation.require(a.rank() >= 2 && b.rank() >= 2, "it runs on matrices only");
    const std::int64_t m = a[a.rank() - 2];
    const std::int64_t k = a.last();
    const std::int64_t n = b.last();
    preparation.require(
        b[b.rank() - 2] == k && output.rank() >= 2 && output.last() == n && output[output.rank() - 2] == m,
        "its matrices do not fit");
    const auto batchOf
        = [](const Shape &shape) { return Shape(std::vector<std::int64_t>(shape.dims.begin(), shape.dims.end() - 2)); };
    const Shape batches = batchOf(output);
    std::vector<std::int64_t> first(static_cast<std::size_t>(batches.elements().value_or(0)));
    std::vector<std::int64_t> second(first.size());
    Broadcast::to(preparation, batches, batchOf(a)).each([&](std::int64_t to, std::int64_t from) {
        first[static_cast<std::size_t>(to)] = from * m * k;
    });
    Broadcast::to(preparation, batches, batchOf(b)).each([&](std::int64_t to, std::int64_t from) {
        second[static_cast<std::size_t>(to)] = from * k * n;
    });
    const Bytes8 left(preparation, 0, 2, m);
    const Bytes8 right(preparation, 1, 3, n);
    return [=](const Arguments &arguments) {
        auto *out = arguments.out<std::int32_t>();
        for (std::size_t batch = 0; batch < first.size(); ++batch) {
            for (std::int64_t row = 0; row < m; ++row) {
                const std::int32_t rowZero = left.zero(arguments, row);
                for (std::int64_t column = 0; column < n; ++column) {
                    const std::int32_t columnZero = right.zero(arguments, column);
                    std::uint32_t sum = 0;
                    for (std::int64_t i = 0; i < k; ++i) {
                        sum += product(left.at(arguments, first[batch] + row * k + i) - rowZero,
                            right.at(arguments, second[batch] + i * n + column) - columnZero);
                    }
                    *out++ = static_cast<std::int32_t>(sum);
                }
            }
        }
    };
}

Kernel prepare(Preparation &preparation, const IntegerConv2D &conv)
{
    preparation.require(preparation.output().type == ElementType::Int32, "its output must be int32");
    preparation.require(conv.form.layout == Layout::ChannelsFirst && conv.form.activation == FusedActivation::None,
        "it runs channels first, without activation");
    const SpatialGeometry g = checkedGeometry(preparation);
    const std::int64_t perGroup = g.inputChannels / g.groups;
    preparation.require(preparation.input(1).shape == Shape{g.outputChannels, perGroup, g.h.kernel, g.w.kernel},
        "its weights do not fit its input");
    const Bytes8 x(preparation, 0, 2, 1);
    const Bytes8 weights(preparation, 1, 3, g.outputChannels);
    return [=](const Arguments &arguments) {
        const std::int32_t xZero = x.zero(arguments, 0);
        const std::int64_t perOutput = g.outputChannels / g.groups;
        const auto sumOf = [&](std::int64_t n, std::int64_t channel, std::int64_t oy, std::int64_t ox) {
            const std::int32_t zero = weights.zero(arguments, channel);
            std::uint32_t sum = 0;
            for (std::int64_t c = 0; c < perGroup; ++c) {
                const std::int64_t from = n * g.inputChannels + channel / perOutput * perGroup + c;
                for (std::int64_t tap = 0; tap < g.h.kernel * g.w.kernel; ++tap) {
                    const std::int64_t y = oy * g.h.stride - g.h.padBefore + tap / g.w.kernel * g.h.dilation;
                    const std::int64_t at = ox * g.w.stride - g.w.padBefore + tap % g.w.kernel * g.w.dilation;
                    // The border is the zero point, and so adds nothing.
                    if (y >= 0 && y < g.h.input && at >= 0 && at < g.w.input) {
                        sum += product(x.at(arguments, (from * g.h.input + y) * g.w.input + at) - xZero,
                            weights.at(arguments, (channel * perGroup + c) * g.h.kernel * g.w.kernel + tap) - zero);
                    }
                }
            }
            return static_cast<std::int32_t>(sum);
        };
        auto *out = arguments.out<std::int32_t>();
        for (std::int64_t plane = 0; plane < g.batch * g.outputChannels; ++plane) {
            for (std::int64_t pixel = 0; pixel < g.h.output * g.w.output; ++pixel) {
                *out++
                    = sumOf(plane / g.outputChannels, plane % g.outputChannels, pixel / g.w.output, pixel % g.w.output);
            }
        }
    };
}

} // namespace tinsmith
