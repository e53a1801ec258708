// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/device/elf.h"
#include "core/device/machine.h"
#include "core/device/manifest.h"
#include "core/device/measurement.h"

#include <filesystem>

namespace tinsmith {

/// A package linked with the runner, ready for the machine.
struct Image {
    std::filesystem::path path;
    ElfFile elf;
};

/// Compiles and links in the folder `work`. Errors as measure().
Image buildImage(const Manifest &manifest, const Target &target, const Machine &machine,
    const std::filesystem::path &work, const Progress &progress, const MeasureOptions &options);

} // namespace tinsmith
