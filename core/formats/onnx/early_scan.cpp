// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/graph_reader.h"

#include <algorithm>

namespace tinsmith::onnxio {

bool GraphReader::readEarlyScan(const Node &node, const std::vector<std::string> &captured, ::onnx::NodeProto &proto)
{
    const bool early = node.type == "Scan" && node.domain.empty() && node.opset == 8;
    // The lengths of the sequences come first.
    if (!early || node.inputs.size() < 2 || !node.inputs[0].empty()) {
        return false;
    }
    GraphBuilder &builder = values_.builder;
    std::vector<TensorId> wholes;
    for (std::size_t input = 1; input < node.inputs.size(); ++input) {
        wholes.push_back(values_.tensor(node.inputs[input], node.place()));
        const Shape &shape = builder.tensor(wholes.back()).shape;
        if (!shape.ranked || shape.rank() < 1 || shape[0] != 1) {
            return false;
        }
    }
    Node later = node;
    later.opset = 9;
    later.inputs.clear();
    for (const TensorId whole : wholes) {
        Tensor part;
        part.type = builder.tensor(whole).type;
        part.shape = builder.tensor(whole).shape;
        part.shape.dims.erase(part.shape.dims.begin());
        part.name = builder.uniqueTensorName(builder.tensor(whole).name + "/first");
        later.inputs.push_back(part.name);
        const TensorId id = builder.addTensor(std::move(part));
        values_.add({later.inputs.back(), Squeeze{{0}}, {whole}, {id}});
        values_.define(later.inputs.back(), id);
    }
    for (std::string &output : later.outputs) {
        output = output.empty() ? output : builder.uniqueTensorName(output + "/first");
    }
    for (Attribute &attribute : later.attributes) {
        if (attribute.name == "directions") {
            attribute.name = "scan_input_directions";
        }
    }
    readControl(later, captured, proto);
    for (std::size_t output = 0; output < node.outputs.size(); ++output) {
        if (node.outputs[output].empty()) {
            continue;
        }
        const TensorId part = values_.tensor(later.outputs[output], node.place());
        Tensor whole;
        whole.name = node.outputs[output];
        whole.type = builder.tensor(part).type;
        whole.shape = builder.tensor(part).shape;
        if (whole.shape.ranked) {
            whole.shape.dims.insert(whole.shape.dims.begin(), 1);
        }
        const TensorId id = builder.addTensor(std::move(whole));
        declareOutput(id);
        values_.define(node.outputs[output], id);
        values_.add({node.outputs[output], ExpandDims{{0}}, {part}, {id}});
    }
    return true;
}

} // namespace tinsmith::onnxio
