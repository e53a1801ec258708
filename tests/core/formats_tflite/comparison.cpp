// SPDX-License-Identifier: Apache-2.0
#include "tests/core/formats_tflite/comparison.h"

#include <algorithm>
#include <cstring>

namespace tinsmith::test {
namespace {

std::string tensorDifference(const Tensor &a, const Tensor &b)
{
    if (a.name != b.name) {
        return "name " + a.name + " / " + b.name;
    }
    if (a.type != b.type) {
        return "type";
    }
    if (!(a.shape == b.shape)) {
        return "shape " + a.shape.text() + " / " + b.shape.text();
    }
    if (a.dimensionNames != b.dimensionNames) {
        return "names of dimensions";
    }
    if (a.quantization != b.quantization) {
        return "quantization";
    }
    if (a.variable != b.variable) {
        return "variable";
    }
    if (a.constant() != b.constant()) {
        return "constant";
    }
    if (a.constant()
        && (a.data->size() != b.data->size() || std::memcmp(a.data->data(), b.data->data(), a.data->size()) != 0)) {
        return "data";
    }
    return {};
}

std::string operatorDifference(const Operator &a, const Operator &b)
{
    if (typeName(a.kind) != typeName(b.kind)) {
        return "type " + typeName(a.kind) + " / " + typeName(b.kind);
    }
    if (!(a.kind == b.kind)) {
        std::string text = "attributes";
        const auto first = describe(a.kind);
        const auto second = describe(b.kind);
        for (std::size_t at = 0; at < std::min(first.size(), second.size()); ++at) {
            if (first[at].name != second[at].name || first[at].value != second[at].value) {
                text += " " + first[at].name + " " + first[at].value + " / " + second[at].value;
            }
        }
        return text;
    }
    if (a.name != b.name) {
        return "name " + a.name + " / " + b.name;
    }
    return a.inputs != b.inputs ? "inputs" : a.outputs != b.outputs ? "outputs" : "";
}

} // namespace

std::string firstDifference(const Graph &a, const Graph &b)
{
    if (a.tensors().size() != b.tensors().size()) {
        return "number of tensors " + std::to_string(a.tensors().size()) + " / " + std::to_string(b.tensors().size());
    }
    if (a.operators().size() != b.operators().size()) {
        return "number of operators";
    }
    for (std::size_t at = 0; at < a.tensors().size(); ++at) {
        const std::string text = tensorDifference(a.tensors()[at], b.tensors()[at]);
        if (!text.empty()) {
            return "tensor " + a.tensors()[at].name + ": " + text;
        }
    }
    for (std::size_t at = 0; at < a.operators().size(); ++at) {
        const std::string text = operatorDifference(a.operators()[at], b.operators()[at]);
        if (!text.empty()) {
            return "operator " + a.operators()[at].name + ": " + text;
        }
    }
    if (!std::ranges::equal(a.inputs(), b.inputs()) || !std::ranges::equal(a.outputs(), b.outputs())) {
        return "inputs or outputs";
    }
    if (a.name() != b.name()) {
        return "name " + a.name() + " / " + b.name();
    }
    if (a.subgraphs().size() != b.subgraphs().size()) {
        return "number of subgraphs";
    }
    for (std::size_t at = 0; at < a.subgraphs().size(); ++at) {
        const std::string text = firstDifference(a.subgraphs()[at], b.subgraphs()[at]);
        if (!text.empty()) {
            return "subgraph: " + text;
        }
    }
    return {};
}

} // namespace tinsmith::test
