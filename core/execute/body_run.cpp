// SPDX-License-Identifier: Apache-2.0
#include "core/execute/body_run.h"

#include "core/graph/error.h"
#include "core/graph/shape_inference.h"

namespace tinsmith {

BodyInput bodyInput(const Preparation &preparation, std::size_t position, bool same)
{
    return {preparation.input(position), same ? preparation.constant(position) : nullptr};
}

std::shared_ptr<GraphRun> prepareBody(
    const Preparation &preparation, std::int32_t body, const std::vector<BodyInput> &inputs)
{
    const auto library = preparation.graph().subgraphs();
    preparation.require(body >= 0 && static_cast<std::size_t>(body) < library.size(), "its body is not there");
    preparation.require(preparation.context() != nullptr, "it runs only inside a model");
    GraphBuilder builder(library[static_cast<std::size_t>(body)]);
    const std::string name = "its body " + builder.name();
    if (builder.inputs().size() != inputs.size()) {
        preparation.refuse(name + " takes " + std::to_string(builder.inputs().size()) + " values, not "
            + std::to_string(inputs.size()));
    }
    bool changed = false;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        Tensor &tensor = builder.tensor(builder.inputs()[i]);
        const Tensor &given = inputs[i].tensor;
        if (tensor.type == ElementType::Unknown) {
            tensor.type = given.type;
        }
        if (tensor.type != given.type) {
            preparation.refuse(name + " takes " + std::string(nameOf(tensor.type)) + " as " + tensor.name + ", not "
                + std::string(nameOf(given.type)));
        }
        if (!(tensor.shape == given.shape)) {
            tensor.shape = given.shape;
            changed = true;
        }
        if (inputs[i].known != nullptr && !tensor.variable) {
            tensor.data = *inputs[i].known;
        }
    }
    try {
        if (changed) {
            inferAllShapes(builder);
        }
        builder.subgraphs() = {library.begin(), library.end()};
        return std::make_shared<GraphRun>(builder.build(), preparation.context());
    } catch (const Error &error) {
        preparation.refuse(name + ": " + error.place() + ": " + error.cause());
    }
}

void requireSame(const Preparation &preparation, const GraphRun &body, std::size_t position, const Tensor &tensor)
{
    const Graph &graph = body.graph();
    if (position >= graph.outputs().size()) {
        preparation.refuse("its body " + graph.name() + " has " + std::to_string(graph.outputs().size()) + " outputs");
    }
    const Tensor &made = graph.tensor(graph.outputs()[position]);
    if (made.type != tensor.type || made.bytes() != tensor.bytes()) {
        preparation.refuse("its body gives " + std::string(nameOf(made.type)) + " " + made.shape.text() + " as "
            + made.name + " where " + std::string(nameOf(tensor.type)) + " " + tensor.shape.text()
            + " is needed: shapes that change while the model runs are not supported");
    }
}

void requireCondition(const Preparation &preparation, const GraphRun &body, std::size_t position)
{
    const Graph &graph = body.graph();
    const bool there = position < graph.outputs().size();
    preparation.require(there && graph.tensor(graph.outputs()[position]).type == ElementType::Bool
            && graph.tensor(graph.outputs()[position]).shape.elements() == 1,
        "the condition that its body gives is not one boolean");
}

} // namespace tinsmith
