// SPDX-License-Identifier: Apache-2.0
namespace tinsmith {
namespace {
constexpr int laneFloats = 4;
}
} // namespace tinsmith

#include "core/execute/tile_loops.h"

namespace tinsmith {

const TileKernels *portableTileKernels()
{
    return &kernels;
}

const TileKernels &tileKernels()
{
#if defined(__x86_64__)
    static const bool avx2
        = avx2TileKernels() != nullptr && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
    static const bool avx2 = false;
#endif
    return avx2 ? *avx2TileKernels() : *portableTileKernels();
}

} // namespace tinsmith
