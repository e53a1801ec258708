// SPDX-License-Identifier: Apache-2.0
#include "core/execute/control.h"
#include "core/execute/run_context.h"

#include <cstring>

namespace tinsmith {
namespace {

RunContext::Variable &variableOf(RunContext &context, const Arguments &arguments, const std::string &place)
{
    const std::int32_t handle = *arguments.in<std::int32_t>(0);
    if (handle < 0 || static_cast<std::size_t>(handle) >= context.variables.size()) {
        throw UnsupportedError({}, place, "its handle names no variable");
    }
    return context.variables[static_cast<std::size_t>(handle)];
}

void requireHandle(const Preparation &preparation)
{
    preparation.require(preparation.input(0).type == ElementType::Resource && elementsOf(preparation.input(0)) == 1,
        "its first input is not one handle of a variable");
    preparation.require(preparation.context() != nullptr, "it runs only inside a model");
}

/// One element of what stands for zero.
std::byte zeroByteOf(const Tensor &tensor)
{
    const bool bytes = tensor.type == ElementType::Int8 || tensor.type == ElementType::UInt8;
    const bool quantized = bytes && tensor.quantization && !tensor.quantization->scales.empty();
    return quantized ? static_cast<std::byte>(tensor.quantization->zeroPoint() & 0xFF) : std::byte{0};
}

} // namespace

Kernel prepare(Preparation &preparation, const VariableHandle &kind)
{
    const Tensor &handle = preparation.output();
    preparation.require(
        handle.type == ElementType::Resource && elementsOf(handle) == 1, "its output is not one handle of a variable");
    preparation.require(preparation.context() != nullptr, "it runs only inside a model");
    const std::int32_t position = preparation.context()->handleOf(kind.container, kind.name);
    return [=](const Arguments &arguments) { *arguments.out<std::int32_t>() = position; };
}

Kernel prepare(Preparation &preparation, const ReadVariable &)
{
    requireHandle(preparation);
    const auto bytes = static_cast<std::size_t>(*preparation.output().bytes());
    const std::byte zero = zeroByteOf(preparation.output());
    return [=, context = preparation.context(), place = preparation.op().name](const Arguments &arguments) {
        const TensorValue &value = variableOf(*context, arguments, place).value;
        if (value.empty()) {
            std::fill_n(arguments.outputs[0], bytes, zero);
            return;
        }
        if (value.size() != bytes) {
            throw UnsupportedError({}, place,
                "reads " + std::to_string(bytes) + " bytes of a variable that holds " + std::to_string(value.size()));
        }
        std::memcpy(arguments.outputs[0], value.data(), bytes);
    };
}

Kernel prepare(Preparation &preparation, const AssignVariable &)
{
    requireHandle(preparation);
    const auto bytes = *preparation.input(1).bytes();
    return [=, context = preparation.context(), place = preparation.op().name](const Arguments &arguments) {
        variableOf(*context, arguments, place).value.assign(arguments.inputs[1], arguments.inputs[1] + bytes);
    };
}

} // namespace tinsmith
