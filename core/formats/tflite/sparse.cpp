// SPDX-License-Identifier: Apache-2.0
#include "core/formats/tflite/tensor_reader.h"

#include "core/graph/element_type.h"

#include <cstring>
#include <utility>
#include <vector>

namespace tinsmith::tflite {
namespace {

/// A dense copy may not take more than this.
constexpr std::int64_t mostBytes = std::int64_t{1} << 31;
constexpr std::size_t mostLevels = 16;

/// The numbers of one of the vectors that positions may stand in, read where they lie.
class Positions {
public:
    Positions() = default;
    Positions(tfl::SparseIndexVector type, const void *vector)
    {
        switch (vector == nullptr ? tfl::SparseIndexVector::NONE : type) {
        case tfl::SparseIndexVector::Int32Vector:
            int32_ = static_cast<const tfl::Int32Vector *>(vector)->values();
            break;
        case tfl::SparseIndexVector::Uint16Vector:
            uint16_ = static_cast<const tfl::Uint16Vector *>(vector)->values();
            break;
        case tfl::SparseIndexVector::Uint8Vector:
            uint8_ = static_cast<const tfl::Uint8Vector *>(vector)->values();
            break;
        case tfl::SparseIndexVector::NONE:
            break;
        }
    }

    std::size_t size() const
    {
        return int32_ != nullptr ? int32_->size()
            : uint16_ != nullptr ? uint16_->size()
            : uint8_ != nullptr  ? uint8_->size()
                                 : 0;
    }
    std::int64_t operator[](std::size_t at) const
    {
        const auto index = static_cast<flatbuffers::uoffset_t>(at);
        return int32_ != nullptr ? int32_->Get(index) : uint16_ != nullptr ? uint16_->Get(index) : uint8_->Get(index);
    }

private:
    const flatbuffers::Vector<std::int32_t> *int32_ = nullptr;
    const flatbuffers::Vector<std::uint16_t> *uint16_ = nullptr;
    const flatbuffers::Vector<std::uint8_t> *uint8_ = nullptr;
};

/// One dimension in traversal order: dense with a size, or sparse with the positions of what is stored.
struct Level {
    bool sparse = false;
    std::int64_t size = 0;
    Positions segments;
    Positions indices;
};

/// Walks the levels and copies each stored element to its place.
class Spreader {
public:
    Spreader(const File &file, const tfl::SparsityParameters &sparsity, const Tensor &tensor, const Bytes &stored,
        const std::string &place);

    Bytes run();

private:
    FormatError wrong(const char *cause) const
    {
        return file_.error(place_, std::string("is sparse in a way that cannot be: ") + cause);
    }
    void readLevels(const tfl::SparsityParameters &sparsity);
    void readOrder(const tfl::SparsityParameters &sparsity);
    void walk(std::size_t level, std::int64_t parent);
    void store(std::int64_t element);

