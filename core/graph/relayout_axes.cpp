// SPDX-License-Identifier: Apache-2.0
#include "core/graph/relayout_axes.h"

#include "core/graph/relayout.h"

#include <algorithm>

namespace tinsmith {
namespace {

std::size_t counted(std::int64_t axis, std::size_t rank)
{
    return static_cast<std::size_t>(axis < 0 ? axis + static_cast<std::int64_t>(rank) : axis);
}

class Along {
public:
    Along(TensorForms &forms, const Operator &op) : forms_(forms), op_(op) { }

    bool run()
    {
        if (!op_.input(0).valid() || op_.outputs.empty() || !op_.outputs[0].valid()) {
            return false;
        }
        if (isElementwise(op_.kind) && forms_.flat(op_.input(0)) != nullptr) {
            return alongFlat();
        }
        return std::visit([this](const auto &kind) { return rule(kind); }, op_.kind);
    }

private:
    TensorForms &forms_;
    const Operator &op_;

    std::size_t rank() const { return forms_.rank(op_.input(0)); }
    std::int32_t placed(std::int64_t axis, const DimensionOrder &order) const
    {
        return static_cast<std::int32_t>(positionOf(order, counted(axis, order.size())));
    }

    template <typename Kind>
    bool rule(const Kind &kind)
    {
        if constexpr (std::is_same_v<Kind, Binary> || std::is_same_v<Kind, PRelu>) {
            return broadcast();
        } else {
            const auto order = forms_.foreign(op_.input(0));
            if (isElementwise(op_.kind)) {
                return order && sameShape(kind, *order);
            }
            return order && inOrder(kind, *order);
        }
    }
    // These look at all their inputs, or need no form but their own.
    bool rule(const Concatenation &kind)
    {
        std::optional<DimensionOrder> order;
        for (const TensorId id : op_.inputs) {
            const auto own = forms_.foreign(id);
            order = order ? order : own;
        }
        if (!order) {
            return false;
        }
        Concatenation changed = kind;
        changed.axis = placed(kind.axis, *order);
        std::vector<TensorId> inputs;
        for (const TensorId id : op_.inputs) {
            inputs.push_back(forms_.get(id, *order));
        }
        forms_.emit(op_, changed, std::move(inputs), {forms_.make(op_.outputs[0], *order)});
        return true;
    }
    bool rule(const Transpose &kind)
    {
        // Every form of the input is one of the output under other names of its dimensions.
        DimensionOrder permutation;
        for (const std::int64_t axis : kind.permutation) {
            permutation.push_back(static_cast<std::size_t>(axis));
        }
        const DimensionOrder back = inverse(permutation);
        bool any = false;
        for (const TensorForm &form : std::vector<TensorForm>(forms_.all(op_.input(0)))) {
            if (form.flatDims.empty()) {
                DimensionOrder order;
                for (const std::size_t axis : form.order) {
                    order.push_back(back[axis]);
                }
                forms_.put(op_.outputs[0], {form.id, order, {}, {}});
                any = true;
            }
        }
        return any;
    }

    bool alongFlat()
    {
        const TensorForm form = *forms_.flat(op_.input(0));
        const TensorId output = forms_.makeFlat(op_.outputs[0], form.flatDims, form.flatOrder);
        forms_.emit(op_, op_.kind, {form.id}, {output});
        return true;
    }

    template <typename Kind>
    bool sameShape(Kind kind, const DimensionOrder &order)
    {
        const TensorId input = forms_.get(op_.input(0), order);
        forms_.emit(op_, std::move(kind), {input}, {forms_.make(op_.outputs[0], order)});
        return true;
    }

    bool broadcast()
    {
        const TensorId output = op_.outputs[0];
        const std::size_t wide = forms_.rank(output);
        std::optional<DimensionOrder> order;
        for (const TensorId id : op_.inputs) {
            const auto own = id.valid() && forms_.rank(id) == wide ? forms_.foreign(id) : std::nullopt;
            order = order ? order : own;
        }
        if (!order) {
            return false;
        }
        std::vector<TensorId> inputs;
        for (const TensorId id : op_.inputs) {
            inputs.push_back(forms_.rank(id) == wide ? forms_.get(id, *order) : widened(id, *order));
        }
        forms_.emit(op_, op_.kind, std::move(inputs), {forms_.make(output, *order)});
        return true;
    }

