// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/planner/dsp_layers.h"

#include <cstdint>
#include <vector>

namespace tinsmith {

/// How the kernels make outputs of accumulators; the values are those of TS_DSP_FAST and so on.
enum class DspForm { Fast = 0, General = 1, Addend = 2 };

/// The weights of a layer as the kernels of resources/kernels/dsp read them, biases and requantization constants
/// included.
struct DspStream {
    std::vector<std::uint32_t> words;
    /// Fast and Addend where the short requantization was proved for all channels; shifts are 0 otherwise.
    DspForm form = DspForm::General;
    /// Of channels that are scaled by 256 and of those that are not.
    std::int32_t shiftA = 0;
    std::int32_t shiftB = 0;
};

/// The stream of ts_dsp_gemm_plain.h (Rows, Pixels, Dense) or ts_dsp_plane.h (Planes).
DspStream packDsp(const Int8Layer &layer, const DspLayer &how);

/// Where in the stream's order of taps the repeated ones stand the first time.
std::vector<std::int16_t> repeatedPlaces(const Int8Layer &layer, const DspLayer &how);

} // namespace tinsmith