    const File &file_;
    const Tensor &tensor_;
    const Bytes &stored_;
    const std::string &place_;
    std::size_t elementBytes_ = 0;
    std::vector<Level> levels_;
    /// Traversal order, and for each block dimension the tensor's dimension that it divides, and how finely.
    std::vector<std::size_t> order_;
    std::vector<std::size_t> blockMap_;
    std::vector<std::int64_t> blockSizes_;
    std::vector<std::int64_t> coordinates_;
    std::vector<std::byte> dense_;
};

Spreader::Spreader(const File &file, const tfl::SparsityParameters &sparsity, const Tensor &tensor, const Bytes &stored,
    const std::string &place)
    : file_(file), tensor_(tensor), stored_(stored), place_(place)
{
    const int bits = bitsOf(tensor.type);
    if (bits < 8) {
        throw wrong("its elements are smaller than a byte");
    }
    elementBytes_ = static_cast<std::size_t>(bits) / 8;
    const auto bytes = tensor.bytes();
    if (!bytes || *bytes > mostBytes) {
        throw wrong("its dense form has no size or takes more than 2 GiB");
    }
    readLevels(sparsity);
    readOrder(sparsity);
    file.account(static_cast<std::uint64_t>(*bytes), place);
    dense_.resize(static_cast<std::size_t>(*bytes));
    coordinates_.resize(levels_.size());
}

void Spreader::readLevels(const tfl::SparsityParameters &sparsity)
{
    if (sparsity.dim_metadata() == nullptr || sparsity.dim_metadata()->size() > mostLevels) {
        throw wrong("it has no dimensions, or too many");
    }
    // Numbers of elements stay small enough to be multiplied, whatever the positions say.
    const std::int64_t elements = tensor_.shape.elements().value_or(0);
    std::int64_t dense = 1;
    for (const tfl::DimensionMetadata *const raw : *sparsity.dim_metadata()) {
        Level level;
        level.sparse = raw->format() == tfl::DimensionType::SPARSE_CSR;
        level.size = raw->dense_size();
        if (level.sparse) {
            level.segments = {raw->array_segments_type(), raw->array_segments()};
            level.indices = {raw->array_indices_type(), raw->array_indices()};
        } else if (level.size < 1) {
            throw wrong("a dense dimension has no size");
        } else if (dense > elements / level.size) {
            throw wrong("its dense dimensions are larger than its shape");
        } else {
            dense *= level.size;
        }
        levels_.push_back(std::move(level));
    }
}

void Spreader::readOrder(const tfl::SparsityParameters &sparsity)
{
    const std::size_t rank = tensor_.shape.rank();
    if (sparsity.traversal_order() == nullptr || sparsity.traversal_order()->size() != levels_.size()
        || levels_.size() < rank) {
        throw wrong("the traversal order does not name every dimension");
    }
    std::vector<bool> seen(levels_.size(), false);
    for (const std::int32_t dimension : *sparsity.traversal_order()) {
        if (dimension < 0 || static_cast<std::size_t>(dimension) >= levels_.size()
            || seen[static_cast<std::size_t>(dimension)]) {
            throw wrong("the traversal order is not a permutation");
        }
        seen[static_cast<std::size_t>(dimension)] = true;
        order_.push_back(static_cast<std::size_t>(dimension));
    }
    const std::size_t blocks = levels_.size() - rank;
    if ((sparsity.block_map() == nullptr ? 0 : sparsity.block_map()->size()) != blocks) {
        throw wrong("the block map does not name every block dimension");
    }
    for (std::size_t block = 0; block < blocks; ++block) {
        const std::int32_t dimension = sparsity.block_map()->Get(static_cast<flatbuffers::uoffset_t>(block));
        if (dimension < 0 || static_cast<std::size_t>(dimension) >= rank) {
            throw wrong("the block map names a dimension that the tensor does not have");
        }
        blockMap_.push_back(static_cast<std::size_t>(dimension));
        blockSizes_.push_back(0);
    }
    for (std::size_t level = 0; level < levels_.size(); ++level) {
        if (order_[level] >= rank) {
            if (levels_[level].sparse) {
                throw wrong("a block dimension is not dense");
            }
            blockSizes_[order_[level] - rank] = levels_[level].size;
        }
    }
}

void Spreader::store(std::int64_t element)
{
    const std::size_t rank = tensor_.shape.rank();
    std::vector<std::int64_t> position(coordinates_.begin(), coordinates_.begin() + static_cast<std::ptrdiff_t>(rank));
    for (std::size_t block = 0; block < blockMap_.size(); ++block) {
        const std::size_t axis = blockMap_[block];
        if (position[axis] >= tensor_.shape[axis]) {
            throw wrong("a position lies outside the shape");
        }
        position[axis] = position[axis] * blockSizes_[block] + coordinates_[rank + block];
    }
    std::int64_t offset = 0;
    for (std::size_t axis = 0; axis < rank; ++axis) {
        if (position[axis] >= tensor_.shape[axis]) {
            throw wrong("a position lies outside the shape");
        }
        offset = offset * tensor_.shape[axis] + position[axis];
    }
    const auto from = static_cast<std::size_t>(element) * elementBytes_;
    if (from + elementBytes_ > stored_.size()) {
        throw wrong("it stores fewer values than it has positions");
    }
    std::memcpy(dense_.data() + static_cast<std::size_t>(offset) * elementBytes_, stored_.data() + from, elementBytes_);
}

void Spreader::walk(std::size_t level, std::int64_t parent)
{
    if (level == levels_.size()) {
        store(parent);
        return;
    }
    const Level &here = levels_[level];
    if (!here.sparse) {
        for (std::int64_t at = 0; at < here.size; ++at) {
            coordinates_[order_[level]] = at;
            walk(level + 1, parent * here.size + at);
        }
        return;
    }
    const auto segment = static_cast<std::size_t>(parent);
    if (segment + 1 >= here.segments.size()) {
        throw wrong("a segment is missing");
    }
    const std::int64_t first = here.segments[segment];
    const std::int64_t last = here.segments[segment + 1];
    if (first < 0 || last < first || static_cast<std::size_t>(last) > here.indices.size()) {
        throw wrong("a segment lies outside its positions");
    }
    for (std::int64_t at = first; at < last; ++at) {
        const std::int64_t index = here.indices[static_cast<std::size_t>(at)];
        if (index < 0) {
            throw wrong("a position is negative");
        }
        coordinates_[order_[level]] = index;
        walk(level + 1, at);
    }
}

Bytes Spreader::run()
{
    walk(0, 0);
    return Bytes(std::move(dense_));
}

} // namespace

Bytes spreadOut(const File &file, const tfl::SparsityParameters &sparsity, const Tensor &tensor, const Bytes &stored,
    const std::string &place)
{
    return Spreader(file, sparsity, tensor, stored, place).run();
}

} // namespace tinsmith::tflite
