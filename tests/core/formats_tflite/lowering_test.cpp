// SPDX-License-Identifier: Apache-2.0
#include "core/execute/compare.h"
#include "core/execute/executor.h"
#include "core/formats/tflite/reader.h"
#include "core/formats/tflite/writer.h"
#include "core/graph/error.h"
#include "tests/fixtures/models.h"
#include "tests/support/test_main.h"

#include <cmath>
#include <random>

using namespace tinsmith;
using test::ModelMaker;

namespace {

constexpr auto Float32 = ModelMaker::Numbers::Float32;
constexpr auto Int8 = ModelMaker::Numbers::Int8;

Graph reread(const Graph &graph)
{
    return readTflite(Bytes(writeTflite(graph)), "written.tflite");
}

/// One operator on seeded inputs of these shapes.
Graph single(const OperatorKind &kind, const std::vector<Shape> &shapes = {Shape{2, 3, 4, 5}},
    ModelMaker::Numbers numbers = Float32, ElementType type = ElementType::Float32)
{
    ModelMaker maker(numbers);
    std::vector<TensorId> inputs;
    for (const Shape &shape : shapes) {
        inputs.push_back(maker.input("input" + std::to_string(inputs.size()), shape));
    }
    const TensorId result = maker.op(kind, inputs, 1, "tested").front();
    if (type != ElementType::Float32) {
        maker.builder().tensor(result).type = type;
    }
    return maker.finish({result});
}

std::vector<TensorValue> inputsOf(const Graph &graph, std::uint32_t seed, float reach = 4)
{
    std::mt19937 random(seed);
    std::vector<TensorValue> values;
    for (const TensorId id : graph.inputs()) {
        const Tensor &tensor = graph.tensor(id);
        values.push_back(test::randomValue(tensor, random));
        if (tensor.type == ElementType::Float32) {
            auto reals = realsOf(tensor, values.back());
            for (float &real : reals) {
                real *= reach;
            }
            const auto raw = std::as_bytes(std::span(reals));
            values.back().assign(raw.begin(), raw.end());
        }
    }
    return values;
}

/// The largest difference of what the written file and the graph compute: in steps where the output is quantized, of
/// the largest output otherwise.
double difference(const Graph &graph, float reach = 4)
{
    Executor original(graph);
    Executor written(reread(graph));
    const Tensor &tensor = graph.tensor(graph.outputs()[0]);
    double worst = 0;
    double largest = 1e-3;
    for (std::uint32_t seed = 1; seed < 5; ++seed) {
        const auto expected = realsOf(tensor, original.run(inputsOf(graph, seed, reach))[0]);
        const auto got = realsOf(tensor, written.run(inputsOf(graph, seed, reach))[0]);
        if (expected.size() != got.size()) {
            return HUGE_VAL;
        }
        for (std::size_t at = 0; at < got.size(); ++at) {
            const double apart = std::fabs(static_cast<double>(expected[at]) - static_cast<double>(got[at]));
            const bool same = expected[at] == got[at] || (std::isnan(expected[at]) && std::isnan(got[at]));
            worst = same ? worst : std::isnan(apart) ? HUGE_VAL : std::max(worst, apart);
            largest = std::isfinite(expected[at]) ? std::max(largest, std::fabs(static_cast<double>(expected[at])))
                                                  : largest;
        }
    }
    return worst / (tensor.quantization ? static_cast<double>(tensor.quantization->scale()) : largest);
}

Activation activation(ActivationFunction function, float alpha = 0, float beta = 0)
{
    return {function, alpha, beta};
}

std::vector<std::pair<const char *, OperatorKind>> activations()
{
    using F = ActivationFunction;
    return {{"hard sigmoid", activation(F::HardSigmoid, 0.2F, 0.5F)},
        {"PyTorch's hard sigmoid", activation(F::HardSigmoid, 1.0F / 6, 0.5F)},
        {"hard sigmoid below", activation(F::HardSigmoid, 0.3F, -0.2F)},
        {"hard sigmoid from 0", activation(F::HardSigmoid, 0.3F, 0)}, {"softplus", activation(F::Softplus)},
        {"softsign", activation(F::Softsign)}, {"selu", activation(F::Selu)},
        {"selu of its own", activation(F::Selu, 1.5F, 0.75F)}, {"mish", activation(F::Mish)},
        {"thresholded", activation(F::ThresholdedRelu, 0.5F)}, {"celu", activation(F::Celu, 0.6F)},
        {"shrink", activation(F::Shrink, 0.4F, 0.1F)}, {"swish", activation(F::Swish, 1)},
        {"swish of 1.7", activation(F::Swish, 1.7F)}, {"elu of 0.3", activation(F::Elu, 0.3F)},
        {"clip", activation(F::Clip, -0.3F, 0.8F)}, {"clip to 0..1", activation(F::Clip, 0, 1)}};
}

QString causeOf(const Graph &graph)
{
    try {
        writeTflite(graph);
    } catch (const UnsupportedError &error) {
        return QString::fromUtf8(error.what());
    }
    return {};
}

} // namespace

