// SPDX-License-Identifier: Apache-2.0
#include "core/execute/packed_weights.h"
#include "tests/core/execute/one_operator.h"
#include "tests/support/test_main.h"

#include <random>

namespace tinsmith::test {
namespace {

Given weightsInt8(
    const Shape &shape, const std::vector<std::int8_t> &values, std::vector<float> scales, std::int32_t axis)
{
    Given given = int8s(shape, values, 1, 0);
    given.quantization = Quantization{std::move(scales), {}, axis};
    return constant(given);
}

Conv2D conv(std::int64_t stride, PaddingMode mode, FusedActivation activation = FusedActivation::None)
{
    Conv2D made;
    made.strideH = stride;
    made.strideW = stride;
    made.padding.mode = mode;
    made.activation = activation;
    return made;
}

/// A random value for tests that compare two ways of computing the same.
std::vector<float> randomFloats(std::size_t count, std::mt19937 &random)
{
    std::vector<float> values;
    for (std::size_t i = 0; i < count; ++i) {
        values.push_back(static_cast<float>(static_cast<int>(random() % 17) - 8));
    }
    return values;
}

} // namespace

class ConvolutionTest : public QObject {
    Q_OBJECT
private slots:
    void sumsWhatTheWindowSees()
    {
        // 3×3 image, 2×2 filter of ones: sums of four neighbours.
        const Given x = floats({1, 3, 3, 1}, {1, 2, 3, 4, 5, 6, 7, 8, 9});
        const Given w = constant(floats({1, 2, 2, 1}, {1, 1, 1, 1}));
        const Given b = constant(floats({1}, {0.5F}));
        QCOMPARE(run<float>(conv(1, PaddingMode::Valid), {x, w, b}), (std::vector<float>{12.5F, 16.5F, 24.5F, 28.5F}));
        // SAME pads behind first.
        QCOMPARE(
            run<float>(conv(1, PaddingMode::Same), {x, w}), (std::vector<float>{12, 16, 9, 24, 28, 15, 15, 17, 9}));
        QCOMPARE(run<float>(conv(2, PaddingMode::Same), {x, w}), (std::vector<float>{12, 9, 15, 9}));
    }

    void weightsNeedNotBeConstant()
    {
        const Given x = floats({1, 1, 2, 1}, {2, 3});
        const Given w = floats({1, 1, 1, 1}, {10});
        QCOMPARE(run<float>(conv(1, PaddingMode::Valid), {x, w}), (std::vector<float>{20, 30}));
    }

    void negativePaddingCrops()
    {
        Conv2D crop = conv(1, PaddingMode::Explicit);
        crop.padding.top = -1;
        crop.padding.left = 1;
        const Given x = floats({1, 2, 2, 1}, {1, 2, 3, 4});
        const Given w = constant(floats({1, 1, 1, 1}, {1}));
        QCOMPARE(run<float>(crop, {x, w}), (std::vector<float>{0, 3, 4}));
    }

    void dilationSpreadsTheTaps()
    {
        Conv2D spread = conv(1, PaddingMode::Valid);
        spread.dilationH = 2;
        spread.dilationW = 2;
        const Given x = floats({1, 3, 3, 1}, {1, 2, 3, 4, 5, 6, 7, 8, 9});
        const Given w = constant(floats({1, 2, 2, 1}, {1, 10, 100, 1000}));
        QCOMPARE(run<float>(spread, {x, w}), (std::vector<float>{9731}));
    }

