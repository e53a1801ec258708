// SPDX-License-Identifier: Apache-2.0
#include "core/execute/finish.h"
#include "core/execute/float_library.h"
#include "core/execute/kernel.h"
#include "core/execute/packed_weights.h"
#include "core/execute/padded_input.h"
#include "core/execute/weighted_sums.h"

#include <algorithm>
#include <memory>

namespace tinsmith {
namespace {

void requireBias(const Preparation &preparation, std::int64_t channels)
{
    preparation.require(!preparation.hasInput(2) || elementsOf(preparation.input(2)) == channels,
        "the bias does not have one value per output channel");
}

void requireWeights(const Preparation &preparation, std::int64_t elements)
{
    preparation.require(
        elementsOf(preparation.input(1)) == elements, "the weights' shape does not agree with the geometry");
}

/// Where the pixel's result goes: channels last or first.
struct OutputPlaces {
    std::int64_t pixels = 1;
    std::int64_t channels = 1;
    Layout layout = Layout::ChannelsLast;

    std::int64_t at(std::int64_t batch, std::int64_t pixel, std::int64_t channel) const
    {
        return layout == Layout::ChannelsLast ? (batch * pixels + pixel) * channels + channel
                                              : (batch * channels + channel) * pixels + pixel;
    }
    std::int64_t step() const { return layout == Layout::ChannelsLast ? 1 : pixels; }
};

/// A convolution as matrix products over the taps of each window, group by group.
class Convolution {
public:
    Convolution(Preparation &preparation, const Conv2D &conv)
        : geometry_(checkedGeometry(preparation)), layout_(conv.layout), finish_(preparation, conv.activation),
          weights_(preparation.input(1)), input_(preparation, geometry_, conv.layout)
    {
        groupInputs_ = geometry_.inputChannels / geometry_.groups;
        groupOutputs_ = geometry_.outputChannels / geometry_.groups;
        terms_ = geometry_.h.kernel * geometry_.w.kernel * groupInputs_;
        requireWeights(preparation, geometry_.outputChannels * terms_);
        requireBias(preparation, geometry_.outputChannels);
        const bool joined = geometry_.groups == 1 && geometry_.w.dilation == 1;
        for (std::int64_t y = 0; y < geometry_.h.kernel; ++y) {
            for (std::int64_t x = 0; x < (joined ? 1 : geometry_.w.kernel); ++x) {
                const std::int64_t offset = input_.at(y * geometry_.h.dilation, x * geometry_.w.dilation);
                runs_.push_back({offset, joined ? geometry_.w.kernel * groupInputs_ : groupInputs_});
            }
        }
        constant_ = preparation.constant(1) != nullptr;
        if (constant_ && !preparation.checkOnly()) {
            pack(preparation.constant(1)->data());
        }
    }

    void run(const Arguments &arguments)
    {
        if (!constant_) {
            pack(arguments.inputs[1]);
        }
        const std::int32_t zeroPoint = finish_.integer() ? finish_.parameters().inputZeroPoint : 0;
        for (std::int64_t batch = 0; batch < geometry_.batch; ++batch) {
            const float *image = input_.fill(arguments, batch, zeroPoint);
            for (std::int64_t group = 0; group < geometry_.groups; ++group) {
                runGroup(arguments, batch, group, image + group * groupInputs_);
            }
        }
    }

private:
    void pack(const std::byte *data)
    {
        const std::vector<float> values = weightValues(finish_, weights_, data);
        packed_.clear();
        stretches_.clear();
        const std::int64_t taps = geometry_.h.kernel * geometry_.w.kernel;
        for (std::int64_t group = 0; group < geometry_.groups; ++group) {
            PackedWeights &packed = packed_.emplace_back(groupOutputs_, terms_);
            for (std::int64_t c = 0; c < groupOutputs_; ++c) {
                const float *filter = values.data() + (group * groupOutputs_ + c) * terms_;
                for (std::int64_t k = 0; k < terms_; ++k) {
                    const std::int64_t tap = k / groupInputs_;
                    const std::int64_t channel = k % groupInputs_;
                    packed.at(c, k) = layout_ == Layout::ChannelsLast ? filter[k] : filter[channel * taps + tap];
                }
            }
            if (finish_.integer()) {
                stretches_.push_back(exactStretches(runs_, packed, largestInput(finish_.parameters())));
            }
        }
    }

