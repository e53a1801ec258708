// SPDX-License-Identifier: Apache-2.0
#include "core/execute/recurrent_cells.h"

#include <algorithm>
#include <cmath>
#include <memory>

namespace tinsmith {
namespace {

enum Input : std::size_t { X, W, R, B, SequenceLengths, InitialH, InitialC, P };

struct Geometry {
    std::int64_t time = 0;
    std::int64_t batch = 0;
    std::int64_t in = 0;
    std::int64_t hidden = 0;
    std::int64_t gates = 0;
    std::int64_t directions = 0;
    bool batchFirst = false;

    std::int64_t width() const { return gates * hidden; }
    std::int64_t xAt(std::int64_t t, std::int64_t b) const { return (batchFirst ? b * time + t : t * batch + b) * in; }
    std::int64_t yAt(std::int64_t t, std::int64_t d, std::int64_t b) const
    {
        return (batchFirst ? (b * time + t) * directions + d : (t * directions + d) * batch + b) * hidden;
    }
    std::int64_t stateAt(std::int64_t d, std::int64_t b) const
    {
        return (batchFirst ? b * directions + d : d * batch + b) * hidden;
    }
};

float activated(const RecurrentActivation &activation, float x)
{
    using Function = RecurrentActivation::Function;
    const float alpha = activation.alpha;
    const float beta = activation.beta;
    switch (activation.function) {
    case Function::Relu:
        return std::max(0.0F, x);
    case Function::Tanh:
        return std::tanh(x);
    case Function::Sigmoid:
        return 1 / (1 + std::exp(-x));
    case Function::Affine:
        return alpha * x + beta;
    case Function::LeakyRelu:
        return x < 0 ? alpha * x : x;
    case Function::ThresholdedRelu:
        return x > alpha ? x : 0;
    case Function::ScaledTanh:
        return alpha * std::tanh(beta * x);
    case Function::HardSigmoid:
        return std::clamp(alpha * x + beta, 0.0F, 1.0F);
    case Function::Elu:
        return x < 0 ? alpha * std::expm1(x) : x;
    case Function::Softsign:
        return x / (1 + std::abs(x));
    case Function::Softplus:
        return std::max(x, 0.0F) + std::log1p(std::exp(-std::abs(x)));
    }
    return x;
}

/// Activates `count` values in place, clipped first where `clip` is not 0.
void activate(const RecurrentActivation &activation, float clip, float *values, std::int64_t count)
{
    for (std::int64_t i = 0; i < count; ++i) {
        const float x = clip > 0 ? std::clamp(values[i], -clip, clip) : values[i];
        values[i] = activated(activation, x);
    }
}

/// [rows, columns] to [columns, rows], so that products run along the outputs.
void transposed(const float *from, std::int64_t rows, std::int64_t columns, float *to)
{
    for (std::int64_t row = 0; row < rows; ++row) {
        for (std::int64_t column = 0; column < columns; ++column) {
            to[column * rows + row] = from[row * columns + column];
        }
    }
}

/// out[0..count) += x[0..depth) times the matrix's columns first..first + count.
void accumulate(const float *x, std::int64_t depth, const float *matrix, std::int64_t width, std::int64_t first,
    std::int64_t count, float *out)
{
    for (std::int64_t k = 0; k < depth; ++k) {
        const float factor = x[k];
        const float *row = matrix + k * width + first;
        for (std::int64_t i = 0; i < count; ++i) {
            out[i] += factor * row[i];
        }
    }
}

/// One direction's parameters, weights transposed to [in, gates * hidden] and [hidden, gates * hidden].
struct Direction {
    const float *w = nullptr;
    const float *r = nullptr;
    /// [2 * gates * hidden], those of the input first; nullptr for zeros.
    const float *bias = nullptr;
    /// LSTM's [3 * hidden] in the order input, output, forget; nullptr for zeros.
    const float *peephole = nullptr;
    const RecurrentActivation *activations = nullptr;
};

/// What one step works with: the state, and room for the gates and a product.
struct Cell {
    float *h = nullptr;
    float *c = nullptr;
    float *gates = nullptr;
    float *product = nullptr;
};

void stepRnn(const Recurrent &kind, const Geometry &g, const Direction &d, const Cell &cell)
{
    accumulate(cell.h, g.hidden, d.r, g.width(), 0, g.hidden, cell.gates);
    activate(d.activations[0], kind.clip, cell.gates, g.hidden);
    std::copy_n(cell.gates, g.hidden, cell.h);
}

/// Gates update, reset, hidden.
void stepGru(const Recurrent &kind, const Geometry &g, const Direction &d, const Cell &cell)
{
    const std::int64_t n = g.hidden;
    float *update = cell.gates;
    float *reset = cell.gates + n;
    float *fresh = cell.gates + 2 * n;
    accumulate(cell.h, n, d.r, g.width(), 0, 2 * n, cell.gates);
    activate(d.activations[0], kind.clip, cell.gates, 2 * n);
    if (kind.linearBeforeReset) {
        const float *bias = d.bias == nullptr ? nullptr : d.bias + g.width() + 2 * n;
        for (std::int64_t i = 0; i < n; ++i) {
            cell.product[i] = bias == nullptr ? 0 : bias[i];
        }
        accumulate(cell.h, n, d.r, g.width(), 2 * n, n, cell.product);
        for (std::int64_t i = 0; i < n; ++i) {
            fresh[i] += reset[i] * cell.product[i];
        }
    } else {
        for (std::int64_t i = 0; i < n; ++i) {
            cell.product[i] = reset[i] * cell.h[i];
        }
        accumulate(cell.product, n, d.r, g.width(), 2 * n, n, fresh);
    }
    activate(d.activations[1], kind.clip, fresh, n);
    for (std::int64_t i = 0; i < n; ++i) {
        cell.h[i] = (1 - update[i]) * fresh[i] + update[i] * cell.h[i];
    }
}

/// Gates input, output, forget, cell.
void stepLstm(const Recurrent &kind, const Geometry &g, const Direction &d, const Cell &cell)
{
    const std::int64_t n = g.hidden;
    float *input = cell.gates;
    float *output = cell.gates + n;
    float *forget = cell.gates + 2 * n;
    float *fresh = cell.gates + 3 * n;
    accumulate(cell.h, n, d.r, g.width(), 0, g.width(), cell.gates);
    for (std::int64_t i = 0; i < n && d.peephole != nullptr; ++i) {
        input[i] += d.peephole[i] * cell.c[i];
        forget[i] += d.peephole[2 * n + i] * cell.c[i];
    }
    activate(d.activations[0], kind.clip, input, n);
    activate(d.activations[0], kind.clip, forget, n);
    activate(d.activations[1], kind.clip, fresh, n);
    for (std::int64_t i = 0; i < n; ++i) {
        const float keep = kind.coupledInputForget ? 1 - input[i] : forget[i];
        cell.c[i] = keep * cell.c[i] + input[i] * fresh[i];
    }
    for (std::int64_t i = 0; i < n && d.peephole != nullptr; ++i) {
        output[i] += d.peephole[n + i] * cell.c[i];
    }
    activate(d.activations[0], kind.clip, output, n);
    std::copy_n(cell.c, n, cell.h);
    activate(d.activations[2], 0, cell.h, n);
    for (std::int64_t i = 0; i < n; ++i) {
        cell.h[i] *= output[i];
    }
}

void step(const Recurrent &kind, const Geometry &g, const Direction &d, const float *x, const Cell &cell)
{
    std::fill_n(cell.gates, g.width(), 0.0F);
    if (d.bias != nullptr) {
        // GRU's recurrent bias of the hidden gate stands inside of the reset where the product does.
        const std::int64_t summed
            = kind.linearBeforeReset && kind.cell == RecurrentCell::Gru ? 2 * g.hidden : g.width();
        for (std::int64_t i = 0; i < g.width(); ++i) {
            cell.gates[i] = d.bias[i] + (i < summed ? d.bias[g.width() + i] : 0);
        }
    }
    accumulate(x, g.in, d.w, g.width(), 0, g.width(), cell.gates);
    switch (kind.cell) {
    case RecurrentCell::Rnn:
        return stepRnn(kind, g, d, cell);
    case RecurrentCell::Gru:
        return stepGru(kind, g, d, cell);
    case RecurrentCell::Lstm:
        return stepLstm(kind, g, d, cell);
    }
}

Geometry geometryOf(const Preparation &preparation, const Recurrent &kind)
{
    const Shape &x = preparation.input(X).shape;
    preparation.require(x.rank() == 3, "its input does not have three dimensions");
    Geometry g;
    g.batchFirst = kind.batchFirst;
    g.time = x[kind.batchFirst ? 1 : 0];
    g.batch = x[kind.batchFirst ? 0 : 1];
    g.in = x[2];
    g.hidden = kind.hiddenSize;
    g.gates = kind.cell == RecurrentCell::Lstm ? 4 : kind.cell == RecurrentCell::Gru ? 3 : 1;
    g.directions = kind.direction == RecurrentDirection::Bidirectional ? 2 : 1;
    preparation.require(g.hidden > 0 && g.hidden < (std::int64_t{1} << 24), "its hidden size is out of range");
    return g;
}

void checkInput(const Preparation &preparation, std::size_t position, const Shape &shape, ElementType type)
{
    if (preparation.hasInput(position)) {
        const Tensor &tensor = preparation.input(position);
        if (tensor.type != type || !(tensor.shape == shape)) {
            preparation.refuse("input " + std::to_string(position) + " is " + std::string(nameOf(tensor.type)) + " "
                + tensor.shape.text() + ", not " + std::string(nameOf(type)) + " " + shape.text());
        }
    }
}

void checkOperator(const Preparation &preparation, const Recurrent &kind, const Geometry &g)
{
    const bool lstm = kind.cell == RecurrentCell::Lstm;
    const std::size_t each = lstm ? 3 : kind.cell == RecurrentCell::Gru ? 2 : 1;
    preparation.require(kind.activations.size() == each * static_cast<std::size_t>(g.directions),
        "it does not have one activation per gate function");
    preparation.require(preparation.hasInput(W) && preparation.hasInput(R), "its weights are left out");
    const Shape state = g.batchFirst ? Shape{g.batch, g.directions, g.hidden} : Shape{g.directions, g.batch, g.hidden};
    const ElementType real = ElementType::Float32;
    checkInput(preparation, X, preparation.input(X).shape, real);
    checkInput(preparation, W, Shape{g.directions, g.width(), g.in}, real);
    checkInput(preparation, R, Shape{g.directions, g.width(), g.hidden}, real);
    checkInput(preparation, B, Shape{g.directions, 2 * g.width()}, real);
    checkInput(preparation, SequenceLengths, Shape{g.batch}, ElementType::Int32);
    checkInput(preparation, InitialH, state, real);
    checkInput(preparation, InitialC, state, real);
    checkInput(preparation, P, Shape{g.directions, 3 * g.hidden}, real);
    preparation.require(preparation.op().outputs.size() <= (lstm ? 3 : 2), "it has too many outputs");
    const Shape all = g.batchFirst ? Shape{g.batch, g.time, g.directions, g.hidden}
                                   : Shape{g.time, g.directions, g.batch, g.hidden};
    for (std::size_t position = 0; position < preparation.op().outputs.size(); ++position) {
        if (preparation.op().outputs[position].valid()) {
            const Tensor &output = preparation.output(position);
            preparation.require(
                output.type == real && output.shape == (position == 0 ? all : state), "an output is of another shape");
        }
    }
}

/// Weights transposed once where they are constant, else before every run.
struct Weights {
    std::shared_ptr<const std::vector<float>> constant;
    std::size_t scratch = 0;
};

void transposeAll(const float *from, std::int64_t directions, std::int64_t rows, std::int64_t columns, float *to)
{
    for (std::int64_t d = 0; d < directions; ++d) {
        transposed(from + d * rows * columns, rows, columns, to + d * rows * columns);
    }
}

Weights weightsOf(Preparation &preparation, std::size_t position, const Geometry &g, std::int64_t depth)
{
    Weights weights;
    const Bytes *values = preparation.constant(position);
    const std::int64_t count = g.directions * g.width() * depth;
    if (values == nullptr) {
        weights.scratch = preparation.reserve(count * 4);
    } else if (!preparation.checkOnly()) {
        std::vector<float> made(static_cast<std::size_t>(count));
        transposeAll(reinterpret_cast<const float *>(values->data()), g.directions, g.width(), depth, made.data());
        weights.constant = std::make_shared<const std::vector<float>>(std::move(made));
    }
    return weights;
}

class Run {
public:
    Run(const Recurrent &kind, const Geometry &g, const Arguments &arguments)
        : kind_(kind), g_(g), arguments_(arguments)
    {
    }

