// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/execute/kernel.h"

namespace tinsmith {

/// ONNX RNN, GRU and LSTM in float32 (ONNX operator specification, version 14 of the three).
Kernel prepare(Preparation &preparation, const Recurrent &recurrent);

} // namespace tinsmith
