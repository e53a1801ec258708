// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"
#include "core/graph/progress.h"
#include "core/planner/plan.h"
#include "core/targets/target.h"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace tinsmith {

struct PackageOptions {
    /// "cmake" is the only kind so far.
    std::string kind = "cmake";
    /// Prefix of every public name in the C; made a valid C identifier. Empty: from the graph's name.
    std::string modelName;
    /// Recorded pairs for the self-test: one value per graph input, one per graph output.
    struct Vector {
        std::vector<std::vector<std::byte>> inputs;
        std::vector<std::vector<std::byte>> outputs;
    };
    std::vector<Vector> vectors;
};

/// One file of a package.
struct PackageFile {
    /// Relative to the package's folder, with forward slashes.
    std::string path;
    std::string content;
};

/// A firmware package as a value: nothing is written yet.
struct Package {
    std::vector<PackageFile> files;
    std::string modelName;
    std::int64_t arenaBytes = 0;
    /// Weights, biases and constants in flash.
    std::int64_t weightBytes = 0;
    const PackageFile *find(std::string_view path) const;
};

/// Emits the C of a planned canonical graph. Throws UnsupportedError naming an operator that has no kernel.
Package makePackage(const Graph &graph, const Plan &plan, const Target &target, const PackageOptions &options = {});

/// Writes the package beside `folder` and renames it into place: it is there whole or not at all. An existing folder is
/// replaced only where it holds a package of ours or is empty. Throws SystemError naming the path.
void writePackage(const Package &package, const std::filesystem::path &folder);

/// Why the operator has no kernel for packages; empty where it has.
std::string whyNotExportable(const Graph &graph, OperatorId id);

} // namespace tinsmith
