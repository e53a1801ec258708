// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/targets/target.h"

#include <cstdint>
#include <string>

namespace tinsmith {

/// What a package needs against what its target has, in bytes.
struct Fit {
    std::int64_t ramBytes = 0;
    std::int64_t flashBytes = 0;
    std::int64_t ramLimit = 0;
    std::int64_t flashLimit = 0;

    /// By how much it is too large; 0 where it is not.
    std::int64_t ramOver() const { return ramBytes > ramLimit ? ramBytes - ramLimit : 0; }
    std::int64_t flashOver() const { return flashBytes > flashLimit ? flashBytes - flashLimit : 0; }
    bool fits() const { return ramOver() == 0 && flashOver() == 0; }
};

Fit fitOf(std::int64_t ramBytes, std::int64_t flashBytes, const Target &target);

/// "needs 12345 bytes of RAM, 4153 more than the 8192 of STM32L053x8"; RAM and flash joined by "; and". Empty where it
/// fits.
std::string whyItDoesNotFit(const Fit &fit, const Target &target);

} // namespace tinsmith
