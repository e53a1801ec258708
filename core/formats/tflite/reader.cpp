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
#include "core/graph/shape_inference.h"

#include <algorithm>
#include <cstring>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>
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

/// Reads one subgraph: its tensors, and then its operators in running order.
class SubgraphReader {
public:
    SubgraphReader(const File &file, const tfl::SubGraph &raw, EmptyShapes emptyShapes, std::string where)
        : file_(file), raw_(raw), emptyShapes_(emptyShapes), where_(std::move(where)), values_(builder_)
    {
    }

    GraphBuilder read();

private:
    void readTensors();
    void readOperators();
    Operator readOne(const tfl::Operator &raw, std::size_t at);
    void takeShapes(const Operator &op);
    bool openScalars(const tfl::Operator &raw);
    void noteUnusedInputs();

    const File &file_;
    const tfl::SubGraph &raw_;
    EmptyShapes emptyShapes_;
    std::string where_;
    GraphBuilder builder_;
    ShapeValues values_;
    /// Tensors that may be no scalars although their shape is empty.
    std::vector<bool> doubtful_;
    std::vector<Tensor> added_;
};

void SubgraphReader::readTensors()
{
    for (std::size_t at = 0; raw_.tensors() != nullptr && at < raw_.tensors()->size(); ++at) {
        const tfl::Tensor &tensor = *raw_.tensors()->Get(static_cast<flatbuffers::uoffset_t>(at));
        const std::string name = textOf(tensor.name());
        const std::string place
            = where_ + "tensor " + std::to_string(at) + (name.empty() ? std::string() : " (" + name + ")");
        ReadTensor read = readTensor(file_, tensor, emptyShapes_, place);
        read.tensor.name
            = builder_.uniqueTensorName(read.tensor.name.empty() ? "tensor_" + std::to_string(at) : read.tensor.name);
        auto &problems = builder_.info().problems;
        if (read.tensor.type == ElementType::Unknown) {
            problems.push_back({read.tensor.name,
                "Its element type, number " + std::to_string(static_cast<int>(tensor.type())) + ", is not known."});
        }
        if (!read.note.empty()) {
            problems.push_back({read.tensor.name, read.note});
        }
        if (tensor.quantization() != nullptr
            && tensor.quantization()->details_type() != tfl::QuantizationDetails::NONE) {
            problems.push_back({read.tensor.name, quantizationProblem(*tensor.quantization(), raw_)});
        }
        doubtful_.push_back(read.mayBeUnranked && read.tensor.shape.ranked);
        builder_.addTensor(std::move(read.tensor));
    }
}

/// The rules of its operator say what the file does not of an output.
void SubgraphReader::takeShapes(const Operator &op)
{
    const auto isOpen = [this](TensorId id) {
        return id.valid() && id.position() < doubtful_.size()
            && (doubtful_[id.position()] || !builder_.tensor(id).shape.ranked);
    };
    const bool open = std::any_of(op.inputs.begin(), op.inputs.end(), isOpen)
        || std::any_of(op.outputs.begin(), op.outputs.end(), isOpen);
    if (!open || op.is<Custom>() || keepsItsShapes(op.kind)) {
        return;
    }
    const auto shapes = inferShapes(op, [this](TensorId id) -> const Tensor & {
        return id.position() < builder_.tensorCount() ? builder_.tensor(id)
                                                      : added_[id.position() - builder_.tensorCount()];
    });
    for (std::size_t output = 0; output < op.outputs.size() && output < shapes.size(); ++output) {
        const TensorId id = op.outputs[output];
        if (isOpen(id) && shapes[output].ranked) {
            builder_.tensor(id).shape = shapes[output];
        }
    }
}

/// Tensors of the operator that need not be scalars have no known number of dimensions; false where it has none.
bool SubgraphReader::openScalars(const tfl::Operator &raw)
{
    bool opened = false;
    for (const auto *list : {raw.inputs(), raw.outputs()}) {
        for (std::size_t at = 0; list != nullptr && at < list->size(); ++at) {
            const std::int32_t index = list->Get(static_cast<flatbuffers::uoffset_t>(at));
            const auto position = static_cast<std::size_t>(index);
            if (index >= 0 && position < doubtful_.size() && doubtful_[position]) {
                builder_.tensor(TensorId(position)).shape = Shape::unranked();
                doubtful_[position] = false;
                opened = true;
            }
        }
    }
    return opened;
}

