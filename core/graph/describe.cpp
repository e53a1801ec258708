// SPDX-License-Identifier: Apache-2.0
#include "core/graph/attribute_lists.h"
#include "core/graph/further_attributes.h"
#include "core/graph/operator.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace tinsmith {
namespace {

using List = std::vector<AttributeText>;

std::string number(double value)
{
    std::array<char, 32> text = {};
    const auto result = std::to_chars(text.data(), text.data() + text.size(), static_cast<float>(value));
    return {text.data(), result.ptr};
}

std::string listOf(const std::vector<std::int64_t> &values)
{
    std::string text;
    for (const std::int64_t value : values) {
        text += (text.empty() ? "" : ", ") + std::to_string(value);
    }
    return text.empty() ? "all" : text;
}

std::string pair(std::int64_t h, std::int64_t w)
{
    return std::to_string(h) + " × " + std::to_string(w);
}

std::string yes(bool value)
{
    return value ? "yes" : "no";
}

void addLayout(List &list, Layout layout)
{
    list.push_back({"Layout", layout == Layout::ChannelsLast ? "channels last" : "channels first"});
}

void addPadding(List &list, const Padding &padding)
{
    const std::string numbers = "top " + std::to_string(padding.top) + ", bottom " + std::to_string(padding.bottom)
        + ", left " + std::to_string(padding.left) + ", right " + std::to_string(padding.right);
    switch (padding.mode) {
    case PaddingMode::Same:
        list.push_back({"Padding", "same"});
        break;
    case PaddingMode::Valid:
        list.push_back({"Padding", "valid"});
        break;
    case PaddingMode::Explicit:
        list.push_back({"Padding", numbers});
        break;
    }
}

void addActivation(List &list, FusedActivation activation)
{
    if (activation != FusedActivation::None) {
        list.push_back({"Activation", nameOf(activation)});
    }
}

template <typename Kind>
void addSpatial(List &list, const Kind &op)
{
    list.push_back({"Stride", pair(op.strideH, op.strideW)});
    addPadding(list, op.padding);
    if (op.dilationH != 1 || op.dilationW != 1) {
        list.push_back({"Dilation", pair(op.dilationH, op.dilationW)});
    }
}

struct Describe {
    List operator()(const Custom &op) const
    {
        List list;
        for (const auto &attribute : op.attributes) {
            list.push_back({attribute.name, attribute.value});
        }
        if (!op.reason.empty()) {
            list.push_back({"Cannot run", op.reason});
        }
        return list;
    }
    List operator()(const Conv2D &op) const
    {
        List list;
        addSpatial(list, op);
        if (op.groups != 1) {
            list.push_back({"Groups", std::to_string(op.groups)});
        }
        addActivation(list, op.activation);
        addLayout(list, op.layout);
        return list;
    }
    List operator()(const DepthwiseConv2D &op) const
    {
        List list;
        addSpatial(list, op);
        if (op.multiplier != 1) {
            list.push_back({"Multiplier", std::to_string(op.multiplier)});
        }
        addActivation(list, op.activation);
        return list;
    }
    List operator()(const TransposeConv2D &op) const
    {
        List list;
        addSpatial(list, op);
        list.push_back({"Output size", pair(op.outputH, op.outputW)});
        if (op.groups != 1) {
            list.push_back({"Groups", std::to_string(op.groups)});
        }
        addActivation(list, op.activation);
        addLayout(list, op.layout);
        return list;
    }
    List operator()(const BatchNormalization &op) const { return {{"Epsilon", number(op.epsilon)}}; }
    List operator()(const Pool2D &op) const
    {
        List list = {{"Window", pair(op.kernelH, op.kernelW)}};
        addSpatial(list, op);
        if (op.ceilMode) {
            list.push_back({"Output size", "rounded up"});
        }
        if (op.countIncludesPadding) {
            list.push_back({"Padding counts", "yes"});
        }
        addActivation(list, op.activation);
        addLayout(list, op.layout);
        return list;
    }
    List operator()(const GlobalPool &op) const
    {
        List list;
        addLayout(list, op.layout);
        return list;
    }
    List operator()(const FullyConnected &op) const
    {
        List list;
        if (op.keepDims) {
            list.push_back({"Keeps dimensions", "yes"});
        }
        addActivation(list, op.activation);
        return list;
    }
    List operator()(const Gemm &op) const
    {
        return {{"Alpha", number(op.alpha)}, {"Beta", number(op.beta)}, {"Transpose A", yes(op.transposeA)},
            {"Transpose B", yes(op.transposeB)}};
    }
    List operator()(const MatMul &op) const
    {
        return {{"Transpose A", yes(op.transposeA)}, {"Transpose B", yes(op.transposeB)}};
    }
    List operator()(const Binary &op) const
    {
        List list;
        addActivation(list, op.activation);
        return list;
    }
    List operator()(const Activation &op) const
    {
        switch (op.function) {
        case ActivationFunction::LeakyRelu:
        case ActivationFunction::Elu:
        case ActivationFunction::ThresholdedRelu:
        case ActivationFunction::Celu:
        case ActivationFunction::Swish:
            return {{"Alpha", number(op.alpha)}};
        case ActivationFunction::Shrink:
            return {{"Limit", number(op.alpha)}, {"Bias", number(op.beta)}};
        case ActivationFunction::HardSigmoid:
            return {{"Alpha", number(op.alpha)}, {"Beta", number(op.beta)}};
        case ActivationFunction::Clip:
            return {{"Minimum", number(op.alpha)}, {"Maximum", number(op.beta)}};
        case ActivationFunction::Gelu:
            return {{"Approximation", op.alpha != 0 ? "tanh" : "none"}};
        default:
            return {};
        }
    }
    List operator()(const Softmax &op) const { return {{"Beta", number(op.beta)}, {"Axis", std::to_string(op.axis)}}; }
    List operator()(const LogSoftmax &op) const { return {{"Axis", std::to_string(op.axis)}}; }
    List operator()(const Reshape &op) const { return {{"Shape", listOf(op.shape)}}; }
    List operator()(const Squeeze &op) const { return {{"Axes", listOf(op.axes)}}; }
    List operator()(const ExpandDims &op) const { return {{"Axes", listOf(op.axes)}}; }
    List operator()(const Transpose &op) const { return {{"Permutation", listOf(op.permutation)}}; }
    List operator()(const Pad &op) const
    {
        constexpr std::array<const char *, 4> modes = {"constant", "reflect", "symmetric", "edge"};
        List list = {{"Before", listOf(op.before)}, {"After", listOf(op.after)},
            {"Mode", modes[static_cast<std::size_t>(op.mode)]}};
        if (op.mode == PadMode::Constant) {
            list.push_back({"Value", number(op.value)});
        }
        return list;
    }
    List operator()(const Concatenation &op) const
    {
        List list = {{"Axis", std::to_string(op.axis)}};
        addActivation(list, op.activation);
        return list;
    }
    List operator()(const Split &op) const { return {{"Axis", std::to_string(op.axis)}, {"Sizes", listOf(op.sizes)}}; }
    List operator()(const Pack &op) const { return {{"Axis", std::to_string(op.axis)}}; }
    List operator()(const Unpack &op) const { return {{"Axis", std::to_string(op.axis)}}; }
    List operator()(const StridedSlice &op) const
    {
        return {{"Begin", listOf(op.begin)}, {"End", listOf(op.end)}, {"Stride", listOf(op.stride)}};
    }
    List operator()(const Gather &op) const { return {{"Axis", std::to_string(op.axis)}}; }
    List operator()(const Resize &op) const
    {
        constexpr std::array<const char *, 4> coordinates
            = {"asymmetric", "half pixel centres", "half pixel centres (PyTorch)", "corners aligned"};
        List list = {{"Output size", pair(op.outputH, op.outputW)},
            {"Coordinates", coordinates[static_cast<std::size_t>(op.coordinates)]}};
        addLayout(list, op.layout);
        return list;
    }
    List operator()(const DepthToSpace &op) const { return {{"Block", std::to_string(op.block)}}; }
    List operator()(const SpaceToDepth &op) const { return {{"Block", std::to_string(op.block)}}; }
    List operator()(const Tile &op) const { return {{"Multiples", listOf(op.multiples)}}; }
    List operator()(const BroadcastTo &op) const { return {{"Shape", listOf(op.shape)}}; }
    List operator()(const Cast &op) const { return {{"To", std::string(nameOf(op.to))}}; }
    List operator()(const Reduce &op) const
    {
        return {{"Axes", listOf(op.axes)}, {"Keeps dimensions", yes(op.keepDims)}};
    }
    List operator()(const ArgExtreme &op) const
    {
        List list = {{"Axis", std::to_string(op.axis)}};
        if (op.lastOfEquals) {
            list.push_back({"Of equals", "the last"});
        }
        return list;
    }
    List operator()(const Recurrent &op) const;
    List operator()(const If &op) const
    {
        return {
            {"Then", "subgraph " + std::to_string(op.thenBody)}, {"Else", "subgraph " + std::to_string(op.elseBody)}};
    }
    List operator()(const While &op) const
    {
        return {
            {"Condition", "subgraph " + std::to_string(op.condition)}, {"Body", "subgraph " + std::to_string(op.body)}};
    }
    List operator()(const Loop &op) const
    {
        return {{"Body", "subgraph " + std::to_string(op.body)}, {"Carried values", std::to_string(op.carried)}};
    }
    List operator()(const Scan &op) const;
    List operator()(const Call &op) const
    {
        List list = {{"Body", "subgraph " + std::to_string(op.body)}};
        if (!op.function.empty()) {
            list.push_back({"Function", op.function});
        }
        if (op.once) {
            list.push_back({"Runs", "once, before the first inference"});
        }
        return list;
    }
    List operator()(const VariableHandle &op) const
    {
        return {{"Variable", op.container.empty() ? op.name : op.container + "/" + op.name}};
    }
    template <typename Other>
    List operator()(const Other &op) const
    {
        if constexpr (requires { attributesOf(op); }) {
            return attributesOf(op);
        } else {
            return {};
        }
    }
};

/// "Sigmoid, LeakyRelu(0.01)".
std::string listOf(const std::vector<RecurrentActivation> &activations)
{
    constexpr std::array<const char *, 11> names = {"Relu", "Tanh", "Sigmoid", "Affine", "LeakyRelu", "ThresholdedRelu",
        "ScaledTanh", "HardSigmoid", "Elu", "Softsign", "Softplus"};
    std::string text;
    for (const RecurrentActivation &activation : activations) {
        text += (text.empty() ? "" : ", ") + std::string(names.at(static_cast<std::size_t>(activation.function)));
        if (activation.alpha != 0 || activation.beta != 0) {
            text += "(" + number(activation.alpha) + (activation.beta != 0 ? ", " + number(activation.beta) : "") + ")";
        }
    }
    return text;
}

List Describe::operator()(const Scan &op) const
{
    List list = {{"Body", "subgraph " + std::to_string(op.body)}, {"Scanned inputs", std::to_string(op.scanInputs)}};
    const auto add = [&](const char *name, const std::vector<std::int64_t> &values) {
        if (std::any_of(values.begin(), values.end(), [](std::int64_t value) { return value != 0; })) {
            list.push_back({name, listOf(values)});
        }
    };
    add("Input axes", op.inputAxes);
    add("Output axes", op.outputAxes);
    add("Inputs reversed", op.inputReversed);
    add("Outputs reversed", op.outputReversed);
    return list;
}

List Describe::operator()(const Recurrent &op) const
{
    constexpr std::array<const char *, 3> directions = {"forward", "reverse", "bidirectional"};
    List list = {{"Hidden size", std::to_string(op.hiddenSize)},
        {"Direction", directions.at(static_cast<std::size_t>(op.direction))}, {"Activations", listOf(op.activations)}};
    if (op.clip != 0) {
        list.push_back({"Clip", number(op.clip)});
    }
    if (op.linearBeforeReset) {
        list.push_back({"Linear before reset", "yes"});
    }
    if (op.coupledInputForget) {
        list.push_back({"Forget gate", "1 - input gate"});
    }
    list.push_back({"Layout", op.batchFirst ? "batch first" : "time first"});
    return list;
}

} // namespace

std::string attributeText(double value)
{
    return number(value);
}

std::string attributeText(const std::vector<std::int64_t> &values)
{
    return listOf(values);
}

std::vector<AttributeText> describe(const OperatorKind &kind)
{
    return std::visit(Describe(), kind);
}

} // namespace tinsmith
