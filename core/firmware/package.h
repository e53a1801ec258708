// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/error.h"
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
//   src/NAME_labels.c                names of the classes, where they are known; linked only where they are used
//   kernels/*.h                      the kernel headers that the layers use
//   example/NAME_own_arena.c         main(): one inference in an arena of the caller's
//   test/vectors/in_N_I.bin out_N_I.bin   the same vectors as raw values, little-endian
//   test/NAME_selftest.c             main(): recorded vectors, returns 0 when all outputs are equal
//   CMakeLists.txt README.md LICENSE manifest.json
//
//   typedef struct { unsigned char *arena; } NAME_context;
//   int NAME_init(NAME_context *context, void *arena, size_t bytes);   NAME_OK or NAME_ERROR_*
//   int NAME_init_static(NAME_context *context);
//   int NAME_invoke(NAME_context *context);                            NAME_OK
//   TYPE *NAME_input_I(const NAME_context *context);                   inputs are consumed by an inference
//   const TYPE *NAME_output_I(const NAME_context *context);
//   TYPE NAME_input_I_quantize(float real); float NAME_input_I_dequantize(TYPE element);   quantized ports; outputs
//   alike extern const char *const NAME_labels[NAME_LABEL_COUNT];            of output NAME_LABELS_OUTPUT
//   NAME_TINSMITH_VERSION NAME_MODEL_SHA256 NAME_STACK_BYTES
//   NAME_ARENA_BYTES NAME_ARENA_ALIGNMENT NAME_INPUT_COUNT NAME_OUTPUT_COUNT and per input I (outputs alike)
//   NAME_INPUT_I_OFFSET (in the arena) _BYTES _ELEMENTS _RANK _SHAPE ({..}) _SCALE _ZERO_POINT
//   NAME_ARENA_SECTION NAME_WEIGHTS_SECTION: the firmware may define them, as strings
//
// No package's symbol can be another's, as long as their names differ: names hold no capitals, so that "NAME_W_" tells
// where the name of a package ends in that of a constant, and no suffix above ends in "_" and another suffix.
//
// manifest.json: format "tinsmith-package", version 1, tinsmith_version, license, kind, name, model {file, sha256},
// target, core, cpu_flags [..], header, include_dirs [..], sources [..], test_sources [..], libraries [..],
// arena_bytes, arena_alignment, weight_bytes, stack_bytes (estimated), labels [..], inputs/outputs
// [{name,type,shape,bytes,offset,scale,zero_point}], operators
// [{index,name,type,variant,function,macs,scratch_bytes}], files [{path,bytes,sha256}], manifest_sha256 (of this file
// with 64 zeros in its place).

struct PackageOptions {
    /// "cmake" is the only kind so far.
    std::string kind = "cmake";
    /// Prefix of every public name in the C; packageName() makes it one that collides with nothing. Empty: from the
    /// graph's name.
    std::string modelName;
    /// The file that the model came from, for people, and its SHA-256; empty where it came from none.
    std::string modelFile;
    std::string modelSha256;
    /// Stack that an inference needs, as the cost model estimates it; 0 where that is not known.
    std::int64_t stackBytes = 0;
    /// Names of the classes, as many as the last dimension of an output has elements; empty where they are not known.
    std::vector<std::string> labels;
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

/// Emits the C of a planned canonical graph. Throws UnsupportedError naming an operator that has no kernel, GraphError
/// where there is no output for the labels.
Package makePackage(const Graph &graph, const Plan &plan, const Target &target, const PackageOptions &options = {});

/// The position of the first output whose last dimension has `count` elements; -1 where there is none.
int labelledOutput(const Graph &graph, std::size_t count);

struct WriteOptions {
    /// Replace files of an earlier export that were edited since.
    bool force = false;
};

/// What writing a package into a folder that held one did beyond replacing its files. Paths as in the manifest.
struct WriteReport {
    /// Files that had been edited, and were replaced.
    std::vector<std::string> replacedEdits;
    /// Files of the earlier export that this one does not have.
    std::vector<std::string> removed;
    /// The same, but edited since: they stay.
    std::vector<std::string> keptEdits;
};

/// Files of an earlier export were edited since.
class EditedFilesError : public Error {
public:
    EditedFilesError(const std::filesystem::path &folder, std::vector<std::string> files);
    /// As in the manifest.
    const std::vector<std::string> &files() const { return files_; }

private:
    std::vector<std::string> files_;
};

/// Writes the package into `folder`, whole or not at all: a new folder is written beside and renamed into place; in one
/// that exists, files are put in place once all of them are written, and the old ones come back where that fails.
///
/// A folder that exists must be empty or hold a package. Of that package the files are replaced which its manifest
/// lists and which have the content that they were exported with; those that the new package does not have are removed.
/// Everything else in the folder stays. Throws EditedFilesError where a file to be replaced was edited, SystemError
/// naming the path where something cannot be written, or a file that is not the package's is in the way.
WriteReport writePackage(const Package &package, const std::filesystem::path &folder, const WriteOptions &options = {});

/// Why the operator has no kernel for packages; empty where it has.
std::string whyNotExportable(const Graph &graph, OperatorId id);

} // namespace tinsmith
