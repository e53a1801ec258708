// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"

namespace tinsmith {

/// The same model with every spatial operator in one layout. Graph inputs and outputs keep their names, shapes and
/// order of dimensions: a Transpose stands behind or before them where it cannot be avoided (a Reshape where only
/// dimensions of 1 move). Between them the order of dimensions runs along through elementwise, pooling, concatenation,
/// padding, reduction and the like, their axes renamed; dense weights behind a flattened map are permuted instead of
/// the map. Constants are transposed once. Grouped TransposeConv2D has no channels-last form and stays; for
/// ChannelsFirst a DepthwiseConv2D becomes a Conv2D of one group per channel.
Graph relayout(const Graph &graph, Layout wanted);

/// The order that takes dimensions of `dims` into another one: dimension i of the result is order[i] of the source.
/// Elements of whole bytes only.
Bytes permuted(const Bytes &data, const std::vector<std::int64_t> &dims, const std::vector<std::size_t> &order,
    std::size_t elementBytes);

} // namespace tinsmith
