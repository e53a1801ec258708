// SPDX-License-Identifier: Apache-2.0
#include "core/execute/kernel.h"

#include <cmath>
#include <cstring>
#include <memory>
#include <numbers>
#include <type_traits>
#include <vector>

namespace tinsmith {
namespace {

template <typename T>
struct Complex {
    T re = 0;
    T im = 0;
};

/// The arithmetic of the fixed-point transform: fractions of all bits but the sign, every product rounded, every stage
/// scaled down by its radix so that nothing overflows. Floats have none of that.
template <typename T>
struct Fraction {
    static constexpr bool fixed = std::is_integral_v<T>;
    static constexpr int bits = static_cast<int>(sizeof(T)) * 8 - 1;

    static T wrapped(std::int64_t value) { return static_cast<T>(value); }
    /// A sum of two products, back to one fraction.
    static T rounded(std::int64_t first, std::int64_t second)
    {
        const auto sum
            = static_cast<std::uint64_t>(first) + static_cast<std::uint64_t>(second) + (std::uint64_t{1} << (bits - 1));
        return wrapped(static_cast<std::int64_t>(sum) >> bits);
    }
    static Complex<T> times(Complex<T> a, Complex<T> b)
    {
        if constexpr (fixed) {
            const std::int64_t ar = a.re;
            const std::int64_t ai = a.im;
            return {rounded(ar * b.re, -(ai * b.im)), rounded(ar * b.im, ai * b.re)};
        } else {
            return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
        }
    }
    static Complex<T> plus(Complex<T> a, Complex<T> b)
    {
        if constexpr (fixed) {
            return {wrapped(std::int64_t{a.re} + b.re), wrapped(std::int64_t{a.im} + b.im)};
        } else {
            return {a.re + b.re, a.im + b.im};
        }
    }
    static Complex<T> minus(Complex<T> a, Complex<T> b)
    {
        if constexpr (fixed) {
            return {wrapped(std::int64_t{a.re} - b.re), wrapped(std::int64_t{a.im} - b.im)};
        } else {
            return {a.re - b.re, a.im - b.im};
        }
    }
    /// i * a, or -i * a.
    static Complex<T> turned(Complex<T> a, bool forwards)
    {
        const Complex<T> zero;
        const Complex<T> negative = minus(zero, a);
        return forwards ? Complex<T>{negative.im, a.re} : Complex<T>{a.im, negative.re};
    }
    static T scaled(T value, std::int64_t divisor)
    {
        constexpr std::int64_t largest = (std::int64_t{1} << bits) - 1;
        return rounded(std::int64_t{value} * (largest / divisor), 0);
    }
    static Complex<T> divided(Complex<T> a, std::int64_t divisor)
    {
        if constexpr (fixed) {
            return {scaled(a.re, divisor), scaled(a.im, divisor)};
        } else {
            return a;
        }
    }
    /// Half of a + b; 16-bit sums are not cut off before they are halved.
    static T halfSum(T a, T b)
    {
        if constexpr (std::is_same_v<T, std::int16_t>) {
            return static_cast<T>((a + b) >> 1);
        } else if constexpr (fixed) {
            return static_cast<T>(wrapped(std::int64_t{a} + b) >> 1);
        } else {
            return (a + b) * T(0.5);
        }
    }
    static T halfDifference(T a, T b)
    {
        if constexpr (std::is_same_v<T, std::int16_t>) {
            return static_cast<T>((a - b) >> 1);
        } else if constexpr (fixed) {
            return static_cast<T>(wrapped(std::int64_t{a} - b) >> 1);
        } else {
            return (a - b) * T(0.5);
        }
    }
    static Complex<T> onCircle(double phase)
    {
        if constexpr (fixed) {
            constexpr auto largest = static_cast<double>((std::int64_t{1} << bits) - 1);
            return {static_cast<T>(std::floor(0.5 + largest * std::cos(phase))),
                static_cast<T>(std::floor(0.5 + largest * std::sin(phase)))};
        } else {
            return {static_cast<T>(std::cos(phase)), static_cast<T>(std::sin(phase))};
        }
    }
};

/// A complex transform of a power of two by radix 4, and 2 where one is left over, decimating in time; the real
/// transforms of twice the length around it. In fixed point it rounds as KISS FFT does, which TFLite Micro uses.
template <typename T>
class RealTransform {
public:
    using F = Fraction<T>;
    using C = Complex<T>;

