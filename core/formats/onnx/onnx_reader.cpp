// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/onnx_reader.h"

#include "core/formats/onnx/fold_quantized.h"
#include "core/formats/onnx/graph_reader.h"
#include "core/formats/onnx/model_proto.h"
#include "core/graph/bodies.h"
#include "core/graph/error.h"

#include <onnx/onnx_pb.h>

#include <new>
#include <set>

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

/// Every binding must name a dimension of the file; the message lists those of the inputs, which decide the rest.
void checkBindings(
    const ::onnx::GraphProto &graph, const std::map<std::string, std::int64_t> &bindings, const std::string &file)
{
    if (bindings.empty()) {
        return;
    }
    std::set<std::string> known;
    std::string offered;
    const auto note = [&](const ::onnx::ValueInfoProto &value, bool input) {
        int axis = 0;
        for (const auto &dimension : value.type().tensor_type().shape().dim()) {
            const bool sized = dimension.has_dim_value() && dimension.dim_value() >= 0;
            const std::string name = dimension.has_dim_param() && !dimension.dim_param().empty() ? dimension.dim_param()
                : input && !sized ? value.name() + "." + std::to_string(axis)
                                  : std::string();
            ++axis;
            if (!name.empty() && known.insert(name).second && input) {
                offered += (offered.empty() ? "" : ", ") + name;
            }
        }
    };
    std::set<std::string> constants;
    for (const auto &constant : graph.initializer()) {
        constants.insert(constant.name());
    }
    for (const auto &input : graph.input()) {
        if (constants.count(input.name()) == 0) {
            note(input, true);
        }
    }
    for (const auto *list : {&graph.value_info(), &graph.output()}) {
        for (const auto &value : *list) {
            note(value, false);
        }
    }
    for (const auto &[name, size] : bindings) {
        if (known.count(name) == 0) {
            throw FormatError(file, {},
                "has no dimension \"" + name + "\"; "
                    + (offered.empty() ? "all of its inputs' sizes are fixed" : "it has: " + offered));
        }
        constexpr std::int64_t largest = std::int64_t{1} << 40;
        if (size < 1 || size >= largest) {
            throw FormatError(file, {}, "dimension \"" + name + "\" cannot be bound to " + std::to_string(size));
        }
    }
}

Graph readParsed(onnxio::ParsedModel parsed, const std::filesystem::path &file, const OnnxOptions &options)
{
    ::onnx::ModelProto &model = *parsed.proto;
    onnxio::FileContext context{
        options, setsOf(model.opset_import()), onnxio::ExternalData(file, std::move(parsed.constants))};
    if (context.sets.empty()) {
        context.sets[""] = 1;
    }
    const std::string name = file.string();
    checkBindings(model.graph(), options.bindings, name);
    try {
        for (const auto &function : model.functions()) {
            context.functions[onnxio::functionName(function)] = {&function, setsOf(function.opset_import()), false};
        }
        GraphBuilder builder(onnxio::GraphReader(context).read(*model.mutable_graph()));
        describe(model, context.sets, builder.info());
        for (const auto &[called, function] : context.functions) {
            if (!function.called) {
                ::onnx::FunctionProto copy(*function.proto);
                context.sets = function.sets;
                GraphBuilder shown(onnxio::GraphReader(context).read(copy, {}).graph);
                // Nothing calls it: that its inputs have no types and shapes is no problem of the model.
                shown.info().problems.clear();
                context.bodies.push_back(shown.build());
            }
        }
        builder.subgraphs() = std::move(context.bodies);
        if (model.training_info_size() > 0) {
            builder.info().problems.push_back({{}, "The file's training graphs are not shown"});
        }
        Graph graph = builder.build();
        checkBodies(graph);
        return onnxio::foldQuantized(graph);
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
    return readOnnx(Bytes::map(file), file, options);
}

Graph readOnnx(const Bytes &content, const std::filesystem::path &file, const OnnxOptions &options)
{
    return readParsed(onnxio::parseModel(content, file.string()), file, options);
}

Graph readOnnx(std::span<const std::byte> bytes, const std::filesystem::path &file, const OnnxOptions &options)
{
    return readOnnx(Bytes(std::vector<std::byte>(bytes.begin(), bytes.end())), file, options);
}

bool looksLikeOnnx(std::span<const std::byte> bytes)
{
    // Field 1, a varint, of a plausible version, and another field behind it.
    return bytes.size() > 8 && bytes[0] == std::byte{0x08} && bytes[1] > std::byte{0} && bytes[1] < std::byte{64};
}

} // namespace tinsmith
