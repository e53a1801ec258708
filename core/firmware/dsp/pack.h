// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/planner/dsp_layers.h"

#include <cstdint>
#include <vector>

namespace tinsmith {

/// The weights of a layer as the kernels of resources/kernels/dsp read them, biases and requantization constants
/// included.
struct DspStream {
    std::vector<std::uint32_t> words;
    /// The short requantization was proved for all channels. Otherwise the general one is packed, and shifts are 0.
    bool fast = false;
    std::int32_t shiftA = 0;
    std::int32_t shiftB = 0;
};

/// Streams of ts_dsp_gemm_plain.h for Rows, Pixels and Dense.
DspStream packProduct(const Int8Layer &layer, const DspLayer &how);

} // namespace tinsmith
