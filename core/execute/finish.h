// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/execute/kernel.h"
#include "core/execute/quantized_parameters.h"
#include "core/execute/scalar_functions.h"
#include "core/execute/tile.h"

#include <cmath>
#include <cstdint>

namespace tinsmith {

/// What a convolution or dense layer does with its sums: bias, requantization, activation, and where the values go.
class Finish {
public:
    /// Reads types and activation from the operator; refuses pairs of types that have no kernel.
    Finish(const Preparation &preparation, FusedActivation activation);

    bool integer() const { return integer_; }
    const AccumulatorParameters &parameters() const { return parameters_; }

    /// Stores `channels` float sums from channel `first` at `out`, `step` elements apart.
    void store(const float *sums, std::int64_t first, std::int64_t channels, const std::byte *bias, std::byte *out,
        std::int64_t step) const
    {
        const auto *biases = reinterpret_cast<const float *>(bias);
        auto *target = reinterpret_cast<float *>(out);
        for (std::int64_t c = 0; c < channels; ++c) {
            float value = sums[c] + (biases != nullptr ? biases[first + c] : 0.0F);
            value = value < floats_.min ? floats_.min : value > floats_.max ? floats_.max : value;
            target[c * step] = tanh_ ? std::tanh(value) : value;
        }
    }
    /// The same for integer sums.
    void store(const std::int32_t *sums, std::int64_t first, std::int64_t channels, const std::byte *bias,
        std::byte *out, std::int64_t step) const
    {
        const auto *biases = reinterpret_cast<const std::int32_t *>(bias);
        auto *target = reinterpret_cast<std::int8_t *>(out);
        for (std::int64_t c = 0; c < channels; ++c) {
            const auto with = static_cast<std::uint32_t>(biases != nullptr ? biases[first + c] : 0);
            const auto sum = static_cast<std::int32_t>(static_cast<std::uint32_t>(sums[c]) + with);
            const std::int64_t value = static_cast<std::int64_t>(
                                           requantize(sum, parameters_.multiplier(static_cast<std::size_t>(first + c))))
                + parameters_.outputZeroPoint;
            target[c * step] = static_cast<std::int8_t>(value < parameters_.bounds.min ? parameters_.bounds.min
                    : value > parameters_.bounds.max                                   ? parameters_.bounds.max
                                                                                       : value);
        }
    }
    std::int64_t elementBytes() const { return integer_ ? 1 : 4; }

private:
    bool integer_ = false;
    bool tanh_ = false;
    FloatBounds floats_ = {};
    AccumulatorParameters parameters_;
};

/// The weights as the sums take them: less their zero point where the operator is integer, else their real values.
std::vector<float> weightValues(const Finish &finish, const Tensor &weights, const std::byte *data);
/// The largest magnitude that an int8 input less its zero point has.
float largestInput(const AccumulatorParameters &parameters);

} // namespace tinsmith
