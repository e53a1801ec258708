// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"
#include "core/graph/progress.h"

#include <cstddef>
#include <string>
#include <vector>

namespace tinsmith {

/// Below this signal to quantization noise ratio, in dB, int8 has ruined a tensor: noise of more than a third of the
/// signal's amplitude. Working networks have 15 dB and more in every tensor.
constexpr double ruinedBelowDb = 10;

/// A tensor whose values int8 does not hold, although those that it is made of still were.
struct QuantizationLoss {
    std::string tensor;
    /// The operator that writes it.
    std::string op;
    double sqnrDb = 0;
    /// What it comes from and what helps, as part of a sentence.
    std::string cause;
};

/// Runs the samples (one value per input of `real`) through a float graph and its quantized form, and measures every
/// activation that both have by name. Those below ruinedBelowDb, first to last; what only inherits its error is left
/// out.
std::vector<QuantizationLoss> quantizationLosses(const Graph &real, const Graph &stored,
    const std::vector<std::vector<std::vector<std::byte>>> &samples, const Progress &progress = {});

/// What to say of a tensor with this ratio and cause: "its signal to noise ratio is 0.0 dB in int8 (...), because ...".
std::string lossText(double sqnrDb, const std::string &cause);

} // namespace tinsmith
