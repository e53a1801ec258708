// SPDX-License-Identifier: Apache-2.0
#include "core/quantize/scale_limits.h"

#include "core/graph/folding.h"
#include "core/quantize/int8_forms.h"

#include <algorithm>
#include <cmath>

namespace tinsmith {
namespace {

/// What the largest magnitude before the last factor may come to, in steps of the output. 2^31 would be reached; an
/// output of 255 steps needs no more than this.
constexpr double mostSteps = 1 << 28;
constexpr double codes = 255;

double largestOf(const std::vector<float> &values)
{
    double largest = 0;
    for (const float value : values) {
        largest = std::max(largest, std::fabs(static_cast<double>(value)));
    }
    return largest;
}

std::vector<float> floatsOf(const GraphBuilder &builder, TensorId id)
{
    const bool known = id.valid() && builder.tensor(id).data && builder.tensor(id).type == ElementType::Float32;
    return known ? builder.tensor(id).data->copyAs<float>() : std::vector<float>();
}

/// The largest sum that a layer can form, as a real number.
double largestSum(const GraphBuilder &builder, const Operator &op, double inputScale)
{
    const std::vector<float> weights = floatsOf(builder, op.input(1));
    const auto place = channelPlace(op, builder.tensor(op.input(1)).shape);
    if (!place || place->channels < 1) {
        return 0;
    }
    std::vector<double> sums(static_cast<std::size_t>(place->channels));
    for (std::size_t i = 0; i < weights.size(); ++i) {
        sums[place->channelOf(i)] += std::fabs(static_cast<double>(weights[i]));
    }
    const double largest = *std::max_element(sums.begin(), sums.end());
    return largest * codes * inputScale + largestOf(floatsOf(builder, op.input(2)));
}

double largestProductSum(const GraphBuilder &builder, const Operator &op, double a, double b)
{
    const Shape &shape = builder.tensor(op.input(0)).shape;
    const bool transposed = op.as<MatMul>()->transposeA;
    const std::int64_t depth = shape.rank() == 0 ? 1
        : transposed && shape.rank() > 1         ? shape[shape.rank() - 2]
                                                 : shape.dims.back();
    return static_cast<double>(std::max<std::int64_t>(depth, 1)) * codes * codes * a * b;
}

/// How many elements each sum of a reduction has.
double elementsReduced(const GraphBuilder &builder, const Operator &op)
{
    const auto before = builder.tensor(op.input(0)).shape.elements().value_or(1);
    const auto after = builder.tensor(op.outputs[0]).shape.elements().value_or(1);
    return static_cast<double>(before) / static_cast<double>(std::max<std::int64_t>(after, 1));
}

} // namespace

float leastOutputScale(const GraphBuilder &builder, const Operator &op, const ScaleOf &scaleOf)
{
    const auto scale = [&](std::size_t position) {
        return op.input(position).valid() ? static_cast<double>(scaleOf(op.input(position))) : 0.0;
    };
    const double first = scale(0);
    double least = 0;
    if (hasWeights(op)) {
        least = largestSum(builder, op, first) / mostSteps;
    } else if (op.is<MatMul>()) {
        least = largestProductSum(builder, op, first, scale(1)) / mostSteps;
    } else if (const auto *binary = op.as<Binary>()) {
        if (binary->function == BinaryFunction::Add || binary->function == BinaryFunction::Sub) {
            // 2 * largest / (2^20 * output) below 1, with a factor of 2 to spare.
            constexpr double fixedPoint = 1 << 18;
            least = std::max(first, scale(1)) / fixedPoint;
        } else if (binary->function == BinaryFunction::Mul) {
            least = codes * codes * first * scale(1) / mostSteps;
        }
    } else if (op.is<PRelu>()) {
        least = codes * first * std::max(1.0, codes * scale(1)) / mostSteps;
    } else if (const auto *reduce = op.as<Reduce>()) {
        const double elements = reduce->function == ReduceFunction::Sum ? elementsReduced(builder, op) : 1;
        least = sharesScale(op) ? 0 : codes * first * elements / mostSteps;
    } else if (const auto *activation = op.as<Activation>()) {
        if (activation->function == ActivationFunction::HardSwish) {
            // Just below 1/128 would do; floats are not exact.
            least = first / 127;
        } else {
            const double slope = std::max(1.0, std::fabs(static_cast<double>(activation->alpha)));
            least = codes * first * slope / mostSteps;
        }
    } else if (op.is<Unary>()) {
        least = codes * first / mostSteps;
    }
    return static_cast<float>(std::min(least, 1e30));
}

namespace {

/// The operand times `factor`, which is a power of two.
TensorId scaled(GraphBuilder &builder, TensorId id, float factor, Ranges &ranges)
{
    const Tensor tensor = builder.tensor(id);
    if (tensor.data) {
        auto values = tensor.data->copyAs<float>();
        for (float &value : values) {
            value *= factor;
        }
        return builder.addConstant(
            builder.uniqueTensorName(tensor.name + "/scaled"), ElementType::Float32, tensor.shape, Bytes::of(values));
    }
    Tensor result = tensor;
    result.name = builder.uniqueTensorName(tensor.name + "/scaled");
    const TensorId output = builder.addTensor(result);
    const TensorId constant = builder.addConstant(builder.uniqueTensorName(tensor.name + "/factor"),
        ElementType::Float32, {1}, Bytes::of(std::vector<float>{factor}));
    builder.addOperator(
        {builder.uniqueOperatorName(result.name), Binary{BinaryFunction::Mul, {}}, {id, constant}, {output}});
    const Range range = ranges[id.position()];
    ranges.resize(builder.tensorCount());
    ranges[output.position()] = {range.min * factor, range.max * factor};
    return output;
}

bool compares(BinaryFunction function)
{
    switch (function) {
    case BinaryFunction::Equal:
    case BinaryFunction::NotEqual:
    case BinaryFunction::Less:
    case BinaryFunction::LessEqual:
    case BinaryFunction::Greater:
    case BinaryFunction::GreaterEqual:
        return true;
    default:
        return false;
    }
}

} // namespace

void scaleComparisons(GraphBuilder &builder, Ranges &ranges)
{
    const std::size_t operators = builder.operatorCount();
    for (std::size_t i = 0; i < operators; ++i) {
        const OperatorId id(i);
        const auto *binary = builder.removed(id) ? nullptr : builder.op(id).as<Binary>();
        if (binary == nullptr || !compares(binary->function) || builder.op(id).inputs.size() != 2) {
            continue;
        }
        double width = 0;
        bool floats = true;
        for (const TensorId operand : builder.op(id).inputs) {
            floats = floats && operand.valid() && builder.tensor(operand).type == ElementType::Float32;
            if (!floats) {
                break;
            }
            Range range = ranges[operand.position()];
            for (const float value : floatsOf(builder, operand)) {
                range = {std::min({range.min, value, 0.0F}), std::max({range.max, value, 0.0F})};
            }
            const double low = std::min(static_cast<double>(range.min), 0.0);
            const double high = std::max(static_cast<double>(range.max), 0.0);
            width = std::max(width, range.min > range.max ? 0 : high - low);
        }
        const double scale = width / codes;
        constexpr double finest = 1.0 / 256;
        if (!floats || !std::isfinite(scale) || scale <= 0 || (scale >= finest && scale < 1)) {
            continue;
        }
        // To a quarter at least, below a half.
        int exponent = 0;
        std::frexp(scale, &exponent);
        const auto factor = static_cast<float>(std::ldexp(1.0, std::clamp(-exponent - 1, -100, 100)));
        for (const std::size_t position : {std::size_t{0}, std::size_t{1}}) {
            const TensorId operand = builder.op(id).inputs[position];
            const TensorId other = scaled(builder, operand, factor, ranges);
            builder.op(id).inputs[position] = other;
        }
    }
    ranges.resize(builder.tensorCount());
}

} // namespace tinsmith