    void runGroup(const Arguments &arguments, std::int64_t batch, std::int64_t group, const float *image) const
    {
        const PackedWeights &packed = packed_[static_cast<std::size_t>(group)];
        const OutputPlaces places{geometry_.h.output * geometry_.w.output, geometry_.outputChannels, layout_};
        const std::byte *bias = arguments.inputs.size() > 2 ? arguments.inputs[2] : nullptr;
        std::byte *out = arguments.outputs[0];
        for (std::int64_t panel = 0; panel < packed.panels(); ++panel) {
            const std::int64_t first = panel * tileChannels;
            const std::int64_t channels = std::min(tileChannels, groupOutputs_ - first);
            const std::int64_t channel = group * groupOutputs_ + first;
            for (std::int64_t pixel = 0; pixel < places.pixels; pixel += tilePixels) {
                const std::int64_t count = std::min(tilePixels, places.pixels - pixel);
                const float *pixels[tilePixels];
                for (std::int64_t p = 0; p < count; ++p) {
                    const std::int64_t y = (pixel + p) / geometry_.w.output;
                    const std::int64_t x = (pixel + p) % geometry_.w.output;
                    pixels[p] = image + input_.at(y * geometry_.h.stride, x * geometry_.w.stride);
                }
                const auto storeAll = [&](const auto *sums) {
                    for (std::int64_t p = 0; p < count; ++p) {
                        std::byte *target = out + places.at(batch, pixel + p, channel) * finish_.elementBytes();
                        finish_.store(sums + p * tileChannels, channel, channels, bias, target, places.step());
                    }
                };
                if (finish_.integer()) {
                    std::int32_t sums[tilePixels * tileChannels];
                    multiplyExactly(
                        pixels, count, stretches_[static_cast<std::size_t>(group)], packed.panel(panel), sums);
                    storeAll(sums);
                } else {
                    float sums[tilePixels * tileChannels];
                    tileKernels().multiply(pixels, count, runs_.data(), static_cast<std::int64_t>(runs_.size()),
                        packed.panel(panel), sums);
                    storeAll(sums);
                }
            }
        }
    }

    SpatialGeometry geometry_;
    Layout layout_;
    Finish finish_;
    Tensor weights_;
    PaddedInput input_;
    std::int64_t groupInputs_ = 1;
    std::int64_t groupOutputs_ = 1;
    std::int64_t terms_ = 1;
    bool constant_ = false;
    std::vector<TermRun> runs_;
    std::vector<PackedWeights> packed_;
    std::vector<std::vector<ExactStretch>> stretches_;
};

/// One filter per channel: products channel by channel, all channels of a pixel side by side.
class Depthwise {
public:
    /// weightAt(channel, tap) is the index of a weight.
    Depthwise(Preparation &preparation, Layout layout, FusedActivation activation, std::int64_t multiplier,
        std::function<std::int64_t(std::int64_t, std::int64_t)> weightAt)
        : geometry_(checkedGeometry(preparation)), layout_(layout), finish_(preparation, activation),
          weights_(preparation.input(1)), input_(preparation, geometry_, layout, multiplier, tileChannels),
          weightAt_(std::move(weightAt))
    {
        preparation.require(geometry_.inputChannels * multiplier == geometry_.outputChannels,
            "the output does not have the multiplier's number of channels");
        taps_ = geometry_.h.kernel * geometry_.w.kernel;
        requireWeights(preparation, geometry_.outputChannels * taps_);
        requireBias(preparation, geometry_.outputChannels);
        for (std::int64_t y = 0; y < geometry_.h.kernel; ++y) {
            for (std::int64_t x = 0; x < geometry_.w.kernel; ++x) {
                offsets_.push_back(input_.at(y * geometry_.h.dilation, x * geometry_.w.dilation));
            }
        }
        sums_ = preparation.reserve(input_.channels() * 4);
        wholes_ = preparation.reserve(input_.channels() * 4);
        constant_ = preparation.constant(1) != nullptr;
        if (constant_ && !preparation.checkOnly()) {
            pack(preparation.constant(1)->data());
        }
    }

