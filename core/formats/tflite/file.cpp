// SPDX-License-Identifier: Apache-2.0
#include "core/formats/tflite/file.h"

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

namespace tinsmith::tflite {
namespace {

constexpr std::size_t smallest = 8;
constexpr flatbuffers::uoffset_t deepest = 64;
/// The verifier's own limit of a million tables is too low for large models.
constexpr flatbuffers::uoffset_t mostTables = 10'000'000;
/// What the graph may take in memory: a multiple of the file, and for small files this much.
constexpr std::uint64_t largestRatio = 64;
constexpr std::uint64_t freeBytes = std::uint64_t{16} << 20;

/// The generated accessors read aligned numbers, so the content must start on an aligned address.
Bytes aligned(Bytes content)
{
    constexpr std::uintptr_t alignment = 16;
    if (reinterpret_cast<std::uintptr_t>(content.data()) % alignment == 0) {
        return content;
    }
    return Bytes(std::vector<std::byte>(content.view().begin(), content.view().end()));
}

} // namespace

File::File(Bytes content, std::string name) : content_(aligned(std::move(content))), name_(std::move(name))
{
    const std::size_t size = content_.size();
    if (size < smallest) {
        throw error({}, "is too short to be a TFLite model (" + std::to_string(size) + " bytes)");
    }
    if (std::memcmp(content_.data() + 4, tfl::ModelIdentifier(), 4) != 0) {
        throw error({}, "is not a TFLite model: the identifier TFL3 is missing");
    }
    const auto *const start = reinterpret_cast<const std::uint8_t *>(content_.data());
    // A flatbuffer is less than 2 GiB; in a larger file, data follow it.
    const std::size_t flatbuffer = std::min<std::size_t>(size, FLATBUFFERS_MAX_BUFFER_SIZE - 1);
    flatbuffers::Verifier verifier(start, flatbuffer, deepest, mostTables);
    if (!tfl::VerifyModelBuffer(verifier)) {
        throw error({}, "is damaged or cut off: its tables point outside the file");
    }
    model_ = tfl::GetModel(start);
    if (model_->version() != 3) {
        throw error({}, "has schema version " + std::to_string(model_->version()) + "; Tinsmith reads version 3");
    }
}

Bytes File::buffer(std::uint32_t index, const std::string &place) const
{
    if (index == 0) {
        return {};
    }
    const auto *const buffers = model_->buffers();
    const std::uint32_t count = buffers == nullptr ? 0 : buffers->size();
    if (index >= count) {
        throw error(place,
            "refers to buffer " + std::to_string(index) + ", but the file has " + std::to_string(count) + " buffers");
    }
    const tfl::Buffer &buffer = *buffers->Get(index);
    if (buffer.offset() > 1) {
        return outside(buffer.offset(), buffer.size(), place);
    }
    return inside(buffer.data());
}

Bytes File::outside(std::uint64_t offset, std::uint64_t size, const std::string &place) const
{
    if (offset > content_.size() || size > content_.size() - offset) {
        throw error(place,
            "has its data at offset " + std::to_string(offset) + ", " + std::to_string(size)
                + " bytes long, which is outside the file of " + std::to_string(content_.size()) + " bytes");
    }
    return content_.part(offset, size);
}

Bytes File::inside(const flatbuffers::Vector<std::uint8_t> *vector) const
{
    if (vector == nullptr) {
        return {};
    }
    const auto offset = static_cast<std::size_t>(reinterpret_cast<const std::byte *>(vector->Data()) - content_.data());
    return content_.part(offset, vector->size());
}

void File::account(std::uint64_t bytes, const std::string &place) const
{
    accounted_ += bytes;
    if (accounted_ > freeBytes + largestRatio * content_.size()) {
        throw error(place, "makes the model take more than 64 times the file in memory");
    }
}

} // namespace tinsmith::tflite
