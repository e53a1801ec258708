// SPDX-License-Identifier: Apache-2.0
#include "core/planner/pack.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <random>

namespace tinsmith {
namespace {

constexpr std::size_t exactItems = 12;
constexpr std::size_t exactNodes = 200'000;
/// Pairs of items that the local search may look at: bounds its time whatever the graph.
constexpr std::size_t localSteps = 20'000'000;

/// offset(me) - offset(other) must not be in the open interval (low, high), except that 0 may be allowed.
struct Neighbour {
    std::size_t other = 0;
    std::int64_t low = 0;
    std::int64_t high = 0;
    bool same = false;
};

struct Interval {
    std::int64_t low;
    std::int64_t high;
};

std::int64_t alignedUp(std::int64_t bytes, std::int64_t alignment)
{
    return (bytes + alignment - 1) / alignment * alignment;
}

/// The same problem with sizes and distances as offsets that are multiples of the alignment see them.
PackProblem aligned(PackProblem problem)
{
    for (PackItem &item : problem.items) {
        item.bytes = alignedUp(item.bytes, problem.alignment);
    }
    for (PackOverlap &overlap : problem.overlaps) {
        for (std::optional<std::int64_t> *distance : {&overlap.below, &overlap.above}) {
            if (*distance) {
                *distance = alignedUp(**distance, problem.alignment);
            }
        }
    }
    return problem;
}

/// Bytes that an overlapping pair takes together at least.
std::int64_t unionBytes(const PackOverlap &overlap, std::int64_t input, std::int64_t output)
{
    std::int64_t bytes = input + output;
    if (overlap.same) {
        bytes = std::min(bytes, std::max(input, output));
    }
    if (overlap.below && *overlap.below < output) {
        bytes = std::min(bytes, std::max(*overlap.below + input, output));
    }
    if (overlap.above && *overlap.above < input) {
        bytes = std::min(bytes, std::max(*overlap.above + output, input));
    }
    return bytes;
}

class Packer {
public:
    explicit Packer(const PackProblem &problem) : alignment_(problem.alignment), items_(problem.items)
    {
        for (const std::int64_t bytes : neededBytes(problem)) {
            lowerBound_ = std::max(lowerBound_, bytes);
        }
        findNeighbours(problem.overlaps);
        offsets_.resize(items_.size());
        placed_.resize(items_.size());
    }

    PackResult run()
    {
        std::vector<std::size_t> bestOrder;
        for (const auto &order : greedyOrders()) {
            const auto end = place(order, best_.bytes);
            if (end && *end < best_.bytes) {
                best_ = {offsets_, *end};
                bestOrder = order;
            }
            if (best_.bytes <= lowerBound_) {
                return best_;
            }
        }
        if (items_.size() <= exactItems) {
            std::fill(placed_.begin(), placed_.end(), char{0});
            extend(0, 0, 0);
        }
        if (best_.bytes > lowerBound_) {
            searchLocally(std::move(bestOrder));
        }
        return best_;
    }

private:
    void findNeighbours(const std::vector<PackOverlap> &overlaps)
    {
        neighbours_.resize(items_.size());
        std::vector<std::size_t> byFirst(items_.size());
        std::iota(byFirst.begin(), byFirst.end(), std::size_t{0});
        std::stable_sort(byFirst.begin(), byFirst.end(),
            [&](std::size_t a, std::size_t b) { return items_[a].first < items_[b].first; });
        std::vector<std::size_t> alive;
        for (const std::size_t item : byFirst) {
            std::erase_if(alive, [&](std::size_t other) { return items_[other].last < items_[item].first; });
            for (const std::size_t other : alive) {
                neighbours_[item].push_back({other, -items_[item].bytes, items_[other].bytes, false});
                neighbours_[other].push_back({item, -items_[other].bytes, items_[item].bytes, false});
            }
            alive.push_back(item);
        }
        for (const PackOverlap &overlap : overlaps) {
            for (Neighbour &entry : neighbours_[overlap.output]) {
                if (entry.other == overlap.input) {
                    entry.same = overlap.same;
                    entry.low = overlap.below ? std::max(entry.low, -*overlap.below) : entry.low;
                    entry.high = overlap.above ? std::min(entry.high, *overlap.above) : entry.high;
                }
            }
            for (Neighbour &entry : neighbours_[overlap.input]) {
                if (entry.other == overlap.output) {
                    entry.same = overlap.same;
                    entry.low = overlap.above ? std::max(entry.low, -*overlap.above) : entry.low;
                    entry.high = overlap.below ? std::min(entry.high, *overlap.below) : entry.high;
                }
            }
        }
    }

