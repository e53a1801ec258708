// SPDX-License-Identifier: Apache-2.0
#include "tests/core/random_graphs/error_bound.h"

#include "core/execute/compare.h"
#include "core/execute/scalar_functions.h"
#include "core/graph/geometry.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tinsmith::test {
namespace {

constexpr double unbounded = std::numeric_limits<double>::infinity();

/// An input's error, and the interval of its values.
struct Operand {
    double error = 0;
    double low = 0;
    double high = 0;
    double largest() const { return std::max(std::fabs(low), std::fabs(high)) + error; }
};

class Bounds {
public:
    Bounds(const Graph &graph, const Recording &recording) : graph_(graph), recording_(recording) { }

    Operand operand(TensorId id) const
    {
        const Tensor &tensor = graph_.tensor(id);
        Operand result;
        const auto value = recording_.activations.find(tensor.name);
        const std::vector<float> reals = tensor.constant() ? realsOf(tensor, tensor.data->view())
            : value != recording_.activations.end()        ? realsOf(tensor, value->second)
                                                           : std::vector<float>();
        if (!reals.empty()) {
            const auto [low, high] = std::minmax_element(reals.begin(), reals.end());
            result.low = static_cast<double>(*low);
            result.high = static_cast<double>(*high);
        }
        if (tensor.constant()) {
            result.error = tensor.quantization ? 0.5 * static_cast<double>(tensor.quantization->scale()) : 0;
        } else {
            const auto error = errors.find(tensor.name);
            result.error = error == errors.end() ? unbounded : error->second;
        }
        return result;
    }

    std::map<std::string, double> errors;

    double after(const Operator &op) const
    {
        return std::visit([&](const auto &kind) { return of(op, kind); }, op.kind);
    }

private:
    double largestError(const Operator &op) const
    {
        double error = 0;
        for (const TensorId id : op.inputs) {
            if (id.valid() && graph_.tensor(id).type != ElementType::Int32
                && graph_.tensor(id).type != ElementType::Int64) {
                error = std::max(error, operand(id).error);
            }
        }
        return error;
    }

    /// Sums of products with weights: `channels` along `axis` of the weights.
    double weighted(const Operator &op, std::size_t axis, bool overlapping) const
    {
        const Operand x = operand(op.inputs[0]);
        const Tensor &weights = graph_.tensor(op.inputs[1]);
        const std::vector<float> values = realsOf(weights, weights.data->view());
        std::size_t inner = 1;
        for (std::size_t d = axis + 1; d < weights.shape.rank(); ++d) {
            inner *= static_cast<std::size_t>(weights.shape[d]);
        }
        const auto channels = static_cast<std::size_t>(weights.shape[axis]);
        std::vector<double> gains(channels);
        std::vector<double> roundings(channels);
        for (std::size_t i = 0; i < values.size(); ++i) {
            const std::size_t channel = i / inner % channels;
            gains[channel] += std::fabs(static_cast<double>(values[i]));
            roundings[channel] += 0.5 * static_cast<double>(weights.quantization->scale(channel));
        }
        const double inputScale = static_cast<double>(graph_.tensor(op.inputs[0]).quantization->scale());
        double worst = 0;
        for (std::size_t c = 0; c < channels; ++c) {
            const double scale = static_cast<double>(weights.quantization->scale(c));
            worst = std::max(
                worst, gains[c] * x.error + roundings[c] * x.largest() + (overlapping ? 2 : 1) * inputScale * scale);
        }
        return worst;
    }

    template <typename Function>
    double modulus(const Operator &op, const Function &function) const
    {
        const Operand x = operand(op.inputs[0]);
        if (!std::isfinite(x.error)) {
            return unbounded;
        }
        // Every stored value has a neighbourhood of the error's size; nine points of each are looked at.
        const Tensor &tensor = graph_.tensor(op.inputs[0]);
        std::vector<float> values = realsOf(tensor, recording_.activations.at(tensor.name));
        std::sort(values.begin(), values.end());
        values.erase(std::unique(values.begin(), values.end()), values.end());
        double worst = 0;
        for (const float value : values) {
            const double at = function(static_cast<double>(value));
            for (int i = -4; i <= 4; ++i) {
                const double near = function(static_cast<double>(value) + x.error * i / 4);
                if (!std::isfinite(near) || !std::isfinite(at)) {
                    return unbounded;
                }
                worst = std::max(worst, std::fabs(near - at));
            }
        }
        return worst * 1.05;
    }

