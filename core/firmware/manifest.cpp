// SPDX-License-Identifier: Apache-2.0
#include "core/firmware/manifest_seal.h"
#include "core/firmware/package_files.h"
#include "core/firmware/version.h"
#include "core/graph/geometry.h"
#include "core/graph/sha256.h"
#include "core/targets/platform.h"

#include <nlohmann/json.hpp>

namespace tinsmith::firmware {
namespace {

using Json = nlohmann::ordered_json;

Json portsJson(const std::vector<Port> &ports)
{
    Json list = Json::array();
    for (const Port &port : ports) {
        const Tensor &tensor = *port.tensor;
        Json item = {{"name", tensor.name}, {"type", nameOf(tensor.type)}, {"shape", tensor.shape.dims},
            {"bytes", port.bytes}, {"offset", port.offset}};
        if (tensor.quantization && !tensor.quantization->scales.empty()) {
            item["scale"] = tensor.quantization->scale();
            item["zero_point"] = tensor.quantization->zeroPoint();
        }
        list.push_back(std::move(item));
    }
    return list;
}

Json operatorsJson(const PackageParts &parts)
{
    std::vector<std::string> functions(parts.graph.operators().size());
    for (const EmittedCall &call : parts.emission.calls()) {
        functions[call.op.position()] = call.function;
    }
    Json list = Json::array();
    for (const PlanStage &stage : parts.plan.stages) {
        for (const OperatorId id : stage.operators) {
            const Operator &op = parts.graph.op(id);
            const PlannedOperator &planned = parts.plan.operators[id.position()];
            list.push_back({{"index", id.position()}, {"name", op.name}, {"type", typeName(op.kind)},
                {"variant", nameOf(planned.variant)}, {"function", functions[id.position()]},
                {"macs", macsOf(parts.graph, op)}, {"scratch_bytes", planned.scratchBytes}});
        }
    }
    return list;
}

} // namespace

PackageFile manifest(const PackageParts &parts, std::span<const PackageFile> files)
{
    const std::string &name = parts.name();
    Json json = {{"format", "tinsmith-package"}, {"version", 1}, {"tinsmith_version", tinsmithVersion()},
        {"license", "Apache-2.0"}, {"kind", "cmake"}, {"name", name},
        {"model", {{"file", parts.options.modelFile}, {"sha256", parts.options.modelSha256}}},
        {"target", parts.target.id}, {"core", nameOf(parts.target.core)}, {"cpu_flags", compilerFlags(parts.target)},
        {"header", "include/" + name + ".h"}, {"include_dirs", {"include", "kernels", "src"}},
        {"sources", parts.sources()}, {"test_sources", {"test/" + name + "_selftest.c"}}, {"libraries", {"m"}},
        {"arena_bytes", parts.plan.arenaBytes}, {"arena_alignment", parts.alignment()},
        {"op_by_op_bytes", parts.plan.opByOpBytes}, {"weight_bytes", parts.emission.constantBytes()},
        {"test_vectors", parts.vectors.size()}};
    if (parts.options.stackBytes > 0) {
        json["stack_bytes"] = parts.options.stackBytes;
        json["stack_bytes_origin"] = "estimated";
    }
    if (!parts.options.labels.empty()) {
        json["labels"] = parts.options.labels;
        json["labels_output"] = labelledOutput(parts.graph, parts.options.labels.size());
    }
    json["inputs"] = portsJson(inputPorts(parts));
    json["outputs"] = portsJson(outputPorts(parts));
    json["operators"] = operatorsJson(parts);
    Json list = Json::array();
    for (const PackageFile &file : files) {
        list.push_back({{"path", file.path}, {"bytes", file.content.size()}, {"sha256", sha256(file.content)}});
    }
    json["files"] = std::move(list);
    json["manifest_sha256"] = std::string(64, '0');
    return {"manifest.json", sealedManifest(json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n")};
}

} // namespace tinsmith::firmware
