// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/tflite/options_text.h"
#include "core/formats/tflite/tflite_generated.h"
#include "core/graph/graph.h"

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

namespace tinsmith::tflite {

/// The tables of a file that all subgraphs share: buffers, each content once, and operator codes.
class ModelWriter {
public:
    ModelWriter();

    struct Code {
        tfl::BuiltinOperator builtin = tfl::BuiltinOperator::CUSTOM;
        std::string custom;
        std::int32_t version = 1;
    };

    flatbuffers::FlatBufferBuilder &builder() { return builder_; }
    /// The number of the buffer with this content; 0 for nothing. Throws UnsupportedError past 2 GiB.
    std::uint32_t buffer(const Bytes &content);
    std::uint32_t operatorCode(const Code &code);
    std::vector<std::byte> finish(
        const std::vector<flatbuffers::Offset<tfl::SubGraph>> &subgraphs, const GraphInfo &info);

private:
    flatbuffers::FlatBufferBuilder builder_;
    std::vector<flatbuffers::Offset<tfl::Buffer>> buffers_;
    /// By hash of the content; equal hashes are compared.
    std::unordered_multimap<std::size_t, std::pair<Bytes, std::uint32_t>> contents_;
    std::uint64_t total_ = 0;
    std::map<std::tuple<std::int32_t, std::string, std::int32_t>, std::uint32_t> codeNumbers_;
    std::vector<Code> codes_;
};

/// One graph as a subgraph of the file.
class SubgraphWriter {
public:
    SubgraphWriter(ModelWriter &model, const Graph &graph);

    flatbuffers::FlatBufferBuilder &builder() { return model_.builder(); }
    const Graph &graph() const { return graph_; }
    /// Adds a tensor that the graph does not have; returns the number that operators refer to it by. What nothing refers
    /// to in the end, such as a constant whose values the file states in another form, is left out of the file.
    std::int32_t addTensor(const Tensor &tensor);
    std::string uniqueName(const std::string &wish);
    void addOperator(const ModelWriter::Code &code, const std::vector<std::int32_t> &inputs,
        const std::vector<std::int32_t> &outputs, const EncodedOptions &options,
        const std::vector<std::int32_t> &intermediates);
    /// Throws UnsupportedError where a tensor is of a type or size that TFLite cannot hold.
    flatbuffers::Offset<tfl::SubGraph> finish();

private:
    struct AddedOperator {
        std::uint32_t code = 0;
        std::vector<std::int32_t> inputs;
        std::vector<std::int32_t> outputs;
        EncodedOptions options;
        std::vector<std::int32_t> intermediates;
    };

    flatbuffers::Offset<tfl::Tensor> write(const Tensor &tensor);
    flatbuffers::Offset<tfl::Operator> write(const AddedOperator &op, const std::vector<std::int32_t> &numbers);

    ModelWriter &model_;
    const Graph &graph_;
    std::vector<Tensor> tensors_;
    std::vector<AddedOperator> operators_;
    std::unordered_map<std::string, int> names_;
};

} // namespace tinsmith::tflite
