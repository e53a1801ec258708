// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/rewrites/channel_flow.h"

#include <limits>
#include <vector>

namespace tinsmith {

/// All values that a channel can take, at any position, for any input of the model: stored integers of a quantized
/// tensor, reals of a float one.
struct ValueRange {
    double low = -std::numeric_limits<double>::infinity();
    double high = std::numeric_limits<double>::infinity();
    bool constant() const { return low == high; }
    friend bool operator==(const ValueRange &, const ValueRange &) = default;
};

/// The range of every channel of every tensor (by TensorChannels::base + channel), proved from weights, biases, clamps
/// and what is known of the operators before. int8 exactly as the executor computes; float operators give only
/// constants.
std::vector<ValueRange> channelValues(const ChannelFlow &flow);

/// The weights of a Mix or depthwise operator with their geometry, read once.
struct MixWeights {
    MixWeights(const Graph &graph, const Operator &op);

    std::int64_t outputs = 0;
    std::int64_t columns = 0;
    std::int64_t taps = 1;
    /// Zero point of the input; weights have theirs taken off.
    double inputZero = 0;
    /// [output][tap][column]; depthwise has one column.
    std::vector<float> values;
    /// One per output, 0 without a bias.
    std::vector<double> bias;
    /// Every output position reads all taps: nothing is ever outside the image.
    bool unpadded = true;

    float at(std::int64_t output, std::int64_t tap, std::int64_t column) const
    {
        return values[static_cast<std::size_t>((output * taps + tap) * columns + column)];
    }
};

} // namespace tinsmith
