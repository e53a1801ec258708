// SPDX-License-Identifier: Apache-2.0
#include "core/execute/kernel.h"
#include "core/execute/signal_functions.h"

#include <algorithm>
#include <memory>

namespace tinsmith {
namespace {

void requireTypes(const Preparation &preparation, ElementType input, ElementType output)
{
    preparation.require(preparation.input(0).type == input && preparation.output().type == output,
        "its input or output is of another type than the operator has");
}

} // namespace

Kernel prepare(Preparation &preparation, const SignalWindow &window)
{
    requireTypes(preparation, ElementType::Int16, ElementType::Int16);
    const std::int64_t count = elementsOf(preparation.input(0));
    const std::int64_t length = elementsOf(preparation.input(1));
    preparation.require(preparation.input(1).type == ElementType::Int16 && length > 0 && count % length == 0
            && elementsOf(preparation.output()) == count,
        "its window does not fit its input");
    preparation.require(window.shift >= 0 && window.shift <= 31, "its shift is out of range");
    return [=, shift = window.shift](const Arguments &arguments) {
        for (std::int64_t i = 0; i < count; ++i) {
            const std::int32_t product = arguments.in<std::int16_t>(0)[i] * arguments.in<std::int16_t>(1)[i % length];
            arguments.out<std::int16_t>()[i] = static_cast<std::int16_t>(std::clamp(product >> shift, -32768, 32767));
        }
    };
}

Kernel prepare(Preparation &preparation, const SignalFftAutoScale &)
{
    requireTypes(preparation, ElementType::Int16, ElementType::Int16);
    const std::int64_t count = elementsOf(preparation.input(0));
    preparation.require(elementsOf(preparation.output()) == count, "input and output differ in size");
    preparation.require(preparation.output(1).type == ElementType::Int32 && elementsOf(preparation.output(1)) == 1,
        "its second output is not one int32");
    return [count](const Arguments &arguments) {
        const auto *in = arguments.in<std::int16_t>(0);
        std::int32_t largest = 0;
        for (std::int64_t i = 0; i < count; ++i) {
            largest = std::max<std::int32_t>(largest, in[i] < 0 ? -in[i] : in[i]);
        }
        // Silence is not scaled.
        std::int32_t shift = 0;
        while (largest > 0 && (largest << (shift + 1)) < (1 << 15)) {
            ++shift;
        }
        for (std::int64_t i = 0; i < count; ++i) {
            arguments.out<std::int16_t>()[i] = static_cast<std::int16_t>(in[i] * (1 << shift));
        }
        *arguments.out<std::int32_t>(1) = shift;
    };
}

Kernel prepare(Preparation &preparation, const SignalEnergy &energy)
{
    requireTypes(preparation, ElementType::Int16, ElementType::UInt32);
    const std::int64_t count = elementsOf(preparation.output());
    preparation.require(energy.start >= 0 && energy.start <= energy.end && energy.end <= count
            && 2 * std::int64_t{energy.end} <= elementsOf(preparation.input(0)),
        "its bins lie outside its input or output");
    return [=](const Arguments &arguments) {
        const auto *in = arguments.in<std::int16_t>(0);
        auto *out = arguments.out<std::uint32_t>();
        std::fill(out, out + count, 0U);
        for (std::int64_t i = energy.start; i < energy.end; ++i) {
            const std::int64_t re = in[2 * i];
            const std::int64_t im = in[2 * i + 1];
            out[i] = static_cast<std::uint32_t>(re * re + im * im);
        }
    };
}

Kernel prepare(Preparation &preparation, const SignalFilterBank &bank)
{
    requireTypes(preparation, ElementType::UInt32, ElementType::UInt64);
    const std::int64_t channels = bank.channels;
    preparation.require(channels >= 0 && channels <= (1 << 20) && elementsOf(preparation.output()) == channels,
        "the output does not have one value per channel");
    for (std::size_t i = 1; i <= 5; ++i) {
        preparation.require(preparation.input(i).type == ElementType::Int16, "its tables are not int16");
        preparation.require(
            i <= 2 || elementsOf(preparation.input(i)) >= channels + 1, "a table is shorter than its channels");
    }
    const std::int64_t bins = elementsOf(preparation.input(0));
    const std::int64_t weights = std::min(elementsOf(preparation.input(1)), elementsOf(preparation.input(2)));
    return [=, name = preparation.op().name](const Arguments &arguments) {
        std::uint64_t rising = 0;
        for (std::int64_t c = 0; c <= channels; ++c) {
            const std::int64_t frequency = arguments.in<std::int16_t>(3)[c];
            const std::int64_t weight = arguments.in<std::int16_t>(4)[c];
            const std::int64_t width = arguments.in<std::int16_t>(5)[c];
            if (frequency < 0 || weight < 0 || (width > 0 && (frequency + width > bins || weight + width > weights))) {
                throw GraphError({}, name, "channel " + std::to_string(c) + " reaches outside its spectrum or weights");
            }
            std::uint64_t falling = 0;
            for (std::int64_t i = 0; i < width; ++i) {
                const std::uint64_t energy = arguments.in<std::uint32_t>(0)[frequency + i];
                rising += static_cast<std::uint64_t>(std::int64_t{arguments.in<std::int16_t>(1)[weight + i]}) * energy;
                falling += static_cast<std::uint64_t>(std::int64_t{arguments.in<std::int16_t>(2)[weight + i]}) * energy;
            }
            // The first is only there for what it hands to the next.
            if (c > 0) {
                arguments.out<std::uint64_t>()[c - 1] = rising;
            }
            rising = falling;
        }
    };
}

Kernel prepare(Preparation &preparation, const SignalFilterBankSquareRoot &)
{
    requireTypes(preparation, ElementType::UInt64, ElementType::UInt32);
    const std::int64_t count = elementsOf(preparation.input(0));
    preparation.require(elementsOf(preparation.output()) == count, "input and output differ in size");
    preparation.require(preparation.input(1).type == ElementType::Int32 && elementsOf(preparation.input(1)) == 1,
        "its scale is not one int32");
    return [count](const Arguments &arguments) {
        const std::int32_t shift = *arguments.in<std::int32_t>(1);
        for (std::int64_t i = 0; i < count; ++i) {
            const std::uint32_t root = roundedSquareRoot(arguments.in<std::uint64_t>(0)[i]);
            arguments.out<std::uint32_t>()[i] = shift < 0 || shift > 31 ? 0 : root >> shift;
        }
    };
}

Kernel prepare(Preparation &preparation, const SignalSpectralSubtraction &subtraction)
{
    requireTypes(preparation, ElementType::UInt32, ElementType::UInt32);
    const std::int64_t channels = subtraction.channels;
    preparation.require(
        channels >= 0 && channels <= elementsOf(preparation.input(0)) && elementsOf(preparation.output()) == channels,
        "input and output do not have its channels");
    preparation.require(
        preparation.output(1).type == ElementType::UInt32 && elementsOf(preparation.output(1)) == channels,
        "its noise estimate does not have its channels");
    preparation.require(subtraction.smoothingBits >= 0 && subtraction.smoothingBits <= 31
            && subtraction.spectralSubtractionBits >= 0 && subtraction.spectralSubtractionBits <= 63,
        "its bits are out of range");
    const auto noise = std::make_shared<std::vector<std::uint32_t>>(static_cast<std::size_t>(channels));
    preparation.remembers([noise] { std::fill(noise->begin(), noise->end(), 0U); });
    return [=](const Arguments &arguments) {
        const auto wide = [](std::int32_t value) { return std::uint64_t{static_cast<std::uint32_t>(value)}; };
        for (std::int64_t i = 0; i < channels; ++i) {
            const bool odd = i % 2 != 0;
            const std::uint64_t smoothing = wide(odd ? subtraction.alternateSmoothing : subtraction.smoothing);
            const std::uint64_t rest
                = wide(odd ? subtraction.alternateOneMinusSmoothing : subtraction.oneMinusSmoothing);
            const std::uint32_t x = arguments.in<std::uint32_t>(0)[i];
            const std::uint32_t signal = x << subtraction.smoothingBits;
            std::uint32_t &estimate = (*noise)[static_cast<std::size_t>(i)];
            estimate = static_cast<std::uint32_t>(
                (signal * smoothing + estimate * rest) >> subtraction.spectralSubtractionBits);
            const std::uint32_t taken = std::min(estimate, signal);
            if (subtraction.clamping) {
                estimate = taken;
            }
            const auto floor = static_cast<std::uint32_t>(
                (x * wide(subtraction.minSignalRemaining)) >> subtraction.spectralSubtractionBits);
            arguments.out<std::uint32_t>()[i] = std::max((signal - taken) >> subtraction.smoothingBits, floor);
            arguments.out<std::uint32_t>(1)[i] = estimate;
        }
    };
}

Kernel prepare(Preparation &preparation, const SignalPcan &pcan)
{
    requireTypes(preparation, ElementType::UInt32, ElementType::UInt32);
    const std::int64_t count = elementsOf(preparation.input(0));
    preparation.require(elementsOf(preparation.output()) == count, "input and output differ in size");
    preparation.require(preparation.input(1).type == ElementType::UInt32 && elementsOf(preparation.input(1)) == count,
        "its noise estimate does not have one value per channel");
    preparation.require(
        preparation.input(2).type == ElementType::Int16 && elementsOf(preparation.input(2)) >= gainTableSize,
        "its gain table is not of 125 int16");
    preparation.require(pcan.snrShift >= 0 && pcan.snrShift <= 63, "its shift is out of range");
    return [=, shift = pcan.snrShift](const Arguments &arguments) {
        for (std::int64_t i = 0; i < count; ++i) {
            const auto gain = static_cast<std::uint32_t>(
                std::int32_t{tabledGain(arguments.in<std::uint32_t>(1)[i], arguments.in<std::int16_t>(2))});
            const std::uint64_t product = std::uint64_t{arguments.in<std::uint32_t>(0)[i]} * gain;
            arguments.out<std::uint32_t>()[i] = shrunk(static_cast<std::uint32_t>(product >> shift));
        }
    };
}

Kernel prepare(Preparation &preparation, const SignalFilterBankLog &logarithm)
{
    requireTypes(preparation, ElementType::UInt32, ElementType::Int16);
    const std::int64_t count = elementsOf(preparation.input(0));
    preparation.require(elementsOf(preparation.output()) == count, "input and output differ in size");
    preparation.require(
        logarithm.inputCorrectionBits >= 0 && logarithm.inputCorrectionBits <= 31, "its correction is out of range");
    return [=, bits = logarithm.inputCorrectionBits, scale = static_cast<std::uint32_t>(logarithm.outputScale)](
               const Arguments &arguments) {
        for (std::int64_t i = 0; i < count; ++i) {
            const std::uint32_t x = arguments.in<std::uint32_t>(0)[i] << bits;
            const std::uint32_t y = x > 1 ? naturalLogarithm(x, scale) : 0;
            arguments.out<std::int16_t>()[i] = static_cast<std::int16_t>(std::min<std::uint32_t>(y, INT16_MAX));
        }
    };
}

} // namespace tinsmith
