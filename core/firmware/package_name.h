// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace tinsmith {

/// What a package is called: the prefix of its files, symbols and macros.
struct PackageName {
    /// A lower-case C identifier of at most 48 characters, without "__" and without underscore at either end.
    std::string name;
    /// Why it is not what was asked for, as a whole sentence; empty where only case and punctuation changed.
    std::string note;
};

/// The name for what a person or a file calls the model. Names that would collide are given the prefix "model_": those
/// of headers and functions of the C library, the RTOS and the vendors' libraries, of kernels (ts_*), C and C++
/// keywords, CMake's own targets and device files of Windows. Texts without a letter or digit of ASCII get a name made
/// of their SHA-256, so that two of them differ; so do names that are cut.
PackageName packageName(std::string_view wish);

} // namespace tinsmith
