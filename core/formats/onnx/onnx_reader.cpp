// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/onnx_reader.h"

#include "core/formats/onnx/graph_reader.h"
#include "core/formats/onnx/model_proto.h"
#include "core/graph/error.h"

#include <onnx/onnx_pb.h>

#include <new>

namespace tinsmith {
namespace {

template <typename Sets>
onnxio::OperatorSets setsOf(const Sets &imports)
{
    onnxio::OperatorSets sets;
    for (const auto &import : imports) {
        sets[import.domain() == "ai.onnx" ? std::string() : import.domain()] = import.version();
    }
    return sets;
}

void describe(const ::onnx::ModelProto &model, const onnxio::OperatorSets &sets, GraphInfo &info)
{
    info.format = "ONNX";
    std::vector<std::pair<std::string, std::string>> metadata;
    const auto add = [&](const std::string &key, const std::string &value) {
        if (!value.empty()) {
            metadata.emplace_back(key, value);
        }
    };
    add("IR version", std::to_string(model.ir_version()));
    add("Producer", model.producer_name() + (model.producer_version().empty() ? "" : " " + model.producer_version()));
    add("Domain", model.domain());
    add("Model version", model.has_model_version() ? std::to_string(model.model_version()) : "");
    add("Description", model.doc_string());
    for (const auto &[domain, version] : sets) {
        add("Opset " + (domain.empty() ? std::string("ai.onnx") : domain), std::to_string(version));
    }
    for (const auto &entry : model.metadata_props()) {
        add(entry.key(), entry.value());
    }
    info.metadata.insert(info.metadata.begin(), metadata.begin(), metadata.end());
}

Graph readModelProto(::onnx::ModelProto &model, const std::filesystem::path &file, const OnnxOptions &options)
{
    onnxio::FileContext context{options, setsOf(model.opset_import()), onnxio::ExternalData(file)};
    if (context.sets.empty()) {
        context.sets[""] = 1;
    }
    const std::string name = file.string();
    try {
        std::vector<Graph> functions;
        const onnxio::OperatorSets sets = context.sets;
        for (auto &function : *model.mutable_functions()) {
            context.sets = setsOf(function.opset_import());
            functions.push_back(onnxio::GraphReader(context).read(function));
        }
        context.sets = sets;
        GraphBuilder builder(onnxio::GraphReader(context).read(*model.mutable_graph(), false));
        describe(model, sets, builder.info());
        for (Graph &function : functions) {
            builder.subgraphs().push_back(std::move(function));
        }
        if (model.training_info_size() > 0) {
            builder.info().problems.push_back({{}, "The file's training graphs are not shown"});
        }
        return builder.build();
    } catch (const FormatError &) {
        throw;
    } catch (const SystemError &) {
        throw;
    } catch (const Error &problem) {
        throw FormatError(name, problem.place(), problem.cause());
    } catch (const std::bad_alloc &) {
        throw FormatError(name, {}, "It needs more memory than there is");
    } catch (const std::exception &problem) {
        throw FormatError(name, {}, problem.what());
    }
}

} // namespace

Graph readOnnx(const std::filesystem::path &file, const OnnxOptions &options)
{
    return readModelProto(*onnxio::parseModel(file), file, options);
}

Graph readOnnx(std::span<const std::byte> bytes, const std::filesystem::path &file, const OnnxOptions &options)
{
    return readModelProto(*onnxio::parseModel(bytes, file.string()), file, options);
}

bool looksLikeOnnx(std::span<const std::byte> bytes)
{
    // Field 1, a varint, of a plausible version, and another field behind it.
    return bytes.size() > 8 && bytes[0] == std::byte{0x08} && bytes[1] > std::byte{0} && bytes[1] < std::byte{64};
}

} // namespace tinsmith
