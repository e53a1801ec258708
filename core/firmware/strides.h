// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

// A walk over a tensor as nested loops, with as few loops as it can be done in.

namespace tinsmith::firmware {

/// A loop: how often, and by how many elements each operand moves on (0: it stays).
struct WalkLoop {
    std::int64_t count = 1;
    std::vector<std::int64_t> steps;
};

/// Row-major steps of a dense tensor, outermost dimension first.
std::vector<std::int64_t> denseSteps(std::span<const std::int64_t> dims);
/// Steps of an operand of shape `dims` that is broadcast to `to` (0 along broadcast dimensions).
std::vector<std::int64_t> broadcastSteps(std::span<const std::int64_t> dims, std::span<const std::int64_t> to);

/// Drops loops that run once and joins neighbours where every operand moves through both as through one. Never empty.
std::vector<WalkLoop> joined(std::vector<WalkLoop> loops, std::size_t operands);

} // namespace tinsmith::firmware
