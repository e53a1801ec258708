// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"

#include <functional>
#include <string>

namespace tinsmith {

/// What a shape rule looks at: the operator and its tensors.
struct RuleContext {
    const Operator &op;
    const std::function<const Tensor &(TensorId)> &tensor;

    /// Throws GraphError with the operator's name as place.
    [[noreturn]] void fail(const std::string &cause) const;
    bool has(std::size_t input) const { return op.input(input).valid(); }
    /// Throws where the operator has no such input.
    const Tensor &input(std::size_t position) const;
    const Shape &in(std::size_t position) const { return input(position).shape; }
    /// The shape that an output has now: the reader's, where the values alone settle it.
    Shape now(std::size_t output = 0) const;
    /// A number that a file gives, checked before anything is computed with it.
    void checkExtent(const char *what, std::int64_t value) const;
};

} // namespace tinsmith
