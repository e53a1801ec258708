// SPDX-License-Identifier: Apache-2.0
#include "tests/core/formats_tflite/operator_cases.h"

#include <cmath>

namespace tinsmith::test {
namespace {

using Code = tfl::BuiltinOperator;
using Type = tfl::TensorType;
using Kinds = tfl::BuiltinOptions;

/// y = |x| or -x, as the condition says.
void addBranches(Cases &cases)
{
    for (const double truth : {1.0, 0.0}) {
        OperatorCase branch;
        branch.operators = {"IF"};
        branch.forms = {float32()};
        const std::vector<double> x = {-1, 2};
        const std::vector<double> y = truth > 0 ? std::vector<double>{1, 2} : std::vector<double>{1, -2};
        branch.graphs = {
            oneOperatorGraph(Code::IF,
                options(Kinds::IfOptions, [](CaseBuilder &b) { return tfl::CreateIfOptions(b, 1, 2); }),
                {typed(Type::BOOL, {}, {truth}), given({2}, x)}, {given({2}, y)}),
            oneOperatorGraph(Code::ABS, {}, {given({2}, {})}, {given({2}, {})}),
            oneOperatorGraph(Code::NEG, {}, {given({2}, {})}, {given({2}, {})}),
        };
        branch.note = truth > 0 ? "then" : "else";
        cases.push_back(branch);
    }
}

/// Doubles x as long as the count is less than 3.
void addLoop(Cases &cases)
{
    const auto add = options(Kinds::AddOptions, [](CaseBuilder &b) { return tfl::CreateAddOptions(b); });
    const Value count = typed(Type::INT32, {}, {0});
    CaseGraph condition = oneOperatorGraph(Code::LESS, {}, {count, numbers({}, {3})}, {typed(Type::BOOL, {}, {})});
    condition.tensors.push_back(given({2}, {}));
    condition.firstOutput = condition.tensors.size();
    condition.inputs = {0, 3};
    CaseGraph body;
    body.tensors = {count, given({2}, {}), numbers({}, {1}), count, given({2}, {})};
    body.firstOutput = body.tensors.size();
    body.operators = {{Code::ADD, add, {0, 2}, {3}, {}, {}}, {Code::ADD, add, {1, 1}, {4}, {}, {}}};
    body.inputs = {0, 1};
    body.outputs = {3, 4};
    OperatorCase loop;
    loop.operators = {"WHILE"};
    loop.forms = {float32(), int8Kept(), int16()};
    loop.graphs = {oneOperatorGraph(Code::WHILE,
                       options(Kinds::WhileOptions, [](CaseBuilder &b) { return tfl::CreateWhileOptions(b, 1, 2); }),
                       {count, given({2}, {1, -2})}, {typed(Type::INT32, {}, {3}), given({2}, {8, -16})}),
        condition, body};
    cases.push_back(loop);
}

/// A running sum that starts at 10.
void addVariables(Cases &cases)
{
    const auto add = options(Kinds::AddOptions, [](CaseBuilder &b) { return tfl::CreateAddOptions(b); });
    const auto handle = options(Kinds::VarHandleOptions, [](CaseBuilder &b) {
        const auto container = b.CreateString("");
        const auto name = b.CreateString("sum");
        return tfl::CreateVarHandleOptions(b, container, name);
    });
    const auto once = options(Kinds::CallOnceOptions, [](CaseBuilder &b) { return tfl::CreateCallOnceOptions(b, 1); });
    CaseGraph main;
    main.tensors = {typed(Type::RESOURCE, {}, {}), given({1}, {}), given({1}, {1}), given({1}, {13})};
    main.firstOutput = main.tensors.size();
    main.operators = {{Code::CALL_ONCE, once, {}, {}, {}, {}}, {Code::VAR_HANDLE, handle, {}, {0}, {}, {}},
        {Code::READ_VARIABLE, {}, {0}, {1}, {}, {}}, {Code::ADD, add, {1, 2}, {3}, {}, {}},
        {Code::ASSIGN_VARIABLE, {}, {0, 3}, {}, {}, {}}};
    main.inputs = {2};
    main.outputs = {3};
    CaseGraph start;
    start.tensors = {typed(Type::RESOURCE, {}, {}), constant(given({1}, {10}))};
    start.firstOutput = start.tensors.size();
    start.operators = {{Code::VAR_HANDLE, handle, {}, {0}, {}, {}}, {Code::ASSIGN_VARIABLE, {}, {0, 1}, {}, {}, {}}};
    OperatorCase sum;
    sum.operators = {"CALL_ONCE", "VAR_HANDLE", "READ_VARIABLE", "ASSIGN_VARIABLE"};
    sum.forms = {float32(), int8Kept(), int16()};
    sum.graphs = {main, start};
    sum.runs = 3;
    cases.push_back(sum);
}

void addFilters(Cases &cases)
{
    // The feature is x0 + 2 x1 = 5; in the second run twice the newest, half of the one before and 1.
    const auto svdf = [&](const Form &form, Type state, const char *note) {
        const bool real = form.type == Type::FLOAT32;
        Value time = constant(typed(real ? Type::FLOAT32 : state, {1, 2}, {0.5, 2}));
        Value memory = variable(typed(real ? Type::FLOAT32 : state, {1, 2}, {0, 0}));
        Value shift = bias({1});
        if (!real) {
            time.step = Step{0.25F, 0};
            memory.step = Step{0.25F, 0};
            shift.step = Step{0.0625F, 0};
        }
        cases.push_back(oneCase(Code::SVDF, {form},
            {given({1, 2}, {1, 2}), weights({1, 2}, {1, 2}), time, shift, memory}, {given({1, 1}, {13.5})},
            options(Kinds::SVDFOptions,
                [](CaseBuilder &b) { return tfl::CreateSVDFOptions(b, 1, tfl::ActivationFunctionType::RELU); })));
        cases.back().runs = 2;
        cases.back().note = note;
    };
    svdf(float32(), Type::FLOAT32, "");
    svdf(int8(), Type::INT16, "int16 state");
    svdf(int8(), Type::INT8, "int8 state");
}

double logistic(double x)
{
    return 1 / (1 + std::exp(-x));
}

/// One input and one output over four points in time.
void addLstm(Cases &cases, Form form, Step hidden, double steps)
{
    const std::vector<double> wx = {0.5, -0.25, 0.75, 0.25};
    const std::vector<double> wh = {0.125, 0.5, -0.5, 0.75};
    const std::vector<double> shifts = {0.0625, 1, -0.125, 0.25};
    const std::vector<double> x = {0.5, -1, 0.25, 0.75};
    std::vector<double> y;
    double h = 0;
    double cell = 0;
    for (const double each : x) {
        const auto sum = [&](std::size_t gate) { return wx[gate] * each + wh[gate] * h + shifts[gate]; };
        cell = logistic(sum(1)) * cell + logistic(sum(0)) * std::tanh(sum(2));
        h = logistic(sum(3)) * std::tanh(cell);
        y.push_back(h);
    }
    form.out = hidden;
    const bool real = form.type == Type::FLOAT32;
    form.weightScale = real ? 0 : 1.0F / 64;
    std::vector<Value> inputs = {given({1, 4, 1}, x)};
    for (const auto &values : {wx, wh}) {
        for (const double weight : values) {
            inputs.push_back(weights({1, 1}, {weight}));
        }
    }
    inputs.insert(inputs.end(), 3, leftOut());
    for (const double shift : shifts) {
        inputs.push_back(bias({shift}));
    }
    inputs.insert(inputs.end(), 2, leftOut());
    inputs.push_back(variable(stepped(given({1, 1}, {0}), hidden)));
    Value state = variable(given({1, 1}, {0}));
    if (!real) {
        state.type = Type::INT16;
        state.step = Step{1.0F / 2048, 0};
    }
    inputs.push_back(state);
    inputs.insert(inputs.end(), 4, leftOut());
    OperatorCase lstm = oneCase(Code::UNIDIRECTIONAL_SEQUENCE_LSTM, {form}, inputs, {given({1, 4, 1}, y)},
        options(Kinds::UnidirectionalSequenceLSTMOptions,
            [](CaseBuilder &b) {
                return tfl::CreateUnidirectionalSequenceLSTMOptions(b, tfl::ActivationFunctionType::TANH, 10);
            }),
        steps);
    if (!real) {
        CaseGraph &graph = lstm.graphs.front();
        for (int gate = 0; gate < 5; ++gate) {
            graph.operators.front().intermediates.push_back(static_cast<std::int32_t>(graph.tensors.size()));
            Value kept = given({}, {});
            kept.type = gate < 4 ? Type::INT16 : form.type;
            kept.step = gate < 4 ? Step{1.0F / 4096, 0} : hidden;
            graph.tensors.push_back(kept);
        }
    }
    cases.push_back(lstm);
}

} // namespace

void addStateCases(Cases &cases)
{
    addBranches(cases);
    addLoop(cases);
    addVariables(cases);
    addFilters(cases);
    addLstm(cases, float32(), {}, 0);
    addLstm(cases, int8({1.0F / 64, 3}), {1.0F / 128, -2}, 2);
    addLstm(cases, int16({1.0F / 16384, 0}), {1.0F / 32768, 0}, 64);
}

} // namespace tinsmith::test
