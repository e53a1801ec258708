// SPDX-License-Identifier: Apache-2.0
#include "core/firmware/package_files.h"

#include "core/graph/embedded.h"
#include "core/graph/error.h"

#include <set>

namespace tinsmith {

/// All headers of resources/kernels, compiled in.
std::span<const EmbeddedFile> embeddedKernels();

namespace firmware {
namespace {

std::string fileName(std::string_view path)
{
    return std::string(path.substr(path.rfind('/') + 1));
}

const EmbeddedFile &kernelNamed(std::string_view name)
{
    for (const EmbeddedFile &file : embeddedKernels()) {
        if (fileName(file.path) == name) {
            return file;
        }
    }
    throw Error("There is no kernel header \"" + std::string(name) + "\"");
}

void take(const std::string &name, std::set<std::string> &taken)
{
    if (!taken.insert(name).second) {
        return;
    }
    const std::string_view text = kernelNamed(name).text;
    constexpr std::string_view mark = "#include \"";
    for (std::size_t at = text.find(mark); at != std::string_view::npos; at = text.find(mark, at + 1)) {
        const std::size_t from = at + mark.size();
        take(fileName(text.substr(from, text.find('"', from) - from)), taken);
    }
}

} // namespace

std::vector<PackageFile> kernelHeaders(const PackageParts &parts)
{
    std::set<std::string> names;
    take("ts_base.h", names);
    for (const std::string &header : parts.emission.headers()) {
        take(fileName(header), names);
    }
    std::vector<PackageFile> files;
    for (const std::string &name : names) {
        files.push_back({"kernels/" + name, std::string(kernelNamed(name).text)});
    }
    return files;
}

} // namespace firmware
} // namespace tinsmith
