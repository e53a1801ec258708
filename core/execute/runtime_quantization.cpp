// SPDX-License-Identifier: Apache-2.0
#include "core/execute/kernel.h"
#include "core/execute/numeric_types.h"
#include "core/execute/rows.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tinsmith {
namespace {

/// The nearest integer, halves to even, within the type.
template <typename T>
T saturated(double value)
{
    const double rounded = std::nearbyint(value);
    const auto low = static_cast<double>(std::numeric_limits<T>::lowest());
    const auto high = static_cast<double>(std::numeric_limits<T>::max());
    return static_cast<T>(std::isnan(rounded) ? 0.0 : std::clamp(rounded, low, high));
}

bool isStored(ElementType type)
{
    return type == ElementType::Int8 || type == ElementType::UInt8 || type == ElementType::Int16
        || type == ElementType::UInt16;
}

} // namespace

Kernel prepare(Preparation &preparation, const DynamicQuantize &)
{
    const Tensor &x = preparation.input(0);
    preparation.require(preparation.op().outputs.size() == 3 && x.type == ElementType::Float32
            && preparation.output(0).type == ElementType::UInt8 && preparation.output(1).type == ElementType::Float32
            && preparation.output(2).type == ElementType::UInt8,
        "it makes uint8 of float32 only");
    const std::int64_t count = elementsOf(x);
    preparation.require(elementsOf(preparation.output(0)) == count && elementsOf(preparation.output(1)) == 1
            && elementsOf(preparation.output(2)) == 1,
        "its outputs do not fit its input");
    return [count](const Arguments &arguments) {
        const float *in = arguments.in<float>(0);
        float low = 0;
        float high = 0;
        for (std::int64_t i = 0; i < count; ++i) {
            low = std::min(low, in[i]);
            high = std::max(high, in[i]);
        }
        const float scale = (high - low) / 255.0F;
        const std::uint8_t zero
            = scale > 0 ? saturated<std::uint8_t>(static_cast<double>(-low / scale)) : std::uint8_t{0};
        for (std::int64_t i = 0; i < count; ++i) {
            const double steps = scale > 0 ? std::nearbyint(static_cast<double>(in[i] / scale)) : 0.0;
            arguments.out<std::uint8_t>(0)[i] = saturated<std::uint8_t>(steps + zero);
        }
        arguments.out<float>(1)[0] = scale;
        arguments.out<std::uint8_t>(2)[0] = zero;
    };
}

Kernel prepare(Preparation &preparation, const RuntimeQuantize &quantize)
{
    const Tensor &x = preparation.input(0);
    const Tensor &scale = preparation.input(1);
    const Tensor &stored = quantize.inverse ? x : preparation.output();
    const Tensor &real = quantize.inverse ? preparation.output() : x;
    preparation.require(isStored(stored.type) || (quantize.inverse && stored.type == ElementType::Int32),
        "its stored values must be of 8 or 16 bits");
    preparation.require(real.type == ElementType::Float32 && scale.type == ElementType::Float32,
        "its real values and scales must be float32");
    preparation.require(elementsOf(x) == elementsOf(preparation.output()), "input and output differ in size");
    const std::int64_t count = elementsOf(x);
    const std::int64_t channels = elementsOf(scale);
    Rows rows;
    rows.length = count;
    if (channels != 1) {
        rows = rowsOf(preparation, x.shape, quantize.axis);
        preparation.require(rows.length == channels, "its scales do not fit its axis");
    }
    const bool zeroed = preparation.hasInput(2);
    if (zeroed) {
        preparation.require(preparation.input(2).type == stored.type && elementsOf(preparation.input(2)) == channels,
            "its zero points do not fit its scales");
    }
    return withNumericType(preparation, stored.type, [&](auto number) -> Kernel {
        using T = decltype(number);
        return [=, inverse = quantize.inverse](const Arguments &arguments) {
            for (std::int64_t i = 0; i < count; ++i) {
                const std::int64_t channel = channels == 1 ? 0 : i / rows.step % channels;
                const float step = arguments.in<float>(1)[channel];
                const double zero = zeroed ? static_cast<double>(arguments.in<T>(2)[channel]) : 0.0;
                if (inverse) {
                    const double distance = static_cast<double>(arguments.in<T>(0)[i]) - zero;
                    arguments.out<float>()[i] = static_cast<float>(distance) * step;
                } else {
                    const double steps = std::nearbyint(static_cast<double>(arguments.in<float>(0)[i] / step));
                    arguments.out<T>()[i] = saturated<T>(steps + zero);
                }
            }
        };
    });
}

} // namespace tinsmith
