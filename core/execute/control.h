// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/execute/kernel.h"

namespace tinsmith {

// Operators that run bodies. Bodies get the shapes of the operator's tensors, and keep them from one round to the next:
// values that grow from round to round are refused. Loops of a run take RunContext::mostRounds rounds at most.

Kernel prepare(Preparation &preparation, const If &kind);
Kernel prepare(Preparation &preparation, const While &kind);
Kernel prepare(Preparation &preparation, const Loop &kind);
Kernel prepare(Preparation &preparation, const Scan &kind);
Kernel prepare(Preparation &preparation, const Call &kind);

// Variables keep their value from one run to the next, until Executor::reset(). One that is read before it was written
// holds zeros (the zero point where it is quantized).

Kernel prepare(Preparation &preparation, const VariableHandle &kind);
Kernel prepare(Preparation &preparation, const ReadVariable &kind);
Kernel prepare(Preparation &preparation, const AssignVariable &kind);

} // namespace tinsmith
