// SPDX-License-Identifier: Apache-2.0
#include "core/execute/requantize.h"

#include <cmath>

namespace tinsmith {

QuantizedMultiplier quantizeMultiplier(double factor, Rounding rounding)
{
    if (factor == 0 || !std::isfinite(factor)) {
        return {0, 0, rounding};
    }
    int exponent = 0;
    const double mantissa = std::frexp(factor, &exponent);
    auto fixed = static_cast<std::int64_t>(std::round(mantissa * 2147483648.0));
    if (fixed == std::int64_t{1} << 31) {
        fixed /= 2;
        ++exponent;
    }
    if (exponent < -31) {
        return {0, 0, rounding};
    }
    // A factor of 2^30 and more never comes from sane scales; it saturates as TFLite's does.
    if (exponent > 30) {
        return {INT32_MAX, 30, rounding};
    }
    return {static_cast<std::int32_t>(fixed), exponent, rounding};
}

} // namespace tinsmith
