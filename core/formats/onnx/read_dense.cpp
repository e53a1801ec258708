// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/node_context.h"

namespace tinsmith::onnxio {
namespace {

void readGemm(NodeContext &context)
{
    Gemm kind;
    kind.alpha = context.node.real("alpha", 1);
    kind.beta = context.node.real("beta", 1);
    kind.transposeA = context.node.integer("transA", 0) != 0;
    kind.transposeB = context.node.integer("transB", 0) != 0;
    if (context.node.opset < 7 && context.node.opset > 0) {
        // Before operator set 7 matrices of more dimensions were flattened.
        if (context.rank(0) != 2) {
            throw Untyped{"Gemm of more than two dimensions is not supported"};
        }
    }
    context.emit(kind, {context.in(0), context.in(1), context.optional(2)});
}

void readMatMul(NodeContext &context)
{
    context.emit(MatMul{}, {context.in(0), context.in(1)});
}

} // namespace

void addDenseReaders(NodeReaders &readers)
{
    readers["Gemm"] = readGemm;
    readers["MatMul"] = readMatMul;
}

} // namespace tinsmith::onnxio
