// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"
#include "core/quantize/quantize.h"

namespace tinsmith {

/// Brings a float graph into the form that is quantized: values that follow from constants become constants, batch
/// normalisations and activations are folded (or become depthwise convolutions, multiplications and additions),
/// division by a constant becomes multiplication, borders below all values go into max pools, masks and comparisons
/// get sizes that int8 holds. Ids of `graph` stay valid in the builder; ranges of new tensors are
/// added.
GraphBuilder prepareFloat(const Graph &graph, Ranges &ranges);

} // namespace tinsmith
