// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/model_file.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tinsmith {

/// A dimension that a model's file leaves open, to be given a size before the model can be planned.
struct OpenDimension {
    std::string name;
    /// The inputs that have it: "audio: batch × 1 × 512".
    std::vector<std::string> places;
    /// The size that it has been given; 1 where it has none yet.
    std::int64_t size = 1;
    bool bound = false;
};

/// The open dimensions of `unbound`, a model as readModel() gives it without bindings, with the sizes of `options`.
std::vector<OpenDimension> openDimensions(const Graph &unbound, const OpenOptions &options = {});

} // namespace tinsmith