/// What only ONNX has, written with TFLite's operators: the file computes what the graph does.
class LoweringTest : public QObject {
    Q_OBJECT
private slots:
    void activationsInFloat()
    {
        for (const auto &[name, kind] : activations()) {
            const double apart = difference(single(kind));
            QVERIFY2(apart <= 1e-6, qPrintable(QStringLiteral("%1: %2").arg(name).arg(apart)));
        }
    }

    void largeValuesDoNotOverflow()
    {
        for (const auto function : {ActivationFunction::Softplus, ActivationFunction::Mish, ActivationFunction::Selu}) {
            QVERIFY(difference(single(activation(function)), 500) <= 1e-6);
        }
    }

    void activationsInInt8()
    {
        for (const auto &[name, kind] : activations()) {
            // Selections jump where the threshold is.
            const auto function = std::get<Activation>(kind).function;
            if (function == ActivationFunction::ThresholdedRelu || function == ActivationFunction::Shrink) {
                continue;
            }
            const double apart = difference(single(kind, {Shape{1, 4, 4, 16}}, Int8));
            QVERIFY2(apart <= 1.01, qPrintable(QStringLiteral("%1: %2 steps").arg(name).arg(apart)));
        }
    }

    void functions()
    {
        using F = UnaryFunction;
        for (const auto function :
            {F::Reciprocal, F::Tan, F::Asin, F::Acos, F::Atan, F::Sinh, F::Cosh, F::Asinh, F::Acosh, F::Atanh}) {
            const double apart = difference(single(Unary{function}), function == F::Tan ? 1 : 2);
            QVERIFY2(apart <= 2e-5,
                qPrintable(QString::fromStdString(displayName(Unary{function})) + QString::number(apart)));
        }
        for (const auto function : {F::Neg, F::Square, F::Sin, F::Cos, F::Floor, F::Ceil, F::Round}) {
            const double apart = difference(single(Unary{function}, {Shape{1, 40}}, Int8));
            QVERIFY2(apart <= 1.01,
                qPrintable(QString::fromStdString(displayName(Unary{function})) + QString::number(apart)));
        }
        QVERIFY(difference(single(Binary{BinaryFunction::FloatMod}, {Shape{3, 4}, Shape{3, 4}})) <= 1e-6);
    }

