// SPDX-License-Identifier: Apache-2.0
#include "views/inspector/tensor_statistics.h"

#include <algorithm>
#include <cmath>

namespace tinsmith {
namespace {

/// More bars than this are neither drawn nor told apart.
constexpr std::int64_t mostChannels = 4096;

class Counter {
public:
    Counter(const TensorValues &values, const std::atomic<bool> *cancelled) : values_(values), cancelled_(cancelled) { }

    bool firstPass()
    {
        const std::size_t axis = channelAxisOf(values_.tensor());
        const Shape &shape = values_.tensor().shape;
        const bool channels = shape.rank() > 1 && axis < shape.rank() && shape[axis] > 1 && shape[axis] <= mostChannels;
        std::vector<bool> seen(channels ? static_cast<std::size_t>(shape[axis]) : 0, false);
        result.channels.resize(seen.size());
        HistogramData &data = result.histogram;
        data.total = static_cast<std::int64_t>(values_.count());
        for (std::size_t index = 0; index < values_.count(); ++index) {
            if (stopped(index)) {
                return false;
            }
            const double value = values_.number(index);
            if (!std::isfinite(value)) {
                ++data.notFinite;
                continue;
            }
            data.low = any ? std::min(data.low, value) : value;
            data.high = any ? std::max(data.high, value) : value;
            any = true;
            data.zeros += value == 0 ? 1 : 0;
            whole = whole && value == std::floor(value);
            realZeros_ += values_.real(index) == 0 ? 1 : 0;
            // Welford's running mean and sum of squares.
            ++finite_;
            const double off = value - result.mean;
            result.mean += off / static_cast<double>(finite_);
            squares_ += off * (value - result.mean);
            if (channels) {
                const std::size_t channel = values_.channel(index, axis);
                ChannelRange &range = result.channels[channel];
                range.low = seen[channel] ? std::min(range.low, value) : value;
                range.high = seen[channel] ? std::max(range.high, value) : value;
                seen[channel] = true;
            }
        }
        result.deviation = finite_ > 0 ? std::sqrt(squares_ / static_cast<double>(finite_)) : 0;
        result.sparsity = static_cast<double>(realZeros_) / static_cast<double>(std::max<std::int64_t>(data.total, 1));
        return true;
    }

    bool secondPass(int bins)
    {
        HistogramData &data = result.histogram;
        if (!any || bins < 1) {
            return true;
        }
        const double span = data.high - data.low;
        const bool single = whole && span + 1 <= bins;
        const auto count = span == 0 ? std::size_t(1) : static_cast<std::size_t>(single ? span + 1 : bins);
        data.counts.assign(count, 0);
        for (std::size_t index = 0; index < values_.count(); ++index) {
            if (stopped(index)) {
                return false;
            }
            const double value = values_.number(index);
            if (std::isfinite(value)) {
                const double share = span == 0 ? 0 : value / span - data.low / span;
                const double at = single ? value - data.low : share * static_cast<double>(count);
                ++data.counts[std::min(static_cast<std::size_t>(std::max(at, 0.0)), count - 1)];
            }
        }
        return true;
    }

    TensorStatistics result;
    bool any = false;
    bool whole = true;

private:
    bool stopped(std::size_t index) const
    {
        constexpr std::size_t often = 0xFFFF;
        return (index & often) == 0 && cancelled_ != nullptr && cancelled_->load();
    }

    const TensorValues &values_;
    const std::atomic<bool> *cancelled_;
    std::int64_t finite_ = 0;
    std::int64_t realZeros_ = 0;
    double squares_ = 0;
};

} // namespace

std::size_t channelAxisOf(const Tensor &tensor)
{
    return tensor.quantization && tensor.quantization->perChannel() && tensor.quantization->axis >= 0
        ? static_cast<std::size_t>(tensor.quantization->axis)
        : 0;
}

std::optional<TensorStatistics> statisticsOf(const TensorValues &values, int bins, const std::atomic<bool> *cancelled)
{
    const bool countable = values.kind() == TensorValues::Kind::Numbers || values.kind() == TensorValues::Kind::Complex;
    Counter counter(values, cancelled);
    if (!countable || !counter.firstPass() || !counter.secondPass(bins)) {
        return std::nullopt;
    }
    return std::move(counter.result);
}

} // namespace tinsmith
