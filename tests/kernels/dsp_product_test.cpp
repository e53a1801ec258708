// SPDX-License-Identifier: Apache-2.0
#include "tests/kernels/dsp_tester.h"
#include "tests/support/test_main.h"

using namespace tinsmith;
using tinsmith::test::DspTester;
using Kind = DspTester::Kind;

/// Convolutions and dense layers on the products of the Armv7E-M kernels, bit for bit against plain loops.
class DspProductTest : public QObject {
    Q_OBJECT

private slots:
    void convolution_data()
    {
        QTest::addColumn<QList<int>>("shape");
        // height, width, channels, output channels, kernel h, w, stride h, w, dilation h, w, SAME padding
        QTest::newRow("1x1") << QList<int>{5, 5, 64, 64, 1, 1, 1, 1, 1, 1, 0};
        QTest::newRow("1x1, two pixels left over") << QList<int>{1, 5, 16, 8, 1, 1, 1, 1, 1, 1, 0};
        QTest::newRow("1x1, one pixel left over") << QList<int>{1, 7, 8, 6, 1, 1, 1, 1, 1, 1, 0};
        QTest::newRow("1x1, one column") << QList<int>{5, 1, 16, 8, 1, 1, 1, 1, 1, 1, 0};
        QTest::newRow("1x1, channels not by four") << QList<int>{4, 4, 10, 7, 1, 1, 1, 1, 1, 1, 0};
        QTest::newRow("1x1, one channel") << QList<int>{4, 4, 1, 5, 1, 1, 1, 1, 1, 1, 0};
        QTest::newRow("1x1, two pixels") << QList<int>{1, 2, 12, 9, 1, 1, 1, 1, 1, 1, 0};
        QTest::newRow("1x1, one pixel") << QList<int>{1, 1, 20, 9, 1, 1, 1, 1, 1, 1, 0};
        QTest::newRow("1x1 stride 2") << QList<int>{9, 9, 16, 12, 1, 1, 2, 2, 1, 1, 0};
        QTest::newRow("1x1 stride 2, width by three") << QList<int>{6, 6, 16, 12, 1, 1, 2, 2, 1, 1, 0};
        QTest::newRow("3x3") << QList<int>{6, 8, 16, 16, 3, 3, 1, 1, 1, 1, 1};
        QTest::newRow("3x3, odd width") << QList<int>{5, 7, 8, 10, 3, 3, 1, 1, 1, 1, 1};
        QTest::newRow("3x3 valid") << QList<int>{5, 7, 4, 6, 3, 3, 1, 1, 1, 1, 0};
        QTest::newRow("3x3 stride 2") << QList<int>{8, 8, 16, 32, 3, 3, 2, 2, 1, 1, 1};
        QTest::newRow("3x3 of three channels") << QList<int>{8, 8, 3, 8, 3, 3, 2, 2, 1, 1, 1};
        QTest::newRow("3x3 of one channel") << QList<int>{6, 6, 1, 4, 3, 3, 1, 1, 1, 1, 1};
        QTest::newRow("3x3 of six channels") << QList<int>{6, 6, 6, 5, 3, 3, 1, 1, 1, 1, 1};
        QTest::newRow("10x4 stride 2") << QList<int>{49, 10, 1, 16, 10, 4, 2, 2, 1, 1, 1};
        QTest::newRow("5x5") << QList<int>{7, 7, 5, 3, 5, 5, 1, 1, 1, 1, 1};
        QTest::newRow("5x5, two channels") << QList<int>{7, 7, 5, 2, 5, 5, 1, 1, 1, 1, 1};
        QTest::newRow("dilated") << QList<int>{9, 9, 8, 8, 3, 3, 1, 1, 2, 2, 1};
        QTest::newRow("dilated, three channels") << QList<int>{9, 9, 3, 8, 3, 3, 1, 1, 2, 2, 1};
        QTest::newRow("1xN") << QList<int>{1, 30, 4, 8, 1, 5, 1, 1, 1, 1, 1};
        QTest::newRow("Nx1, one column") << QList<int>{30, 1, 4, 8, 5, 1, 1, 1, 1, 1, 1};
        QTest::newRow("kernel as large as the image") << QList<int>{4, 4, 8, 10, 4, 4, 1, 1, 1, 1, 0};
        QTest::newRow("long rows, odd") << QList<int>{5, 21, 12, 8, 3, 3, 1, 1, 1, 1, 1};
        QTest::newRow("long rows, dilated") << QList<int>{7, 20, 12, 8, 3, 3, 1, 1, 3, 3, 1};
        QTest::newRow("long rows, ten channels") << QList<int>{5, 24, 10, 8, 3, 3, 1, 1, 1, 1, 1};
        QTest::newRow("long rows, ten channels, dilated") << QList<int>{5, 24, 10, 8, 3, 3, 1, 1, 2, 2, 1};
        QTest::newRow("many taps") << QList<int>{4, 4, 64, 8, 3, 3, 1, 1, 1, 1, 1};
    }

