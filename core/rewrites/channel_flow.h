// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"

#include <cstdint>
#include <vector>

namespace tinsmith {

/// What an operator does to the channels of its tensors.
enum class ChannelRole {
    /// Not known to keep channels apart: all that it reads and writes stays as it is.
    Barrier,
    /// Every output channel is a weighted sum of all input channels (convolution, fully connected).
    Mix,
    /// Output channel c depends on one input channel each of its inputs (depthwise, pooling, elementwise, reshape,
    /// ...).
    Pass,
};

/// The channels of one activation: the positions along `axis`.
struct TensorChannels {
    int axis = -1;
    std::int64_t count = 0;
    /// Position of channel 0 in tables over all channels of all tensors.
    std::size_t base = 0;
    bool known() const { return axis >= 0; }
};

/// One activation input of a Pass operator: which of its channels output channel c depends on, -1 for none.
struct ChannelLink {
    std::size_t input = 0;
    std::vector<std::int64_t> from;
};

/// Follows channels through a graph: which axis they lie on, and which channels of different tensors belong together
/// because one cannot be removed without the other.
class ChannelFlow {
public:
    explicit ChannelFlow(const Graph &graph);

    const Graph &graph() const { return graph_; }
    ChannelRole role(OperatorId id) const { return roles_[id.position()]; }
    const TensorChannels &channels(TensorId id) const { return channels_[id.position()]; }
    const std::vector<ChannelLink> &links(OperatorId id) const { return links_[id.position()]; }
    /// Mix: the channel of input 0 that weight column k multiplies.
    std::int64_t mixSource(OperatorId id, std::int64_t column) const;
    /// Channels of all tensors together.
    std::size_t size() const { return parents_.size(); }
    /// Channels that belong together have the same class.
    std::size_t classOf(TensorId id, std::int64_t channel) const;
    /// By class: must stay, whatever its values.
    const std::vector<char> &locked() const { return locked_; }

private:
    void open(TensorId id, int axis);
    void lock(TensorId id);
    void barrier(OperatorId id);
    bool mix(OperatorId id);
    bool spatial(OperatorId id);
    bool elementwise(OperatorId id);
    bool concatenation(OperatorId id);
    bool renaming(OperatorId id);
    bool reduction(OperatorId id);
    bool padding(OperatorId id);
    bool keepAxis(OperatorId id, int outputAxis);
    void link(OperatorId id, std::size_t input, std::vector<std::int64_t> from);
    std::size_t find(std::size_t node) const;
    void join(std::size_t a, std::size_t b);

    const Graph &graph_;
    std::vector<ChannelRole> roles_;
    std::vector<TensorChannels> channels_;
    std::vector<std::vector<ChannelLink>> links_;
    mutable std::vector<std::size_t> parents_;
    std::vector<char> locked_;
    std::vector<TensorId> lockedTensors_;
};

} // namespace tinsmith
