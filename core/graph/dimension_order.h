// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/tensor.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace tinsmith {

/// How the dimensions of a tensor stand in another tensor that holds the same values: its dimension i is order[i] of
/// the source.
using DimensionOrder = std::vector<std::size_t>;

DimensionOrder identityOrder(std::size_t rank);
bool isIdentity(const DimensionOrder &order);
DimensionOrder inverse(const DimensionOrder &order);
/// Where source dimension `axis` stands.
std::size_t positionOf(const DimensionOrder &order, std::size_t axis);
/// `dims` of the source as they stand in that order.
std::vector<std::int64_t> arranged(const std::vector<std::int64_t> &dims, const DimensionOrder &order);
/// The order of what remains when the marked source dimensions vanish.
DimensionOrder without(const DimensionOrder &order, const std::vector<bool> &dropped);
/// Whether going from one order to the other moves dimensions of 1 only, and so moves no value.
bool movesNothing(const std::vector<std::int64_t> &dims, const DimensionOrder &from, const DimensionOrder &to);

/// The order of a reshape's result when its input stands in `order`, so that the reshape moves no value: every run of
/// input dimensions that makes a run of output dimensions must stand together. Nothing where they do not.
std::optional<DimensionOrder> reshapedOrder(
    const std::vector<std::int64_t> &from, const std::vector<std::int64_t> &to, const DimensionOrder &order);

} // namespace tinsmith