    void convolution()
    {
        QFETCH(QList<int>, shape);
        for (std::uint32_t seed = 1; seed <= 3; ++seed) {
            DspTester tester(Kind::Convolution, seed);
            tester.input(shape[0], shape[1], shape[2]).output(shape[3]).kernel(shape[4], shape[5]);
            tester.stride(shape[6], shape[7]).dilation(shape[8], shape[9]);
            if (shape[10] != 0) {
                tester.same();
            }
            QCOMPARE(tester.run(), std::string());
            QVERIFY(!tester.refused());
            QVERIFY(tester.fast());
        }
    }

    void paddedPointwise()
    {
        for (const int channels : {8, 6}) {
            DspTester tester(Kind::Convolution, 9);
            tester.input(4, 5, channels).output(8).padding(1, 2, 1, 2);
            QCOMPARE(tester.run(), std::string());
            QVERIFY(!tester.refused());
        }
    }

    void requantization_data()
    {
        QTest::addColumn<int>("inputZero");
        QTest::addColumn<int>("outputZero");
        QTest::addColumn<int>("activation");
        QTest::addColumn<bool>("fast");
        const int none = static_cast<int>(FusedActivation::None);
        const int relu = static_cast<int>(FusedActivation::Relu);
        const int relu6 = static_cast<int>(FusedActivation::Relu6);
        QTest::newRow("relu") << 83 << -128 << relu << true;
        QTest::newRow("lowest zero point, no activation") << -128 << -128 << none << true;
        QTest::newRow("none") << 0 << 10 << none << false;
        QTest::newRow("none, high zero point") << 127 << 127 << none << false;
        QTest::newRow("relu above the lowest value") << -3 << -20 << relu << false;
        QTest::newRow("relu6") << 5 << -100 << relu6 << false;
    }

    void requantization()
    {
        QFETCH(int, inputZero);
        QFETCH(int, outputZero);
        QFETCH(int, activation);
        QFETCH(bool, fast);
        for (std::uint32_t seed = 1; seed <= 10; ++seed) {
            for (const bool perTensor : {false, true}) {
                DspTester tester(Kind::Convolution, seed);
                tester.input(6, 6, 16).output(12).kernel(seed % 2 == 0 ? 1 : 3, 3).same();
                tester.zeroPoints(inputZero, outputZero).activation(static_cast<FusedActivation>(activation));
                if (perTensor) {
                    tester.perTensor();
                }
                QCOMPARE(tester.run(), std::string());
                QVERIFY(!tester.refused());
                QCOMPARE(tester.fast(), fast);
            }
        }
    }

    void roundingToEven_data()
    {
        QTest::addColumn<int>("outputZero");
        QTest::addColumn<int>("activation");
        QTest::addColumn<int>("leastTaken");
        // The short form is only found where no sum lies too near to a tie; the long one rounds twice.
        QTest::newRow("relu") << -128 << static_cast<int>(FusedActivation::Relu) << 27;
        QTest::newRow("none") << 10 << static_cast<int>(FusedActivation::None) << 24;
        QTest::newRow("none, high zero point") << 127 << static_cast<int>(FusedActivation::None) << 27;
        QTest::newRow("relu above the lowest value") << -20 << static_cast<int>(FusedActivation::Relu) << 0;
    }

    void roundingToEven()
    {
        QFETCH(int, outputZero);
        QFETCH(int, activation);
        QFETCH(int, leastTaken);
        int taken = 0;
        for (std::uint32_t seed = 1; seed <= 10; ++seed) {
            for (const Kind kind : {Kind::Convolution, Kind::Dense, Kind::Depthwise}) {
                DspTester tester(kind, seed);
                const bool dense = kind == Kind::Dense;
                tester.input(dense ? 1 : 6, dense ? 1 : 6, 16).output(kind == Kind::Depthwise ? 16 : 12);
                if (!dense) {
                    tester.kernel(3, 3).same();
                }
                tester.zeroPoints(-3, outputZero).activation(static_cast<FusedActivation>(activation)).halfToEven();
                QCOMPARE(tester.run(), std::string());
                QVERIFY(tester.refused() || tester.fast());
                taken += tester.refused() ? 0 : 1;
            }
        }
        QVERIFY2(leastTaken == 0 ? taken == 0 : taken >= leastTaken, qPrintable(QString::number(taken)));
    }

