// SPDX-License-Identifier: Apache-2.0
#include "core/session/sample_layout.h"
#include "tests/support/test_main.h"

#include <cstring>
#include <numeric>

using namespace tinsmith;

Q_DECLARE_METATYPE(tinsmith::Shape)

class SampleLayoutTest : public QObject {
    Q_OBJECT

private slots:
    void shapesAreTheSameTransposedOrRefused_data()
    {
        QTest::addColumn<Shape>("given");
        QTest::addColumn<Shape>("wanted");
        QTest::addColumn<QString>("result");
        const auto row = [](const char *name, const Shape &given, const Shape &wanted, const char *result) {
            QTest::newRow(name) << given << wanted << QString::fromLatin1(result);
        };
        row("equal", {4, 6, 3}, {4, 6, 3}, "same");
        row("no batch", {4, 6, 3}, {1, 4, 6, 3}, "same");
        row("a batch too many", {1, 4, 6, 3}, {4, 6, 3}, "same");
        row("grey without channels", {28, 28}, {1, 28, 28, 1}, "same");
        row("grey, channels elsewhere", {28, 28, 1}, {1, 1, 28, 28}, "same");
        row("number", {}, {1, 1}, "same");
        row("channels last for first", {4, 6, 3}, {1, 3, 4, 6}, "transposed");
        row("channels first for last", {3, 4, 6}, {1, 4, 6, 3}, "transposed");
        row("with a batch", {1, 4, 6, 3}, {1, 3, 4, 6}, "transposed");
        row("sequence", {20, 3}, {1, 3, 20}, "transposed");
        row("volume", {2, 4, 6, 3}, {1, 3, 2, 4, 6}, "transposed");
        row("read both ways", {3, 3, 3}, {1, 3, 3, 3}, "same");
        row("height and width", {6, 4, 3}, {1, 4, 6, 3}, "refused");
        row("height and width of grey", {6, 4, 1}, {1, 4, 6, 1}, "refused");
        row("other order", {6, 3, 4}, {1, 4, 3, 6}, "refused");
        row("as many elements", {24, 3}, {1, 4, 6, 3}, "refused");
        row("flat", {72}, {1, 4, 6, 3}, "refused");
        row("other size", {4, 6, 4}, {1, 4, 6, 3}, "refused");
        row("open", {4, 6, 3}, {1, -1, 6, 3}, "refused");
    }
    void shapesAreTheSameTransposedOrRefused()
    {
        QFETCH(Shape, given);
        QFETCH(Shape, wanted);
        QFETCH(QString, result);
        const auto layout = layoutBetween(given, wanted);
        QCOMPARE(QString::fromLatin1(!layout ? "refused" : layout->transposed() ? "transposed" : "same"), result);
    }

    void channelsAreMoved()
    {
        std::vector<std::uint16_t> values(24);
        std::iota(values.begin(), values.end(), std::uint16_t{0});
        const Shape last{2, 4, 3};
        const Shape first{3, 2, 4};
        const auto there = layoutBetween(last, first);
        const auto bytes = rearranged(std::as_bytes(std::span(values)), *there, 2);
        std::vector<std::uint16_t> moved(24);
        std::memcpy(moved.data(), bytes.data(), bytes.size());
        for (std::size_t c = 0; c < 3; ++c) {
            for (std::size_t pixel = 0; pixel < 8; ++pixel) {
                QCOMPARE(moved[c * 8 + pixel], values[pixel * 3 + c]);
            }
        }
        const auto back = rearranged(bytes, *layoutBetween(first, last), 2);
        QVERIFY(std::memcmp(back.data(), values.data(), back.size()) == 0);
        QCOMPARE(transpositionText(*there), std::string("2×4×3, transposed to 3×2×4 (channels first)"));
    }
};

TINSMITH_TEST(SampleLayoutTest)

#include "sample_layout_test.moc"
