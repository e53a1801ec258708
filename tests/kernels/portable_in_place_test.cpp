// SPDX-License-Identifier: Apache-2.0
#include "core/graph/geometry.h"
#include "core/planner/row_distance.h"
#include "tests/support/test_main.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "ts_activation.h"
#include "ts_convolution.h"
#include "ts_convolution_f32.h"
#include "ts_depthwise.h"
#include "ts_elementwise.h"
#include "ts_pooling.h"
#include "ts_quantization.h"

using namespace tinsmith;

namespace {

std::int32_t number(std::int64_t value)
{
    return static_cast<std::int32_t>(value);
}

template <typename T>
std::vector<T> randomValues(std::size_t count, std::mt19937 &random)
{
    std::vector<T> values(count);
    for (T &value : values) {
        value = static_cast<T>(static_cast<std::int8_t>(random()));
    }
    return values;
}

void takeRows(const std::int8_t **rows, const std::int8_t *input, std::int32_t y, const SpatialGeometry &g)
{
    ts_take_rows_i8(rows, input, y, number(g.h.input), number(g.w.input * g.inputChannels), number(g.h.kernel),
        number(g.h.stride), number(g.h.dilation), number(g.h.padBefore));
}

void takeRows(const float **rows, const float *input, std::int32_t y, const SpatialGeometry &g)
{
    ts_take_rows_f32(rows, input, y, number(g.h.input), number(g.w.input * g.inputChannels), number(g.h.kernel),
        number(g.h.stride), number(g.h.dilation), number(g.h.padBefore));
}

/// One output row from the input rows under its window.
template <typename T>
using Row = std::function<void(const T *const *rows, T *output)>;

/// Input and output so many elements apart in one block: the output, with rows written in one of the two orders.
template <typename T>
std::vector<T> rowsAt(
    const SpatialGeometry &g, const Row<T> &row, const std::vector<T> &input, std::int64_t distance, bool bottomUp)
{
    const std::int64_t rowElements = g.w.output * g.outputChannels;
    const auto outputs = static_cast<std::size_t>(g.h.output * rowElements);
    const auto from = static_cast<std::size_t>(std::max<std::int64_t>(0, -distance));
    const auto to = static_cast<std::size_t>(std::max<std::int64_t>(0, distance));
    std::vector<T> block(std::max(from + input.size(), to + outputs));
    std::copy(input.begin(), input.end(), block.begin() + static_cast<std::ptrdiff_t>(from));
    std::vector<const T *> rows(static_cast<std::size_t>(g.h.kernel));
    for (std::int64_t step = 0; step < g.h.output; ++step) {
        const std::int64_t y = bottomUp ? g.h.output - 1 - step : step;
        takeRows(rows.data(), block.data() + from, number(y), g);
        row(rows.data(), block.data() + to + y * rowElements);
    }
    const auto first = block.begin() + static_cast<std::ptrdiff_t>(to);
    return {first, first + static_cast<std::ptrdiff_t>(outputs)};
}

/// Empty where the output is the same apart from the input and at the closest distances below and above it.
template <typename T>
std::string whyRowsDiffer(const SpatialGeometry &g, const Row<T> &row, std::mt19937 &random)
{
    const std::int64_t inputRow = g.w.input * g.inputChannels;
    const std::int64_t outputRow = g.w.output * g.outputChannels;
    const auto input = randomValues<T>(static_cast<std::size_t>(g.h.input * inputRow), random);
    const std::vector<T> apart = rowsAt(g, row, input, static_cast<std::int64_t>(input.size()), false);
    if (rowsAt(g, row, input, -rowDistanceBelow(g, inputRow, outputRow), false) != apart) {
        return "below";
    }
    return rowsAt(g, row, input, rowDistanceAbove(g, inputRow, outputRow), true) != apart ? "above" : "";
}

AxisGeometry axis(std::int64_t input, std::int64_t kernel, std::int64_t stride, std::int64_t dilation)
{
    AxisGeometry axis;
    axis.input = input;
    axis.kernel = kernel;
    axis.stride = stride;
    axis.dilation = dilation;
    const PadPair pad = samePadding(input, axis.effectiveKernel(), stride);
    axis.padBefore = pad.before;
    axis.padAfter = pad.after;
    axis.output = (input + stride - 1) / stride;
    return axis;
}

struct Window {
    int kernel;
    int stride;
    int dilation;
};

constexpr Window windows[] = {{1, 1, 1}, {1, 2, 1}, {2, 1, 1}, {2, 2, 1}, {3, 1, 1}, {3, 2, 1}, {3, 1, 2}, {5, 1, 1}};

SpatialGeometry geometryOf(const Window &window, std::int64_t pixels, std::int64_t inputs, std::int64_t outputs)
{
    SpatialGeometry g;
    g.h = axis(pixels % 6 + 1, window.kernel, window.stride, window.dilation);
    g.w = axis(pixels, window.kernel, window.stride, window.dilation);
    g.inputChannels = inputs;
    g.outputChannels = outputs;
    return g;
}

} // namespace