    /// The lowest offset that the items placed so far leave.
    std::int64_t lowestOffset(std::size_t item)
    {
        forbidden_.clear();
        for (const Neighbour &entry : neighbours_[item]) {
            if (!placed_[entry.other]) {
                continue;
            }
            const std::int64_t at = offsets_[entry.other];
            if (entry.same && entry.low < 0 && entry.high > 0) {
                forbidden_.push_back({at + entry.low, at});
                forbidden_.push_back({at, at + entry.high});
            } else if (entry.low < entry.high) {
                forbidden_.push_back({at + entry.low, at + entry.high});
            }
        }
        std::sort(
            forbidden_.begin(), forbidden_.end(), [](const Interval &a, const Interval &b) { return a.low < b.low; });
        std::int64_t candidate = 0;
        for (const Interval &interval : forbidden_) {
            if (interval.low >= candidate) {
                break;
            }
            if (interval.high > candidate) {
                candidate = alignedUp(interval.high, alignment_);
            }
        }
        return candidate;
    }

    /// Places all in this order, each as low as it goes. The end; nothing where it passes `limit`.
    std::optional<std::int64_t> place(const std::vector<std::size_t> &order, std::int64_t limit)
    {
        std::fill(placed_.begin(), placed_.end(), char{0});
        std::int64_t end = 0;
        for (const std::size_t item : order) {
            steps_ += 1 + neighbours_[item].size();
            offsets_[item] = lowestOffset(item);
            placed_[item] = 1;
            end = std::max(end, offsets_[item] + items_[item].bytes);
            if (end > limit) {
                return std::nullopt;
            }
        }
        return end;
    }

