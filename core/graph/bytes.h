// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

namespace tinsmith {

/// Immutable bytes that are shared, never copied: a constant's values, or a piece of a memory-mapped file that stays
/// mapped as long as anything refers to it. May be unaligned: read elements with memcpy or through copyAs().
class Bytes {
public:
    Bytes() = default;
    explicit Bytes(std::vector<std::byte> values);
    /// Views `view`, which `owner` keeps alive.
    Bytes(std::shared_ptr<const void> owner, std::span<const std::byte> view);

    /// Copies trivially copyable elements, for example of a std::vector<float>.
    template <typename T>
    static Bytes of(std::span<const T> values)
    {
        const auto raw = std::as_bytes(values);
        return Bytes(std::vector<std::byte>(raw.begin(), raw.end()));
    }
    template <typename T>
    static Bytes of(const std::vector<T> &values)
    {
        return of(std::span<const T>(values));
    }

    /// Maps the whole file read-only. Throws SystemError that names the file.
    static Bytes map(const std::filesystem::path &file);

    std::span<const std::byte> view() const { return view_; }
    const std::byte *data() const { return view_.data(); }
    std::size_t size() const { return view_.size(); }
    bool empty() const { return view_.empty(); }

    /// A part that shares the owner. Throws GraphError when it reaches past the end.
    Bytes part(std::size_t offset, std::size_t size) const;

    /// All elements as a vector of T, whatever the alignment; a tail shorter than T is left out.
    template <typename T>
    std::vector<T> copyAs() const
    {
        std::vector<T> values(view_.size() / sizeof(T));
        copyTo(values.data(), values.size() * sizeof(T));
        return values;
    }

private:
    void copyTo(void *target, std::size_t size) const;

    std::shared_ptr<const void> owner_;
    std::span<const std::byte> view_;
};

} // namespace tinsmith
