// SPDX-License-Identifier: Apache-2.0
#include "core/execute/further_functions.h"
#include "core/execute/kernel.h"
#include "core/execute/padded_input.h"
#include "core/execute/quantized_parameters.h"
#include "core/execute/scalar_functions.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

namespace tinsmith {
namespace {

/// The part of a window along one axis that lies inside the image, as kernel positions first .. end.
struct Reach {
    std::int64_t origin = 0;
    std::int64_t first = 0;
    std::int64_t end = 0;
    /// Kernel positions inside the image and its padding.
    std::int64_t padded = 0;
};

Reach reachOf(const AxisGeometry &axis, std::int64_t output)
{
    Reach reach;
    reach.origin = output * axis.stride - axis.padBefore;
    const auto below = [&](std::int64_t limit) {
        const std::int64_t distance = limit - reach.origin;
        return std::clamp<std::int64_t>(
            distance <= 0 ? 0 : (distance + axis.dilation - 1) / axis.dilation, 0, axis.kernel);
    };
    reach.first = below(0);
    reach.end = std::max(reach.first, below(axis.input));
    reach.padded = below(axis.input + axis.padAfter);
    return reach;
}

class Pooling {
public:
    Pooling(Preparation &preparation, const Pool2D &pool)
        : geometry_(checkedGeometry(preparation)), pool_(pool), floats_(floatBounds(pool.activation))
    {
        const Tensor &input = preparation.input(0);
        const Tensor &output = preparation.output();
        preparation.require(geometry_.inputChannels == geometry_.outputChannels, "its channels do not agree");
        preparation.require(input.type == output.type, "input and output are of different types");
        const bool stored
            = input.type == ElementType::Int8 || input.type == ElementType::Int16 || input.type == ElementType::UInt8;
        preparation.require(input.type == ElementType::Float32 || stored, "it does not run on this type");
        preparation.require(pool.activation != FusedActivation::SignBit && pool.activation != FusedActivation::Tanh,
            "this fused activation has no kernel");
        type_ = input.type;
        if (stored) {
            preparation.require(pool.function != PoolFunction::L2, "an L2 pool runs in float32 only");
            const ScaleAndZero from = scaleAndZero(preparation.op(), input);
            const ScaleAndZero to = scaleAndZero(preparation.op(), output);
            preparation.require(from.zeroPoint == to.zeroPoint && std::fabs(from.scale - to.scale) <= 1e-6F,
                "input and output of a quantized pool must have the same scale and zero point");
            zeroPoint_ = from.zeroPoint;
            toEven_ = preparation.graph().info().rounding == Rounding::HalfToEven;
            bounds_ = outputBounds(preparation.graph(), preparation.op(), pool.activation);
        }
        scratch_ = preparation.reserve(geometry_.inputChannels * 4);
    }

    void run(const Arguments &arguments) const
    {
        switch (type_) {
        case ElementType::Int8:
            return runAs<std::int8_t, std::int32_t>(arguments);
        case ElementType::Int16:
            return runAs<std::int16_t, std::int32_t>(arguments);
        case ElementType::UInt8:
            return runAs<std::uint8_t, std::int32_t>(arguments);
        default:
            return runAs<float, float>(arguments);
        }
    }

private:
    template <typename T, typename Sum>
    void runAs(const Arguments &arguments) const
    {
        const std::int64_t channels = geometry_.inputChannels;
        const std::int64_t inputPixels = geometry_.h.input * geometry_.w.input;
        const std::int64_t outputPixels = geometry_.h.output * geometry_.w.output;
        const bool last = pool_.layout == Layout::ChannelsLast;
        auto *sums = arguments.scratchAt<Sum>(scratch_);
        for (std::int64_t batch = 0; batch < geometry_.batch; ++batch) {
            const T *image = arguments.in<T>(0) + batch * inputPixels * channels;
            T *out = arguments.out<T>() + batch * outputPixels * channels;
            for (std::int64_t y = 0; y < geometry_.h.output; ++y) {
                const Reach rows = reachOf(geometry_.h, y);
                for (std::int64_t x = 0; x < geometry_.w.output; ++x) {
                    const Reach columns = reachOf(geometry_.w, x);
                    sumWindow(image, rows, columns, sums);
                    const std::int64_t pixel = y * geometry_.w.output + x;
                    T *target = out + (last ? pixel * channels : pixel);
                    finish(sums, rows, columns, target, last ? 1 : outputPixels);
                }
            }
        }
    }

