// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/tflite/tflite_generated.h"
#include "core/graph/bytes.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace tinsmith::test {

/// The parts of a .tflite file as plain values, to be spoilt before they are written: unlike the writer it checks
/// nothing.
struct FileMaker {
    struct TensorParts {
        std::string name;
        std::vector<std::int32_t> shape;
        tfl::TensorType type = tfl::TensorType::FLOAT32;
        std::uint32_t buffer = 0;
        std::vector<float> scales;
        std::vector<std::int64_t> zeroPoints;
        std::int32_t axis = 0;
        std::function<flatbuffers::Offset<tfl::SparsityParameters>(flatbuffers::FlatBufferBuilder &)> sparsity = {};
        /// -1 for a dimension that may have any size; nothing writes none.
        std::vector<std::int32_t> signature = {};
        bool hasRank = false;
    };
    struct OperatorParts {
        std::uint32_t code = 0;
        std::vector<std::int32_t> inputs;
        std::vector<std::int32_t> outputs;
        tfl::BuiltinOptions type = tfl::BuiltinOptions::NONE;
        std::function<flatbuffers::Offset<void>(flatbuffers::FlatBufferBuilder &)> options;
        std::vector<std::int32_t> intermediates = {};
        /// Of custom options behind the flatbuffer.
        std::uint64_t largeOffset = 0;
        std::uint64_t largeSize = 0;
    };
    struct BufferParts {
        std::vector<std::uint8_t> data;
        std::uint64_t offset = 0;
        std::uint64_t size = 0;
    };

    std::uint32_t version = 3;
    bool hasSubgraph = true;
    std::uint32_t signatureSubgraph = 0;
    /// Of the one entry of metadata; 0 for none.
    std::uint32_t metadataBuffer = 0;
    std::vector<tfl::BuiltinOperator> codes;
    std::vector<TensorParts> tensors;
    std::vector<OperatorParts> operators;
    std::vector<BufferParts> buffers = {{}};
    std::vector<std::int32_t> inputs;
    std::vector<std::int32_t> outputs;
    /// Further subgraphs; of them only tensors, operators, inputs and outputs count.
    std::vector<FileMaker> bodies;

    /// A float activation.
    static TensorParts tensorNamed(const std::string &name, const std::vector<std::int32_t> &shape);
    /// Adds a constant of 32-bit integers; returns its tensor number.
    std::int32_t addIntegers(const std::vector<std::int32_t> &values);
    Bytes write() const;

    /// x [1,4] times weights [2,4] plus bias [2] gives y [1,2].
    static FileMaker dense();
    /// One operator on input 0 of this shape, float; `parameters` become constant integers behind it.
    static FileMaker single(tfl::BuiltinOperator code, const std::vector<std::int32_t> &shape,
        const std::vector<std::vector<std::int32_t>> &parameters = {},
        tfl::BuiltinOptions type = tfl::BuiltinOptions::NONE,
        std::function<flatbuffers::Offset<void>(flatbuffers::FlatBufferBuilder &)> options = {});
};

} // namespace tinsmith::test
