// SPDX-License-Identifier: Apache-2.0
#include "core/session/archive.h"

#include "core/graph/error.h"

#include <archive.h>
#include <archive_entry.h>

#include <array>
#include <memory>

namespace tinsmith {
namespace {

struct Close {
    void operator()(archive *reader) const { archive_read_free(reader); }
};
using Reader = std::unique_ptr<archive, Close>;

[[noreturn]] void fail(const std::filesystem::path &file, archive *reader)
{
    const char *text = archive_error_string(reader);
    throw FormatError(file.string(), {}, text != nullptr ? text : "cannot be unpacked");
}

Bytes readMember(const std::filesystem::path &file, archive *reader, std::size_t limit)
{
    std::vector<std::byte> content;
    std::array<std::byte, 65536> chunk = {};
    for (;;) {
        const la_ssize_t count = archive_read_data(reader, chunk.data(), chunk.size());
        if (count < 0) {
            fail(file, reader);
        }
        if (count == 0) {
            return Bytes(std::move(content));
        }
        if (content.size() + static_cast<std::size_t>(count) > limit) {
            throw FormatError(file.string(), {}, "unpacks to more than " + std::to_string(limit >> 20) + " MB");
        }
        content.insert(content.end(), chunk.begin(), chunk.begin() + count);
    }
}

void open(const std::filesystem::path &file, archive *reader)
{
    if (archive_read_open_filename(reader, file.c_str(), 65536) != ARCHIVE_OK) {
        fail(file, reader);
    }
}

std::vector<std::pair<std::string, Bytes>> readMembers(
    const std::filesystem::path &file, archive *reader, std::size_t limit)
{
    std::vector<std::pair<std::string, Bytes>> members;
    archive_entry *entry = nullptr;
    for (;;) {
        const int status = archive_read_next_header(reader, &entry);
        if (status == ARCHIVE_EOF) {
            return members;
        }
        if (status != ARCHIVE_OK) {
            fail(file, reader);
        }
        const char *name = archive_entry_pathname(entry);
        Bytes content = readMember(file, reader, limit);
        limit -= content.size();
        members.emplace_back(name != nullptr ? name : "", std::move(content));
    }
}

} // namespace

std::vector<std::pair<std::string, Bytes>> readZip(const std::filesystem::path &file, std::size_t limit)
{
    const Reader reader(archive_read_new());
    archive_read_support_format_zip(reader.get());
    open(file, reader.get());
    return readMembers(file, reader.get(), limit);
}

std::vector<std::pair<std::string, Bytes>> readZip(const Bytes &content, const std::string &name, std::size_t limit)
{
    const Reader reader(archive_read_new());
    archive_read_support_format_zip_seekable(reader.get());
    if (archive_read_open_memory(reader.get(), content.data(), content.size()) != ARCHIVE_OK) {
        fail(name, reader.get());
    }
    return readMembers(name, reader.get(), limit);
}

Bytes readMaybeGzip(const std::filesystem::path &file, std::size_t limit)
{
    Bytes plain = Bytes::map(file);
    if (plain.size() < 2 || plain.view()[0] != std::byte{0x1F} || plain.view()[1] != std::byte{0x8B}) {
        return plain;
    }
    const Reader reader(archive_read_new());
    archive_read_support_format_raw(reader.get());
    archive_read_support_filter_gzip(reader.get());
    open(file, reader.get());
    archive_entry *entry = nullptr;
    if (archive_read_next_header(reader.get(), &entry) != ARCHIVE_OK) {
        fail(file, reader.get());
    }
    return readMember(file, reader.get(), limit);
}

} // namespace tinsmith
