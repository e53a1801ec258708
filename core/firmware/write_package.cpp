// SPDX-License-Identifier: Apache-2.0
#include "core/firmware/package.h"
#include "core/firmware/written_package.h"
#include "core/graph/sha256.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
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

/// The folder itself, with symbolic links followed.
fs::path placeOf(const fs::path &folder)
{
    if (folder.empty()) {
        throw SystemError("The folder to write a package to has no name");
    }
    std::error_code error;
    const fs::path place = fs::weakly_canonical(fs::absolute(folder), error);
    if (error) {
        fail(folder, error.message());
    }
    return place.has_filename() ? place : place.parent_path();
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

void makeFolders(const fs::path &path)
{
    std::error_code error;
    fs::create_directories(path, error);
    if (error) {
        fail(path, error.message());
    }
}

void writeFile(const fs::path &path, const std::string &content)
{
    makeFolders(path.parent_path());
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out.write(content.data(), static_cast<std::streamsize>(content.size()));
    out.close();
    if (!out) {
        fail(path, "cannot be written");
    }
}

void writeNewFolder(const Package &package, const fs::path &place)
{
    std::error_code error;
    fs::create_directories(place.parent_path(), error);
    const fs::path fresh
        = place.parent_path() / ("." + place.filename().string() + ".new." + std::to_string(::getpid()));
    if (!fs::create_directory(fresh, error)) {
        fail(place, error ? error.message() : "a folder for writing beside it cannot be made");
    }
    const Remover remover(fresh);
    for (const PackageFile &file : package.files) {
        writeFile(fresh / file.path, file.content);
    }
    fs::rename(fresh, place, error);
    if (error) {
        fail(place, error.message());
    }
}

/// Renames that can be taken back.
class Moves {
public:
    Moves() = default;
    ~Moves()
    {
        std::error_code ignored;
        for (auto at = done_.rbegin(); !kept_ && at != done_.rend(); ++at) {
            fs::rename(at->second, at->first, ignored);
        }
    }
    Moves(const Moves &) = delete;
    Moves &operator=(const Moves &) = delete;

    void move(const fs::path &from, const fs::path &to)
    {
        makeFolders(to.parent_path());
        std::error_code error;
        fs::rename(from, to, error);
        if (error) {
            fail(to, error.message());
        }
        done_.emplace_back(from, to);
    }
    void keep() { kept_ = true; }

private:
    std::vector<std::pair<fs::path, fs::path>> done_;
    bool kept_ = false;
};

/// Replaces the package in a folder, or fills an empty one.
class Update {
public:
    Update(const Package &package, fs::path place, const WriteOptions &options)
        : package_(package), place_(std::move(place)), options_(options)
    {
    }

    WriteReport run()
    {
        readPresent();
        for (const PackageFile &file : package_.files) {
            examine(file);
        }
        if (!edited_.empty() && !options_.force) {
            throw EditedFilesError(place_, edited_);
        }
        report_.replacedEdits = edited_;
        for (const auto &[path, hash] : present_.files) {
            if (package_.find(path) == nullptr) {
                examineStale(path, hash);
            }
        }
        commit();
        return report_;
    }

private:
    void readPresent()
    {
        std::error_code error;
        const bool empty = fs::is_empty(place_, error);
        if (error) {
            fail(place_, error.message());
        }
        if (empty) {
            return;
        }
        auto found = readWrittenPackage(place_);
        if (!found) {
            fail(place_, "holds something else than a package; choose an empty or new folder");
        }
        present_ = std::move(*found);
    }

    /// Throws where a folder on the way to the file is none of our making.
    void checkWay(const fs::path &path) const
    {
        fs::path way = place_;
        for (const fs::path &part : path.parent_path()) {
            way /= part;
            std::error_code unseen;
            const fs::file_status status = fs::symlink_status(way, unseen);
            if (fs::exists(status) && !fs::is_directory(status)) {
                fail(way,
                    fs::is_symlink(status) ? "is a symbolic link; a package is not written through it"
                                           : "is in the way of a folder of the package");
            }
        }
    }

    bool isAsWritten(const std::string &path, const std::string &hash, const std::string &content) const
    {
        return path == "manifest.json" ? present_.manifestIntact : !hash.empty() && sha256(content) == hash;
    }

    void examine(const PackageFile &file)
    {
        checkWay(file.path);
        std::error_code unseen;
        const fs::path path = place_ / file.path;
        const fs::file_status status = fs::symlink_status(path, unseen);
        if (!fs::exists(status)) {
            written_.push_back(&file);
            return;
        }
        const auto known = present_.files.find(file.path);
        const bool ours = known != present_.files.end() || file.path == "manifest.json";
        if (!fs::is_regular_file(status) && !(fs::is_symlink(status) && ours)) {
            fail(path, "is in the way of a file of the package");
        }
        const std::string content = fs::is_regular_file(status) ? contentOf(path) : std::string();
        if (fs::is_regular_file(status) && content == file.content) {
            return;
        }
        if (!ours) {
            fail(path, "is not a file of the package that is in this folder; move it away");
        }
        const std::string hash = known == present_.files.end() ? std::string() : known->second;
        if (!fs::is_regular_file(status) || !isAsWritten(file.path, hash, content)) {
            edited_.push_back(file.path);
        }
        written_.push_back(&file);
    }

    void examineStale(const std::string &path, const std::string &hash)
    {
        checkWay(path);
        std::error_code unseen;
        const fs::file_status status = fs::symlink_status(place_ / path, unseen);
        if (!fs::exists(status)) {
            return;
        }
        const bool intact = fs::is_regular_file(status) && isAsWritten(path, hash, contentOf(place_ / path));
        (intact ? report_.removed : report_.keptEdits).push_back(path);
    }

    void commit()
    {
        std::string pattern = (place_ / ".tinsmith-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) {
            fail(place_, std::string("cannot be written: ") + std::strerror(errno));
        }
        const fs::path stage = pattern;
        const Remover remover(stage);
        for (const PackageFile *file : written_) {
            writeFile(stage / "new" / file->path, file->content);
        }
        Moves moves;
        for (const std::string &path : report_.removed) {
            moves.move(place_ / path, stage / "old" / path);
        }
        for (const PackageFile *file : written_) {
            std::error_code unseen;
            if (fs::exists(fs::symlink_status(place_ / file->path, unseen))) {
                moves.move(place_ / file->path, stage / "old" / file->path);
            }
            moves.move(stage / "new" / file->path, place_ / file->path);
        }
        moves.keep();
        for (const std::string &path : report_.removed) {
            removeEmptyFolders(fs::path(path).parent_path());
        }
    }

    void removeEmptyFolders(fs::path folder) const
    {
        std::error_code ignored;
        for (; !folder.empty() && fs::is_empty(place_ / folder, ignored) && !ignored; folder = folder.parent_path()) {
            fs::remove(place_ / folder, ignored);
        }
    }

    const Package &package_;
    fs::path place_;
    const WriteOptions &options_;
    WrittenPackage present_;
    std::vector<const PackageFile *> written_;
    std::vector<std::string> edited_;
    WriteReport report_;
};

std::string listed(const std::vector<std::string> &files)
{
    constexpr std::size_t most = 8;
    std::string text;
    for (std::size_t i = 0; i < std::min(files.size(), most); ++i) {
        text += (i == 0 ? "" : ", ") + files[i];
    }
    return files.size() > most ? text + " and " + std::to_string(files.size() - most) + " more" : text;
}

} // namespace

EditedFilesError::EditedFilesError(const fs::path &folder, std::vector<std::string> files)
    : Error(folder.string(), {},
        "nothing was written, since " + std::to_string(files.size()) + (files.size() == 1 ? " file was" : " files were")
            + " edited after the last export: " + listed(files)),
      files_(std::move(files))
{
}

WriteReport writePackage(const Package &package, const fs::path &folder, const WriteOptions &options)
{
    const fs::path place = placeOf(folder);
    std::error_code error;
    const fs::file_status status = fs::symlink_status(place, error);
    if (!fs::exists(status)) {
        writeNewFolder(package, place);
        return {};
    }
    if (!fs::is_directory(status)) {
        fail(place, "is there and is not a folder");
    }
    return Update(package, place, options).run();
}

} // namespace tinsmith