    /// A factor of 1/1024 makes ties, which the short form would take upwards.
    void exactTiesAreRefused()
    {
        DspTester tester(Kind::Convolution, 3);
        tester.input(4, 4, 16).output(8).ties().halfToEven();
        QCOMPARE(tester.run(), std::string());
        QVERIFY(tester.refused());
    }

    /// Every number of channels and pixels about the edges of blocks, groups and steps.
    void pointwiseInPlace_data()
    {
        QTest::addColumn<int>("channels");
        for (int channels = 1; channels <= 20; ++channels) {
            QTest::addRow("%d channels", channels) << channels;
        }
    }
    void pointwiseInPlace()
    {
        QFETCH(int, channels);
        for (int pixels = 1; pixels <= 20; ++pixels) {
            for (const bool general : {false, true}) {
                DspTester tester(Kind::Convolution, 7);
                tester.input(1, pixels, channels).output(channels).inPlace();
                if (general) {
                    tester.activation(FusedActivation::None).zeroPoints(3, 17);
                }
                QCOMPARE(tester.run(), std::string());
                QCOMPARE(tester.refused(), channels == 1);
                QVERIFY(tester.refused() || pixels == 1 || (channels < 4 && pixels < 3) || tester.overlaps() == 1);
            }
        }
    }

    /// Images of a few rows, to fewer and to more channels: rows top to bottom and bottom to top.
    void pointwiseOverlaps()
    {
        std::size_t overlaps = 0;
        for (const auto &[height, width] : {std::pair{1, 7}, {2, 2}, {7, 1}, {5, 2}, {4, 3}, {3, 4}, {2, 5}, {3, 5}}) {
            for (const auto &[from, to] : {std::pair{16, 12}, {16, 7}, {9, 7}, {7, 5}, {5, 3}, {3, 2}, {2, 3}, {5, 9},
                     {8, 20}, {7, 7}, {12, 12}}) {
                DspTester tester(Kind::Convolution, 7);
                tester.input(height, width, from).output(to).inPlace();
                QCOMPARE(tester.run(), std::string());
                QVERIFY(!tester.refused());
                overlaps += tester.overlaps();
            }
        }
        QVERIFY2(overlaps >= 120, qPrintable(QString::number(overlaps)));
    }

    /// With the taps that are computed twice.
    void pointwiseInPlaceOfTheWholeRange()
    {
        std::size_t repeated = 0;
        for (const int channels : {4, 5, 6, 7, 9, 11, 16}) {
            for (const int pixels : {3, 4, 5, 7, 8}) {
                DspTester tester(Kind::Convolution, 7);
                tester.input(1, pixels, channels).output(channels).lowestWeights(channels).inPlace();
                QCOMPARE(tester.run(), std::string());
                repeated += tester.repeats() > 0 ? 1 : 0;
            }
        }
        QVERIFY2(repeated >= 15, qPrintable(QString::number(repeated)));
    }

    /// Every form of convolution, with rows written top to bottom and bottom to top as near to the input as may be.
    void convolutionOverlaps_data() { convolution_data(); }
    void convolutionOverlaps()
    {
        QFETCH(QList<int>, shape);
        DspTester tester(Kind::Convolution, 5);
        tester.input(shape[0], shape[1], shape[2]).output(shape[3]).kernel(shape[4], shape[5]);
        tester.stride(shape[6], shape[7]).dilation(shape[8], shape[9]).inPlace();
        if (shape[10] != 0) {
            tester.same();
        }
        QCOMPARE(tester.run(), std::string());
        QVERIFY(tester.overlaps() >= 1);
    }

    /// Groups of three pixels whose last one reaches over an edge, or lies in a row outside of the image.
    void paddedPointwiseOfFewChannels()
    {
        for (const int inputs : {4, 8, 3, 5}) {
            for (const int outputs : {2, 3, 8}) {
                for (const int right : {0, 1, 2}) {
                    DspTester tester(Kind::Convolution, 9);
                    tester.input(3, 4, inputs).output(outputs).padding(1, 1, 0, right).inPlace();
                    QCOMPARE(tester.run(), std::string());
                    QVERIFY(!tester.refused());
                }
            }
        }
    }

