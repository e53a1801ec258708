// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/onnx_reader.h"
#include "core/formats/onnx/onnx_writer.h"
#include "tests/core/execute/one_operator.h"
#include "tests/support/test_main.h"

#include <cmath>
#include <random>

namespace tinsmith::test {
namespace {

using Function = RecurrentActivation::Function;

/// The case as the specification's formulas have it, one number at a time in double.
struct Sample {
    Recurrent kind;
    std::int64_t time = 5;
    std::int64_t batch = 3;
    std::int64_t in = 4;
    std::vector<float> x, w, r, b, h0, c0, p;
    std::vector<std::int32_t> lengths;

    std::int64_t hidden() const { return kind.hiddenSize; }
    std::int64_t directions() const { return kind.direction == RecurrentDirection::Bidirectional ? 2 : 1; }
    std::int64_t gates() const
    {
        return kind.cell == RecurrentCell::Lstm ? 4 : kind.cell == RecurrentCell::Gru ? 3 : 1;
    }

    double weight(const std::vector<float> &from, std::int64_t d, std::int64_t gate, std::int64_t unit,
        std::int64_t depth, const std::vector<double> &vector) const
    {
        double sum = 0;
        for (std::int64_t k = 0; k < depth; ++k) {
            sum += static_cast<double>(
                       from[static_cast<std::size_t>(((d * gates() + gate) * hidden() + unit) * depth + k)])
                * vector[static_cast<std::size_t>(k)];
        }
        return sum;
    }
    double bias(std::int64_t d, bool recurrent, std::int64_t gate, std::int64_t unit) const
    {
        const std::int64_t at = (d * 2 + (recurrent ? 1 : 0)) * gates() * hidden() + gate * hidden() + unit;
        return b.empty() ? 0 : static_cast<double>(b[static_cast<std::size_t>(at)]);
    }
    double peephole(std::int64_t d, std::int64_t gate, std::int64_t unit) const
    {
        return p.empty() ? 0 : static_cast<double>(p[static_cast<std::size_t>((d * 3 + gate) * hidden() + unit)]);
    }
    double function(std::int64_t d, std::size_t number, double value) const
    {
        const std::size_t each = kind.activations.size() / static_cast<std::size_t>(directions());
        const RecurrentActivation &f = kind.activations[static_cast<std::size_t>(d) * each + number];
        // The output's activation of LSTM is the only one that is not clipped.
        if (kind.clip > 0 && !(kind.cell == RecurrentCell::Lstm && number == 2)) {
            value = std::max(-static_cast<double>(kind.clip), std::min(static_cast<double>(kind.clip), value));
        }
        switch (f.function) {
        case Function::Tanh:
            return std::tanh(value);
        case Function::Sigmoid:
            return 1 / (1 + std::exp(-value));
        case Function::HardSigmoid:
            return std::max(0.0, std::min(1.0, static_cast<double>(f.alpha) * value + static_cast<double>(f.beta)));
        case Function::ScaledTanh:
            return static_cast<double>(f.alpha) * std::tanh(static_cast<double>(f.beta) * value);
        default:
            return std::max(0.0, value);
        }
    }

    /// One unit per call; h and c are the state before.
    std::vector<double> next(
        std::int64_t d, const std::vector<double> &input, const std::vector<double> &h, std::vector<double> &c) const
    {
        const auto gate = [&](std::int64_t number, std::int64_t unit) {
            return weight(w, d, number, unit, in, input) + weight(r, d, number, unit, hidden(), h)
                + bias(d, false, number, unit) + bias(d, true, number, unit);
        };
        std::vector<double> made(h.size());
        std::vector<double> reset(h.size());
        for (std::int64_t unit = 0; kind.cell == RecurrentCell::Gru && unit < hidden(); ++unit) {
            reset[static_cast<std::size_t>(unit)] = function(d, 0, gate(1, unit)) * h[static_cast<std::size_t>(unit)];
        }
        for (std::int64_t unit = 0; unit < hidden(); ++unit) {
            const auto u = static_cast<std::size_t>(unit);
            if (kind.cell == RecurrentCell::Rnn) {
                made[u] = function(d, 0, gate(0, unit));
            } else if (kind.cell == RecurrentCell::Gru) {
                const double z = function(d, 0, gate(0, unit));
                const double product = kind.linearBeforeReset
                    ? function(d, 0, gate(1, unit)) * (weight(r, d, 2, unit, hidden(), h) + bias(d, true, 2, unit))
                    : weight(r, d, 2, unit, hidden(), reset) + bias(d, true, 2, unit);
                const double fresh
                    = function(d, 1, weight(w, d, 2, unit, in, input) + bias(d, false, 2, unit) + product);
                made[u] = (1 - z) * fresh + z * h[u];
            } else {
                const double i = function(d, 0, gate(0, unit) + peephole(d, 0, unit) * c[u]);
                const double f = function(d, 0, gate(2, unit) + peephole(d, 2, unit) * c[u]);
                c[u] = (kind.coupledInputForget ? 1 - i : f) * c[u] + i * function(d, 1, gate(3, unit));
                made[u] = function(d, 0, gate(1, unit) + peephole(d, 1, unit) * c[u]) * function(d, 2, c[u]);
            }
        }
        return made;
    }

