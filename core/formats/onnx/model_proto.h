// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/bytes.h"

#include <memory>
#include <string>
#include <vector>

namespace onnx {
class ModelProto;
}

namespace tinsmith::onnxio {

struct ParsedModel {
    std::shared_ptr<::onnx::ModelProto> proto;
    /// Values that were left in the file; see constantOf().
    std::vector<Bytes> constants;
};

/// Parses a model and checks that it is one (an empty file is a valid protobuf message, but no model). Memory: the file
/// where it is mapped, and what is not values of large constants. Throws FormatError that names `file`.
ParsedModel parseModel(const Bytes &content, const std::string &file);

} // namespace tinsmith::onnxio
