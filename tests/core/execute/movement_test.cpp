// SPDX-License-Identifier: Apache-2.0
#include "core/execute/element_values.h"
#include "tests/core/execute/one_operator.h"
#include "tests/support/test_main.h"

#include <cmath>

namespace tinsmith::test {

/// Operators that move, choose or convert elements.
class MovementTest : public QObject {
    Q_OBJECT
private slots:
    void transposePermutesAnyRank()
    {
        const Given x = floats({1, 2, 3}, {1, 2, 3, 4, 5, 6});
        QCOMPARE(run<float>(Transpose{{2, 0, 1}}, {x}), (std::vector<float>{1, 4, 2, 5, 3, 6}));
        QCOMPARE(run<float>(Transpose{{0, 1, 2}}, {x}), (std::vector<float>{1, 2, 3, 4, 5, 6}));
    }

    void paddingIsRealZeroOrTheGivenValue()
    {
        Pad pad{PadMode::Constant, {0, 1}, {1, 0}, 0};
        QCOMPARE(run<float>(pad, {floats({1, 2}, {1, 2})}), (std::vector<float>{0, 1, 2, 0, 0, 0}));
        QCOMPARE(run<std::int8_t>(pad, {int8s({1, 2}, {1, 2}, 0.5F, -7)}, int8Output(0.5F, -7)),
            (std::vector<std::int8_t>{-7, 1, 2, -7, -7, -7}));
        pad.value = 2.5;
        QCOMPARE(run<std::int8_t>(pad, {int8s({1, 2}, {1, 2}, 0.5F, -7)}, int8Output(0.5F, -7)),
            (std::vector<std::int8_t>{-2, 1, 2, -2, -2, -2}));
        pad = {PadMode::Constant, {0, -1}, {0, 2}, 0};
        QCOMPARE(run<float>(pad, {floats({1, 2}, {1, 2})}), (std::vector<float>{2, 0, 0}));
    }

    void paddingMirrors()
    {
        const Given x = floats({3}, {1, 2, 3});
        QCOMPARE(run<float>(Pad{PadMode::Reflect, {2}, {1}, 0}, {x}), (std::vector<float>{3, 2, 1, 2, 3, 2}));
        QCOMPARE(run<float>(Pad{PadMode::Symmetric, {2}, {1}, 0}, {x}), (std::vector<float>{2, 1, 1, 2, 3, 3}));
        QCOMPARE(run<float>(Pad{PadMode::Edge, {2}, {1}, 0}, {x}), (std::vector<float>{1, 1, 1, 2, 3, 3}));
        QVERIFY_EXCEPTION_THROWN(run<float>(Pad{PadMode::Reflect, {3}, {0}, 0}, {x}), Error);
    }

    void partsAreJoinedAndCutAlongAnyAxis()
    {
        const Given a = floats({2, 1}, {1, 2});
        const Given b = floats({2, 2}, {3, 4, 5, 6});
        QCOMPARE(run<float>(Concatenation{1, {}}, {a, b}), (std::vector<float>{1, 3, 4, 2, 5, 6}));
        const auto parts = runAll(Split{-1, {1, 1}}, {b}, {ElementType::Float32, {}, 2});
        QCOMPARE(valuesOf<float>(parts[0]), (std::vector<float>{3, 5}));
        QCOMPARE(valuesOf<float>(parts[1]), (std::vector<float>{4, 6}));
        QCOMPARE(run<float>(Pack{1}, {a, a}), (std::vector<float>{1, 1, 2, 2}));
        const auto rows = runAll(Unpack{0}, {b}, {ElementType::Float32, {}, 2});
        QCOMPARE(valuesOf<float>(rows[1]), (std::vector<float>{5, 6}));
        const Given coarse = int8s({1}, {1}, 1, 0);
        const Given fine = int8s({1}, {1}, 0.5F, 0);
        QVERIFY_EXCEPTION_THROWN(
            run<std::int8_t>(Concatenation{0, {}}, {coarse, fine}, int8Output(1, 0)), UnsupportedError);
    }

    void slicesStepBothWays()
    {
        const Given x = floats({2, 4}, {1, 2, 3, 4, 5, 6, 7, 8});
        QCOMPARE(run<float>(StridedSlice{{0, 1}, {2, 4}, {1, 2}, {}}, {x}), (std::vector<float>{2, 4, 6, 8}));
        QCOMPARE(run<float>(StridedSlice{{1, 3}, {0, -1}, {-1, -3}, {}}, {x}), (std::vector<float>{8, 5}));
        QCOMPARE(run<float>(StridedSlice{{1, 2}, {2, 3}, {1, 1}, {0}}, {x}), (std::vector<float>{7}));
    }

