// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>

namespace tinsmith::test {

enum class WeightPlace {
    /// raw_data of the initializers.
    Raw,
    /// float_data.
    Floats,
    /// A file beside the model, its name with ".data" behind it.
    External,
};

/// Writes an ONNX model whose weights are about `bytes`: convolutions 3×3 of 512 channels (9 MB each) and, at the end,
/// a dense layer, each with a bias and a Relu. The weights are not zero, so that no file system makes holes of them.
void writeBigModel(const std::filesystem::path &file, std::int64_t bytes, WeightPlace place);

} // namespace tinsmith::test
