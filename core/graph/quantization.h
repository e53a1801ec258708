// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace tinsmith {

/// How the int8 operators of a graph round what they compute to the values that they store: sums of products, sums,
/// products, means, tables and changes of scale. Other operators round as TFLite defines them.
enum class Rounding : std::uint8_t {
    /// TFLite's and CMSIS-NN's: the high half of a product and then its shift, each to nearest, ties away from zero.
    Twice,
    /// ONNX's (QuantizeLinear): once, to nearest, ties to even.
    HalfToEven,
};

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
