// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace tinsmith {

/// Lets screen readers see a graph canvas as a list of its cards, each with its name, its inputs and outputs and its
/// place. Call it once before the first canvas is made; further calls do nothing.
void installCanvasAccessibility();

} // namespace tinsmith
