// SPDX-License-Identifier: Apache-2.0
#include "core/session/dimensions.h"

#include "core/graph/error.h"

#include <algorithm>

namespace tinsmith {
namespace {

/// What symbolicDimensions() calls a dimension that has no name in the file.
std::string madeName(const Tensor &tensor, std::size_t axis)
{
    return tensor.name + "." + std::to_string(axis);
}

std::string nameAt(const Tensor &tensor, std::size_t axis)
{
    const bool named = axis < tensor.dimensionNames.size() && !tensor.dimensionNames[axis].empty();
    return named ? tensor.dimensionNames[axis] : madeName(tensor, axis);
}

/// The shape, of whose open dimensions only the one called `wanted` is named.
std::string placeText(const Tensor &tensor, const std::string &wanted)
{
    std::string text;
    for (std::size_t axis = 0; axis < tensor.shape.rank(); ++axis) {
        const std::string name = nameAt(tensor, axis);
        text += axis > 0 ? " × " : "";
        text += tensor.shape[axis] >= 0 ? std::to_string(tensor.shape[axis]) : name == wanted ? name : "?";
    }
    return tensor.name + ": " + text;
}

} // namespace

std::string AssumedDimension::text() const
{
    return "The leading dimension \"" + name + "\" of " + input + " is not fixed and is taken as 1";
}

OpenedModel openModel(const Bytes &content, const std::filesystem::path &name, const OpenOptions &options)
{
    OpenedModel opened{readModel(content, name, options), {}};
    OpenOptions sizes = options;
    for (const TensorId id : opened.graph.inputs()) {
        const Tensor &tensor = opened.graph.tensor(id);
        if (tensor.shape.rank() > 0 && tensor.shape[0] < 0 && sizes.bindings.emplace(nameAt(tensor, 0), 1).second) {
            opened.assumed.push_back({nameAt(tensor, 0), tensor.name});
        }
    }
    if (opened.assumed.empty()) {
        return opened;
    }
    try {
        opened.graph = readModel(content, name, sizes);
    } catch (const FormatError &) {
        // What the file declares contradicts the size: it opens as it is, to be looked at.
        opened.assumed.clear();
    }
    return opened;
}

OpenDimensions openDimensions(const Graph &unbound, const OpenOptions &options)
{
    OpenDimensions open;
    for (const TensorId id : unbound.inputs()) {
        const Tensor &tensor = unbound.tensor(id);
        OpenInput input{tensor.name, tensor.type, tensor.shape, {}};
        for (std::size_t axis = 0; axis < tensor.shape.rank(); ++axis) {
            input.names.push_back(tensor.shape[axis] < 0 ? nameAt(tensor, axis) : std::string());
        }
        if (std::any_of(input.names.begin(), input.names.end(), [](const auto &name) { return !name.empty(); })) {
            open.inputs.push_back(std::move(input));
        }
    }
    for (const std::string &name : symbolicDimensions(unbound)) {
        OpenDimension dimension{name, {}, 1, false};
        for (const TensorId id : unbound.inputs()) {
            const Tensor &tensor = unbound.tensor(id);
            for (std::size_t axis = 0; axis < tensor.shape.rank(); ++axis) {
                if (tensor.shape[axis] < 0 && nameAt(tensor, axis) == name) {
                    dimension.places.push_back(placeText(tensor, name));
                    break;
                }
            }
        }
        if (const auto bound = options.bindings.find(name); bound != options.bindings.end()) {
            dimension.size = bound->second;
            dimension.bound = true;
        }
        open.dimensions.push_back(std::move(dimension));
    }
    return open;
}

Tensor boundInput(const OpenInput &input, const std::map<std::string, std::int64_t> &bindings)
{
    Tensor tensor;
    tensor.name = input.name;
    tensor.type = input.type;
    tensor.shape = input.shape;
    for (std::size_t axis = 0; axis < input.names.size(); ++axis) {
        if (const auto size = bindings.find(input.names[axis]); size != bindings.end()) {
            tensor.shape[axis] = size->second;
        }
    }
    return tensor;
}

} // namespace tinsmith
