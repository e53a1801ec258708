// SPDX-License-Identifier: Apache-2.0
#include "tests/core/formats_tflite/file_maker.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace tinsmith::test {
namespace {

flatbuffers::Offset<tfl::Tensor> writeTensor(
    flatbuffers::FlatBufferBuilder &builder, const FileMaker::TensorParts &parts)
{
    flatbuffers::Offset<tfl::QuantizationParameters> quantization;
    if (!parts.scales.empty()) {
        const auto scales = builder.CreateVector(parts.scales);
        const auto zeroPoints = builder.CreateVector(parts.zeroPoints);
        quantization = tfl::CreateQuantizationParameters(
            builder, 0, 0, scales, zeroPoints, tfl::QuantizationDetails::NONE, 0, parts.axis);
    }
    const auto sparsity = parts.sparsity ? parts.sparsity(builder) : 0;
    const auto shape = builder.CreateVector(parts.shape);
    const auto name = builder.CreateString(parts.name);
    const auto signature = parts.signature.empty() ? 0 : builder.CreateVector(parts.signature);
    return tfl::CreateTensor(
        builder, shape, parts.type, parts.buffer, name, quantization, false, sparsity, signature, parts.hasRank);
}

flatbuffers::Offset<tfl::SubGraph> writeSubgraph(flatbuffers::FlatBufferBuilder &builder, const FileMaker &parts)
{
    std::vector<flatbuffers::Offset<tfl::Tensor>> tensors;
    for (const FileMaker::TensorParts &tensor : parts.tensors) {
        tensors.push_back(writeTensor(builder, tensor));
    }
    std::vector<flatbuffers::Offset<tfl::Operator>> operators;
    for (const FileMaker::OperatorParts &op : parts.operators) {
        const auto options = op.options ? op.options(builder) : flatbuffers::Offset<void>();
        const auto reads = builder.CreateVector(op.inputs);
        const auto writes = builder.CreateVector(op.outputs);
        const auto keeps = op.intermediates.empty() ? 0 : builder.CreateVector(op.intermediates);
        operators.push_back(
            tfl::CreateOperator(builder, op.code, reads, writes, options.IsNull() ? tfl::BuiltinOptions::NONE : op.type,
                options, 0, tfl::CustomOptionsFormat::FLEXBUFFERS, 0, keeps, op.largeOffset, op.largeSize));
    }
    const auto tensorList = builder.CreateVector(tensors);
    const auto inputList = builder.CreateVector(parts.inputs);
    const auto outputList = builder.CreateVector(parts.outputs);
    const auto operatorList = builder.CreateVector(operators);
    return tfl::CreateSubGraph(builder, tensorList, inputList, outputList, operatorList);
}

} // namespace

FileMaker::TensorParts FileMaker::tensorNamed(const std::string &name, const std::vector<std::int32_t> &shape)
{
    TensorParts tensor;
    tensor.name = name;
    tensor.shape = shape;
    return tensor;
}

std::int32_t FileMaker::addIntegers(const std::vector<std::int32_t> &values)
{
    BufferParts buffer;
    buffer.data.resize(values.size() * sizeof(std::int32_t));
    std::memcpy(buffer.data.data(), values.data(), buffer.data.size());
    buffers.push_back(buffer);
    TensorParts tensor;
    tensor.name = "parameter" + std::to_string(tensors.size());
    tensor.shape = {static_cast<std::int32_t>(values.size())};
    tensor.type = tfl::TensorType::INT32;
    tensor.buffer = static_cast<std::uint32_t>(buffers.size() - 1);
    tensors.push_back(tensor);
    return static_cast<std::int32_t>(tensors.size() - 1);
}

