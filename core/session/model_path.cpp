// SPDX-License-Identifier: Apache-2.0
#include "core/session/model_path.h"

#include <algorithm>

namespace tinsmith {
namespace {

class Bodies {
public:
    explicit Bodies(const Graph &model) : count_(static_cast<std::int32_t>(model.subgraphs().size())) { }

    void operator()(const If &kind)
    {
        add("then", kind.thenBody);
        add("else", kind.elseBody);
    }
    void operator()(const While &kind)
    {
        add("condition", kind.condition);
        add("body", kind.body);
    }
    void operator()(const Loop &kind) { add("body", kind.body); }
    void operator()(const Scan &kind) { add("body", kind.body); }
    void operator()(const Call &kind) { add(kind.function.empty() ? "subgraph" : "function", kind.body); }
    void operator()(const Custom &kind)
    {
        for (std::size_t at = 0; at < kind.bodies.size(); ++at) {
            add(kind.bodies.size() == 1 ? "body" : "body " + std::to_string(at + 1), kind.bodies[at]);
        }
    }
    template <typename Other>
    void operator()(const Other & /*kind*/)
    {
    }

    std::vector<OperatorBody> found;

private:
    void add(std::string part, std::int32_t subgraph)
    {
        if (subgraph >= 0 && subgraph < count_) {
            found.push_back({std::move(part), subgraph});
        }
    }
    std::int32_t count_;
};

} // namespace

std::vector<OperatorBody> bodiesOf(const Graph &model, const OperatorKind &kind)
{
    Bodies bodies(model);
    std::visit(bodies, kind);
    return std::move(bodies.found);
}

const Graph &graphAt(const Graph &model, std::int32_t subgraph)
{
    const auto bodies = model.subgraphs();
    return subgraph >= 0 && static_cast<std::size_t>(subgraph) < bodies.size()
        ? bodies[static_cast<std::size_t>(subgraph)]
        : model;
}

ModelPath entered(const ModelPath &from, const Operator &op, const OperatorBody &body)
{
    ModelPath path = from;
    const auto before = std::find_if(path.steps.begin(), path.steps.end(),
        [&body](const ModelPath::Step &step) { return step.subgraph == body.subgraph; });
    if (before != path.steps.end()) {
        path.steps.erase(before + 1, path.steps.end());
        return path;
    }
    path.steps.push_back({op.name, displayName(op.kind), body.part, body.subgraph});
    return path;
}

std::vector<ModelPath> pathsOf(const Graph &model)
{
    std::vector<ModelPath> paths(model.subgraphs().size());
    std::vector<bool> seen(paths.size(), false);
    // Breadth first, so that each is found on its shortest way. -1 is the model's own graph.
    std::vector<std::int32_t> queue = {-1};
    const auto follow = [&](std::size_t from) {
        for (std::size_t at = from; at < queue.size(); ++at) {
            const std::int32_t here = queue[at];
            const ModelPath way = here < 0 ? ModelPath() : paths[static_cast<std::size_t>(here)];
            for (const Operator &op : graphAt(model, here).operators()) {
                for (const OperatorBody &body : bodiesOf(model, op.kind)) {
                    const auto position = static_cast<std::size_t>(body.subgraph);
                    if (!seen[position]) {
                        seen[position] = true;
                        paths[position] = entered(way, op, body);
                        queue.push_back(body.subgraph);
                    }
                }
            }
        }
    };
    follow(0);
    for (std::size_t position = 0; position < paths.size(); ++position) {
        if (!seen[position]) {
            seen[position] = true;
            paths[position].steps.push_back({{}, {}, {}, static_cast<std::int32_t>(position)});
            queue.push_back(static_cast<std::int32_t>(position));
            follow(queue.size() - 1);
        }
    }
    return paths;
}

std::string titleOf(const Graph &model, std::int32_t subgraph)
{
    std::string name = graphAt(model, subgraph).name();
    // The ONNX reader puts before a body's own name where it is: "node If that makes y, then_branch: yes".
    if (const auto own = name.rfind(": "); name.rfind("node ", 0) == 0 && own != std::string::npos) {
        name.erase(0, own + 2);
    }
    return name.empty() ? "Subgraph " + std::to_string(subgraph + 1) : name;
}

} // namespace tinsmith
