// SPDX-License-Identifier: Apache-2.0
#include "core/formats/tflite/custom_options.h"

#include <array>
#include <string_view>
#include <utility>

namespace tinsmith::tflite {
namespace {

using Read = OperatorKind (*)(const CustomOptions &options);

OperatorKind readSpectralSubtraction(const CustomOptions &options)
{
    return SignalSpectralSubtraction{options.integer("num_channels"), options.integer("smoothing"),
        options.integer("one_minus_smoothing"), options.integer("alternate_smoothing"),
        options.integer("alternate_one_minus_smoothing"), options.integer("smoothing_bits"),
        options.integer("min_signal_remaining"), options.integer("spectral_subtraction_bits"),
        options.truth("clamping")};
}

OperatorKind readDetection(const CustomOptions &options)
{
    DetectionPostprocess detection;
    detection.maxDetections = options.integer("max_detections");
    detection.maxClassesPerDetection = options.integer("max_classes_per_detection");
    if (options.has("detections_per_class")) {
        detection.detectionsPerClass = options.integer("detections_per_class");
    }
    detection.regularNms = options.has("use_regular_nms") && options.truth("use_regular_nms");
    detection.scoreThreshold = options.real("nms_score_threshold");
    detection.overlapThreshold = options.real("nms_iou_threshold");
    detection.classes = options.integer("num_classes");
    detection.scaleX = options.real("x_scale");
    detection.scaleY = options.real("y_scale");
    detection.scaleH = options.real("h_scale");
    detection.scaleW = options.real("w_scale");
    return detection;
}

OperatorKind readCircularBuffer(const CustomOptions &options)
{
    return CircularBuffer{options.has("cycles_max") ? options.integer("cycles_max") : 0};
}

constexpr std::array<std::pair<std::string_view, Read>, 16> readers = {{
    {"SignalWindow", [](const CustomOptions &o) -> OperatorKind { return SignalWindow{o.integer("shift")}; }},
    {"SignalFftAutoScale", [](const CustomOptions &) -> OperatorKind { return SignalFftAutoScale{}; }},
    {"SignalRfft",
        [](const CustomOptions &o) -> OperatorKind {
            return SignalFft{o.integer("fft_length"), false};
        }},
    {"SignalIrfft",
        [](const CustomOptions &o) -> OperatorKind {
            return SignalFft{o.integer("fft_length"), true};
        }},
    {"SignalEnergy",
        [](const CustomOptions &o) -> OperatorKind {
            return SignalEnergy{o.integer("start_index"), o.integer("end_index")};
        }},
    {"SignalFilterBank",
        [](const CustomOptions &o) -> OperatorKind { return SignalFilterBank{o.integer("num_channels")}; }},
    {"SignalFilterBankSquareRoot", [](const CustomOptions &) -> OperatorKind { return SignalFilterBankSquareRoot{}; }},
    {"SignalFilterBankSpectralSubtraction", readSpectralSubtraction},
    {"SignalPCAN", [](const CustomOptions &o) -> OperatorKind { return SignalPcan{o.integer("snr_shift")}; }},
    {"SignalFilterBankLog",
        [](const CustomOptions &o) -> OperatorKind {
            return SignalFilterBankLog{o.integer("output_scale"), o.integer("input_correction_bits")};
        }},
    {"SignalDelay", [](const CustomOptions &o) -> OperatorKind { return SignalDelay{{o.integer("delay_length")}}; }},
    {"SignalFramer",
        [](const CustomOptions &o) -> OperatorKind {
            return SignalFramer{o.integer("frame_size"), o.integer("frame_step"), o.truth("prefill")};
        }},
    {"SignalOverlapAdd",
        [](const CustomOptions &o) -> OperatorKind { return SignalOverlapAdd{o.integer("frame_step")}; }},
    {"SignalStacker",
        [](const CustomOptions &o) -> OperatorKind {
            return SignalStacker{o.integer("num_channels"), o.integer("stacker_left_context"),
                o.integer("stacker_right_context"), o.integer("stacker_step")};
        }},
    {"CIRCULAR_BUFFER", readCircularBuffer},
    {"TFLite_Detection_PostProcess", readDetection},
}};

} // namespace

std::optional<OperatorKind> readCustom(OperatorReader &reader, const std::string &name)
{
    for (const auto &[known, read] : readers) {
        if (known == name) {
            reader.requireInput(0);
            reader.requireOutput();
            return read(CustomOptions(reader));
        }
    }
    return std::nullopt;
}

} // namespace tinsmith::tflite
