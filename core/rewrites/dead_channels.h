// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/rewrites/channel_values.h"

#include <optional>
#include <string>
#include <vector>

namespace tinsmith {

/// Which channels of a graph can go without changing what it computes.
struct DeadChannels {
    explicit DeadChannels(const Graph &graph);

    ChannelFlow flow;
    std::vector<ValueRange> values;
    /// By class of ChannelFlow: some operator or output needs it.
    std::vector<char> needed;
    /// Channels of convolutions and dense layers that go.
    std::int64_t removed = 0;
    /// The operators that lose weights, by name, in running order.
    std::vector<std::string> operators;

    bool keeps(TensorId tensor, std::int64_t channel) const { return needed[flow.classOf(tensor, channel)] != 0; }
    const ValueRange &value(TensorId tensor, std::int64_t channel) const
    {
        return values[flow.channels(tensor).base + static_cast<std::size_t>(channel)];
    }
};

/// The graph without them: constants of channels that went are folded into the biases of their readers. Nothing where a
/// folded bias would not fit into 32 bits.
std::optional<Graph> withoutDeadChannels(const Graph &graph, const DeadChannels &dead);

} // namespace tinsmith
