// SPDX-License-Identifier: Apache-2.0
#include "core/formats/tflite/reader.h"

#include "core/formats/rounding_entry.h"
#include "core/formats/tflite/arena_plan.h"
#include "core/formats/tflite/file.h"
#include "core/formats/tflite/operator_reader.h"
#include "core/formats/tflite/signature_text.h"
#include "core/formats/tflite/tensor_reader.h"
#include "core/formats/tflite/versions.h"
#include "core/graph/bodies.h"
#include "core/graph/settle_shapes.h"

#include <algorithm>
#include <cstring>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tinsmith {
namespace tflite {
namespace {

std::string textOf(const flatbuffers::String *text)
{
    return text == nullptr ? std::string() : text->str();
}

std::vector<TensorId> readEnds(const File &file, const flatbuffers::Vector<std::int32_t> *list,
    const GraphBuilder &builder, const std::string &place)
{
    std::vector<TensorId> ids;
    file.accountCopy(list, sizeof(TensorId), place);
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

/// What is known of a quantization that has no scales of its own.
std::string quantizationProblem(const tfl::QuantizationParameters &quantization, const tfl::SubGraph &graph)
{
    const auto *const blocks = quantization.details_as_BlockwiseQuantization();
    if (blocks == nullptr) {
        return std::string(unreadQuantization) + "a way other than scales and zero points, which is not read.";
    }
    const auto named = [&graph](std::int32_t tensor) {
        const bool there = tensor >= 0 && static_cast<std::size_t>(tensor) < graph.tensors()->size();
        const auto *const name
            = there ? graph.tensors()->Get(static_cast<flatbuffers::uoffset_t>(tensor))->name() : nullptr;
        return name == nullptr ? "tensor " + std::to_string(tensor) : name->str();
    };
    return std::string(unreadQuantization) + "blocks of " + std::to_string(blocks->block_size())
        + " values, with scales in " + named(blocks->scales())
        + (blocks->zero_points() > 0 ? " and zero points in " + named(blocks->zero_points()) : std::string())
        + ", which is not run.";
}

GraphBuilder readSubgraph(const File &file, const tfl::SubGraph &raw, const std::string &where)
{
    GraphBuilder builder;
    constexpr std::uint64_t emptyGraph = 1024;
    file.account(emptyGraph, where);
    file.accountCopy(raw.name(), 1, where);
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
            builder.info().problems.push_back({read.name, quantizationProblem(*tensor.quantization(), raw)});
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
        const std::string differs
            = whyWindowsDisagree(op, [&builder](TensorId id) -> const Tensor & { return builder.tensor(id); });
        if (!differs.empty()) {
            builder.info().problems.push_back({op.name, "The file contradicts itself: " + differs + "."});
        }
        builder.addOperator(std::move(op));
    }
    builder.setInputs(readEnds(file, raw.inputs(), builder, where + "graph inputs"));
    builder.setOutputs(readEnds(file, raw.outputs(), builder, where + "graph outputs"));
    for (Tensor &constant : added) {
        constant.name = builder.uniqueTensorName(constant.name);
        builder.addTensor(std::move(constant));
    }
    return builder;
}

/// The names of a subgraph's tensors, by their numbers in the file.
std::vector<std::string> namesOf(const GraphBuilder &builder, const tfl::SubGraph &raw)
{
    std::vector<std::string> names(raw.tensors() == nullptr ? 0 : raw.tensors()->size());
    for (std::size_t at = 0; at < names.size(); ++at) {
        names[at] = builder.tensor(TensorId(at)).name;
    }
    return names;
}

Signature readSignature(
    const File &file, const tfl::SignatureDef &raw, const std::vector<std::vector<std::string>> &names)
{
    Signature signature;
    file.account(sizeof(Signature), "signatures");
    file.accountCopy(raw.signature_key(), 2, "signatures");
    signature.key = textOf(raw.signature_key());
    signature.subgraph = raw.subgraph_index();
    const std::string place = "signature " + signature.key;
    if (signature.subgraph >= names.size()) {
        throw file.error(
            place, "refers to subgraph " + std::to_string(signature.subgraph) + " of " + std::to_string(names.size()));
    }
    const auto &tensors = names[signature.subgraph];
    const auto read = [&](const auto *maps, auto &entries) {
        for (std::size_t at = 0; maps != nullptr && at < maps->size(); ++at) {
            const tfl::TensorMap &map = *maps->Get(static_cast<flatbuffers::uoffset_t>(at));
            if (map.tensor_index() >= tensors.size()) {
                throw file.error(place,
                    "names tensor " + std::to_string(map.tensor_index()) + ", but there are "
                        + std::to_string(tensors.size()) + " tensors");
            }
            // As it stands here, and in the text that is shown.
            file.account(2 * (sizeof(std::string) + tensors[map.tensor_index()].size()), place);
            file.accountCopy(map.name(), 2, place);
            entries.emplace_back(textOf(map.name()), tensors[map.tensor_index()]);
        }
    };
    read(raw.inputs(), signature.inputs);
    read(raw.outputs(), signature.outputs);
    return signature;
}

/// The operators of the file with their versions, each once: "CONV_2D 3, SOFTMAX 2".
std::string operatorVersions(const File &file)
{
    std::string text;
    const auto *const codes = file.model().operator_codes();
    std::set<std::string> all;
    for (std::size_t at = 0; codes != nullptr && at < codes->size(); ++at) {
        const tfl::OperatorCode &code = *codes->Get(static_cast<flatbuffers::uoffset_t>(at));
        file.accountCopy(code.custom_code(), 2, "operator codes");
        // Files older than the wide field have the number only in the narrow one.
        const int number = std::max<int>(code.deprecated_builtin_code(), static_cast<int>(code.builtin_code()));
        all.insert(
            operatorWithVersion(static_cast<tfl::BuiltinOperator>(number), textOf(code.custom_code()), code.version()));
    }
    for (const std::string &each : all) {
        text += (text.empty() ? "" : ", ") + each;
    }
    return text;
}

void readInfo(const File &file, const std::vector<std::vector<std::string>> &names, GraphBuilder &main)
{
    GraphInfo &info = main.info();
    const tfl::Model &model = file.model();
    info.metadata.emplace_back("Schema version", std::to_string(model.version()));
    if (model.description() != nullptr) {
        info.metadata.emplace_back("Description", model.description()->str());
    }
    for (std::size_t at = 0; model.metadata() != nullptr && at < model.metadata()->size(); ++at) {
        const tfl::Metadata &entry = *model.metadata()->Get(static_cast<flatbuffers::uoffset_t>(at));
        file.accountCopy(entry.name(), 2, "metadata");
        const std::string name = textOf(entry.name());
        const Bytes content = file.buffer(entry.buffer(), "metadata " + name);
        // Its text, and what is made of it.
        file.account(256 + 3 * content.size(), "metadata " + name);
        const std::string_view text(reinterpret_cast<const char *>(content.data()), content.size());
        if (name == roundingKey && text == roundsHalfToEven) {
            info.rounding = Rounding::HalfToEven;
        }
        const std::string bytes(reinterpret_cast<const char *>(content.data()), content.size());
        const std::string plan = name == arenaPlanName ? arenaPlanText(bytes, names.front(), main) : std::string();
        file.account(plan.size(), "metadata " + name);
        info.metadata.emplace_back(name, plan.empty() ? metadataText(bytes) : plan);
        if (name == runtimeVersionName) {
            info.metadata.emplace_back(operatorVersionsName, operatorVersions(file));
        }
    }
    for (std::size_t at = 0; model.signature_defs() != nullptr && at < model.signature_defs()->size(); ++at) {
        const tfl::SignatureDef &raw = *model.signature_defs()->Get(static_cast<flatbuffers::uoffset_t>(at));
        info.metadata.push_back(asMetadata(readSignature(file, raw, names)));
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
    std::vector<std::vector<std::string>> names = {tflite::namesOf(main, *subgraphs->Get(0))};
    for (std::size_t at = 1; at < subgraphs->size(); ++at) {
        const tfl::SubGraph &raw = *subgraphs->Get(static_cast<flatbuffers::uoffset_t>(at));
        const std::string where = "subgraph " + std::to_string(at) + ", ";
        GraphBuilder further = tflite::readSubgraph(opened, raw, where);
        names.push_back(tflite::namesOf(further, raw));
        main.subgraphs().push_back(tflite::build(opened, std::move(further)));
    }
    tflite::readInfo(opened, names, main);
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