    RealTransform(std::int64_t length, bool inverse) : half_(length / 2), inverse_(inverse)
    {
        const double sign = inverse ? 1 : -1;
        for (std::int64_t i = 0; i < half_; ++i) {
            twiddles_.push_back(
                F::onCircle(sign * 2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(half_)));
        }
        for (std::int64_t i = 0; i < half_ / 2; ++i) {
            const double part = static_cast<double>(i + 1) / static_cast<double>(half_) + 0.5;
            outer_.push_back(F::onCircle(sign * std::numbers::pi * part));
        }
        for (std::int64_t rest = half_; rest > 1;) {
            const std::int64_t radix = rest % 4 == 0 ? 4 : 2;
            rest /= radix;
            radices_.push_back(radix);
        }
        packed_.resize(static_cast<std::size_t>(half_));
        result_.resize(static_cast<std::size_t>(half_));
    }

    /// `length` reals to length / 2 + 1 complex numbers.
    void forward(const T *in, T *out)
    {
        for (std::int64_t i = 0; i < half_; ++i) {
            packed_[static_cast<std::size_t>(i)] = {in[2 * i], in[2 * i + 1]};
        }
        transform();
        const auto put = [out](std::int64_t at, T re, T im) {
            out[2 * at] = re;
            out[2 * at + 1] = im;
        };
        const C first = F::divided(result_[0], 2);
        put(0, F::plus(first, {first.im, 0}).re, 0);
        put(half_, F::minus(first, {first.im, 0}).re, 0);
        for (std::int64_t k = 1; k <= half_ / 2; ++k) {
            const C a = F::divided(result_[static_cast<std::size_t>(k)], 2);
            const C mirror = result_[static_cast<std::size_t>(half_ - k)];
            const C b = F::divided({mirror.re, F::minus({}, mirror).im}, 2);
            const C sum = F::plus(a, b);
            const C turned = F::times(F::minus(a, b), outer_[static_cast<std::size_t>(k - 1)]);
            put(k, F::halfSum(sum.re, turned.re), F::halfSum(sum.im, turned.im));
            put(half_ - k, F::halfDifference(sum.re, turned.re), F::halfDifference(turned.im, sum.im));
        }
    }

    /// The reverse.
    void backward(const T *in, T *out)
    {
        const auto at = [in](std::int64_t k) { return C{in[2 * k], in[2 * k + 1]}; };
        const C ends = {F::plus(at(0), at(half_)).re, F::minus(at(0), at(half_)).re};
        packed_[0] = F::divided(ends, 2);
        for (std::int64_t k = 1; k <= half_ / 2; ++k) {
            const C a = F::divided(at(k), 2);
            const C b = F::divided({at(half_ - k).re, F::minus({}, at(half_ - k)).im}, 2);
            const C sum = F::plus(a, b);
            const C turned = F::times(F::minus(a, b), outer_[static_cast<std::size_t>(k - 1)]);
            packed_[static_cast<std::size_t>(k)] = F::plus(sum, turned);
            const C mirror = F::minus(sum, turned);
            packed_[static_cast<std::size_t>(half_ - k)] = {mirror.re, F::minus({}, mirror).im};
        }
        transform();
        for (std::int64_t i = 0; i < half_; ++i) {
            out[2 * i] = result_[static_cast<std::size_t>(i)].re;
            out[2 * i + 1] = result_[static_cast<std::size_t>(i)].im;
        }
    }

private:
    void transform() { stage(result_.data(), packed_.data(), 1, 0); }

    void stage(C *out, const C *in, std::int64_t stride, std::size_t level)
    {
        if (level == radices_.size()) {
            *out = *in;
            return;
        }
        const std::int64_t radix = radices_[level];
        const std::int64_t span = half_ / stride / radix;
        for (std::int64_t part = 0; part < radix; ++part) {
            stage(out + part * span, in + part * stride, stride * radix, level + 1);
        }
        radix == 4 ? butterflies4(out, stride, span) : butterflies2(out, stride, span);
    }

