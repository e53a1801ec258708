// SPDX-License-Identifier: Apache-2.0
#include "core/execute/kernel.h"
#include "core/execute/movement.h"
#include "core/execute/quantized_parameters.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace tinsmith {
namespace {

/// The bytes of one element that constant padding writes.
std::array<std::byte, 8> paddingElement(const Preparation &preparation, const Tensor &tensor, double value)
{
    std::array<std::byte, 8> bytes = {};
    const auto put = [&](const auto &element) { std::memcpy(bytes.data(), &element, sizeof element); };
    if (tensor.type == ElementType::Float32) {
        put(static_cast<float>(value));
    } else if (tensor.type == ElementType::Float64) {
        put(value);
    } else if (isInteger(tensor.type)) {
        const std::int64_t stored = tensor.quantization && !tensor.quantization->scales.empty()
            ? quantizedValue(value, tensor)
            : static_cast<std::int64_t>(std::clamp(value, -9e15, 9e15));
        // Little-endian: the low bytes are the element.
        put(stored);
    } else {
        preparation.require(value == 0, "this type can only be padded with 0");
    }
    return bytes;
}

/// The input position that an output position shows, -1 for constant padding.
std::int64_t sourceOf(PadMode mode, std::int64_t position, std::int64_t size)
{
    if (position >= 0 && position < size) {
        return position;
    }
    switch (mode) {
    case PadMode::Edge:
        return position < 0 ? 0 : size - 1;
    case PadMode::Reflect:
        return position < 0 ? -position : 2 * size - 2 - position;
    case PadMode::Symmetric:
        return position < 0 ? -position - 1 : 2 * size - 1 - position;
    case PadMode::Constant:
        break;
    }
    return -1;
}

/// Per dimension, where each output position comes from.
using SourceTables = std::vector<std::vector<std::int64_t>>;

void gatherDimension(const SourceTables &tables, const std::vector<std::int64_t> &inSteps, std::size_t dimension,
    std::int64_t source, std::int64_t bytes, const std::byte *in, std::byte *&out)
{
    for (const std::int64_t from : tables[dimension]) {
        const std::int64_t at = source + from * inSteps[dimension];
        if (dimension + 1 == tables.size()) {
            std::memcpy(out, in + at * bytes, static_cast<std::size_t>(bytes));
            out += bytes;
        } else {
            gatherDimension(tables, inSteps, dimension + 1, at, bytes, in, out);
        }
    }
}

} // namespace

Kernel prepare(Preparation &preparation, const Pad &pad)
{
    const Tensor &input = preparation.input(0);
    const Shape &in = input.shape;
    const Shape &out = preparation.output().shape;
    const std::int64_t bytes = movedBytes(preparation);
    preparation.require(pad.before.size() == in.rank() && pad.after.size() == in.rank() && out.rank() == in.rank(),
        "its paddings do not fit the input");
    preparation.require(bytes <= 8, "its elements are too wide");
    SourceTables tables(in.rank());
    const auto inSteps = stepsOf(in);
    const auto outSteps = stepsOf(out);
    std::vector<WalkAxis> axes;
    std::int64_t outStart = 0;
    std::int64_t inStart = 0;
    constexpr std::int64_t most = std::int64_t{1} << 31;
    for (std::size_t d = 0; d < in.rank(); ++d) {
        const std::int64_t before = pad.before[d];
        const std::int64_t after = pad.after[d];
        preparation.require(
            before >= -most && before <= most && after >= -most && after <= most && in[d] + before + after == out[d],
            "the output's shape does not agree with the paddings");
        const std::int64_t first = std::max<std::int64_t>(0, -before);
        const std::int64_t end = std::min(in[d], out[d] - before);
        axes.push_back({std::max<std::int64_t>(0, end - first), outSteps[d], inSteps[d]});
        outStart += (first + before) * outSteps[d];
        inStart += first * inSteps[d];
        if (pad.mode != PadMode::Constant) {
            for (std::int64_t i = 0; i < out[d]; ++i) {
                const std::int64_t source = sourceOf(pad.mode, i - before, in[d]);
                preparation.require(source >= 0 && source < in[d], "the padding reaches beyond the input's reflection");
                tables[d].push_back(source);
            }
        }
    }
    if (pad.mode != PadMode::Constant && in.rank() > 0) {
        return [=](const Arguments &arguments) {
            std::byte *target = arguments.outputs[0];
            gatherDimension(tables, inSteps, 0, 0, bytes, arguments.inputs[0], target);
        };
    }
    const auto element = paddingElement(preparation, preparation.output(), pad.value);
    const Movement movement(bytes, axes, outStart, inStart);
    const std::int64_t count = elementsOf(preparation.output());
    return [=](const Arguments &arguments) {
        std::byte *target = arguments.outputs[0];
        for (std::int64_t i = 0; i < count; ++i) {
            std::memcpy(target + i * bytes, element.data(), static_cast<std::size_t>(bytes));
        }
        movement.run(arguments.inputs[0], target);
    };
}

} // namespace tinsmith
