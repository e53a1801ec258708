// SPDX-License-Identifier: Apache-2.0
#include "core/firmware/version.h"

namespace tinsmith {

std::string_view tinsmithVersion()
{
    return TINSMITH_VERSION;
}

} // namespace tinsmith
