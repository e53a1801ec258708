// SPDX-License-Identifier: Apache-2.0
#include "core/formats/tflite/lowering.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace tinsmith::tflite {
namespace {

float fromHalf(std::uint16_t bits)
{
    const int exponent = bits >> 10 & 0x1F;
    const int fraction = bits & 0x3FF;
    const float sign = (bits & 0x8000) != 0 ? -1.0F : 1.0F;
    if (exponent == 31) {
        return fraction != 0 ? std::nanf("") : sign * HUGE_VALF;
    }
    return exponent == 0 ? sign * std::ldexp(static_cast<float>(fraction), -24)
                         : sign * std::ldexp(static_cast<float>(fraction + 1024), exponent - 25);
}

std::vector<float> singles(const Tensor &constant)
{
    if (constant.type == ElementType::Float64) {
        const auto values = constant.data->copyAs<double>();
        return {values.begin(), values.end()};
    }
    std::vector<float> result;
    for (const std::uint16_t bits : constant.data->copyAs<std::uint16_t>()) {
        result.push_back(constant.type == ElementType::Float16
                ? fromHalf(bits)
                : std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16));
    }
    return result;
}

bool isOther(ElementType type)
{
    return type == ElementType::Float16 || type == ElementType::BFloat16 || type == ElementType::Float64;
}

} // namespace

Graph withFloat32(const Graph &graph, std::size_t &changed)
{
    changed = 0;
    const auto tensors = graph.tensors();
    if (std::none_of(tensors.begin(), tensors.end(), [](const Tensor &tensor) { return isOther(tensor.type); })) {
        return graph;
    }
    // Weights that are stored in 16 bits and widened by an operator are TFLite's own form.
    const auto isStored = [&](TensorId id) {
        const auto readers = graph.consumers(id);
        return graph.tensor(id).constant() && graph.tensor(id).type == ElementType::Float16 && !readers.empty()
            && std::all_of(
                readers.begin(), readers.end(), [&](OperatorId reader) { return graph.op(reader).is<Dequantize>(); });
    };
    GraphBuilder builder(graph);
    for (std::size_t index = 0; index < tensors.size(); ++index) {
        if (isOther(tensors[index].type) && !isStored(TensorId(index))) {
            Tensor &tensor = builder.tensor(TensorId(index));
            if (tensor.data) {
                tensor.data = Bytes::of(singles(tensor));
            }
            tensor.type = ElementType::Float32;
            ++changed;
        }
    }
    for (std::size_t index = 0; index < graph.operators().size(); ++index) {
        Operator &op = builder.op(OperatorId(index));
        auto *cast = std::get_if<Cast>(&op.kind);
        if (cast != nullptr && isOther(cast->to)) {
            cast->to = ElementType::Float32;
        }
        const bool widens = cast != nullptr || op.is<Dequantize>();
        if (widens && op.input(0).valid() && builder.tensor(op.inputs[0]).type == ElementType::Float32
            && !op.outputs.empty() && op.outputs[0].valid()
            && builder.tensor(op.outputs[0]).type == ElementType::Float32) {
            op.kind = Identity{};
        }
    }
    return changed == 0 ? graph : builder.build();
}

} // namespace tinsmith::tflite
