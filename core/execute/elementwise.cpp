// SPDX-License-Identifier: Apache-2.0
#include "core/execute/broadcast.h"
#include "core/execute/elementwise_functions.h"
#include "core/execute/further_functions.h"
#include "core/execute/kernel.h"
#include "core/execute/quantized_binary.h"
#include "core/execute/quantized_parameters.h"
#include "core/execute/scalar_functions.h"

#include <array>
#include <memory>

namespace tinsmith {
namespace {

/// Walks two broadcast inputs and an output of the broadcast shape together.
class Pairs {
public:
    Pairs(const Preparation &preparation)
    {
        const Shape &target = preparation.output().shape;
        const auto first = Broadcast::to(preparation, target, preparation.input(0).shape).steps();
        const auto second = Broadcast::to(preparation, target, preparation.input(1).shape).steps();
        std::vector<WalkAxis> axes;
        for (std::size_t i = 0; i < target.rank(); ++i) {
            axes.push_back({target[i], first[i], second[i]});
        }
        walk_ = Walk(axes);
    }

    /// Calls function(a, b) for every output element in order.
    template <typename T, typename Out, typename Function>
    void run(const Arguments &arguments, const Function &function) const
    {
        const T *a = arguments.in<T>(0);
        const T *b = arguments.in<T>(1);
        Out *out = arguments.out<Out>();
        const WalkAxis inner = walk_.inner();
        walk_.eachRow([&](std::int64_t first, std::int64_t second) {
            const T *x = a + first;
            const T *y = b + second;
            if (inner.first == 1 && inner.second == 1) {
                for (std::int64_t i = 0; i < inner.count; ++i) {
                    out[i] = static_cast<Out>(function(x[i], y[i]));
                }
            } else {
                for (std::int64_t i = 0; i < inner.count; ++i) {
                    out[i] = static_cast<Out>(function(x[i * inner.first], y[i * inner.second]));
                }
            }
            out += inner.count;
        });
    }

private:
    Walk walk_;
};

template <typename T>
Kernel arithmeticKernel(const Pairs &pairs, BinaryFunction function, FloatBounds bounds)
{
    return withArithmetic<T>(function, [&](auto apply) -> Kernel {
        return [=](const Arguments &arguments) {
            pairs.run<T, T>(arguments, [&](T a, T b) {
                const T value = apply(a, b);
                const T low = bounds.min <= -1e9F ? value : static_cast<T>(bounds.min);
                const T high = bounds.max >= 1e9F ? value : static_cast<T>(bounds.max);
                return value < low ? low : value > high ? high : value;
            });
        };
    });
}

template <typename T>
Kernel comparisonKernel(const Pairs &pairs, BinaryFunction function)
{
    return withComparison(function, [&](auto apply) -> Kernel {
        return [=](const Arguments &arguments) {
            pairs.run<T, std::uint8_t>(arguments, [&](T a, T b) { return apply(a, b) ? 1 : 0; });
        };
    });
}

/// One input's values of an int8 sum, already rescaled, for each stored value.
std::array<std::int32_t, 256> rescaledInputs(std::int32_t zeroPoint, std::int32_t leftShift, QuantizedMultiplier factor)
{
    std::array<std::int32_t, 256> values = {};
    for (std::int32_t q = -128; q <= 127; ++q) {
        values[static_cast<std::size_t>(q + 128)] = requantize(wrappingShiftLeft(q - zeroPoint, leftShift), factor);
    }
    return values;
}

Kernel sumKernel(const Preparation &preparation, const Pairs &pairs, bool subtract)
{
    const SumParameters p = sumParameters(preparation.graph(), preparation.op());
    const auto first = rescaledInputs(p.zeroPoint1, p.leftShift, p.factor1);
    const auto second = rescaledInputs(p.zeroPoint2, p.leftShift, p.factor2);
    return [=](const Arguments &arguments) {
        pairs.run<std::int8_t, std::int8_t>(arguments, [&](std::int8_t a, std::int8_t b) {
            const std::int32_t x = first[static_cast<std::size_t>(a + 128)];
            const std::int32_t y = second[static_cast<std::size_t>(b + 128)];
            return clampTo(wrappingSum(requantize(wrappingSum(x, subtract ? -y : y), p.output), p.outputZeroPoint),
                p.bounds.min, p.bounds.max);
        });
    };
}

Kernel quantizedComparison(const Preparation &preparation, const Pairs &pairs, BinaryFunction function)
{
    const ScaleAndZero a = scaleAndZero(preparation.op(), preparation.input(0));
    const ScaleAndZero b = scaleAndZero(preparation.op(), preparation.input(1));
    // Both become real values in fixed point, as TFLite compares them.
    const auto first = rescaledInputs(a.zeroPoint, 8, quantizeMultiplier(static_cast<double>(a.scale)));
    const auto second = rescaledInputs(b.zeroPoint, 8, quantizeMultiplier(static_cast<double>(b.scale)));
    return withComparison(function, [&](auto apply) -> Kernel {
        return [=](const Arguments &arguments) {
            pairs.run<std::int8_t, std::uint8_t>(arguments, [&](std::int8_t x, std::int8_t y) {
                return apply(first[static_cast<std::size_t>(x + 128)], second[static_cast<std::size_t>(y + 128)]) ? 1
                                                                                                                  : 0;
            });
        };
    });
}

/// Value by value, for what has no table.
template <typename T>
Kernel storedKernel(const Preparation &preparation, const Pairs &pairs, BinaryFunction function)
{
    return [pairs, apply = quantizedBinary(preparation, function)](
               const Arguments &arguments) { pairs.run<T, T>(arguments, [&](T a, T b) { return apply(a, b); }); };
}

Kernel quantizedKernel(const Preparation &preparation, const Pairs &pairs, BinaryFunction function)
{
    switch (function) {
    case BinaryFunction::Add:
    case BinaryFunction::Sub:
        return sumKernel(preparation, pairs, function == BinaryFunction::Sub);
    case BinaryFunction::Mul: {
        const ProductParameters p = productParameters(preparation.graph(), preparation.op());
        return [=](const Arguments &arguments) {
            pairs.run<std::int8_t, std::int8_t>(arguments, [&](std::int8_t a, std::int8_t b) {
                const std::int32_t product = (a - p.zeroPoint1) * (b - p.zeroPoint2);
                return clampTo(
                    wrappingSum(requantize(product, p.factor), p.outputZeroPoint), p.bounds.min, p.bounds.max);
            });
        };
    }
    case BinaryFunction::Minimum:
    case BinaryFunction::Maximum: {
        preparation.require(std::get<Binary>(preparation.op().kind).activation == FusedActivation::None,
            "an int8 minimum or maximum has no fused activation");
        const ScaleAndZero output = scaleAndZero(preparation.op(), preparation.output());
        preparation.require(scaleAndZero(preparation.op(), preparation.input(0)) == output
                && scaleAndZero(preparation.op(), preparation.input(1)) == output,
            "inputs and output of an int8 minimum or maximum must have the same scale and zero point");
        return arithmeticKernel<std::int8_t>(pairs, function, floatBounds(FusedActivation::None));
    }
    default:
        return storedKernel<std::int8_t>(preparation, pairs, function);
    }
}

bool isQuantized(const Preparation &preparation)
{
    return preparation.input(0).quantization && preparation.input(1).quantization && preparation.output().quantization;
}

} // namespace

Kernel prepare(Preparation &preparation, const Binary &binary)
{
    if (Kernel kernel = furtherBinaryKernel(preparation, binary)) {
        return kernel;
    }
    const Tensor &a = preparation.input(0);
    const Tensor &output = preparation.output();
    preparation.require(a.type == preparation.input(1).type, "its inputs are of different types");
    preparation.require(binary.activation != FusedActivation::Tanh && binary.activation != FusedActivation::SignBit,
        "this fused activation has no kernel");
    const Pairs pairs(preparation);
    const auto function = binary.function;
    if (isComparison(function)) {
        preparation.require(output.type == ElementType::Bool, "a comparison's output must be truth values");
        switch (a.type) {
        case ElementType::Float32:
            return comparisonKernel<float>(pairs, function);
        case ElementType::Int32:
            return comparisonKernel<std::int32_t>(pairs, function);
        case ElementType::Int64:
            return comparisonKernel<std::int64_t>(pairs, function);
        case ElementType::Bool:
        case ElementType::UInt8:
            return comparisonKernel<std::uint8_t>(pairs, function);
        case ElementType::Int8:
            return quantizedComparison(preparation, pairs, function);
        default:
            preparation.refuse("it does not compare " + std::string(nameOf(a.type)));
        }
    }
    preparation.require(a.type == output.type, "inputs and output are of different types");
    if (a.type == ElementType::Int16 && isQuantized(preparation)) {
        return storedKernel<std::int16_t>(preparation, pairs, function);
    }
    if (a.type == ElementType::UInt8 && isQuantized(preparation)) {
        return storedKernel<std::uint8_t>(preparation, pairs, function);
    }
    if (isLogical(function)) {
        preparation.require(a.type == ElementType::Bool, "it runs on truth values only");
        const bool both = function == BinaryFunction::LogicalAnd;
        return [=](const Arguments &arguments) {
            pairs.run<std::uint8_t, std::uint8_t>(arguments,
                [&](std::uint8_t x, std::uint8_t y) { return (both ? x != 0 && y != 0 : x != 0 || y != 0) ? 1 : 0; });
        };
    }
    switch (a.type) {
    case ElementType::Float32:
        return arithmeticKernel<float>(pairs, function, floatBounds(binary.activation));
    case ElementType::Int32:
        return arithmeticKernel<std::int32_t>(pairs, function, floatBounds(binary.activation));
    case ElementType::Int64:
        return arithmeticKernel<std::int64_t>(pairs, function, floatBounds(binary.activation));
    case ElementType::Int8:
        return quantizedKernel(preparation, pairs, function);
    default:
        preparation.refuse("it does not run on " + std::string(nameOf(a.type)));
    }
}

} // namespace tinsmith
