// SPDX-License-Identifier: Apache-2.0
#include "core/session/idx_file.h"

#include <algorithm>

namespace tinsmith {
namespace {

ElementType typeOf(std::uint32_t code)
{
    switch (code) {
    case 0x08:
        return ElementType::UInt8;
    case 0x09:
        return ElementType::Int8;
    case 0x0B:
        return ElementType::Int16;
    case 0x0C:
        return ElementType::Int32;
    case 0x0D:
        return ElementType::Float32;
    case 0x0E:
        return ElementType::Float64;
    default:
        return ElementType::Unknown;
    }
}

} // namespace

std::optional<NpyArray> readIdx(const Bytes &bytes)
{
    const auto byteAt = [&bytes](std::size_t index) { return std::to_integer<std::uint32_t>(bytes.view()[index]); };
    if (bytes.size() < 8 || byteAt(0) != 0 || byteAt(1) != 0 || typeOf(byteAt(2)) == ElementType::Unknown) {
        return std::nullopt;
    }
    NpyArray array;
    array.type = typeOf(byteAt(2));
    const std::size_t rank = byteAt(3);
    if (rank == 0 || rank > 8 || bytes.size() < 4 + 4 * rank) {
        return std::nullopt;
    }
    for (std::size_t axis = 0; axis < rank; ++axis) {
        const std::size_t at = 4 + 4 * axis;
        array.shape.dims.push_back(
            static_cast<std::int64_t>(byteAt(at) << 24 | byteAt(at + 1) << 16 | byteAt(at + 2) << 8 | byteAt(at + 3)));
    }
    const auto elements = array.shape.elements();
    const std::size_t start = 4 + 4 * rank;
    const std::size_t width = static_cast<std::size_t>(bitsOf(array.type)) / 8;
    if (!elements || static_cast<std::uint64_t>(*elements) > (bytes.size() - start) / width) {
        return std::nullopt;
    }
    array.data = littleEndian(bytes.part(start, static_cast<std::size_t>(*elements) * width), width);
    return array;
}

} // namespace tinsmith