    /// An input of fewer dimensions, with ones before them, in the order.
    TensorId widened(TensorId id, const DimensionOrder &order)
    {
        const Tensor &tensor = forms_.tensor(id);
        if (tensor.shape.rank() == 0 || tensor.shape.elements() == 1) {
            return forms_.get(id);
        }
        const std::size_t extra = order.size() - tensor.shape.rank();
        std::vector<std::int64_t> dims(extra, 1);
        dims.insert(dims.end(), tensor.shape.dims.begin(), tensor.shape.dims.end());
        const TensorId own = forms_.get(id);
        const TensorId wide = forms_.fresh(tensor, Shape(dims), "wide");
        if (tensor.data && bitsOf(tensor.type) >= 8) {
            // Leading ones of the result say nothing; without them it is [C] for a value per channel.
            Tensor &made = forms_.target.tensor(wide);
            made.data = movesNothing(dims, identityOrder(dims.size()), order)
                ? *tensor.data
                : permuted(*tensor.data, dims, order, static_cast<std::size_t>(bitsOf(tensor.type) / 8));
            made.shape = Shape(arranged(dims, order));
            while (made.shape.rank() > 1 && made.shape[0] == 1) {
                made.shape.dims.erase(made.shape.dims.begin());
            }
            if (made.quantization && made.quantization->perChannel()) {
                made.quantization->axis = static_cast<std::int32_t>(made.shape.rank()) - 1;
            }
            made.name = tensor.name;
            return wide;
        }
        forms_.emit({forms_.target.tensor(wide).name, {}, {}, {}}, Reshape{dims, false}, {own}, {wide});
        const TensorId turned = forms_.fresh(tensor, Shape(arranged(dims, order)), "turned");
        forms_.move(wide, identityOrder(dims.size()), turned, order, dims);
        return turned;
    }

    // Everything below has one data input, which stands in `order` and not in its own.
    template <typename Kind>
    bool inOrder(const Kind &, const DimensionOrder &)
    {
        return false;
    }
    bool inOrder(Softmax kind, const DimensionOrder &order)
    {
        kind.axis = placed(kind.axis, order);
        return sameShape(kind, order);
    }
    bool inOrder(LogSoftmax kind, const DimensionOrder &order)
    {
        kind.axis = placed(kind.axis, order);
        return sameShape(kind, order);
    }
    bool inOrder(const L2Normalization &kind, const DimensionOrder &order)
    {
        return order.back() + 1 == order.size() && sameShape(kind, order);
    }
    bool inOrder(Pad kind, const DimensionOrder &order)
    {
        kind.before = arranged(kind.before, order);
        kind.after = arranged(kind.after, order);
        return sameShape(std::move(kind), order);
    }
    bool inOrder(Tile kind, const DimensionOrder &order)
    {
        kind.multiples = arranged(kind.multiples, order);
        return sameShape(std::move(kind), order);
    }
    bool inOrder(BroadcastTo kind, const DimensionOrder &order)
    {
        if (kind.shape.size() != order.size()) {
            return false;
        }
        kind.shape = arranged(kind.shape, order);
        return sameShape(std::move(kind), order);
    }
    bool inOrder(StridedSlice kind, const DimensionOrder &order)
    {
        std::vector<bool> dropped(order.size(), false);
        for (std::int64_t &axis : kind.droppedAxes) {
            dropped[counted(axis, order.size())] = true;
            axis = placed(axis, order);
        }
        std::sort(kind.droppedAxes.begin(), kind.droppedAxes.end());
        kind.begin = arranged(kind.begin, order);
        kind.end = arranged(kind.end, order);
        kind.stride = arranged(kind.stride, order);
        return dropping(std::move(kind), order, dropped);
    }
    bool inOrder(Split kind, const DimensionOrder &order)
    {
        kind.axis = placed(kind.axis, order);
        const TensorId input = forms_.get(op_.input(0), order);
        std::vector<TensorId> outputs;
        for (const TensorId id : op_.outputs) {
            outputs.push_back(forms_.make(id, order));
        }
        forms_.emit(op_, std::move(kind), {input}, std::move(outputs));
        return true;
    }
    bool inOrder(Reduce kind, const DimensionOrder &order)
    {
        std::vector<bool> dropped(order.size(), kind.axes.empty());
        for (std::int64_t &axis : kind.axes) {
            dropped[counted(axis, order.size())] = true;
            axis = placed(axis, order);
        }
        std::sort(kind.axes.begin(), kind.axes.end());
        if (kind.keepDims) {
            dropped.assign(order.size(), false);
        }
        return dropping(std::move(kind), order, dropped);
    }
    bool inOrder(ArgExtreme kind, const DimensionOrder &order)
    {
        std::vector<bool> dropped(order.size(), false);
        dropped[counted(kind.axis, order.size())] = !kind.keepDims;
        kind.axis = placed(kind.axis, order);
        return dropping(kind, order, dropped);
    }
    bool inOrder(Squeeze kind, const DimensionOrder &order)
    {
        const Shape &shape = forms_.tensor(op_.input(0)).shape;
        std::vector<bool> dropped(order.size(), false);
        for (std::size_t axis = 0; axis < order.size() && kind.axes.empty(); ++axis) {
            dropped[axis] = shape[axis] == 1;
        }
        for (std::int64_t &axis : kind.axes) {
            dropped[counted(axis, order.size())] = true;
            axis = placed(axis, order);
        }
        std::sort(kind.axes.begin(), kind.axes.end());
        return dropping(std::move(kind), order, dropped);
    }
    bool inOrder(Gather kind, const DimensionOrder &order)
    {
        const TensorId indices = op_.input(1);
        if (!indices.valid() || forms_.rank(indices) > 1 || kind.batchDims != 0) {
            return false;
        }
        std::vector<bool> dropped(order.size(), false);
        dropped[counted(kind.axis, order.size())] = forms_.rank(indices) == 0;
        kind.axis = placed(kind.axis, order);
        return dropping(kind, order, dropped);
    }

