// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/tflite/tflite_generated.h"
#include "core/graph/bytes.h"
#include "core/graph/error.h"

#include <cstdint>
#include <span>
#include <string>

namespace tinsmith::tflite {

/// A .tflite file whose flatbuffer structure has been verified. Indices into its tables have not: whoever follows one
/// checks it.
class File {
public:
    /// Throws FormatError naming `name` where the content is not a TFLite model of schema version 3.
    File(Bytes content, std::string name);

    const std::string &name() const { return name_; }
    const tfl::Model &model() const { return *model_; }
    const Bytes &content() const { return content_; }

    /// The data of buffer `index`, from inside the flatbuffer or, where the buffer says so, from behind it; empty for
    /// buffer 0. `place` names who asks, for the message.
    Bytes buffer(std::uint32_t index, const std::string &place) const;
    /// Bytes `offset` .. `offset + size` of the file.
    Bytes outside(std::uint64_t offset, std::uint64_t size, const std::string &place) const;
    /// A vector of the flatbuffer, as bytes that share the file.
    Bytes inside(const flatbuffers::Vector<std::uint8_t> *vector) const;

    /// Counts memory that the graph takes for what the file holds. Tables of a flatbuffer may be named any number of
    /// times, so that a small file could fill the memory; throws FormatError where all together pass 64 times the file.
    void account(std::uint64_t bytes, const std::string &place) const;
    /// Counts a copy of a vector or a text; null counts nothing.
    template <typename Vector>
    void accountCopy(const Vector *vector, std::size_t elementBytes, const std::string &place) const
    {
        account(vector == nullptr ? 0 : std::uint64_t{vector->size()} * elementBytes, place);
    }

    FormatError error(const std::string &place, const std::string &cause) const { return {name_, place, cause}; }

private:
    Bytes content_;
    std::string name_;
    const tfl::Model *model_ = nullptr;
    mutable std::uint64_t accounted_ = 0;
};

} // namespace tinsmith::tflite
