// SPDX-License-Identifier: Apache-2.0
#include "core/formats/tflite/reader.h"

#include "core/formats/tflite/file.h"
#include "core/formats/tflite/operator_reader.h"
#include "core/formats/tflite/tensor_reader.h"
#include "core/graph/bodies.h"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tinsmith {
namespace tflite {
namespace {

std::string textOf(const flatbuffers::String *text)
{
    return text == nullptr ? std::string() : text->str();
}

/// Text as it is, without the zeros that fill it up; other content as its size.
std::string metadataText(const Bytes &bytes)
{
    std::string text(reinterpret_cast<const char *>(bytes.data()), std::min<std::size_t>(bytes.size(), 200));
    text.resize(text.find_last_not_of('\0') + 1);
    const bool printable = std::all_of(
        text.begin(), text.end(), [](unsigned char letter) { return letter < 128 && std::isprint(letter) != 0; });
    return printable && !text.empty() && bytes.size() <= 200 ? text : std::to_string(bytes.size()) + " bytes";
}

std::vector<TensorId> readEnds(const File &file, const flatbuffers::Vector<std::int32_t> *list,
    const GraphBuilder &builder, const std::string &place)
{
    std::vector<TensorId> ids;
    for (std::size_t at = 0; list != nullptr && at < list->size(); ++at) {
        const std::int32_t index = list->Get(static_cast<flatbuffers::uoffset_t>(at));
        if (index < 0 || static_cast<std::size_t>(index) >= builder.tensorCount()) {
            throw file.error(place,
                "name tensor " + std::to_string(index) + ", but there are " + std::to_string(builder.tensorCount())
                    + " tensors");
        }
        ids.emplace_back(static_cast<std::size_t>(index));
    }
    return ids;
}

/// Adds what operators made of their parameters. A name that only a tensor without any use has is theirs: it is the
/// same constant, left over from an earlier reading.
void addConstants(GraphBuilder &builder, std::vector<Tensor> added)
{
    std::vector<bool> used(builder.tensorCount() + added.size(), false);
    const auto use = [&used](const std::vector<TensorId> &ids) {
        for (const TensorId id : ids) {
            if (id.valid()) {
                used[id.position()] = true;
            }
        }
    };
    use(builder.inputs());
    use(builder.outputs());
    for (std::size_t at = 0; at < builder.operatorCount(); ++at) {
        use(builder.op(OperatorId(at)).inputs);
        use(builder.op(OperatorId(at)).outputs);
    }
    std::unordered_map<std::string, TensorId> leftOver;
    for (std::size_t at = 0; !added.empty() && at < builder.tensorCount(); ++at) {
        if (!used[at]) {
            leftOver.emplace(builder.tensor(TensorId(at)).name, TensorId(at));
        }
    }
    for (Tensor &constant : added) {
        if (const auto found = leftOver.find(constant.name); found != leftOver.end()) {
            builder.tensor(found->second).name = builder.uniqueTensorName(constant.name);
            leftOver.erase(found);
        } else {
            constant.name = builder.uniqueTensorName(constant.name);
        }
        builder.addTensor(std::move(constant));
    }
}

GraphBuilder readSubgraph(const File &file, const tfl::SubGraph &raw, const std::string &where)
{
    GraphBuilder builder;
    builder.name() = textOf(raw.name());
    builder.info().format = "TFLite";
    for (std::size_t at = 0; raw.tensors() != nullptr && at < raw.tensors()->size(); ++at) {
        const tfl::Tensor &tensor = *raw.tensors()->Get(static_cast<flatbuffers::uoffset_t>(at));
        const std::string name = textOf(tensor.name());
        const std::string place
            = where + "tensor " + std::to_string(at) + (name.empty() ? std::string() : " (" + name + ")");
        Tensor read = readTensor(file, tensor, place);
        read.name = builder.uniqueTensorName(read.name.empty() ? "tensor_" + std::to_string(at) : read.name);
        if (read.type == ElementType::Unknown) {
            builder.info().problems.push_back({read.name,
                "Its element type, number " + std::to_string(static_cast<int>(tensor.type())) + ", is not known."});
        }
        if (tensor.quantization() != nullptr
            && tensor.quantization()->details_type() != tfl::QuantizationDetails::NONE) {
            builder.info().problems.push_back(
                {read.name, "It is quantized in a way other than scales and zero points, which is not read."});
        }
        builder.addTensor(std::move(read));
    }
    std::vector<Tensor> added;
    for (std::size_t at = 0; raw.operators() != nullptr && at < raw.operators()->size(); ++at) {
        Operator op = readOperator(
            file, builder, *raw.operators()->Get(static_cast<flatbuffers::uoffset_t>(at)), at, added, where);
        op.name = builder.uniqueOperatorName(op.name.empty() ? "operator_" + std::to_string(at) : op.name);
        if (const Custom *const custom = op.as<Custom>(); custom != nullptr && !custom->reason.empty()) {
            builder.info().problems.push_back({op.name, custom->sourceType + ": " + custom->reason + "."});
        }
        builder.addOperator(std::move(op));
    }
    builder.setInputs(readEnds(file, raw.inputs(), builder, where + "graph inputs"));
    builder.setOutputs(readEnds(file, raw.outputs(), builder, where + "graph outputs"));
    addConstants(builder, std::move(added));
    return builder;
}

std::string signatureText(const File &file, const tfl::SignatureDef &signature)
{
    const auto listed = [&](const auto *maps) {
        std::string text;
        for (std::size_t at = 0; maps != nullptr && at < maps->size(); ++at) {
            const tfl::TensorMap &map = *maps->Get(static_cast<flatbuffers::uoffset_t>(at));
            text += (text.empty() ? "" : ", ") + textOf(map.name()) + " = tensor " + std::to_string(map.tensor_index());
        }
        return text;
    };
    const auto *const subgraphs = file.model().subgraphs();
    if (signature.subgraph_index() >= subgraphs->size()) {
        throw file.error("signature " + textOf(signature.signature_key()),
            "refers to subgraph " + std::to_string(signature.subgraph_index()) + " of "
                + std::to_string(subgraphs->size()));
    }
    return listed(signature.inputs()) + " -> " + listed(signature.outputs());
}

void readInfo(const File &file, GraphInfo &info)
{
    const tfl::Model &model = file.model();
    info.metadata.emplace_back("Schema version", std::to_string(model.version()));
    if (model.description() != nullptr) {
        info.metadata.emplace_back("Description", model.description()->str());
    }
    for (std::size_t at = 0; model.metadata() != nullptr && at < model.metadata()->size(); ++at) {
        const tfl::Metadata &entry = *model.metadata()->Get(static_cast<flatbuffers::uoffset_t>(at));
        const std::string name = textOf(entry.name());
        info.metadata.emplace_back(name, metadataText(file.buffer(entry.buffer(), "metadata " + name)));
    }
    for (std::size_t at = 0; model.signature_defs() != nullptr && at < model.signature_defs()->size(); ++at) {
        const tfl::SignatureDef &signature = *model.signature_defs()->Get(static_cast<flatbuffers::uoffset_t>(at));
        info.metadata.emplace_back("Signature " + textOf(signature.signature_key()), signatureText(file, signature));
    }
}

/// build() finds what only the whole graph shows: two producers of a tensor, a cycle.
Graph build(const File &file, GraphBuilder builder)
{
    try {
        return builder.build();
    } catch (const GraphError &error) {
        throw file.error(error.place(), error.cause());
    }
}

} // namespace
} // namespace tflite

