// SPDX-License-Identifier: Apache-2.0
#include "tests/core/execute/one_operator.h"
#include "tests/support/test_main.h"

#include <cmath>
#include <complex>
#include <numbers>

namespace tinsmith::test {
namespace {

using Samples = std::vector<std::int16_t>;

/// A model of one operator whose outputs are given, as audio operators' are by their file. Variables keep their place
/// among the inputs.
Executor model(const OperatorKind &kind, const std::vector<Tensor> &inputs, const std::vector<Tensor> &outputs)
{
    GraphBuilder builder;
    Operator op{"op", kind, {}, {}};
    std::vector<TensorId> fed;
    for (const Tensor &tensor : inputs) {
        op.inputs.push_back(builder.addTensor(tensor));
        if (!tensor.variable && !tensor.constant()) {
            fed.push_back(op.inputs.back());
        }
    }
    for (const Tensor &tensor : outputs) {
        op.outputs.push_back(builder.addTensor(tensor));
    }
    builder.setInputs(fed);
    builder.setOutputs(op.outputs);
    builder.addOperator(op);
    return Executor(builder.build());
}

Tensor tensor(const char *name, ElementType type, const Shape &shape)
{
    Tensor result;
    result.name = name;
    result.type = type;
    result.shape = shape;
    return result;
}

Tensor constantOf(const char *name, const Shape &shape, const std::vector<float> &values)
{
    Tensor result = tensor(name, ElementType::Float32, shape);
    result.data = Bytes::of(values);
    return result;
}

template <typename T>
std::vector<T> runOnce(Executor &executor, const std::vector<T> &input, std::size_t output = 0)
{
    return valuesOf<T>(executor.run(std::vector<TensorValue>{bytesOf(input)})[output]);
}

} // namespace

/// Audio operators, and those that remember from run to run.
class SignalTest : public QObject {
    Q_OBJECT
private slots:
    void transformsAreFourierTransforms()
    {
        for (const std::int64_t length : {8, 16, 32, 128}) {
            std::vector<float> x;
            for (std::int64_t i = 0; i < length - 3; ++i) {
                x.push_back(static_cast<float>((i * 37 + 11) % 17) - 8);
            }
            Executor forward = model(SignalFft{static_cast<std::int32_t>(length), false},
                {tensor("x", ElementType::Float32, {length - 3})}, {tensor("y", ElementType::Float32, {length + 2})});
            const auto spectrum = runOnce(forward, x);
            for (std::int64_t k = 0; k <= length / 2; ++k) {
                std::complex<double> sum = 0;
                for (std::size_t i = 0; i < x.size(); ++i) {
                    const double turn = -2 * std::numbers::pi * static_cast<double>(k) * static_cast<double>(i);
                    sum += std::polar(static_cast<double>(x[i]), turn / static_cast<double>(length));
                }
                const auto at = static_cast<std::size_t>(2 * k);
                QVERIFY(std::abs(sum.real() - static_cast<double>(spectrum[at])) < 1e-3);
                QVERIFY(std::abs(sum.imag() - static_cast<double>(spectrum[at + 1])) < 1e-3);
            }
            Executor backward = model(SignalFft{static_cast<std::int32_t>(length), true},
                {tensor("y", ElementType::Float32, {length + 2})}, {tensor("x", ElementType::Float32, {length})});
            const auto again = runOnce(backward, spectrum);
            for (std::size_t i = 0; i < x.size(); ++i) {
                QVERIFY(std::abs(again[i] - x[i] * static_cast<float>(length)) < 1e-2F);
            }
        }
        QVERIFY_EXCEPTION_THROWN(model(SignalFft{12, false}, {tensor("x", ElementType::Float32, {12})},
                                     {tensor("y", ElementType::Float32, {14})}),
            UnsupportedError);
    }

    void fixedPointTransformsAreScaledByTheirLength()
    {
        constexpr std::int64_t length = 64;
        Samples x;
        std::vector<float> real;
        for (std::int64_t i = 0; i < length; ++i) {
            x.push_back(static_cast<std::int16_t>(20000 * std::sin(0.7 * static_cast<double>(i))));
            real.push_back(x.back());
        }
        Executor fixed = model(SignalFft{length, false}, {tensor("x", ElementType::Int16, {length})},
            {tensor("y", ElementType::Int16, {length + 2})});
        Executor exact = model(SignalFft{length, false}, {tensor("x", ElementType::Float32, {length})},
            {tensor("y", ElementType::Float32, {length + 2})});
        const auto stored = runOnce(fixed, x);
        const auto spectrum = runOnce(exact, real);
        float largest = 0;
        for (std::size_t i = 0; i < spectrum.size(); ++i) {
            largest = std::max(largest, std::abs(static_cast<float>(stored[i]) - spectrum[i] / length));
        }
        QVERIFY2(largest < 8, qPrintable(QString::number(largest)));
    }

    void framesOverlapAndAreReset()
    {
        Executor framer = model(SignalFramer{3, 2, true}, {tensor("x", ElementType::Int16, {4})},
            {tensor("y", ElementType::Int16, {2, 3}), tensor("valid", ElementType::Bool, {})});
        QCOMPARE(runOnce(framer, Samples{1, 2, 3, 4}), (Samples{0, 1, 2, 2, 3, 4}));
        QCOMPARE(runOnce(framer, Samples{5, 6, 7, 8}), (Samples{4, 5, 6, 6, 7, 8}));
        framer.reset();
        QCOMPARE(runOnce(framer, Samples{1, 2, 3, 4}), (Samples{0, 1, 2, 2, 3, 4}));
        Executor add = model(
            SignalOverlapAdd{2}, {tensor("x", ElementType::Int16, {2, 3})}, {tensor("y", ElementType::Int16, {4})});
        QCOMPARE(runOnce(add, Samples{1, 2, 3, 10, 20, 30}), (Samples{1, 2, 13, 20}));
        QCOMPARE(runOnce(add, Samples{1, 2, 3, 10, 20, 30}), (Samples{31, 2, 13, 20}));
    }

