// SPDX-License-Identifier: Apache-2.0
#include "core/firmware/package.h"

#include "core/graph/error.h"

#include <nlohmann/json.hpp>

#include <fstream>
#include <system_error>
#include <unistd.h>

namespace tinsmith {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path &path, const std::string &cause)
{
    throw SystemError(path.string(), {}, cause);
}

bool holdsPackage(const fs::path &folder)
{
    std::ifstream in(folder / "manifest.json", std::ios::binary);
    const auto json = nlohmann::json::parse(in, nullptr, false);
    return json.is_object() && json.value("format", "") == "tinsmith-package";
}

/// Whether a folder stands there that may be replaced; throws where something else does.
bool replaceable(const fs::path &folder)
{
    std::error_code error;
    const fs::file_status status = fs::symlink_status(folder, error);
    if (!fs::exists(status)) {
        return false;
    }
    if (!fs::is_directory(status)) {
        fail(folder, "is there and is not a folder");
    }
    const bool empty = fs::is_empty(folder, error);
    if (error) {
        fail(folder, error.message());
    }
    if (!empty && !holdsPackage(folder)) {
        fail(folder, "holds something else than a package; choose an empty or new folder");
    }
    return true;
}

/// Removes what is left of an unfinished package.
class Remover {
public:
    explicit Remover(fs::path path) : path_(std::move(path)) { }
    ~Remover()
    {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    Remover(const Remover &) = delete;
    Remover &operator=(const Remover &) = delete;

private:
    fs::path path_;
};

void writeFile(const fs::path &path, const std::string &content)
{
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out.write(content.data(), static_cast<std::streamsize>(content.size()));
    out.close();
    if (!out) {
        fail(path, "cannot be written");
    }
}

} // namespace

void writePackage(const Package &package, const std::filesystem::path &folder)
{
    const fs::path target = fs::absolute(folder).lexically_normal();
    const fs::path place = target.has_filename() ? target : target.parent_path();
    const bool replaces = replaceable(place);

    const std::string suffix = "." + std::to_string(::getpid());
    const fs::path fresh = place.parent_path() / ("." + place.filename().string() + ".new" + suffix);
    const fs::path old = place.parent_path() / ("." + place.filename().string() + ".old" + suffix);
    std::error_code error;
    fs::create_directories(place.parent_path(), error);
    if (!fs::create_directory(fresh, error)) {
        fail(place, error ? error.message() : "a folder for writing beside it cannot be made");
    }
    const Remover freshRemover(fresh);
    for (const PackageFile &file : package.files) {
        const fs::path path = fresh / file.path;
        fs::create_directories(path.parent_path(), error);
        if (error) {
            fail(path.parent_path(), error.message());
        }
        writeFile(path, file.content);
    }
    if (replaces) {
        fs::rename(place, old, error);
        if (error) {
            fail(place, error.message());
        }
    }
    fs::rename(fresh, place, error);
    if (error) {
        const std::string cause = error.message();
        if (replaces) {
            fs::rename(old, place, error);
        }
        fail(place, cause);
    }
    if (replaces) {
        const Remover oldRemover(old);
    }
}

} // namespace tinsmith
