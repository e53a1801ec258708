// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/recurrent.h"

#include <string>

namespace tinsmith::onnxio {

/// One of ONNX's activation functions of recurrent operators: its name, and what it takes.
struct RecurrentFunction {
    const char *name;
    RecurrentActivation::Function function;
    bool takesAlpha;
    bool takesBeta;
    float alpha;
    float beta;
};

/// By name, case not minded; null where ONNX has none of that name.
const RecurrentFunction *recurrentFunctionNamed(const std::string &name);
const RecurrentFunction &recurrentFunction(RecurrentActivation::Function function);

} // namespace tinsmith::onnxio
