// SPDX-License-Identifier: Apache-2.0
#include "core/execute/compare.h"
#include "tests/support/test_main.h"

#include <cmath>
#include <limits>

using namespace tinsmith;

namespace {

const float infinite = std::numeric_limits<float>::infinity();
const float notANumber = std::numeric_limits<float>::quiet_NaN();

} // namespace

/// What counts as a difference of floats.
class DeviationTest : public QObject {
    Q_OBJECT

private slots:
    void equalValuesThatAreNoNumbersDoNotDiffer()
    {
        Deviation deviation;
        const std::vector<float> values = {1, notANumber, infinite, -infinite, 0};
        deviation.add(values, std::vector<float>{1, -notANumber, infinite, -infinite, -0.0F});
        QCOMPARE(deviation.maxAbsDifference(), 0.0);
        QCOMPARE(deviation.sqnrDb(), Deviation::mostDb);
    }

    void otherwiseTheDifferenceIsInfiniteAndNeverNaN_data()
    {
        QTest::addColumn<float>("expected");
        QTest::addColumn<float>("value");
        QTest::newRow("NaN for a number") << 1.0F << notANumber;
        QTest::newRow("number for NaN") << notANumber << 1.0F;
        QTest::newRow("infinities of both signs") << infinite << -infinite;
        QTest::newRow("number for infinity") << infinite << 1.0F;
        QTest::newRow("NaN for infinity") << infinite << notANumber;
    }

    void otherwiseTheDifferenceIsInfiniteAndNeverNaN()
    {
        QFETCH(const float, expected);
        QFETCH(const float, value);
        Deviation deviation;
        deviation.add(std::vector<float>{5, expected}, std::vector<float>{5, value});
        QVERIFY(std::isinf(deviation.maxAbsDifference()));
        QCOMPARE(deviation.sqnrDb(), -Deviation::mostDb);
    }

    void theTopClassIsANumber()
    {
        QCOMPARE(topClass(std::vector<float>{notANumber, 1, 3, notANumber, 3}), std::size_t{2});
        QCOMPARE(topClass(std::vector<float>{notANumber, notANumber}), std::size_t{0});
        QCOMPARE(topClass(std::vector<float>{}), std::size_t{0});
    }
};

TINSMITH_TEST(DeviationTest)
#include "deviation_test.moc"
