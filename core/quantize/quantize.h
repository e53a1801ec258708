// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"
#include "core/graph/progress.h"

#include <cstddef>
#include <vector>

namespace tinsmith {

/// The smallest and largest value that each activation took, by TensorId; min > max where it was never seen. Borders
/// and masks (see no_values.h) are no values.
struct Range {
    float min = 1;
    float max = -1;
};
using Ranges = std::vector<Range>;

/// Runs the samples (one value per graph input each) through the float graph and notes every activation's range.
/// The samples are used in order; 100 to 500 are usual.
Ranges calibrate(
    const Graph &graph, const std::vector<std::vector<std::vector<std::byte>>> &samples, const Progress &progress = {});

/// Three, four or one channels, first or last, of a tensor of four dimensions.
bool looksLikeImage(const Tensor &tensor);

/// Samples for when there are no data: seeded, uniform in [0,1] for images, [-1,1] otherwise. The ranges are then
/// guesses. Fewer than `count` where they would take more than 512 MiB; throws UnsupportedError where one does.
std::vector<std::vector<std::vector<std::byte>>> syntheticSamples(const Graph &graph, std::size_t count);

struct QuantizeOptions {
    /// Graph inputs and outputs become int8 themselves; otherwise they stay float between Quantize and Dequantize.
    bool int8Io = true;
    bool perChannel = true;
};

/// The canonical float graph as int8, TFLite's scheme: activations asymmetric per tensor from the ranges, weights
/// symmetric -127..127 (per output channel), bias int32 at the product scale, operators that need equal scales share
/// one, softmax, logistic and tanh get their fixed output scales. Batch normalisations are folded first. Throws
/// UnsupportedError naming an operator that has no int8 form.
Graph quantizeInt8(const Graph &graph, const Ranges &ranges, const QuantizeOptions &options = {});

} // namespace tinsmith
