// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"

#include <optional>
#include <string>
#include <string_view>

namespace tinsmith {

// What the ranges of a quantized model's activations were found on: an entry of the model's metadata, which both
// writers keep, so that a file says it wherever it is opened. Other engines ignore the entry.

constexpr std::string_view calibrationKey = "tinsmith.calibration";
/// The value of the entry begins with this where the ranges were found without data.
constexpr std::string_view guessedRanges = "guessed";

/// "guessed from synthetic inputs", "found on cifar10.npz, 200 samples"; nothing where the model does not say.
std::optional<std::string> calibrationOf(const GraphInfo &info);
/// The ranges were found without data.
bool hasGuessedRanges(const GraphInfo &info);
/// Replaces the entry.
void setCalibration(GraphInfo &info, const std::string &value);

} // namespace tinsmith
