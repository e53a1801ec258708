// SPDX-License-Identifier: Apache-2.0
#include "core/execute/finish.h"
#include "core/execute/kernel.h"
#include "core/execute/packed_weights.h"
#include "core/execute/padded_input.h"
#include "core/execute/weighted_sums.h"

#include <algorithm>
#include <memory>

namespace tinsmith {
namespace {

/// Every input pixel spreads its products with the whole filter over the output, where they add up.
class TransposeConvolution {
public:
    TransposeConvolution(Preparation &preparation, const TransposeConv2D &conv)
        : geometry_(checkedGeometry(preparation)), layout_(conv.layout), finish_(preparation, conv.activation),
          weights_(preparation.input(1))
    {
        groupInputs_ = geometry_.inputChannels / geometry_.groups;
        groupOutputs_ = geometry_.outputChannels / geometry_.groups;
        taps_ = geometry_.h.kernel * geometry_.w.kernel;
        preparation.require(elementsOf(weights_) == taps_ * groupInputs_ * geometry_.outputChannels,
            "the weights' shape does not agree with the geometry");
        preparation.require(!preparation.hasInput(2) || elementsOf(preparation.input(2)) == geometry_.outputChannels,
            "the bias does not have one value per output channel");
        const std::int64_t outputs = geometry_.h.output * geometry_.w.output * geometry_.outputChannels;
        pixel_ = preparation.reserve(groupInputs_ * 4);
        sums_ = preparation.reserve(outputs * 4);
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
        if (finish_.integer()) {
            runAs<std::int8_t, std::int32_t>(arguments, finish_.parameters().inputZeroPoint);
        } else {
            runAs<float, float>(arguments, 0);
        }
    }

private:
    /// The index of a weight: ChannelsLast [Co,Kh,Kw,Ci], ChannelsFirst [Ci,Co/groups,Kh,Kw].
    std::int64_t weightAt(std::int64_t group, std::int64_t output, std::int64_t tap, std::int64_t input) const
    {
        if (layout_ == Layout::ChannelsLast) {
            return ((group * groupOutputs_ + output) * taps_ + tap) * groupInputs_ + input;
        }
        return ((group * groupInputs_ + input) * groupOutputs_ + output) * taps_ + tap;
    }

    void pack(const std::byte *data)
    {
        const std::vector<float> values = weightValues(finish_, weights_, data);
        packed_.clear();
        stretches_.clear();
        for (std::int64_t group = 0; group < geometry_.groups; ++group) {
            PackedWeights &packed = packed_.emplace_back(taps_ * groupOutputs_, groupInputs_);
            for (std::int64_t column = 0; column < packed.channels(); ++column) {
                for (std::int64_t i = 0; i < groupInputs_; ++i) {
                    packed.at(column, i) = values[static_cast<std::size_t>(
                        weightAt(group, column % groupOutputs_, column / groupOutputs_, i))];
                }
            }
            if (finish_.integer()) {
                stretches_.push_back(exactStretches({{0, groupInputs_}}, packed, largestInput(finish_.parameters())));
            }
        }
    }

    template <typename T, typename Sum>
    void runAs(const Arguments &arguments, std::int32_t zeroPoint)
    {
        const std::int64_t inputPixels = geometry_.h.input * geometry_.w.input;
        const std::int64_t outputPixels = geometry_.h.output * geometry_.w.output;
        const std::int64_t channels = geometry_.outputChannels;
        const bool last = layout_ == Layout::ChannelsLast;
        auto *values = arguments.scratchAt<float>(pixel_);
        auto *sums = arguments.scratchAt<Sum>(sums_);
        const std::byte *bias = arguments.inputs.size() > 2 ? arguments.inputs[2] : nullptr;
        for (std::int64_t batch = 0; batch < geometry_.batch; ++batch) {
            const T *image = arguments.in<T>(0) + batch * inputPixels * geometry_.inputChannels;
            std::fill(sums, sums + outputPixels * channels, Sum(0));
            for (std::int64_t pixel = 0; pixel < inputPixels; ++pixel) {
                for (std::int64_t group = 0; group < geometry_.groups; ++group) {
                    for (std::int64_t i = 0; i < groupInputs_; ++i) {
                        const std::int64_t c = group * groupInputs_ + i;
                        const T value
                            = last ? image[pixel * geometry_.inputChannels + c] : image[c * inputPixels + pixel];
                        values[i] = static_cast<float>(value) - static_cast<float>(zeroPoint);
                    }
                    spread(values, group, pixel / geometry_.w.input, pixel % geometry_.w.input, sums);
                }
            }
            std::byte *out = arguments.outputs[0] + batch * outputPixels * channels * finish_.elementBytes();
            for (std::int64_t pixel = 0; pixel < outputPixels; ++pixel) {
                std::byte *target = out + (last ? pixel * channels : pixel) * finish_.elementBytes();
                finish_.store(sums + pixel * channels, 0, channels, bias, target, last ? 1 : outputPixels);
            }
        }
    }

    template <typename Sum>
    void spread(const float *values, std::int64_t group, std::int64_t y, std::int64_t x, Sum *sums) const
    {
        const PackedWeights &packed = packed_[static_cast<std::size_t>(group)];
        const TermRun whole{0, groupInputs_};
        Sum products[tileChannels];
        for (std::int64_t panel = 0; panel < packed.panels(); ++panel) {
            if constexpr (std::is_same_v<Sum, float>) {
                tileKernels().multiply(&values, 1, &whole, 1, packed.panel(panel), products);
            } else {
                multiplyExactly(&values, 1, stretches_[static_cast<std::size_t>(group)], packed.panel(panel), products);
            }
            const std::int64_t first = panel * tileChannels;
            const std::int64_t end = std::min(packed.channels(), first + tileChannels);
            for (std::int64_t column = first; column < end; ++column) {
                const std::int64_t tap = column / groupOutputs_;
                const std::int64_t oy
                    = y * geometry_.h.stride - geometry_.h.padBefore + tap / geometry_.w.kernel * geometry_.h.dilation;
                const std::int64_t ox
                    = x * geometry_.w.stride - geometry_.w.padBefore + tap % geometry_.w.kernel * geometry_.w.dilation;
                if (oy < 0 || oy >= geometry_.h.output || ox < 0 || ox >= geometry_.w.output) {
                    continue;
                }
                const std::int64_t channel = group * groupOutputs_ + column % groupOutputs_;
                Sum &sum = sums[(oy * geometry_.w.output + ox) * geometry_.outputChannels + channel];
                if constexpr (std::is_same_v<Sum, float>) {
                    sum += products[column - first];
                } else {
                    sum = static_cast<Sum>(
                        static_cast<std::uint32_t>(sum) + static_cast<std::uint32_t>(products[column - first]));
                }
            }
        }
    }

    SpatialGeometry geometry_;
    Layout layout_;
    Finish finish_;
    Tensor weights_;
    std::int64_t groupInputs_ = 1;
    std::int64_t groupOutputs_ = 1;
    std::int64_t taps_ = 1;
    bool constant_ = false;
    std::size_t pixel_ = 0;
    std::size_t sums_ = 0;
    std::vector<PackedWeights> packed_;
    std::vector<std::vector<ExactStretch>> stretches_;
};

} // namespace

Kernel prepare(Preparation &preparation, const TransposeConv2D &conv)
{
    if (const auto kernel = plainTransposeConvolution(preparation, checkedGeometry(preparation))) {
        return *kernel;
    }
    auto operation = std::make_shared<TransposeConvolution>(preparation, conv);
    return [operation](const Arguments &arguments) { operation->run(arguments); };
}

} // namespace tinsmith
