// SPDX-License-Identifier: Apache-2.0
#include "core/firmware/strides.h"

namespace tinsmith::firmware {

std::vector<std::int64_t> denseSteps(std::span<const std::int64_t> dims)
{
    std::vector<std::int64_t> steps(dims.size());
    std::int64_t step = 1;
    for (std::size_t i = dims.size(); i-- > 0;) {
        steps[i] = step;
        step *= dims[i];
    }
    return steps;
}

std::vector<std::int64_t> broadcastSteps(std::span<const std::int64_t> dims, std::span<const std::int64_t> to)
{
    const std::vector<std::int64_t> own = denseSteps(dims);
    std::vector<std::int64_t> steps(to.size(), 0);
    for (std::size_t i = 0; i < dims.size() && i < to.size(); ++i) {
        const std::size_t from = dims.size() - 1 - i;
        steps[to.size() - 1 - i] = dims[from] == 1 ? 0 : own[from];
    }
    return steps;
}

std::vector<WalkLoop> joined(std::vector<WalkLoop> loops, std::size_t operands)
{
    std::vector<WalkLoop> result;
    for (WalkLoop &loop : loops) {
        if (loop.count == 1) {
            continue;
        }
        bool joins = !result.empty();
        for (std::size_t i = 0; joins && i < operands; ++i) {
            joins = result.back().steps[i] == loop.steps[i] * loop.count;
        }
        if (joins) {
            result.back().count *= loop.count;
            result.back().steps = std::move(loop.steps);
        } else {
            result.push_back(std::move(loop));
        }
    }
    if (result.empty()) {
        result.push_back({1, std::vector<std::int64_t>(operands, 0)});
    }
    return result;
}

} // namespace tinsmith::firmware
