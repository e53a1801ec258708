// SPDX-License-Identifier: Apache-2.0
#include "core/execute/kernel.h"
#include "core/execute/rows.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numbers>
#include <vector>

namespace tinsmith {
namespace {

/// exp(-2 pi i k / n) for every k, by its definition; as many samples as microcontrollers transform are few.
class Transform {
public:
    Transform(std::int64_t length, bool inverse) : length_(length)
    {
        for (std::int64_t k = 0; k < length; ++k) {
            const double angle = 2 * std::numbers::pi * static_cast<double>(k) / static_cast<double>(length);
            cosines_.push_back(std::cos(angle));
            sines_.push_back(inverse ? std::sin(angle) : -std::sin(angle));
        }
        factor_ = inverse ? 1.0 / static_cast<double>(length) : 1.0;
    }

    /// Bin `bin` of the samples sample(i, re, im).
    template <typename Sample>
    void bin(std::int64_t bin, std::int64_t samples, const Sample &sample, float *out) const
    {
        double real = 0;
        double imaginary = 0;
        for (std::int64_t i = 0; i < samples; ++i) {
            double re = 0;
            double im = 0;
            sample(i, re, im);
            const auto at = static_cast<std::size_t>(bin * i % length_);
            real += re * cosines_[at] - im * sines_[at];
            imaginary += re * sines_[at] + im * cosines_[at];
        }
        out[0] = static_cast<float>(real * factor_);
        out[1] = static_cast<float>(imaginary * factor_);
    }

private:
    std::int64_t length_;
    std::vector<double> cosines_;
    std::vector<double> sines_;
    double factor_ = 1;
};

void requireSignal(const Preparation &preparation)
{
    const Tensor &x = preparation.input(0);
    preparation.require(
        x.type == ElementType::Float32 && preparation.output().type == ElementType::Float32, "it runs in float32 only");
    preparation.require(x.shape.rank() >= 2, "its input has no samples");
}

constexpr std::int64_t longest = std::int64_t{1} << 20;

} // namespace

Kernel prepare(Preparation &preparation, const Dft &transform)
{
    requireSignal(preparation);
    const Shape &in = preparation.input(0).shape;
    const Shape &out = preparation.output().shape;
    const std::int64_t parts = in.last();
    preparation.require(parts == 1 || parts == 2, "its last dimension holds neither real nor complex numbers");
    // Rows count complex numbers: the last dimension is taken off.
    const Shape inNumbers(std::vector<std::int64_t>(in.dims.begin(), in.dims.end() - 1));
    const Shape outNumbers(std::vector<std::int64_t>(out.dims.begin(), out.dims.end() - 1));
    const Rows from = rowsOf(preparation, inNumbers, transform.axis);
    const Rows to = rowsOf(preparation, outNumbers, transform.axis);
    const std::int64_t length = transform.length > 0 ? transform.length : from.length;
    preparation.require(out.last() == 2 && to.count() == from.count() && length <= longest
            && to.length == (transform.oneSided ? length / 2 + 1 : length),
        "its output does not fit its input");
    const auto table = std::make_shared<const Transform>(length, transform.inverse);
    const std::int64_t samples = std::min(length, from.length);
    return [=](const Arguments &arguments) {
        const float *x = arguments.in<float>(0);
        for (std::int64_t row = 0; row < from.count(); ++row) {
            const auto sample = [&](std::int64_t i, double &re, double &im) {
                const float *number = x + (from.start(row) + i * from.step) * parts;
                re = static_cast<double>(number[0]);
                im = parts == 2 ? static_cast<double>(number[1]) : 0.0;
            };
            for (std::int64_t bin = 0; bin < to.length; ++bin) {
                table->bin(bin, samples, sample, arguments.out<float>() + (to.start(row) + bin * to.step) * 2);
            }
        }
    };
}

Kernel prepare(Preparation &preparation, const Stft &transform)
{
    requireSignal(preparation);
    const Shape &in = preparation.input(0).shape;
    const Shape &out = preparation.output().shape;
    const std::int64_t parts = in.rank() == 3 ? in[2] : 1;
    preparation.require(in.rank() <= 3 && (parts == 1 || parts == 2), "its input is no signal");
    const std::int64_t length = transform.frameLength;
    preparation.require(length >= 1 && length <= longest && transform.frameStep >= 1 && in[1] >= length,
        "its frames do not fit its input");
    const std::int64_t frames = (in[1] - length) / transform.frameStep + 1;
    const std::int64_t bins = transform.oneSided ? length / 2 + 1 : length;
    preparation.require(out == Shape{in[0], frames, bins, 2}, "its output does not fit its input");
    const bool windowed = preparation.hasInput(1);
    std::int64_t windowLength = length;
    if (windowed) {
        windowLength = elementsOf(preparation.input(1));
        preparation.require(
            preparation.input(1).type == ElementType::Float32 && windowLength <= length, "its window does not fit");
    }
    const auto table = std::make_shared<const Transform>(length, false);
    return [=, step = transform.frameStep](const Arguments &arguments) {
        float *target = arguments.out<float>();
        for (std::int64_t batch = 0; batch < in[0]; ++batch) {
            for (std::int64_t frame = 0; frame < frames; ++frame) {
                const float *x = arguments.in<float>(0) + (batch * in[1] + frame * step) * parts;
                const auto sample = [&](std::int64_t i, double &re, double &im) {
                    const double weight = windowed ? static_cast<double>(arguments.in<float>(1)[i]) : 1.0;
                    re = weight * static_cast<double>(x[i * parts]);
                    im = parts == 2 ? weight * static_cast<double>(x[i * parts + 1]) : 0.0;
                };
                for (std::int64_t bin = 0; bin < bins; ++bin) {
                    table->bin(bin, windowLength, sample, target);
                    target += 2;
                }
            }
        }
    };
}

} // namespace tinsmith
