// SPDX-License-Identifier: Apache-2.0
#include "tests/core/formats_tflite/operator_cases.h"

#include <flatbuffers/flexbuffers.h>

namespace tinsmith::test {
namespace {

using Type = tfl::TensorType;

template <typename Add>
CaseOptions custom(const Add &add)
{
    flexbuffers::Builder builder;
    builder.Map([&] { add(builder); });
    builder.Finish();
    return {tfl::BuiltinOptions::NONE, {}, builder.GetBuffer()};
}

CaseOptions nothing()
{
    return custom([](auto &) {});
}

OperatorCase customCase(const std::string &name, const std::vector<Form> &forms, const std::vector<Value> &inputs,
    const std::vector<Value> &outputs, const CaseOptions &made)
{
    OperatorCase result;
    result.operators = {name};
    result.forms = forms;
    result.graphs = {oneOperatorGraph(tfl::BuiltinOperator::CUSTOM, made, inputs, outputs, name)};
    return result;
}

void addTransforms(Cases &cases)
{
    const Form samples = plain(Type::INT16);
    cases.push_back(customCase("SignalWindow", {samples},
        {given({4}, {100, -200, 3000, 32767}), constant(given({4}, {1, 2, 4, 32767}))},
        {given({4}, {25, -100, 3000, 32767})}, custom([](auto &o) { o.Int("shift", 2); })));
    // 100 can go up by 8 bits.
    cases.push_back(customCase("SignalFftAutoScale", {samples}, {given({4}, {1, -2, 100, 0})},
        {given({4}, {256, -512, 25600, 0}), typed(Type::INT32, {1}, {8})}, nothing()));
    const auto transform = [&](const char *name, const Form &form, int type, const Value &x, const Value &y) {
        cases.push_back(customCase(name, {form}, {x}, {y}, custom([type](auto &o) {
            o.Int("T", type);
            o.Int("fft_length", 8);
        })));
    };
    // A constant has one line only; integer transforms divide by their length.
    const std::vector<double> flat(8, 800);
    const auto line = [](double size) { return std::vector<double>{size, 0, 0, 0, 0, 0, 0, 0, 0, 0}; };
    transform("SignalRfft", float32(), 1, given({8}, flat), given({10}, line(6400)));
    transform("SignalRfft", samples, 5, given({8}, flat), given({10}, line(800)));
    transform("SignalRfft", plain(Type::INT32), 3, given({8}, flat), given({10}, line(800)));
    transform("SignalIrfft", float32(), 1, given({10}, line(800)), given({8}, flat));
    transform("SignalIrfft", samples, 5, given({10}, line(6400)), given({8}, flat));
    transform("SignalIrfft", plain(Type::INT32), 3, given({10}, line(6400)), given({8}, flat));
    // Real and imaginary parts alternate: 5 and 6 squared are 61.
    cases.push_back(
        customCase("SignalEnergy", {samples}, {given({16}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})},
            {typed(Type::UINT32, {8}, {0, 0, 61, 113, 0, 0, 0, 0})}, custom([](auto &o) {
                o.Int("end_index", 4);
                o.Int("start_index", 2);
            })));
}

void addBanks(Cases &cases)
{
    const Form plainWords = plain(Type::UINT32);
    const auto table = [](const std::vector<double> &values) {
        return constant(typed(Type::INT16, {static_cast<std::int32_t>(values.size())}, values));
    };
    // The unweighted energies 4*1 + 3*2 of the first width go to the first channel, 2*3 of the second to the second.
    cases.push_back(customCase("SignalFilterBank", {plainWords},
        {given({4}, {1, 2, 3, 4}), table({1, 2, 3, 4}), table({4, 3, 2, 1}), table({0, 2, 3}), table({0, 2, 3}),
            table({2, 1, 1})},
        {typed(Type::UINT64, {2}, {19, 22})}, custom([](auto &o) { o.Int("num_channels", 2); })));
    cases.push_back(customCase("SignalFilterBankSquareRoot", {plain(Type::UINT64)},
        {given({2}, {100, 10000}), typed(Type::INT32, {}, {1})}, {typed(Type::UINT32, {2}, {5, 50})}, nothing()));
    // The noise is (16 * 1) / 4 and (32 * 2) / 4, half of it is taken away.
    cases.push_back(customCase("SignalFilterBankSpectralSubtraction", {plainWords}, {given({2}, {8, 16})},
        {given({2}, {6, 8}), given({2}, {4, 16})}, custom([](auto &o) {
            o.Int("alternate_one_minus_smoothing", 2);
            o.Int("alternate_smoothing", 2);
            o.Bool("clamping", true);
            o.Int("min_signal_remaining", 1);
            o.Int("num_channels", 2);
            o.Int("one_minus_smoothing", 3);
            o.Int("smoothing", 1);
            o.Int("smoothing_bits", 1);
            o.Int("spectral_subtraction_bits", 2);
        })));
    // Small noise picks its gain from the table's start. 4000^2 / 2^20, and 10000 / 64 - 64.
    std::vector<double> gains(125, 0);
    gains[0] = 4;
    gains[1] = 5;
    gains[2] = 6;
    cases.push_back(
        customCase("SignalPCAN", {plainWords}, {given({3}, {1000, 2000, 3000}), given({3}, {0, 1, 2}), table(gains)},
            {given({3}, {15, 92, 217})}, custom([](auto &o) { o.Int("snr_shift", 0); })));
    // 1600 times the natural logarithm of 1, 2 and 16, cut off.
    cases.push_back(customCase("SignalFilterBankLog", {plainWords}, {given({3}, {1, 2, 16})},
        {typed(Type::INT16, {3}, {0, 1109, 4436})}, custom([](auto &o) {
            o.Int("input_correction_bits", 0);
            o.Int("output_scale", 1600);
        })));
}

void addStreams(Cases &cases)
{
    const Form samples = plain(Type::INT16);
    cases.push_back(customCase("SignalDelay", {samples}, {given({2, 2}, {1, 2, 11, 12})},
        {given({2, 2}, {0, 1, 0, 11})}, custom([](auto &o) { o.Int("delay_length", 3); })));
    cases.back().runs = 2;
    cases.push_back(customCase("SignalFramer", {samples}, {given({4}, {1, 2, 3, 4})},
        {given({2, 3}, {4, 1, 2, 2, 3, 4}), typed(Type::BOOL, {}, {1})}, custom([](auto &o) {
            o.Int("frame_size", 3);
            o.Int("frame_step", 2);
            o.Bool("prefill", true);
        })));
    cases.back().runs = 2;
    for (const auto &[form, type] : {std::pair(samples, 5), std::pair(float32(), 1)}) {
        cases.push_back(customCase("SignalOverlapAdd", {form}, {given({2, 3}, {1, 2, 3, 10, 20, 30})},
            {given({4}, {31, 2, 13, 20})}, custom([type = type](auto &o) {
                o.Int("T", type);
                o.Int("frame_step", 2);
            })));
        cases.back().runs = 2;
    }
    cases.push_back(customCase("SignalStacker", {samples}, {given({1}, {6})},
        {given({3}, {6, 6, 6}), typed(Type::BOOL, {}, {1})}, custom([](auto &o) {
            o.Int("num_channels", 1);
            o.Int("stacker_left_context", 1);
            o.Int("stacker_right_context", 1);
            o.Int("stacker_step", 1);
        })));
    cases.back().runs = 3;
    cases.push_back(customCase("CIRCULAR_BUFFER", {plain(Type::INT8)}, {given({1, 1, 1, 1}, {5})},
        {variable(given({1, 3, 1, 1}, {0, 5, 5}))}, custom([](auto &o) { o.Int("cycles_max", 1); })));
    cases.back().runs = 2;
}

} // namespace

