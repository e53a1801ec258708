// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace tinsmith {

/// Input [x], float or quantized; the output tensor's quantization says how (TFLite QUANTIZE, ONNX QuantizeLinear).
struct Quantize {
    friend bool operator==(const Quantize &, const Quantize &) = default;
};

/// Input [x], quantized; the output is float32 (TFLite DEQUANTIZE, ONNX DequantizeLinear; also float16 to float32).
struct Dequantize {
    friend bool operator==(const Dequantize &, const Dequantize &) = default;
};

} // namespace tinsmith
