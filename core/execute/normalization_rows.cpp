// SPDX-License-Identifier: Apache-2.0
#include "core/execute/broadcast.h"
#include "core/execute/kernel.h"
#include "core/execute/rows.h"

#include <algorithm>
#include <cmath>

namespace tinsmith {
namespace {

void requireFloats(const Preparation &preparation)
{
    preparation.require(
        preparation.input(0).type == ElementType::Float32 && preparation.output().type == ElementType::Float32,
        "it runs in float32 only");
    preparation.require(
        elementsOf(preparation.input(0)) == elementsOf(preparation.output()), "input and output differ in size");
}

/// Mean and 1 / sqrt(variance + epsilon) of values `step` apart.
struct Moments {
    float mean = 0;
    float inverse = 1;
};

Moments momentsOf(const float *values, std::int64_t count, float epsilon)
{
    double sum = 0;
    for (std::int64_t i = 0; i < count; ++i) {
        sum += static_cast<double>(values[i]);
    }
    const double mean = sum / static_cast<double>(count);
    double squares = 0;
    for (std::int64_t i = 0; i < count; ++i) {
        const double distance = static_cast<double>(values[i]) - mean;
        squares += distance * distance;
    }
    const double variance = squares / static_cast<double>(count);
    return {static_cast<float>(mean), static_cast<float>(1.0 / std::sqrt(variance + static_cast<double>(epsilon)))};
}

/// The dimensions before `axis` as rows, those from it on as their elements.
struct Blocks {
    std::int64_t rows = 1;
    std::int64_t length = 1;
};

Blocks blocksOf(const Preparation &preparation, std::int64_t axis)
{
    const Shape &shape = preparation.input(0).shape;
    const std::size_t from = preparation.axis(axis, shape.rank());
    Blocks blocks;
    for (std::size_t i = 0; i < shape.rank(); ++i) {
        (i < from ? blocks.rows : blocks.length) *= shape[i];
    }
    return blocks;
}

/// A float parameter that is broadcast over the dimensions from `axis` on: its element for each position of a row.
std::vector<std::int64_t> parameterPositions(
    const Preparation &preparation, std::size_t input, std::int64_t axis, std::int64_t length)
{
    const Tensor &parameter = preparation.input(input);
    preparation.require(parameter.type == ElementType::Float32, "its scale and bias must be float32");
    const Shape &x = preparation.input(0).shape;
    Shape row;
    row.dims.assign(x.dims.begin() + static_cast<std::ptrdiff_t>(preparation.axis(axis, x.rank())), x.dims.end());
    Shape shape = parameter.shape;
    while (shape.rank() > row.rank() && shape[0] == 1) {
        shape.dims.erase(shape.dims.begin());
    }
    std::vector<std::int64_t> positions(static_cast<std::size_t>(length));
    Broadcast::to(preparation, row, shape).each([&](std::int64_t to, std::int64_t from) {
        positions[static_cast<std::size_t>(to)] = from;
    });
    return positions;
}

} // namespace

Kernel prepare(Preparation &preparation, const LayerNormalization &normalization)
{
    requireFloats(preparation);
    const Blocks blocks = blocksOf(preparation, normalization.axis);
    const auto scale = parameterPositions(preparation, 1, normalization.axis, blocks.length);
    const bool biased = preparation.hasInput(2);
    const auto bias = biased ? parameterPositions(preparation, 2, normalization.axis, blocks.length) : scale;
    for (std::size_t output = 1; output < preparation.op().outputs.size(); ++output) {
        if (preparation.op().outputs[output].valid()) {
            preparation.require(preparation.output(output).type == ElementType::Float32
                    && elementsOf(preparation.output(output)) == blocks.rows,
                "its outputs of means and deviations do not fit");
        }
    }
    return [=, epsilon = normalization.epsilon](const Arguments &arguments) {
        for (std::int64_t row = 0; row < blocks.rows; ++row) {
            const float *x = arguments.in<float>(0) + row * blocks.length;
            float *y = arguments.out<float>() + row * blocks.length;
            const Moments moments = momentsOf(x, blocks.length, epsilon);
            for (std::int64_t i = 0; i < blocks.length; ++i) {
                const auto at = static_cast<std::size_t>(i);
                const float scaled = (x[i] - moments.mean) * moments.inverse * arguments.in<float>(1)[scale[at]];
                y[i] = scaled + (biased ? arguments.in<float>(2)[bias[at]] : 0.0F);
            }
            const float statistics[] = {moments.mean, moments.inverse};
            for (std::size_t output = 1; output < arguments.outputs.size() && output < 3; ++output) {
                if (arguments.outputs[output] != nullptr) {
                    arguments.out<float>(output)[row] = statistics[output - 1];
                }
            }
        }
    };
}

Kernel prepare(Preparation &preparation, const RmsNormalization &normalization)
{
    requireFloats(preparation);
    const Blocks blocks = blocksOf(preparation, normalization.axis);
    const auto scale = parameterPositions(preparation, 1, normalization.axis, blocks.length);
    return [=, epsilon = normalization.epsilon](const Arguments &arguments) {
        for (std::int64_t row = 0; row < blocks.rows; ++row) {
            const float *x = arguments.in<float>(0) + row * blocks.length;
            double squares = 0;
            for (std::int64_t i = 0; i < blocks.length; ++i) {
                squares += static_cast<double>(x[i]) * static_cast<double>(x[i]);
            }
            const auto inverse = static_cast<float>(
                1.0 / std::sqrt(squares / static_cast<double>(blocks.length) + static_cast<double>(epsilon)));
            for (std::int64_t i = 0; i < blocks.length; ++i) {
                arguments.out<float>()[row * blocks.length + i]
                    = x[i] * inverse * arguments.in<float>(1)[scale[static_cast<std::size_t>(i)]];
            }
        }
    };
}

Kernel prepare(Preparation &preparation, const GroupNormalization &normalization)
{
    requireFloats(preparation);
    const Shape &shape = preparation.input(0).shape;
    preparation.require(shape.rank() >= 2, "its input has no channels");
    const std::int64_t channels = shape[1];
    const std::int64_t groups = normalization.groups == 0 ? channels : normalization.groups;
    preparation.require(groups > 0 && channels % groups == 0, "its groups do not divide its channels");
    const std::int64_t perGroup = channels / groups;
    const std::int64_t parameters = elementsOf(preparation.input(1));
    for (std::size_t input = 1; input < 3; ++input) {
        const Tensor &parameter = preparation.input(input);
        preparation.require(parameter.type == ElementType::Float32 && elementsOf(parameter) == parameters
                && (parameters == channels || parameters == groups),
            "its scale and bias have neither one float per channel nor one per group");
    }
    const std::int64_t elements = elementsOf(preparation.input(0));
    preparation.require(elements > 0, "its input is empty");
    const std::int64_t pixels = elements / shape[0] / channels;
    return [=, epsilon = normalization.epsilon](const Arguments &arguments) {
        const std::int64_t length = perGroup * pixels;
        for (std::int64_t start = 0; start < elements; start += length) {
            const Moments moments = momentsOf(arguments.in<float>(0) + start, length, epsilon);
            for (std::int64_t i = 0; i < length; ++i) {
                const std::int64_t channel = (start + i) / pixels % channels;
                const std::int64_t at = parameters == channels ? channel : channel / perGroup;
                arguments.out<float>()[start + i]
                    = (arguments.in<float>(0)[start + i] - moments.mean) * moments.inverse * arguments.in<float>(1)[at]
                    + arguments.in<float>(2)[at];
            }
        }
    };
}

Kernel prepare(Preparation &preparation, const MeanVarianceNormalization &normalization)
{
    requireFloats(preparation);
    const Shape &shape = preparation.input(0).shape;
    Shape kept = shape;
    for (const std::int64_t axis : normalization.axes) {
        kept[preparation.axis(axis, shape.rank())] = 1;
    }
    const Broadcast results = Broadcast::to(preparation, shape, kept);
    const std::int64_t count = kept.elements().value_or(0);
    preparation.require(count > 0 && elementsOf(preparation.input(0)) > 0, "its input is empty");
    const auto perResult = static_cast<double>(elementsOf(preparation.input(0)) / count);
    const std::size_t meansAt = preparation.reserve(count * 8);
    const std::size_t squaresAt = preparation.reserve(count * 8);
    return [=](const Arguments &arguments) {
        auto *means = arguments.scratchAt<double>(meansAt);
        auto *squares = arguments.scratchAt<double>(squaresAt);
        std::fill(means, means + count, 0.0);
        std::fill(squares, squares + count, 0.0);
        const float *x = arguments.in<float>(0);
        results.each(
            [&](std::int64_t from, std::int64_t to) { means[to] += static_cast<double>(x[from]) / perResult; });
        results.each([&](std::int64_t from, std::int64_t to) {
            const double distance = static_cast<double>(x[from]) - means[to];
            squares[to] += distance * distance / perResult;
        });
        // The specification adds no epsilon to the variance but this to the deviation.
        constexpr double smallest = 1e-9;
        results.each([&](std::int64_t from, std::int64_t to) {
            arguments.out<float>()[from]
                = static_cast<float>((static_cast<double>(x[from]) - means[to]) / (std::sqrt(squares[to]) + smallest));
        });
    };
}

Kernel prepare(Preparation &preparation, const LpNormalization &normalization)
{
    requireFloats(preparation);
    preparation.require(normalization.p == 1 || normalization.p == 2, "its norm is neither of p = 1 nor of p = 2");
    const Rows rows = rowsOf(preparation, preparation.input(0).shape, normalization.axis);
    return [rows, absolute = normalization.p == 1](const Arguments &arguments) {
        for (std::int64_t row = 0; row < rows.count(); ++row) {
            const float *x = arguments.in<float>(0) + rows.start(row);
            float *y = arguments.out<float>() + rows.start(row);
            double sum = 0;
            for (std::int64_t i = 0; i < rows.length; ++i) {
                const auto value = static_cast<double>(x[i * rows.step]);
                sum += absolute ? std::fabs(value) : value * value;
            }
            const double norm = absolute ? sum : std::sqrt(sum);
            for (std::int64_t i = 0; i < rows.length; ++i) {
                y[i * rows.step] = norm > 0 ? static_cast<float>(static_cast<double>(x[i * rows.step]) / norm) : 0.0F;
            }
        }
    };
}

Kernel prepare(Preparation &preparation, const Hardmax &hardmax)
{
    requireFloats(preparation);
    const Rows rows = rowsOf(preparation, preparation.input(0).shape, hardmax.axis);
    return [rows](const Arguments &arguments) {
        for (std::int64_t row = 0; row < rows.count(); ++row) {
            const float *x = arguments.in<float>(0) + rows.start(row);
            float *y = arguments.out<float>() + rows.start(row);
            std::int64_t best = 0;
            for (std::int64_t i = 0; i < rows.length; ++i) {
                best = x[i * rows.step] > x[best * rows.step] ? i : best;
                y[i * rows.step] = 0;
            }
            y[best * rows.step] = 1;
        }
    };
}

} // namespace tinsmith
