// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/core/formats_tflite/operator_case.h"

namespace tinsmith::test {

using CaseBuilder = flatbuffers::FlatBufferBuilder;
using Cases = std::vector<OperatorCase>;

template <typename Make>
CaseOptions options(tfl::BuiltinOptions type, const Make &make)
{
    return {type, [make](CaseBuilder &builder) { return make(builder).Union(); }, {}};
}

/// A case of one operator.
inline OperatorCase oneCase(tfl::BuiltinOperator code, const std::vector<Form> &forms, const std::vector<Value> &inputs,
    const std::vector<Value> &outputs, const CaseOptions &caseOptions = {}, double steps = 0)
{
    OperatorCase made;
    made.operators = {tfl::EnumNameBuiltinOperator(code)};
    made.forms = forms;
    made.graphs = {oneOperatorGraph(code, caseOptions, inputs, outputs)};
    made.steps = steps;
    return made;
}

/// All of those below.
Cases allOperatorCases();

// One file each.
void addElementwiseCases(Cases &cases);
void addFunctionCases(Cases &cases);
void addWindowCases(Cases &cases);
void addMovementCases(Cases &cases);
void addSelectionCases(Cases &cases);
void addReductionCases(Cases &cases);
void addStateCases(Cases &cases);
void addSignalCases(Cases &cases);
/// Operators of TFLite that TFLite Micro leaves out.
void addFurtherCases(Cases &cases);

} // namespace tinsmith::test