    std::size_t yAt(std::int64_t t, std::int64_t d, std::int64_t n) const
    {
        const std::int64_t at
            = kind.batchFirst ? (n * time + t) * directions() + d : (t * directions() + d) * batch + n;
        return static_cast<std::size_t>(at * hidden());
    }

    /// Y, Yh, Yc.
    std::vector<std::vector<float>> expected() const
    {
        std::vector<float> y(static_cast<std::size_t>(time * directions() * batch * hidden()));
        std::vector<float> yh(static_cast<std::size_t>(directions() * batch * hidden()));
        std::vector<float> yc(yh);
        for (std::int64_t d = 0; d < directions(); ++d) {
            for (std::int64_t n = 0; n < batch; ++n) {
                const std::int64_t state = (kind.batchFirst ? n * directions() + d : d * batch + n) * hidden();
                const auto start = [&](const std::vector<float> &from) {
                    std::vector<double> values(static_cast<std::size_t>(hidden()));
                    for (std::size_t k = 0; k < values.size() && !from.empty(); ++k) {
                        values[k] = static_cast<double>(from[static_cast<std::size_t>(state) + k]);
                    }
                    return values;
                };
                std::vector<double> h = start(h0);
                std::vector<double> c = start(c0);
                const std::int64_t length = lengths.empty() ? time : lengths[static_cast<std::size_t>(n)];
                const bool backwards = d == 1 || kind.direction == RecurrentDirection::Reverse;
                for (std::int64_t k = 0; k < length; ++k) {
                    const std::int64_t t = backwards ? length - 1 - k : k;
                    const std::int64_t at = (kind.batchFirst ? n * time + t : t * batch + n) * in;
                    h = next(d, {x.begin() + at, x.begin() + at + in}, h, c);
                    std::copy(h.begin(), h.end(), y.begin() + static_cast<std::ptrdiff_t>(yAt(t, d, n)));
                }
                std::copy(h.begin(), h.end(), yh.begin() + state);
                std::copy(c.begin(), c.end(), yc.begin() + state);
            }
        }
        return {y, yh, yc};
    }
};

Sample sample(Recurrent kind, bool optional, unsigned seed)
{
    std::mt19937 random(seed);
    std::uniform_real_distribution<float> value(-1, 1);
    Sample made;
    kind.hiddenSize = 6;
    made.kind = std::move(kind);
    const auto fill = [&](std::vector<float> &values, std::int64_t count) {
        values.resize(static_cast<std::size_t>(count));
        for (float &v : values) {
            v = value(random);
        }
    };
    const std::int64_t d = made.directions();
    fill(made.x, made.time * made.batch * made.in);
    fill(made.w, d * made.gates() * made.hidden() * made.in);
    fill(made.r, d * made.gates() * made.hidden() * made.hidden());
    if (optional) {
        fill(made.b, d * 2 * made.gates() * made.hidden());
        fill(made.h0, d * made.batch * made.hidden());
        made.lengths = {5, 0, 3};
        if (made.kind.cell == RecurrentCell::Lstm) {
            fill(made.c0, d * made.batch * made.hidden());
            fill(made.p, d * 3 * made.hidden());
        }
    }
    return made;
}

/// The sample as a graph; weights are constants or inputs.
Graph graphOf(const Sample &s, bool constantWeights)
{
    GraphBuilder builder;
    Operator op{"cell", s.kind, {}, {}};
    std::vector<TensorId> inputs;
    const auto add = [&](const char *name, const auto &values, const Shape &shape, ElementType type, bool constant) {
        if (values.empty()) {
            op.inputs.push_back(TensorId::none());
            return;
        }
        Tensor tensor;
        tensor.name = name;
        tensor.type = type;
        tensor.shape = shape;
        if (constant) {
            tensor.data = Bytes::of(values);
        }
        op.inputs.push_back(builder.addTensor(tensor));
        if (!constant) {
            inputs.push_back(op.inputs.back());
        }
    };
    const ElementType real = ElementType::Float32;
    const std::int64_t d = s.directions();
    const std::int64_t width = s.gates() * s.hidden();
    const bool first = s.kind.batchFirst;
    const Shape state = first ? Shape{s.batch, d, s.hidden()} : Shape{d, s.batch, s.hidden()};
    add("x", s.x, first ? Shape{s.batch, s.time, s.in} : Shape{s.time, s.batch, s.in}, real, false);
    add("w", s.w, {d, width, s.in}, real, constantWeights);
    add("r", s.r, {d, width, s.hidden()}, real, constantWeights);
    add("b", s.b, {d, 2 * width}, real, constantWeights);
    add("lengths", s.lengths, {s.batch}, ElementType::Int32, true);
    add("h0", s.h0, state, real, true);
    add("c0", s.c0, state, real, true);
    add("p", s.p, {d, 3 * s.hidden()}, real, true);
    const std::size_t outputs = s.kind.cell == RecurrentCell::Lstm ? 3 : 2;
    for (std::size_t i = 0; i < outputs; ++i) {
        Tensor tensor;
        tensor.name = "y" + std::to_string(i);
        op.outputs.push_back(builder.addTensor(tensor));
    }
    while (!op.inputs.back().valid()) {
        op.inputs.pop_back();
    }
    const auto shapes = inferShapes(op, [&](TensorId id) -> const Tensor & { return builder.tensor(id); });
    for (std::size_t i = 0; i < outputs; ++i) {
        builder.tensor(op.outputs[i]).shape = shapes[i];
    }
    builder.setInputs(inputs);
    builder.setOutputs(op.outputs);
    builder.addOperator(op);
    return builder.build();
}

std::vector<TensorValue> inputsOf(const Sample &s, bool constantWeights)
{
    std::vector<TensorValue> inputs = {bytesOf(s.x)};
    for (const auto *values : {&s.w, &s.r, &s.b}) {
        if (!constantWeights && !values->empty()) {
            inputs.push_back(bytesOf(*values));
        }
    }
    return inputs;
}

} // namespace

class RecurrentCellsTest : public QObject {
    Q_OBJECT
private slots:
    void givesWhatTheFormulasGive_data()
    {
        QTest::addColumn<int>("cell");
        QTest::addColumn<int>("direction");
        QTest::addColumn<int>("variant");
        for (int cell = 0; cell < 3; ++cell) {
            for (int direction = 0; direction < 3; ++direction) {
                for (int variant = 0; variant < 4; ++variant) {
                    QTest::addRow("cell %d, direction %d, variant %d", cell, direction, variant)
                        << cell << direction << variant;
                }
            }
        }
    }
    void givesWhatTheFormulasGive()
    {
        QFETCH(int, cell);
        QFETCH(int, direction);
        QFETCH(int, variant);
        Recurrent kind;
        kind.cell = static_cast<RecurrentCell>(cell);
        kind.direction = static_cast<RecurrentDirection>(direction);
        kind.batchFirst = variant == 2;
        kind.clip = variant == 3 ? 0.6F : 0;
        kind.linearBeforeReset = kind.cell == RecurrentCell::Gru && variant % 2 == 1;
        kind.coupledInputForget = kind.cell == RecurrentCell::Lstm && variant % 2 == 1;
        std::vector<RecurrentActivation> each
            = {{Function::Sigmoid, 0, 0}, {Function::Tanh, 0, 0}, {Function::ScaledTanh, 1.5F, 0.5F}};
        if (variant == 1) {
            each = {{Function::HardSigmoid, 0.2F, 0.5F}, {Function::Relu, 0, 0}, {Function::Tanh, 0, 0}};
        }
        each.resize(kind.cell == RecurrentCell::Lstm ? 3 : kind.cell == RecurrentCell::Gru ? 2 : 1);
        for (int d = 0; d < (direction == 2 ? 2 : 1); ++d) {
            kind.activations.insert(kind.activations.end(), each.begin(), each.end());
        }
        const Sample s = sample(kind, variant != 0, static_cast<unsigned>(cell * 100 + direction * 10 + variant));
        const auto expected = s.expected();
        for (const bool constantWeights : {true, false}) {
            const Graph graph = graphOf(s, constantWeights);
            for (const Graph &model : {graph, readOnnx(writeOnnx(graph), "written.onnx")}) {
                QCOMPARE(describe(model.operators()[0].kind).size(), describe(graph.operators()[0].kind).size());
                QVERIFY(model.operators()[0].kind == graph.operators()[0].kind);
                Executor executor(model);
                const auto outputs = executor.run(inputsOf(s, constantWeights));
                for (std::size_t i = 0; i < outputs.size(); ++i) {
                    QVERIFY2(near(valuesOf<float>(outputs[i]), expected[i], 2e-6F), qPrintable(QString::number(i)));
                }
            }
        }
    }

    void refusesParametersOfAnotherShape()
    {
        Recurrent kind;
        kind.activations = {{Function::Sigmoid, 0, 0}, {Function::Tanh, 0, 0}, {Function::Tanh, 0, 0}};
        Sample s = sample(kind, true, 1);
        s.kind.hiddenSize = 5;
        // The graph's own shapes follow the hidden size; the weights' data do not.
        s.r.resize(static_cast<std::size_t>(4 * 5 * 5));
        s.w.resize(static_cast<std::size_t>(4 * 5 * 4));
        s.b.resize(static_cast<std::size_t>(2 * 4 * 5));
        s.h0.resize(15);
        s.c0.resize(15);
        s.p.resize(15);
        GraphBuilder builder(graphOf(s, true));
        Operator &op = builder.op(OperatorId(0));
        Recurrent wider = *op.as<Recurrent>();
        wider.hiddenSize = 6;
        op.kind = wider;
        const Graph graph = builder.build();
        QVERIFY(QString::fromStdString(whyNotExecutable(graph, OperatorId(0))).startsWith("input 1 is float32"));
    }
};

TINSMITH_TEST(RecurrentCellsTest)

} // namespace tinsmith::test

#include "recurrent_cells_test.moc"
