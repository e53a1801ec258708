// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/firmware/emission.h"
#include "core/graph/convolution.h"
#include "core/graph/geometry.h"

#include <span>
#include <string>
#include <vector>

// Parts that layers of several families have in common.

namespace tinsmith::firmware {

/// The form of ts_requantize.h that is right for every value and factor.
std::string roundingForm(Rounding rounding);

/// Parameters `input` and `output` of a layer, typed as the operator's first input and first output.
std::vector<LayerParameter> inputAndOutput(Emission &emission, const Operator &op);

/// How a layer walks over its output rows.
struct RowLoop {
    bool int8 = true;
    bool transposed = false;
    /// From the last row to the first.
    bool bottomUp = false;
};

/// The loop over output rows (and images of a batch): the body finds `rows`, `y` and `output` of the image.
void openRows(CWriter &body, const SpatialGeometry &geometry, const RowLoop &loop);
void closeRows(CWriter &body, const SpatialGeometry &geometry);

/// Weights, bias and requantization of a convolution or dense layer as its kernel takes them.
struct WeightedLayer {
    std::vector<LayerParameter> parameters;
    /// Names of those parameters, in the kernel's order.
    std::vector<CArgument> kernelArguments;
    /// Zero points and bounds, which end the kernel's arguments.
    std::vector<CArgument> numberArguments;
    /// int8: every output channel has its own multiplier.
    bool perChannel = false;
};

/// Whether the input's zero point goes into the bias (and on as input_zero for taps outside), is taken off tap by tap,
/// or goes into the bias and nowhere else.
enum class ZeroPoint { Folded, PerTap, FoldedOnly };

/// `packed` as the kernel reads them, `plain` as [channels, taps].
WeightedLayer weightedInt8(Emission &emission, OperatorId id, std::span<const std::int8_t> packed,
    std::span<const std::int8_t> plain, std::int64_t channels, std::int64_t taps, ZeroPoint zeroPoint);
WeightedLayer weightedFloat(Emission &emission, OperatorId id, std::int64_t channels, FusedActivation activation);

/// What can be wrong with weights and bias of a convolution or dense layer.
std::string whyNotWeighted(const Graph &graph, const Operator &op);

} // namespace tinsmith::firmware
