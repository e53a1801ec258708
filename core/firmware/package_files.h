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
    const PackageOptions &options;

    const std::string &name() const { return emission.modelName(); }
    /// In upper case, as macros have it.
    std::string macro() const;
    /// Bytes that the arena's address is a multiple of.
    std::int64_t alignment() const;
    /// "src/NAME.c", ...: what a firmware compiles.
    std::vector<std::string> sources() const;
};

/// An input or output in the API: its tensor, and where it lies.
struct Port {
    std::string name;
    std::string macro;
    const Tensor *tensor = nullptr;
    std::int64_t offset = 0;
    std::int64_t bytes = 0;

    /// One scale for all elements, of a type of 8 or 16 bits: the API quantizes and dequantizes its elements.
    bool quantized() const;
};
std::vector<Port> inputPorts(const PackageParts &parts);
std::vector<Port> outputPorts(const PackageParts &parts);

/// A file of C begins so.
void licenseLine(CWriter &c);

PackageFile apiHeader(const PackageParts &parts);
PackageFile modelSource(const PackageParts &parts);
PackageFile arenaSource(const PackageParts &parts);
PackageFile weightsHeader(const PackageParts &parts);
PackageFile weightsSource(const PackageParts &parts);
PackageFile labelsSource(const PackageParts &parts);
PackageFile ownArenaExample(const PackageParts &parts);
PackageFile selfTest(const PackageParts &parts);
PackageFile buildFile(const PackageParts &parts);
PackageFile readme(const PackageParts &parts);
PackageFile license();
/// The kernel headers that the layers include, and those that these include.
std::vector<PackageFile> kernelHeaders(const PackageParts &parts);
/// Lists `files`; comes last.
PackageFile manifest(const PackageParts &parts, std::span<const PackageFile> files);

} // namespace tinsmith::firmware
