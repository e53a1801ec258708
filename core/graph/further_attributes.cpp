// SPDX-License-Identifier: Apache-2.0
#include "core/graph/further_attributes.h"

#include <array>
#include <limits>

namespace tinsmith {
namespace {

using List = std::vector<AttributeText>;

std::string text(std::int64_t value)
{
    return std::to_string(value);
}

std::string yes(bool value)
{
    return value ? "yes" : "no";
}

std::string nameOf(ScatterReduction reduction)
{
    constexpr std::array<const char *, 5> names = {"replaced", "added", "multiplied", "largest kept", "smallest kept"};
    return names.at(static_cast<std::size_t>(reduction));
}

} // namespace

List attributesOf(const LayerNormalization &op)
{
    return {{"From axis", text(op.axis)}, {"Epsilon", attributeText(op.epsilon)}};
}

List attributesOf(const RmsNormalization &op)
{
    return {{"From axis", text(op.axis)}, {"Epsilon", attributeText(op.epsilon)}};
}

List attributesOf(const GroupNormalization &op)
{
    List list = {{"Epsilon", attributeText(op.epsilon)}};
    if (op.groups != 0) {
        list.push_back({"Groups", text(op.groups)});
    }
    return list;
}

List attributesOf(const MeanVarianceNormalization &op)
{
    return {{"Axes", attributeText(op.axes)}};
}

List attributesOf(const LpNormalization &op)
{
    return {{"Axis", text(op.axis)}, {"Norm", text(op.p)}};
}

List attributesOf(const Hardmax &op)
{
    return {{"Axis", text(op.axis)}};
}

List attributesOf(const GatherElements &op)
{
    return {{"Axis", text(op.axis)}};
}

List attributesOf(const ScatterElements &op)
{
    return {{"Axis", text(op.axis)}, {"Elements", nameOf(op.reduction)}};
}

List attributesOf(const ScatterNd &op)
{
    return {{"Elements", nameOf(op.reduction)}};
}

List attributesOf(const Triangle &op)
{
    return {{"Keeps", op.upper ? "upper" : "lower"}, {"Diagonal", text(op.diagonal)}};
}

List attributesOf(const EyeLike &op)
{
    return {{"Diagonal", text(op.diagonal)}};
}

List attributesOf(const MaxUnpool &op)
{
    return {{"Shape", attributeText(op.shape)}};
}

List attributesOf(const GridSample &op)
{
    constexpr std::array<const char *, 3> modes = {"nearest", "linear", "cubic"};
    constexpr std::array<const char *, 3> paddings = {"zeros", "border", "reflection"};
    return {{"Mode", modes.at(static_cast<std::size_t>(op.mode))},
        {"Outside", paddings.at(static_cast<std::size_t>(op.padding))}, {"Corners aligned", yes(op.alignCorners)}};
}

List attributesOf(const RoiAlign &op)
{
    return {{"Output size", text(op.outputH) + " × " + text(op.outputW)}, {"Takes", op.maximum ? "maximum" : "average"},
        {"Samples", op.samplingRatio == 0 ? "by size" : text(op.samplingRatio)},
        {"Scale", attributeText(op.spatialScale)}, {"Half pixel", yes(op.halfPixel)}};
}

List attributesOf(const NonMaxSuppression &op)
{
    List list = {{"Boxes per class", text(op.mostPerClass)}, {"Overlap", attributeText(op.overlapThreshold)}};
    if (op.scoreThreshold > std::numeric_limits<float>::lowest()) {
        list.push_back({"Score", attributeText(op.scoreThreshold)});
    }
    list.push_back({"Boxes are", op.centreAndSize ? "centre and size" : "corners"});
    return list;
}

List attributesOf(const Einsum &op)
{
    return {{"Equation", op.equation}};
}

List attributesOf(const RuntimeQuantize &op)
{
    return {{"Axis", text(op.axis)}};
}

List attributesOf(const Dft &op)
{
    return {{"Axis", text(op.axis)}, {"Length", op.length == 0 ? "that of the input" : text(op.length)},
        {"Inverse", yes(op.inverse)}, {"One side", yes(op.oneSided)}};
}

List attributesOf(const Stft &op)
{
    return {{"Frame length", text(op.frameLength)}, {"Frame step", text(op.frameStep)}, {"One side", yes(op.oneSided)}};
}

} // namespace tinsmith
