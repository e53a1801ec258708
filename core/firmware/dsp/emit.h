// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/firmware/emission.h"

namespace tinsmith::firmware {

/// Adds a layer whose plan says KernelVariant::Dsp. Throws UnsupportedError where there is no such kernel for it.
void emitDsp(Emission &emission, OperatorId id);

} // namespace tinsmith::firmware
