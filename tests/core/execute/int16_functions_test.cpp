// SPDX-License-Identifier: Apache-2.0
#include "tests/core/execute/one_operator.h"
#include "tests/support/test_main.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <numeric>
#include <random>

using namespace tinsmith;
using namespace tinsmith::test;

namespace {

using Wide = std::vector<std::int16_t>;
using Reference = std::function<std::int16_t(std::int16_t)>;

Wide everyValue()
{
    Wide values(65536);
    std::iota(values.begin(), values.end(), std::int16_t{-32768});
    return values;
}

Given int16s(const Shape &shape, const Wide &values, float scale)
{
    return {ElementType::Int16, shape, bytesOf(values), Quantization{{scale}, {0}, 0}, false};
}

Wide run(const OperatorKind &kind, const std::vector<Given> &inputs, float scale)
{
    const Wanted wanted{ElementType::Int16, Quantization{{scale}, {0}, 0}, 1};
    std::vector<TensorValue> values;
    for (const Given &input : inputs) {
        values.push_back(input.value);
    }
    return valuesOf<std::int16_t>(Executor(oneOperator(kind, inputs, wanted)).run(values).at(0));
}

/// The first of all 65,536 values for which the operator gives something else; empty where there is none.
QString firstDifference(const OperatorKind &kind, float in, float out, const Reference &reference)
{
    const Wide x = everyValue();
    const Wide y = run(kind, {int16s({65536}, x, in)}, out);
    int differences = 0;
    QString first;
    for (std::size_t at = 0; at < x.size(); ++at) {
        const std::int16_t wanted = reference(x[at]);
        if (y[at] != wanted && ++differences == 1) {
            first = QStringLiteral("f(%1) is %2 instead of %3").arg(x[at]).arg(y[at]).arg(wanted);
        }
    }
    return differences == 0 ? QString() : QStringLiteral("%1 differences; %2").arg(differences).arg(first);
}

std::int16_t saturated(std::int64_t value)
{
    return static_cast<std::int16_t>(std::clamp<std::int64_t>(value, -32768, 32767));
}

// What follows is TFLite's arithmetic, worked out apart from the code under test.

/// The published table of logistic(i / 24) in units of 2^-16: where the logistic curve bends, its points are raised so
/// that straight lines between them err to both sides, and the last point is saturated.
std::array<std::uint32_t, 256> publishedTable()
{
    std::array<std::uint32_t, 256> table = {};
    for (std::size_t i = 0; i + 1 < table.size(); ++i) {
        const long double power = std::exp(static_cast<long double>(i) / 24);
        const long double y = power / (power + 1);
        const long double bend = power * (1 - power) / ((power + 1) * (power + 1) * (power + 1)) / (24 * 24);
        table[i] = static_cast<std::uint32_t>(std::floor(65536 * (y - bend / 16) + 0.5L));
    }
    table[255] = 65535;
    return table;
}

std::uint32_t crc32(const std::vector<std::uint8_t> &bytes)
{
    std::uint32_t crc = 0xFFFFFFFFU;
    for (const std::uint8_t byte : bytes) {
        crc ^= byte;
        for (int bit = 0; bit < 8; ++bit) {
            crc = (crc >> 1) ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
        }
    }
    return ~crc;
}

/// Input times 3 * 4096 * scale, as a product of 16 bits and a shift; scales of 2^-12 (tanh also 2^-11) are exact.
std::int64_t scaledInput(std::int16_t x, double scale, bool tanh)
{
    if (scale == std::ldexp(1.0, -12) || (tanh && scale == std::ldexp(1.0, -11))) {
        return static_cast<std::int64_t>(x) * (scale == std::ldexp(1.0, -12) ? 3 : 6);
    }
    double multiplier = scale * 4096 * 3;
    int shift = 0;
    for (; multiplier <= 32767.0 / 2 && shift <= 30; ++shift) {
        multiplier *= 2;
    }
    const std::int64_t half = shift > 0 ? std::int64_t{1} << (shift - 1) : 0;
    return (static_cast<std::int64_t>(x) * static_cast<std::int32_t>(multiplier) + half) >> shift;
}

std::int16_t logisticOrTanh(std::int16_t x, double scale, bool tanh)
{
    static const auto table = publishedTable();
    const std::int64_t value = scaledInput(x, scale, tanh);
    const std::int64_t size = std::abs(value);
    const int bits = tanh ? 8 : 9;
    const auto at = static_cast<std::size_t>(size >> bits);
    const std::int64_t part = size & ((1 << bits) - 1);
    std::int64_t y = (tanh ? std::int64_t{0xFFFF} : std::int64_t{0x7FFF} * 2) << bits;
    if (at < 255) {
        y = (static_cast<std::int64_t>(table[at]) << bits)
            + part * (static_cast<std::int64_t>(table[at + 1]) - static_cast<std::int64_t>(table[at]));
    } else if (!tanh) {
        y = std::int64_t{0x7FFF} << 10;
    }
    if (tanh) {
        y = value >= 0 ? y - (1 << 23) + (1 << 7) : -y + (1 << 23) + (1 << 7) - 1;
        return static_cast<std::int16_t>(y >> 8);
    }
    y = value >= 0 ? y + (1 << 9) : (1 << 25) - y + (1 << 9) - 1;
    return static_cast<std::int16_t>(y >> 10);
}

/// Half of a product of 32 bits and then a shift, each rounded to nearest.
std::int64_t rescaled(std::int64_t value, double factor)
{
    int exponent = 0;
    auto multiplier = static_cast<std::int64_t>(std::llround(std::frexp(factor, &exponent) * 2147483648.0));
    if (multiplier == std::int64_t{1} << 31) {
        multiplier /= 2;
        ++exponent;
    }
    value *= std::int64_t{1} << std::max(exponent, 0);
    const std::int64_t high = (value * multiplier + (std::int64_t{1} << 30)) >> 31;
    const int right = std::max(-exponent, 0);
    if (right == 0) {
        return high;
    }
    const auto quotient = std::llround(std::ldexp(static_cast<double>(high), -right));
    return quotient;
}

/// 512 straight pieces over the input's range.
class Pieces {
public:
    Pieces(float inLow, float inHigh, float outLow, float outHigh, const std::function<float(float)> &f)
    {
        const float step = (inHigh - inLow) / 512;
        const float unit = 65536 / (outHigh - outLow);
        for (int i = 0; i < 512; ++i) {
            const float x = inLow + static_cast<float>(i) * step;
            const float here = std::round(f(x) * unit);
            const float next = f(inLow + static_cast<float>(i + 1) * step) * unit;
            const float off = std::round((next + here) / 2) - std::round(f(x + step / 2) * unit);
            ends_[static_cast<std::size_t>(i)] = limited(here - std::round(off / 2));
        }
        ends_[512] = limited(std::round(f(inHigh) * unit));
    }
    static Pieces of(float in, float out, const std::function<float(float)> &f)
    {
        return {in * -32768, in * 32767, out * -32768, out * 32767, f};
    }
    std::int16_t at(std::int16_t x) const
    {
        const auto piece = static_cast<std::size_t>((x + 32768) / 128);
        const std::int32_t part = (x + 32768) % 128;
        const auto slope = static_cast<std::int16_t>(ends_[piece + 1] - ends_[piece]);
        return static_cast<std::int16_t>(ends_[piece] + ((slope * part + 64) >> 7));
    }

private:
    static std::int16_t limited(float value)
    {
        return static_cast<std::int16_t>(std::min(std::max(value, -32768.0F), 32767.0F));
    }
    std::array<std::int16_t, 513> ends_ = {};
};

Wide softmaxOf(const Wide &row, double scale)
{
    constexpr float range = 65535;
    static const Pieces powers(10 / range * -65535, 10 / range * 0, 2 / range * -32768, 2 / range * 32767,
        [](float x) { return std::exp(x); });
    static const Pieces reciprocals(
        1 / range * 0, 1 / range * 65535, 2 / range * -32768, 2 / range * 32767, [](float x) { return 1 / (1 + x); });
    const std::int16_t largest = *std::max_element(row.begin(), row.end());
    Wide terms;
    std::int64_t sum = 0;
    for (const std::int16_t x : row) {
        terms.push_back(powers.at(saturated(rescaled(x - largest, scale / (10.0 / 65535.0)) + 32767)));
        sum += terms.back();
    }
    int bits = 0;
    while ((sum >> bits) != 0) {
        ++bits;
    }
    const int room = 32 - bits;
    const std::int64_t normal = ((sum << (room - 1)) + (1 << 13)) >> 14;
    const std::int64_t share = reciprocals.at(saturated(normal - 32768 - 65536));
    Wide result;
    for (const std::int16_t term : terms) {
        const int right = bits - 1;
        const std::int64_t y = (term * share + (std::int64_t{1} << (right - 1))) >> right;
        result.push_back(static_cast<std::int16_t>(std::clamp<std::int64_t>(y, 0, 32767)));
    }
    return result;
}

const std::vector<float> scales = {1.0F / 4096, 1.0F / 2048, 1.0F / 32768, 0.00019448930F, 0.0007F, 0.01F, 0.5F};

} // namespace

