// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace tinsmith {

/// An index into one of a graph's tables, typed so that a tensor's cannot be used for an operator. Negative means none.
template <typename Tag>
struct Index {
    std::int32_t value = -1;

    Index() = default;
    constexpr explicit Index(std::size_t index) : value(static_cast<std::int32_t>(index)) { }

    static Index none() { return Index(); }
    bool valid() const { return value >= 0; }
    explicit operator bool() const { return valid(); }
    std::size_t position() const { return static_cast<std::size_t>(value); }
    friend auto operator<=>(const Index &, const Index &) = default;
};

using TensorId = Index<struct TensorTag>;
using OperatorId = Index<struct OperatorTag>;

} // namespace tinsmith

template <typename Tag>
struct std::hash<tinsmith::Index<Tag>> {
    std::size_t operator()(const tinsmith::Index<Tag> &index) const noexcept
    {
        return std::hash<std::int32_t>()(index.value);
    }
};
