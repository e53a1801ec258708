// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/operator_writer.h"
#include "core/graph/geometry.h"

#include <algorithm>
#include <limits>

namespace tinsmith::onnxio {
namespace {

template <typename Kind>
AttributeList spatialAttributes(Emitter &e, const Kind &kind, std::int64_t kernelH, std::int64_t kernelW)
{
    if (kind.layout != Layout::ChannelsFirst) {
        e.refuse("its input needs 4 dimensions, to be written channels first");
    }
    AttributeList list = {{"kernel_shape", std::vector<std::int64_t>{kernelH, kernelW}},
        {"strides", std::vector<std::int64_t>{kind.strideH, kind.strideW}}};
    if (kind.dilationH != 1 || kind.dilationW != 1) {
        list.emplace_back("dilations", std::vector<std::int64_t>{kind.dilationH, kind.dilationW});
    }
    return list;
}

/// The input that a window operator reads and its pads in numbers: onnxruntime refuses auto_pad beside dilations, and
/// TFLite's SAME is another one where strides are longer than the window. Where the windows begin inside the image, it
/// is cropped by a Slice: ONNX has no negative pads.
std::string padded(Emitter &e, const Operator &op, const Padding &padding, AttributeList &list)
{
    const std::string input = e.real(0);
    if (padding.mode == PaddingMode::Valid) {
        return input;
    }
    const auto geometry = spatialGeometry(e.graph(), op);
    if (!geometry && padding.mode == PaddingMode::Same) {
        if (std::any_of(list.begin(), list.end(), [](const auto &each) { return each.first == "dilations"; })) {
            e.refuse("the size of its input is not known, which SAME padding of dilated windows depends on");
        }
        list.emplace_back("auto_pad", std::string("SAME_UPPER"));
        return input;
    }
    Padding pads = padding;
    if (geometry) {
        const auto behind = [](const AxisGeometry &axis) {
            // Rows that no window reads may stay where there are too few of them for another window.
            const std::int64_t room = axis.input + axis.padBefore - axis.effectiveKernel();
            return axis.padAfter < 0 && room >= 0 && room / axis.stride + 1 == axis.output ? 0 : axis.padAfter;
        };
        pads = {PaddingMode::Explicit, geometry->h.padBefore, behind(geometry->h), geometry->w.padBefore,
            behind(geometry->w)};
    }
    const auto pad = [](std::int64_t amount) { return std::max<std::int64_t>(0, amount); };
    const auto crop = [](std::int64_t amount) { return std::max<std::int64_t>(0, -amount); };
    const std::vector<std::int64_t> amounts = {pad(pads.top), pad(pads.left), pad(pads.bottom), pad(pads.right)};
    if (std::any_of(amounts.begin(), amounts.end(), [](std::int64_t amount) { return amount != 0; })) {
        list.emplace_back("pads", amounts);
    }
    if (pads.top >= 0 && pads.bottom >= 0 && pads.left >= 0 && pads.right >= 0) {
        return input;
    }
    constexpr std::int64_t end = std::numeric_limits<std::int64_t>::max();
    const auto stop = [&](std::int64_t amount) { return crop(amount) == 0 ? end : -crop(amount); };
    std::string cropped = e.temporary();
    e.node("Slice",
        {input, e.integers({crop(pads.top), crop(pads.left)}), e.integers({stop(pads.bottom), stop(pads.right)}),
            e.integers({2, 3})},
        {cropped});
    return cropped;
}

/// The numbers that make ONNX's output size the wanted one: what is missing becomes output_padding, what is too much,
/// padding.
struct TransposedPadding {
    std::int64_t before = 0;
    std::int64_t after = 0;
    std::int64_t output = 0;
};

TransposedPadding transposedPadding(std::int64_t input, std::int64_t output, std::int64_t kernel, std::int64_t stride,
    std::int64_t dilation, std::int64_t before, std::int64_t after)
{
    const std::int64_t full = (input - 1) * stride + (kernel - 1) * dilation + 1;
    const std::int64_t extra = output - (full - before - after);
    return extra >= 0 ? TransposedPadding{before, after, extra} : TransposedPadding{before, after - extra, 0};
}

} // namespace

void write(Emitter &e, const Operator &op, const Conv2D &kind)
{
    const Shape &weights = e.tensor(op.inputs[1]).shape;
    auto attributes = spatialAttributes(e, kind, weights[2], weights[3]);
    const std::string input = padded(e, op, kind.padding, attributes);
    if (kind.groups != 1) {
        attributes.emplace_back("group", kind.groups);
    }
    const std::string result = beforeFused(e, kind.activation);
    e.node("Conv", {input, e.real(1), e.real(2)}, {result}, attributes);
    writeFused(e, kind.activation, result);
}

void write(Emitter &e, const Operator &, const DepthwiseConv2D &)
{
    e.refuse("its input needs 4 dimensions, to be written channels first");
}

void write(Emitter &e, const Operator &op, const TransposeConv2D &kind)
{
    const Shape &x = e.tensor(op.inputs[0]).shape;
    const Shape &weights = e.tensor(op.inputs[1]).shape;
    if (!x.known() || x.rank() != 4 || weights.rank() != 4) {
        e.refuse("the size of its input is not known");
    }
    auto attributes = spatialAttributes(e, kind, weights[2], weights[3]);
    const Padding padding = resolvePadding(kind.padding, kind.outputH, kind.outputW,
        (weights[2] - 1) * kind.dilationH + 1, (weights[3] - 1) * kind.dilationW + 1, kind.strideH, kind.strideW);
    const auto h
        = transposedPadding(x[2], kind.outputH, weights[2], kind.strideH, kind.dilationH, padding.top, padding.bottom);
    const auto w
        = transposedPadding(x[3], kind.outputW, weights[3], kind.strideW, kind.dilationW, padding.left, padding.right);
    attributes.emplace_back("pads", std::vector<std::int64_t>{h.before, w.before, h.after, w.after});
    if (h.output != 0 || w.output != 0) {
        attributes.emplace_back("output_padding", std::vector<std::int64_t>{h.output, w.output});
    }
    if (kind.groups != 1) {
        attributes.emplace_back("group", kind.groups);
    }
    const std::string result = beforeFused(e, kind.activation);
    e.node("ConvTranspose", {e.real(0), e.real(1), e.real(2)}, {result}, attributes);
    writeFused(e, kind.activation, result);
}

void write(Emitter &e, const Operator &op, const BatchNormalization &kind)
{
    if (kind.layout != Layout::ChannelsFirst && e.tensor(op.inputs[0]).shape.rank() > 2) {
        e.refuse("its channels stand last");
    }
    e.node("BatchNormalization", {e.real(0), e.real(1), e.real(2), e.real(3), e.real(4)}, {e.realOutput()},
        {{"epsilon", kind.epsilon}});
}

namespace {

/// A border that is as wide as the pool's window by a node of its own: ONNX Runtime refuses such pads.
std::string withWideBorder(Emitter &e, const Operator &op, const Pool2D &kind, const SpatialGeometry &geometry)
{
    const bool max = kind.function == PoolFunction::Max;
    const std::vector<std::int64_t> amounts
        = {0, 0, geometry.h.padBefore, geometry.w.padBefore, 0, 0, geometry.h.padAfter, geometry.w.padAfter};
    const bool negative = std::any_of(amounts.begin(), amounts.end(), [](std::int64_t each) { return each < 0; });
    if ((!max && !kind.countIncludesPadding) || negative || kind.ceilMode || op.outputs.size() > 1) {
        e.refuse("its padding is as wide as its window");
    }
    const Tensor &x = e.tensor(op.inputs[0]);
    double least = static_cast<double>(std::numeric_limits<float>::lowest());
    if (isQuantized(x)) {
        const std::int64_t stored = x.type == ElementType::Int8 ? -128 : x.type == ElementType::Int16 ? -32768 : 0;
        least
            = static_cast<double>(x.quantization->scale()) * static_cast<double>(stored - x.quantization->zeroPoint());
    }
    std::string bordered = e.temporary();
    e.node("Pad", {e.real(0), e.integers(amounts), e.number(op.inputs[0], max ? least : 0)}, {bordered});
    return bordered;
}

bool isAsWideAsWindow(const AxisGeometry &axis)
{
    return axis.padBefore >= axis.kernel || axis.padAfter >= axis.kernel;
}

} // namespace

void write(Emitter &e, const Operator &op, const Pool2D &kind)
{
    if (kind.function == PoolFunction::L2) {
        e.refuse("ONNX has no L2 pool that averages");
    }
    const bool max = kind.function == PoolFunction::Max;
    auto attributes = spatialAttributes(e, kind, kind.kernelH, kind.kernelW);
    const auto geometry = spatialGeometry(e.graph(), op);
    const bool wide = geometry && (isAsWideAsWindow(geometry->h) || isAsWideAsWindow(geometry->w));
    const std::string input = wide ? withWideBorder(e, op, kind, *geometry) : padded(e, op, kind.padding, attributes);
    if (!max && (kind.dilationH != 1 || kind.dilationW != 1)) {
        e.needOperatorSet(19);
    }
    if (kind.ceilMode) {
        attributes.emplace_back("ceil_mode", std::int64_t{1});
    }
    if (!max && kind.countIncludesPadding) {
        attributes.emplace_back("count_include_pad", std::int64_t{1});
    }
    const std::string result = beforeFused(e, kind.activation);
    std::vector<std::string> outputs = {result};
    if (op.outputs.size() > 1) {
        outputs.push_back(e.storedOutput(1));
    }
    e.node(max ? "MaxPool" : "AveragePool", {input}, std::move(outputs), attributes);
    writeFused(e, kind.activation, result);
}

void write(Emitter &e, const Operator &, const GlobalPool &kind)
{
    if (kind.layout != Layout::ChannelsFirst || kind.function == PoolFunction::L2) {
        e.refuse("ONNX has no such global pool");
    }
    e.node(kind.function == PoolFunction::Max ? "GlobalMaxPool" : "GlobalAveragePool", {e.real(0)}, {e.realOutput()});
}

void write(Emitter &e, const Operator &op, const Resize &kind)
{
    if (kind.layout != Layout::ChannelsFirst) {
        e.refuse("its channels stand last");
    }
    const char *const modes[] = {"nearest", "linear", "cubic"};
    const char *const coordinates[] = {"asymmetric", "half_pixel", "pytorch_half_pixel", "align_corners"};
    const char *const roundings[] = {"floor", "ceil", "round_prefer_floor", "round_prefer_ceil"};
    AttributeList attributes = {{"mode", std::string(modes[static_cast<int>(kind.mode)])},
        {"coordinate_transformation_mode", std::string(coordinates[static_cast<int>(kind.coordinates)])}};
    if (kind.mode == ResizeMode::Nearest) {
        attributes.emplace_back("nearest_mode", std::string(roundings[static_cast<int>(kind.rounding)]));
    }
    if (kind.scaleH > 0 && kind.scaleW > 0) {
        e.node("Resize", {e.real(0), "", e.reals({1, 1, kind.scaleH, kind.scaleW})}, {e.realOutput()}, attributes);
        return;
    }
    const Shape &x = e.tensor(op.inputs[0]).shape;
    if (!x.known() || x.rank() != 4) {
        e.refuse("the size of its input is not known");
    }
    e.node("Resize", {e.real(0), "", "", e.integers({x[0], x[1], kind.outputH, kind.outputW})}, {e.realOutput()},
        attributes);
}

void write(Emitter &e, const Operator &, const DepthToSpace &kind)
{
    if (kind.layout != Layout::ChannelsFirst) {
        e.refuse("its channels stand last");
    }
    e.node("DepthToSpace", {e.real(0)}, {e.realOutput()},
        {{"blocksize", kind.block}, {"mode", std::string(kind.columnMajor ? "CRD" : "DCR")}});
}

void write(Emitter &e, const Operator &, const SpaceToDepth &kind)
{
    if (kind.layout != Layout::ChannelsFirst) {
        e.refuse("its channels stand last");
    }
    e.node("SpaceToDepth", {e.real(0)}, {e.realOutput()}, {{"blocksize", kind.block}});
}

} // namespace tinsmith::onnxio
