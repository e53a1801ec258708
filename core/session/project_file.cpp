// SPDX-License-Identifier: Apache-2.0
#include "core/session/project_file.h"

#include "core/formats/atomic_file.h"
#include "core/graph/error.h"
#include "core/session/json_text.h"

#include <cstring>

namespace tinsmith {
namespace {

constexpr std::string_view heading = "TINSMITH 1\n";
constexpr std::size_t lengthBytes = 8;

} // namespace

bool isProject(const Bytes &bytes)
{
    return bytes.size() >= heading.size() && std::memcmp(bytes.data(), heading.data(), heading.size()) == 0;
}

Project readProject(const std::filesystem::path &file)
{
    return readProject(Bytes::map(file), file.string());
}

Project readProject(const Bytes &bytes, const std::string &name)
{
    if (!isProject(bytes)) {
        throw FormatError(name, {}, "is not a Tinsmith project");
    }
    if (bytes.size() < heading.size() + lengthBytes) {
        throw FormatError(name, {}, "is cut off");
    }
    std::uint64_t length = 0;
    for (std::size_t index = 0; index < lengthBytes; ++index) {
        length |= std::to_integer<std::uint64_t>(bytes.view()[heading.size() + index]) << (8 * index);
    }
    const std::size_t start = heading.size() + lengthBytes;
    if (length > bytes.size() - start) {
        throw FormatError(name, {}, "is cut off");
    }
    const Bytes text = bytes.part(start, static_cast<std::size_t>(length));
    const auto json
        = parseUntrustedJson(std::string_view(reinterpret_cast<const char *>(text.data()), text.size()), name);
    if (!json.is_object()) {
        throw FormatError(name, {}, "has a description that is not JSON");
    }
    const auto field = [&](const char *key) -> std::string {
        if (!json.contains(key) || !json[key].is_string()) {
            throw FormatError(name, key, "is missing or not text");
        }
        return json[key].get<std::string>();
    };
    Project project;
    project.modelFile = field("model");
    project.targetId = field("target");
    project.dataPath = field("data");
    if (json.contains("pixels")) {
        try {
            project.pixels = PixelRange::parse(field("pixels"));
        } catch (const FormatError &) {
            throw;
        } catch (const Error &error) {
            throw FormatError(name, "pixels", error.cause());
        }
    }
    if (json.contains("bindings")) {
        if (!json["bindings"].is_object()) {
            throw FormatError(name, "bindings", "is not an object");
        }
        for (const auto &[symbol, size] : json["bindings"].items()) {
            if (!size.is_number_integer() || size.get<std::int64_t>() < 1) {
                throw FormatError(name, "bindings", "the size of \"" + symbol + "\" is not a whole number from 1");
            }
            project.bindings[symbol] = size.get<std::int64_t>();
        }
    }
    if (!json.contains("recipe")) {
        throw FormatError(name, "recipe", "is missing");
    }
    project.recipe = recipeFromJson(json["recipe"].dump(), name);
    project.model = bytes.part(start + text.size(), bytes.size() - start - text.size());
    return project;
}

std::vector<std::byte> projectBytes(const Project &project)
{
    nlohmann::ordered_json json;
    json["model"] = project.modelFile.string();
    json["target"] = project.targetId;
    json["data"] = project.dataPath.string();
    if (project.pixels) {
        json["pixels"] = project.pixels->text();
    }
    if (!project.bindings.empty()) {
        json["bindings"] = project.bindings;
    }
    json["recipe"] = nlohmann::ordered_json::parse(toJson(project.recipe));
    const std::string text = json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
    std::string content(heading);
    for (std::size_t index = 0; index < lengthBytes; ++index) {
        content += static_cast<char>((static_cast<std::uint64_t>(text.size()) >> (8 * index)) & 0xFF);
    }
    content += text;
    const auto raw = std::as_bytes(std::span(content));
    std::vector<std::byte> bytes(raw.begin(), raw.end());
    const auto model = project.model.view();
    bytes.insert(bytes.end(), model.begin(), model.end());
    return bytes;
}

void writeProject(const Project &project, const std::filesystem::path &file)
{
    writeFileAtomically(file, projectBytes(project));
}

} // namespace tinsmith
