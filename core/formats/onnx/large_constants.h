// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/bytes.h"

#include <string>
#include <vector>

namespace onnx {
class TensorProto;
}

namespace tinsmith::onnxio {

/// A model's message in two parts. protobuf copies all that it parses, so that a model would lie in memory twice; the
/// values of large initializers and Constant nodes (raw_data, packed float_data) are left where the file has them.
struct DividedModel {
    /// The message without those values; each tensor that lacks them has its number in `constants` as a field that ONNX
    /// does not use.
    std::string message;
    std::vector<Bytes> constants;
};

/// Nothing is divided, and `constants` is empty, where the model has no large constants or is no sound message.
DividedModel divideModel(const Bytes &content);

/// The values that were left in the file; nothing for a tensor that has its own.
const Bytes *constantOf(const ::onnx::TensorProto &tensor, const std::vector<Bytes> &constants);

} // namespace tinsmith::onnxio
