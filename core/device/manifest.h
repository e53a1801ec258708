// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace tinsmith {

/// What building and running a package needs of its manifest.json (core/firmware/package.h lists all fields).
struct Manifest {
    struct Tensor {
        std::string name;
        std::string type;
        std::int64_t bytes = 0;
        /// As the file says, unchecked; empty where it does not.
        std::vector<std::int64_t> shape;
        /// 0: not quantized.
        double scale = 0;
        std::int64_t zeroPoint = 0;
    };
    struct Operator {
        std::int64_t index = 0;
        std::string type;
        std::string variant;
        /// The C function that runs it; empty where it has none.
        std::string function;
        std::int64_t macs = 0;
    };

    std::filesystem::path folder;
    /// The prefix of the C names; a C identifier.
    std::string name;
    std::string core;
    /// Relative to the folder, within it.
    std::string header;
    std::vector<std::string> includeDirs;
    std::vector<std::string> sources;
    /// Names for -l.
    std::vector<std::string> libraries;
    std::int64_t arenaBytes = 0;
    std::int64_t arenaAlignment = 4;
    std::vector<Tensor> inputs;
    std::vector<Tensor> outputs;
    std::vector<Operator> operators;
};

/// Reads manifest.json of a package's folder. The file is not trusted: what goes into a command line or into C is
/// checked. Throws SystemError when it cannot be read, FormatError naming the field otherwise.
Manifest readManifest(const std::filesystem::path &folder);

} // namespace tinsmith
