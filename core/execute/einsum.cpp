// SPDX-License-Identifier: Apache-2.0
#include "core/execute/broadcast.h"
#include "core/execute/elementwise_functions.h"
#include "core/execute/numeric_types.h"
#include "core/graph/further_shapes.h"

#include <algorithm>

namespace tinsmith {
namespace {

/// One letter of the equation: how often it runs and how far each input and the output move with it.
struct Loop {
    std::int64_t count = 1;
    std::vector<std::int64_t> inputs;
    std::int64_t output = 0;
};

std::vector<Loop> loopsOf(const Preparation &preparation, const EinsumTerms &terms)
{
    // Letters of the output first, in its order; then those that are summed over.
    std::string letters = terms.output;
    for (const std::string &term : terms.inputs) {
        for (const char letter : term) {
            if (letters.find(letter) == std::string::npos) {
                letters.push_back(letter);
            }
        }
    }
    const auto outputSteps = stepsOf(preparation.output().shape);
    std::vector<Loop> loops;
    for (std::size_t at = 0; at < letters.size(); ++at) {
        Loop loop;
        loop.output = at < outputSteps.size() ? outputSteps[at] : 0;
        for (std::size_t input = 0; input < terms.inputs.size(); ++input) {
            const Shape &shape = preparation.input(input).shape;
            const auto steps = stepsOf(shape);
            std::int64_t step = 0;
            for (std::size_t axis = 0; axis < shape.rank(); ++axis) {
                if (terms.inputs[input][axis] == letters[at] && shape[axis] != 1) {
                    preparation.require(loop.count == 1 || loop.count == shape[axis], "its inputs disagree on a size");
                    loop.count = shape[axis];
                    step += steps[axis];
                }
            }
            loop.inputs.push_back(step);
        }
        loops.push_back(std::move(loop));
    }
    return loops;
}

template <typename T>
void accumulate(const std::vector<Loop> &loops, const Arguments &arguments, std::int64_t outputs,
    std::conditional_t<std::is_floating_point_v<WorkType<T>>, double, T> *sums)
{
    using S = std::conditional_t<std::is_floating_point_v<WorkType<T>>, double, T>;
    std::fill(sums, sums + outputs, S(0));
    std::vector<std::int64_t> index(loops.size(), 0);
    std::vector<std::int64_t> at(arguments.inputs.size(), 0);
    std::int64_t to = 0;
    for (;;) {
        S product = S(1);
        for (std::size_t input = 0; input < at.size(); ++input) {
            const S value = static_cast<S>(arguments.in<T>(input)[at[input]]);
            if constexpr (std::is_floating_point_v<S>) {
                product *= value;
            } else {
                product = wrapping<S>(BinaryFunction::Mul, product, value);
            }
        }
        if constexpr (std::is_floating_point_v<S>) {
            sums[to] += product;
        } else {
            sums[to] = wrapping<S>(BinaryFunction::Add, sums[to], product);
        }
        std::size_t level = loops.size();
        for (;;) {
            if (level == 0) {
                return;
            }
            --level;
            const Loop &loop = loops[level];
            const bool more = ++index[level] < loop.count;
            const std::int64_t times = more ? 1 : 1 - loop.count;
            for (std::size_t input = 0; input < at.size(); ++input) {
                at[input] += loop.inputs[input] * times;
            }
            to += loop.output * times;
            if (more) {
                break;
            }
            index[level] = 0;
        }
    }
}

} // namespace

Kernel prepare(Preparation &preparation, const Einsum &einsum)
{
    std::vector<std::size_t> ranks;
    const ElementType type = preparation.input(0).type;
    std::int64_t smallest = 1;
    for (std::size_t input = 0; input < preparation.op().inputs.size(); ++input) {
        ranks.push_back(preparation.input(input).shape.rank());
        preparation.require(preparation.input(input).type == type && !isQuantized(preparation.input(input)),
            "its inputs are of different types, or quantized");
        smallest = std::min(smallest, elementsOf(preparation.input(input)));
    }
    preparation.require(type == preparation.output().type, "inputs and output are of different types");
    preparation.require(smallest > 0, "one of its inputs is empty");
    const EinsumTerms terms = einsumTerms(einsum.equation, ranks, preparation.op().name);
    preparation.require(
        terms.output.size() == preparation.output().shape.rank(), "its output does not fit its equation");
    const auto loops = loopsOf(preparation, terms);
    std::int64_t outputs = 1;
    for (std::size_t at = 0; at < terms.output.size(); ++at) {
        preparation.require(
            loops[at].count == preparation.output().shape[at], "its output does not fit the sizes of its inputs");
        outputs *= loops[at].count;
    }
    const std::size_t scratch = preparation.reserve(outputs * 8);
    return withNumericType(preparation, type, [&](auto zero) -> Kernel {
        using T = decltype(zero);
        using S = std::conditional_t<std::is_floating_point_v<WorkType<T>>, double, T>;
        return [=](const Arguments &arguments) {
            S *sums = arguments.scratchAt<S>(scratch);
            accumulate<T>(loops, arguments, outputs, sums);
            for (std::int64_t i = 0; i < outputs; ++i) {
                arguments.out<T>()[i] = static_cast<T>(static_cast<WorkType<T>>(sums[i]));
            }
        };
    });
}

} // namespace tinsmith
