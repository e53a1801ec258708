// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/tensor.h"
#include "views/charts/chart_math.h"

#include <vector>

namespace tinsmith {

/// A constant's elements as numbers (int4 unpacked, float16 widened), at most `most` of them spread over the whole;
/// empty where the type is no number.
std::vector<double> numbersOf(const Tensor &tensor, std::size_t most = 1u << 20);

/// Range of each slice along the tensor's quantization axis, or along `axis` where it has none.
std::vector<ChannelRange> channelRangesOf(const Tensor &tensor, std::size_t axis);

} // namespace tinsmith
