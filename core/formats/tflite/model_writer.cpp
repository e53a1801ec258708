// SPDX-License-Identifier: Apache-2.0
#include "core/formats/tflite/model_writer.h"

#include "core/formats/rounding_entry.h"
#include "core/formats/tflite/arena_plan.h"
#include "core/formats/tflite/element_types.h"
#include "core/formats/tflite/shape_values.h"
#include "core/formats/tflite/signature_text.h"
#include "core/formats/tflite/tensor_reader.h"
#include "core/formats/tflite/versions.h"
#include "core/graph/calibration_entry.h"
#include "core/graph/error.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <string_view>
#include <utility>

namespace tinsmith::tflite {
namespace {

constexpr std::size_t dataAlignment = 16;
constexpr std::string_view tooLarge = "has more tables than the 2 GiB of a flatbuffer hold";

bool sameContent(const Bytes &a, const Bytes &b)
{
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size()) == 0;
}

flatbuffers::Offset<tfl::QuantizationParameters> writeQuantization(
    flatbuffers::FlatBufferBuilder &builder, const std::optional<Quantization> &quantization)
{
    if (!quantization || quantization->scales.empty()) {
        return 0;
    }
    // Runtimes read as many zero points as there are scales.
    std::vector<std::int64_t> zeroPoints;
    for (std::size_t channel = 0; channel < quantization->scales.size(); ++channel) {
        zeroPoints.push_back(quantization->zeroPoint(channel));
    }
    const auto scales = builder.CreateVector(quantization->scales);
    const auto zeros = builder.CreateVector(zeroPoints);
    return tfl::CreateQuantizationParameters(
        builder, 0, 0, scales, zeros, tfl::QuantizationDetails::NONE, 0, quantization->axis);
}

/// What the reader makes of the model's own fields.
bool isOwnLine(const std::string &name)
{
    return name == "Schema version" || name == "Description" || name == operatorVersionsName || name == foldedShapesKey
        || name.rfind("Signature ", 0) == 0;
}

std::vector<std::int32_t> numbersOf(std::span<const TensorId> ids)
{
    std::vector<std::int32_t> list;
    for (const TensorId id : ids) {
        list.push_back(id.value);
    }
    return list;
}

std::vector<std::int32_t> renumbered(std::vector<std::int32_t> list, const std::vector<std::int32_t> &numbers)
{
    for (std::int32_t &number : list) {
        number = number < 0 ? -1 : numbers[static_cast<std::size_t>(number)];
    }
    return list;
}

} // namespace

ModelWriter::ModelWriter(std::uint64_t most) : builder_(1024), most_(most)
{
    // Buffer 0 is the empty one by the format's rule.
    buffers_.push_back(tfl::CreateBuffer(builder_));
}

std::uint32_t ModelWriter::buffer(const Bytes &content)
{
    if (content.empty()) {
        return 0;
    }
    const auto hash = std::hash<std::string_view>()(
        std::string_view(reinterpret_cast<const char *>(content.data()), content.size()));
    const auto [first, last] = contents_.equal_range(hash);
    for (auto at = first; at != last; ++at) {
        if (sameContent(at->second.first, content)) {
            return at->second.second;
        }
    }
    const auto number = static_cast<std::uint32_t>(buffers_.size());
    if (content.size() > most_ - total_) {
        // Where it lies is known at the end; 0 would not take any room.
        buffers_.push_back(tfl::CreateBuffer(builder_, 0, ~std::uint64_t{0}, content.size()));
        outside_.emplace_back(number, content);
    } else {
        total_ += content.size();
        builder_.ForceVectorAlignment(content.size(), 1, dataAlignment);
        const auto data = builder_.CreateVector(reinterpret_cast<const std::uint8_t *>(content.data()), content.size());
        buffers_.push_back(tfl::CreateBuffer(builder_, data));
    }
    contents_.emplace(hash, std::pair(content, number));
    return number;
}

std::uint32_t ModelWriter::operatorCode(const Code &code)
{
    const auto key = std::tuple(static_cast<std::int32_t>(code.builtin), code.custom, code.version);
    const auto [at, isNew] = codeNumbers_.emplace(key, static_cast<std::uint32_t>(codes_.size()));
    if (isNew) {
        codes_.push_back(code);
    }
    return at->second;
}

