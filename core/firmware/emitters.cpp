// SPDX-License-Identifier: Apache-2.0
#include "core/firmware/emitters.h"

#include "core/firmware/dispatch.h"
#include "core/firmware/dsp/emit.h"
#include "core/firmware/package.h"
#include "core/graph/error.h"

#include <algorithm>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace tinsmith {
namespace firmware {

Numbers numbersOf(const Graph &graph, const Operator &op)
{
    bool int8 = true;
    bool float32 = true;
    const auto look = [&](TensorId id) {
        if (id && !graph.tensor(id).constant()) {
            int8 = int8 && graph.tensor(id).type == ElementType::Int8;
            float32 = float32 && graph.tensor(id).type == ElementType::Float32;
        }
    };
    for (const TensorId id : op.inputs) {
        look(id);
    }
    for (const TensorId id : op.outputs) {
        look(id);
    }
    return int8 ? Numbers::Int8 : float32 ? Numbers::Float32 : Numbers::Other;
}

std::string whyNotNumbers(const Graph &graph, const Operator &op)
{
    if (numbersOf(graph, op) != Numbers::Other) {
        return {};
    }
    std::vector<std::string> types;
    for (const auto *list : {&op.inputs, &op.outputs}) {
        for (const TensorId id : *list) {
            std::string type = id.valid() ? std::string(nameOf(graph.tensor(id).type)) : std::string();
            if (!type.empty() && std::find(types.begin(), types.end(), type) == types.end()) {
                types.push_back(std::move(type));
            }
        }
    }
    std::string text;
    for (const std::string &type : types) {
        text += (text.empty() ? "" : " with ") + type;
    }
    return "has a kernel for int8 and for float32 only, not for " + text;
}

std::string whyNotMoved(const Graph &graph, const Operator &op)
{
    const Tensor *first = nullptr;
    const auto differs = [&](TensorId id) {
        if (!id) {
            return false;
        }
        const Tensor &tensor = graph.tensor(id);
        if (first == nullptr) {
            first = &tensor;
            return false;
        }
        const bool quantized = first->quantization && tensor.quantization;
        return tensor.type != first->type
            || (quantized
                && (first->quantization->scale() != tensor.quantization->scale()
                    || first->quantization->zeroPoint() != tensor.quantization->zeroPoint()));
    };
    for (const std::vector<TensorId> *ids : {&op.inputs, &op.outputs}) {
        for (const TensorId id : *ids) {
            if (differs(id)) {
                return "needs the same type, scale and zero point on all inputs and outputs";
            }
        }
    }
    if (first == nullptr || cType(first->type).empty()) {
        return "has no kernel for this type of element";
    }
    return {};
}

std::string whyNotConstant(const Graph &graph, const Operator &op, std::size_t first)
{
    for (std::size_t i = first; i < op.inputs.size(); ++i) {
        if (op.inputs[i] && !graph.tensor(op.inputs[i]).constant()) {
            return "needs constant weights; \"" + graph.tensor(op.inputs[i]).name + "\" is computed";
        }
    }
    return {};
}

std::int64_t elementBytes(const Tensor &tensor)
{
    return bitsOf(tensor.type) / 8;
}

FloatBounds floatBounds(FusedActivation activation)
{
    switch (activation) {
    case FusedActivation::Relu:
        return {"0.0F", "INFINITY"};
    case FusedActivation::Relu6:
        return {"0.0F", "6.0F"};
    case FusedActivation::ReluN1To1:
        return {"-1.0F", "1.0F"};
    default:
        return {"-INFINITY", "INFINITY"};
    }
}

void emitOperator(Emission &emission, OperatorId id)
{
    if (emission.variant(id) == KernelVariant::Dsp) {
        emitDsp(emission, id);
        return;
    }
    std::visit(
        [&](const auto &kind) {
            if constexpr (requires { emit(emission, id, kind); }) {
                emit(emission, id, kind);
            }
        },
        emission.graph().op(id).kind);
}

} // namespace firmware

namespace {

/// Sizes that the generated C can count with.
std::string whyNotSizes(const Graph &graph, const Operator &op)
{
    constexpr std::int64_t largest = std::int64_t{1} << 30;
    for (const std::vector<TensorId> *ids : {&op.inputs, &op.outputs}) {
        for (const TensorId id : *ids) {
            if (!id) {
                continue;
            }
            const Tensor &tensor = graph.tensor(id);
            const auto bytes = tensor.bytes();
            if (!bytes) {
                return "tensor \"" + tensor.name + "\" has no known size";
            }
            if (*bytes == 0 || *bytes > largest) {
                return "tensor \"" + tensor.name + "\" is " + (*bytes == 0 ? "empty" : "larger than 1 GiB");
            }
            if (tensor.variable) {
                return "tensor \"" + tensor.name + "\" keeps its value between inferences";
            }
        }
    }
    return {};
}

} // namespace

std::string whyNotExportable(const Graph &graph, OperatorId id)
{
    const Operator &op = graph.op(id);
    return std::visit(
        [&](const auto &kind) -> std::string {
            if constexpr (requires { firmware::whyNot(graph, op, kind); }) {
                std::string reason = whyNotSizes(graph, op);
                if (!reason.empty()) {
                    return reason;
                }
                try {
                    return firmware::whyNot(graph, op, kind);
                } catch (const Error &error) {
                    return error.cause();
                }
            } else if constexpr (std::is_same_v<std::decay_t<decltype(kind)>, BatchNormalization>) {
                // Others are part of another operator in the form that is exported.
                return "has no kernel for packages unless its scale, offset, mean and variance are constants";
            } else {
                return "has no kernel for packages";
            }
        },
        op.kind);
}

} // namespace tinsmith
