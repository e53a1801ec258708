// SPDX-License-Identifier: Apache-2.0
#include "core/execute/kernel.h"

#include <algorithm>
#include <cmath>

namespace tinsmith {

Kernel prepare(Preparation &preparation, const LocalResponseNormalization &normalization)
{
    const Tensor &input = preparation.input(0);
    const Shape &shape = input.shape;
    preparation.require(input.type == ElementType::Float32 && preparation.output().type == ElementType::Float32,
        "it runs in float32 only");
    preparation.require(shape == preparation.output().shape, "input and output differ in shape");
    preparation.require(shape.rank() >= 2, "its input has no channels");
    preparation.require(normalization.size >= 1 && normalization.size <= (1 << 30), "its size is out of range");
    const bool last = normalization.layout == Layout::ChannelsLast;
    const std::int64_t channels = shape[last ? shape.rank() - 1 : 1];
    std::int64_t step = 1;
    for (std::size_t d = 2; d < shape.rank() && !last; ++d) {
        step *= shape[d];
    }
    const std::int64_t outer = channels * step > 0 ? elementsOf(input) / (channels * step) : 0;
    return [=](const Arguments &arguments) {
        const std::int64_t lower = (normalization.size - 1) / 2;
        const std::int64_t upper = normalization.size - 1 - lower;
        const float alpha = normalization.alpha / static_cast<float>(normalization.size);
        for (std::int64_t row = 0; row < outer * step; ++row) {
            const std::int64_t start = row / step * channels * step + row % step;
            const float *in = arguments.in<float>(0) + start;
            float *out = arguments.out<float>() + start;
            for (std::int64_t c = 0; c < channels; ++c) {
                float sum = 0;
                for (std::int64_t k = std::max<std::int64_t>(0, c - lower); k <= std::min(channels - 1, c + upper);
                     ++k) {
                    sum += in[k * step] * in[k * step];
                }
                out[c * step] = in[c * step] * std::pow(normalization.bias + alpha * sum, -normalization.beta);
            }
        }
    };
}

} // namespace tinsmith
