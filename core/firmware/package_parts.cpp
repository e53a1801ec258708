// SPDX-License-Identifier: Apache-2.0
#include "core/firmware/package_files.h"

#include "core/graph/error.h"

#include <algorithm>
#include <cctype>

namespace tinsmith::firmware {
namespace {

std::vector<Port> ports(const PackageParts &parts, std::span<const TensorId> ids, const std::string &kind)
{
    std::vector<Port> result;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const Tensor &tensor = parts.graph.tensor(ids[i]);
        const PlanBuffer *buffer = parts.plan.bufferOf(ids[i]);
        if (tensor.constant() || buffer == nullptr) {
            throw UnsupportedError({}, tensor.name, "an input or output of a package must be computed, not constant");
        }
        if (cType(tensor.type).empty()) {
            throw UnsupportedError({}, tensor.name, "packages have no type for " + std::string(nameOf(tensor.type)));
        }
        const std::string upper = kind == "input" ? "_INPUT_" : "_OUTPUT_";
        result.push_back({parts.name() + "_" + kind + "_" + std::to_string(i),
            parts.macro() + upper + std::to_string(i), &tensor, buffer->offset, *tensor.bytes()});
    }
    return result;
}

} // namespace

std::string PackageParts::macro() const
{
    std::string upper = name();
    std::transform(
        upper.begin(), upper.end(), upper.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return upper;
}

std::int64_t PackageParts::alignment() const
{
    return std::max<std::int64_t>(plan.alignment, 4);
}

std::vector<std::string> PackageParts::sources() const
{
    std::vector<std::string> list
        = {"src/" + name() + ".c", "src/" + name() + "_weights.c", "src/" + name() + "_arena.c"};
    if (!options.labels.empty()) {
        list.push_back("src/" + name() + "_labels.c");
    }
    return list;
}

bool Port::quantized() const
{
    const bool narrow = tensor->type == ElementType::Int8 || tensor->type == ElementType::UInt8
        || tensor->type == ElementType::Int16 || tensor->type == ElementType::UInt16;
    return narrow && tensor->quantization && tensor->quantization->scales.size() == 1;
}

void licenseLine(CWriter &c)
{
    c.line("/* SPDX-License-Identifier: Apache-2.0 */");
}

std::vector<Port> inputPorts(const PackageParts &parts)
{
    return ports(parts, parts.graph.inputs(), "input");
}

std::vector<Port> outputPorts(const PackageParts &parts)
{
    return ports(parts, parts.graph.outputs(), "output");
}

} // namespace tinsmith::firmware