bool looksLikeTflite(std::span<const std::byte> content)
{
    return content.size() >= 8 && std::memcmp(content.data() + 4, "TFL3", 4) == 0;
}

Graph readTflite(const Bytes &content, const std::string &file)
{
    const tflite::File opened(content, file);
    const auto *const subgraphs = opened.model().subgraphs();
    if (subgraphs == nullptr || subgraphs->size() == 0) {
        throw opened.error({}, "holds no graph");
    }
    GraphBuilder main = tflite::readSubgraph(opened, *subgraphs->Get(0), {});
    tflite::readInfo(opened, main.info());
    for (std::size_t at = 1; at < subgraphs->size(); ++at) {
        const tfl::SubGraph &raw = *subgraphs->Get(static_cast<flatbuffers::uoffset_t>(at));
        const std::string where = "subgraph " + std::to_string(at) + ", ";
        main.subgraphs().push_back(tflite::build(opened, tflite::readSubgraph(opened, raw, where)));
    }
    const Graph graph = tflite::build(opened, std::move(main));
    try {
        checkBodies(graph);
    } catch (const GraphError &error) {
        throw opened.error(error.place(), error.cause());
    }
    return graph;
}

Graph readTflite(const std::filesystem::path &path)
{
    return readTflite(Bytes::map(path), path.string());
}

} // namespace tinsmith
