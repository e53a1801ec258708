// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/tensor.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tinsmith {

/// Which of several named arrays feed a model.
struct ArrayChoice {
    /// By input: the position of its array.
    std::vector<std::size_t> inputs;
    std::optional<std::size_t> labels;
};

/// Chooses one array per input of a model: by the input's name (':0' at its end may be left out, characters that file
/// names cannot have may be '_'); else by position, as inputs_0, inputs_1, .. (input_0, input0, inputs0, arr_0 too); a
/// model of one input takes inputs, input, x, x_test or arr_0. Else, where there are exactly as many arrays as inputs,
/// beside the labels, and they are `ordered` or there is only one, in their order. Labels are called labels, label, y
/// or y_test, or are the array behind those of arr_0, arr_1, .. Throws FormatError naming `file`, the arrays and the
/// inputs where that does not settle it.
ArrayChoice chooseArrays(
    const std::vector<std::string> &names, std::span<const Tensor> inputs, bool ordered, const std::string &file);

} // namespace tinsmith
