// SPDX-License-Identifier: Apache-2.0
#include "core/execute/element_dispatch.h"
#include "core/execute/further_functions.h"
#include "core/execute/numeric_types.h"
#include "core/execute/padded_input.h"
#include "core/graph/error.h"

#include <algorithm>

namespace tinsmith {
namespace {

/// The largest of each window and where it stands in the flattened input.
template <typename T>
Kernel positionKernel(const SpatialGeometry &geometry, bool last, bool positions)
{
    return [=](const Arguments &arguments) {
        const std::int64_t channels = geometry.inputChannels;
        const std::int64_t pixels = geometry.h.input * geometry.w.input;
        const std::int64_t outputs = geometry.h.output * geometry.w.output;
        const auto place = [&](std::int64_t n, std::int64_t c, std::int64_t pixel, std::int64_t size) {
            return last ? (n * size + pixel) * channels + c : (n * channels + c) * size + pixel;
        };
        const auto largestOf = [&](std::int64_t n, std::int64_t c, std::int64_t output) {
            const T *in = arguments.in<T>(0);
            std::int64_t best = -1;
            for (std::int64_t tap = 0; tap < geometry.h.kernel * geometry.w.kernel; ++tap) {
                const std::int64_t y = output / geometry.w.output * geometry.h.stride - geometry.h.padBefore
                    + tap / geometry.w.kernel * geometry.h.dilation;
                const std::int64_t x = output % geometry.w.output * geometry.w.stride - geometry.w.padBefore
                    + tap % geometry.w.kernel * geometry.w.dilation;
                if (y < 0 || y >= geometry.h.input || x < 0 || x >= geometry.w.input) {
                    continue;
                }
                const std::int64_t at = place(n, c, y * geometry.w.input + x, pixels);
                best = best < 0 || in[at] > in[best] ? at : best;
            }
            return best;
        };
        for (std::int64_t n = 0; n < geometry.batch; ++n) {
            for (std::int64_t c = 0; c < channels; ++c) {
                for (std::int64_t output = 0; output < outputs; ++output) {
                    const std::int64_t best = largestOf(n, c, output);
                    const std::int64_t to = place(n, c, output, outputs);
                    arguments.out<T>()[to] = best < 0 ? T() : arguments.in<T>(0)[best];
                    if (positions) {
                        arguments.out<std::int64_t>(1)[to] = best;
                    }
                }
            }
        }
    };
}

} // namespace

Kernel furtherPoolKernel(Preparation &preparation, const Pool2D &pool)
{
    const Tensor &input = preparation.input(0);
    const auto &outputs = preparation.op().outputs;
    const bool positions = outputs.size() > 1 && outputs[1].valid();
    const bool plainIntegers = isInteger(input.type) && !isQuantized(input);
    if (pool.function != PoolFunction::Max || (!positions && !plainIntegers)) {
        return {};
    }
    preparation.require(pool.activation == FusedActivation::None, "this fused activation has no kernel");
    preparation.require(input.type == preparation.output().type, "input and output are of different types");
    const SpatialGeometry geometry = checkedGeometry(preparation);
    preparation.require(geometry.inputChannels == geometry.outputChannels, "its channels do not agree");
    const bool last = pool.layout == Layout::ChannelsLast;
    if (positions) {
        preparation.require(!last, "its positions count channels first");
        preparation.require(preparation.output(1).type == ElementType::Int64
                && preparation.output(1).shape == preparation.output().shape,
            "its output of positions does not fit");
    }
    return withNumericType(preparation, input.type,
        [&](auto zero) -> Kernel { return positionKernel<decltype(zero)>(geometry, last, positions); });
}

Kernel prepare(Preparation &preparation, const MaxUnpool &)
{
    const Tensor &x = preparation.input(0);
    const std::int64_t count = elementsOf(x);
    preparation.require(x.type == preparation.output().type, "input and output are of different types");
    preparation.require(elementsOf(preparation.input(1)) == count, "it has not one position per value");
    const std::int64_t size = elementsOf(preparation.output());
    const IntegersOf positions(preparation, 1);
    return withNumericType(preparation, x.type, [&](auto zero) -> Kernel {
        using T = decltype(zero);
        return [=, name = preparation.op().name](const Arguments &arguments) {
            T *out = arguments.out<T>();
            std::fill(out, out + size, T());
            for (std::int64_t i = 0; i < count; ++i) {
                const std::int64_t at = positions.at(arguments, i);
                if (at < 0 || at >= size) {
                    throw GraphError({}, name,
                        "position " + std::to_string(at) + " is outside the " + std::to_string(size) + " elements");
                }
                out[at] = arguments.in<T>(0)[i];
            }
        };
    });
}

} // namespace tinsmith
