// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"

#include <filesystem>
#include <vector>

namespace tinsmith::test {

/// A model of the shared folder, its open sizes as the recordings have them.
Graph openRecorded(const std::filesystem::path &model);

/// A file's bytes; none where it is not there.
std::vector<std::byte> recorded(const std::filesystem::path &file);

} // namespace tinsmith::test