/// Functions of int16 values, each for all of them, against TFLite's arithmetic worked out in this file.
class Int16FunctionsTest : public QObject {
    Q_OBJECT
private slots:
    void theTableOfThisTestIsThePublishedOne()
    {
        std::vector<std::uint8_t> bytes;
        for (const std::uint32_t value : publishedTable()) {
            bytes.push_back(static_cast<std::uint8_t>(value & 255U));
            bytes.push_back(static_cast<std::uint8_t>(value >> 8));
        }
        // Of the 256 numbers in TFLite's sources, as little-endian 16-bit integers.
        QCOMPARE(crc32(bytes), std::uint32_t{0xB84F6AB4});
    }

    void logistic()
    {
        for (const float scale : scales) {
            QCOMPARE(firstDifference(Activation{ActivationFunction::Logistic}, scale, 1.0F / 32768,
                         [&](std::int16_t x) { return logisticOrTanh(x, static_cast<double>(scale), false); }),
                QString());
        }
    }

    void tanh()
    {
        for (const float scale : scales) {
            QCOMPARE(firstDifference(Activation{ActivationFunction::Tanh}, scale, 1.0F / 32768,
                         [&](std::int16_t x) { return logisticOrTanh(x, static_cast<double>(scale), true); }),
                QString());
        }
    }

