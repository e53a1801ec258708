// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/folded_graph.h"

#include <algorithm>
#include <vector>

namespace tinsmith::onnxio {
namespace {

/// Every element of its outputs is an element of its first input, bit by bit.
bool onlyMoves(const Operator &op)
{
    return op.is<Reshape>() || op.is<Squeeze>() || op.is<ExpandDims>() || op.is<Transpose>() || op.is<Split>()
        || op.is<Unpack>() || op.is<StridedSlice>() || op.is<Gather>() || op.is<DepthToSpace>() || op.is<SpaceToDepth>()
        || op.is<Tile>() || op.is<BroadcastTo>() || op.is<Identity>();
}

/// The tensor holds bytes that say nothing of their scale, and nothing reckons with them as the integers they are.
bool takesScale(const FoldedGraph &graph, TensorId id)
{
    const Tensor &tensor = graph.tensor(id);
    if ((tensor.type != ElementType::Int8 && tensor.type != ElementType::UInt8) || tensor.quantization
        || tensor.constant()) {
        return false;
    }
    const OperatorId maker = graph.producer(id);
    const auto &readers = graph.readers(id);
    return (!maker.valid() || onlyMoves(graph.builder.op(maker)))
        && std::all_of(readers.begin(), readers.end(), [&](OperatorId reader) {
               const Operator &op = graph.builder.op(reader);
               const bool moved
                   = onlyMoves(op) && std::count(op.inputs.begin(), op.inputs.end(), id) == 1 && op.inputs[0] == id;
               return moved || op.is<Dequantize>();
           });
}

bool give(FoldedGraph &graph, TensorId from, TensorId to)
{
    if (!from.valid() || !to.valid() || !isQuantizedByte(graph.tensor(from)) || !takesScale(graph, to)
        || graph.tensor(from).type != graph.tensor(to).type) {
        return false;
    }
    graph.builder.tensor(to).quantization = graph.tensor(from).quantization;
    return true;
}

} // namespace

void spreadScales(FoldedGraph &graph)
{
    const std::size_t count = graph.builder.operatorCount();
    std::vector<OperatorId> movers;
    for (std::size_t index = 0; index < count; ++index) {
        const OperatorId id(index);
        if (!graph.builder.removed(id) && onlyMoves(graph.builder.op(id)) && !graph.builder.op(id).inputs.empty()) {
            movers.push_back(id);
        }
    }
    std::reverse(movers.begin(), movers.end());
    // Against the order of execution, along it, and back again for what branches off.
    for (int pass = 0; pass < 3; ++pass) {
        for (const OperatorId id : movers) {
            const Operator &op = graph.builder.op(id);
            for (const TensorId output : op.outputs) {
                if (pass % 2 == 0) {
                    give(graph, output, op.inputs[0]);
                } else {
                    give(graph, op.inputs[0], output);
                }
            }
        }
        std::reverse(movers.begin(), movers.end());
    }
}

} // namespace tinsmith::onnxio
