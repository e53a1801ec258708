// SPDX-License-Identifier: Apache-2.0
#include "core/execute/packed_weights.h"

#include "core/graph/error.h"

#include <algorithm>
#include <cmath>

namespace tinsmith {
namespace {

constexpr float exactLimit = 16777216.0F;

} // namespace

PackedWeights::PackedWeights(std::int64_t channels, std::int64_t terms) : channels_(channels), terms_(terms)
{
    constexpr std::int64_t mostFloats = std::int64_t{1} << 30;
    if (panels() > mostFloats / tileChannels / std::max<std::int64_t>(1, terms_)) {
        throw UnsupportedError("the weights are too large to run");
    }
    values_.resize(static_cast<std::size_t>(panels() * terms_ * tileChannels));
}

std::vector<ExactStretch> exactStretches(const std::vector<TermRun> &runs, PackedWeights &weights, float largestInput)
{
    std::vector<ExactStretch> stretches(1);
    std::vector<double> sums(static_cast<std::size_t>(weights.channels()));
    std::int64_t term = 0;
    for (const TermRun &run : runs) {
        stretches.back().runs.push_back({run.offset, 0});
        for (std::int64_t k = 0; k < run.length; ++k, ++term) {
            bool fits = true;
            for (std::int64_t c = 0; c < weights.channels(); ++c) {
                const double grown
                    = sums[static_cast<std::size_t>(c)] + static_cast<double>(std::fabs(weights.at(c, term)));
                fits = fits && grown * static_cast<double>(largestInput) <= static_cast<double>(exactLimit);
            }
            if (!fits) {
                stretches.push_back({{{run.offset + k, 0}}, term});
                std::fill(sums.begin(), sums.end(), 0);
            }
            for (std::int64_t c = 0; c < weights.channels(); ++c) {
                sums[static_cast<std::size_t>(c)] += static_cast<double>(std::fabs(weights.at(c, term)));
            }
            ++stretches.back().runs.back().length;
        }
    }
    return stretches;
}

void multiplyExactly(const float *const *pixels, std::int64_t count, const std::vector<ExactStretch> &stretches,
    const float *panel, std::int32_t *out)
{
    float sums[tilePixels * tileChannels];
    bool first = true;
    for (const ExactStretch &stretch : stretches) {
        tileKernels().multiply(pixels, count, stretch.runs.data(), static_cast<std::int64_t>(stretch.runs.size()),
            panel + stretch.firstTerm * tileChannels, sums);
        for (std::int64_t i = 0; i < count * tileChannels; ++i) {
            const auto part = static_cast<std::uint32_t>(static_cast<std::int32_t>(sums[i]));
            out[i] = static_cast<std::int32_t>(first ? part : static_cast<std::uint32_t>(out[i]) + part);
        }
        first = false;
    }
}

} // namespace tinsmith
