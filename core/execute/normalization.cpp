// SPDX-License-Identifier: Apache-2.0
#include "core/execute/kernel.h"

#include <cmath>

namespace tinsmith {

Kernel prepare(Preparation &preparation, const BatchNormalization &normalization)
{
    const Tensor &input = preparation.input(0);
    preparation.require(input.type == ElementType::Float32 && preparation.output().type == ElementType::Float32,
        "it runs in float32 only; fold it into the convolution before it");
    preparation.require(elementsOf(input) == elementsOf(preparation.output()), "input and output differ in size");
    const std::size_t rank = input.shape.rank();
    preparation.require(rank >= 2, "its input has no channels");
    const bool last = normalization.layout == Layout::ChannelsLast;
    const std::int64_t channels = input.shape[last ? rank - 1 : 1];
    std::int64_t inner = 1;
    for (std::size_t d = 2; d < rank && !last; ++d) {
        inner *= input.shape[d];
    }
    for (std::size_t i = 1; i <= 4; ++i) {
        preparation.require(
            preparation.input(i).type == ElementType::Float32 && elementsOf(preparation.input(i)) == channels,
            "its parameters do not have one float per channel");
    }
    const std::int64_t count = elementsOf(input);
    const std::size_t scratch = preparation.reserve(channels * 8);
    return [=, epsilon = normalization.epsilon](const Arguments &arguments) {
        auto *scale = arguments.scratchAt<float>(scratch);
        float *shift = scale + channels;
        for (std::int64_t c = 0; c < channels; ++c) {
            scale[c] = arguments.in<float>(1)[c] / std::sqrt(arguments.in<float>(4)[c] + epsilon);
            shift[c] = arguments.in<float>(2)[c] - arguments.in<float>(3)[c] * scale[c];
        }
        const auto *in = arguments.in<float>(0);
        auto *out = arguments.out<float>();
        for (std::int64_t start = 0; start < count; start += inner * channels) {
            for (std::int64_t c = 0; c < channels; ++c) {
                for (std::int64_t i = 0; i < inner; ++i) {
                    const std::int64_t at = start + c * inner + i;
                    out[at] = in[at] * scale[c] + shift[c];
                }
            }
        }
    };
}

} // namespace tinsmith
