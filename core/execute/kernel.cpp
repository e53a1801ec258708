// SPDX-License-Identifier: Apache-2.0
#include "core/execute/kernel.h"

#include "core/execute/control.h"
#include "core/execute/half_precision.h"
#include "core/execute/recurrent_cells.h"
#include "core/graph/bodies.h"

namespace tinsmith {
namespace {

constexpr std::int64_t mostScratch = std::int64_t{1} << 32;

} // namespace

const Bytes *Preparation::constant(std::size_t position) const
{
    const TensorId id = op_.input(position);
    if (!id.valid()) {
        return nullptr;
    }
    const Bytes &value = values_[id.position()];
    return value.empty() && elementsOf(graph_.tensor(id)) > 0 ? nullptr : &value;
}

std::size_t Preparation::reserve(std::int64_t bytes)
{
    if (bytes < 0 || bytes > mostScratch) {
        refuse("needs more working memory than is sane");
    }
    const std::size_t offset = reserved_;
    reserved_ += (static_cast<std::size_t>(bytes) + 63) / 64 * 64;
    return offset;
}

void Preparation::refuse(const std::string &reason) const
{
    throw UnsupportedError({}, op_.name, reason);
}

std::size_t Preparation::axis(std::int64_t axis, std::size_t rank) const
{
    const auto count = static_cast<std::int64_t>(rank);
    if (axis < -count || axis >= count) {
        refuse("axis " + std::to_string(axis) + " is outside the input's " + std::to_string(rank) + " dimensions");
    }
    return static_cast<std::size_t>(axis < 0 ? axis + count : axis);
}

namespace {

Kernel prepareAsStored(Preparation &preparation)
{
    return std::visit(
        [&](const auto &kind) -> Kernel {
            if constexpr (requires { prepare(preparation, kind); }) {
                return prepare(preparation, kind);
            } else {
                preparation.refuse(displayName(preparation.op().kind) + " cannot run on the host");
            }
        },
        preparation.op().kind);
}

} // namespace

Kernel prepareKernel(Preparation &preparation)
{
    const bool widens = usesHalves(preparation) && bodiesOf(preparation.op().kind).empty();
    try {
        return prepareAsStored(preparation);
    } catch (const UnsupportedError &) {
        if (!widens) {
            throw;
        }
    }
    return prepareInSinglePrecision(preparation);
}

Kernel prepare(Preparation &preparation, const Custom &custom)
{
    preparation.refuse(
        custom.reason.empty() ? "operator type " + custom.sourceType + " cannot run on the host" : custom.reason);
}

} // namespace tinsmith
