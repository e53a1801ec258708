// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"
#include "core/graph/tensor.h"
#include "core/quantize/quantize.h"

#include <cstdint>
#include <span>
#include <vector>

namespace tinsmith {

/// The int8 scale and zero point of an activation range. The range is widened to hold 0, so that padding and Relu are
/// exact; an empty one gets a scale too.
Quantization activationQuantization(Range range);

/// As activationQuantization(), but pixels stay exact: a range that fills most of 0..1 or 0..255 becomes just that.
Quantization inputQuantization(Range range);

/// The fixed output quantization of softmax, logistic and tanh.
Quantization unitQuantization();
Quantization signedUnitQuantization();

/// Weights as int8, symmetric, -127..127.
struct QuantizedWeights {
    std::vector<std::int8_t> values;
    Quantization quantization;
};

/// One scale per channel, element i being of channel (i / inner) % channels; `channels` 1: one scale for all. Where
/// `leastScales` is not empty, no scale is smaller than its channel's entry there.
QuantizedWeights quantizeWeights(std::span<const float> values, std::int64_t channels, std::int64_t inner,
    std::int32_t axis, std::span<const float> leastScales = {});

/// Values as int8 of a given scale and zero point.
std::vector<std::int8_t> quantizeValues(std::span<const float> values, const Quantization &quantization);

} // namespace tinsmith
