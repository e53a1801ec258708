// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/tensor.h"

#include <filesystem>
#include <span>
#include <string>

namespace tinsmith {

/// A NumPy array: C order, little-endian.
struct NpyArray {
    ElementType type = ElementType::Float32;
    Shape shape;
    Bytes data;
};

/// Reads the bytes of a .npy file, versions 1 to 3 (source: NumPy's format description, NEP 1). Fortran order and
/// big-endian arrays are refused. `file` is named in errors. Throws FormatError.
NpyArray readNpy(const Bytes &bytes, const std::string &file);
/// Maps the file. Throws SystemError, FormatError.
NpyArray loadNpy(const std::filesystem::path &file);
/// The bytes of a .npy file, version 1.
std::string toNpy(ElementType type, const Shape &shape, std::span<const std::byte> data);

} // namespace tinsmith
