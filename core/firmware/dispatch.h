// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/firmware/emission.h"

namespace tinsmith::firmware {

/// Adds the operator's layer, constants and call; whyNotExportable() must have said nothing.
void emitOperator(Emission &emission, OperatorId id);

} // namespace tinsmith::firmware
