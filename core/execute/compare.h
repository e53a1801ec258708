// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/execute/executor.h"
#include "core/graph/graph.h"
#include "core/graph/progress.h"

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace tinsmith {

/// A tensor's value as real numbers, its quantization taken off.
std::vector<float> realsOf(const Tensor &tensor, std::span<const std::byte> value);

/// A value of one tensor as another tensor of as many elements holds it: quantized, dequantized or requantized,
/// rounding to nearest. Throws GraphError where the element counts differ, UnsupportedError for types other than
/// float32, int8, uint8 and int16.
TensorValue convertedValue(const Tensor &from, std::span<const std::byte> value, const Tensor &to);

/// The position of the largest value, the first of equals: a classifier's answer. What is not a number is
/// passed over. 0 for an empty value.
std::size_t topClass(const Tensor &tensor, std::span<const std::byte> value);
std::size_t topClass(std::span<const float> reals);

/// expected - value, the way that all comparisons of floats here mean it: 0 for equal values, so for infinities of the
/// same sign and zeros of either, and for two that are not numbers; infinite where only one is not a number. Never NaN.
double differenceOf(double expected, double value);

/// How far values are from what they should be, summed over as many pairs as are added.
class Deviation {
public:
    /// SQNR of values that are equal; also the limit of what sqnrDb() says.
    static constexpr double mostDb = 200;

    void add(std::span<const float> reference, std::span<const float> value);
    void add(const Deviation &other);

    /// Signal to quantization noise ratio, 10 log10(sum reference^2 / sum (reference - value)^2), within +-mostDb.
    double sqnrDb() const;
    double maxAbsDifference() const { return largest_; }
    std::size_t count() const { return count_; }

private:
    double signal_ = 0;
    double noise_ = 0;
    double largest_ = 0;
    std::size_t count_ = 0;
};

/// Two graphs' difference over a set of samples.
struct GraphDeviation {
    std::size_t samples = 0;
    /// Share of samples whose top class of the first output is the same.
    double agreement = 0;
    /// Over all outputs.
    double sqnrDb = Deviation::mostDb;
    double maxAbsDifference = 0;
    struct Layer {
        /// The activation's name, and the operator of the reference that writes it.
        std::string tensor;
        std::string op;
        double sqnrDb = 0;
        double maxAbsDifference = 0;
    };
    /// Activations that both graphs have by name and with as many elements, in the reference's running order.
    std::vector<Layer> layers;
};

/// One value per graph input, of sample `index`, in the form that this graph's inputs take.
using SampleSource = std::function<std::vector<TensorValue>(std::size_t index, const Graph &graph)>;

struct CompareOptions {
    /// Compare activations too, not only outputs.
    bool layers = true;
};

/// Runs both graphs on samples 0 .. count-1, each from fresh state, for example a float graph and its quantized form.
/// Throws what Executor throws, GraphError where the graphs differ in the number or sizes of their outputs.
GraphDeviation compareGraphs(const Graph &reference, const Graph &other, std::size_t count, const SampleSource &sample,
    const CompareOptions &options = {}, const Progress &progress = {});

} // namespace tinsmith