Operator SubgraphReader::readOne(const tfl::Operator &raw, std::size_t at)
{
    const std::size_t before = added_.size();
    const auto attempt = [&] {
        Operator op = readOperator(file_, builder_, values_, raw, at, added_, where_);
        takeShapes(op);
        return op;
    };
    try {
        return attempt();
    } catch (const FormatError &) {
        if (!openScalars(raw)) {
            throw;
        }
    } catch (const GraphError &) {
        // The rule contradicts a scalar. Where it contradicts something else, whoever needs the shapes says so.
        openScalars(raw);
    }
    added_.resize(before);
    Operator op = readOperator(file_, builder_, values_, raw, at, added_, where_);
    try {
        takeShapes(op);
    } catch (const GraphError &) {
        return op;
    }
    return op;
}

void SubgraphReader::readOperators()
{
    for (std::size_t at = 0; raw_.operators() != nullptr && at < raw_.operators()->size(); ++at) {
        Operator op = readOne(*raw_.operators()->Get(static_cast<flatbuffers::uoffset_t>(at)), at);
        op.name = builder_.uniqueOperatorName(op.name.empty() ? "operator_" + std::to_string(at) : op.name);
        if (const Custom *const custom = op.as<Custom>(); custom != nullptr && !custom->reason.empty()) {
            builder_.info().problems.push_back({op.name, custom->sourceType + ": " + custom->reason + "."});
        }
        const std::string differs
            = whyWindowsDisagree(op, [this](TensorId id) -> const Tensor & { return builder_.tensor(id); });
        if (!differs.empty()) {
            builder_.info().problems.push_back({op.name, "The file contradicts itself: " + differs + "."});
        }
        values_.compute(op, file_, where_ + "operator " + std::to_string(at));
        builder_.addOperator(std::move(op));
    }
}

/// Inputs whose values would only say again what the file records.
void SubgraphReader::noteUnusedInputs()
{
    std::unordered_set<std::int32_t> inFile;
    for (std::size_t at = 0; raw_.operators() != nullptr && at < raw_.operators()->size(); ++at) {
        const auto *const inputs = raw_.operators()->Get(static_cast<flatbuffers::uoffset_t>(at))->inputs();
        if (inputs != nullptr) {
            inFile.insert(inputs->begin(), inputs->end());
        }
    }
    std::unordered_set<TensorId> used(builder_.outputs().begin(), builder_.outputs().end());
    for (std::size_t index = 0; index < builder_.operatorCount(); ++index) {
        if (!builder_.removed(OperatorId(index))) {
            const auto &inputs = builder_.op(OperatorId(index)).inputs;
            used.insert(inputs.begin(), inputs.end());
        }
    }
    for (const TensorId id : builder_.inputs()) {
        if (inFile.count(id.value) > 0 && used.count(id) == 0) {
            builder_.info().problems.push_back({builder_.tensor(id).name,
                "Its value is not used: the sizes that the file records for the outputs are taken instead."});
        }
    }
}

GraphBuilder SubgraphReader::read()
{
    constexpr std::uint64_t emptyGraph = 1024;
    file_.account(emptyGraph, where_);
    file_.accountCopy(raw_.name(), 1, where_);
    builder_.name() = textOf(raw_.name());
    builder_.info().format = "TFLite";
    readTensors();
    readOperators();
    builder_.setInputs(readEnds(file_, raw_.inputs(), builder_, where_ + "graph inputs"));
    builder_.setOutputs(readEnds(file_, raw_.outputs(), builder_, where_ + "graph outputs"));
    for (Tensor &constant : added_) {
        constant.name = builder_.uniqueTensorName(constant.name);
        builder_.addTensor(std::move(constant));
    }
    if (const std::size_t folded = values_.settle(); folded > 0) {
        builder_.info().metadata.emplace_back(foldedShapesKey, std::to_string(folded));
    }
    noteUnusedInputs();
    return std::move(builder_);
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
    const tflite::EmptyShapes emptyShapes = tflite::emptyShapesOf(opened);
    GraphBuilder main = tflite::SubgraphReader(opened, *subgraphs->Get(0), emptyShapes, {}).read();
    std::vector<std::vector<std::string>> names = {tflite::namesOf(main, *subgraphs->Get(0))};
    for (std::size_t at = 1; at < subgraphs->size(); ++at) {
        const tfl::SubGraph &raw = *subgraphs->Get(static_cast<flatbuffers::uoffset_t>(at));
        const std::string where = "subgraph " + std::to_string(at) + ", ";
        GraphBuilder further = tflite::SubgraphReader(opened, raw, emptyShapes, where).read();
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
