// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/tensor.h"

#include <filesystem>
#include <span>
#include <string>

namespace tinsmith {

/// A NumPy array, its values in C order and little-endian whatever they are in the file.
struct NpyArray {
    ElementType type = ElementType::Float32;
    Shape shape;
    Bytes data;
};

/// Reads the bytes of a .npy file, versions 1 to 3 (source: NumPy's format description, NEP 1), of numbers of any type
/// and byte order, in C or Fortran order. `file` is named in errors. Throws FormatError, also naming strings, objects
/// and records, which are not read.
NpyArray readNpy(const Bytes &bytes, const std::string &file);
/// Maps the file. Throws SystemError, FormatError.
NpyArray loadNpy(const std::filesystem::path &file);
/// Values of `width` bytes each, big-endian, as little-endian ones.
Bytes littleEndian(const Bytes &values, std::size_t width);
/// The bytes of a .npy file, version 1.
std::string toNpy(ElementType type, const Shape &shape, std::span<const std::byte> data);

} // namespace tinsmith
