// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/execute/broadcast.h"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace tinsmith {

/// Copies elements from places to places, whatever they are: a walk whose first position counts output elements and
/// whose second counts input elements.
class Movement {
public:
    Movement(std::int64_t elementBytes, const std::vector<WalkAxis> &axes, std::int64_t outputStart = 0,
        std::int64_t inputStart = 0)
        : bytes_(elementBytes), walk_(axes), outputStart_(outputStart), inputStart_(inputStart)
    {
    }

    void run(const std::byte *in, std::byte *out) const
    {
        switch (bytes_) {
        case 1:
            return runAs<std::uint8_t>(in, out);
        case 2:
            return runAs<std::uint16_t>(in, out);
        case 4:
            return runAs<std::uint32_t>(in, out);
        case 8:
            return runAs<std::uint64_t>(in, out);
        default:
            break;
        }
        const WalkAxis inner = walk_.inner();
        walk_.eachRow([&](std::int64_t to, std::int64_t from) {
            for (std::int64_t i = 0; i < inner.count; ++i) {
                std::memcpy(out + (outputStart_ + to + i * inner.first) * bytes_,
                    in + (inputStart_ + from + i * inner.second) * bytes_, static_cast<std::size_t>(bytes_));
            }
        });
    }

private:
    template <typename T>
    void runAs(const std::byte *inBytes, std::byte *outBytes) const
    {
        const auto *in = reinterpret_cast<const T *>(inBytes) + inputStart_;
        auto *out = reinterpret_cast<T *>(outBytes) + outputStart_;
        const WalkAxis inner = walk_.inner();
        walk_.eachRow([&](std::int64_t to, std::int64_t from) {
            const T *source = in + from;
            T *target = out + to;
            if (inner.first == 1 && inner.second == 1) {
                std::memcpy(target, source, static_cast<std::size_t>(inner.count) * sizeof(T));
                return;
            }
            for (std::int64_t i = 0; i < inner.count; ++i) {
                target[i * inner.first] = source[i * inner.second];
            }
        });
    }

    std::int64_t bytes_ = 1;
    Walk walk_;
    std::int64_t outputStart_ = 0;
    std::int64_t inputStart_ = 0;
};

/// Bytes of one element; refuses types whose elements cannot be moved one by one (int4, strings) and operators whose
/// input and output differ in type.
std::int64_t movedBytes(const Preparation &preparation);

} // namespace tinsmith