    /// Channels first with groups against channels last, group by group.
    void layoutsAndGroupsAgree()
    {
        constexpr std::uint32_t seed = 99;
        std::mt19937 random(seed);
        constexpr std::int64_t height = 7;
        constexpr std::int64_t width = 6;
        constexpr std::int64_t groups = 2;
        constexpr std::int64_t in = 3;
        constexpr std::int64_t out = 18;
        const auto image = randomFloats(height * width * in * groups, random);
        const auto weights = randomFloats(9 * in * out * groups, random);
        Conv2D first = conv(2, PaddingMode::Same);
        first.layout = Layout::ChannelsFirst;
        first.groups = groups;
        const auto grouped = run<float>(first,
            {floats({1, in * groups, height, width}, image), constant(floats({out * groups, in, 3, 3}, weights))});
        const std::int64_t pixels = 4 * 3;
        for (std::int64_t g = 0; g < groups; ++g) {
            std::vector<float> part;
            for (std::int64_t p = 0; p < height * width; ++p) {
                for (std::int64_t c = 0; c < in; ++c) {
                    part.push_back(image[static_cast<std::size_t>((g * in + c) * height * width + p)]);
                }
            }
            std::vector<float> filter;
            for (std::int64_t o = 0; o < out; ++o) {
                for (std::int64_t tap = 0; tap < 9; ++tap) {
                    for (std::int64_t c = 0; c < in; ++c) {
                        filter.push_back(weights[static_cast<std::size_t>(((g * out + o) * in + c) * 9 + tap)]);
                    }
                }
            }
            const auto expected = run<float>(conv(2, PaddingMode::Same),
                {floats({1, height, width, in}, part), constant(floats({out, 3, 3, in}, filter))});
            for (std::int64_t p = 0; p < pixels; ++p) {
                for (std::int64_t o = 0; o < out; ++o) {
                    QCOMPARE(grouped[static_cast<std::size_t>((g * out + o) * pixels + p)],
                        expected[static_cast<std::size_t>(p * out + o)]);
                }
            }
        }
    }

    void int8BorderIsTheZeroPoint()
    {
        // Input scale 0.5, zero point 10: reals {1, 2}; weights 2 per channel: reals {0.25 * 4, 0.5 * 2} = 1.
        const Given x = int8s({1, 1, 2, 1}, {12, 14}, 0.5F, 10);
        const Given w = weightsInt8({2, 1, 2, 1}, {4, 4, 2, 2}, {0.25F, 0.5F}, 0);
        const Given b = constant(int32s({2}, {8, -4}));
        // Sums of neighbours, the second padded with real 0: 3, 2; plus bias 8 * 0.125 = 1, -4 * 0.25 = -1.
        const auto y = run<std::int8_t>(conv(1, PaddingMode::Same), {x, w, b}, int8Output(0.5F, -10));
        QCOMPARE(y, (std::vector<std::int8_t>{-2, -6, -4, -8}));
    }

    void fusedActivationsBoundInt8()
    {
        const Given x = int8s({1, 1, 3, 1}, {-20, 4, 100}, 0.1F, 0);
        const Given w = weightsInt8({1, 1, 1, 1}, {1}, {1.0F}, 0);
        const auto with = [&](FusedActivation activation) {
            return run<std::int8_t>(conv(1, PaddingMode::Valid, activation), {x, w}, int8Output(0.1F, -30));
        };
        QCOMPARE(with(FusedActivation::None), (std::vector<std::int8_t>{-50, -26, 70}));
        QCOMPARE(with(FusedActivation::Relu), (std::vector<std::int8_t>{-30, -26, 70}));
        QCOMPARE(with(FusedActivation::Relu6), (std::vector<std::int8_t>{-30, -26, 30}));
        QCOMPARE(with(FusedActivation::ReluN1To1), (std::vector<std::int8_t>{-40, -26, -20}));
    }

    /// More terms than a float holds exactly: the sum is cut into stretches.
    void longInt8SumsStayExact()
    {
        constexpr std::int64_t terms = 2001;
        std::vector<std::int8_t> image(terms, 127);
        std::vector<std::int8_t> weights(terms, 127);
        image[terms - 1] = -127;
        const Given x = int8s({1, 1, 1, terms}, image, 1, -128);
        const Given w = weightsInt8({1, 1, 1, terms}, weights, {1.0F}, 0);
        // 2000 * 255 * 127 + 1 * 127 = 64,770,127 exactly; minus 64,770,000 leaves 127, halved 63.5.
        const Given b = constant(int32s({1}, {-64770000}));
        QCOMPARE(
            run<std::int8_t>(conv(1, PaddingMode::Valid), {x, w, b}, int8Output(2, 0)), (std::vector<std::int8_t>{64}));
    }

