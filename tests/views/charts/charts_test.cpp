// SPDX-License-Identifier: Apache-2.0
#include "tests/support/test_main.h"
#include "views/charts/bar_list.h"
#include "views/charts/channel_range_plot.h"
#include "views/charts/chart_math.h"
#include "views/charts/histogram.h"
#include "views/charts/xy_plot.h"

#include <QSignalSpy>

#include <limits>
#include <numeric>

using namespace tinsmith;

class ChartsTest : public QObject {
    Q_OBJECT
private slots:
    void ticksAreRound()
    {
        QCOMPARE(roundTicks(0, 10, 5), std::vector<double>({0, 2, 4, 6, 8, 10}));
        QCOMPARE(roundTicks(-1, 1, 4), std::vector<double>({-1, -0.5, 0, 0.5, 1}));
        QCOMPARE(roundTicks(3, 97, 3), std::vector<double>({50}));
        QVERIFY(roundTicks(1, 1, 4).empty());
        QVERIFY(roundTicks(0, std::numeric_limits<double>::infinity(), 4).empty());
    }

    void histogramCountsEveryValueOnce()
    {
        std::vector<double> values{-1, -0.5, 0, 0, 0.25, 1, std::numeric_limits<double>::quiet_NaN()};
        const HistogramData data = histogramOf(values, 4);
        QCOMPARE(data.counts, std::vector<std::int64_t>({1, 1, 3, 1}));
        QCOMPARE(data.notFinite, 1);
        QCOMPARE(data.zeros, 2);
        QCOMPARE(data.total, 7);
    }

    void wholeNumbersGetOneBinEach()
    {
        const HistogramData data = histogramOf(std::vector<double>{-2, -1, -1, 0, 1}, 32);
        QCOMPARE(data.counts, std::vector<std::int64_t>({1, 2, 1, 1}));
        QCOMPARE(histogramOf(std::vector<double>(5, 3.0), 32).counts, std::vector<std::int64_t>({5}));
        QVERIFY(histogramOf({}, 32).counts.empty());
    }

    void chartsPaintAndAnswer()
    {
        Histogram histogram;
        histogram.resize(200, 100);
        QVERIFY(!histogram.grab().isNull());
        histogram.setData(histogramOf(std::vector<double>{-2, -1, -1, 0, 1}, 32));
        histogram.setLogarithmic(true);
        QVERIFY(!histogram.grab().isNull());
        QVERIFY(histogram.accessibleDescription().contains(QStringLiteral("5 values")));

        ChannelRangePlot ranges;
        ranges.resize(200, 100);
        ranges.setRanges({{-1, 1}, {0, 0}, {-0.5, 0.2}});
        QSignalSpy channel(&ranges, &ChannelRangePlot::channelActivated);
        QTest::mouseClick(&ranges, Qt::LeftButton, {}, QPoint(194, 50));
        QCOMPARE(channel.count(), 1);
        QCOMPARE(channel[0][0].toInt(), 2);
        QVERIFY(ranges.accessibleDescription().contains(QStringLiteral("1 of them zero")));

        BarList bars;
        bars.setRows({{QStringLiteral("Arena"), 4592, QStringLiteral("4,592 B"), {}},
            {QStringLiteral("Stack"), 860, QStringLiteral("860 B"), {}}});
        bars.resize(200, bars.sizeHint().height());
        QSignalSpy row(&bars, &BarList::rowActivated);
        QTest::mouseClick(&bars, Qt::LeftButton, {}, QPoint(20, bars.height() - 4));
        QCOMPARE(row[0][0].toInt(), 1);
        QVERIFY(!bars.grab().isNull());
    }

    void dotsCanBePicked()
    {
        XyPlot plot;
        plot.resize(300, 200);
        plot.setAxes(QStringLiteral("latency"), QStringLiteral("RAM"));
        XyPlot::Series dots;
        dots.line = false;
        dots.points = {{0, 0}, {10, 5}, {20, 8}};
        plot.setSeries({dots});
        QSignalSpy picked(&plot, &XyPlot::picked);
        QTest::keyClick(&plot, Qt::Key_Right);
        QCOMPARE(picked.count(), 1);
        QCOMPARE(picked[0][1].toInt(), 0);
        QTest::keyClick(&plot, Qt::Key_Right);
        QCOMPARE(picked[1][1].toInt(), 1);
        plot.setLimits(15, std::numeric_limits<double>::quiet_NaN());
        QVERIFY(!plot.grab().isNull());
        plot.setSeries({});
        QVERIFY(!plot.grab().isNull());
    }
};
TINSMITH_TEST(ChartsTest)

#include "charts_test.moc"
