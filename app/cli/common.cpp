// SPDX-License-Identifier: Apache-2.0
#include "app/cli/common.h"

#include "app/cli/output.h"
#include "core/formats/atomic_file.h"
#include "core/formats/npy.h"
#include "core/graph/error.h"

#include <filesystem>

namespace tinsmith::cli {
namespace {

std::vector<std::byte> valueFrom(const std::string &file, const Tensor &tensor)
{
    if (std::filesystem::path(file).extension() == ".npy") {
        const NpyArray array = loadNpy(file);
        const auto wanted = tensor.shape.elements();
        if (!wanted || array.shape.elements() != wanted) {
            throw FormatError(
                file, {}, "is " + array.shape.text() + ", tensor " + tensor.name + " is " + tensor.shape.text());
        }
        if (array.type != tensor.type) {
            throw FormatError(file, {},
                "is " + std::string(nameOf(array.type)) + ", tensor " + tensor.name + " is "
                    + std::string(nameOf(tensor.type)));
        }
        return {array.data.view().begin(), array.data.view().end()};
    }
    const Bytes bytes = Bytes::map(file);
    const auto wanted = tensor.bytes();
    if (!wanted || static_cast<std::uint64_t>(*wanted) != bytes.size()) {
        throw FormatError(file, {},
            "has " + std::to_string(bytes.size()) + " bytes, tensor " + tensor.name + " (" + tensor.shape.text() + " "
                + std::string(nameOf(tensor.type)) + ") takes "
                + (wanted ? std::to_string(*wanted) : std::string("an unknown number")));
    }
    return {bytes.view().begin(), bytes.view().end()};
}

} // namespace

void addBindings(CLI::App &verb, std::vector<std::string> &bindings)
{
    verb.add_option("--bind", bindings, "NAME=SIZE of a dimension that the model leaves open; may be repeated")
        ->allow_extra_args(false);
}

Session openSession(const std::string &file, const std::string &targetId, const std::vector<std::string> &bindings)
{
    OpenOptions options;
    for (const std::string &text : bindings) {
        const auto [name, size] = parseBinding(text);
        if (!options.bindings.emplace(name, size).second) {
            throw Error("--bind " + text + ": \"" + name + "\" is bound twice");
        }
    }
    const Target &target = TargetDatabase::builtIn().at(targetId.empty() ? defaultTarget : targetId);
    Session session = Session::open(file, target, terminalProgress(), options);
    if (!targetId.empty() && session.state().target.id != target.id) {
        session.push(session.withTarget(target, terminalProgress()));
    }
    return session;
}

std::string howToBind(const Graph &graph)
{
    const std::vector<std::string> names = symbolicDimensions(graph);
    std::string list;
    std::string options;
    for (const std::string &name : names) {
        list += (list.empty() ? "\"" : ", \"") + name + "\"";
        options += " --bind " + name + "=1";
    }
    if (names.empty()) {
        return {};
    }
    return names.size() == 1 ? "dimension " + list + " is not fixed:" + options
                             : "dimensions " + list + " are not fixed:" + options;
}

void requireFixedSizes(const Graph &graph, const std::string &file)
{
    const std::string text = howToBind(graph);
    if (!text.empty()) {
        throw Error(file, {}, text);
    }
}

std::vector<std::string> splitList(const std::string &text)
{
    std::vector<std::string> parts;
    std::size_t start = 0;
    for (;;) {
        const auto comma = text.find(',', start);
        parts.push_back(text.substr(start, comma - start));
        if (comma == std::string::npos) {
            return parts;
        }
        start = comma + 1;
    }
}

std::vector<Tensor> tensorsOf(const Graph &graph, std::span<const TensorId> ids)
{
    std::vector<Tensor> tensors;
    for (const TensorId id : ids) {
        tensors.push_back(graph.tensor(id));
    }
    return tensors;
}

void checkNames(const std::string &files, std::span<const Tensor> tensors)
{
    const auto count = splitList(files).size();
    if (count != tensors.size()) {
        throw Error(files + ": names " + std::to_string(count) + (count == 1 ? " file" : " files") + ", the model has "
            + std::to_string(tensors.size()) + " such tensors; separate files by commas");
    }
}

std::vector<std::vector<std::byte>> readValues(const std::string &files, std::span<const Tensor> tensors)
{
    checkNames(files, tensors);
    const auto names = splitList(files);
    std::vector<std::vector<std::byte>> values;
    for (std::size_t index = 0; index < names.size(); ++index) {
        values.push_back(valueFrom(names[index], tensors[index]));
    }
    return values;
}

void writeValues(
    const std::string &files, std::span<const Tensor> tensors, const std::vector<std::vector<std::byte>> &values)
{
    checkNames(files, tensors);
    const auto names = splitList(files);
    for (std::size_t index = 0; index < names.size(); ++index) {
        const Tensor &tensor = tensors[index];
        if (std::filesystem::path(names[index]).extension() == ".npy") {
            const std::string content = toNpy(tensor.type, tensor.shape, values[index]);
            writeFileAtomically(names[index], std::as_bytes(std::span(content)));
        } else {
            writeFileAtomically(names[index], values[index]);
        }
    }
}

} // namespace tinsmith::cli