    void channelsWithoutWeights()
    {
        for (const auto activation : {FusedActivation::Relu, FusedActivation::None}) {
            DspTester tester(Kind::Convolution, 5);
            tester.input(4, 6, 8).output(12).kernel(3, 3).same().emptyChannels(3).activation(activation);
            tester.zeroPoints(-7, activation == FusedActivation::None ? 4 : -128);
            QCOMPARE(tester.run(), std::string());
            QVERIFY(!tester.refused());
        }
    }

    void lowestWeights_data()
    {
        QTest::addColumn<int>("channel");
        QTest::addColumn<int>("neighbour");
        QTest::addColumn<bool>("hasNoRoom");
        QTest::newRow("second, beside the lowest that is scaled") << 3 << -127 << false;
        QTest::newRow("second, beside the highest") << 3 << 127 << false;
        QTest::newRow("first, beside zero") << 2 << 0 << false;
        QTest::newRow("first, beside the highest") << 2 << 127 << false;
        QTest::newRow("first, beside a negative weight") << 2 << -1 << true;
        QTest::newRow("both") << 2 << -128 << true;
    }

    void lowestWeights()
    {
        QFETCH(int, channel);
        QFETCH(int, neighbour);
        QFETCH(bool, hasNoRoom);
        for (const bool dense : {false, true}) {
            DspTester tester(dense ? Kind::Dense : Kind::Convolution, 11);
            tester.input(dense ? 1 : 5, dense ? 1 : 6, 16).output(8).lowestWeight(channel, neighbour);
            QCOMPARE(tester.run(), std::string());
            QCOMPARE(tester.refused(), dense && hasNoRoom);
            QCOMPARE(tester.repeats(), std::size_t(!dense && hasNoRoom ? 4 : 0));
        }
    }

    /// Every form of convolution, with taps that are computed twice.
    void manyLowestWeights_data() { convolution_data(); }
    void manyLowestWeights()
    {
        QFETCH(QList<int>, shape);
        for (std::uint32_t seed = 1; seed <= 3; ++seed) {
            DspTester tester(Kind::Convolution, seed);
            tester.input(shape[0], shape[1], shape[2]).output(shape[3]).kernel(shape[4], shape[5]);
            tester.stride(shape[6], shape[7]).dilation(shape[8], shape[9]).lowestWeights(4 * static_cast<int>(seed));
            if (shape[10] != 0) {
                tester.same();
            }
            if (seed == 3) {
                tester.activation(FusedActivation::None).zeroPoints(-5, 20);
            }
            QCOMPARE(tester.run(), std::string());
            repeated_ += tester.repeats() > 0 ? 1 : 0;
        }
    }

    void tapsWereRepeated() { QVERIFY2(repeated_ >= 40, qPrintable(QString::number(repeated_))); }

    /// More than pay: the layer runs on the portable kernel.
    void lowestWeightsEverywhere()
    {
        DspTester tester(Kind::Convolution, 3);
        tester.input(4, 4, 64).output(16).kernel(3, 3).same().lowestWeights(4000);
        tester.run();
        QVERIFY(tester.refused());
    }

    void dense_data()
    {
        QTest::addColumn<int>("inputs");
        QTest::addColumn<int>("outputs");
        QTest::newRow("by eight") << 640 << 128;
        QTest::newRow("one block") << 8 << 8;
        QTest::newRow("ten classes") << 64 << 10;
        QTest::newRow("twelve classes") << 64 << 12;
        QTest::newRow("two classes") << 256 << 2;
        QTest::newRow("three") << 16 << 3;
        QTest::newRow("five of an odd input") << 37 << 5;
        QTest::newRow("wide") << 100 << 1500;
    }

    void dense()
    {
        QFETCH(int, inputs);
        QFETCH(int, outputs);
        for (std::uint32_t seed = 1; seed <= 6; ++seed) {
            DspTester tester(Kind::Dense, seed);
            tester.input(1, 1, inputs).output(outputs);
            if (seed % 2 == 0) {
                tester.activation(FusedActivation::None).zeroPoints(3, 17);
            }
            if (seed % 3 == 0) {
                tester.perTensor();
            }
            QCOMPARE(tester.run(), std::string());
            QVERIFY(!tester.refused());
        }
    }

    void oneOutputIsRefused()
    {
        DspTester tester(Kind::Dense);
        tester.input(1, 1, 16).output(1);
        tester.run();
        QVERIFY(tester.refused());
    }

private:
    int repeated_ = 0;
};

TINSMITH_TEST(DspProductTest)
#include "dsp_product_test.moc"