bool ModelWriter::onlyOperatorsOf(const GraphInfo &info) const
{
    const auto entry = std::find_if(info.metadata.begin(), info.metadata.end(),
        [](const auto &each) { return each.first == operatorVersionsName; });
    if (entry == info.metadata.end()) {
        return false;
    }
    const std::string list = ", " + entry->second + ", ";
    // By name: converters state other versions than the lowest that would do.
    return std::all_of(codes_.begin(), codes_.end(), [&](const Code &code) {
        const std::string entryText = operatorWithVersion(code.builtin, code.custom, code.version);
        return list.find(", " + entryText.substr(0, entryText.rfind(' ') + 1)) != std::string::npos;
    });
}

flatbuffers::Offset<flatbuffers::Vector<flatbuffers::Offset<tfl::Metadata>>> ModelWriter::writeMetadata(
    const Graph &graph, std::vector<std::string> &notes)
{
    const GraphInfo &info = graph.info();
    std::vector<flatbuffers::Offset<tfl::Metadata>> metadata;
    const auto add = [&](std::string_view name, std::string_view content) {
        const auto number = buffer(Bytes::of(std::span(content.data(), content.size())));
        const auto written = builder_.CreateString(name);
        metadata.push_back(tfl::CreateMetadata(builder_, written, number));
    };
    for (const auto &[name, text] : info.metadata) {
        if (name != calibrationKey && (info.format != "TFLite" || isOwnLine(name))) {
            continue;
        }
        if (name == arenaPlanName) {
            const std::string plan = arenaPlanContent(text, tensorNumbers_.front(), graph);
            if (plan.empty()) {
                notes.push_back("The memory plan in the file's metadata (" + name
                    + ") is left out: it is for other tensors or operators than those that are written.");
            } else {
                add(name, plan);
            }
        } else if (name == runtimeVersionName && !onlyOperatorsOf(info)) {
            notes.push_back(
                "The metadata entry " + name + " is left out: operators are written that it does not cover.");
        } else {
            add(name, metadataContent(text));
        }
    }
    if (info.format != "TFLite" && info.rounding == Rounding::HalfToEven) {
        add(roundingKey, roundsHalfToEven);
    }
    return metadata.empty() ? 0 : builder_.CreateVector(metadata);
}

flatbuffers::Offset<flatbuffers::Vector<flatbuffers::Offset<tfl::SignatureDef>>> ModelWriter::writeSignatures(
    const GraphInfo &info)
{
    std::vector<flatbuffers::Offset<tfl::SignatureDef>> written;
    for (const auto &entry : info.metadata) {
        const auto signature = signatureFrom(entry);
        if (!signature || signature->subgraph >= tensorNumbers_.size()) {
            continue;
        }
        const auto &numbers = tensorNumbers_[signature->subgraph];
        bool whole = true;
        const auto maps = [&](const auto &entries) {
            std::vector<flatbuffers::Offset<tfl::TensorMap>> list;
            for (const auto &[name, tensor] : entries) {
                const auto found = numbers.find(tensor);
                whole = whole && found != numbers.end();
                const auto text = builder_.CreateString(name);
                list.push_back(tfl::CreateTensorMap(builder_, text, whole ? found->second : 0));
            }
            return builder_.CreateVector(list);
        };
        const auto inputs = maps(signature->inputs);
        const auto outputs = maps(signature->outputs);
        const auto key = builder_.CreateString(signature->key);
        // A rewrite may have taken away what a signature names; then it is no longer one.
        if (whole) {
            written.push_back(tfl::CreateSignatureDef(
                builder_, inputs, outputs, key, 0, static_cast<std::uint32_t>(signature->subgraph)));
        }
    }
    return written.empty() ? 0 : builder_.CreateVector(written);
}

