// SPDX-License-Identifier: Apache-2.0
#include "views/charts/chart_math.h"

#include <algorithm>
#include <cmath>

namespace tinsmith {

std::vector<double> roundTicks(double low, double high, int wanted)
{
    std::vector<double> ticks;
    if (!(high > low) || wanted < 1 || !std::isfinite(low) || !std::isfinite(high)) {
        return ticks;
    }
    const double rough = (high - low) / wanted;
    const double power = std::pow(10, std::floor(std::log10(rough)));
    double step = 10 * power;
    for (const double factor : {1.0, 2.0, 5.0}) {
        if (factor * power >= rough) {
            step = factor * power;
            break;
        }
    }
    // Counted in whole steps, so that rounding never adds up.
    const double first = std::ceil(low / step - 1e-9);
    const double last = std::floor(high / step + 1e-9);
    for (double i = first; i <= last; ++i) {
        ticks.push_back(i * step);
    }
    return ticks;
}

HistogramData histogramOf(std::span<const double> values, int bins)
{
    HistogramData data;
    data.total = static_cast<std::int64_t>(values.size());
    bool any = false;
    bool whole = true;
    for (const double value : values) {
        if (!std::isfinite(value)) {
            ++data.notFinite;
            continue;
        }
        data.low = any ? std::min(data.low, value) : value;
        data.high = any ? std::max(data.high, value) : value;
        data.zeros += value == 0 ? 1 : 0;
        whole = whole && value == std::floor(value);
        any = true;
    }
    if (!any || bins < 1) {
        return data;
    }
    const double span = data.high - data.low;
    const auto count = span == 0    ? std::size_t(1)
        : whole && span + 1 <= bins ? static_cast<std::size_t>(span + 1)
                                    : static_cast<std::size_t>(bins);
    data.counts.assign(count, 0);
    for (const double value : values) {
        if (std::isfinite(value)) {
            const double share = span == 0 ? 0 : (value - data.low) / span;
            // Whole numbers with a bin each: value k belongs to bin k, also the largest one.
            const double at = whole && span + 1 <= bins ? value - data.low : share * static_cast<double>(count);
            ++data.counts[std::min(static_cast<std::size_t>(at), count - 1)];
        }
    }
    return data;
}

} // namespace tinsmith