    const float *weights(const Weights &weights, std::size_t position, std::int64_t depth) const
    {
        if (weights.constant) {
            return weights.constant->data();
        }
        auto *made = arguments_.scratchAt<float>(weights.scratch);
        transposeAll(arguments_.in<float>(position), g_.directions, g_.width(), depth, made);
        return made;
    }

    void direction(std::int64_t d, const Direction &parameters, const Cell &cell) const
    {
        const bool backwards = kind_.direction == RecurrentDirection::Reverse || d == 1;
        for (std::int64_t b = 0; b < g_.batch; ++b) {
            sequence(d, b, backwards, parameters, cell);
        }
    }

private:
    float *out(std::size_t position) const
    {
        return position < arguments_.outputs.size() ? arguments_.out<float>(position) : nullptr;
    }
    void start(std::size_t position, std::int64_t at, float *state) const
    {
        const auto *initial = arguments_.in<float>(position);
        initial == nullptr ? std::fill_n(state, g_.hidden, 0.0F) : std::copy_n(initial + at, g_.hidden, state);
    }
    void keep(std::size_t position, std::int64_t at, const float *state) const
    {
        if (out(position) != nullptr) {
            std::copy_n(state, g_.hidden, out(position) + at);
        }
    }

    void sequence(std::int64_t d, std::int64_t b, bool backwards, const Direction &parameters, const Cell &cell) const
    {
        const auto *lengths = arguments_.in<std::int32_t>(SequenceLengths);
        const std::int64_t length = lengths == nullptr ? g_.time : std::clamp<std::int64_t>(lengths[b], 0, g_.time);
        start(InitialH, g_.stateAt(d, b), cell.h);
        start(InitialC, g_.stateAt(d, b), cell.c);
        for (std::int64_t done = 0; done < length; ++done) {
            const std::int64_t t = backwards ? length - 1 - done : done;
            step(kind_, g_, parameters, arguments_.in<float>(X) + g_.xAt(t, b), cell);
            keep(0, g_.yAt(t, d, b), cell.h);
        }
        for (std::int64_t t = length; t < g_.time && out(0) != nullptr; ++t) {
            std::fill_n(out(0) + g_.yAt(t, d, b), g_.hidden, 0.0F);
        }
        keep(1, g_.stateAt(d, b), cell.h);
        keep(2, g_.stateAt(d, b), cell.c);
    }

