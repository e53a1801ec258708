// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/execute/quantized_tensor.h"
#include "core/graph/graph.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace tinsmith {

struct RunContext;

/// What a kernel gets at run time: pointers to whole tensors, aligned for their elements; nullptr where an optional
/// input is left out.
struct Arguments {
    std::span<const std::byte *const> inputs;
    std::span<std::byte *const> outputs;
    /// The bytes reserved in preparation, aligned to 64.
    std::byte *scratch = nullptr;

    template <typename T>
    const T *in(std::size_t position) const
    {
        return position < inputs.size() ? reinterpret_cast<const T *>(inputs[position]) : nullptr;
    }
    template <typename T>
    T *out(std::size_t position = 0) const
    {
        return reinterpret_cast<T *>(outputs[position]);
    }
    /// A variable tensor that the operator reads and writes, as TFLite passes its states among the inputs.
    template <typename T>
    T *state(std::size_t position) const
    {
        return const_cast<T *>(in<T>(position));
    }
    template <typename T>
    T *scratchAt(std::size_t offset) const
    {
        return reinterpret_cast<T *>(scratch + offset);
    }
};

/// An operator made ready: everything that does not depend on the values is already worked out.
using Kernel = std::function<void(const Arguments &)>;

/// Thrown by a kernel after which nothing more happens in this run (TFLite Micro's circular buffer): the model's
/// outputs stay those of the run before.
struct RunEnds { };

/// What a kernel's preparation may ask and demand. All shapes are known and of sane size before it is made.
class Preparation {
public:
    /// `values[id]` are the values of tensors that are known before the first run; empty for all others.
    /// `context` is shared by all that one run runs; operators that keep state or run bodies are refused without one.
    Preparation(const Graph &graph, const Operator &op, std::span<const Bytes> values, bool checkOnly,
        std::shared_ptr<RunContext> context = nullptr)
        : graph_(graph), op_(op), values_(values), checkOnly_(checkOnly), context_(std::move(context))
    {
    }

    const Graph &graph() const { return graph_; }
    const Operator &op() const { return op_; }
    /// True where only the question "can this run" is asked: checks are made, tables need not be.
    bool checkOnly() const { return checkOnly_; }

    const Tensor &input(std::size_t position) const { return requiredInput(graph_, op_, position); }
    const Tensor &output(std::size_t position = 0) const { return requiredOutput(graph_, op_, position); }
    bool hasInput(std::size_t position) const { return op_.input(position).valid(); }
    /// The values of an input that is constant (also through operators on constants), nullptr where it is not.
    const Bytes *constant(std::size_t position) const;

    /// Reserves scratch for the run; returns its offset. Throws UnsupportedError where that is too much.
    std::size_t reserve(std::int64_t bytes);
    std::size_t reservedBytes() const { return reserved_; }

    /// The kernel remembers something from one run to the next that is no tensor; `reset` brings back its start.
    void remembers(std::function<void()> reset) { resets_.push_back(std::move(reset)); }
    const std::vector<std::function<void()>> &resets() const { return resets_; }
    const std::shared_ptr<RunContext> &context() const { return context_; }

    [[noreturn]] void refuse(const std::string &reason) const;
    void require(bool holds, const char *reason) const
    {
        if (!holds) {
            refuse(reason);
        }
    }
    /// Refuses an axis outside -rank..rank-1; returns it as 0..rank-1.
    std::size_t axis(std::int64_t axis, std::size_t rank) const;

private:
    const Graph &graph_;
    const Operator &op_;
    std::span<const Bytes> values_;
    bool checkOnly_;
    std::shared_ptr<RunContext> context_;
    std::size_t reserved_ = 0;
    std::vector<std::function<void()>> resets_;
};

/// The elements of a tensor whose shape is known.
inline std::int64_t elementsOf(const Tensor &tensor)
{
    return tensor.shape.elements().value_or(0);
}

/// Makes the operator ready. Throws UnsupportedError with the reason where it cannot run.
Kernel prepareKernel(Preparation &preparation);

