// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/tflite/tflite_generated.h"
#include "core/graph/tensor.h"

#include <cstdint>
#include <vector>

namespace tinsmith::tflite {

/// What a version depends on besides the operator's code.
struct VersionedUse {
    /// The data inputs in TFLite's order, null where one is left out, and the first output.
    std::vector<const Tensor *> inputs;
    const Tensor *output = nullptr;
    bool dilated = false;
    bool grouped = false;
    bool activated = false;
    bool keepsDims = false;
    bool batchDims = false;
    bool alignedOrHalfPixel = false;
    bool asymmetric = false;
};

/// The lowest version of the builtin operator whose kernels have what this use of it needs, as the TFLite runtimes
/// number them: 1 for float, mostly 2 for int8 and 3 for int16, more for features that came later.
std::int32_t lowestVersion(tfl::BuiltinOperator code, const VersionedUse &use);

/// The file's entry that says which runtime its operators need, and the entry beside it in a GraphInfo that says which
/// operators those were: it holds as long as the file is written with no others.
inline constexpr const char *runtimeVersionName = "min_runtime_version";
inline constexpr const char *operatorVersionsName = "Operator versions";
/// "CONV_2D 3"
std::string operatorWithVersion(tfl::BuiltinOperator code, const std::string &custom, std::int32_t version);

} // namespace tinsmith::tflite
