// SPDX-License-Identifier: Apache-2.0
#include "core/execute/kernel.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

namespace tinsmith {
namespace {

constexpr std::int64_t mostRemembered = std::int64_t{1} << 24;

/// What waits between runs, a queue per row.
struct Queues {
    std::vector<std::vector<std::int16_t>> rows;

    void reset(std::int64_t zeros)
    {
        for (auto &row : rows) {
            row.assign(static_cast<std::size_t>(zeros), 0);
        }
    }
};

std::shared_ptr<Queues> queuesOf(Preparation &preparation, std::int64_t rows, std::int64_t zeros)
{
    preparation.require(
        rows >= 0 && zeros >= 0 && zeros <= mostRemembered && rows <= mostRemembered / std::max<std::int64_t>(1, zeros),
        "it remembers more than is sane");
    const auto queues = std::make_shared<Queues>();
    queues->rows.resize(static_cast<std::size_t>(rows));
    preparation.remembers([queues, zeros] { queues->reset(zeros); });
    queues->reset(zeros);
    return queues;
}

void append(std::vector<std::int16_t> &queue, const std::int16_t *values, std::int64_t count)
{
    queue.insert(queue.end(), values, values + count);
}

void discard(std::vector<std::int16_t> &queue, std::int64_t count)
{
    const auto most = static_cast<std::int64_t>(queue.size());
    queue.erase(queue.begin(), queue.begin() + std::min(count, most));
}

void requireInt16(const Preparation &preparation)
{
    preparation.require(
        preparation.input(0).type == ElementType::Int16 && preparation.output().type == ElementType::Int16,
        "it runs on int16 only");
}

/// Writes the truth value that says whether the output holds anything, where the operator has that output.
void sayValid(const Arguments &arguments, bool valid)
{
    if (arguments.outputs.size() > 1 && arguments.outputs[1] != nullptr) {
        *arguments.out<std::uint8_t>(1) = valid ? 1 : 0;
    }
}

void requireValidity(const Preparation &preparation)
{
    if (preparation.op().outputs.size() > 1 && preparation.op().outputs[1].valid()) {
        preparation.require(preparation.output(1).type == ElementType::Bool && elementsOf(preparation.output(1)) == 1,
            "its second output is not one truth value");
    }
}

} // namespace

Kernel prepare(Preparation &preparation, const SignalDelay &delay)
{
    requireInt16(preparation);
    const Tensor &input = preparation.input(0);
    preparation.require(
        input.shape == preparation.output().shape && input.shape.rank() >= 1, "input and output differ in shape");
    const std::int64_t frame = input.shape.last();
    const std::int64_t rows = frame > 0 ? elementsOf(input) / frame : 0;
    preparation.require(
        delay.lengths.size() == 1 || static_cast<std::int64_t>(delay.lengths.size()) == rows, "it has no delay");
    std::int64_t longest = 0;
    for (const std::int64_t length : delay.lengths) {
        preparation.require(length >= 0 && length <= mostRemembered, "a delay is out of range");
        longest = std::max(longest, length);
    }
    const auto queues = queuesOf(preparation, rows, longest);
    const auto reset = [queues, lengths = delay.lengths] {
        for (std::size_t row = 0; row < queues->rows.size(); ++row) {
            queues->rows[row].assign(static_cast<std::size_t>(lengths[lengths.size() == 1 ? 0 : row]), 0);
        }
    };
    reset();
    preparation.remembers(reset);
    return [=](const Arguments &arguments) {
        for (std::int64_t row = 0; row < rows; ++row) {
            auto &queue = queues->rows[static_cast<std::size_t>(row)];
            append(queue, arguments.in<std::int16_t>(0) + row * frame, frame);
            std::copy_n(queue.begin(), frame, arguments.out<std::int16_t>() + row * frame);
            discard(queue, frame);
        }
    };
}

Kernel prepare(Preparation &preparation, const SignalFramer &framer)
{
    requireInt16(preparation);
    requireValidity(preparation);
    const Shape &in = preparation.input(0).shape;
    const Shape &out = preparation.output().shape;
    const std::int64_t size = framer.frameSize;
    const std::int64_t step = framer.frameStep;
    preparation.require(size >= 1 && step >= 1 && step <= size, "its frame or step is out of range");
    preparation.require(in.rank() >= 1 && out.rank() >= 2 && out.last() == size, "its output has no frames");
    const std::int64_t frames = out[out.rank() - 2];
    preparation.require(in.last() == frames * step, "its input does not have one step per frame");
    const std::int64_t rows = in.last() > 0 ? elementsOf(preparation.input(0)) / in.last() : 0;
    preparation.require(
        elementsOf(preparation.output()) == rows * frames * size, "the output does not have all frames");
    const auto queues = queuesOf(preparation, rows, framer.prefill ? size - step : 0);
    return [=](const Arguments &arguments) {
        bool valid = true;
        for (std::int64_t row = 0; row < rows; ++row) {
            auto &queue = queues->rows[static_cast<std::size_t>(row)];
            for (std::int64_t frame = row * frames; frame < (row + 1) * frames; ++frame) {
                append(queue, arguments.in<std::int16_t>(0) + frame * step, step);
                std::int16_t *target = arguments.out<std::int16_t>() + frame * size;
                if (static_cast<std::int64_t>(queue.size()) >= size) {
                    std::copy_n(queue.begin(), size, target);
                    discard(queue, step);
                } else {
                    std::fill_n(target, size, std::int16_t{0});
                    valid = false;
                }
            }
        }
        sayValid(arguments, valid);
    };
}

Kernel prepare(Preparation &preparation, const SignalStacker &stacker)
{
    requireInt16(preparation);
    requireValidity(preparation);
    const std::int64_t channels = stacker.channels;
    const bool sane = channels >= 1 && stacker.left >= 0 && stacker.right >= 0 && stacker.step >= 1
        && stacker.left <= (1 << 16) && stacker.right <= (1 << 16) && channels <= (1 << 24);
    preparation.require(sane, "its channels, context or step are out of range");
    const std::int64_t size = channels * (stacker.left + stacker.right + 1);
    preparation.require(elementsOf(preparation.input(0)) == channels && elementsOf(preparation.output()) == size,
        "input and output do not have its channels");
    preparation.require(size <= mostRemembered, "it remembers more than is sane");
    const auto queues = queuesOf(preparation, 1, 0);
    const auto started = std::make_shared<bool>(false);
    preparation.remembers([started] { *started = false; });
    return [=](const Arguments &arguments) {
        auto &queue = queues->rows.front();
        // The first frame stands for those before it too.
        for (std::int64_t i = *started ? stacker.left : 0; i <= stacker.left; ++i) {
            append(queue, arguments.in<std::int16_t>(0), channels);
        }
        *started = true;
        const bool valid = static_cast<std::int64_t>(queue.size()) >= size;
        if (valid) {
            std::copy_n(queue.begin(), size, arguments.out<std::int16_t>());
            discard(queue, channels * stacker.step);
        } else {
            std::fill_n(arguments.out<std::int16_t>(), size, std::int16_t{0});
        }
        sayValid(arguments, valid);
    };
}

namespace {

template <typename T>
Kernel overlapKernel(
    Preparation &preparation, std::int64_t rows, std::int64_t frames, std::int64_t size, std::int64_t step)
{
    const auto sums = std::make_shared<std::vector<T>>(static_cast<std::size_t>(rows * size));
    preparation.remembers([sums] { std::fill(sums->begin(), sums->end(), T(0)); });
    return [=](const Arguments &arguments) {
        for (std::int64_t frame = 0; frame < rows * frames; ++frame) {
            T *buffer = sums->data() + frame / frames * size;
            const T *in = arguments.in<T>(0) + frame * size;
            for (std::int64_t i = 0; i < size; ++i) {
                if constexpr (std::is_integral_v<T>) {
                    buffer[i] = static_cast<T>(std::clamp(buffer[i] + in[i], INT16_MIN, INT16_MAX));
                } else {
                    buffer[i] += in[i];
                }
            }
            std::copy(buffer, buffer + step, arguments.out<T>() + frame * step);
            std::copy(buffer + step, buffer + size, buffer);
            std::fill(buffer + size - step, buffer + size, T(0));
        }
    };
}

} // namespace

Kernel prepare(Preparation &preparation, const SignalOverlapAdd &overlap)
{
    const Tensor &input = preparation.input(0);
    const std::size_t rank = input.shape.rank();
    preparation.require(rank >= 2, "its input has no frames");
    const std::int64_t size = input.shape[rank - 1];
    const std::int64_t frames = input.shape[rank - 2];
    const std::int64_t step = overlap.frameStep;
    preparation.require(step >= 1 && step <= size && frames >= 1, "its step is out of range");
    const std::int64_t rows = elementsOf(input) / (size * frames);
    preparation.require(rows * size <= mostRemembered, "it remembers more than is sane");
    preparation.require(
        elementsOf(preparation.output()) == rows * frames * step, "the output does not have one step per frame");
    preparation.require(input.type == preparation.output().type, "input and output are of different types");
    if (input.type == ElementType::Float32) {
        return overlapKernel<float>(preparation, rows, frames, size, step);
    }
    preparation.require(input.type == ElementType::Int16, "it runs on int16 and float32 only");
    return overlapKernel<std::int16_t>(preparation, rows, frames, size, step);
}

Kernel prepare(Preparation &preparation, const CircularBuffer &circular)
{
    const Tensor &input = preparation.input(0);
    const Tensor &output = preparation.output();
    preparation.require(input.type == output.type && bitsOf(input.type) >= 8, "input and output differ in type");
    preparation.require(output.variable, "its output is not a variable");
    const auto slice = input.bytes();
    const auto whole = output.bytes();
    preparation.require(slice && whole && *slice > 0 && *whole % *slice == 0, "its output does not hold whole inputs");
    preparation.require(circular.cycles >= 0, "it has a negative period");
    // Old files leave the period out: the reference kernel then knows it by the number of slots.
    const std::int64_t slots = output.shape.rank() > 1 ? output.shape[1] : 1;
    const bool every = slots == 5 || slots == 13 || slots == 25;
    const std::int32_t period = circular.cycles > 0 ? circular.cycles : every ? 1 : 2;
    const auto left = std::make_shared<std::int32_t>(period);
    preparation.remembers([left, period] { *left = period; });
    return [=](const Arguments &arguments) {
        const auto size = static_cast<std::size_t>(*slice);
        const std::size_t kept = static_cast<std::size_t>(*whole) - size;
        std::memmove(arguments.outputs[0], arguments.outputs[0] + size, kept);
        std::memcpy(arguments.outputs[0] + kept, arguments.inputs[0], size);
        if (--*left > 0) {
            throw RunEnds{};
        }
        *left = period;
    };
}

} // namespace tinsmith
