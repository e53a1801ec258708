// SPDX-License-Identifier: Apache-2.0
#include "core/execute/run_context.h"

#include "core/graph/error.h"

#include <algorithm>

namespace tinsmith {

std::int32_t RunContext::handleOf(const std::string &container, const std::string &name)
{
    const auto found = std::find_if(variables.begin(), variables.end(),
        [&](const Variable &variable) { return variable.container == container && variable.name == name; });
    const auto position = static_cast<std::int32_t>(found - variables.begin());
    if (found == variables.end()) {
        variables.push_back({container, name, {}});
    }
    return position;
}

void RunContext::takeRound(const std::string &place)
{
    if (--roundsLeft < 0) {
        throw UnsupportedError(
            {}, place, "its loop does not end: it was stopped after " + std::to_string(mostRounds) + " rounds");
    }
}

void RunContext::reset()
{
    for (Variable &variable : variables) {
        variable.value.clear();
    }
    begun.clear();
    ++resets;
}

} // namespace tinsmith
