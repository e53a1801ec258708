// SPDX-License-Identifier: Apache-2.0
#include "core/firmware/written_package.h"

#include "core/firmware/manifest_seal.h"
#include "core/graph/bytes.h"
#include "core/graph/error.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace tinsmith {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::string textOr(const json &object, const char *field)
{
    const auto found = object.find(field);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

} // namespace

bool staysInside(const fs::path &path)
{
    return !path.empty() && path.is_relative() && path.has_filename() && path == path.lexically_normal()
        && std::none_of(path.begin(), path.end(), [](const fs::path &part) { return part == ".." || part == "."; });
}

std::string contentOf(const fs::path &file)
{
    const Bytes bytes = Bytes::map(file);
    return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

std::optional<WrittenPackage> readWrittenPackage(const fs::path &folder)
{
    const fs::path file = folder / "manifest.json";
    std::error_code unseen;
    if (!fs::is_regular_file(file, unseen)) {
        return {};
    }
    const std::string text = contentOf(file);
    const json document = json::parse(text, nullptr, false);
    if (!document.is_object() || textOr(document, "format") != "tinsmith-package") {
        return {};
    }
    WrittenPackage package;
    package.manifestIntact = sealHolds(text);
    const auto list = document.find("files");
    if (list == document.end() || !list->is_array()) {
        return package;
    }
    for (const json &entry : *list) {
        const std::string path = entry.is_object() ? textOr(entry, "path") : std::string();
        if (!staysInside(path)) {
            throw FormatError(file.string(), "files", "\"" + path + "\" is not a path within the package");
        }
        package.files[path] = textOr(entry, "sha256");
    }
    return package;
}

} // namespace tinsmith
