// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace tinsmith {

/// Input [x], float or quantized; the output tensor's quantization says how (TFLite QUANTIZE, ONNX QuantizeLinear).
struct Quantize {
    friend bool operator==(const Quantize &, const Quantize &) = default;
};

/// Input [x], quantized; the output is float32 (TFLite DEQUANTIZE, ONNX DequantizeLinear; also float16 to float32).
struct Dequantize {
    friend bool operator==(const Dequantize &, const Dequantize &) = default;
};

/// Input [x float32]; outputs [q uint8, scale, zero point] from the range of x, 0 included (ONNX
/// DynamicQuantizeLinear).
struct DynamicQuantize {
    friend bool operator==(const DynamicQuantize &, const DynamicQuantize &) = default;
};

/// Inputs [x, scale, zero point?] with scale or zero point computed while the model runs; `inverse`: dequantizes. Along
/// `axis` where scale is a vector.
struct RuntimeQuantize {
    bool inverse = false;
    std::int32_t axis = 1;
    friend bool operator==(const RuntimeQuantize &, const RuntimeQuantize &) = default;
};

} // namespace tinsmith
