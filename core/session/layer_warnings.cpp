// SPDX-License-Identifier: Apache-2.0
#include "core/session/layer_warnings.h"

#include "core/quantize/losses.h"

#include <algorithm>
#include <map>
#include <string>

namespace tinsmith {

std::vector<Problem> layerWarnings(const Graph &graph, const Evaluation &evaluation)
{
    std::map<std::string, double> ratios;
    for (const Evaluation::Layer &layer : evaluation.layers) {
        ratios[layer.name] = layer.sqnrDb;
    }
    std::vector<bool> bad(graph.tensors().size());
    std::vector<Problem> warnings;
    for (const Operator &op : graph.operators()) {
        const bool inherited = std::any_of(
            op.inputs.begin(), op.inputs.end(), [&](TensorId id) { return id.valid() && bad[id.position()]; });
        const auto ratio = ratios.find(op.name);
        const bool measured = ratio != ratios.end();
        const bool ruined = measured && ratio->second < ruinedBelowDb;
        for (const TensorId id : op.outputs) {
            if (id.valid()) {
                bad[id.position()] = ruined || (inherited && !measured);
            }
        }
        const TensorId output = op.outputs.empty() ? TensorId::none() : op.outputs.front();
        if (ruined && !inherited && output.valid() && graph.tensor(output).quantization) {
            warnings.push_back(
                {Problem::Stage::Accuracy, op.name, lossText(ratio->second, {}), -1, displayName(op.kind)});
        }
    }
    return warnings;
}

} // namespace tinsmith
