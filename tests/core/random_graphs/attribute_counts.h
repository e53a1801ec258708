// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/operator.h"

#include <map>
#include <string>

namespace tinsmith::test {

using Counts = std::map<std::string, int>;

/// Counts whichever attributes the kind has, as "NAME stride 2", "NAME grouped", "NAME fused 1" (numbers of
/// enumerators).
void countAttributes(const OperatorKind &kind, const std::string &name, Counts &counts);

} // namespace tinsmith::test