    void functionsOfStraightPieces()
    {
        const auto check = [](const OperatorKind &kind, float in, float out, const std::function<float(float)> &f) {
            const Pieces pieces = Pieces::of(in, out, f);
            return firstDifference(kind, in, out, [&](std::int16_t x) { return pieces.at(x); });
        };
        const auto gelu = [](float x) { return x * 0.5F * std::erfc(-x * 0.70710678118654752440F); };
        const auto elu = [](float x) { return x < 0 ? std::expm1(x) : x; };
        QCOMPARE(
            check(Unary{UnaryFunction::Exp}, 1.0F / 8192, 1.0F / 512, [](float x) { return std::exp(x); }), QString());
        QCOMPARE(check(Activation{ActivationFunction::Elu, 1}, 1.0F / 4096, 1.0F / 4096, elu), QString());
        QCOMPARE(check(Activation{ActivationFunction::Gelu}, 0.0005F, 0.0005F, gelu), QString());
    }

    void clampsAndSlopes()
    {
        constexpr float in = 0.0005F;
        constexpr float out = 0.0007F;
        const double ratio = static_cast<double>(in / out);
        QCOMPARE(firstDifference(Activation{ActivationFunction::Relu}, in, out,
                     [&](std::int16_t x) { return saturated(std::max<std::int64_t>(rescaled(x, ratio), 0)); }),
            QString());
        const auto six = static_cast<std::int64_t>(std::round(6 / out));
        QCOMPARE(firstDifference(Activation{ActivationFunction::Relu6}, in, out,
                     [&](std::int16_t x) { return saturated(std::clamp<std::int64_t>(rescaled(x, ratio), 0, six)); }),
            QString());
        const double falling = static_cast<double>(in * 0.3F / out);
        QCOMPARE(firstDifference(Activation{ActivationFunction::LeakyRelu, 0.3F}, in, out,
                     [&](std::int16_t x) { return saturated(rescaled(x, x >= 0 ? ratio : falling)); }),
            QString());
        QCOMPARE(firstDifference(Unary{UnaryFunction::Abs}, in, out,
                     [&](std::int16_t x) { return saturated(rescaled(std::abs(x), ratio)); }),
            QString());
    }

    void softmax()
    {
        std::mt19937 random(7);
        for (const float scale : {1.0F / 4096, 0.0003F, 0.002F}) {
            for (const std::size_t length : {std::size_t{1}, std::size_t{2}, std::size_t{10}, std::size_t{300}}) {
                Wide x(64 * length);
                for (std::int16_t &value : x) {
                    value = static_cast<std::int16_t>(random());
                }
                const auto rows = static_cast<std::int64_t>(length);
                const Wide y = run(Softmax{1, -1}, {int16s({64, rows}, x, scale)}, 1.0F / 32768);
                for (std::size_t row = 0; row < 64; ++row) {
                    const auto first = static_cast<std::ptrdiff_t>(row * length);
                    const auto last = first + static_cast<std::ptrdiff_t>(length);
                    QCOMPARE(Wide(y.begin() + first, y.begin() + last),
                        softmaxOf(Wide(x.begin() + first, x.begin() + last), static_cast<double>(scale)));
                }
            }
        }
    }

    void sumsAndProducts()
    {
        constexpr float a = 0.0005F;
        constexpr float b = 0.0011F;
        constexpr float out = 0.0017F;
        std::mt19937 random(11);
        Wide x(65536);
        Wide y(x.size());
        for (std::size_t at = 0; at < x.size(); ++at) {
            x[at] = static_cast<std::int16_t>(random());
            y[at] = static_cast<std::int16_t>(random());
        }
        const auto product = run(Binary{BinaryFunction::Mul}, {int16s({65536}, x, a), int16s({65536}, y, b)}, 0.03F);
        const auto sum = run(Binary{BinaryFunction::Add}, {int16s({65536}, x, a), int16s({65536}, y, b)}, out);
        // Both go to twice the larger scale with 15 bits more, and the sum back.
        const double twice = 2 * static_cast<double>(b);
        for (std::size_t at = 0; at < x.size(); ++at) {
            const std::int64_t both = static_cast<std::int64_t>(x[at]) * y[at];
            const double factor = static_cast<double>(a) * static_cast<double>(b) / static_cast<double>(0.03F);
            QCOMPARE(product[at], saturated(rescaled(both, factor)));
            const std::int64_t total = rescaled(static_cast<std::int64_t>(x[at]) << 15, static_cast<double>(a) / twice)
                + rescaled(static_cast<std::int64_t>(y[at]) << 15, static_cast<double>(b) / twice);
            QCOMPARE(sum[at], saturated(rescaled(total, twice / (32768.0 * static_cast<double>(out)))));
        }
    }
};

TINSMITH_TEST(Int16FunctionsTest)
#include "int16_functions_test.moc"
