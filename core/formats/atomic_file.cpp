// SPDX-License-Identifier: Apache-2.0
#include "core/formats/atomic_file.h"

#include "core/graph/error.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace tinsmith {

namespace {

/// Calls `fail` with what could not be done.
template <typename Fail>
void writeAll(int descriptor, std::span<const std::byte> content, Fail &&fail)
{
    std::size_t done = 0;
    while (done < content.size()) {
        const ssize_t count = ::write(descriptor, content.data() + done, content.size() - done);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            fail("cannot be written");
        }
        done += static_cast<std::size_t>(count);
    }
}

/// A pipe or a device takes the bytes as they come: nothing can be renamed into its place.
void writeThrough(const std::filesystem::path &file, std::span<const std::byte> content)
{
    const int descriptor = ::open(file.c_str(), O_WRONLY | O_CLOEXEC);
    const auto fail = [&](const char *doing) {
        const std::string cause = std::string(doing) + ": " + std::strerror(errno);
        if (descriptor >= 0) {
            ::close(descriptor);
        }
        throw SystemError(file.string(), {}, cause);
    };
    if (descriptor < 0) {
        fail("cannot be written");
    }
    writeAll(descriptor, content, fail);
    ::close(descriptor);
}

} // namespace

void writeFileAtomically(const std::filesystem::path &name, std::span<const std::byte> content)
{
    std::error_code unseen;
    const std::filesystem::file_status status = std::filesystem::status(name, unseen);
    if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)
        && !std::filesystem::is_directory(status)) {
        writeThrough(name, content);
        return;
    }
    // What a symbolic link refers to is replaced, not the link.
    std::filesystem::path file = std::filesystem::exists(status) ? std::filesystem::canonical(name, unseen) : name;
    if (unseen) {
        file = name;
    }
    std::string beside = file.string() + ".XXXXXX";
    const int descriptor = ::mkstemp(beside.data());
    const auto fail = [&](const char *doing) {
        const std::string cause = std::string(doing) + ": " + std::strerror(errno);
        if (descriptor >= 0) {
            ::close(descriptor);
            ::unlink(beside.c_str());
        }
        throw SystemError(name.string(), {}, cause);
    };
    if (descriptor < 0) {
        fail("cannot be written");
    }
    writeAll(descriptor, content, fail);
    // mkstemp makes files that only the owner may read; give what open() would have given.
    const mode_t mask = ::umask(0);
    ::umask(mask);
    if (::fchmod(descriptor, 0666 & ~mask) != 0 || ::fsync(descriptor) != 0) {
        fail("cannot be written");
    }
    if (::rename(beside.c_str(), file.c_str()) != 0) {
        fail("cannot be put in place");
    }
    ::close(descriptor);
}

} // namespace tinsmith