    void depthwiseKeepsChannelsApart()
    {
        DepthwiseConv2D depthwise;
        depthwise.multiplier = 2;
        const Given x = floats({1, 2, 1, 2}, {1, 10, 2, 20});
        const Given w = constant(floats({1, 2, 1, 4}, {1, 2, 3, 4, 5, 6, 7, 8}));
        QCOMPARE(run<float>(depthwise, {x, w}), (std::vector<float>{1 + 10, 2 + 12, 30 + 140, 40 + 160}));
    }

    void depthwiseInt8IsPerChannel()
    {
        const Given x = int8s({1, 1, 1, 2}, {10, 10}, 1, 0);
        const Given w = weightsInt8({1, 1, 1, 2}, {10, 10}, {0.1F, 0.2F}, 3);
        QCOMPARE(run<std::int8_t>(DepthwiseConv2D{}, {x, w}, int8Output(1, 1)), (std::vector<std::int8_t>{11, 21}));
    }

    void transposeConvolutionSpreadsEachPixel()
    {
        TransposeConv2D spread;
        spread.strideH = 2;
        spread.strideW = 2;
        spread.outputH = 4;
        spread.outputW = 4;
        spread.padding.mode = PaddingMode::Valid;
        const Given x = floats({1, 2, 2, 1}, {1, 2, 3, 4});
        const Given w = constant(floats({1, 2, 2, 1}, {1, 10, 100, 1000}));
        QCOMPARE(run<float>(spread, {x, w}),
            (std::vector<float>{1, 10, 2, 20, 100, 1000, 200, 2000, 3, 30, 4, 40, 300, 3000, 400, 4000}));
        const Given q = int8s({1, 2, 2, 1}, {1, 2, 3, 4}, 1, 0);
        const Given wq = weightsInt8({1, 2, 2, 1}, {1, 2, 3, 4}, {1.0F}, 0);
        QCOMPARE(run<std::int8_t>(spread, {q, wq}, int8Output(1, 0)),
            (std::vector<std::int8_t>{1, 2, 2, 4, 3, 4, 6, 8, 3, 6, 4, 8, 9, 12, 12, 16}));
    }

    void batchNormalizationScalesChannels()
    {
        BatchNormalization normalization;
        normalization.epsilon = 0;
        const Given x = floats({1, 2, 1, 2}, {1, 2, 3, 4});
        const std::vector<Given> inputs = {x, constant(floats({2}, {2, 3})), constant(floats({2}, {1, -1})),
            constant(floats({2}, {1, 2})), constant(floats({2}, {4, 1}))};
        QVERIFY(near(run<float>(normalization, inputs), {1, 2, 2, 5}));
    }

    void int8WeightsUnderFloatActivationsAreTakenAtTheirRealValues()
    {
        const Given x = floats({1, 1, 1, 2}, {1, 2});
        const Given w = weightsInt8({2, 1, 1, 2}, {1, 2, 3, 4}, {0.5F, 0.25F}, 0);
        QVERIFY(near(run<float>(conv(1, PaddingMode::Valid), {x, w}), {2.5F, 2.75F}));
    }

    void bothTileKernelsAgree()
    {
        if (avx2TileKernels() == nullptr || &tileKernels() != avx2TileKernels()) {
            QSKIP("this processor has only the portable kernels");
        }
        std::mt19937 random(5);
        constexpr std::int64_t terms = 37;
        const auto pixels = randomFloats(terms * tilePixels, random);
        const auto panel = randomFloats(terms * tileChannels, random);
        const TermRun runs[] = {{0, 20}, {20, terms - 20}};
        for (std::int64_t count = 1; count <= tilePixels; ++count) {
            const float *at[tilePixels];
            for (std::int64_t p = 0; p < count; ++p) {
                at[p] = pixels.data() + p * terms;
            }
            std::vector<float> one(tilePixels * tileChannels);
            std::vector<float> other(tilePixels * tileChannels);
            portableTileKernels()->multiply(at, count, runs, 2, panel.data(), one.data());
            avx2TileKernels()->multiply(at, count, runs, 2, panel.data(), other.data());
            QCOMPARE(one, other);
        }
    }
};

TINSMITH_TEST(ConvolutionTest)

} // namespace tinsmith::test

#include "convolution_test.moc"
