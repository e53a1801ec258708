// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/train/digit_trainer.h"

#include <filesystem>

namespace tinsmith {

/// `tinsmith-trainer digits`: trains, writes digits.tflite, digits_int8.tflite, digits.onnx and digits/ (64 test
/// samples), and tells on standard output how accurate Tinsmith's own executor finds them on all test images.
struct DigitsCommand {
    std::filesystem::path data;
    std::filesystem::path out;
    DigitTraining training;
};

void run(const DigitsCommand &command);

} // namespace tinsmith
