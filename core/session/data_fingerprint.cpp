// SPDX-License-Identifier: Apache-2.0
#include "core/session/data_set.h"

#include <array>
#include <cstdio>
#include <cstring>
#include <span>

namespace tinsmith {
namespace {

/// FNV-1a over words of eight bytes, which keeps up with the disk.
class Hash {
public:
    void add(std::uint64_t word)
    {
        state_ = (state_ ^ word) * 1099511628211U;
        // The product alone would never bring high bits down.
        state_ ^= state_ >> 32;
    }
    void add(std::span<const std::byte> bytes)
    {
        while (bytes.size() >= sizeof(std::uint64_t)) {
            std::uint64_t word = 0;
            std::memcpy(&word, bytes.data(), sizeof word);
            add(word);
            bytes = bytes.subspan(sizeof word);
        }
        std::uint64_t rest = 0;
        std::memcpy(&rest, bytes.data(), bytes.size());
        add(rest ^ std::uint64_t{bytes.size()} << 56);
    }
    std::uint64_t value() const { return state_; }

private:
    std::uint64_t state_ = 14695981039346656037U;
};

} // namespace

std::string DataSet::fingerprint() const
{
    Hash hash;
    hash.add(count_);
    for (const std::size_t position : order_) {
        hash.add(position);
    }
    for (const SampleArray &array : arrays_) {
        hash.add(static_cast<std::uint64_t>(array.type));
        for (const std::int64_t dim : array.shape.dims) {
            hash.add(static_cast<std::uint64_t>(dim));
        }
        hash.add(array.values.view());
    }
    if (pixelSource_ == PixelSource::Chosen) {
        const std::string range = pixelRange_.text();
        hash.add(std::as_bytes(std::span(range)));
    }
    std::array<char, 17> text{};
    std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(hash.value()));
    return text.data();
}

} // namespace tinsmith
