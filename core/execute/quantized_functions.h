// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/execute/quantized_parameters.h"

#include <cstdint>
#include <span>

namespace tinsmith {

/// One row of an int8 softmax, bit for bit TFLite's; `out` may be `in`.
void softmaxRow(const SoftmaxParameters &parameters, std::span<const std::int8_t> in, std::span<std::int8_t> out);
/// The same to int16 (scale 1/65536, zero point -32768).
void softmaxRow(const SoftmaxParameters &parameters, std::span<const std::int8_t> in, std::span<std::int16_t> out);

/// The same of uint8 values (output scale 1/256, zero point 0), as the older quantization has them.
void softmaxRow(const SoftmaxParameters &parameters, std::span<const std::uint8_t> in, std::span<std::uint8_t> out);

/// HardSwish's constants: two 16-bit multipliers with their exponents.
struct HardSwishParameters {
    std::int32_t inputZeroPoint = 0;
    std::int32_t outputZeroPoint = 0;
    std::int16_t outputMultiplier = 0;
    std::int32_t outputExponent = 0;
    std::int16_t gateMultiplier = 0;
    std::int32_t gateExponent = 0;
};
/// The scales are those of input and output. The output's must be at least 1/128 of the input's.
HardSwishParameters hardSwishParameters(
    float inputScale, std::int32_t inputZeroPoint, float outputScale, std::int32_t outputZeroPoint);
std::int8_t hardSwish(const HardSwishParameters &parameters, std::int8_t q);

/// int8 logistic (output 1/256, -128) and tanh (output 1/128, 0) of one stored value.
std::int8_t quantizedLogistic(float inputScale, std::int32_t inputZeroPoint, std::int8_t q);
std::int8_t quantizedTanh(float inputScale, std::int32_t inputZeroPoint, std::int8_t q);

/// lookupTable() for an Activation from uint8 to uint8, by the input byte itself: the int8 operator whose values and
/// zero points are 128 lower. Nothing for other operators.
std::optional<std::array<std::uint8_t, 256>> olderLookupTable(const Graph &graph, const Operator &op);

} // namespace tinsmith