    void gatherTakesNegativeIndicesAndRefusesOthers()
    {
        const Given x = floats({3, 2}, {1, 2, 3, 4, 5, 6});
        QCOMPARE(run<float>(Gather{0, 0}, {x, int32s({2}, {2, -3})}), (std::vector<float>{5, 6, 1, 2}));
        QCOMPARE(run<float>(Gather{1, 1}, {x, int32s({3, 1}, {1, 0, 1})}), (std::vector<float>{2, 3, 6}));
        QVERIFY_EXCEPTION_THROWN(run<float>(Gather{0, 0}, {x, int32s({1}, {3})}), GraphError);
    }

    void blocksMoveBetweenDepthAndSpace()
    {
        const Given deep = floats({1, 1, 1, 8}, {1, 2, 3, 4, 5, 6, 7, 8});
        const auto wide = run<float>(DepthToSpace{2, Layout::ChannelsLast, false}, {deep});
        QCOMPARE(wide, (std::vector<float>{1, 2, 3, 4, 5, 6, 7, 8}));
        QCOMPARE(run<float>(DepthToSpace{2, Layout::ChannelsLast, true}, {deep}),
            (std::vector<float>{1, 5, 2, 6, 3, 7, 4, 8}));
        const Given image = floats({1, 2, 2, 1}, {1, 2, 3, 4});
        QCOMPARE(run<float>(SpaceToDepth{2, Layout::ChannelsLast}, {image}), (std::vector<float>{1, 2, 3, 4}));
        const Given first = floats({1, 4, 1, 1}, {1, 2, 3, 4});
        QCOMPARE(run<float>(DepthToSpace{2, Layout::ChannelsFirst, false}, {first}), (std::vector<float>{1, 2, 3, 4}));
    }

    void tilesAndBroadcastsRepeat()
    {
        const Given x = floats({1, 2}, {1, 2});
        QCOMPARE(run<float>(Tile{{2, 2}}, {x}), (std::vector<float>{1, 2, 1, 2, 1, 2, 1, 2}));
        QCOMPARE(run<float>(BroadcastTo{{2, 2}}, {x}), (std::vector<float>{1, 2, 1, 2}));
    }

    void resizeMapsCoordinatesAsAsked()
    {
        Resize resize;
        resize.outputH = 1;
        resize.outputW = 4;
        const Given x = floats({1, 1, 2, 1}, {0, 10});
        QCOMPARE(run<float>(resize, {x}), (std::vector<float>{0, 0, 10, 10}));
        resize.mode = ResizeMode::Bilinear;
        QCOMPARE(run<float>(resize, {x}), (std::vector<float>{0, 5, 10, 10}));
        resize.coordinates = ResizeCoordinates::HalfPixel;
        QCOMPARE(run<float>(resize, {x}), (std::vector<float>{0, 2.5F, 7.5F, 10}));
        resize.coordinates = ResizeCoordinates::AlignCorners;
        QVERIFY(near(run<float>(resize, {x}), {0, 10.0F / 3, 20.0F / 3, 10}));
        QCOMPARE(run<std::int8_t>(resize, {int8s({1, 1, 2, 1}, {0, 10}, 1, 0)}, int8Output(1, 0)),
            (std::vector<std::int8_t>{0, 3, 7, 10}));
        resize.layout = Layout::ChannelsFirst;
        QVERIFY(near(run<float>(resize, {floats({1, 1, 1, 2}, {0, 10})}), {0, 10.0F / 3, 20.0F / 3, 10}));
    }

    void castsSaturateWhereCIsUndefined()
    {
        const Given x = floats({4}, {-1.9F, 300, 1e20F, std::nanf("")});
        QCOMPARE(run<std::int8_t>(Cast{ElementType::Int8}, {x}, {ElementType::Int8, {}, 1}),
            (std::vector<std::int8_t>{-1, 127, 127, 0}));
        QCOMPARE(run<std::int64_t>(Cast{ElementType::Int64}, {x}, {ElementType::Int64, {}, 1})[2],
            std::numeric_limits<std::int64_t>::max());
        QCOMPARE(run<std::uint8_t>(Cast{ElementType::Bool}, {x}, {ElementType::Bool, {}, 1}),
            (std::vector<std::uint8_t>{1, 1, 1, 1}));
    }

    void halvesConvertExactly()
    {
        for (std::uint32_t bits = 0; bits < 0x10000U; ++bits) {
            const auto half = static_cast<std::uint16_t>(bits);
            const float real = floatFromHalf(half);
            if (!std::isnan(real)) {
                QCOMPARE(halfFromFloat(real), half);
            }
        }
        QCOMPARE(halfFromFloat(65519.0F), std::uint16_t{0x7BFF});
        QCOMPARE(halfFromFloat(65520.0F), std::uint16_t{0x7C00});
        QCOMPARE(halfFromFloat(1.00048828125F), std::uint16_t{0x3C00});
    }
};

TINSMITH_TEST(MovementTest)

} // namespace tinsmith::test

#include "movement_test.moc"
