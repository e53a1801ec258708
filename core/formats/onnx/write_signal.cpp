// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/operator_writer.h"

#include <limits>

namespace tinsmith::onnxio {
namespace {

std::int64_t flag(bool value)
{
    return value ? 1 : 0;
}

std::string scalar(Emitter &e, std::int64_t value)
{
    return e.constant(ElementType::Int64, {}, Bytes::of(std::vector{value}));
}

std::string scalar(Emitter &e, float value)
{
    return e.constant(ElementType::Float32, {}, Bytes::of(std::vector{value}));
}

} // namespace

void write(Emitter &e, const Operator &, const Dft &kind)
{
    AttributeList attributes = {{"inverse", flag(kind.inverse)}, {"onesided", flag(kind.oneSided)}};
    const std::string length = kind.length > 0 ? scalar(e, kind.length) : std::string();
    if (e.operatorSet() < 20) {
        attributes.emplace_back("axis", kind.axis);
        e.node("DFT", {e.stored(0), length}, {e.storedOutput()}, attributes);
    } else {
        e.node("DFT", {e.stored(0), length, scalar(e, kind.axis)}, {e.storedOutput()}, attributes);
    }
}

void write(Emitter &e, const Operator &, const Stft &kind)
{
    e.node("STFT", {e.stored(0), scalar(e, kind.frameStep), e.stored(1), scalar(e, kind.frameLength)},
        {e.storedOutput()}, {{"onesided", flag(kind.oneSided)}});
}

void write(Emitter &e, const Operator &, const GridSample &kind)
{
    const bool newer = e.operatorSet() >= 20;
    const std::string mode = kind.mode == ResizeMode::Nearest ? "nearest"
        : kind.mode == ResizeMode::Bilinear                   ? (newer ? "linear" : "bilinear")
                                                              : (newer ? "cubic" : "bicubic");
    const char *const paddings[] = {"zeros", "border", "reflection"};
    e.node("GridSample", {e.real(0), e.real(1)}, {e.realOutput()},
        {{"align_corners", flag(kind.alignCorners)}, {"mode", mode},
            {"padding_mode", std::string(paddings[static_cast<int>(kind.padding)])}});
}

void write(Emitter &e, const Operator &, const RoiAlign &kind)
{
    e.node("RoiAlign", {e.real(0), e.real(1), e.stored(2)}, {e.realOutput()},
        {{"coordinate_transformation_mode", std::string(kind.halfPixel ? "half_pixel" : "output_half_pixel")},
            {"mode", std::string(kind.maximum ? "max" : "avg")}, {"output_height", kind.outputH},
            {"output_width", kind.outputW}, {"sampling_ratio", kind.samplingRatio},
            {"spatial_scale", kind.spatialScale}});
}

/// One spatial position per value, as large as the output: what remains is in the output_shape's place.
void write(Emitter &e, const Operator &op, const MaxUnpool &kind)
{
    const Shape &x = e.tensor(op.inputs[0]).shape;
    if (!x.known() || x.rank() < 3 || kind.shape.size() != x.rank()) {
        e.refuse("the size of its input is not known");
    }
    // Stride 1 and a kernel of what is missing give the same size as any other pair.
    std::vector<std::int64_t> kernel;
    for (std::size_t axis = 2; axis < x.rank(); ++axis) {
        kernel.push_back(kind.shape[axis] - x[axis] + 1);
        if (kernel.back() < 1) {
            e.refuse("its output is smaller than its input");
        }
    }
    e.node("MaxUnpool", {e.real(0), e.stored(1)}, {e.realOutput()}, {{"kernel_shape", kernel}});
}

void write(Emitter &e, const Operator &, const NonMaxSuppression &kind)
{
    const bool scored = kind.scoreThreshold > std::numeric_limits<float>::lowest();
    e.node("NonMaxSuppression",
        {e.real(0), e.real(1), scalar(e, kind.mostPerClass), scalar(e, kind.overlapThreshold),
            scored ? scalar(e, kind.scoreThreshold) : std::string()},
        {e.storedOutput()}, {{"center_point_box", flag(kind.centreAndSize)}});
}

void write(Emitter &e, const Operator &op, const Einsum &kind)
{
    std::vector<std::string> inputs;
    for (std::size_t input = 0; input < op.inputs.size(); ++input) {
        inputs.push_back(e.real(input));
    }
    e.node("Einsum", std::move(inputs), {e.realOutput()}, {{"equation", kind.equation}});
}

void write(Emitter &e, const Operator &, const IntegerMatMul &)
{
    e.node("MatMulInteger", {e.stored(0), e.stored(1), e.stored(2), e.stored(3)}, {e.storedOutput()});
}

void write(Emitter &e, const Operator &op, const IntegerConv2D &kind)
{
    const Conv2D &form = kind.form;
    const Shape &weights = e.tensor(op.inputs[1]).shape;
    if (form.layout != Layout::ChannelsFirst) {
        e.refuse("its channels stand last");
    }
    AttributeList attributes = {{"kernel_shape", std::vector<std::int64_t>{weights[2], weights[3]}},
        {"strides", std::vector<std::int64_t>{form.strideH, form.strideW}},
        {"dilations", std::vector<std::int64_t>{form.dilationH, form.dilationW}}, {"group", form.groups}};
    if (form.padding.mode == PaddingMode::Same) {
        attributes.emplace_back("auto_pad", std::string("SAME_UPPER"));
    } else if (form.padding.mode == PaddingMode::Explicit) {
        const Padding &pad = form.padding;
        attributes.emplace_back("pads", std::vector<std::int64_t>{pad.top, pad.left, pad.bottom, pad.right});
    }
    e.node("ConvInteger", {e.stored(0), e.stored(1), e.stored(2), e.stored(3)}, {e.storedOutput()}, attributes);
}

void write(Emitter &e, const Operator &, const DynamicQuantize &)
{
    e.node("DynamicQuantizeLinear", {e.stored(0)}, {e.storedOutput(0), e.storedOutput(1), e.storedOutput(2)});
}

void write(Emitter &e, const Operator &, const RuntimeQuantize &kind)
{
    e.node(kind.inverse ? "DequantizeLinear" : "QuantizeLinear", {e.stored(0), e.stored(1), e.stored(2)},
        {e.storedOutput()}, {{"axis", std::int64_t{kind.axis}}});
}

} // namespace tinsmith::onnxio
