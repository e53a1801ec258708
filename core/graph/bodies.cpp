// SPDX-License-Identifier: Apache-2.0
#include "core/graph/bodies.h"

#include "core/graph/error.h"

#include <algorithm>

namespace tinsmith {
namespace {

constexpr std::size_t deepest = 64;
constexpr std::int64_t mostOperators = 200'000;

class Check {
public:
    explicit Check(const Graph &graph) : whole_(graph), sizes_(graph.subgraphs().size(), unknown) { }

    /// Operators of the graph with every body in its place.
    std::int64_t sizeOf(const Graph &graph, std::size_t depth)
    {
        auto size = static_cast<std::int64_t>(graph.operators().size());
        for (const Operator &op : graph.operators()) {
            for (const std::int32_t body : bodiesOf(op.kind)) {
                size += sizeOfBody(op, body, depth);
            }
            if (size > mostOperators) {
                throw GraphError({}, op.name,
                    "its bodies have more than " + std::to_string(mostOperators)
                        + " operators once every body stands where it is used");
            }
        }
        return size;
    }

private:
    static constexpr std::int64_t unknown = -1;
    static constexpr std::int64_t open = -2;

    std::int64_t sizeOfBody(const Operator &op, std::int32_t body, std::size_t depth)
    {
        if (body < 0 || static_cast<std::size_t>(body) >= sizes_.size()) {
            throw GraphError(
                {}, op.name, "its body is subgraph " + std::to_string(body) + " of " + std::to_string(sizes_.size()));
        }
        const auto at = static_cast<std::size_t>(body);
        if (sizes_[at] == open) {
            throw GraphError({}, op.name, "its body contains itself");
        }
        if (depth >= deepest) {
            throw GraphError({}, op.name, "bodies are nested deeper than " + std::to_string(deepest));
        }
        if (sizes_[at] == unknown) {
            sizes_[at] = open;
            sizes_[at] = sizeOf(whole_.subgraphs()[at], depth + 1);
        }
        return sizes_[at];
    }

    const Graph &whole_;
    std::vector<std::int64_t> sizes_;
};

struct Bodies {
    using List = std::vector<std::int32_t>;
    List operator()(const If &kind) const { return {kind.thenBody, kind.elseBody}; }
    List operator()(const While &kind) const { return {kind.condition, kind.body}; }
    List operator()(const Loop &kind) const { return {kind.body}; }
    List operator()(const Scan &kind) const { return {kind.body}; }
    List operator()(const Call &kind) const { return {kind.body}; }
    template <typename Other>
    List operator()(const Other &) const
    {
        return {};
    }
};

} // namespace

std::vector<std::int32_t> bodiesOf(const OperatorKind &kind)
{
    return std::visit(Bodies(), kind);
}

bool keepsItsShapes(const OperatorKind &kind)
{
    const auto is = [&](const auto &example) { return std::holds_alternative<std::decay_t<decltype(example)>>(kind); };
    return is(If()) || is(While()) || is(Loop()) || is(Scan()) || is(Call()) || is(VariableHandle())
        || is(ReadVariable()) || is(AssignVariable());
}

void checkBodies(const Graph &graph)
{
    Check(graph).sizeOf(graph, 0);
}

std::vector<TensorId> spliceBody(GraphBuilder &builder, const Graph &body, std::span<const TensorId> inputs,
    const std::string &prefix, const std::unordered_map<TensorId, TensorId> &shared)
{
    if (inputs.size() != body.inputs().size()) {
        throw GraphError({}, body.name(),
            "takes " + std::to_string(body.inputs().size()) + " values, not " + std::to_string(inputs.size()));
    }
    std::vector<TensorId> placed(body.tensors().size());
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        placed[body.inputs()[i].position()] = inputs[i];
    }
    for (const auto &[inside, outside] : shared) {
        placed[inside.position()] = outside;
    }
    for (std::size_t i = 0; i < placed.size(); ++i) {
        if (!placed[i].valid()) {
            Tensor copy = body.tensors()[i];
            copy.name = builder.uniqueTensorName(prefix + copy.name);
            placed[i] = builder.addTensor(std::move(copy));
        }
    }
    const auto moved = [&](std::span<const TensorId> ids) {
        std::vector<TensorId> list;
        for (const TensorId id : ids) {
            list.push_back(id.valid() ? placed[id.position()] : id);
        }
        return list;
    };
    for (const Operator &op : body.operators()) {
        Operator copy = op;
        copy.name = builder.uniqueOperatorName(prefix + op.name);
        copy.inputs = moved(op.inputs);
        copy.outputs = moved(op.outputs);
        builder.addOperator(std::move(copy));
    }
    return moved(body.outputs());
}

} // namespace tinsmith
