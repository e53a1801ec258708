// SPDX-License-Identifier: Apache-2.0
#include "core/execute/memory.h"

#include <algorithm>
#include <cstdlib>
#include <new>

namespace tinsmith {
namespace {

constexpr std::size_t alignment = 64;

std::int64_t rounded(std::int64_t bytes)
{
    return (bytes + 63) / 64 * 64;
}

} // namespace

void AlignedBuffer::Free::operator()(void *data) const
{
    std::free(data);
}

AlignedBuffer::AlignedBuffer(std::size_t size) : owner_(std::calloc(size + alignment, 1))
{
    if (!owner_) {
        throw std::bad_alloc();
    }
    const auto address = reinterpret_cast<std::uintptr_t>(owner_.get());
    data_ = static_cast<std::byte *>(owner_.get()) + (alignment - address % alignment) % alignment;
}

std::int64_t placeLifetimes(const std::vector<Lifetime *> &lifetimes)
{
    std::vector<Lifetime *> order = lifetimes;
    std::stable_sort(
        order.begin(), order.end(), [](const Lifetime *a, const Lifetime *b) { return a->bytes > b->bytes; });
    std::vector<const Lifetime *> placed;
    std::int64_t total = 0;
    for (Lifetime *lifetime : order) {
        std::int64_t offset = 0;
        // `placed` stands in the order of offsets: the first gap that is wide enough is taken.
        for (const Lifetime *other : placed) {
            if (other->first > lifetime->last || other->last < lifetime->first) {
                continue;
            }
            if (offset + rounded(lifetime->bytes) <= other->offset) {
                break;
            }
            offset = std::max(offset, other->offset + rounded(other->bytes));
        }
        lifetime->offset = offset;
        total = std::max(total, offset + rounded(lifetime->bytes));
        const auto position = std::upper_bound(placed.begin(), placed.end(), lifetime,
            [](const Lifetime *a, const Lifetime *b) { return a->offset < b->offset; });
        placed.insert(position, lifetime);
    }
    return total;
}

} // namespace tinsmith
