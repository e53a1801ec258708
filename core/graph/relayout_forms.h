// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/dimension_order.h"
#include "core/graph/graph.h"

#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

namespace tinsmith {

/// One place where a source tensor's values stand in the graph being made.
struct TensorForm {
    TensorId id;
    DimensionOrder order;
    /// Not empty: the tensor is [N,K] and its K elements are these dimensions (of the source), standing in `flatOrder`.
    std::vector<std::int64_t> flatDims;
    DimensionOrder flatOrder;
};

/// The tensors of a source graph and the orders in which the graph being made holds them; makes missing orders on
/// demand.
class TensorForms {
public:
    explicit TensorForms(const Graph &source);

    const Graph &source;
    GraphBuilder target;

    const Tensor &tensor(TensorId id) const { return source.tensor(id); }
    std::size_t rank(TensorId id) const { return tensor(id).shape.rank(); }

    /// The tensor in this order; adds a Transpose or Reshape where it does not stand so yet.
    TensorId get(TensorId id, const DimensionOrder &order);
    TensorId get(TensorId id) { return id.valid() ? get(id, identityOrder(rank(id))) : TensorId::none(); }
    /// An order in which it stands, where it does not stand in its own.
    std::optional<DimensionOrder> foreign(TensorId id) const;
    /// Its flattened form, where that is all there is.
    const TensorForm *flat(TensorId id) const;
    const std::vector<TensorForm> &all(TensorId id) const { return forms_[id.position()]; }

    /// Makes the tensor that an operator writes in this order.
    TensorId make(TensorId id, const DimensionOrder &order);
    TensorId makeFlat(TensorId id, std::vector<std::int64_t> dims, DimensionOrder order);
    /// Notes that an existing tensor of the target holds the source tensor in this order.
    void put(TensorId id, TensorForm form) { forms_[id.position()].push_back(std::move(form)); }

    /// A tensor of the target of its own, of this shape, named after a source tensor.
    TensorId fresh(const Tensor &like, Shape shape, const std::string &suffix);
    void emit(const Operator &like, OperatorKind kind, std::vector<TensorId> inputs, std::vector<TensorId> outputs);
    /// Between two tensors of the target whose dimensions stand in these orders.
    void move(TensorId from, const DimensionOrder &fromOrder, TensorId to, const DimensionOrder &toOrder,
        const std::vector<std::int64_t> &dims);

    /// Gives inputs and outputs their places and builds.
    Graph finish();

private:
    std::string nameFor(TensorId id, bool own);
    void dropUnread(const std::vector<TensorId> &outputs);
    TensorId reordered(TensorId id, const DimensionOrder &order);
    std::optional<TensorId> recomputed(TensorId id, const DimensionOrder &order);

    std::vector<std::vector<TensorForm>> forms_;
    std::vector<bool> named_;
    std::unordered_set<std::string> names_;
};

/// An operator that takes each element by itself and has one data input.
bool isElementwise(const OperatorKind &kind);

} // namespace tinsmith