    void reductionsAndPositions()
    {
        using F = ReduceFunction;
        for (const auto function : {F::L1, F::L2, F::SumSquare, F::LogSumExp}) {
            for (const bool keeps : {false, true}) {
                QVERIFY(difference(single(Reduce{function, {1, -1}, keeps})) <= 1e-6);
            }
        }
        for (const bool keeps : {false, true}) {
            for (const bool last : {false, true}) {
                const Graph graph
                    = single(ArgExtreme{false, 2, keeps, last}, {Shape{2, 3, 4}}, Float32, ElementType::Int64);
                QCOMPARE(difference(graph), 0.0);
                // All equal: the first or the last.
                QCOMPARE(difference(graph, 0), 0.0);
            }
        }
        QVERIFY(difference(single(Softmax{1, 1})) <= 1e-6);
        QVERIFY(difference(single(LogSoftmax{-2})) <= 1e-6);
        QCOMPARE(difference(single(Hardmax{1})), 0.0);
        QCOMPARE(difference(single(Triangle{true, 1})), 0.0);
        QCOMPARE(difference(single(Triangle{false, -1}, {Shape{3, 5}})), 0.0);
    }

    void sumsOfSeveral()
    {
        using F = NaryFunction;
        for (const auto function : {F::Sum, F::Mean, F::Minimum, F::Maximum}) {
            QVERIFY(difference(single(Nary{function}, {Shape{2, 3, 4}, Shape{3, 1}, Shape{4}})) <= 1e-6);
        }
        QVERIFY(difference(single(Gemm{0.5F, 2, true, false}, {Shape{4, 3}, Shape{4, 5}, Shape{5}})) <= 1e-6);
        QVERIFY(difference(single(Gemm{0.5F, 1, false, true}, {Shape{4, 3}, Shape{5, 3}})) <= 1e-6);
    }

    void normalizations()
    {
        QVERIFY(difference(single(LayerNormalization{-1, 1e-5F}, {Shape{2, 3, 8}, Shape{8}, Shape{8}})) <= 1e-5);
        QVERIFY(difference(single(LayerNormalization{1, 1e-5F}, {Shape{2, 3, 8}, Shape{3, 8}})) <= 1e-5);
        QVERIFY(difference(single(RmsNormalization{-1, 1e-5F}, {Shape{2, 3, 8}, Shape{8}})) <= 1e-5);
        for (const std::int64_t groups : {0, 1, 2}) {
            const auto kind = GroupNormalization{groups, 1e-5F};
            QVERIFY(difference(single(kind, {Shape{2, 4, 3, 5}, Shape{4}, Shape{4}})) <= 1e-5);
        }
        QVERIFY(difference(single(MeanVarianceNormalization{{0, 2, 3}})) <= 1e-5);
        QVERIFY(difference(single(LpNormalization{1, 1})) <= 1e-6);
        QVERIFY(difference(single(LpNormalization{-1, 2})) <= 1e-6);
    }

    void movements()
    {
        QCOMPARE(difference(single(Pad{PadMode::Edge, {0, 1, 2, 0}, {0, 0, 3, 0}, 0})), 0.0);
        QCOMPARE(difference(single(Pad{PadMode::Edge, {0, 1, 2, 0}, {0, 0, 3, 0}, 0}, {Shape{1, 3, 4, 2}}, Int8)), 0.0);
        QCOMPARE(difference(single(Pad{PadMode::Constant, {0, -1, 2, 0}, {0, 1, -1, 0}, 1.5})), 0.0);
        QCOMPARE(difference(single(Pad{PadMode::Constant, {0, -1, 0, 0}, {0, 0, -1, 0}, 0})), 0.0);
        QCOMPARE(difference(single(DepthToSpace{2, Layout::ChannelsLast, true}, {Shape{1, 3, 2, 12}})), 0.0);
    }

    void activationsThatKernelsDoNotFuse()
    {
        const auto writtenAs = [](const OperatorKind &kind, const std::vector<Shape> &shapes) {
            return reread(single(kind, shapes)).operators().size();
        };
        const Shape shape{1, 3, 4, 5};
        for (const auto fused : {FusedActivation::Relu, FusedActivation::Relu6, FusedActivation::Tanh}) {
            QCOMPARE(writtenAs(Concatenation{-1, fused}, {shape, shape}), std::size_t{2});
        }
        QCOMPARE(writtenAs(Binary{BinaryFunction::Add, FusedActivation::Tanh}, {shape, shape}), std::size_t{2});
        QCOMPARE(writtenAs(Binary{BinaryFunction::Add, FusedActivation::Relu6}, {shape, shape}), std::size_t{1});
        Conv2D conv;
        conv.activation = FusedActivation::Tanh;
        QCOMPARE(writtenAs(conv, {shape, Shape{2, 2, 2, 5}}), std::size_t{2});
        QVERIFY(difference(single(conv, {shape, Shape{2, 2, 2, 5}})) <= 1e-6);
    }

