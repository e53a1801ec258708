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

/// What may lie inside a flatbuffer, with room for tables besides: a builder past 2 GiB writes a damaged file without a
/// word.
inline constexpr std::uint64_t mostData = (std::uint64_t{1} << 31) - (std::uint64_t{64} << 20);

/// The tables of a file that all subgraphs share: buffers, each content once, and operator codes.
class ModelWriter {
public:
    /// Buffers past `most` bytes go behind the flatbuffer.
    explicit ModelWriter(std::uint64_t most = mostData);

    struct Code {
        tfl::BuiltinOperator builtin = tfl::BuiltinOperator::CUSTOM;
        std::string custom;
        std::int32_t version = 1;
    };

    flatbuffers::FlatBufferBuilder &builder() { return builder_; }
    /// The number of the buffer with this content; 0 for nothing.
    std::uint32_t buffer(const Bytes &content);
    std::uint32_t operatorCode(const Code &code);
    /// The next subgraph's tensors, by name.
    void addTensorNumbers(std::unordered_map<std::string, std::uint32_t> numbers)
    {
        tensorNumbers_.push_back(std::move(numbers));
    }
    /// The file. `graph` is the whole model as it was given, `notes` gets a sentence for what is left out.
    std::vector<std::byte> finish(const std::vector<flatbuffers::Offset<tfl::SubGraph>> &subgraphs, const Graph &graph,
        std::vector<std::string> &notes);

private:
    flatbuffers::Offset<flatbuffers::Vector<flatbuffers::Offset<tfl::SignatureDef>>> writeSignatures(
        const GraphInfo &info);
    flatbuffers::Offset<flatbuffers::Vector<flatbuffers::Offset<tfl::Metadata>>> writeMetadata(
        const Graph &graph, std::vector<std::string> &notes);
    /// Whether the entry "Operator versions" lists all that the file is written with.
    bool onlyOperatorsOf(const GraphInfo &info) const;
    /// The flatbuffer and what lies behind it.
    std::vector<std::byte> withOutside();

    flatbuffers::FlatBufferBuilder builder_;
    std::vector<flatbuffers::Offset<tfl::Buffer>> buffers_;
    /// By hash of the content; equal hashes are compared.
    std::unordered_multimap<std::size_t, std::pair<Bytes, std::uint32_t>> contents_;
    std::uint64_t most_;
    std::uint64_t total_ = 0;
    std::vector<std::unordered_map<std::string, std::uint32_t>> tensorNumbers_;
    /// What goes behind the flatbuffer.
    std::vector<std::pair<std::uint32_t, Bytes>> outside_;
    std::map<std::tuple<std::int32_t, std::string, std::int32_t>, std::uint32_t> codeNumbers_;
    std::vector<Code> codes_;
};

/// One graph as a subgraph of the file.
class SubgraphWriter {
public:
    SubgraphWriter(ModelWriter &model, const Graph &graph);

    flatbuffers::FlatBufferBuilder &builder() { return model_.builder(); }
    const Graph &graph() const { return graph_; }
    /// Adds a tensor that the graph does not have; returns the number that operators refer to it by. What nothing
    /// refers to in the end, such as a constant whose values the file states in another form, is left out of the file.
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