    /// The result has the order of what remains.
    template <typename Kind>
    bool dropping(Kind kind, const DimensionOrder &order, const std::vector<bool> &dropped)
    {
        std::vector<TensorId> inputs = {forms_.get(op_.input(0), order)};
        for (std::size_t position = 1; position < op_.inputs.size(); ++position) {
            inputs.push_back(forms_.get(op_.inputs[position]));
        }
        const TensorId output = forms_.make(op_.outputs[0], without(order, dropped));
        forms_.emit(op_, std::move(kind), std::move(inputs), {output});
        return true;
    }

    bool inOrder(const ExpandDims &kind, const DimensionOrder &order)
    {
        const std::size_t wide = order.size() + kind.axes.size();
        std::vector<bool> added(wide, false);
        for (const std::int64_t axis : kind.axes) {
            added[counted(axis, wide)] = true;
        }
        DimensionOrder kept;
        for (std::size_t axis = 0; axis < wide; ++axis) {
            if (!added[axis]) {
                kept.push_back(axis);
            }
        }
        DimensionOrder result;
        for (const std::size_t axis : order) {
            result.push_back(kept[axis]);
        }
        // A new dimension stands before the one that follows it in the source.
        for (std::size_t axis = wide; axis-- > 0;) {
            if (added[axis]) {
                result.insert(std::find(result.begin(), result.end(), axis + 1), axis);
            }
        }
        ExpandDims changed;
        for (std::size_t position = 0; position < wide; ++position) {
            if (added[result[position]]) {
                changed.axes.push_back(static_cast<std::int64_t>(position));
            }
        }
        const TensorId input = forms_.get(op_.input(0), order);
        forms_.emit(op_, std::move(changed), {input}, {forms_.make(op_.outputs[0], result)});
        return true;
    }

    bool inOrder(const Reshape &, const DimensionOrder &order)
    {
        const Shape &from = forms_.tensor(op_.input(0)).shape;
        const Shape &to = forms_.tensor(op_.outputs[0]).shape;
        if (!from.known() || !to.known()) {
            return false;
        }
        if (const auto result = reshapedOrder(from.dims, to.dims, order)) {
            const TensorId input = forms_.get(op_.input(0), order);
            forms_.emit(
                op_, Reshape{arranged(to.dims, *result), false}, {input}, {forms_.make(op_.outputs[0], *result)});
            return true;
        }
        const bool flattens = to.rank() == 2 && order.size() > 2 && to[0] == from[0] && order[0] == 0;
        if (!flattens) {
            return false;
        }
        DimensionOrder inner;
        for (std::size_t position = 1; position < order.size(); ++position) {
            inner.push_back(order[position] - 1);
        }
        const TensorId input = forms_.get(op_.input(0), order);
        const TensorId output
            = forms_.makeFlat(op_.outputs[0], {from.dims.begin() + 1, from.dims.end()}, std::move(inner));
        forms_.emit(op_, Reshape{to.dims, false}, {input}, {output});
        return true;
    }
};

} // namespace

bool relayoutAlong(TensorForms &forms, const Operator &op)
{
    return Along(forms, op).run();
}

} // namespace tinsmith