    void slicesBackwardsAndDropped()
    {
        const Shape shape{3, 4, 5};
        QCOMPARE(difference(single(StridedSlice{{2, 3, 0}, {-1, 2, 5}, {-1, -1, 1}, {1}}, {shape})), 0.0);
        QCOMPARE(difference(single(StridedSlice{{0, 0, 4}, {-1, -1, -1}, {-1, -2, -3}, {0}}, {shape})), 0.0);
        QCOMPARE(difference(single(MatMul{}, {Shape{5}, Shape{5}})) <= 1e-6, true);
        QCOMPARE(difference(single(MatMul{}, {Shape{5}, Shape{2, 5, 3}})) <= 1e-6, true);
        QCOMPARE(difference(single(MatMul{}, {Shape{2, 3, 5}, Shape{5}})) <= 1e-6, true);
    }

    /// TFLite has SAME, VALID and nothing else: other borders of a pool become operators of their own.
    void poolsOfAnyBorder()
    {
        int pools = 0;
        for (const auto numbers : {Float32, Int8}) {
            for (const auto function : {PoolFunction::Max, PoolFunction::Average}) {
                for (const std::int64_t size : {5, 6, 7, 8}) {
                    for (const std::int64_t kernel : {2, 3}) {
                        for (const std::int64_t stride : {1, 2, 3}) {
                            for (int form = 0; form < 16; ++form) {
                                pools += checkPool(numbers, function, size, kernel, stride, form);
                            }
                        }
                    }
                }
            }
        }
        QVERIFY(pools > 1000);
    }

    void transposedConvolutionsOfAnyBorder()
    {
        for (const std::int64_t stride : {1, 2}) {
            for (const std::int64_t before : {0, 1, 2}) {
                for (const std::int64_t after : {0, 1}) {
                    ModelMaker maker(Float32);
                    const TensorId x = maker.input("x", Shape{1, 4, 5, 3});
                    TransposeConv2D kind;
                    kind.strideH = kind.strideW = stride;
                    kind.padding = {PaddingMode::Explicit, before, after, before, after};
                    kind.outputH = 3 * stride + 3 - before - after;
                    kind.outputW = 4 * stride + 3 - before - after;
                    std::vector<float> values(2 * 3 * 3 * 3);
                    for (std::size_t at = 0; at < values.size(); ++at) {
                        values[at] = 0.1F * static_cast<float>(at % 7) - 0.3F;
                    }
                    const TensorId weights = maker.builder().addConstant(
                        "weights", ElementType::Float32, Shape{2, 3, 3, 3}, Bytes::of(values));
                    const double apart = difference(maker.finish(maker.op(kind, {x, weights})));
                    QVERIFY2(apart <= 1e-6, qPrintable(QString::number(apart)));
                }
            }
        }
    }