    std::vector<std::vector<std::size_t>> greedyOrders() const
    {
        std::vector<std::size_t> order(items_.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::vector<std::vector<std::size_t>> all;
        const auto add = [&](auto &&key) {
            auto sorted = order;
            std::stable_sort(
                sorted.begin(), sorted.end(), [&](std::size_t a, std::size_t b) { return key(a) > key(b); });
            all.push_back(std::move(sorted));
        };
        add([&](std::size_t i) { return items_[i].bytes; });
        add([&](std::size_t i) { return std::int64_t{-items_[i].first}; });
        add([&](std::size_t i) { return std::int64_t{items_[i].last}; });
        add([&](std::size_t i) { return std::int64_t{items_[i].last - items_[i].first}; });
        add([&](std::size_t i) { return items_[i].bytes * (1 + items_[i].last - items_[i].first); });
        // Outwards from the fullest position: what matters most is placed first.
        std::vector<std::int64_t> crowd(items_.size());
        for (std::size_t i = 0; i < items_.size(); ++i) {
            crowd[i] = items_[i].bytes;
            for (const Neighbour &entry : neighbours_[i]) {
                crowd[i] += items_[entry.other].bytes;
            }
        }
        add([&](std::size_t i) { return crowd[i]; });
        return all;
    }

    /// Branch and bound over orders. In a packing pushed down as far as it goes every item rests on a lower one, so
    /// only orders of growing offset are of interest.
    void extend(std::size_t count, std::int64_t floor, std::int64_t end)
    {
        if (end >= best_.bytes || ++nodes_ > exactNodes || best_.bytes <= lowerBound_) {
            return;
        }
        if (count == items_.size()) {
            best_ = {offsets_, end};
            return;
        }
        for (std::size_t item = 0; item < items_.size(); ++item) {
            if (placed_[item]) {
                continue;
            }
            const std::int64_t offset = lowestOffset(item);
            if (offset < floor) {
                continue;
            }
            offsets_[item] = offset;
            placed_[item] = 1;
            extend(count + 1, offset, std::max(end, offset + items_[item].bytes));
            placed_[item] = 0;
        }
    }

    /// Moves an item that reaches the end of the arena, or any, further to the front; keeps what is not worse.
    void searchLocally(std::vector<std::size_t> order)
    {
        std::mt19937 random(20'260'101);
        std::int64_t current = best_.bytes;
        auto offsets = best_.offsets;
        steps_ = 0;
        const std::size_t rounds = 400 + 40 * items_.size();
        for (std::size_t round = 0; round < rounds && steps_ < localSteps && best_.bytes > lowerBound_; ++round) {
            auto changed = order;
            mutate(changed, offsets, current, random);
            // A packing a little worse is taken now and then, lest the search stays in a hollow.
            const auto end = place(changed, current + (round % 7 == 0 ? current / 32 : 0));
            if (!end) {
                continue;
            }
            order = std::move(changed);
            current = *end;
            offsets = offsets_;
            if (current < best_.bytes) {
                best_ = {offsets, current};
            }
        }
    }

    void mutate(std::vector<std::size_t> &order, const std::vector<std::int64_t> &offsets, std::int64_t end,
        std::mt19937 &random) const
    {
        const std::size_t count = order.size();
        const auto pick = [&](std::size_t limit) { return std::size_t{random()} % limit; };
        std::size_t from = pick(count);
        if (random() % 2 == 0) {
            std::vector<std::size_t> top;
            for (std::size_t i = 0; i < count; ++i) {
                if (offsets[order[i]] + items_[order[i]].bytes >= end) {
                    top.push_back(i);
                }
            }
            if (!top.empty()) {
                from = top[pick(top.size())];
            }
        }
        if (random() % 3 == 0) {
            std::swap(order[from], order[pick(count)]);
            return;
        }
        const std::size_t to = pick(from + 1);
        std::rotate(order.begin() + static_cast<std::ptrdiff_t>(to), order.begin() + static_cast<std::ptrdiff_t>(from),
            order.begin() + static_cast<std::ptrdiff_t>(from) + 1);
    }

    std::int64_t alignment_;
    std::vector<PackItem> items_;
    std::vector<std::vector<Neighbour>> neighbours_;
    std::int64_t lowerBound_ = 0;
    PackResult best_{{}, std::numeric_limits<std::int64_t>::max()};
    std::vector<std::int64_t> offsets_;
    std::vector<char> placed_;
    std::vector<Interval> forbidden_;
    std::size_t steps_ = 0;
    std::size_t nodes_ = 0;
};

} // namespace

std::vector<std::int64_t> neededBytes(const PackProblem &unaligned)
{
    const PackProblem problem = aligned(unaligned);
    std::int32_t positions = 0;
    for (const PackItem &item : problem.items) {
        positions = std::max(positions, item.last + 1);
    }
    std::vector<std::int64_t> change(static_cast<std::size_t>(positions) + 1);
    for (const PackItem &item : problem.items) {
        change[static_cast<std::size_t>(item.first)] += item.bytes;
        change[static_cast<std::size_t>(item.last) + 1] -= item.bytes;
    }
    std::vector<std::int64_t> gain(static_cast<std::size_t>(positions));
    for (const PackOverlap &overlap : problem.overlaps) {
        const std::int64_t input = problem.items[overlap.input].bytes;
        const std::int64_t output = problem.items[overlap.output].bytes;
        const auto at = static_cast<std::size_t>(problem.items[overlap.output].first);
        // Inputs lie apart from each other: together an output cannot save more on them than its own size.
        gain[at] = std::min(gain[at] + input + output - unionBytes(overlap, input, output), output);
    }
    std::vector<std::int64_t> needed(static_cast<std::size_t>(positions));
    std::int64_t alive = 0;
    for (std::size_t at = 0; at < needed.size(); ++at) {
        alive += change[at];
        needed[at] = alive - gain[at];
    }
    return needed;
}

PackResult pack(const PackProblem &problem)
{
    if (problem.items.empty()) {
        return {};
    }
    return Packer(aligned(problem)).run();
}

} // namespace tinsmith
