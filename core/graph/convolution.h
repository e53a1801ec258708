// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

namespace tinsmith {

/// Order of an image tensor's dimensions: [N,H,W,C] (TFLite) or [N,C,H,W] (ONNX; any number of spatial dimensions).
enum class Layout { ChannelsLast, ChannelsFirst };

/// The activation that TFLite fuses into an operator.
enum class FusedActivation { None, Relu, ReluN1To1, Relu6, Tanh, SignBit };

/// How a spatial operator treats the border. `Same` and `Valid` keep what the source says; the numbers hold in all
/// three cases once shapes are known (see resolvePadding() in geometry.h).
enum class PaddingMode { Explicit, Same, Valid };

/// Rows or columns of padding per spatial side. Negative numbers crop the input.
struct Padding {
    PaddingMode mode = PaddingMode::Valid;
    std::int64_t top = 0;
    std::int64_t bottom = 0;
    std::int64_t left = 0;
    std::int64_t right = 0;
    friend bool operator==(const Padding &, const Padding &) = default;
};

/// Inputs [x, weights, bias?]. ChannelsLast: x [N,H,W,Ci], weights [Co,Kh,Kw,Ci/groups] (TFLite CONV_2D).
/// ChannelsFirst: x [N,Ci,H,W], weights [Co,Ci/groups,Kh,Kw] (ONNX Conv of two spatial dimensions). Bias [Co].
struct Conv2D {
    Layout layout = Layout::ChannelsLast;
    std::int64_t strideH = 1;
    std::int64_t strideW = 1;
    std::int64_t dilationH = 1;
    std::int64_t dilationW = 1;
    Padding padding;
    std::int64_t groups = 1;
    FusedActivation activation = FusedActivation::None;
    friend bool operator==(const Conv2D &, const Conv2D &) = default;
};

/// Inputs [x, weights, bias?]: x [N,H,W,Ci], weights [1,Kh,Kw,Ci*multiplier], bias [Ci*multiplier]. Always
/// ChannelsLast.
struct DepthwiseConv2D {
    std::int64_t strideH = 1;
    std::int64_t strideW = 1;
    std::int64_t dilationH = 1;
    std::int64_t dilationW = 1;
    Padding padding;
    std::int64_t multiplier = 1;
    FusedActivation activation = FusedActivation::None;
    friend bool operator==(const DepthwiseConv2D &, const DepthwiseConv2D &) = default;
};

/// Inputs [x, weights, bias?]. ChannelsLast: weights [Co,Kh,Kw,Ci] (TFLite TRANSPOSE_CONV without its shape input);
/// ChannelsFirst: weights [Ci,Co/groups,Kh,Kw] (ONNX ConvTranspose). The padding is what the forward convolution from
/// output to input would use; the output's size stands in the output tensor's shape.
struct TransposeConv2D {
    Layout layout = Layout::ChannelsLast;
    std::int64_t strideH = 1;
    std::int64_t strideW = 1;
    std::int64_t dilationH = 1;
    std::int64_t dilationW = 1;
    Padding padding;
    std::int64_t groups = 1;
    /// Height and width of the output.
    std::int64_t outputH = 0;
    std::int64_t outputW = 0;
    FusedActivation activation = FusedActivation::None;
    friend bool operator==(const TransposeConv2D &, const TransposeConv2D &) = default;
};

/// Inputs [x, gamma, beta, mean, variance], each of the channels' length: gamma * (x - mean) / sqrt(variance + epsilon)
/// + beta.
struct BatchNormalization {
    Layout layout = Layout::ChannelsFirst;
    float epsilon = 1e-5F;
    friend bool operator==(const BatchNormalization &, const BatchNormalization &) = default;
};

/// Inputs [x, weights, zero point of x?, zero point of the weights?], 8-bit, channels first; the sums are int32 (ONNX
/// ConvInteger).
struct IntegerConv2D {
    Conv2D form;
    friend bool operator==(const IntegerConv2D &, const IntegerConv2D &) = default;
};

} // namespace tinsmith
