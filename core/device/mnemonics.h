// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

namespace tinsmith {

/// The mnemonic of every instruction of an image by its address, as objdump names it less the width (".w", ".n").
/// Throws SystemError when objdump is missing or fails.
std::map<std::uint32_t, std::string> readMnemonics(const std::filesystem::path &image);

} // namespace tinsmith
