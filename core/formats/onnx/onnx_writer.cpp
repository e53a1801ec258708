// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/onnx_writer.h"

#include "core/formats/onnx/emitter.h"
#include "core/graph/relayout.h"

namespace tinsmith {

std::vector<std::byte> writeOnnx(const Graph &source)
{
    const Graph graph = relayout(source, Layout::ChannelsFirst);
    onnxio::Emitter emitter(graph);
    for (const Operator &op : graph.operators()) {
        emitter.begin(op);
        onnxio::writeOperator(emitter, op);
        emitter.end();
    }
    return emitter.finish();
}

} // namespace tinsmith
