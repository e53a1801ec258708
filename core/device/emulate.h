// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/device/build.h"

#include <cstdint>
#include <map>

namespace tinsmith {

/// What one run of an image left behind.
struct Emulation {
    std::vector<std::vector<std::vector<std::byte>>> outputs;
    /// Deepest of all inferences.
    std::int64_t stackBytes = 0;
    /// Executions between the markers by instruction address, of all inferences together.
    std::map<std::uint32_t, std::int64_t> counts;
    /// Simulated cycles of these, where the emulator knows time; empty otherwise.
    std::map<std::uint32_t, double> cycles;
    /// Instructions by the operator function (of the manifest) that ran when they were executed.
    std::map<std::string, std::int64_t> byLayer;
};

/// Runs the image on every input. Errors as measure().
Emulation emulate(const Image &image, const Manifest &manifest, const Machine &machine,
    const std::filesystem::path &work, const std::vector<std::vector<std::vector<std::byte>>> &inputs,
    const Progress &progress, const MeasureOptions &options);

} // namespace tinsmith
