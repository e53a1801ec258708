// SPDX-License-Identifier: Apache-2.0
#include "core/graph/error.h"

#include <utility>

namespace tinsmith {
namespace {

std::string joined(const std::string &file, const std::string &place, const std::string &cause)
{
    std::string text;
    for (const std::string *part : {&file, &place, &cause}) {
        if (!part->empty()) {
            text += (text.empty() ? "" : ": ") + *part;
        }
    }
    return text;
}

} // namespace

Error::Error(std::string file, std::string place, std::string cause)
    : std::runtime_error(joined(file, place, cause)), file_(std::move(file)), place_(std::move(place)),
      cause_(std::move(cause))
{
}

} // namespace tinsmith
