// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/bytes.h"
#include "core/session/pixel_range.h"
#include "core/session/recipe.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tinsmith {

/// What a .tinsmith file holds: the model file itself, byte for byte, and what was done to it. One file that can be
/// handed on. Layout: the line "TINSMITH 1\n", the length of the JSON as eight bytes little-endian, the JSON, the
/// model's bytes.
struct Project {
    /// The model's file name and where it was; for the reader's choice of format and for relative data.
    std::filesystem::path modelFile;
    Bytes model;
    std::string targetId;
    std::filesystem::path dataPath;
    /// What a person said the pixels of the data mean.
    std::optional<PixelRange> pixels;
    /// Sizes that a person gave to symbolic dimensions of the model.
    std::map<std::string, std::int64_t> bindings;
    Recipe recipe;
};

/// True where the file starts as a project does.
bool isProject(const Bytes &bytes);
/// Throws FormatError that names what is wrong.
Project readProject(const std::filesystem::path &file);
/// The same from memory; `name` stands in messages.
Project readProject(const Bytes &bytes, const std::string &name);
/// What a .tinsmith file of the project holds.
std::vector<std::byte> projectBytes(const Project &project);
/// Written beside `file` and renamed. Throws SystemError.
void writeProject(const Project &project, const std::filesystem::path &file);

} // namespace tinsmith
