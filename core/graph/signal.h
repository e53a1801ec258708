// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

namespace tinsmith {

// The audio operators of TFLite Micro's signal library (custom operators "Signal..." of the file) and ONNX's
// transforms.

/// Inputs [x int16, weights int16]: (x * w) >> shift, saturated (SignalWindow).
struct SignalWindow {
    std::int32_t shift = 0;
    friend bool operator==(const SignalWindow &, const SignalWindow &) = default;
};

/// Input [x int16]; outputs [x shifted up as far as it goes, the shift int32] (SignalFftAutoScale).
struct SignalFftAutoScale {
    friend bool operator==(const SignalFftAutoScale &, const SignalFftAutoScale &) = default;
};

/// Input [x [.., n]]; output [.., fftLength + 2], real and imaginary parts interleaved (SignalRfft); `inverse`:
/// SignalIrfft.
struct SignalFft {
    std::int32_t fftLength = 0;
    bool inverse = false;
    friend bool operator==(const SignalFft &, const SignalFft &) = default;
};

/// Input [spectrum int16 [n]]; output uint32: squared magnitudes of the bins from start to end, 0 elsewhere
/// (SignalEnergy).
struct SignalEnergy {
    std::int32_t start = 0;
    std::int32_t end = 0;
    friend bool operator==(const SignalEnergy &, const SignalEnergy &) = default;
};

/// Inputs [energy uint32, weights, unweights, frequency starts, weight starts, channel widths, all int16]; output
/// uint64 [channels] (SignalFilterBank).
struct SignalFilterBank {
    std::int32_t channels = 0;
    friend bool operator==(const SignalFilterBank &, const SignalFilterBank &) = default;
};

/// Inputs [x uint64, scale bits int32]; output uint32 (SignalFilterBankSquareRoot).
struct SignalFilterBankSquareRoot {
    friend bool operator==(const SignalFilterBankSquareRoot &, const SignalFilterBankSquareRoot &) = default;
};

/// Input [x uint32], outputs [x less the noise, the noise estimate], both uint32 (SignalFilterBankSpectralSubtraction).
struct SignalSpectralSubtraction {
    std::int32_t channels = 0;
    std::int32_t smoothing = 0;
    std::int32_t oneMinusSmoothing = 0;
    std::int32_t alternateSmoothing = 0;
    std::int32_t alternateOneMinusSmoothing = 0;
    std::int32_t smoothingBits = 0;
    std::int32_t minSignalRemaining = 0;
    std::int32_t spectralSubtractionBits = 0;
    bool clamping = false;
    friend bool operator==(const SignalSpectralSubtraction &, const SignalSpectralSubtraction &) = default;
};

/// Inputs [x uint32, noise estimate uint32, gain table int16]; output uint32 (SignalPCAN).
struct SignalPcan {
    std::int32_t snrShift = 0;
    friend bool operator==(const SignalPcan &, const SignalPcan &) = default;
};

/// Input [x uint32]; output int16 (SignalFilterBankLog).
struct SignalFilterBankLog {
    std::int32_t outputScale = 0;
    std::int32_t inputCorrectionBits = 0;
    friend bool operator==(const SignalFilterBankLog &, const SignalFilterBankLog &) = default;
};

/// Input [x int16 [.., channels, n]]; each row delayed by its own number of samples (SignalDelay).
struct SignalDelay {
    std::vector<std::int64_t> lengths;
    friend bool operator==(const SignalDelay &, const SignalDelay &) = default;
};

/// Input [x int16 [.., n]]; outputs [frames [.., frames, size], valid bool] (SignalFramer).
struct SignalFramer {
    std::int32_t frameSize = 0;
    std::int32_t frameStep = 0;
    bool prefill = false;
    friend bool operator==(const SignalFramer &, const SignalFramer &) = default;
};

/// Input [frames [.., frames, size]]; output [.., frames * step] (SignalOverlapAdd).
struct SignalOverlapAdd {
    std::int32_t frameStep = 0;
    friend bool operator==(const SignalOverlapAdd &, const SignalOverlapAdd &) = default;
};

/// Input [x int16 [channels]]; outputs [stacked [channels * (left + right + 1)], valid bool] (SignalStacker).
struct SignalStacker {
    std::int32_t channels = 0;
    std::int32_t left = 0;
    std::int32_t right = 0;
    std::int32_t step = 0;
    friend bool operator==(const SignalStacker &, const SignalStacker &) = default;
};

/// Input [x [n, ...]], output [slots, ...]: keeps the last slots; every `cycles` calls the model goes on
/// (CIRCULAR_BUFFER).
struct CircularBuffer {
    std::int32_t cycles = 0;
    friend bool operator==(const CircularBuffer &, const CircularBuffer &) = default;
};

/// Inputs [x [.., n, 1 or 2]]; the discrete Fourier transform along `axis` (ONNX DFT).
struct Dft {
    std::int64_t axis = 1;
    /// Samples, padded or cut; 0: as many as there are.
    std::int64_t length = 0;
    bool inverse = false;
    bool oneSided = false;
    friend bool operator==(const Dft &, const Dft &) = default;
};

/// Inputs [x [batch, n, 1 or 2], window?] (ONNX STFT).
struct Stft {
    std::int64_t frameStep = 0;
    std::int64_t frameLength = 0;
    bool oneSided = true;
    friend bool operator==(const Stft &, const Stft &) = default;
};

} // namespace tinsmith
