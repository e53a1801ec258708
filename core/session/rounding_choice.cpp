// SPDX-License-Identifier: Apache-2.0
#include "core/session/rounding_choice.h"

#include <algorithm>

namespace tinsmith {

Graph withRounding(const Graph &graph, Rounding rounding)
{
    if (graph.info().rounding == rounding) {
        return graph;
    }
    GraphBuilder builder(graph);
    builder.info().rounding = rounding;
    return builder.build();
}

std::optional<Rounding> roundingNamed(std::string_view name)
{
    return name == "tflite" ? std::optional(Rounding::Twice)
        : name == "onnx"    ? std::optional(Rounding::HalfToEven)
                            : std::nullopt;
}

std::string_view nameOf(Rounding rounding)
{
    return rounding == Rounding::Twice ? "tflite" : "onnx";
}

bool roundsIntegers(const Graph &graph)
{
    const auto tensors = graph.tensors();
    return std::any_of(tensors.begin(), tensors.end(), [](const Tensor &tensor) {
        return tensor.quantization && !tensor.constant()
            && (tensor.type == ElementType::Int8 || tensor.type == ElementType::UInt8
                || tensor.type == ElementType::Int16);
    });
}

} // namespace tinsmith
