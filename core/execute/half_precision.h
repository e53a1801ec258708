// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/execute/kernel.h"

namespace tinsmith {

/// Whether the operator reads or writes float16.
bool usesHalves(const Preparation &preparation);

/// The operator in float32: float16 inputs are widened, float16 outputs rounded to the nearest half, ties to even.
/// Throws UnsupportedError where it cannot run in float32 either.
Kernel prepareInSinglePrecision(Preparation &preparation);

/// The graph with the halves between its operators as floats, so that only what goes in and comes out is rounded, and
/// what a Cast makes: as engines on processors without halves compute. Tensors keep their positions; what bodies read
/// and make stays as it is.
Graph withSingleActivations(const Graph &graph);

} // namespace tinsmith
