// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/tflite/file.h"
#include "core/graph/tensor.h"

#include <string>

namespace tinsmith::tflite {

/// What a dimension is called that has a size, but may have any (-1 in the file's shape_signature).
inline constexpr const char *freeDimension = "free";
/// Whether the signature leaves a dimension free: its size need not fit the operators around it.
bool hasFreeDimension(const Tensor &tensor);
/// How a reader's problem begins where a tensor's quantization is not kept.
inline constexpr const char *unreadQuantization = "It is quantized in ";

/// How a file tells a scalar from a tensor whose number of dimensions it does not record: both have an empty shape.
enum class EmptyShapes {
    /// Older files do not say; an empty shape is a scalar's, unless an operator that reads it shows otherwise.
    Scalars,
    /// A scalar is marked (has_rank).
    Unranked,
};
EmptyShapes emptyShapesOf(const File &file);

struct ReadTensor {
    Tensor tensor;
    /// The file does not mark it as a scalar.
    bool mayBeUnranked = false;
    /// Something about it that was read otherwise than it is in the file; mostly empty.
    std::string note;
};

/// One tensor of the file; `place` names it in messages. Constants share the file, save sparse ones, which are spread
/// out. Throws FormatError: negative sizes, data that do not have the size that shape and type say, scales that do not
/// fit the shape, more than 2^31 - 1 elements.
ReadTensor readTensor(const File &file, const tfl::Tensor &raw, EmptyShapes emptyShapes, const std::string &place);

/// A tensor that has no values, as an operator's attribute shows it: "int8 [1,20] scale 0.5 zero -3 name x".
std::string asText(const Tensor &tensor);
/// The reverse. Throws UnsupportedError, with `place`.
Tensor tensorFromText(const std::string &text, const std::string &place);

/// Attributes of Custom operators that belong to no option table: the version, and the tensors that only this operator
/// uses, "intermediate 0", "intermediate 1", ...
inline constexpr const char *operatorVersionKey = "operator_version";
inline const std::string intermediateKey = "intermediate ";

/// The dense values of a sparse constant. Throws FormatError where positions lie outside the shape.
Bytes spreadOut(const File &file, const tfl::SparsityParameters &sparsity, const Tensor &tensor, const Bytes &stored,
    const std::string &place);

} // namespace tinsmith::tflite
