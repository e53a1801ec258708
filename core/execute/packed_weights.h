// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/execute/tile.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace tinsmith {

/// A weight matrix [channels][terms] laid out for the tile kernels: panels of tileChannels output channels, each
/// [terms][tileChannels], filled up with zeros.
class PackedWeights {
public:
    PackedWeights() = default;
    /// Throws UnsupportedError where that is more than 2^30 floats.
    PackedWeights(std::int64_t channels, std::int64_t terms);

    std::int64_t channels() const { return channels_; }
    std::int64_t terms() const { return terms_; }
    std::int64_t panels() const { return (channels_ + tileChannels - 1) / tileChannels; }
    const float *panel(std::int64_t index) const { return values_.data() + index * terms_ * tileChannels; }
    float &at(std::int64_t channel, std::int64_t term)
    {
        const std::int64_t index = (channel / tileChannels * terms_ + term) * tileChannels + channel % tileChannels;
        return values_[static_cast<std::size_t>(index)];
    }

private:
    std::int64_t channels_ = 0;
    std::int64_t terms_ = 0;
    std::vector<float> values_;
};

/// A stretch of a sum's terms whose integer partial sums stay exact in float.
struct ExactStretch {
    std::vector<TermRun> runs;
    std::int64_t firstTerm = 0;
};

/// Cuts the runs such that within each stretch |x| * |w| sums to at most 2^24 for every output channel, |x| <=
/// largestInput.
std::vector<ExactStretch> exactStretches(const std::vector<TermRun> &runs, PackedWeights &weights, float largestInput);

/// Sums for `count` pixels and one panel, of integers: out[p][c] as int32, wrapping as int32 does.
void multiplyExactly(const float *const *pixels, std::int64_t count, const std::vector<ExactStretch> &stretches,
    const float *panel, std::int32_t *out);

} // namespace tinsmith
