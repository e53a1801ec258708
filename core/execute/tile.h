// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace tinsmith {

/// Output channels that one tile computes together; weights lie in panels of [terms][tileChannels] floats.
inline constexpr std::int64_t tileChannels = 16;
/// Output pixels that one tile computes together, at most.
inline constexpr std::int64_t tilePixels = 6;

/// Consecutive terms of a sum: floats at `offset` from a pixel's pointer.
struct TermRun {
    std::int64_t offset = 0;
    std::int64_t length = 0;
};

/// The inner loops of convolutions and dense layers, in float. Integer operators use them too: sums of products of
/// small integers are exact in float as long as they stay within 2^24, which their callers see to.
struct TileKernels {
    /// out[p][c] = sum over all runs' terms k of pixels[p][k] * panel[k][c], for p < count <= tilePixels.
    void (*multiply)(const float *const *pixels, std::int64_t count, const TermRun *runs, std::int64_t runCount,
        const float *panel, float *out);
    /// out[c] = sum over taps t of pixel[offsets[t] + c] * weights[t * channels + c]; channels is a multiple of
    /// tileChannels.
    void (*multiplyPerChannel)(const float *pixel, const std::int64_t *offsets, std::int64_t taps, const float *weights,
        std::int64_t channels, float *out);
};

/// The kernels for this processor.
const TileKernels &tileKernels();

/// The individual forms; avx2 is nullptr where the program was not built for a processor that could have it.
const TileKernels *portableTileKernels();
const TileKernels *avx2TileKernels();

} // namespace tinsmith
