// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/execute/quantized_parameters.h"
#include "core/graph/geometry.h"
#include "core/graph/graph.h"
#include "core/planner/dsp_requantization.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace tinsmith {

// Which int8 layers run on the Armv7E-M kernels of resources/kernels/dsp, with what blocks and scratch. The packing of
// their weights (core/firmware/dsp) starts from the same values.

/// The values an accumulator can take, whatever the input.
struct AccumulatorRange {
    std::int64_t first = 0;
    std::int64_t last = 0;
};

/// An int8 convolution, depthwise convolution or dense layer as plain numbers.
struct Int8Layer {
    enum class Kind { Convolution, Depthwise, Dense };
    Kind kind = Kind::Convolution;
    SpatialGeometry geometry;
    AccumulatorParameters parameters;
    /// [output channel][taps], the taps as the kernel meets them: kernel row, column, channel.
    std::vector<std::int8_t> weights;
    std::int64_t taps = 0;
    /// With - input zero point * sum of the weights, so that padding counts as the zero point.
    std::vector<std::int64_t> bias;
    std::vector<AccumulatorRange> ranges;

    std::int64_t channels() const { return geometry.outputChannels; }
    /// The channel's output for an accumulator.
    ChannelFunction function(std::int64_t channel) const;
    /// Every input gives the same output.
    bool constant(std::int64_t channel) const;
    /// Of the channels that are not constant; 1 where all are.
    std::int32_t smallestRightShift() const;
};

/// Nothing where the operator is no such layer: other types, weights that are not constant, unknown shapes.
std::optional<Int8Layer> int8Layer(const Graph &graph, OperatorId id);

enum class DspKernel {
    /// Convolution by groups of 2 or 3 pixels.
    Rows,
    /// Convolution pixel by pixel.
    Pixels,
    Dense,
    /// Depthwise 3x3 by planes of four channels.
    Planes,
};

/// How a layer runs on the Armv7E-M kernels.
struct DspLayer {
    DspKernel kernel = DspKernel::Rows;
    /// Pixels of a group, output channels of a block of weights, steps of four taps.
    std::int64_t pixels = 1;
    std::int64_t block = 4;
    std::int64_t steps = 0;
    std::int64_t repeatedSteps() const { return (static_cast<std::int64_t>(repeated.size()) + 3) / 4; }
    /// Rows: taps that stand a second time behind the others. Where one of their weights is -128 it is -127 in the
    /// first place and -1 in the second, for a pair of channels has no room for -128 beside a negative neighbour.
    std::vector<std::int64_t> repeated;
    /// The whole image may pass as one row (kernel 1x1, stride 1, no padding).
    bool flat = false;
    /// The short requantization is possible, if its constants are found.
    bool fast = false;
    /// Planes: a channel's bias needs the short form with an addend.
    bool addend = false;
    /// Planes: output rows that are computed before the next input rows are read.
    std::int64_t band = 0;
    std::int64_t scratchBytes = 0;
    std::int64_t weightBytes = 0;
};

/// Nothing where the layer does not fulfil a condition of these kernels.
std::optional<DspLayer> dspLayer(const Int8Layer &layer);

/// Number of blocks and the first channel of each: where the channels do not fill the blocks, the second block starts
/// inside the first.
std::vector<std::int64_t> dspBlockStarts(std::int64_t channels, std::int64_t block);
/// Words of one block of a product's stream.
std::int64_t dspBlockWords(std::int64_t block, std::int64_t steps, bool fast);
/// For each tap position of the stream the index of the tap, or -1 for one that only fills a step; repeated tap k has
/// the index taps + k.
std::vector<std::int64_t> dspTapOrder(const Int8Layer &layer, const DspLayer &how);

} // namespace tinsmith