// One function per operator kind; each family's stand in the file of its name.
Kernel prepare(Preparation &preparation, const Conv2D &conv);
Kernel prepare(Preparation &preparation, const DepthwiseConv2D &conv);
Kernel prepare(Preparation &preparation, const TransposeConv2D &conv);
Kernel prepare(Preparation &preparation, const BatchNormalization &normalization);
Kernel prepare(Preparation &preparation, const Pool2D &pool);
Kernel prepare(Preparation &preparation, const GlobalPool &pool);
Kernel prepare(Preparation &preparation, const FullyConnected &dense);
Kernel prepare(Preparation &preparation, const Gemm &gemm);
Kernel prepare(Preparation &preparation, const MatMul &product);
Kernel prepare(Preparation &preparation, const Binary &binary);
Kernel prepare(Preparation &preparation, const Unary &unary);
Kernel prepare(Preparation &preparation, const Activation &activation);
Kernel prepare(Preparation &preparation, const PRelu &prelu);
Kernel prepare(Preparation &preparation, const Softmax &softmax);
Kernel prepare(Preparation &preparation, const LogSoftmax &softmax);
Kernel prepare(Preparation &preparation, const L2Normalization &normalization);
Kernel prepare(Preparation &preparation, const Reshape &reshape);
Kernel prepare(Preparation &preparation, const Squeeze &squeeze);
Kernel prepare(Preparation &preparation, const ExpandDims &expand);
Kernel prepare(Preparation &preparation, const Transpose &transpose);
Kernel prepare(Preparation &preparation, const Pad &pad);
Kernel prepare(Preparation &preparation, const Concatenation &concatenation);
Kernel prepare(Preparation &preparation, const Split &split);
Kernel prepare(Preparation &preparation, const Pack &pack);
Kernel prepare(Preparation &preparation, const Unpack &unpack);
Kernel prepare(Preparation &preparation, const StridedSlice &slice);
Kernel prepare(Preparation &preparation, const Gather &gather);
Kernel prepare(Preparation &preparation, const Resize &resize);
Kernel prepare(Preparation &preparation, const DepthToSpace &rearrange);
Kernel prepare(Preparation &preparation, const SpaceToDepth &rearrange);
Kernel prepare(Preparation &preparation, const Tile &tile);
Kernel prepare(Preparation &preparation, const BroadcastTo &broadcast);
Kernel prepare(Preparation &preparation, const Select &select);
Kernel prepare(Preparation &preparation, const GatherNd &gather);
Kernel prepare(Preparation &preparation, const ScatterIntoZeros &scatter);
Kernel prepare(Preparation &preparation, const DynamicUpdateSlice &update);
Kernel prepare(Preparation &preparation, const OneHot &oneHot);
Kernel prepare(Preparation &preparation, const TopK &top);
Kernel prepare(Preparation &preparation, const Reverse &reverse);
Kernel prepare(Preparation &preparation, const ReverseSequence &reverse);
Kernel prepare(Preparation &preparation, const CumulativeSum &sum);
Kernel prepare(Preparation &preparation, const Fill &fill);
Kernel prepare(Preparation &preparation, const ZerosLike &zeros);
Kernel prepare(Preparation &preparation, const ShapeOf &shapeOf);
Kernel prepare(Preparation &preparation, const NumberRange &range);
Kernel prepare(Preparation &preparation, const BroadcastShapes &broadcast);
Kernel prepare(Preparation &preparation, const Bitcast &bitcast);
Kernel prepare(Preparation &preparation, const SpaceToBatch &rearrange);
Kernel prepare(Preparation &preparation, const BatchToSpace &rearrange);
Kernel prepare(Preparation &preparation, const Nary &nary);
Kernel prepare(Preparation &preparation, const LocalResponseNormalization &normalization);
Kernel prepare(Preparation &preparation, const Cast &cast);
Kernel prepare(Preparation &preparation, const Identity &identity);
Kernel prepare(Preparation &preparation, const Reduce &reduce);
Kernel prepare(Preparation &preparation, const ArgExtreme &extreme);
Kernel prepare(Preparation &preparation, const Quantize &quantize);
Kernel prepare(Preparation &preparation, const Dequantize &dequantize);
Kernel prepare(Preparation &preparation, const DetectionPostprocess &detection);
Kernel prepare(Preparation &preparation, const Svdf &svdf);
Kernel prepare(Preparation &preparation, const SequenceLstm &lstm);
Kernel prepare(Preparation &preparation, const SignalWindow &window);
Kernel prepare(Preparation &preparation, const SignalFftAutoScale &scaling);
Kernel prepare(Preparation &preparation, const SignalFft &fft);
Kernel prepare(Preparation &preparation, const SignalEnergy &energy);
Kernel prepare(Preparation &preparation, const SignalFilterBank &bank);
Kernel prepare(Preparation &preparation, const SignalFilterBankSquareRoot &root);
Kernel prepare(Preparation &preparation, const SignalSpectralSubtraction &subtraction);
Kernel prepare(Preparation &preparation, const SignalPcan &pcan);
Kernel prepare(Preparation &preparation, const SignalFilterBankLog &logarithm);
Kernel prepare(Preparation &preparation, const SignalDelay &delay);
Kernel prepare(Preparation &preparation, const SignalFramer &framer);
Kernel prepare(Preparation &preparation, const SignalOverlapAdd &overlap);
Kernel prepare(Preparation &preparation, const SignalStacker &stacker);
Kernel prepare(Preparation &preparation, const CircularBuffer &buffer);
Kernel prepare(Preparation &preparation, const LayerNormalization &normalization);
Kernel prepare(Preparation &preparation, const RmsNormalization &normalization);
Kernel prepare(Preparation &preparation, const GroupNormalization &normalization);
Kernel prepare(Preparation &preparation, const MeanVarianceNormalization &normalization);
Kernel prepare(Preparation &preparation, const LpNormalization &normalization);
Kernel prepare(Preparation &preparation, const Hardmax &hardmax);
Kernel prepare(Preparation &preparation, const Triangle &triangle);
Kernel prepare(Preparation &preparation, const EyeLike &eye);
Kernel prepare(Preparation &preparation, const GatherElements &gather);
Kernel prepare(Preparation &preparation, const ScatterElements &scatter);
Kernel prepare(Preparation &preparation, const ScatterNd &scatter);
Kernel prepare(Preparation &preparation, const MaxUnpool &unpool);
Kernel prepare(Preparation &preparation, const GridSample &sample);
Kernel prepare(Preparation &preparation, const RoiAlign &align);
Kernel prepare(Preparation &preparation, const Einsum &einsum);
Kernel prepare(Preparation &preparation, const IntegerMatMul &product);
Kernel prepare(Preparation &preparation, const IntegerConv2D &conv);
Kernel prepare(Preparation &preparation, const DynamicQuantize &quantize);
Kernel prepare(Preparation &preparation, const RuntimeQuantize &quantize);
Kernel prepare(Preparation &preparation, const Dft &transform);
Kernel prepare(Preparation &preparation, const Stft &transform);
Kernel prepare(Preparation &preparation, const Custom &custom);

} // namespace tinsmith