    const Recurrent &kind_;
    const Geometry &g_;
    const Arguments &arguments_;
};

} // namespace

Kernel prepare(Preparation &preparation, const Recurrent &recurrent)
{
    const Geometry g = geometryOf(preparation, recurrent);
    checkOperator(preparation, recurrent, g);
    const Weights w = weightsOf(preparation, W, g, g.in);
    const Weights r = weightsOf(preparation, R, g, g.hidden);
    const std::size_t working = preparation.reserve((g.width() + 3 * g.hidden) * 4);
    return [=, kind = recurrent](const Arguments &arguments) {
        const Run run(kind, g, arguments);
        Cell cell;
        cell.h = arguments.scratchAt<float>(working);
        cell.c = cell.h + g.hidden;
        cell.product = cell.c + g.hidden;
        cell.gates = cell.product + g.hidden;
        const float *allW = run.weights(w, W, g.in);
        const float *allR = run.weights(r, R, g.hidden);
        const auto *bias = arguments.in<float>(B);
        const auto *peephole = kind.cell == RecurrentCell::Lstm ? arguments.in<float>(P) : nullptr;
        const std::size_t each = kind.activations.size() / static_cast<std::size_t>(g.directions);
        for (std::int64_t d = 0; d < g.directions; ++d) {
            Direction direction;
            direction.w = allW + d * g.width() * g.in;
            direction.r = allR + d * g.width() * g.hidden;
            direction.bias = bias == nullptr ? nullptr : bias + d * 2 * g.width();
            direction.peephole = peephole == nullptr ? nullptr : peephole + d * 3 * g.hidden;
            direction.activations = kind.activations.data() + static_cast<std::size_t>(d) * each;
            run.direction(d, direction, cell);
        }
    };
}

} // namespace tinsmith
