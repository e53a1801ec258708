// SPDX-License-Identifier: Apache-2.0
#include "core/cost/work.h"

#include "core/graph/counts.h"

namespace tinsmith {

Work elementsOf(const Graph &graph, const Operator &op)
{
    Work work;
    for (const TensorId id : op.inputs) {
        if (id && !graph.tensor(id).constant()) {
            work.inputs = saturatingSum(work.inputs, graph.tensor(id).shape.elements().value_or(0));
            work.floating = work.floating || isFloat(graph.tensor(id).type);
        }
    }
    for (const TensorId id : op.outputs) {
        if (id) {
            work.outputs = saturatingSum(work.outputs, graph.tensor(id).shape.elements().value_or(0));
        }
    }
    work.rows = 1;
    return work;
}

Work workOf(const Graph &graph, const Operator &op)
{
    switch (familyOf(op.kind)) {
    case OperatorFamily::Convolution:
        return convolutionWork(graph, op);
    case OperatorFamily::Pooling:
        return poolingWork(graph, op);
    case OperatorFamily::Dense:
        return denseWork(graph, op);
    case OperatorFamily::Elementwise:
        return elementwiseWork(graph, op);
    case OperatorFamily::Activation:
        return activationWork(graph, op);
    case OperatorFamily::Reduction:
        return reductionWork(graph, op);
    case OperatorFamily::Quantization:
        return quantizationWork(graph, op);
    case OperatorFamily::Shape:
    case OperatorFamily::Recurrent:
    case OperatorFamily::Other:
        break;
    }
    return shapeWork(graph, op);
}

} // namespace tinsmith
