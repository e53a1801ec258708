// SPDX-License-Identifier: Apache-2.0
#include "core/graph/relayout.h"

#include "core/graph/relayout_axes.h"
#include "core/graph/relayout_forms.h"
#include "core/graph/settle_shapes.h"

#include <algorithm>

namespace tinsmith {
namespace {

const DimensionOrder toLast = {0, 2, 3, 1};
const DimensionOrder toFirst = {0, 3, 1, 2};

class Relayout {
public:
    Relayout(const Graph &graph, Layout wanted)
        : forms_(graph), wanted_(wanted), order_(wanted == Layout::ChannelsLast ? toLast : toFirst)
    {
    }

    Graph run()
    {
        for (const Operator &op : forms_.source.operators()) {
            const bool done = std::visit([&](const auto &kind) { return rule(op, kind); }, op.kind);
            if (!done && !relayoutAlong(forms_, op) && !relayoutDense(forms_, op)) {
                copy(op);
            }
        }
        return forms_.finish();
    }

private:
    /// As it is, every input in its own order.
    void copy(const Operator &op)
    {
        std::vector<TensorId> inputs;
        for (const TensorId id : op.inputs) {
            inputs.push_back(forms_.get(id));
        }
        std::vector<TensorId> outputs;
        for (const TensorId id : op.outputs) {
            outputs.push_back(id.valid() ? forms_.make(id, identityOrder(forms_.rank(id))) : id);
        }
        forms_.emit(op, op.kind, std::move(inputs), std::move(outputs));
    }

    bool isImage(const Operator &op) const { return op.input(0).valid() && forms_.rank(op.input(0)) == 4; }

    /// A spatial operator whose weights stand in `weightOrder` afterwards.
    template <typename Kind>
    bool spatial(const Operator &op, Kind kind, const DimensionOrder &weightOrder = {})
    {
        std::vector<TensorId> inputs = {forms_.get(op.input(0), order_)};
        for (std::size_t position = 1; position < op.inputs.size(); ++position) {
            const TensorId id = op.inputs[position];
            inputs.push_back(position == 1 && !weightOrder.empty() ? forms_.get(id, weightOrder) : forms_.get(id));
        }
        const TensorId output = forms_.make(op.outputs[0], order_);
        forms_.emit(op, std::move(kind), std::move(inputs), {output});
        return true;
    }

    template <typename Kind>
    bool inWanted(const Operator &op, Kind kind, const DimensionOrder &weightOrder = {})
    {
        if (kind.layout == wanted_ || !isImage(op)) {
            return false;
        }
        kind.layout = wanted_;
        return spatial(op, std::move(kind), weightOrder);
    }

    template <typename Kind>
    bool rule(const Operator &, const Kind &)
    {
        return false;
    }
    bool rule(const Operator &op, const Conv2D &kind) { return inWanted(op, kind, order_); }
    /// Positions that a pool gives count in the layout that it has.
    bool rule(const Operator &op, const Pool2D &kind) { return op.outputs.size() == 1 && inWanted(op, kind); }
    bool rule(const Operator &op, const GlobalPool &kind) { return inWanted(op, kind); }
    bool rule(const Operator &op, const Resize &kind) { return inWanted(op, kind); }
    bool rule(const Operator &op, const DepthToSpace &kind) { return inWanted(op, kind); }
    bool rule(const Operator &op, const SpaceToDepth &kind) { return inWanted(op, kind); }
    bool rule(const Operator &op, const TransposeConv2D &kind)
    {
        // Channels first [Ci,Co,Kh,Kw], channels last [Co,Kh,Kw,Ci]; groups only in the former.
        if (kind.groups != 1) {
            return false;
        }
        return inWanted(
            op, kind, wanted_ == Layout::ChannelsLast ? DimensionOrder{1, 2, 3, 0} : DimensionOrder{3, 0, 1, 2});
    }
    bool rule(const Operator &op, const DepthwiseConv2D &kind)
    {
        if (wanted_ == Layout::ChannelsLast || !isImage(op) || kind.multiplier < 1) {
            return false;
        }
        Conv2D conv;
        conv.layout = Layout::ChannelsFirst;
        conv.strideH = kind.strideH;
        conv.strideW = kind.strideW;
        conv.dilationH = kind.dilationH;
        conv.dilationW = kind.dilationW;
        conv.padding = kind.padding;
        conv.activation = kind.activation;
        conv.groups = forms_.tensor(op.input(1)).shape[3] / kind.multiplier;
        return spatial(op, conv, {3, 0, 1, 2});
    }
    bool rule(const Operator &op, BatchNormalization kind)
    {
        if (kind.layout == wanted_ || !op.input(0).valid() || !forms_.tensor(op.input(0)).shape.ranked) {
            return false;
        }
        const std::size_t rank = forms_.rank(op.input(0));
        DimensionOrder order = identityOrder(rank);
        if (rank > 2) {
            // Channels go from behind the batch to the end, or back.
            const auto second = order.begin() + 1;
            wanted_ == Layout::ChannelsLast ? std::rotate(second, second + 1, order.end())
                                            : std::rotate(second, order.end() - 1, order.end());
        }
        kind.layout = wanted_;
        std::vector<TensorId> inputs = {forms_.get(op.input(0), order)};
        for (std::size_t position = 1; position < op.inputs.size(); ++position) {
            inputs.push_back(forms_.get(op.inputs[position]));
        }
        const TensorId output = forms_.make(op.outputs[0], order);
        forms_.emit(op, kind, std::move(inputs), {output});
        return true;
    }

    TensorForms forms_;
    Layout wanted_;
    DimensionOrder order_;
};

/// Whether some operator has a layout that is not the wanted one.
bool differs(const Graph &graph, Layout wanted)
{
    const auto other = [&](const auto &kind) {
        using Kind = std::decay_t<decltype(kind)>;
        if constexpr (requires { kind.layout; }) {
            return kind.layout != wanted;
        } else {
            return std::is_same_v<Kind, DepthwiseConv2D> && wanted == Layout::ChannelsFirst;
        }
    };
    return std::any_of(graph.operators().begin(), graph.operators().end(),
        [&](const Operator &op) { return std::visit(other, op.kind); });
}

} // namespace

Graph relayout(const Graph &graph, Layout wanted)
{
    if (!differs(graph, wanted)) {
        return graph;
    }
    const Graph settled = settleShapes(graph);
    return Relayout(settled, wanted).run();
}

} // namespace tinsmith
