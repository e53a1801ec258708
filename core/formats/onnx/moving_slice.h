// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/onnx/node_context.h"

namespace tinsmith::onnxio {

/// A Slice of one axis whose bounds are computed while the model runs, but always lie equally far apart (a body's
/// x[i : i + 3], say), and whose start counts rounds or positions, so never from the end: a Gather of that many
/// indices. False, with nothing emitted, where the node is no such thing.
bool readMovingSlice(NodeContext &context);

} // namespace tinsmith::onnxio
