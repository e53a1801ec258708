// SPDX-License-Identifier: Apache-2.0
// Included by one source file per instruction set, which defines laneFloats; hence all names are local to the file.
#pragma once

#include "core/execute/tile.h"

#include <cstdint>
#include <cstring>

namespace tinsmith {
namespace {

using Lane [[gnu::vector_size(laneFloats * sizeof(float))]] = float;

constexpr std::int64_t lanesPerTile = tileChannels / laneFloats;

inline Lane load(const float *from)
{
    Lane lane;
    std::memcpy(&lane, from, sizeof lane);
    return lane;
}

inline void store(float *to, const Lane &lane)
{
    std::memcpy(to, &lane, sizeof lane);
}

template <int Pixels>
void multiplyPixels(
    const float *const *pixels, const TermRun *runs, std::int64_t runCount, const float *panel, float *out)
{
    Lane sums[Pixels][lanesPerTile] = {};
    for (std::int64_t run = 0; run < runCount; ++run) {
        const std::int64_t offset = runs[run].offset;
        const std::int64_t length = runs[run].length;
        const float *at[Pixels];
        for (int p = 0; p < Pixels; ++p) {
            at[p] = pixels[p] + offset;
        }
        for (std::int64_t k = 0; k < length; ++k) {
            Lane weights[lanesPerTile];
            for (std::int64_t l = 0; l < lanesPerTile; ++l) {
                weights[l] = load(panel + l * laneFloats);
            }
            panel += tileChannels;
            for (int p = 0; p < Pixels; ++p) {
                const float x = at[p][k];
                for (std::int64_t l = 0; l < lanesPerTile; ++l) {
                    sums[p][l] += x * weights[l];
                }
            }
        }
    }
    for (int p = 0; p < Pixels; ++p) {
        for (std::int64_t l = 0; l < lanesPerTile; ++l) {
            store(out + p * tileChannels + l * laneFloats, sums[p][l]);
        }
    }
}

/// More pixels at once than the registers hold would spill: two halves where registers are few.
void multiplyTile(const float *const *pixels, std::int64_t count, const TermRun *runs, std::int64_t runCount,
    const float *panel, float *out)
{
    constexpr std::int64_t most = lanesPerTile <= 2 ? 6 : 3;
    while (count > 0) {
        const std::int64_t now = count < most ? count : most;
        switch (now) {
        case 1:
            multiplyPixels<1>(pixels, runs, runCount, panel, out);
            break;
        case 2:
            multiplyPixels<2>(pixels, runs, runCount, panel, out);
            break;
        case 3:
            multiplyPixels<3>(pixels, runs, runCount, panel, out);
            break;
        case 4:
            multiplyPixels<4>(pixels, runs, runCount, panel, out);
            break;
        case 5:
            multiplyPixels<5>(pixels, runs, runCount, panel, out);
            break;
        default:
            multiplyPixels<6>(pixels, runs, runCount, panel, out);
            break;
        }
        pixels += now;
        out += now * tileChannels;
        count -= now;
    }
}

void multiplyChannels(const float *pixel, const std::int64_t *offsets, std::int64_t taps, const float *weights,
    std::int64_t channels, float *out)
{
    for (std::int64_t c = 0; c < channels; c += tileChannels) {
        Lane sums[lanesPerTile] = {};
        for (std::int64_t t = 0; t < taps; ++t) {
            const float *x = pixel + offsets[t] + c;
            const float *w = weights + t * channels + c;
            for (std::int64_t l = 0; l < lanesPerTile; ++l) {
                sums[l] += load(x + l * laneFloats) * load(w + l * laneFloats);
            }
        }
        for (std::int64_t l = 0; l < lanesPerTile; ++l) {
            store(out + c + l * laneFloats, sums[l]);
        }
    }
}

constexpr TileKernels kernels = {multiplyTile, multiplyChannels};

} // namespace
} // namespace tinsmith
