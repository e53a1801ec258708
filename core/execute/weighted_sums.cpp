// SPDX-License-Identifier: Apache-2.0
#include "core/execute/weighted_sums.h"

#include "core/execute/broadcast.h"
#include "core/execute/quantized_parameters.h"
#include "core/execute/quantized_tensor.h"
#include "core/execute/wide_requantize.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <type_traits>

namespace tinsmith {
namespace {

/// int16 activations, int8 weights, sums and bias of 64 bits.
struct WideTypes {
    using Value = std::int16_t;
    using Weight = std::int8_t;
    using Sum = std::int64_t;
    static std::int32_t scaled(Sum sum, QuantizedMultiplier factor) { return requantizeWide(sum, factor); }
};

/// The same with sums and bias of 32 bits, as converters make them on request.
struct NarrowSumTypes : WideTypes {
    using Sum = std::int32_t;
    static std::int32_t scaled(Sum sum, QuantizedMultiplier factor) { return requantize(sum, factor); }
};

/// uint8 activations and weights, sums and bias of 32 bits.
struct LegacyTypes {
    using Value = std::uint8_t;
    using Weight = std::uint8_t;
    using Sum = std::int32_t;
    static std::int32_t scaled(Sum sum, QuantizedMultiplier factor) { return requantize(sum, factor); }
};

/// Two int16 matrices.
struct WideProductTypes : WideTypes {
    using Weight = std::int16_t;
};

/// Sums that do not fit wrap around.
template <typename Sum>
void accumulate(Sum &sum, std::int32_t product)
{
    using Bits = std::make_unsigned_t<Sum>;
    sum = static_cast<Sum>(static_cast<Bits>(sum) + static_cast<Bits>(Sum{product}));
}

/// What becomes of a sum.
template <typename Types>
struct SumFinish {
    AccumulatorParameters parameters;