    void samplesAreDelayedAndStacked()
    {
        Executor delay = model(
            SignalDelay{{3}}, {tensor("x", ElementType::Int16, {2, 2})}, {tensor("y", ElementType::Int16, {2, 2})});
        QCOMPARE(runOnce(delay, Samples{1, 2, 11, 12}), (Samples{0, 0, 0, 0}));
        QCOMPARE(runOnce(delay, Samples{3, 4, 13, 14}), (Samples{0, 1, 0, 11}));
        Executor stacker = model(SignalStacker{1, 1, 1, 1}, {tensor("x", ElementType::Int16, {1})},
            {tensor("y", ElementType::Int16, {3}), tensor("valid", ElementType::Bool, {})});
        QCOMPARE(valuesOf<std::uint8_t>(stacker.run(std::vector<TensorValue>{bytesOf(Samples{5})})[1]).front(), 0);
        QCOMPARE(runOnce(stacker, Samples{6}), (Samples{5, 5, 6}));
        QCOMPARE(runOnce(stacker, Samples{7}), (Samples{5, 6, 7}));
    }

    void aCircularBufferLetsTheModelGoOnNowAndThen()
    {
        Tensor buffer = tensor("y", ElementType::Int8, {1, 3, 1, 1});
        buffer.variable = true;
        Executor executor = model(CircularBuffer{2}, {tensor("x", ElementType::Int8, {1, 1, 1, 1})}, {buffer});
        using Bytes8 = std::vector<std::int8_t>;
        QCOMPARE(runOnce(executor, Bytes8{1}), (Bytes8{0, 0, 0}));
        QCOMPARE(runOnce(executor, Bytes8{2}), (Bytes8{0, 1, 2}));
        QCOMPARE(runOnce(executor, Bytes8{3}), (Bytes8{0, 1, 2}));
        QCOMPARE(runOnce(executor, Bytes8{4}), (Bytes8{2, 3, 4}));
    }

    void filtersRememberTheirInputs()
    {
        Tensor state = tensor("state", ElementType::Float32, {1, 2});
        state.variable = true;
        Executor executor = model(Svdf{1, FusedActivation::Relu, false},
            {tensor("x", ElementType::Float32, {1, 2}), constantOf("feature", {1, 2}, {1, 10}),
                constantOf("time", {1, 2}, {0.5F, 2}), constantOf("bias", {1}, {1}), state},
            {tensor("y", ElementType::Float32, {1, 1})});
        // The feature is x0 + 10 x1; twice the newest and half of the one before.
        QCOMPARE(runOnce(executor, std::vector<float>{1, 2}), (std::vector<float>{43}));
        QCOMPARE(runOnce(executor, std::vector<float>{4, 0}), (std::vector<float>{19.5F}));
        QCOMPARE(runOnce(executor, std::vector<float>{-9, 0}), (std::vector<float>{0}));
        executor.reset();
        QCOMPARE(runOnce(executor, std::vector<float>{1, 2}), (std::vector<float>{43}));
    }

    void sequenceLstmFollowsItsDefinition()
    {
        const float wx[4] = {0.5F, -0.3F, 0.8F, 0.2F};
        const float wh[4] = {0.1F, 0.4F, -0.6F, 0.7F};
        const float bias[4] = {0.05F, 1, -0.1F, 0.2F};
        std::vector<Tensor> inputs = {tensor("x", ElementType::Float32, {1, 3, 1})};
        const char *names[] = {"i", "f", "c", "o"};
        for (const auto *weights : {wx, wh}) {
            for (int gate = 0; gate < 4; ++gate) {
                inputs.push_back(constantOf(names[gate], {1, 1}, {weights[gate]}));
            }
        }
        GraphBuilder builder;
        Operator op{"lstm", SequenceLstm{}, {}, {}};
        for (const Tensor &input : inputs) {
            op.inputs.push_back(builder.addTensor(input));
        }
        op.inputs.resize(12, TensorId::none());
        for (int gate = 0; gate < 4; ++gate) {
            op.inputs.push_back(builder.addTensor(constantOf("bias", {1}, {bias[gate]})));
        }
        op.inputs.resize(18, TensorId::none());
        for (const char *name : {"hidden", "cell"}) {
            Tensor state = tensor(name, ElementType::Float32, {1, 1});
            state.variable = true;
            op.inputs.push_back(builder.addTensor(state));
        }
        op.outputs = {builder.addTensor(tensor("y", ElementType::Float32, {1, 3, 1}))};
        builder.setInputs({op.inputs.front()});
        builder.setOutputs(op.outputs);
        builder.addOperator(op);
        Executor executor(builder.build());
        const std::vector<float> x = {1, -2, 0.5F};
        const auto y = runOnce(executor, x);
        float hidden = 0;
        float cell = 0;
        const auto logistic = [](float value) { return 1 / (1 + std::exp(-value)); };
        for (std::size_t t = 0; t < x.size(); ++t) {
            const auto sum = [&](int gate) { return wx[gate] * x[t] + wh[gate] * hidden + bias[gate]; };
            cell = logistic(sum(1)) * cell + logistic(sum(0)) * std::tanh(sum(2));
            hidden = logistic(sum(3)) * std::tanh(cell);
            QVERIFY(std::abs(y[t] - hidden) < 1e-6F);
        }
    }
};

TINSMITH_TEST(SignalTest)

} // namespace tinsmith::test

#include "signal_test.moc"