    void halvesAndDoublesAreFloats()
    {
        GraphBuilder builder;
        Tensor tensor;
        tensor.name = "x";
        tensor.shape = {1, 3};
        tensor.type = ElementType::Float16;
        const TensorId x = builder.addTensor(tensor);
        // 1.5, -2, the smallest subnormal
        const TensorId constant = builder.addConstant(
            "c", ElementType::Float16, Shape{3}, Bytes::of(std::vector<std::uint16_t>{0x3E00, 0xC000, 0x0001}));
        tensor.name = "y";
        const TensorId y = builder.addTensor(tensor);
        builder.addOperator({"sum", Binary{}, {x, constant}, {y}});
        builder.setInputs({x});
        builder.setOutputs({y});
        std::vector<std::string> notes;
        const Graph written = readTflite(Bytes(writeTflite(builder.build(), notes)), "halves.tflite");
        QCOMPARE(written.tensor(written.inputs()[0]).type, ElementType::Float32);
        QCOMPARE(written.tensor(written.outputs()[0]).type, ElementType::Float32);
        QCOMPARE(written.tensor(written.operators()[0].inputs[1]).data->copyAs<float>(),
            (std::vector<float>{1.5F, -2, std::ldexp(1.0F, -24)}));
        QCOMPARE(notes.size(), std::size_t{1});
        QVERIFY(
            QString::fromStdString(notes[0]).startsWith("3 tensors of float16, bfloat16 or float64 are written as"));
    }

    void wideIntegersAreNotDequantized()
    {
        GraphBuilder builder;
        Tensor tensor;
        tensor.name = "x";
        tensor.shape = {1, 2};
        const TensorId x = builder.addTensor(tensor);
        const TensorId bias = builder.addConstant("bias", ElementType::Int32, Shape{2},
            Bytes::of(std::vector<std::int32_t>{3, -5}), Quantization{{0.5F, 0.25F}, {0, 0}, 0});
        tensor.name = "real";
        tensor.shape = {2};
        const TensorId real = builder.addTensor(tensor);
        tensor.name = "y";
        tensor.shape = {1, 2};
        const TensorId y = builder.addTensor(tensor);
        builder.addOperator({"real", Dequantize{}, {bias}, {real}});
        builder.addOperator({"sum", Binary{}, {x, real}, {y}});
        builder.setInputs({x});
        builder.setOutputs({y});
        const Graph written = reread(builder.build());
        QCOMPARE(written.operators().size(), std::size_t{1});
        QCOMPARE(
            written.tensor(written.operators()[0].inputs[1]).data->copyAs<float>(), (std::vector<float>{1.5F, -1.25F}));
    }

    void whatCannotBeExpressedIsNamed()
    {
        QVERIFY(causeOf(single(Unary{UnaryFunction::Erf})).contains("no such function"));
        Resize resize;
        resize.mode = ResizeMode::Cubic;
        resize.outputH = resize.outputW = 8;
        QVERIFY(causeOf(single(resize)).contains("no such interpolation"));
        Pool2D dilated;
        dilated.kernelH = dilated.kernelW = dilated.dilationH = 2;
        QVERIFY(causeOf(single(dilated)).contains("dilated"));
    }

private:
    /// 1 where there is such a pool.
    static int checkPool(ModelMaker::Numbers numbers, PoolFunction function, std::int64_t size, std::int64_t kernel,
        std::int64_t stride, int form)
    {
        Pool2D kind;
        kind.function = function;
        kind.kernelH = kernel;
        kind.kernelW = 2;
        kind.strideH = stride;
        kind.strideW = 2;
        kind.padding = {PaddingMode::Explicit, form & 1, (form >> 1) & 1, 0, form & 1};
        kind.ceilMode = (form & 4) != 0;
        kind.countIncludesPadding = (form & 8) != 0;
        ModelMaker maker(numbers);
        const TensorId x = maker.input("x", Shape{1, size, 7, 2});
        const TensorId y = maker.op(kind, {x}).front();
        maker.builder().tensor(y).quantization = maker.builder().tensor(x).quantization;
        const Graph graph = maker.finish({y});
        const double apart = difference(graph);
        if (!(apart <= (numbers == Int8 ? 0 : 1e-6))) {
            qWarning("function %d size %d kernel %d stride %d form %d: %g", static_cast<int>(function),
                static_cast<int>(size), static_cast<int>(kernel), static_cast<int>(stride), form, apart);
            QTest::qFail("a pool comes back otherwise", __FILE__, __LINE__);
        }
        return 1;
    }
};

TINSMITH_TEST(LoweringTest)
#include "lowering_test.moc"