    void store(const Arguments &arguments, typename Types::Sum sum, std::int64_t channel, std::int64_t at,
        bool biased = true) const
    {
        using Sum = typename Types::Sum;
        using Bits = std::make_unsigned_t<Sum>;
        const Sum *bias = biased ? arguments.in<Sum>(2) : nullptr;
        if (bias != nullptr) {
            sum = static_cast<Sum>(static_cast<Bits>(sum) + static_cast<Bits>(bias[channel]));
        }
        const std::int64_t y
            = std::int64_t{Types::scaled(sum, parameters.multiplier(static_cast<std::size_t>(channel)))}
            + parameters.outputZeroPoint;
        arguments.out<typename Types::Value>()[at] = static_cast<typename Types::Value>(
            std::clamp<std::int64_t>(y, parameters.bounds.min, parameters.bounds.max));
    }
};

FusedActivation activationOf(const Operator &op)
{
    return std::visit(
        [](const auto &kind) {
            if constexpr (requires { kind.activation; }) {
                return kind.activation;
            } else {
                return FusedActivation::None;
            }
        },
        op.kind);
}

/// One scale and zero point per tensor, as the older quantization has them.
AccumulatorParameters legacyParameters(const Preparation &preparation)
{
    const Operator &op = preparation.op();
    const ScaleAndZero input = scaleAndZero(op, preparation.input(0));
    const ScaleAndZero weights = scaleAndZero(op, preparation.input(1));
    const ScaleAndZero output = scaleAndZero(op, preparation.output());
    AccumulatorParameters parameters;
    parameters.inputZeroPoint = input.zeroPoint;
    parameters.weightZeroPoint = weights.zeroPoint;
    parameters.outputZeroPoint = output.zeroPoint;
    // TFLite forms this one product in float32.
    const float product = input.scale * weights.scale;
    parameters.multipliers = {quantizeMultiplier(static_cast<double>(product) / static_cast<double>(output.scale))};
    parameters.bounds = outputBounds(preparation.graph(), op, activationOf(op));
    return parameters;
}

/// Calls make(SumFinish<Types>) for the types of the operator's tensors; nothing where they are others.
template <typename Make>
std::optional<Kernel> withTypes(Preparation &preparation, const Make &make)
{
    const ElementType type = preparation.input(0).type;
    if (type != ElementType::Int16 && type != ElementType::UInt8) {
        return std::nullopt;
    }
    const bool wide = type == ElementType::Int16;
    preparation.require(preparation.output().type == type, "input and output are of different types");
    preparation.require(preparation.input(1).type == (wide ? ElementType::Int8 : ElementType::UInt8),
        "its activations and weights have no kernel together");
    const bool biased = preparation.hasInput(2);
    const bool narrowBias = biased && preparation.input(2).type == ElementType::Int32;
    const Operator &op = preparation.op();
    if (wide && narrowBias && (op.is<Conv2D>() || op.is<TransposeConv2D>() || op.is<FullyConnected>())) {
        return make(SumFinish<NarrowSumTypes>{accumulatorParameters(preparation.graph(), op)}, NarrowSumTypes());
    }
    preparation.require(!biased || (wide ? preparation.input(2).type == ElementType::Int64 : narrowBias),
        "the bias is not of the sums' type");
    if (wide) {
        return make(SumFinish<WideTypes>{accumulatorParameters(preparation.graph(), preparation.op())}, WideTypes());
    }
    return make(SumFinish<LegacyTypes>{legacyParameters(preparation)}, LegacyTypes());
}

void requireLayout(Preparation &preparation, const SpatialGeometry &geometry)
{
    preparation.require(std::visit(
                            [](const auto &kind) {
                                if constexpr (requires { kind.layout; }) {
                                    return kind.layout == Layout::ChannelsLast;
                                } else {
                                    return true;
                                }
                            },
                            preparation.op().kind),
        "these types run channels last only");
    preparation.require(!preparation.hasInput(2) || elementsOf(preparation.input(2)) == geometry.outputChannels,
        "the bias does not have one value per channel");
}

/// The kernel positions first .. end of an axis that lie inside the image.
struct Taps {
    std::int64_t origin = 0;
    std::int64_t first = 0;
    std::int64_t end = 0;
};

Taps tapsOf(const AxisGeometry &axis, std::int64_t output)
{
    const std::int64_t origin = output * axis.stride - axis.padBefore;
    const auto below = [&](std::int64_t limit) {
        const std::int64_t distance = limit - origin;
        return std::clamp<std::int64_t>(
            distance <= 0 ? 0 : (distance + axis.dilation - 1) / axis.dilation, 0, axis.kernel);
    };
    return {origin, below(0), std::max(below(0), below(axis.input))};
}

template <typename Visit>
void eachOutput(const SpatialGeometry &geometry, const Visit &visit)
{
    std::int64_t at = 0;
    for (std::int64_t n = 0; n < geometry.batch; ++n) {
        for (std::int64_t y = 0; y < geometry.h.output; ++y) {
            for (std::int64_t x = 0; x < geometry.w.output; ++x) {
                for (std::int64_t c = 0; c < geometry.outputChannels; ++c) {
                    visit(n, y, x, c, at++);
                }
            }
        }
    }
}

} // namespace

std::optional<Kernel> plainConvolution(Preparation &preparation, const SpatialGeometry &geometry, bool depthwise)
{
    return withTypes(preparation, [&](const auto &finish, auto types) -> Kernel {
        using Types = decltype(types);
        requireLayout(preparation, geometry);
        const std::int64_t depth = depthwise ? 1 : geometry.inputChannels / geometry.groups;
        const std::int64_t perGroup
            = depthwise ? geometry.outputChannels / geometry.inputChannels : geometry.outputChannels / geometry.groups;
        preparation.require(perGroup >= 1, "its channels do not agree");
        // Depthwise weights have their channels last, others first.
        const std::int64_t taps = geometry.h.kernel * geometry.w.kernel;
        const std::int64_t channelStep = depthwise ? 1 : taps * depth;
        const std::int64_t tapStep = depthwise ? geometry.outputChannels : depth;
        preparation.require(elementsOf(preparation.input(1)) == geometry.outputChannels * taps * depth,
            "its weights do not fit its channels");
        return [=](const Arguments &arguments) {
            const auto *in = arguments.in<typename Types::Value>(0);
            const auto *weights = arguments.in<typename Types::Weight>(1);
            eachOutput(geometry, [&](std::int64_t n, std::int64_t y, std::int64_t x, std::int64_t c, std::int64_t at) {
                const Taps rows = tapsOf(geometry.h, y);
                const Taps columns = tapsOf(geometry.w, x);
                typename Types::Sum sum = 0;
                for (std::int64_t ky = rows.first; ky < rows.end; ++ky) {
                    for (std::int64_t kx = columns.first; kx < columns.end; ++kx) {
                        const std::int64_t iy = rows.origin + ky * geometry.h.dilation;
                        const std::int64_t ix = columns.origin + kx * geometry.w.dilation;
                        const std::int64_t pixel = (n * geometry.h.input + iy) * geometry.w.input + ix;
                        const auto *values = in + pixel * geometry.inputChannels + c / perGroup * depth;
                        const auto *row = weights + c * channelStep + (ky * geometry.w.kernel + kx) * tapStep;
                        for (std::int64_t i = 0; i < depth; ++i) {
                            accumulate(sum,
                                (values[i] - finish.parameters.inputZeroPoint)
                                    * (row[i] - finish.parameters.weightZeroPoint));
                        }
                    }
                }
                finish.store(arguments, sum, c, at);
            });
        };
    });
}

std::optional<Kernel> plainTransposeConvolution(Preparation &preparation, const SpatialGeometry &geometry)
{
    return withTypes(preparation, [&](const auto &finish, auto types) -> Kernel {
        using Types = decltype(types);
        requireLayout(preparation, geometry);
        preparation.require(geometry.groups == 1, "these types run without groups only");
        preparation.require(elementsOf(preparation.input(1))
                == geometry.outputChannels * geometry.h.kernel * geometry.w.kernel * geometry.inputChannels,
            "its weights do not fit its channels");
        return [=](const Arguments &arguments) {
            const auto *in = arguments.in<typename Types::Value>(0);
            const auto *weights = arguments.in<typename Types::Weight>(1);
            // Input position i reaches output i * stride - pad + k * dilation.
            const auto source = [](const AxisGeometry &axis, std::int64_t output, std::int64_t k) {
                const std::int64_t reached = output + axis.padBefore - k * axis.dilation;
                const bool hits = reached >= 0 && reached % axis.stride == 0 && reached / axis.stride < axis.input;
                return hits ? reached / axis.stride : -1;
            };
            eachOutput(geometry, [&](std::int64_t n, std::int64_t y, std::int64_t x, std::int64_t c, std::int64_t at) {
                typename Types::Sum sum = 0;
                for (std::int64_t ky = 0; ky < geometry.h.kernel; ++ky) {
                    const std::int64_t iy = source(geometry.h, y, ky);
                    for (std::int64_t kx = 0; kx < geometry.w.kernel && iy >= 0; ++kx) {
                        const std::int64_t ix = source(geometry.w, x, kx);
                        if (ix < 0) {
                            continue;
                        }
                        const auto *values
                            = in + ((n * geometry.h.input + iy) * geometry.w.input + ix) * geometry.inputChannels;
                        const auto *row = weights
                            + ((c * geometry.h.kernel + ky) * geometry.w.kernel + kx) * geometry.inputChannels;
                        for (std::int64_t i = 0; i < geometry.inputChannels; ++i) {
                            accumulate(sum,
                                (values[i] - finish.parameters.inputZeroPoint)
                                    * (row[i] - finish.parameters.weightZeroPoint));
                        }
                    }
                }
                finish.store(arguments, sum, c, at);
            });
        };
    });
}

std::optional<Kernel> plainDense(Preparation &preparation)
{
    return withTypes(preparation, [&](const auto &finish, auto types) -> Kernel {
        using Types = decltype(types);
        const Shape &weights = preparation.input(1).shape;
        preparation.require(weights.rank() == 2 && weights[1] >= 1, "its weights are not a matrix");
        const std::int64_t outputs = weights[0];
        const std::int64_t terms = weights[1];
        const std::int64_t elements = elementsOf(preparation.input(0));
        preparation.require(elements % terms == 0, "the input cannot be cut into rows of the weights' length");
        const std::int64_t rows = elements / terms;
        preparation.require(elementsOf(preparation.output()) == rows * outputs,
            "the output does not have one value per row and weight row");
        preparation.require(!preparation.hasInput(2) || elementsOf(preparation.input(2)) == outputs,
            "the bias does not have one value per output");
        return [=](const Arguments &arguments) {
            for (std::int64_t row = 0; row < rows; ++row) {
                const auto *values = arguments.in<typename Types::Value>(0) + row * terms;
                for (std::int64_t c = 0; c < outputs; ++c) {
                    const auto *factors = arguments.in<typename Types::Weight>(1) + c * terms;
                    typename Types::Sum sum = 0;
                    for (std::int64_t i = 0; i < terms; ++i) {
                        accumulate(sum,
                            (values[i] - finish.parameters.inputZeroPoint)
                                * (factors[i] - finish.parameters.weightZeroPoint));
                    }
                    finish.store(arguments, sum, c, row * outputs + c);
                }
            }
        };
    });
}

std::optional<Kernel> plainMatMul(Preparation &preparation, const MatMul &product)
{
    const Tensor &a = preparation.input(0);
    const Tensor &b = preparation.input(1);
    const Tensor &output = preparation.output();
    if (a.type != ElementType::Int16 || b.type != ElementType::Int16 || output.type != ElementType::Int16) {
        return std::nullopt;
    }
    const std::size_t rankA = a.shape.rank();
    const std::size_t rankB = b.shape.rank();
    const std::size_t rank = output.shape.rank();
    preparation.require(rankA >= 2 && rankB >= 2 && rank >= 2, "its inputs are not matrices");
    const std::int64_t height = output.shape[rank - 2];
    const std::int64_t width = output.shape[rank - 1];
    const std::int64_t terms = a.shape[rankA - (product.transposeA ? 2 : 1)];
    preparation.require(a.shape[rankA - (product.transposeA ? 1 : 2)] == height
            && b.shape[rankB - (product.transposeB ? 1 : 2)] == terms
            && b.shape[rankB - (product.transposeB ? 2 : 1)] == width,
        "the matrices' shapes do not agree");
    const auto leading
        = [](const Shape &shape) { return Shape(std::vector<std::int64_t>(shape.dims.begin(), shape.dims.end() - 2)); };
    const Broadcast batchA = Broadcast::to(preparation, leading(output.shape), leading(a.shape));
    const Broadcast batchB = Broadcast::to(preparation, leading(output.shape), leading(b.shape));
    const SumFinish<WideProductTypes> finish{accumulatorParameters(preparation.graph(), preparation.op())};
    std::vector<std::int64_t> matricesA;
    std::vector<std::int64_t> matricesB;
    batchA.each([&](std::int64_t, std::int64_t from) { matricesA.push_back(from); });
    batchB.each([&](std::int64_t, std::int64_t from) { matricesB.push_back(from); });
    return Kernel([=, across = product.transposeA, down = product.transposeB](const Arguments &arguments) {
        for (std::size_t m = 0; m < matricesA.size(); ++m) {
            const auto *left = arguments.in<std::int16_t>(0) + matricesA[m] * height * terms;
            const auto *right = arguments.in<std::int16_t>(1) + matricesB[m] * terms * width;
            for (std::int64_t y = 0; y < height; ++y) {
                for (std::int64_t x = 0; x < width; ++x) {
                    std::int64_t sum = 0;
                    for (std::int64_t i = 0; i < terms; ++i) {
                        const std::int64_t p = left[across ? i * height + y : y * terms + i];
                        const std::int64_t q = right[down ? x * terms + i : i * width + x];
                        sum += (p - finish.parameters.inputZeroPoint) * (q - finish.parameters.weightZeroPoint);
                    }
                    finish.store(arguments, sum, 0, (static_cast<std::int64_t>(m) * height + y) * width + x, false);
                }
            }
        }
    });
}

} // namespace tinsmith
