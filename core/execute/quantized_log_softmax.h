// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/execute/quantized_tensor.h"
#include "core/execute/requantize.h"

#include <cstdint>
#include <span>

namespace tinsmith {

/// The logarithm of a softmax of int8 rows, bit for bit TFLite's; the output has scale 1/16 and zero point 127.
class QuantizedLogSoftmax {
public:
    /// Throws UnsupportedError where the output has another scale or zero point, or the input's scale is too small.
    QuantizedLogSoftmax(const Operator &op, const Tensor &input, const Tensor &output);
    void row(std::span<const std::int8_t> in, std::span<std::int8_t> out) const;

private:
    QuantizedMultiplier factor_;
    QuantizedMultiplier reverse_;
    std::int32_t smallest_ = 0;
};

} // namespace tinsmith
