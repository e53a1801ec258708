// SPDX-License-Identifier: Apache-2.0
#include "core/formats/tflite/operator_writer.h"

#include <flatbuffers/flexbuffers.h>

namespace tinsmith::tflite {
namespace {

/// A custom operator whose options `add` puts into a flexbuffer map. Readers of the file take them by their position in
/// alphabetical order, so none may be missing.
template <typename Add>
void emitCustom(OperatorWriter &writer, const char *name, const Add &add)
{
    flexbuffers::Builder options;
    options.Map([&] { add(options); });
    options.Finish();
    EncodedOptions encoded;
    encoded.custom = options.GetBuffer();
    writer.out().addOperator({tfl::BuiltinOperator::CUSTOM, name, 1}, writer.inputs(), writer.outputs(), encoded, {});
}

void emitCustom(OperatorWriter &writer, const char *name)
{
    writer.out().addOperator({tfl::BuiltinOperator::CUSTOM, name, 1}, writer.inputs(), writer.outputs(), {}, {});
}

/// TensorFlow's number of an element type, as the operators' option T has it.
int typeNumber(ElementType type)
{
    return type == ElementType::Float32 ? 1 : type == ElementType::Int32 ? 3 : 5;
}

} // namespace

void encode(OperatorWriter &writer, const SignalWindow &kind)
{
    emitCustom(writer, "SignalWindow", [&](auto &options) { options.Int("shift", kind.shift); });
}

void encode(OperatorWriter &writer, const SignalFftAutoScale &)
{
    emitCustom(writer, "SignalFftAutoScale");
}

void encode(OperatorWriter &writer, const SignalFft &kind)
{
    emitCustom(writer, kind.inverse ? "SignalIrfft" : "SignalRfft", [&](auto &options) {
        options.Int("T", typeNumber(writer.input(0).type));
        options.Int("fft_length", kind.fftLength);
    });
}

void encode(OperatorWriter &writer, const SignalEnergy &kind)
{
    emitCustom(writer, "SignalEnergy", [&](auto &options) {
        options.Int("end_index", kind.end);
        options.Int("start_index", kind.start);
    });
}

void encode(OperatorWriter &writer, const SignalFilterBank &kind)
{
    emitCustom(writer, "SignalFilterBank", [&](auto &options) { options.Int("num_channels", kind.channels); });
}

void encode(OperatorWriter &writer, const SignalFilterBankSquareRoot &)
{
    emitCustom(writer, "SignalFilterBankSquareRoot");
}

void encode(OperatorWriter &writer, const SignalSpectralSubtraction &kind)
{
    emitCustom(writer, "SignalFilterBankSpectralSubtraction", [&](auto &options) {
        options.Int("alternate_one_minus_smoothing", kind.alternateOneMinusSmoothing);
        options.Int("alternate_smoothing", kind.alternateSmoothing);
        options.Bool("clamping", kind.clamping);
        options.Int("min_signal_remaining", kind.minSignalRemaining);
        options.Int("num_channels", kind.channels);
        options.Int("one_minus_smoothing", kind.oneMinusSmoothing);
        options.Int("smoothing", kind.smoothing);
        options.Int("smoothing_bits", kind.smoothingBits);
        options.Int("spectral_subtraction_bits", kind.spectralSubtractionBits);
    });
}

void encode(OperatorWriter &writer, const SignalPcan &kind)
{
    emitCustom(writer, "SignalPCAN", [&](auto &options) { options.Int("snr_shift", kind.snrShift); });
}

void encode(OperatorWriter &writer, const SignalFilterBankLog &kind)
{
    emitCustom(writer, "SignalFilterBankLog", [&](auto &options) {
        options.Int("input_correction_bits", kind.inputCorrectionBits);
        options.Int("output_scale", kind.outputScale);
    });
}

void encode(OperatorWriter &writer, const SignalDelay &kind)
{
    if (kind.lengths.size() != 1) {
        throw writer.error("its rows have delays of their own");
    }
    emitCustom(writer, "SignalDelay", [&](auto &options) { options.Int("delay_length", kind.lengths.front()); });
}

void encode(OperatorWriter &writer, const SignalFramer &kind)
{
    emitCustom(writer, "SignalFramer", [&](auto &options) {
        options.Int("frame_size", kind.frameSize);
        options.Int("frame_step", kind.frameStep);
        options.Bool("prefill", kind.prefill);
    });
}

void encode(OperatorWriter &writer, const SignalOverlapAdd &kind)
{
    emitCustom(writer, "SignalOverlapAdd", [&](auto &options) {
        options.Int("T", typeNumber(writer.input(0).type));
        options.Int("frame_step", kind.frameStep);
    });
}

void encode(OperatorWriter &writer, const SignalStacker &kind)
{
    emitCustom(writer, "SignalStacker", [&](auto &options) {
        options.Int("num_channels", kind.channels);
        options.Int("stacker_left_context", kind.left);
        options.Int("stacker_right_context", kind.right);
        options.Int("stacker_step", kind.step);
    });
}

void encode(OperatorWriter &writer, const CircularBuffer &kind)
{
    emitCustom(writer, "CIRCULAR_BUFFER", [&](auto &options) { options.Int("cycles_max", kind.cycles); });
}

void encode(OperatorWriter &writer, const DetectionPostprocess &kind)
{
    emitCustom(writer, "TFLite_Detection_PostProcess", [&](auto &options) {
        options.Int("detections_per_class", kind.detectionsPerClass);
        options.Float("h_scale", kind.scaleH);
        options.Int("max_classes_per_detection", kind.maxClassesPerDetection);
        options.Int("max_detections", kind.maxDetections);
        options.Float("nms_iou_threshold", kind.overlapThreshold);
        options.Float("nms_score_threshold", kind.scoreThreshold);
        options.Int("num_classes", kind.classes);
        options.Bool("use_regular_nms", kind.regularNms);
        options.Float("w_scale", kind.scaleW);
        options.Float("x_scale", kind.scaleX);
        options.Float("y_scale", kind.scaleY);
    });
}

} // namespace tinsmith::tflite
