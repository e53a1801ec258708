// SPDX-License-Identifier: Apache-2.0
#include "core/graph/attribute_lists.h"

#include <array>
#include <charconv>

namespace tinsmith {
namespace {

using List = std::vector<AttributeText>;

AttributeText whole(const char *name, std::int64_t value)
{
    return {name, std::to_string(value)};
}

AttributeText real(const char *name, float value)
{
    std::array<char, 32> text = {};
    const auto result = std::to_chars(text.data(), text.data() + text.size(), value);
    return {name, {text.data(), result.ptr}};
}

AttributeText yes(const char *name, bool value)
{
    return {name, value ? "yes" : "no"};
}

AttributeText list(const char *name, const std::vector<std::int64_t> &values)
{
    std::string text;
    for (const std::int64_t value : values) {
        text += (text.empty() ? "" : ", ") + std::to_string(value);
    }
    return {name, text.empty() ? "none" : text};
}

} // namespace

List attributesOf(const Svdf &op)
{
    return {whole("Rank", op.rank), {"Activation", nameOf(op.activation)},
        yes("Asymmetric input quantization", op.asymmetricQuantizeInputs)};
}

List attributesOf(const SequenceLstm &op)
{
    List attributes = {{"Activation", nameOf(op.activation)}, {"Layout", op.timeMajor ? "time first" : "batch first"}};
    if (op.cellClip != 0) {
        attributes.push_back(real("Cell clip", op.cellClip));
    }
    if (op.projectionClip != 0) {
        attributes.push_back(real("Projection clip", op.projectionClip));
    }
    return attributes;
}

List attributesOf(const GatherNd &op)
{
    return {whole("Batch dimensions", op.batchDims)};
}

List attributesOf(const ScatterIntoZeros &op)
{
    return {list("Shape", op.shape)};
}

List attributesOf(const OneHot &op)
{
    return {whole("Axis", op.axis), whole("Depth", op.depth)};
}

List attributesOf(const TopK &op)
{
    return {whole("Elements", op.k), whole("Axis", op.axis), {"Order", op.largest ? "largest" : "smallest"}};
}

List attributesOf(const Reverse &op)
{
    return {list("Axes", op.axes)};
}

List attributesOf(const ReverseSequence &op)
{
    return {whole("Sequence axis", op.sequenceAxis), whole("Batch axis", op.batchAxis)};
}

List attributesOf(const CumulativeSum &op)
{
    return {whole("Axis", op.axis), yes("Exclusive", op.exclusive), yes("Reverse", op.reverse)};
}

List attributesOf(const Fill &op)
{
    return {list("Shape", op.shape)};
}

List attributesOf(const ShapeOf &op)
{
    if (op.product) {
        return {{"Result", "number of elements"}};
    }
    return op.start == 0 && op.end == INT64_MAX
        ? List{}
        : List{whole("Start", op.start), op.end == INT64_MAX ? AttributeText{"End", "last"} : whole("End", op.end)};
}

List attributesOf(const Bitcast &op)
{
    return {{"To", std::string(nameOf(op.to))}};
}

List attributesOf(const SpaceToBatch &op)
{
    return {list("Block", op.block), list("Before", op.before), list("After", op.after)};
}

List attributesOf(const BatchToSpace &op)
{
    return {list("Block", op.block), list("Crop before", op.cropBefore), list("Crop after", op.cropAfter)};
}

List attributesOf(const LocalResponseNormalization &op)
{
    return {whole("Size", op.size), real("Alpha", op.alpha), real("Beta", op.beta), real("Bias", op.bias)};
}

List attributesOf(const DetectionPostprocess &op)
{
    return {whole("Detections", op.maxDetections), whole("Classes per detection", op.maxClassesPerDetection),
        whole("Classes", op.classes), yes("Per class", op.regularNms), real("Score threshold", op.scoreThreshold),
        real("Overlap threshold", op.overlapThreshold), real("Scale x", op.scaleX), real("Scale y", op.scaleY),
        real("Scale h", op.scaleH), real("Scale w", op.scaleW)};
}

List attributesOf(const SignalWindow &op)
{
    return {whole("Shift", op.shift)};
}

List attributesOf(const SignalFft &op)
{
    return {whole("Length", op.fftLength)};
}

List attributesOf(const SignalEnergy &op)
{
    return {whole("Start", op.start), whole("End", op.end)};
}

List attributesOf(const SignalFilterBank &op)
{
    return {whole("Channels", op.channels)};
}

List attributesOf(const SignalSpectralSubtraction &op)
{
    return {whole("Channels", op.channels), whole("Smoothing", op.smoothing),
        whole("1 - smoothing", op.oneMinusSmoothing), whole("Alternate smoothing", op.alternateSmoothing),
        whole("1 - alternate smoothing", op.alternateOneMinusSmoothing), whole("Smoothing bits", op.smoothingBits),
        whole("Least signal remaining", op.minSignalRemaining),
        whole("Spectral subtraction bits", op.spectralSubtractionBits), yes("Clamping", op.clamping)};
}

List attributesOf(const SignalPcan &op)
{
    return {whole("Signal-to-noise shift", op.snrShift)};
}

List attributesOf(const SignalFilterBankLog &op)
{
    return {whole("Output scale", op.outputScale), whole("Input correction bits", op.inputCorrectionBits)};
}

List attributesOf(const SignalDelay &op)
{
    return {list("Delay", op.lengths)};
}

List attributesOf(const SignalFramer &op)
{
    return {whole("Frame size", op.frameSize), whole("Frame step", op.frameStep), yes("Starts with zeros", op.prefill)};
}

List attributesOf(const SignalOverlapAdd &op)
{
    return {whole("Frame step", op.frameStep)};
}

List attributesOf(const SignalStacker &op)
{
    return {whole("Channels", op.channels), whole("Left context", op.left), whole("Right context", op.right),
        whole("Step", op.step)};
}

List attributesOf(const CircularBuffer &op)
{
    return {whole("Period", op.cycles)};
}

} // namespace tinsmith
