// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/model_file.h"

#include <filesystem>

namespace tinsmith {

/// The sizes that a person gave to a file's open dimensions the last time, from the settings; none otherwise.
OpenOptions rememberedSizes(const std::filesystem::path &file);
void rememberSizes(const std::filesystem::path &file, const OpenOptions &options);

} // namespace tinsmith