void addSignalCases(Cases &cases)
{
    addTransforms(cases);
    addBanks(cases);
    addStreams(cases);
    // Three anchors of size 1; the second lies nearly on the first. A background class stands before the two.
    cases.push_back(customCase("TFLite_Detection_PostProcess", {float32()},
        {given({1, 3, 4}, std::vector<double>(12, 0)), given({1, 3, 3}, {0, 0.9, 0.1, 0, 0.8, 0.3, 0, 0.2, 0.6}),
            constant(given({3, 4}, {0.5, 0.5, 1, 1, 0.5, 0.6, 1, 1, 5, 5, 1, 1}))},
        {given({1, 2, 4}, {0, 0, 1, 1, 4.5, 4.5, 5.5, 5.5}), given({1, 2}, {0, 1}), given({1, 2}, {0.9, 0.6}),
            given({1}, {2})},
        custom([](auto &o) {
            o.Int("detections_per_class", 100);
            o.Float("h_scale", 1);
            o.Int("max_classes_per_detection", 1);
            o.Int("max_detections", 2);
            o.Float("nms_iou_threshold", 0.5F);
            o.Float("nms_score_threshold", 0.25F);
            o.Int("num_classes", 2);
            o.Bool("use_regular_nms", false);
            o.Float("w_scale", 1);
            o.Float("x_scale", 1);
            o.Float("y_scale", 1);
        })));
}

} // namespace tinsmith::test