/// The portable kernels write rows and elements in the order that the planner counts on: at the closest overlaps of
/// input and output they give what they give apart, for every number of channels and columns about the edges of their
/// blocks.
class PortableInPlaceTest : public QObject {
    Q_OBJECT

private slots:
    void rows_data()
    {
        QTest::addColumn<int>("channels");
        for (int channels = 1; channels <= 20; ++channels) {
            QTest::addRow("%d channels", channels) << channels;
        }
    }

    void rows()
    {
        QFETCH(int, channels);
        std::mt19937 random(static_cast<std::uint32_t>(channels));
        const auto most = static_cast<std::size_t>(25 * 20 * 40);
        const auto weights = randomValues<std::int8_t>(most, random);
        const auto real = randomValues<float>(most, random);
        const auto bias = randomValues<std::int32_t>(64, random);
        const std::vector<std::int32_t> multiplier(64, 1 << 30);
        const std::vector<std::int8_t> shift(64, -6);
        for (const Window &window : windows) {
            for (int pixels = 1; pixels <= 20; ++pixels) {
                for (const int outputs : {std::max(1, channels - 3), channels, channels + 5}) {
                    const SpatialGeometry g = geometryOf(window, pixels, channels, outputs);
                    check<std::int8_t>("convolution", g, random, [&](const std::int8_t *const *rows, std::int8_t *out) {
                        ts_conv_row_i8(rows, out, weights.data(), bias.data(), multiplier.data(), shift.data(),
                            number(g.w.input), channels, number(g.w.output), outputs, window.kernel, window.kernel,
                            window.stride, window.dilation, number(g.w.padBefore), 1, TS_GENERAL, 3, -4, -128, 127);
                    });
                    check<float>("float convolution", g, random, [&](const float *const *rows, float *out) {
                        ts_conv_row_f32(rows, out, real.data(), real.data(), number(g.w.input), channels,
                            number(g.w.output), outputs, window.kernel, window.kernel, window.stride, window.dilation,
                            number(g.w.padBefore), 1, -INFINITY, INFINITY);
                    });
                }
                for (const int times : {1, 2}) {
                    const SpatialGeometry g = geometryOf(window, pixels, channels, channels * times);
                    check<std::int8_t>("depthwise", g, random, [&](const std::int8_t *const *rows, std::int8_t *out) {
                        ts_depthwise_row_i8(rows, out, weights.data(), bias.data(), multiplier.data(), shift.data(),
                            number(g.w.input), channels, number(g.w.output), times, window.kernel, window.kernel,
                            window.stride, window.dilation, number(g.w.padBefore), TS_GENERAL, 3, -4, -128, 127);
                    });
                    check<float>("float depthwise", g, random, [&](const float *const *rows, float *out) {
                        ts_depthwise_row_f32(rows, out, real.data(), real.data(), number(g.w.input), channels,
                            number(g.w.output), times, window.kernel, window.kernel, window.stride, window.dilation,
                            number(g.w.padBefore), -INFINITY, INFINITY);
                    });
                }
                const SpatialGeometry g = geometryOf(window, pixels, channels, channels);
                check<std::int8_t>("max pool", g, random, [&](const std::int8_t *const *rows, std::int8_t *out) {
                    ts_max_pool_row_i8(rows, out, number(g.w.input), channels, number(g.w.output), window.kernel,
                        window.kernel, window.stride, window.dilation, number(g.w.padBefore), -128, 127);
                });
                check<std::int8_t>("average pool", g, random, [&](const std::int8_t *const *rows, std::int8_t *out) {
                    ts_average_pool_row_i8(rows, out, number(g.w.input), channels, number(g.w.output), window.kernel,
                        window.kernel, window.stride, window.dilation, number(g.w.padBefore), TS_GENERAL, 3, -128, 127);
                });
                check<float>("float max pool", g, random, [&](const float *const *rows, float *out) {
                    ts_max_pool_row_f32(rows, out, number(g.w.input), channels, number(g.w.output), window.kernel,
                        window.kernel, window.stride, window.dilation, number(g.w.padBefore), -INFINITY, INFINITY);
                });
                check<float>("float average pool", g, random, [&](const float *const *rows, float *out) {
                    ts_average_pool_row_f32(rows, out, number(g.w.input), channels, number(g.w.output), window.kernel,
                        window.kernel, window.stride, window.dilation, number(g.w.padBefore), 0, -INFINITY, INFINITY);
                });
            }
        }
        QVERIFY2(wrong_.empty(), wrong_.c_str());
    }

