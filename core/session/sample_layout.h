// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/tensor.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tinsmith {

/// How the values of one shape become those of another with the same elements.
struct SampleLayout {
    /// The given shape, without leading dimensions of 1 that the other has not.
    Shape from;
    /// The axis of `from` that each axis of the result is; empty: the values stay in their order.
    std::vector<std::size_t> permutation;
    bool transposed() const { return !permutation.empty(); }
};

/// Shapes that differ only in dimensions of 1 hold the same values in the same order. Otherwise the channels may be the
/// last dimension in one and the first (behind a batch of 1) in the other: [H,W,C] and [C,H,W]. A shape that can be
/// read both ways, as 3×3×3, is not transposed. Nothing where the shapes differ in another way, or `wanted` is not
/// known.
std::optional<SampleLayout> layoutBetween(const Shape &given, const Shape &wanted);

/// The values in the order that the layout gives them, `width` bytes each.
std::vector<std::byte> rearranged(std::span<const std::byte> values, const SampleLayout &layout, std::size_t width);

/// The axis of `shape`, which the layout arranges values for, that holds the channels: the one that was moved, or
/// where none was, that of an image.
std::optional<std::size_t> channelAxisOf(const SampleLayout &layout, const Shape &shape);

/// "4×6×3, transposed to 3×4×6 (channels first)".
std::string transpositionText(const SampleLayout &layout);

} // namespace tinsmith