std::vector<std::byte> ModelWriter::withOutside()
{
    const std::size_t flatbuffer = builder_.GetSize();
    const auto aligned = [](std::uint64_t size) { return (size + dataAlignment - 1) / dataAlignment * dataAlignment; };
    std::uint64_t end = flatbuffer;
    const auto *const buffers = tfl::GetModel(builder_.GetBufferPointer())->buffers();
    for (const auto &[number, content] : outside_) {
        const std::uint64_t offset = aligned(end);
        // The accessors that change a table in place are not generated.
        auto *const table = const_cast<void *>(static_cast<const void *>(buffers->Get(number)));
        static_cast<flatbuffers::Table *>(table)->SetField<std::uint64_t>(tfl::Buffer::VT_OFFSET, offset, 0);
        end = offset + content.size();
    }
    std::vector<std::byte> file;
    file.reserve(end);
    const auto *const start = reinterpret_cast<const std::byte *>(builder_.GetBufferPointer());
    file.assign(start, start + flatbuffer);
    for (const auto &[number, content] : outside_) {
        file.resize(aligned(file.size()));
        file.insert(file.end(), content.view().begin(), content.view().end());
    }
    return file;
}

std::vector<std::byte> ModelWriter::finish(const std::vector<flatbuffers::Offset<tfl::SubGraph>> &subgraphs,
    const Graph &graph, std::vector<std::string> &notes)
{
    const GraphInfo &info = graph.info();
    std::string description = info.format == "TFLite" ? "" : "Written by Tinsmith";
    for (const auto &[name, text] : info.metadata) {
        if (info.format == "TFLite" && name == "Description") {
            description = text;
        }
    }
    const auto metadata = writeMetadata(graph, notes);
    const auto signatures = writeSignatures(info);
    std::vector<flatbuffers::Offset<tfl::OperatorCode>> codes;
    for (const Code &code : codes_) {
        const auto custom = code.builtin == tfl::BuiltinOperator::CUSTOM ? builder_.CreateString(code.custom)
                                                                         : flatbuffers::Offset<flatbuffers::String>();
        const int narrow = std::min(static_cast<int>(code.builtin), 127);
        codes.push_back(
            tfl::CreateOperatorCode(builder_, static_cast<std::int8_t>(narrow), custom, code.version, code.builtin));
    }
    const auto writtenCodes = builder_.CreateVector(codes);
    const auto writtenSubgraphs = builder_.CreateVector(subgraphs);
    const auto writtenDescription = description.empty() ? 0 : builder_.CreateString(description);
    const auto writtenBuffers = builder_.CreateVector(buffers_);
    const auto model = tfl::CreateModel(
        builder_, 3, writtenCodes, writtenSubgraphs, writtenDescription, writtenBuffers, 0, metadata, signatures);
    if (builder_.GetSize() > mostData + (std::uint64_t{32} << 20)) {
        throw UnsupportedError({}, {}, "The model " + std::string(tooLarge));
    }
    tfl::FinishModelBuffer(builder_, model);
    return withOutside();
}

SubgraphWriter::SubgraphWriter(ModelWriter &model, const Graph &graph) : model_(model), graph_(graph)
{
    for (const Tensor &tensor : graph.tensors()) {
        names_.emplace(tensor.name, 0);
        addTensor(tensor);
    }
}

std::string SubgraphWriter::uniqueName(const std::string &wish)
{
    std::string name = wish;
    for (int number = 1; !names_.emplace(name, 0).second; ++number) {
        name = wish + "_" + std::to_string(number);
    }
    return name;
}

std::int32_t SubgraphWriter::addTensor(const Tensor &tensor)
{
    tensors_.push_back(tensor);
    return static_cast<std::int32_t>(tensors_.size() - 1);
}

void SubgraphWriter::addOperator(const ModelWriter::Code &code, const std::vector<std::int32_t> &inputs,
    const std::vector<std::int32_t> &outputs, const EncodedOptions &options,
    const std::vector<std::int32_t> &intermediates)
{
    operators_.push_back({model_.operatorCode(code), inputs, outputs, options, intermediates});
}

