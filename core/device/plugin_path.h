// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

namespace tinsmith {

/// The instruction counter that QEMU loads, beside the running program (../lib/tinsmith and its multiarch siblings) or
/// where it was installed. Throws SystemError that names the places looked at.
std::filesystem::path counterPlugin();

/// The program that runs a package under simavr, looked for at the same places. It is only built where libsimavr is
/// there; the error says so.
std::filesystem::path simavrRunner();

} // namespace tinsmith
