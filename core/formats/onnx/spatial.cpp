// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/spatial.h"

#include "core/graph/geometry.h"

#include <algorithm>

namespace tinsmith::onnxio {
namespace {

constexpr std::int64_t largest = std::int64_t{1} << 30;

std::vector<std::int64_t> list(
    const Node &node, const char *name, std::size_t size, std::int64_t otherwise, std::int64_t smallest)
{
    auto values = node.integers(name);
    if (values.empty()) {
        values.assign(size, otherwise);
    }
    const bool inRange = std::all_of(
        values.begin(), values.end(), [&](std::int64_t value) { return value >= smallest && value <= largest; });
    if (values.size() != size || !inRange) {
        throw Untyped{std::string("its ") + name + " are out of range"};
    }
    return values;
}

} // namespace

SpatialAttributes spatialAttributes(
    const Node &node, const std::vector<std::int64_t> &kernel, const std::vector<std::int64_t> &input)
{
    const std::size_t axes = kernel.size();
    const auto strides = list(node, "strides", axes, 1, 1);
    const auto dilations = list(node, "dilations", axes, 1, 1);
    auto pads = list(node, "pads", 2 * axes, 0, -largest);
    if (std::any_of(kernel.begin(), kernel.end(), [](std::int64_t size) { return size < 1 || size > largest; })) {
        throw Untyped{"its kernel's size is not known or out of range"};
    }
    SpatialAttributes result;
    const std::string autoPad = node.string("auto_pad", "NOTSET");
    if (autoPad == "SAME_LOWER") {
        for (std::size_t axis = 0; axis < axes; ++axis) {
            if (input[axis] < 0) {
                throw Untyped{"SAME_LOWER padding of an input whose size is not known"};
            }
            const PadPair pair = samePadding(input[axis], (kernel[axis] - 1) * dilations[axis] + 1, strides[axis]);
            pads[axis] = pair.after;
            pads[axis + axes] = pair.before;
        }
    } else if (autoPad == "SAME_UPPER") {
        result.padding.mode = PaddingMode::Same;
    } else if (autoPad == "VALID") {
        std::fill(pads.begin(), pads.end(), 0);
    } else if (autoPad != "NOTSET" && !autoPad.empty()) {
        throw Untyped{"auto_pad " + autoPad + " is not known"};
    }
    const std::size_t w = axes - 1;
    result.strideW = strides[w];
    result.dilationW = dilations[w];
    result.kernelW = kernel[w];
    if (axes == 2) {
        result.strideH = strides[0];
        result.dilationH = dilations[0];
        result.kernelH = kernel[0];
    }
    if (result.padding.mode != PaddingMode::Same) {
        result.padding.left = pads[w];
        result.padding.right = pads[w + axes];
        result.padding.top = axes == 2 ? pads[0] : 0;
        result.padding.bottom = axes == 2 ? pads[2] : 0;
        const bool none = std::all_of(pads.begin(), pads.end(), [](std::int64_t pad) { return pad == 0; });
        result.padding.mode = none ? PaddingMode::Valid : PaddingMode::Explicit;
    }
    return result;
}

void asImage(NodeContext &context, const std::function<void(TensorId, TensorId, bool)> &run)
{
    const std::size_t rank = context.rank(0);
    if (rank == 4) {
        run(context.in(0), context.out(), false);
    } else if (rank == 3) {
        const TensorId lifted = context.temporary("expanded");
        const TensorId result = context.temporary("image");
        context.setType(result, context.tensor(context.out()).type);
        context.emit(ExpandDims{{2}}, {context.in(0)}, {lifted}, "expand");
        run(lifted, result, true);
        context.emit(Squeeze{{2}}, {result}, {context.out()}, "squeeze");
    } else {
        throw Untyped{"its input has " + std::to_string(rank) + " dimensions; 3 and 4 are supported"};
    }
}

TensorId liftedWeights(NodeContext &context, TensorId weights)
{
    const Tensor source = context.tensor(weights);
    if (!source.shape.ranked || source.shape.rank() != 3) {
        throw Untyped{"its weights need 3 dimensions, have " + source.shape.text()};
    }
    if (source.data) {
        Shape shape = source.shape;
        shape.dims.insert(shape.dims.begin() + 2, 1);
        const TensorId lifted = context.constant("weights", source.type, shape, *source.data);
        context.change(lifted).quantization = source.quantization;
        return lifted;
    }
    const TensorId lifted = context.temporary("weights");
    context.emit(ExpandDims{{2}}, {weights}, {lifted}, "weights");
    return lifted;
}

} // namespace tinsmith::onnxio
