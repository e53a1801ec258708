// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/operator_writer.h"
#include "core/graph/error.h"

namespace tinsmith::onnxio {
void write(Emitter &e, const Operator &op, const Custom &kind)
{
    if (e.graph().info().format != "ONNX") {
        e.refuse("ONNX has no operator " + kind.sourceType);
    }
    for (const Graph &subgraph : e.graph().subgraphs()) {
        if (subgraph.name() == kind.sourceType || subgraph.name().rfind("node " + op.name + " ", 0) == 0) {
            e.refuse("operators with bodies are shown but cannot be written");
        }
    }
    if (kind.encoded.empty()) {
        e.refuse("how the file encodes it is not known");
    }
    std::vector<std::string> inputs;
    std::vector<std::string> outputs;
    for (std::size_t input = 0; input < op.inputs.size(); ++input) {
        inputs.push_back(e.stored(input));
    }
    for (std::size_t output = 0; output < op.outputs.size(); ++output) {
        outputs.push_back(e.storedOutput(output));
    }
    e.encodedNode(kind.encoded, inputs, outputs);
}

void writeOperator(Emitter &emitter, const Operator &op)
{
    std::visit(
        [&](const auto &kind) {
            if constexpr (requires { write(emitter, op, kind); }) {
                write(emitter, op, kind);
            } else {
                throw UnsupportedError({}, op.name, "ONNX has no form for " + displayName(op.kind));
            }
        },
        op.kind);
}

} // namespace tinsmith::onnxio
