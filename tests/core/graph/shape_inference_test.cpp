// SPDX-License-Identifier: Apache-2.0
#include "core/graph/error.h"
#include "core/graph/shape_inference.h"
#include "core/graph/shape_rules.h"
#include "tests/fixtures/models.h"
#include "tests/support/test_main.h"

#include <string>

using namespace tinsmith;

namespace {

QByteArray textOf(const Shape &shape)
{
    return QByteArray::fromStdString(shape.text());
}

} // namespace

class ShapeInferenceTest : public QObject {
    Q_OBJECT

private slots:
    void windowsFollowTheSources_data()
    {
        QTest::addColumn<int>("input");
        QTest::addColumn<int>("extent");
        QTest::addColumn<int>("stride");
        QTest::addColumn<int>("before");
        QTest::addColumn<int>("after");
        QTest::addColumn<bool>("ceil");
        QTest::addColumn<int>("expected");
        QTest::newRow("valid") << 12 << 3 << 1 << 0 << 0 << false << 10;
        QTest::newRow("stride") << 12 << 3 << 2 << 0 << 0 << false << 5;
        QTest::newRow("padded") << 12 << 3 << 2 << 1 << 1 << false << 6;
        QTest::newRow("ceil") << 12 << 3 << 2 << 0 << 0 << true << 6;
        QTest::newRow("ceil, last window outside") << 3 << 1 << 2 << 0 << 1 << true << 2;
        QTest::newRow("window too large") << 2 << 3 << 1 << 0 << 0 << false << 0;
    }
    void windowsFollowTheSources()
    {
        QFETCH(int, input);
        QFETCH(int, extent);
        QFETCH(int, stride);
        QFETCH(int, before);
        QFETCH(int, after);
        QFETCH(bool, ceil);
        QFETCH(int, expected);
        QCOMPARE(shape_rules::windowCount(input, extent, stride, before, after, ceil, false), std::int64_t(expected));
    }

    void unknownDimensionsPassThrough()
    {
        QCOMPARE(textOf(shape_rules::broadcast({-1, 4}, {1, 4}, "x")), QByteArray("?×4"));
        QCOMPARE(textOf(shape_rules::concatenate(std::vector<Shape>{{1, -1}, {1, 3}}, 1, "x")), QByteArray("1×?"));
        QCOMPARE(textOf(shape_rules::reshape({-1, 4}, {-1, 2}, false, "x")), QByteArray("?×2"));
    }

    void disagreementsNameTheOperator_data()
    {
        QTest::addColumn<int>("which");
        QTest::addColumn<QString>("message");
        QTest::newRow("broadcast") << 0 << "here: cannot broadcast 2×3 against 2×4";
        QTest::newRow("reshape") << 1 << "here: cannot reshape 2×3 to 4×2";
        QTest::newRow("matmul") << 2 << "here: cannot multiply 2×3 by 2×3";
        QTest::newRow("axis") << 3 << "here: axis 2 is outside 2 dimensions";
    }
    void disagreementsNameTheOperator()
    {
        QFETCH(int, which);
        QFETCH(QString, message);
        QString seen;
        try {
            switch (which) {
            case 0:
                shape_rules::broadcast({2, 3}, {2, 4}, "here");
                break;
            case 1:
                shape_rules::reshape({2, 3}, {4, 2}, false, "here");
                break;
            case 2:
                shape_rules::matMul({2, 3}, {2, 3}, false, false, "here");
                break;
            default:
                shape_rules::reduce({2, 3}, {2}, false, "here");
                break;
            }
        } catch (const GraphError &error) {
            seen = QString::fromStdString(error.what());
        }
        QCOMPARE(seen, message);
    }

    void aChangedInputShapeReachesTheOutput()
    {
        GraphBuilder builder(test::residualCnn(test::ModelMaker::Numbers::Float32));
        builder.tensor(builder.inputs().front()).shape = {1, 20, 18, 3};
        inferAllShapes(builder);
        const Graph graph = builder.build();
        QCOMPARE(textOf(graph.tensor(graph.tensorNamed("join")).shape), QByteArray("1×20×18×8"));
        QCOMPARE(textOf(graph.tensor(graph.tensorNamed("depthwise")).shape), QByteArray("1×10×9×8"));
        QCOMPARE(textOf(graph.tensor(graph.outputs().front()).shape), QByteArray("1×4"));
    }

    void convolutionRefusesForeignChannels()
    {
        test::ModelMaker make(test::ModelMaker::Numbers::Float32);
        const TensorId x = make.input("x", {1, 8, 8, 3});
        make.conv(x, 4, 3, 1, PaddingMode::Same, FusedActivation::None, "conv");
        make.builder().tensor(x).shape = {1, 8, 8, 5};
        QVERIFY_EXCEPTION_THROWN(inferAllShapes(make.builder()), GraphError);
    }
};

TINSMITH_TEST(ShapeInferenceTest)

#include "shape_inference_test.moc"
