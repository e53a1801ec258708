// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "views/charts/chart_math.h"
#include "views/inspector/tensor_values.h"

#include <atomic>
#include <optional>
#include <vector>

namespace tinsmith {

/// What the values of a constant are like, over all of them; stored numbers, magnitudes of complex ones.
struct TensorStatistics {
    HistogramData histogram;
    double mean = 0;
    /// Of the population, around the mean.
    double deviation = 0;
    /// Elements whose real value is 0, of all.
    double sparsity = 0;
    /// Along `axis`; empty where the tensor has no such axis or one value per channel.
    std::vector<ChannelRange> channels;
};

/// The axis of the quantization where it is per channel, the outermost one otherwise.
std::size_t channelAxisOf(const Tensor &tensor);

/// Two passes over the values where they lie. Nothing for text, for a tensor without values, and once `cancelled` is
/// set.
std::optional<TensorStatistics> statisticsOf(
    const TensorValues &values, int bins, const std::atomic<bool> *cancelled = nullptr);

} // namespace tinsmith