Bytes FileMaker::write() const
{
    flatbuffers::FlatBufferBuilder builder;
    std::vector<flatbuffers::Offset<tfl::Buffer>> writtenBuffers;
    for (const BufferParts &buffer : buffers) {
        builder.ForceVectorAlignment(buffer.data.size(), 1, 16);
        const auto data = builder.CreateVector(buffer.data);
        writtenBuffers.push_back(tfl::CreateBuffer(builder, data, buffer.offset, buffer.size));
    }
    std::vector<flatbuffers::Offset<tfl::OperatorCode>> writtenCodes;
    for (const tfl::BuiltinOperator code : codes) {
        writtenCodes.push_back(tfl::CreateOperatorCode(
            builder, static_cast<std::int8_t>(std::min(static_cast<int>(code), 127)), 0, 1, code));
    }
    std::vector<flatbuffers::Offset<tfl::SubGraph>> subgraphs;
    if (hasSubgraph) {
        subgraphs.push_back(writeSubgraph(builder, *this));
    }
    for (const FileMaker &body : bodies) {
        subgraphs.push_back(writeSubgraph(builder, body));
    }
    std::vector<flatbuffers::Offset<tfl::Metadata>> metadata;
    if (metadataBuffer != 0) {
        const auto name = builder.CreateString("min_runtime_version");
        metadata.push_back(tfl::CreateMetadata(builder, name, metadataBuffer));
    }
    const auto key = builder.CreateString("serving_default");
    const std::vector<flatbuffers::Offset<tfl::SignatureDef>> signatures
        = {tfl::CreateSignatureDef(builder, 0, 0, key, 0, signatureSubgraph)};
    const auto codeList = builder.CreateVector(writtenCodes);
    const auto subgraphList = builder.CreateVector(subgraphs);
    const auto bufferList = builder.CreateVector(writtenBuffers);
    const auto signatureList = builder.CreateVector(signatures);
    const auto metadataList = builder.CreateVector(metadata);
    tfl::FinishModelBuffer(builder,
        tfl::CreateModel(builder, version, codeList, subgraphList, 0, bufferList, 0, metadataList, signatureList));
    return Bytes::of(std::span<const std::uint8_t>(builder.GetBufferPointer(), builder.GetSize()));
}

FileMaker FileMaker::dense()
{
    FileMaker file;
    file.codes = {tfl::BuiltinOperator::FULLY_CONNECTED};
    file.buffers.push_back({std::vector<std::uint8_t>(8, 3), 0, 0});
    file.buffers.push_back({std::vector<std::uint8_t>(8, 0), 0, 0});
    const auto int8 = tfl::TensorType::INT8;
    file.tensors = {{"x", {1, 4}, int8, 0, {0.5F}, {1}}, {"weights", {2, 4}, int8, 1, {0.25F, 0.125F}, {0, 0}},
        {"bias", {2}, tfl::TensorType::INT32, 2, {0.125F, 0.0625F}, {0, 0}}, {"y", {1, 2}, int8, 0, {0.5F}, {0}}};
    OperatorParts op;
    op.inputs = {0, 1, 2};
    op.outputs = {3};
    op.type = tfl::BuiltinOptions::FullyConnectedOptions;
    op.options
        = [](flatbuffers::FlatBufferBuilder &builder) { return tfl::CreateFullyConnectedOptions(builder).Union(); };
    file.operators = {op};
    file.inputs = {0};
    file.outputs = {3};
    return file;
}

FileMaker FileMaker::single(tfl::BuiltinOperator code, const std::vector<std::int32_t> &shape,
    const std::vector<std::vector<std::int32_t>> &parameters, tfl::BuiltinOptions type,
    std::function<flatbuffers::Offset<void>(flatbuffers::FlatBufferBuilder &)> options)
{
    FileMaker file;
    file.codes = {code};
    file.tensors = {tensorNamed("x", shape), tensorNamed("y", shape)};
    OperatorParts op;
    op.inputs = {0};
    op.outputs = {1};
    op.type = type;
    op.options = std::move(options);
    for (const auto &values : parameters) {
        op.inputs.push_back(file.addIntegers(values));
    }
    file.operators = {op};
    file.inputs = {0};
    file.outputs = {1};
    return file;
}

} // namespace tinsmith::test
