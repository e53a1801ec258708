// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>

/// What opening an untrusted file runs, for any bytes: the reader; shape inference, the canonical form, the plan and
/// the estimate, as the studio computes them; an inference where the model is small; both writers, and the reader again
/// on what they wrote. A class of core/graph/error.h is a fine answer to bad bytes. Anything else that leaves these
/// functions, and a written file that does not open, is a bug.
namespace tinsmith::fuzz {

void openTflite(std::span<const std::byte> bytes);
void openOnnx(std::span<const std::byte> bytes);
/// A .tinsmith project, its recipe applied to its model.
void openProject(std::span<const std::byte> bytes);

} // namespace tinsmith::fuzz