flatbuffers::Offset<tfl::Tensor> SubgraphWriter::write(const Tensor &tensor)
{
    const auto fail
        = [&tensor](const std::string &cause) { return UnsupportedError({}, "tensor " + tensor.name, cause); };
    const auto type = tensorTypeOf(tensor.type);
    if (!type) {
        throw fail("TFLite has no element type " + std::string(nameOf(tensor.type)));
    }
    std::vector<std::int32_t> shape;
    std::vector<std::int32_t> signature;
    std::int64_t elements = 1;
    bool fixed = tensor.shape.known();
    for (std::size_t axis = 0; axis < tensor.shape.rank(); ++axis) {
        const std::int64_t dim = tensor.shape[axis];
        const bool free
            = dim < 0 || (axis < tensor.dimensionNames.size() && tensor.dimensionNames[axis] == freeDimension);
        if (dim > std::numeric_limits<std::int32_t>::max()) {
            throw fail("has a dimension of " + std::to_string(dim) + ", more than TFLite can hold");
        }
        elements *= std::max<std::int64_t>(dim, 1);
        if (elements > std::numeric_limits<std::int32_t>::max()) {
            throw fail("has " + tensor.shape.text() + " elements, more than TFLite can hold");
        }
        // A free dimension stands as 1 in the shape and as -1 in the signature.
        shape.push_back(dim < 0 ? 1 : static_cast<std::int32_t>(dim));
        signature.push_back(free ? -1 : static_cast<std::int32_t>(dim));
        fixed = fixed && !free;
    }
    auto &builder = model_.builder();
    const std::uint32_t buffer = tensor.data ? model_.buffer(*tensor.data) : 0;
    const auto name = builder.CreateString(tensor.name);
    const auto quantization = writeQuantization(builder, tensor.quantization);
    const auto writtenShape = builder.CreateVector(shape);
    const auto writtenSignature = fixed ? 0 : builder.CreateVector(signature);
    return tfl::CreateTensor(builder, writtenShape, *type, buffer, name, quantization, tensor.variable, 0,
        writtenSignature, tensor.shape.ranked);
}

flatbuffers::Offset<tfl::Operator> SubgraphWriter::write(
    const AddedOperator &op, const std::vector<std::int32_t> &numbers)
{
    auto &builder = model_.builder();
    const auto writtenInputs = builder.CreateVector(renumbered(op.inputs, numbers));
    const auto writtenOutputs = builder.CreateVector(renumbered(op.outputs, numbers));
    const auto &options = op.options;
    const auto custom = options.custom.empty() ? 0 : builder.CreateVector(options.custom);
    const auto kept = op.intermediates.empty() ? 0 : builder.CreateVector(renumbered(op.intermediates, numbers));
    return tfl::CreateOperator(builder, op.code, writtenInputs, writtenOutputs,
        static_cast<tfl::BuiltinOptions>(options.type), options.offset, custom, tfl::CustomOptionsFormat::FLEXBUFFERS,
        0, kept, 0, 0, static_cast<tfl::BuiltinOptions2>(options.type2), options.offset2);
}

flatbuffers::Offset<tfl::SubGraph> SubgraphWriter::finish()
{
    auto &builder = model_.builder();
    const std::vector<std::int32_t> ends[] = {numbersOf(graph_.inputs()), numbersOf(graph_.outputs())};
    std::vector<bool> used(tensors_.size(), false);
    const auto use = [&used](const std::vector<std::int32_t> &list) {
        for (const std::int32_t number : list) {
            if (number >= 0) {
                used[static_cast<std::size_t>(number)] = true;
            }
        }
    };
    use(ends[0]);
    use(ends[1]);
    for (const AddedOperator &op : operators_) {
        use(op.inputs);
        use(op.outputs);
        use(op.intermediates);
    }
    std::vector<std::int32_t> numbers(tensors_.size(), -1);
    std::unordered_map<std::string, std::uint32_t> names;
    std::vector<flatbuffers::Offset<tfl::Tensor>> writtenTensors;
    for (std::size_t at = 0; at < tensors_.size(); ++at) {
        if (used[at]) {
            numbers[at] = static_cast<std::int32_t>(writtenTensors.size());
            names.emplace(tensors_[at].name, static_cast<std::uint32_t>(numbers[at]));
            writtenTensors.push_back(write(tensors_[at]));
        }
    }
    model_.addTensorNumbers(std::move(names));
    std::vector<flatbuffers::Offset<tfl::Operator>> writtenOperators;
    for (const AddedOperator &op : operators_) {
        writtenOperators.push_back(write(op, numbers));
    }
    const auto tensors = builder.CreateVector(writtenTensors);
    const auto inputs = builder.CreateVector(renumbered(ends[0], numbers));
    const auto outputs = builder.CreateVector(renumbered(ends[1], numbers));
    const auto operators = builder.CreateVector(writtenOperators);
    const auto name = builder.CreateString(graph_.name());
    return tfl::CreateSubGraph(builder, tensors, inputs, outputs, operators, name);
}

} // namespace tinsmith::tflite
