// SPDX-License-Identifier: Apache-2.0
#include "tests/kernels/dsp_tester.h"
#include "tests/support/test_main.h"

using namespace tinsmith;
using tinsmith::test::DspTester;
using Kind = DspTester::Kind;

/// Depthwise convolutions on the planes of the Armv7E-M kernels, bit for bit against plain loops.
class DspDepthwiseTest : public QObject {
    Q_OBJECT

private slots:
    void depthwise_data()
    {
        QTest::addColumn<QList<int>>("shape");
        // height, width, channels, stride, SAME padding
        QTest::newRow("narrow") << QList<int>{25, 5, 16, 1, 1};
        QTest::newRow("several bands") << QList<int>{48, 48, 8, 1, 1};
        QTest::newRow("even width") << QList<int>{6, 6, 8, 1, 1};
        QTest::newRow("3x3") << QList<int>{3, 3, 12, 1, 1};
        QTest::newRow("one pixel") << QList<int>{1, 1, 4, 1, 1};
        QTest::newRow("one row") << QList<int>{1, 9, 4, 1, 1};
        QTest::newRow("one column") << QList<int>{9, 1, 4, 1, 1};
        QTest::newRow("two columns") << QList<int>{4, 2, 4, 1, 1};
        QTest::newRow("channels not by four") << QList<int>{5, 7, 7, 1, 1};
        QTest::newRow("one channel") << QList<int>{5, 7, 1, 1, 1};
        QTest::newRow("valid") << QList<int>{7, 8, 4, 1, 0};
        QTest::newRow("valid, odd") << QList<int>{8, 7, 6, 1, 0};
        QTest::newRow("stride 2, even") << QList<int>{24, 24, 8, 2, 1};
        QTest::newRow("stride 2, odd") << QList<int>{9, 9, 8, 2, 1};
        QTest::newRow("stride 2, odd height") << QList<int>{9, 8, 5, 2, 1};
        QTest::newRow("stride 2 valid") << QList<int>{9, 9, 4, 2, 0};
        QTest::newRow("stride 2 valid, a column left over") << QList<int>{10, 10, 4, 2, 0};
        QTest::newRow("wide") << QList<int>{5, 120, 8, 1, 1};
        QTest::newRow("wide, stride 2") << QList<int>{7, 150, 8, 2, 1};
        QTest::newRow("many channels") << QList<int>{3, 3, 300, 1, 1};
    }

    void depthwise()
    {
        QFETCH(QList<int>, shape);
        for (std::uint32_t seed = 1; seed <= 4; ++seed) {
            DspTester tester(Kind::Depthwise, seed);
            tester.input(shape[0], shape[1], shape[2]).kernel(3, 3).stride(shape[3], shape[3]);
            if (shape[4] != 0) {
                tester.same();
            }
            const bool general = seed % 2 == 0;
            tester.zeroPoints(general ? 11 : -128, general ? -9 : -128);
            if (general) {
                tester.activation(FusedActivation::None);
            }
            tester.inPlace();
            QCOMPARE(tester.run(), std::string());
            QVERIFY(!tester.refused());
            QCOMPARE(tester.fast(), !general);
            QCOMPARE(tester.overlaps(), std::size_t(1));
        }
    }

    /// Every number of channels and columns about the edges of groups and pairs, in place.
    void inPlace_data()
    {
        QTest::addColumn<int>("channels");
        for (int channels = 1; channels <= 20; ++channels) {
            QTest::addRow("%d channels", channels) << channels;
        }
    }
    void inPlace()
    {
        QFETCH(int, channels);
        for (int columns = 1; columns <= 20; ++columns) {
            for (const int stride : {1, 2}) {
                for (const bool same : {false, true}) {
                    if (columns < 3 && !same) {
                        continue;
                    }
                    DspTester tester(Kind::Depthwise, 7);
                    tester.input(columns % 5 + 3, columns, channels).kernel(3, 3).stride(stride, stride);
                    if (same) {
                        tester.same();
                    }
                    QCOMPARE(tester.inPlace().run(), std::string());
                    QVERIFY(!tester.refused());
                    QCOMPARE(tester.overlaps(), std::size_t(1));
                }
            }
        }
    }

    void channelsWithoutWeights()
    {
        DspTester tester(Kind::Depthwise, 3);
        tester.input(5, 6, 10).kernel(3, 3).same().emptyChannels(3);
        QCOMPARE(tester.run(), std::string());
        QVERIFY(!tester.refused());
    }

    void largeBiases()
    {
        DspTester tester(Kind::Depthwise, 3);
        tester.input(5, 6, 16).kernel(3, 3).same().farBias(5);
        QCOMPARE(tester.run(), std::string());
        QVERIFY(!tester.refused());
        QVERIFY(tester.addend());
    }

    void otherKernelsAreRefused()
    {
        DspTester tester(Kind::Depthwise);
        tester.input(8, 8, 8).kernel(5, 5).same();
        tester.run();
        QVERIFY(tester.refused());
    }
};

TINSMITH_TEST(DspDepthwiseTest)
#include "dsp_depthwise_test.moc"
