// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/npy.h"

#include <optional>

namespace tinsmith {

/// Reads IDX, the format of MNIST: 0 0 type rank, big-endian sizes, big-endian values of uint8, int8, int16, int32,
/// float32 or float64 (source: yann.lecun.com/exdb/mnist). Nothing where the bytes are not that.
std::optional<NpyArray> readIdx(const Bytes &bytes);

} // namespace tinsmith
