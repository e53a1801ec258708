// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/execute/executor.h"

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace tinsmith {

/// What the run of a model's graph and those of its bodies share.
struct RunContext {
    /// More rounds of loops than any model needs: a run that takes them is taken for an endless one.
    static constexpr std::int64_t mostRounds = 1'000'000;

    struct Variable {
        std::string container;
        std::string name;
        /// Nothing before the first assignment.
        TensorValue value;
    };
    std::vector<Variable> variables;
    /// Rounds of loops that are left to this run, those of loops in loops included.
    std::int64_t roundsLeft = mostRounds;
    /// Bodies that run once, and have.
    std::set<std::int32_t> begun;
    /// Some operator may end a run early.
    bool mayEnd = false;
    /// Counts the resets: state that is older is forgotten.
    std::int64_t resets = 0;

    /// The variable's position; made where there is none of that name yet.
    std::int32_t handleOf(const std::string &container, const std::string &name);
    /// Takes one round. Throws UnsupportedError with `place` where none is left.
    void takeRound(const std::string &place);
    void reset();
};

} // namespace tinsmith
