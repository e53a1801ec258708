// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>

namespace tinsmith::test {

/// The file or folder `relative` (for example "models/kws/model.tflite") below the folder that the environment variable
/// TINSMITH_TEST_DATA names, or below `shared` beside the checkout when it is unset; nothing where it is not there.
/// Tests that get nothing say so with QSKIP.
std::optional<std::filesystem::path> sharedData(const std::filesystem::path &relative);

} // namespace tinsmith::test
