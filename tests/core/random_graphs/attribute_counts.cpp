// SPDX-License-Identifier: Apache-2.0
#include "tests/core/random_graphs/attribute_counts.h"

#include <variant>

namespace tinsmith::test {
namespace {

template <typename Enum>
std::string numbered(const char *what, Enum value)
{
    return std::string(what) + " " + std::to_string(static_cast<int>(value));
}

/// Counts whichever attributes the kind has.
template <typename Kind>
void countFields(const std::string &name, const Kind &kind, Counts &counts)
{
    const auto count = [&](const std::string &what) { ++counts[name + " " + what]; };
    if constexpr (requires { static_cast<int>(kind.function); }) {
        count(numbered("function", kind.function));
    }
    if constexpr (requires { static_cast<int>(kind.mode); }) {
        count(numbered("mode", kind.mode));
    }
    if constexpr (requires { kind.coordinates; }) {
        count(numbered("coordinates", kind.coordinates));
        count(numbered("rounding", kind.rounding));
        count(kind.scaleH > 0 ? "by scale" : "by size");
    }
    if constexpr (requires { FusedActivation(kind.activation); }) {
        count(numbered("fused", kind.activation));
    }
    if constexpr (requires { kind.layout; }) {
        count(numbered("layout", kind.layout));
    }
    if constexpr (requires { kind.padding.mode; }) {
        count(numbered("padding", kind.padding.mode));
        count(kind.padding.top == kind.padding.bottom ? "even padding" : "uneven padding");
    }
    if constexpr (requires { kind.strideH; }) {
        count(numbered("stride", kind.strideH));
        count(kind.strideH == kind.strideW ? "square" : "oblong");
    }
    if constexpr (requires { kind.dilationH; }) {
        count(kind.dilationH > 1 ? "dilated" : "dense");
    }
    if constexpr (requires { kind.groups; }) {
        count(kind.groups > 1 ? "grouped" : "whole");
    }
    if constexpr (requires { kind.keepDims; }) {
        count(kind.keepDims ? "keeps" : "drops");
    }
    if constexpr (requires { kind.transposeA; }) {
        count(kind.transposeA ? "A'" : "A");
        count(kind.transposeB ? "B'" : "B");
    }
    if constexpr (requires { kind.ceilMode; }) {
        count(kind.ceilMode ? "ceil" : "floor");
        count(kind.countIncludesPadding ? "counts padding" : "counts values");
    }
    if constexpr (requires { kind.multiplier; }) {
        count("multiplier " + std::to_string(kind.multiplier));
    }
    if constexpr (requires { kind.columnMajor; }) {
        count(kind.columnMajor ? "CRD" : "DCR");
    }
    if constexpr (requires { kind.smallest; }) {
        count(kind.smallest ? "smallest" : "largest");
    }
    if constexpr (requires { kind.batchDims; }) {
        count("batch dimensions " + std::to_string(kind.batchDims));
    }
}

} // namespace

void countAttributes(const OperatorKind &kind, const std::string &name, Counts &counts)
{
    std::visit([&](const auto &each) { countFields(name, each, counts); }, kind);
}

} // namespace tinsmith::test
