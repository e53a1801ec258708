// SPDX-License-Identifier: Apache-2.0
#include "core/execute/executor.h"
#include "tests/core/rewrites/compare.h"
#include "tests/fixtures/models.h"
#include "tests/support/test_main.h"

#include <cstring>

namespace tinsmith {
namespace {

using test::ModelMaker;
constexpr auto Int8 = ModelMaker::Numbers::Int8;
constexpr auto Float32 = ModelMaker::Numbers::Float32;

struct Net {
    std::int64_t height = 12;
    std::int64_t width = 12;
    std::int64_t kernel = 3;
    std::int64_t stride = 1;
    PaddingMode convPadding = PaddingMode::Same;
    std::int64_t pool = 2;
    std::int64_t poolStride = 2;
    PaddingMode poolPadding = PaddingMode::Valid;
};

/// Convolution, activation, pool, with the pool's input as a second result to compare with.
Graph netOf(const Net &net, bool pooled, ModelMaker::Numbers numbers = Float32)
{
    ModelMaker make(numbers, 5);
    TensorId x = make.input("image", {1, net.height, net.width, 2});
    x = make.conv(x, 4, net.kernel, net.stride, net.convPadding, FusedActivation::Relu, "conv");
    if (pooled) {
        x = make.pool(x, PoolFunction::Max, net.pool, net.poolStride, net.poolPadding, "pool");
    }
    return make.finish({x});
}

std::vector<float> runOnce(const Graph &graph)
{
    std::mt19937 random(9);
    Executor executor(graph);
    const TensorValue out
        = executor.run(std::vector<TensorValue>{test::randomValue(graph.tensor(graph.inputs()[0]), random)})[0];
    std::vector<float> values(out.size() / sizeof(float));
    std::memcpy(values.data(), out.data(), out.size());
    return values;
}

/// Every pixel of the strided result is a pixel of the unpooled convolution, at one phase of its window.
bool samples(const Graph &strided, const Graph &full, const Net &net)
{
    const Shape &small = strided.tensor(strided.outputs()[0]).shape;
    const Shape &large = full.tensor(full.outputs()[0]).shape;
    const auto a = runOnce(strided);
    const auto b = runOnce(full);
    for (std::int64_t offsetH = -net.pool; offsetH < net.pool; ++offsetH) {
        for (std::int64_t offsetW = -net.pool; offsetW < net.pool; ++offsetW) {
            bool equal = true;
            int compared = 0;
            for (std::int64_t y = 0; y < small[1] && equal; ++y) {
                for (std::int64_t x = 0; x < small[2] && equal; ++x) {
                    const std::int64_t fromY = y * net.poolStride + offsetH;
                    const std::int64_t fromX = x * net.poolStride + offsetW;
                    if (fromY < 0 || fromX < 0 || fromY >= large[1] || fromX >= large[2]) {
                        continue;
                    }
                    for (std::int64_t c = 0; c < small[3]; ++c) {
                        const auto i = std::size_t((y * small[2] + x) * small[3] + c);
                        const auto j = std::size_t((fromY * large[2] + fromX) * large[3] + c);
                        equal = equal && std::abs(a[i] - b[j]) < 1e-5F;
                        ++compared;
                    }
                }
            }
            if (equal && compared * 2 >= int(a.size())) {
                return true;
            }
        }
    }
    return false;
}

} // namespace

class PoolToStrideTest : public QObject {
    Q_OBJECT
private slots:
    void theFirstExampleBecomesAPlainStridedConvolution()
    {
        const Graph graph = netOf({}, true);
        const Graph result = test::applied("pool-to-stride", graph);
        QCOMPARE(result.operators().size(), std::size_t{1});
        const auto *conv = result.operators()[0].as<Conv2D>();
        QCOMPARE(conv->strideH, 2);
        QCOMPARE(conv->padding.mode, PaddingMode::Same);
        QCOMPARE(result.tensor(result.outputs()[0]).shape, graph.tensor(graph.outputs()[0]).shape);
        QCOMPARE(result.tensor(result.outputs()[0]).name, graph.tensor(graph.outputs()[0]).name);
        QCOMPARE(test::macsOfAll(result) * 4, test::macsOfAll(graph));
    }

    void computesPositionsOfTheUnpooledConvolution()
    {
        int tried = 0;
        for (std::int64_t size = 5; size <= 14; ++size) {
            for (const std::int64_t kernel : {1, 2, 3, 5}) {
                for (const std::int64_t stride : {1, 2}) {
                    for (const std::int64_t pool : {2, 3}) {
                        for (const PaddingMode padding : {PaddingMode::Same, PaddingMode::Valid}) {
                            Net net{size, size + 3, kernel, stride, padding, pool, 2, PaddingMode::Valid};
                            net.poolPadding = size % 2 == 0 ? PaddingMode::Valid : PaddingMode::Same;
                            if ((size - kernel) / stride < 2 * pool) {
                                continue;
                            }
                            const Graph graph = netOf(net, true);
                            const Graph result = test::applied("pool-to-stride", graph);
                            const QByteArray place = QByteArray::number(size) + " k" + QByteArray::number(kernel) + " s"
                                + QByteArray::number(stride) + " p" + QByteArray::number(pool);
                            QVERIFY2(result.operators().size() == 1, place);
                            QVERIFY2(result.tensor(result.outputs()[0]).shape == graph.tensor(graph.outputs()[0]).shape,
                                place);
                            QVERIFY2(samples(result, netOf(net, false), net), place);
                            ++tried;
                        }
                    }
                }
            }
        }
        QVERIFY(tried > 100);
    }

