// SPDX-License-Identifier: Apache-2.0
#include "core/execute/broadcast.h"

namespace tinsmith {

Walk::Walk(const std::vector<WalkAxis> &axes)
{
    for (const WalkAxis &axis : axes) {
        if (axis.count == 1) {
            continue;
        }
        if (!axes_.empty() && axes_.back().first == axis.first * axis.count
            && axes_.back().second == axis.second * axis.count) {
            axes_.back() = {axes_.back().count * axis.count, axis.first, axis.second};
        } else {
            axes_.push_back(axis);
        }
    }
    if (axes_.empty()) {
        axes_.push_back({1, 0, 0});
    }
}

std::vector<std::int64_t> stepsOf(const Shape &shape)
{
    std::vector<std::int64_t> steps(shape.rank());
    std::int64_t step = 1;
    for (std::size_t i = shape.rank(); i-- > 0;) {
        steps[i] = step;
        step *= shape[i];
    }
    return steps;
}

Broadcast Broadcast::to(const Preparation &preparation, const Shape &target, const Shape &source)
{
    preparation.require(source.rank() <= target.rank(), "the shapes cannot be broadcast");
    Broadcast broadcast;
    const std::size_t missing = target.rank() - source.rank();
    const std::vector<std::int64_t> sourceSteps = stepsOf(source);
    const std::vector<std::int64_t> targetSteps = stepsOf(target);
    std::vector<WalkAxis> axes;
    for (std::size_t i = 0; i < target.rank(); ++i) {
        std::int64_t step = 0;
        if (i >= missing) {
            const std::int64_t size = source[i - missing];
            preparation.require(size == target[i] || size == 1, "the shapes cannot be broadcast");
            step = size == 1 ? 0 : sourceSteps[i - missing];
        }
        broadcast.steps_.push_back(step);
        axes.push_back({target[i], targetSteps[i], step});
    }
    broadcast.walk_ = Walk(axes);
    return broadcast;
}

} // namespace tinsmith
