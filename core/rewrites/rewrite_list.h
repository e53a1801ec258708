// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/rewrites/rewrite.h"

namespace tinsmith {

// The rewrites, one per file of that name; rewrite_list.cpp puts them in order.
const Rewrite &foldConstants();
const Rewrite &foldBatchNorm();
const Rewrite &removeDeadChannels();
const Rewrite &poolToStride();
const Rewrite &quantizeToInt8();

} // namespace tinsmith
