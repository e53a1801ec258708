// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/onnx_writer.h"

#include "core/formats/onnx/emitter.h"
#include "core/graph/relayout.h"

namespace tinsmith {

namespace {

std::vector<std::byte> written(const Graph &graph, std::int64_t operatorSet)
{
    onnxio::Emitter emitter(graph, operatorSet);
    for (const Operator &op : graph.operators()) {
        emitter.begin(op);
        onnxio::writeOperator(emitter, op);
        emitter.end();
    }
    return emitter.finish();
}

} // namespace

std::vector<std::byte> writeOnnx(const Graph &source)
{
    const Graph graph = relayout(source, Layout::ChannelsFirst);
    for (std::int64_t operatorSet = onnxio::usualOperatorSet;;) {
        try {
            return written(graph, operatorSet);
        } catch (const onnxio::NeedsOperatorSet &newer) {
            // Each is above the one before.
            operatorSet = newer.version;
        }
    }
}

} // namespace tinsmith
