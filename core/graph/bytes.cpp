// SPDX-License-Identifier: Apache-2.0
#include "core/graph/bytes.h"

#include "core/graph/error.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace tinsmith {

Bytes::Bytes(std::vector<std::byte> values)
{
    auto owned = std::make_shared<const std::vector<std::byte>>(std::move(values));
    view_ = *owned;
    owner_ = std::move(owned);
}

Bytes::Bytes(std::shared_ptr<const void> owner, std::span<const std::byte> view) : owner_(std::move(owner)), view_(view)
{
}

Bytes Bytes::map(const std::filesystem::path &file)
{
    const auto fail = [&file](const char *doing) -> SystemError {
        return {file.string(), {}, std::string(doing) + ": " + std::strerror(errno)};
    };
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        throw fail("cannot open");
    }
    struct stat status = {};
    if (::fstat(descriptor, &status) != 0) {
        const auto error = fail("cannot read its size");
        ::close(descriptor);
        throw error;
    }
    if (!S_ISREG(status.st_mode)) {
        ::close(descriptor);
        throw SystemError(file.string(), {}, S_ISDIR(status.st_mode) ? "is a folder, not a file" : "is not a file");
    }
    const auto size = static_cast<std::size_t>(status.st_size);
    if (size == 0) {
        ::close(descriptor);
        return {};
    }
    void *address = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
    if (address == MAP_FAILED) {
        const auto error = fail("cannot map into memory");
        ::close(descriptor);
        throw error;
    }
    ::close(descriptor);
    const std::shared_ptr<const void> owner(
        address, [size](const void *mapped) { ::munmap(const_cast<void *>(mapped), size); });
    return {owner, {static_cast<const std::byte *>(address), size}};
}

Bytes Bytes::part(std::size_t offset, std::size_t size) const
{
    if (offset > view_.size() || size > view_.size() - offset) {
        throw GraphError("a part of " + std::to_string(size) + " bytes at " + std::to_string(offset)
            + " reaches past the end of " + std::to_string(view_.size()) + " bytes");
    }
    return {owner_, view_.subspan(offset, size)};
}

void Bytes::copyTo(void *target, std::size_t size) const
{
    if (size > 0) {
        std::memcpy(target, view_.data(), size);
    }
}

} // namespace tinsmith