    void run(const Arguments &arguments)
    {
        if (!constant_) {
            pack(arguments.inputs[1]);
        }
        const OutputPlaces places{geometry_.h.output * geometry_.w.output, geometry_.outputChannels, layout_};
        const std::byte *bias = arguments.inputs.size() > 2 ? arguments.inputs[2] : nullptr;
        const std::int32_t zeroPoint = finish_.integer() ? finish_.parameters().inputZeroPoint : 0;
        auto *sums = arguments.scratchAt<float>(sums_);
        auto *wholes = arguments.scratchAt<std::int32_t>(wholes_);
        for (std::int64_t batch = 0; batch < geometry_.batch; ++batch) {
            const float *image = input_.fill(arguments, batch, zeroPoint);
            for (std::int64_t pixel = 0; pixel < places.pixels; ++pixel) {
                const std::int64_t y = pixel / geometry_.w.output;
                const std::int64_t x = pixel % geometry_.w.output;
                const float *window = image + input_.at(y * geometry_.h.stride, x * geometry_.w.stride);
                std::byte *out = arguments.outputs[0] + places.at(batch, pixel, 0) * finish_.elementBytes();
                if (finish_.integer()) {
                    sumExactly(window, sums, wholes);
                    finish_.store(wholes, 0, geometry_.outputChannels, bias, out, places.step());
                } else {
                    tileKernels().multiplyPerChannel(
                        window, offsets_.data(), taps_, packed_.data(), input_.channels(), sums);
                    finish_.store(sums, 0, geometry_.outputChannels, bias, out, places.step());
                }
            }
        }
    }

private:
    void pack(const std::byte *data)
    {
        const std::vector<float> values = weightValues(finish_, weights_, data);
        packed_.assign(static_cast<std::size_t>(taps_ * input_.channels()), 0.0F);
        for (std::int64_t tap = 0; tap < taps_; ++tap) {
            for (std::int64_t c = 0; c < geometry_.outputChannels; ++c) {
                packed_[static_cast<std::size_t>(tap * input_.channels() + c)]
                    = values[static_cast<std::size_t>(weightAt_(c, tap))];
            }
        }
    }

    void sumExactly(const float *window, float *sums, std::int32_t *wholes) const
    {
        // 255 * 128 times this many taps stays below 2^24.
        constexpr std::int64_t exactTaps = 512;
        for (std::int64_t first = 0; first < taps_; first += exactTaps) {
            tileKernels().multiplyPerChannel(window, offsets_.data() + first, std::min(exactTaps, taps_ - first),
                packed_.data() + first * input_.channels(), input_.channels(), sums);
            for (std::int64_t c = 0; c < input_.channels(); ++c) {
                const auto part = static_cast<std::uint32_t>(static_cast<std::int32_t>(sums[c]));
                wholes[c] = static_cast<std::int32_t>(first == 0 ? part : static_cast<std::uint32_t>(wholes[c]) + part);
            }
        }
    }

    SpatialGeometry geometry_;
    Layout layout_;
    Finish finish_;
    Tensor weights_;
    PaddedInput input_;
    std::function<std::int64_t(std::int64_t, std::int64_t)> weightAt_;
    std::int64_t taps_ = 1;
    bool constant_ = false;
    std::vector<std::int64_t> offsets_;
    std::vector<float> packed_;
    std::size_t sums_ = 0;
    std::size_t wholes_ = 0;
};

template <typename Operation>
Kernel kernelOf(std::shared_ptr<Operation> operation)
{
    return [operation](const Arguments &arguments) { operation->run(arguments); };
}

} // namespace

Kernel prepare(Preparation &preparation, const Conv2D &conv)
{
    const SpatialGeometry geometry = checkedGeometry(preparation);
    if (const auto kernel = plainConvolution(preparation, geometry, false)) {
        return *kernel;
    }
    if (conv.layout == Layout::ChannelsLast) {
        if (const auto kernel = libraryConvolution(preparation, geometry, conv.activation, false)) {
            return *kernel;
        }
    }
    if (geometry.groups > 1 && geometry.groups == geometry.inputChannels) {
        const std::int64_t taps = geometry.h.kernel * geometry.w.kernel;
        return kernelOf(std::make_shared<Depthwise>(preparation, conv.layout, conv.activation,
            geometry.outputChannels / geometry.inputChannels,
            [taps](std::int64_t channel, std::int64_t tap) { return channel * taps + tap; }));
    }
    return kernelOf(std::make_shared<Convolution>(preparation, conv));
}

Kernel prepare(Preparation &preparation, const DepthwiseConv2D &conv)
{
    const SpatialGeometry geometry = checkedGeometry(preparation);
    const std::int64_t channels = geometry.outputChannels;
    if (const auto kernel = plainConvolution(preparation, geometry, true)) {
        return *kernel;
    }
    if (const auto kernel = libraryConvolution(preparation, geometry, conv.activation, true)) {
        return *kernel;
    }
    // The multiplier follows from the channels: some files state another.
    return kernelOf(std::make_shared<Depthwise>(preparation, Layout::ChannelsLast, conv.activation,
        channels / geometry.inputChannels,
        [channels](std::int64_t channel, std::int64_t tap) { return tap * channels + channel; }));
}

} // namespace tinsmith