    template <typename T, typename Sum>
    void sumWindow(const T *image, const Reach &rows, const Reach &columns, Sum *sums) const
    {
        const std::int64_t channels = geometry_.inputChannels;
        const bool last = pool_.layout == Layout::ChannelsLast;
        const std::int64_t pixelStep = last ? channels : 1;
        const std::int64_t channelStep = last ? 1 : geometry_.h.input * geometry_.w.input;
        const bool max = pool_.function == PoolFunction::Max;
        const Sum start = max ? static_cast<Sum>(std::numeric_limits<T>::lowest()) : Sum(0);
        std::fill(sums, sums + channels, start);
        for (std::int64_t ky = rows.first; ky < rows.end; ++ky) {
            for (std::int64_t kx = columns.first; kx < columns.end; ++kx) {
                const std::int64_t iy = rows.origin + ky * geometry_.h.dilation;
                const std::int64_t ix = columns.origin + kx * geometry_.w.dilation;
                const T *pixel = image + (iy * geometry_.w.input + ix) * pixelStep;
                for (std::int64_t c = 0; c < channels; ++c) {
                    const auto value = static_cast<Sum>(pixel[c * channelStep]);
                    if (max) {
                        sums[c] = std::max(sums[c], value);
                    } else if (pool_.function == PoolFunction::L2) {
                        sums[c] += value * value;
                    } else {
                        sums[c] += value;
                    }
                }
            }
        }
    }

    void finish(const float *sums, const Reach &rows, const Reach &columns, float *out, std::int64_t step) const
    {
        const std::int64_t inside = (rows.end - rows.first) * (columns.end - columns.first);
        const std::int64_t counted = pool_.countIncludesPadding ? rows.padded * columns.padded : inside;
        const auto divisor = static_cast<float>(std::max<std::int64_t>(1, counted));
        for (std::int64_t c = 0; c < geometry_.inputChannels; ++c) {
            float value = sums[c];
            if (pool_.function == PoolFunction::Average) {
                value /= divisor;
            } else if (pool_.function == PoolFunction::L2) {
                value = std::sqrt(value / divisor);
            }
            out[c * step] = std::min(std::max(value, floats_.min), floats_.max);
        }
    }

    /// TFLite rounds stored values, zero point and all; padding that counts is real 0.
    static std::int64_t roundedAsStored(std::int64_t value, std::int64_t divisor)
    {
        return value > 0 ? (value + divisor / 2) / divisor : (value - divisor / 2) / divisor;
    }

    template <typename T>
    void finish(const std::int32_t *sums, const Reach &rows, const Reach &columns, T *out, std::int64_t step) const
    {
        const std::int64_t inside = (rows.end - rows.first) * (columns.end - columns.first);
        const std::int64_t counted = pool_.countIncludesPadding ? rows.padded * columns.padded : inside;
        const std::int64_t divisor = std::max<std::int64_t>(1, counted);
        for (std::int64_t c = 0; c < geometry_.inputChannels; ++c) {
            std::int64_t value = sums[c];
            if (pool_.function == PoolFunction::Average) {
                value = toEven_ ? quotientToEven(value - inside * zeroPoint_, divisor) + zeroPoint_
                                : roundedAsStored(value + (counted - inside) * zeroPoint_, divisor);
            }
            out[c * step] = static_cast<T>(std::clamp<std::int64_t>(value, bounds_.min, bounds_.max));
        }
    }

    SpatialGeometry geometry_;
    Pool2D pool_;
    ElementType type_ = ElementType::Float32;
    std::int32_t zeroPoint_ = 0;
    bool toEven_ = false;
    FloatBounds floats_;
    OutputBounds bounds_;
    std::size_t scratch_ = 0;
};

} // namespace

Kernel prepare(Preparation &preparation, const Pool2D &pool)
{
    if (Kernel kernel = furtherPoolKernel(preparation, pool)) {
        return kernel;
    }
    auto operation = std::make_shared<const Pooling>(preparation, pool);
    return [operation](const Arguments &arguments) { operation->run(arguments); };
}

Kernel prepare(Preparation &preparation, const GlobalPool &pool)
{
    const Tensor &input = preparation.input(0);
    const std::size_t rank = input.shape.rank();
    preparation.require(rank >= 3, "its input has no spatial dimensions");
    preparation.require(input.type == ElementType::Float32 && preparation.output().type == ElementType::Float32,
        "it runs in float32 only");
    const bool last = pool.layout == Layout::ChannelsLast;
    const std::int64_t batch = input.shape[0];
    const std::int64_t channels = input.shape[last ? rank - 1 : 1];
    const std::int64_t elements = elementsOf(input);
    preparation.require(elements > 0, "its input is empty");
    preparation.require(
        elementsOf(preparation.output()) == batch * channels, "the output does not have one value per channel");
    const std::int64_t pixels = elements / batch / channels;
    return [=, function = pool.function](const Arguments &arguments) {
        for (std::int64_t n = 0; n < batch; ++n) {
            for (std::int64_t c = 0; c < channels; ++c) {
                const float *values = arguments.in<float>(0) + n * pixels * channels + (last ? c : c * pixels);
                const std::int64_t step = last ? channels : 1;
                float sum = function == PoolFunction::Max ? values[0] : 0;
                for (std::int64_t i = 0; i < pixels; ++i) {
                    const float value = values[i * step];
                    if (function == PoolFunction::Max) {
                        sum = std::max(sum, value);
                    } else {
                        sum += function == PoolFunction::L2 ? value * value : value;
                    }
                }
                const float mean = sum / static_cast<float>(pixels);
                arguments.out<float>()[n * channels + c] = function == PoolFunction::Max ? sum
                    : function == PoolFunction::L2                                       ? std::sqrt(mean)
                                                                                         : mean;
            }
        }
    };
}

} // namespace tinsmith
