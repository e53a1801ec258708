// SPDX-License-Identifier: Apache-2.0
#include "tests/core/execute/one_operator.h"
#include "tests/support/test_main.h"

#include <random>

namespace tinsmith::test {
namespace {

/// Whole numbers, whose sums are the same in any order.
std::vector<float> wholes(const Shape &shape, std::mt19937 &random)
{
    std::vector<float> values;
    for (std::int64_t i = 0; i < *shape.elements(); ++i) {
        values.push_back(static_cast<float>(static_cast<int>(random() % 17) - 8));
    }
    return values;
}

} // namespace

/// Layers with constant weights may run by the float library, those with computed ones never do: both give the same.
class FloatLibraryTest : public QObject {
    Q_OBJECT
private slots:
    void convolutionsAreTheSameByTheLibraryAndByOurTiles_data()
    {
        QTest::addColumn<int>("channels");
        QTest::addColumn<int>("outputs");
        QTest::addColumn<int>("groups");
        QTest::addColumn<int>("kernel");
        QTest::addColumn<int>("stride");
        QTest::addColumn<int>("dilation");
        QTest::addColumn<int>("mode");
        const auto same = static_cast<int>(PaddingMode::Same);
        const auto valid = static_cast<int>(PaddingMode::Valid);
        const auto given = static_cast<int>(PaddingMode::Explicit);
        QTest::newRow("same") << 3 << 16 << 1 << 3 << 1 << 1 << same;
        QTest::newRow("same, stride 2") << 5 << 24 << 1 << 3 << 2 << 1 << same;
        QTest::newRow("valid, dilated") << 8 << 8 << 1 << 3 << 1 << 2 << valid;
        QTest::newRow("lopsided padding") << 7 << 9 << 1 << 4 << 3 << 1 << given;
        QTest::newRow("one pixel") << 32 << 32 << 1 << 1 << 1 << 1 << valid;
        QTest::newRow("one pixel, stride 2") << 32 << 32 << 1 << 1 << 2 << 1 << same;
        QTest::newRow("groups") << 12 << 24 << 4 << 3 << 1 << 1 << same;
        QTest::newRow("depthwise as groups") << 32 << 64 << 32 << 3 << 1 << 1 << same;
    }
    void convolutionsAreTheSameByTheLibraryAndByOurTiles()
    {
        QFETCH(int, channels);
        QFETCH(int, outputs);
        QFETCH(int, groups);
        QFETCH(int, kernel);
        QFETCH(int, stride);
        QFETCH(int, dilation);
        QFETCH(int, mode);
        std::mt19937 random(7);
        Conv2D conv;
        conv.strideH = stride;
        conv.strideW = stride;
        conv.dilationH = dilation;
        conv.dilationW = dilation;
        conv.groups = groups;
        conv.padding.mode = static_cast<PaddingMode>(mode);
        if (conv.padding.mode == PaddingMode::Explicit) {
            conv.padding = {PaddingMode::Explicit, 2, 0, 0, 3};
        }
        conv.activation = FusedActivation::Relu6;
        const Shape image{2, 19, 23, channels};
        const Shape filter{outputs, kernel, kernel, channels / groups};
        const Given x = floats(image, wholes(image, random));
        const Given w = floats(filter, wholes(filter, random));
        const Given b = floats({outputs}, wholes({outputs}, random));
        QCOMPARE(run<float>(conv, {x, constant(w), constant(b)}), run<float>(conv, {x, w, b}));
    }

    void depthwiseLayersAreTheSame_data()
    {
        QTest::addColumn<int>("multiplier");
        QTest::addColumn<int>("stride");
        QTest::newRow("one filter per channel") << 1 << 1;
        QTest::newRow("stride 2") << 1 << 2;
        QTest::newRow("three filters per channel") << 3 << 1;
    }
    void depthwiseLayersAreTheSame()
    {
        QFETCH(int, multiplier);
        QFETCH(int, stride);
        std::mt19937 random(8);
        DepthwiseConv2D conv;
        conv.strideH = stride;
        conv.strideW = stride;
        conv.multiplier = multiplier;
        conv.padding.mode = PaddingMode::Same;
        const Shape image{1, 17, 13, 24};
        const Shape filter{1, 3, 3, 24 * multiplier};
        const Given x = floats(image, wholes(image, random));
        const Given w = floats(filter, wholes(filter, random));
        QCOMPARE(run<float>(conv, {x, constant(w)}), run<float>(conv, {x, w}));
    }

    void denseLayersAreTheSame()
    {
        std::mt19937 random(9);
        const Shape rows{5, 131};
        const Shape weights{67, 131};
        FullyConnected dense;
        dense.activation = FusedActivation::Relu;
        const Given x = floats(rows, wholes(rows, random));
        const Given w = floats(weights, wholes(weights, random));
        const Given b = floats({67}, wholes({67}, random));
        QCOMPARE(run<float>(dense, {x, constant(w), constant(b)}), run<float>(dense, {x, w, b}));
    }
};

TINSMITH_TEST(FloatLibraryTest)

} // namespace tinsmith::test

#include "float_library_test.moc"
