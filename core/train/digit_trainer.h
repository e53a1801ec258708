// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/progress.h"
#include "core/train/digit_weights.h"

#include <array>
#include <cstdint>
#include <span>

namespace tinsmith {

struct DigitTraining {
    std::array<std::int64_t, 3> channels = {16, 24, 16};
    int epochs = 8;
    int batch = 64;
    double learningRate = 4e-3;
    /// How often a batch sees a pooling layer replaced by every second position of its input, so that the model also
    /// works when its poolings are turned into strides.
    double strideShare = 0.1;
    std::uint64_t seed = 1;
};

/// Trains on images of 28x28 values in 0..1, row by row, one after the other, and their labels 0..9. Images are shifted
/// by up to two pixels at random. One thread, one seed: the same machine gives the same weights.
DigitWeights trainDigits(std::span<const float> images, std::span<const std::int32_t> labels,
    const DigitTraining &training, const Progress &progress = {});

} // namespace tinsmith