    void elements()
    {
        std::mt19937 random(5);
        const auto table = randomValues<std::int8_t>(256, random);
        const std::int8_t *values = table.data();
        for (int count = 1; count <= 40; ++count) {
            for (const int step : {0, 1}) {
                operands<std::int8_t>(count, step, random, [&](const auto *a, const auto *b, auto *out) {
                    ts_add_i8(a, b, out, count, 1, step, TS_GENERAL, 1, 3, 1 << 30, -1, -4, 1 << 30, 0, 5, 1 << 30, -18,
                        -128, 127);
                });
                operands<std::int8_t>(count, step, random, [&](const auto *a, const auto *b, auto *out) {
                    ts_mul_i8(a, b, out, count, 1, step, TS_GENERAL, 3, -4, 5, 1 << 30, -5, -128, 127);
                });
                operands<std::int8_t>(count, step, random,
                    [&](const auto *a, const auto *b, auto *out) { ts_minimum_i8(a, b, out, count, 1, step); });
                operands<std::int8_t>(count, step, random,
                    [&](const auto *a, const auto *b, auto *out) { ts_maximum_i8(a, b, out, count, 1, step); });
                operands<float>(count, step, random, [&](const auto *a, const auto *b, auto *out) {
                    ts_add_f32(a, b, out, count, 1, step, -INFINITY, INFINITY);
                });
                operands<float>(count, step, random, [&](const auto *a, const auto *b, auto *out) {
                    ts_squared_difference_f32(a, b, out, count, 1, step, -INFINITY, INFINITY);
                });
            }
            operands<std::int8_t>(
                count, 0, random, [&](const auto *a, const auto *, auto *out) { ts_lookup_i8(a, out, values, count); });
            operands<std::int8_t>(count, 0, random, [&](const auto *a, const auto *, auto *out) {
                ts_requantize_i8(a, out, count, TS_GENERAL, 3, 1 << 30, 1, -7);
            });
            operands<float>(
                count, 0, random, [&](const auto *a, const auto *, auto *out) { ts_tanh_f32(a, out, count); });
            operands<float>(
                count, 0, random, [&](const auto *a, const auto *, auto *out) { ts_elu_f32(a, out, count, 0.5F); });
        }
        QVERIFY2(wrong_.empty(), wrong_.c_str());
    }

private:
    template <typename T>
    void check(const char *kernel, const SpatialGeometry &g, std::mt19937 &random, const Row<T> &row)
    {
        const std::string why = whyRowsDiffer<T>(g, row, random);
        if (!why.empty() && wrong_.empty()) {
            wrong_ = std::string(kernel) + " " + std::to_string(g.h.kernel) + "x" + std::to_string(g.w.kernel)
                + " stride " + std::to_string(g.w.stride) + " from " + std::to_string(g.h.input) + "x"
                + std::to_string(g.w.input) + "x" + std::to_string(g.inputChannels) + " to "
                + std::to_string(g.outputChannels) + " channels, output " + why + " the input";
        }
    }

    /// The output on the first operand, and where the second has as many elements on that.
    template <typename T, typename Run>
    void operands(int count, int step, std::mt19937 &random, const Run &run)
    {
        const auto a = randomValues<T>(static_cast<std::size_t>(count), random);
        const auto b = randomValues<T>(static_cast<std::size_t>(step == 0 ? 1 : count), random);
        std::vector<T> apart(a.size());
        run(a.data(), b.data(), apart.data());
        std::vector<T> onA = a;
        run(onA.data(), b.data(), onA.data());
        std::vector<T> onB = b;
        if (onB.size() == a.size()) {
            run(a.data(), onB.data(), onB.data());
        }
        if ((onA != apart || (onB.size() == a.size() && step == 1 && onB != apart)) && wrong_.empty()) {
            wrong_ = std::to_string(count) + " elements";
        }
    }

    std::string wrong_;
};

TINSMITH_TEST(PortableInPlaceTest)
#include "portable_in_place_test.moc"
