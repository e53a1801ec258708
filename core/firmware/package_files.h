// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/firmware/emission.h"
#include "core/firmware/package.h"

#include <span>
#include <string>
#include <vector>

// The files of a package of kind "cmake"; package.h says what stands where.

namespace tinsmith::firmware {

/// What all files of one package are made from.
struct PackageParts {
    const Graph &graph;
    const Plan &plan;
    const Target &target;
    const Emission &emission;
    std::span<const PackageOptions::Vector> vectors;

    const std::string &name() const { return emission.modelName(); }
    /// In upper case, as macros have it.
    std::string macro() const;
    /// Bytes that the arena's address is a multiple of.
    std::int64_t alignment() const;
};

/// An input or output in the API: its tensor, and where it lies.
struct Port {
    std::string name;
    std::string macro;
    const Tensor *tensor = nullptr;
    std::int64_t offset = 0;
    std::int64_t bytes = 0;
};
std::vector<Port> inputPorts(const PackageParts &parts);
std::vector<Port> outputPorts(const PackageParts &parts);

PackageFile apiHeader(const PackageParts &parts);
PackageFile modelSource(const PackageParts &parts);
PackageFile arenaSource(const PackageParts &parts);
PackageFile weightsHeader(const PackageParts &parts);
PackageFile weightsSource(const PackageParts &parts);
PackageFile selfTest(const PackageParts &parts);
PackageFile buildFile(const PackageParts &parts);
PackageFile readme(const PackageParts &parts);
/// The kernel headers that the layers include, and those that these include.
std::vector<PackageFile> kernelHeaders(const PackageParts &parts);
/// Lists `files`; comes last.
PackageFile manifest(const PackageParts &parts, std::span<const PackageFile> files);

} // namespace tinsmith::firmware
