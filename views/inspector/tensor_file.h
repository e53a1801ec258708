// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/tensor.h"

#include <QString>

#include <filesystem>

namespace tinsmith {

/// ".npy", or ".txt" for texts: what saveTensorFile() writes a constant as.
QString tensorFileSuffix(const Tensor &tensor);

/// Writes a constant's values beside `file` and renames it into place: .npy; what NumPy has no type for in the next
/// larger one that it has (int4 as int8, bfloat16 as float32); texts one a line, with \n and \\ for what would break
/// one. Throws UnsupportedError for elements that cannot be written, SystemError. Takes long for large ones.
void saveTensorFile(const Tensor &tensor, const std::filesystem::path &file);

} // namespace tinsmith
