// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/device/cycle_model.h"

#include <cstdint>
#include <filesystem>
#include <map>

namespace tinsmith {

/// Every instruction of an image for the core by its address, as objdump shows it.
/// Throws SystemError when objdump is missing or fails.
std::map<std::uint32_t, Instruction> readInstructions(const std::filesystem::path &image, Core core);

} // namespace tinsmith
