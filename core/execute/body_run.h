// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/execute/graph_run.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace tinsmith {

/// A value that an operator hands to a body.
struct BodyInput {
    /// Type and shape.
    Tensor tensor;
    /// Its value where that is known and the same in every round; else null.
    const Bytes *known = nullptr;
};

/// The operator's input as a body gets it. `same`: it has one value in all rounds.
BodyInput bodyInput(const Preparation &preparation, std::size_t position, bool same);

/// The body with these types and shapes, made ready. Refuses what does not fit together.
std::shared_ptr<GraphRun> prepareBody(
    const Preparation &preparation, std::int32_t body, const std::vector<BodyInput> &inputs);

/// Refuses where output `position` of the body is not as many bytes of the type of `tensor`.
void requireSame(const Preparation &preparation, const GraphRun &body, std::size_t position, const Tensor &tensor);

/// Refuses where output `position` of the body is not one boolean.
void requireCondition(const Preparation &preparation, const GraphRun &body, std::size_t position);

} // namespace tinsmith
