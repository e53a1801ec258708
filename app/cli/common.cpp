// SPDX-License-Identifier: Apache-2.0
#include "app/cli/common.h"

#include "app/cli/output.h"
#include "core/formats/atomic_file.h"
#include "core/formats/npy.h"
#include "core/graph/error.h"
#include "core/session/value_file.h"

#include <charconv>
#include <cstdio>
#include <filesystem>

namespace tinsmith::cli {
namespace {

constexpr const char *dataForms
    = ": a .npz or a folder with inputs.npy and optional labels.npy (of several inputs, one array each, called as the "
      "input or inputs_0, inputs_1, ...), a folder of raw files with a labels CSV, inputs.bin with samples.json, a "
      "folder of images with a sub-folder per class, or IDX files. Samples with channels last are transposed for an "
      "input with channels first, and the reverse; shapes that read both ways, as 3x3x3, are taken as they are";

InferenceValues readValues(
    const std::string &files, std::span<const Tensor> tensors, FileRole role, const std::vector<PixelMeaning> &pixels)
{
    checkNames(files, tensors);
    const auto names = splitList(files);
    InferenceValues result;
    for (std::size_t index = 0; index < names.size(); ++index) {
        FileValue value = role == FileRole::Input ? readInputFile(names[index], tensors[index], pixels[index])
                                                  : readOutputFile(names[index], tensors[index]);
        result.values.push_back(std::move(value.bytes));
        result.pixels = result.pixels || value.pixels;
        for (const std::string &note : value.notes) {
            result.notes.push_back(names[index] + ": " + note);
        }
    }
    return result;
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

void printAssumptions(const Session &session)
{
    for (const AssumedDimension &dimension : session.assumed()) {
        std::printf("%s; --bind %s=SIZE gives it another size.\n", dimension.text().c_str(), dimension.name.c_str());
    }
}

Json assumptionsJson(const Session &session)
{
    Json json = Json::object();
    for (const AssumedDimension &dimension : session.assumed()) {
        json[dimension.name] = 1;
    }
    return json;
}

CLI::Validator positiveWholeNumber()
{
    return CLI::Validator(
        [](std::string &text) {
            std::int64_t number = 0;
            const char *end = text.data() + text.size();
            const auto result = std::from_chars(text.data(), end, number);
            const bool fits = result.ec == std::errc() && result.ptr == end && number > 0;
            return fits ? std::string() : "\"" + text + "\" is not a whole number from 1";
        },
        "COUNT");
}

CLI::Option *addData(CLI::App &verb, DataOptions &options, const std::string &help)
{
    addPixels(verb, options.pixels);
    return verb.add_option("--data", options.path, help + dataForms);
}

void addPixels(CLI::App &verb, std::string &pixels)
{
    verb.add_option("--pixels", pixels,
        "What pixels 0..255 of images become: a range, as 0..255, 0..1 or -1..1, or mean,deviation to normalise with, "
        "per channel as 123.7,116.3,103.5/58.4,57.1,57.4 (numbers up to 1 are of pixels scaled to 0..1); guessed from "
        "the quantization of the input, or by trying on labelled samples, when left out");
}

std::optional<PixelRange> parsePixels(const std::string &text)
{
    if (text.empty()) {
        return std::nullopt;
    }
    try {
        return PixelRange::parse(text);
    } catch (const Error &error) {
        throw Error("--pixels " + text + ": " + error.cause());
    }
}

void requirePixels(const std::optional<PixelRange> &pixels, bool used)
{
    if (pixels && !used) {
        throw Error("--pixels " + pixels->text()
            + ": no input is given pixels; those are pictures and integers from 0 to 255, floats are taken as they "
              "are");
    }
}

DataSet loadData(const DataOptions &options, const Graph &graph)
{
    const auto pixels = parsePixels(options.pixels);
    const DataSet data = DataSet::load(options.path, graph);
    requirePixels(pixels, data.hasPixels());
    return pixels ? data.with(*pixels) : data;
}

void printNotes(const std::vector<std::string> &notes)
{
    for (const std::string &note : notes) {
        std::printf("%s\n", note.c_str());
    }
}

Json pixelsJson(const DataUse &use)
{
    return use.pixels ? Json{{"range", use.pixels->text()}, {"source", nameOf(use.source)}} : Json(nullptr);
}

Json dataJson(const DataSet &data, const Graph &graph)
{
    const DataUse use = useOf(data, graph);
    return {
        {"samples", data.size()}, {"pixels", pixelsJson(use)}, {"transposed", use.transposed}, {"notes", use.notes}};
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

InferenceValues readValues(
    const std::string &files, std::span<const Tensor> tensors, FileRole role, const std::optional<PixelRange> &pixels)
{
    return readValues(files, tensors, role, std::vector<PixelMeaning>(tensors.size(), {pixels, {}}));
}

InferenceValues readInputs(const std::string &files, const Graph &graph, const std::optional<PixelRange> &pixels)
{
    std::vector<PixelMeaning> meanings;
    for (const TensorId id : graph.inputs()) {
        meanings.push_back({pixels, guessBehind(graph, id)});
    }
    return readValues(files, tensorsOf(graph, graph.inputs()), FileRole::Input, meanings);
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
