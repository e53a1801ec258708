// SPDX-License-Identifier: Apache-2.0
#include "core/execute/float_library.h"

#include "core/execute/scalar_functions.h"
#include "core/execute/xnnpack_layer.h"
#include "core/graph/error.h"

#include <algorithm>
#include <atomic>
#include <vector>

namespace tinsmith {

namespace {

std::atomic<bool> libraryAllowed = true;

} // namespace

void allowFloatLibrary(bool allowed)
{
    libraryAllowed = allowed;
}

#ifdef TINSMITH_XNNPACK

namespace {

/// Products below which a layer gains nothing.
constexpr std::int64_t fewestProducts = std::int64_t{1} << 14;

/// Float32 throughout, parameters constant, and an activation that is a pair of bounds.
bool suits(const Preparation &preparation, FusedActivation activation)
{
    if (preparation.checkOnly() || activation == FusedActivation::Tanh || activation == FusedActivation::SignBit) {
        return false;
    }
    for (std::size_t position = 0; position < 3; ++position) {
        if (preparation.hasInput(position)
            && (preparation.input(position).type != ElementType::Float32
                || (preparation.constant(position) != nullptr) == (position == 0))) {
            return false;
        }
    }
    return preparation.output().type == ElementType::Float32 && libraryAllowed && XnnpackLayer::available();
}

std::vector<float> constantReals(const Preparation &preparation, std::size_t position)
{
    return preparation.hasInput(position) ? preparation.constant(position)->copyAs<float>() : std::vector<float>();
}

/// The padding behind that gives just the output's number of positions.
std::int64_t paddingBehind(const AxisGeometry &axis)
{
    const std::int64_t covered = (axis.output - 1) * axis.stride + axis.effectiveKernel();
    return std::max<std::int64_t>(0, covered - axis.input - axis.padBefore);
}

bool suits(const AxisGeometry &axis)
{
    return axis.padBefore >= 0
        && (axis.input + axis.padBefore + paddingBehind(axis) - axis.effectiveKernel()) / axis.stride + 1
        == axis.output;
}

Kernel kernelOf(std::shared_ptr<XnnpackLayer> layer, const std::string &place)
{
    return [layer = std::move(layer), place](const Arguments &arguments) {
        if (!layer->run(arguments.in<float>(0), arguments.out<float>())) {
            throw UnsupportedError({}, place, "the float library could not run it");
        }
    };
}

} // namespace

std::optional<Kernel> libraryConvolution(
    Preparation &preparation, const SpatialGeometry &geometry, FusedActivation activation, bool depthwise)
{
    // The library keeps a pointer for each tap of each output position.
    constexpr std::int64_t mostPointers = std::int64_t{1} << 24;
    const AxisGeometry &h = geometry.h;
    const AxisGeometry &w = geometry.w;
    const std::int64_t taps = h.kernel * w.kernel;
    const std::int64_t channels = geometry.outputChannels;
    const std::int64_t groups = depthwise ? geometry.inputChannels : geometry.groups;
    const std::int64_t terms = depthwise ? taps : taps * (geometry.inputChannels / groups);
    if (terms * channels * h.output * w.output < fewestProducts || channels % groups != 0
        || !suits(preparation, activation) || !suits(h) || !suits(w) || taps > mostPointers / (h.output * w.output)) {
        return std::nullopt;
    }
    std::vector<float> weights = constantReals(preparation, 1);
    const std::vector<float> bias = constantReals(preparation, 2);
    if (static_cast<std::int64_t>(weights.size()) != channels * terms
        || (!bias.empty() && static_cast<std::int64_t>(bias.size()) != channels)) {
        return std::nullopt;
    }
    if (depthwise) {
        std::vector<float> byChannel(weights.size());
        for (std::int64_t tap = 0; tap < taps; ++tap) {
            for (std::int64_t channel = 0; channel < channels; ++channel) {
                byChannel[static_cast<std::size_t>(channel * taps + tap)]
                    = weights[static_cast<std::size_t>(tap * channels + channel)];
            }
        }
        weights = std::move(byChannel);
    }
    auto layer = XnnpackLayer::convolution(
        geometry, groups, paddingBehind(h), paddingBehind(w), {std::move(weights), bias, floatBounds(activation)});
    return layer ? std::optional(kernelOf(std::move(layer), preparation.op().name)) : std::nullopt;
}

std::optional<Kernel> libraryDense(Preparation &preparation, std::int64_t rows, FusedActivation activation)
{
    if (rows * elementsOf(preparation.input(1)) < fewestProducts || !suits(preparation, activation)) {
        return std::nullopt;
    }
    const std::vector<float> weights = constantReals(preparation, 1);
    const std::vector<float> bias = constantReals(preparation, 2);
    const auto outputs = static_cast<std::size_t>(preparation.input(1).shape[0]);
    const auto terms = static_cast<std::size_t>(preparation.input(1).shape[1]);
    if (weights.size() != outputs * terms || (!bias.empty() && bias.size() != outputs)) {
        return std::nullopt;
    }
    auto layer = XnnpackLayer::dense(rows, terms, outputs, {weights, bias, floatBounds(activation)});
    return layer ? std::optional(kernelOf(std::move(layer), preparation.op().name)) : std::nullopt;
}

#else

std::optional<Kernel> libraryConvolution(
    Preparation & /*preparation*/, const SpatialGeometry & /*geometry*/, FusedActivation /*activation*/, bool)
{
    return std::nullopt;
}

std::optional<Kernel> libraryDense(Preparation & /*preparation*/, std::int64_t /*rows*/, FusedActivation)
{
    return std::nullopt;
}

#endif

} // namespace tinsmith
