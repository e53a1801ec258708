// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/device/measurement.h"
#include "core/firmware/package.h"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace tinsmith {

/// How a package behaves on its emulated target, against outputs that are known to be right.
struct Verification {
    /// Every element of every output is as expected: of the same bytes, or a float that is equal by differenceOf().
    bool exact = false;
    /// Elements that differ, in all outputs of all inferences.
    std::int64_t mismatches = 0;
    std::int64_t elements = 0;
    /// Largest difference of an element: of the stored integers, or of floats. Infinite where only one is not a number.
    double maxAbsDifference = 0;
    /// Largest finite magnitude of the expected float outputs; 0 where no output is float.
    double largestFloat = 0;
    /// Floats are not defined to the last bit (compilers may fuse a multiplication and an addition): equal to within a
    /// hundred-thousandth of the largest output. Integers: exact.
    bool holds() const { return exact || (largestFloat > 0 && maxAbsDifference <= tolerance()); }
    /// The difference that holds() allows.
    double tolerance() const { return 1e-5 * largestFloat; }
    /// Multiply-accumulates of one inference, as the package states them.
    std::int64_t macs = 0;
    /// 0 where there are no multiply-accumulates.
    double instructionsPerMac = 0;
    Measurement measurement;
};

/// Builds the package in `folder`, runs each vector's inputs under emulation and compares. Throws Error where the
/// vectors' sizes or the number of inputs or outputs are not the package's; otherwise as measure().
Verification verify(const std::filesystem::path &folder, const Target &target,
    const std::vector<PackageOptions::Vector> &vectors, const Progress &progress = {},
    const MeasureOptions &options = {});

/// The same for a package that is not written yet; it is put in a temporary folder.
Verification verify(const Package &package, const Target &target, const std::vector<PackageOptions::Vector> &vectors,
    const Progress &progress = {}, const MeasureOptions &options = {});

} // namespace tinsmith