    void goesThroughWhatTreatsPositionsAlike()
    {
        // Depthwise, pointwise, activation, pool: the depthwise takes the stride.
        ModelMaker make(Float32);
        TensorId x = make.input("image", {1, 8, 8, 4});
        x = make.depthwise(x, 3, 1, PaddingMode::Same, FusedActivation::Relu, "depthwise");
        x = make.conv(x, 6, 1, 1, PaddingMode::Same, FusedActivation::None, "pointwise");
        x = make.op(Activation{ActivationFunction::HardSwish}, {x}, 1, "swish").front();
        x = make.pool(x, PoolFunction::Average, 2, 2, PaddingMode::Valid, "pool");
        const Graph graph = make.finish({x});
        const Graph result = test::applied("pool-to-stride", graph);
        QCOMPARE(result.op(result.operatorNamed("depthwise")).as<DepthwiseConv2D>()->strideH, 2);
        QCOMPARE(result.op(result.operatorNamed("pointwise")).as<Conv2D>()->strideH, 1);
        QCOMPARE(test::macsOfAll(result) * 4, test::macsOfAll(graph));
        QCOMPARE(runOnce(result).size(), runOnce(graph).size());
    }

    void stridesBothBranchesOfAnAdd()
    {
        ModelMaker make(Float32);
        const TensorId x = make.input("image", {1, 8, 8, 4});
        const TensorId a = make.conv(x, 6, 3, 1, PaddingMode::Same, FusedActivation::Relu, "a");
        const TensorId b = make.conv(x, 6, 1, 1, PaddingMode::Same, FusedActivation::None, "b");
        const Graph graph
            = make.finish({make.pool(make.add(a, b), PoolFunction::Max, 2, 2, PaddingMode::Valid, "pool")});
        const Graph result = test::applied("pool-to-stride", graph);
        QCOMPARE(result.op(result.operatorNamed("a")).as<Conv2D>()->strideH, 2);
        QCOMPARE(result.op(result.operatorNamed("b")).as<Conv2D>()->strideH, 2);
        QCOMPARE(result.tensor(result.outputs()[0]).shape, (Shape{1, 4, 4, 6}));
        // Both branches keep the same phase: the strided sum is a sample of the full one.
        ModelMaker again(Float32);
        const TensorId y = again.input("image", {1, 8, 8, 4});
        const TensorId c = again.conv(y, 6, 3, 1, PaddingMode::Same, FusedActivation::Relu, "a");
        const TensorId d = again.conv(y, 6, 1, 1, PaddingMode::Same, FusedActivation::None, "b");
        Net net;
        QVERIFY(samples(result, again.finish({again.add(c, d)}), net));
    }

    void keepsScalesOfInt8Models()
    {
        const Graph graph = netOf({}, true, Int8);
        const Graph result = test::applied("pool-to-stride", graph);
        QCOMPARE(result.operators().size(), std::size_t{1});
        QCOMPARE(result.tensor(result.outputs()[0]).quantization, graph.tensor(graph.outputs()[0]).quantization);
        Executor executor(result);
        std::mt19937 random(1);
        QCOMPARE(executor.run(std::vector<TensorValue>{test::randomValue(graph.tensor(graph.inputs()[0]), random)})[0]
                     .size(),
            std::size_t{6 * 6 * 4});
    }

    void leavesOthersAlone_data()
    {
        QTest::addColumn<int>("which");
        QTest::newRow("the skip of a residual block has another reader") << 0;
        QTest::newRow("no convolution before the pool") << 1;
        QTest::newRow("a global pool") << 2;
        QTest::newRow("a pool that only smooths") << 3;
        QTest::newRow("the unpooled tensor is an output too") << 4;
    }

    void leavesOthersAlone()
    {
        QFETCH(int, which);
        ModelMaker make(Float32);
        const TensorId x = make.input("image", {1, 8, 8, 4});
        TensorId y = make.conv(x, 4, 3);
        std::vector<TensorId> outputs;
        if (which == 0) {
            y = make.add(y, make.conv(y, 4, 3));
        } else if (which == 1) {
            y = make.op(Activation{}, {x}, 1, "relu").front();
        } else if (which == 4) {
            outputs = {y};
        }
        const std::int64_t size = which == 2 ? 8 : 2;
        y = make.pool(y, PoolFunction::Max, size, which == 3 ? 1 : size, PaddingMode::Valid, "pool");
        outputs.push_back(y);
        const Graph graph = make.finish(outputs);
        QVERIFY(test::rewriteOf("pool-to-stride").sites(graph).empty());
        QVERIFY(!test::rewriteOf("pool-to-stride").apply(graph, {}).has_value());
    }

    void appliesOnlyWhereAsked()
    {
        const Graph graph = test::smallCnn(Float32);
        QCOMPARE(test::rewriteOf("pool-to-stride").sites(graph).size(), std::size_t{2});
        const Graph result = test::applied("pool-to-stride", graph, {{"at", "pool_2"}});
        QVERIFY(result.operatorNamed("pool_1").valid());
        QVERIFY(!result.operatorNamed("pool_2").valid());
    }
};

TINSMITH_TEST(PoolToStrideTest)

} // namespace tinsmith

#include "pool_to_stride_test.moc"