    double of(const Operator &op, const Conv2D &) const { return weighted(op, 0, false); }
    double of(const Operator &op, const DepthwiseConv2D &) const { return weighted(op, 3, false); }
    double of(const Operator &op, const TransposeConv2D &) const { return weighted(op, 0, true); }
    double of(const Operator &op, const FullyConnected &) const { return weighted(op, 0, false); }
    double of(const Operator &op, const MatMul &kind) const
    {
        const Operand a = operand(op.inputs[0]);
        const Operand b = operand(op.inputs[1]);
        const Shape &shape = graph_.tensor(op.inputs[0]).shape;
        const std::size_t rank = shape.rank();
        const auto terms = static_cast<double>(kind.transposeA && rank > 1 ? shape[rank - 2] : shape[rank - 1]);
        return terms * (a.largest() * b.error + b.largest() * a.error);
    }
    double of(const Operator &op, const Binary &kind) const
    {
        const Operand a = operand(op.inputs[0]);
        const Operand b = operand(op.inputs[1]);
        switch (kind.function) {
        case BinaryFunction::Add:
        case BinaryFunction::Sub:
            return a.error + b.error;
        case BinaryFunction::Mul:
            return a.largest() * b.error + b.largest() * a.error;
        case BinaryFunction::Minimum:
        case BinaryFunction::Maximum:
            return std::max(a.error, b.error);
        default:
            return unbounded;
        }
    }
    double of(const Operator &op, const Unary &kind) const
    {
        return modulus(op, [&](double x) { return applyUnary(kind.function, static_cast<float>(x)); });
    }
    double of(const Operator &op, const Activation &kind) const
    {
        return modulus(op, [&](double x) { return applyActivation(kind, static_cast<float>(x)); });
    }
    double of(const Operator &op, const PRelu &) const
    {
        const Operand x = operand(op.inputs[0]);
        const Operand alpha = operand(op.inputs[1]);
        return std::max(1.0, alpha.largest()) * x.error + x.largest() * alpha.error;
    }
    double of(const Operator &op, const Softmax &kind) const
    {
        return 0.5 * static_cast<double>(kind.beta) * operand(op.inputs[0]).error;
    }
    double of(const Operator &op, const Reduce &kind) const
    {
        const double error = operand(op.inputs[0]).error;
        const auto elements = static_cast<double>(graph_.tensor(op.inputs[0]).shape.elements().value());
        const auto results = static_cast<double>(graph_.tensor(op.outputs[0]).shape.elements().value());
        return kind.function == ReduceFunction::Sum ? error * elements / results : error;
    }
    double of(const Operator &, const ArgExtreme &) const { return unbounded; }
    double of(const Operator &, const Cast &) const { return unbounded; }
    double of(const Operator &op, const Gather &) const
    {
        const bool computed = !graph_.tensor(op.inputs[1]).constant();
        return computed ? unbounded : operand(op.inputs[0]).error;
    }
    double of(const Operator &op, const Resize &kind) const
    {
        // Cubic weights are not all positive.
        return largestError(op) * (kind.mode == ResizeMode::Cubic ? 4 : 1);
    }
    /// Values that are moved, chosen or averaged.
    template <typename Other>
    double of(const Operator &op, const Other &) const
    {
        return largestError(op);
    }

    const Graph &graph_;
    const Recording &recording_;
};

} // namespace

double stepsAllowed(const Graph &int8, const Operator &op)
{
    constexpr double exact = 0.01;
    constexpr double rounded = 0.51;
    constexpr double twice = 1.02;
    // Half a step, and half of half a step where the factor is below a half (TFLite's double rounding).
    constexpr double requantized = 0.76;
    if (const auto *binary = op.as<Binary>()) {
        const bool chosen = binary->function == BinaryFunction::Minimum || binary->function == BinaryFunction::Maximum;
        return chosen ? exact : twice;
    }
    if (const auto *reduce = op.as<Reduce>()) {
        return reduce->function == ReduceFunction::Max || reduce->function == ReduceFunction::Min ? exact : twice;
    }
    if (const auto *pool = op.as<Pool2D>()) {
        return pool->function == PoolFunction::Max && pool->activation == FusedActivation::None ? exact : rounded;
    }
    if (const auto *resize = op.as<Resize>()) {
        const Shape &in = int8.tensor(op.inputs[0]).shape;
        // Along a dimension of 1 there is nothing to be off by.
        const std::int64_t positions = (in[1] > 1 ? resize->outputH : 0) + (in[2] > 1 ? resize->outputW : 0);
        const double coordinates = static_cast<double>(positions) * 255 / 2048;
        return resize->mode == ResizeMode::Nearest ? exact : twice + coordinates;
    }
    if (const auto *activation = op.as<Activation>()) {
        switch (activation->function) {
        case ActivationFunction::HardSwish:
            return 2;
        case ActivationFunction::Logistic:
        case ActivationFunction::Tanh:
        case ActivationFunction::LeakyRelu:
            return twice;
        case ActivationFunction::Relu:
        case ActivationFunction::Relu6:
        case ActivationFunction::ReluN1To1:
        case ActivationFunction::Relu0To1:
            return requantized;
        default:
            return rounded;
        }
    }
    if (const auto *unary = op.as<Unary>()) {
        // The reference cuts roots off where it rounds others.
        return unary->function == UnaryFunction::Abs || unary->function == UnaryFunction::Sqrt ? twice : rounded;
    }
    if (op.is<Pad>()) {
        return rounded;
    }
    const bool computed = op.is<Conv2D>() || op.is<DepthwiseConv2D>() || op.is<TransposeConv2D>()
        || op.is<FullyConnected>() || op.is<MatMul>() || op.is<PRelu>() || op.is<Softmax>() || op.is<Quantize>();
    return computed ? twice : exact;
}

std::map<std::string, double> errorBounds(const Graph &int8, const Recording &recording)
{
    Bounds bounds(int8, recording);
    for (const TensorId id : int8.inputs()) {
        const Tensor &tensor = int8.tensor(id);
        bounds.errors[tensor.name] = tensor.quantization ? 0.51 * static_cast<double>(tensor.quantization->scale()) : 0;
    }
    for (const Operator &op : int8.operators()) {
        const double made = bounds.after(op);
        for (const TensorId id : op.outputs) {
            const Tensor &tensor = int8.tensor(id);
            const double step = tensor.quantization ? static_cast<double>(tensor.quantization->scale()) : 0;
            bounds.errors[tensor.name] = made + stepsAllowed(int8, op) * step;
        }
    }
    return bounds.errors;
}

} // namespace tinsmith::test
