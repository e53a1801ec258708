// SPDX-License-Identifier: Apache-2.0
#include "core/rewrites/dead_channels.h"

#include <algorithm>

namespace tinsmith {
namespace {

/// Which columns of a Mix operator have a weight that is not zero, per output.
struct Reads {
    OperatorId id;
    std::int64_t outputs = 0;
    std::int64_t columns = 0;
    double zero = 0;
    bool unpadded = true;
    std::vector<char> nonzero;
};

Reads readsOf(const Graph &graph, OperatorId id)
{
    const MixWeights mix(graph, graph.op(id));
    Reads reads{id, mix.outputs, mix.columns, mix.inputZero, mix.unpadded, {}};
    reads.nonzero.resize(static_cast<std::size_t>(mix.outputs * mix.columns));
    for (std::int64_t c = 0; c < mix.outputs; ++c) {
        for (std::int64_t tap = 0; tap < mix.taps; ++tap) {
            for (std::int64_t column = 0; column < mix.columns; ++column) {
                if (mix.at(c, tap, column) != 0) {
                    reads.nonzero[static_cast<std::size_t>(c * mix.columns + column)] = 1;
                }
            }
        }
    }
    return reads;
}

} // namespace

DeadChannels::DeadChannels(const Graph &graph) : flow(graph), values(channelValues(flow)), needed(flow.locked())
{
    std::vector<Reads> mixes;
    for (std::size_t i = graph.operators().size(); i-- > 0;) {
        if (flow.role(OperatorId(i)) == ChannelRole::Mix) {
            mixes.push_back(readsOf(graph, OperatorId(i)));
        }
    }
    bool changed = true;
    const auto need = [&](TensorId tensor, std::int64_t channel) {
        char &flag = needed[flow.classOf(tensor, channel)];
        changed = changed || flag == 0;
        flag = 1;
    };
    while (changed) {
        changed = false;
        for (const Reads &reads : mixes) {
            const Operator &op = graph.op(reads.id);
            for (std::int64_t c = 0; c < reads.outputs; ++c) {
                if (!keeps(op.outputs[0], c) || value(op.outputs[0], c).constant()) {
                    continue;
                }
                for (std::int64_t column = 0; column < reads.columns; ++column) {
                    const std::int64_t source = flow.mixSource(reads.id, column);
                    const ValueRange &x = value(op.inputs[0], source);
                    // A constant folds into the bias, unless some positions see padding in its place.
                    const bool folds = x.constant() && (reads.unpadded || x.low == reads.zero);
                    if (reads.nonzero[static_cast<std::size_t>(c * reads.columns + column)] != 0 && !folds) {
                        need(op.inputs[0], source);
                    }
                }
            }
        }
        // No tensor may lose all its channels.
        if (changed) {
            continue;
        }
        for (std::size_t i = 0; i < graph.tensors().size(); ++i) {
            const TensorChannels &channels = flow.channels(TensorId(i));
            bool any = !channels.known();
            for (std::int64_t c = 0; !any && c < channels.count; ++c) {
                any = keeps(TensorId(i), c);
            }
            if (!any) {
                need(TensorId(i), 0);
            }
        }
    }
    for (std::size_t i = 0; i < graph.operators().size(); ++i) {
        const Operator &op = graph.operators()[i];
        const bool mix = flow.role(OperatorId(i)) == ChannelRole::Mix;
        if (!mix && (flow.role(OperatorId(i)) == ChannelRole::Barrier || !op.is<DepthwiseConv2D>())) {
            continue;
        }
        std::int64_t gone = 0;
        for (const TensorId tensor : {op.inputs[0], op.outputs[0]}) {
            const TensorChannels &channels = flow.channels(tensor);
            for (std::int64_t c = 0; c < channels.count; ++c) {
                gone += keeps(tensor, c) ? 0 : 1;
                removed += tensor == op.outputs[0] && !keeps(tensor, c) ? 1 : 0;
            }
        }
        if (gone > 0) {
            operators.push_back(op.name);
        }
    }
}

} // namespace tinsmith
