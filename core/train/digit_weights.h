// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

namespace tinsmith {

/// One layer's parameters, outermost dimension first.
struct LayerWeights {
    /// Convolutions: [Co,Ci,Kh,Kw]; the dense layer: [out,Ci*H*W], channels outermost.
    std::vector<std::int64_t> shape;
    std::vector<float> weights;
    std::vector<float> bias;
};

/// The digit classifier: three 3x3 SAME convolutions with ReLU, the first two followed by 2x2 max pooling, then the
/// mean over all positions and a dense layer of ten outputs.
struct DigitWeights {
    std::vector<LayerWeights> convolutions;
    LayerWeights dense;
};

} // namespace tinsmith
