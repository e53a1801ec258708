// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace tinsmith {

/// The version of Tinsmith that makes packages: "0.1.0".
std::string_view tinsmithVersion();

} // namespace tinsmith
