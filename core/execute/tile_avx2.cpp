// SPDX-License-Identifier: Apache-2.0
#ifdef __AVX2__

namespace tinsmith {
namespace {
constexpr int laneFloats = 8;
}
} // namespace tinsmith

#include "core/execute/tile_loops.h"

namespace tinsmith {

const TileKernels *avx2TileKernels()
{
    return &kernels;
}

} // namespace tinsmith

#else

#include "core/execute/tile.h"

namespace tinsmith {

const TileKernels *avx2TileKernels()
{
    return nullptr;
}

} // namespace tinsmith

#endif
