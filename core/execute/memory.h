// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace tinsmith {

/// Zeroed bytes aligned to 64. Pages that are never touched cost nothing. Throws std::bad_alloc.
class AlignedBuffer {
public:
    AlignedBuffer() = default;
    explicit AlignedBuffer(std::size_t size);
    std::byte *data() const { return data_; }

private:
    struct Free {
        void operator()(void *data) const;
    };
    std::unique_ptr<void, Free> owner_;
    std::byte *data_ = nullptr;
};

/// A tensor's bytes and the steps, both included, during which they are needed; the offset is the answer.
struct Lifetime {
    std::int64_t bytes = 0;
    std::int64_t first = 0;
    std::int64_t last = 0;
    std::int64_t offset = 0;
};

/// Gives every tensor an offset (a multiple of 64) such that no two that live at once overlap, the largest first;
/// returns the bytes of all together. This is the host's own memory: the planner decides a target's.
std::int64_t placeLifetimes(const std::vector<Lifetime *> &lifetimes);

} // namespace tinsmith