    void butterflies2(C *out, std::int64_t stride, std::int64_t span)
    {
        for (std::int64_t i = 0; i < span; ++i) {
            const C a = F::divided(out[i], 2);
            const C b = F::times(F::divided(out[i + span], 2), twiddle(i * stride));
            out[i + span] = F::minus(a, b);
            out[i] = F::plus(a, b);
        }
    }

    void butterflies4(C *out, std::int64_t stride, std::int64_t span)
    {
        for (std::int64_t i = 0; i < span; ++i) {
            const C a = F::divided(out[i], 4);
            const C b = F::times(F::divided(out[i + span], 4), twiddle(i * stride));
            const C c = F::times(F::divided(out[i + 2 * span], 4), twiddle(i * stride * 2));
            const C d = F::times(F::divided(out[i + 3 * span], 4), twiddle(i * stride * 3));
            const C even = F::plus(a, c);
            const C odd = F::minus(a, c);
            const C sum = F::plus(b, d);
            const C turned = F::turned(F::minus(b, d), inverse_);
            out[i] = F::plus(even, sum);
            out[i + 2 * span] = F::minus(even, sum);
            out[i + span] = F::plus(odd, turned);
            out[i + 3 * span] = F::minus(odd, turned);
        }
    }

    const C &twiddle(std::int64_t at) const { return twiddles_[static_cast<std::size_t>(at)]; }

    std::int64_t half_ = 1;
    bool inverse_ = false;
    std::vector<C> twiddles_;
    std::vector<C> outer_;
    std::vector<std::int64_t> radices_;
    std::vector<C> packed_;
    std::vector<C> result_;
};

template <typename T>
Kernel fftKernel(const SignalFft &fft, std::int64_t rows, std::int64_t inputs)
{
    const auto transform = std::make_shared<RealTransform<T>>(fft.fftLength, fft.inverse);
    const std::int64_t length = fft.fftLength;
    if (fft.inverse) {
        return [=](const Arguments &arguments) {
            for (std::int64_t row = 0; row < rows; ++row) {
                transform->backward(arguments.in<T>(0) + row * (length + 2), arguments.out<T>() + row * length);
            }
        };
    }
    return [=](const Arguments &arguments) {
        std::vector<T> padded(static_cast<std::size_t>(length));
        for (std::int64_t row = 0; row < rows; ++row) {
            std::memcpy(padded.data(), arguments.in<T>(0) + row * inputs, static_cast<std::size_t>(inputs) * sizeof(T));
            transform->forward(padded.data(), arguments.out<T>() + row * (length + 2));
        }
    };
}

} // namespace

Kernel prepare(Preparation &preparation, const SignalFft &fft)
{
    const Tensor &input = preparation.input(0);
    const Tensor &output = preparation.output();
    const std::int64_t length = fft.fftLength;
    preparation.require(length >= 4 && length <= (1 << 24) && (length & (length - 1)) == 0,
        "its length is not a power of two from 4 on");
    preparation.require(input.shape.rank() >= 1 && output.shape.rank() >= 1, "its input is a single number");
    const std::int64_t inputs = input.shape.last();
    const std::int64_t outputs = output.shape.last();
    preparation.require(
        fft.inverse ? inputs == length + 2 && outputs == length : inputs <= length && outputs == length + 2,
        "input and output do not have its length");
    preparation.require(input.type == output.type, "input and output are of different types");
    const std::int64_t rows = inputs > 0 ? elementsOf(input) / inputs : 0;
    preparation.require(elementsOf(output) == rows * outputs, "the output does not have one row per input row");
    switch (input.type) {
    case ElementType::Int16:
        return fftKernel<std::int16_t>(fft, rows, inputs);
    case ElementType::Int32:
        return fftKernel<std::int32_t>(fft, rows, inputs);
    case ElementType::Float32:
        return fftKernel<float>(fft, rows, inputs);
    default:
        preparation.refuse("it does not run on " + std::string(nameOf(input.type)));
    }
}

} // namespace tinsmith
