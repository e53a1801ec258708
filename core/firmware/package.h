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
#include <string_view>
#include <vector>

namespace tinsmith {

// What a package of kind "cmake" for a model NAME (lower case; macros in upper case) holds:
//
//   include/NAME.h                   the API
//   src/NAME.c                       layers and the plan: arena offsets as constants, one call per operator
//   src/NAME_weights.{h,c}           weights, biases, requantization constants
//   src/NAME_arena.c                 a static arena, linked only where NAME_init_static is called
//   kernels/*.h                      the kernel headers that the layers use
//   test/vectors/in_N_I.bin out_N_I.bin   the same vectors as raw values, little-endian
//   test/NAME_selftest.c             main(): recorded vectors, returns 0 when all outputs are equal
//   CMakeLists.txt README.md manifest.json
//
//   typedef struct { unsigned char *arena; } NAME_context;
//   int NAME_init(NAME_context *context, void *arena, size_t bytes);   0, or not: too small, not aligned
//   int NAME_init_static(NAME_context *context);
//   int NAME_invoke(NAME_context *context);                            0
//   TYPE *NAME_input_I(const NAME_context *context);                   inputs are consumed by an inference
//   const TYPE *NAME_output_I(const NAME_context *context);
//   NAME_ARENA_BYTES NAME_ARENA_ALIGNMENT NAME_INPUT_COUNT NAME_OUTPUT_COUNT and per input I (outputs alike)
//   NAME_INPUT_I_OFFSET (in the arena) _BYTES _ELEMENTS _RANK _SHAPE ({..}) _SCALE _ZERO_POINT
//
// manifest.json: format "tinsmith-package", version 1, kind, name, target, core, cpu_flags [..], header, include_dirs
// [..], sources [..], test_sources [..], libraries [..], arena_bytes, arena_alignment, weight_bytes, inputs/outputs
// [{name,type,shape,bytes,offset,scale,zero_point}], operators
// [{index,name,type,variant,function,macs,scratch_bytes}], files [{path,bytes}].

struct PackageOptions {
    /// "cmake" is the only kind so far.
    std::string kind = "cmake";
    /// Prefix of every public name in the C; made a valid C identifier. Empty: from the graph's name.
    std::string modelName;
    /// Recorded pairs for the self-test: one value per graph input, one per graph output. None: makePackage() records
    /// two on noise.
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
