// SPDX-License-Identifier: Apache-2.0
#include "core/session/project_file.h"

#include "core/formats/atomic_file.h"
#include "core/graph/error.h"

#include <nlohmann/json.hpp>

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
    const Bytes bytes = Bytes::map(file);
    if (!isProject(bytes)) {
        throw FormatError(file.string(), {}, "is not a Tinsmith project");
    }
    if (bytes.size() < heading.size() + lengthBytes) {
        throw FormatError(file.string(), {}, "is cut off");
    }
    std::uint64_t length = 0;
    for (std::size_t index = 0; index < lengthBytes; ++index) {
        length |= std::to_integer<std::uint64_t>(bytes.view()[heading.size() + index]) << (8 * index);
    }
    const std::size_t start = heading.size() + lengthBytes;
    if (length > bytes.size() - start) {
        throw FormatError(file.string(), {}, "is cut off");
    }
    const Bytes text = bytes.part(start, static_cast<std::size_t>(length));
    const auto json = nlohmann::json::parse(reinterpret_cast<const char *>(text.data()),
        reinterpret_cast<const char *>(text.data()) + text.size(), nullptr, false);
    const auto field = [&](const char *name) -> std::string {
        if (!json.is_object() || !json.contains(name) || !json[name].is_string()) {
            throw FormatError(file.string(), name, "is missing or not text");
        }
        return json[name].get<std::string>();
    };
    Project project;
    project.modelFile = field("model");
    project.targetId = field("target");
    project.dataPath = field("data");
    if (json.contains("bindings")) {
        if (!json["bindings"].is_object()) {
            throw FormatError(file.string(), "bindings", "is not an object");
        }
        for (const auto &[name, size] : json["bindings"].items()) {
            if (!size.is_number_integer() || size.get<std::int64_t>() < 1) {
                throw FormatError(
                    file.string(), "bindings", "the size of \"" + name + "\" is not a whole number from 1");
            }
            project.bindings[name] = size.get<std::int64_t>();
        }
    }
    if (!json.contains("recipe")) {
        throw FormatError(file.string(), "recipe", "is missing");
    }
    project.recipe = recipeFromJson(json["recipe"].dump(), file.string());
    project.model = bytes.part(start + text.size(), bytes.size() - start - text.size());
    return project;
}

void writeProject(const Project &project, const std::filesystem::path &file)
{
    nlohmann::ordered_json json;
    json["model"] = project.modelFile.string();
    json["target"] = project.targetId;
    json["data"] = project.dataPath.string();
    if (!project.bindings.empty()) {
        json["bindings"] = project.bindings;
    }
    json["recipe"] = nlohmann::ordered_json::parse(toJson(project.recipe));
    const std::string text = json.dump(2) + "\n";
    std::string content(heading);
    for (std::size_t index = 0; index < lengthBytes; ++index) {
        content += static_cast<char>((static_cast<std::uint64_t>(text.size()) >> (8 * index)) & 0xFF);
    }
    content += text;
    content.append(reinterpret_cast<const char *>(project.model.data()), project.model.size());
    writeFileAtomically(file, std::as_bytes(std::span(content)));
}

} // namespace tinsmith
