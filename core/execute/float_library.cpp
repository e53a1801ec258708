// SPDX-License-Identifier: Apache-2.0
#include "core/execute/float_library.h"

#include "core/execute/scalar_functions.h"
#include "core/graph/error.h"

#include <atomic>

#ifdef TINSMITH_XNNPACK
#include <xnnpack.h>

#include <algorithm>
#include <memory>
#include <type_traits>
#include <vector>
#endif

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

struct DeleteOperator {
    void operator()(xnn_operator_t op) const { xnn_delete_operator(op); }
};
using LibraryOperator = std::unique_ptr<std::remove_pointer_t<xnn_operator_t>, DeleteOperator>;

bool libraryWorks()
{
    static const bool works = xnn_initialize(nullptr) == xnn_status_success;
    return works;
}

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
    return preparation.output().type == ElementType::Float32 && libraryAllowed && libraryWorks();
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

std::uint32_t narrow(std::int64_t value)
{
    return static_cast<std::uint32_t>(value);
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
    const FloatBounds bounds = floatBounds(activation);
    xnn_operator_t made = nullptr;
    const xnn_status status = xnn_create_convolution2d_nhwc_f32(narrow(h.padBefore), narrow(paddingBehind(w)),
        narrow(paddingBehind(h)), narrow(w.padBefore), narrow(h.kernel), narrow(w.kernel), narrow(h.stride),
        narrow(w.stride), narrow(h.dilation), narrow(w.dilation), narrow(groups),
        static_cast<std::size_t>(geometry.inputChannels / groups), static_cast<std::size_t>(channels / groups),
        static_cast<std::size_t>(geometry.inputChannels), static_cast<std::size_t>(channels), weights.data(),
        bias.empty() ? nullptr : bias.data(), bounds.min, bounds.max, 0, &made);
    if (status != xnn_status_success) {
        return std::nullopt;
    }
    const std::shared_ptr<std::remove_pointer_t<xnn_operator_t>> op = LibraryOperator(made);
    return [op, geometry, place = preparation.op().name](const Arguments &arguments) {
        const xnn_status ready = xnn_setup_convolution2d_nhwc_f32(op.get(), static_cast<std::size_t>(geometry.batch),
            static_cast<std::size_t>(geometry.h.input), static_cast<std::size_t>(geometry.w.input),
            arguments.in<float>(0), arguments.out<float>(), nullptr);
        if (ready != xnn_status_success || xnn_run_operator(op.get(), nullptr) != xnn_status_success) {
            throw UnsupportedError({}, place, "the float library could not run it");
        }
    };
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
    const FloatBounds bounds = floatBounds(activation);
    xnn_operator_t made = nullptr;
    if (xnn_create_fully_connected_nc_f32(terms, outputs, terms, outputs, weights.data(),
            bias.empty() ? nullptr : bias.data(), bounds.min, bounds.max, 0, &made)
        != xnn_status_success) {
        return std::nullopt;
    }
    const std::shared_ptr<std::remove_pointer_t<xnn_operator_t>> op = LibraryOperator(made);
    return [op, rows, place = preparation.op().name](const Arguments &arguments) {
        const xnn_status ready = xnn_setup_fully_connected_nc_f32(
            op.get(), static_cast<std::size_t>(rows), arguments.in<float>(0), arguments.out<float>(), nullptr);
        if (ready != xnn_status_success || xnn_run_operator(op.get(), nullptr) != xnn_status_success) {
            throw UnsupportedError({}, place, "the float library could not run it");
        }
    };
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
