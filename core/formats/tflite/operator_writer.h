// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/tflite/element_types.h"
#include "core/formats/tflite/model_writer.h"
#include "core/formats/tflite/versions.h"
#include "core/graph/graph.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tinsmith::tflite {

/// One operator of the graph while it is written: the tensors it has, the constants and operators it adds to the file.
class OperatorWriter {
public:
    OperatorWriter(SubgraphWriter &out, const Graph &graph, const Operator &op) : out_(out), graph_(graph), op_(op) { }

    flatbuffers::FlatBufferBuilder &builder() { return out_.builder(); }
    const Graph &graph() const { return graph_; }
    const Operator &op() const { return op_; }
    const Tensor &input(std::size_t position) const;
    const Tensor &output(std::size_t position = 0) const;

    /// Numbers in the file of the operator's own tensors; -1 for one that is left out.
    std::vector<std::int32_t> inputs() const;
    std::vector<std::int32_t> outputs() const;

    /// Adds a constant of 32-bit integers: a list [n], or where `scalar` a single one of rank 0. `what` ends its name.
    std::int32_t integers(const std::vector<std::int64_t> &values, const char *what, bool scalar = false);
    std::int32_t constant(ElementType type, const Shape &shape, const Bytes &data,
        const std::optional<Quantization> &quantization, const char *what);
    /// Adds an activation between two operators that stand for this one.
    std::int32_t between(const Tensor &like, const Shape &shape, const char *what);

    /// What versions depend on, filled in with the operator's own tensors.
    VersionedUse use() const;
    /// Writes an operator of the file.
    template <typename Options>
    void emit(tfl::BuiltinOperator code, const VersionedUse &use, const std::vector<std::int32_t> &inputs,
        const std::vector<std::int32_t> &outputs, tfl::BuiltinOptions type, flatbuffers::Offset<Options> options)
    {
        out_.addOperator({code, {}, lowestVersion(code, use)}, inputs, outputs,
            {static_cast<std::uint8_t>(type), options.Union(), 0, 0, {}}, {});
    }
    void emit(tfl::BuiltinOperator code, const VersionedUse &use, const std::vector<std::int32_t> &inputs,
        const std::vector<std::int32_t> &outputs);
    SubgraphWriter &out() { return out_; }
    /// The graph was read from a TFLite file, and is written as it was there.
    bool fromTflite() const { return graph_.info().format == "TFLite"; }

    /// An attribute as the 32-bit number that the file has room for.
    std::int32_t narrow(std::int64_t value) const;
    UnsupportedError error(const std::string &cause) const;

private:
    SubgraphWriter &out_;
    const Graph &graph_;
    const Operator &op_;
};

void encode(OperatorWriter &writer, const Custom &kind);
void encode(OperatorWriter &writer, const If &kind);
void encode(OperatorWriter &writer, const While &kind);
void encode(OperatorWriter &writer, const Call &kind);
void encode(OperatorWriter &writer, const VariableHandle &kind);
void encode(OperatorWriter &writer, const ReadVariable &kind);
void encode(OperatorWriter &writer, const AssignVariable &kind);
void encode(OperatorWriter &writer, const Conv2D &kind);
void encode(OperatorWriter &writer, const DepthwiseConv2D &kind);
void encode(OperatorWriter &writer, const TransposeConv2D &kind);
void encode(OperatorWriter &writer, const BatchNormalization &kind);
void encode(OperatorWriter &writer, const Pool2D &kind);
void encode(OperatorWriter &writer, const GlobalPool &kind);
void encode(OperatorWriter &writer, const FullyConnected &kind);
void encode(OperatorWriter &writer, const Gemm &kind);
void encode(OperatorWriter &writer, const MatMul &kind);
void encode(OperatorWriter &writer, const Binary &kind);
void encode(OperatorWriter &writer, const Unary &kind);
void encode(OperatorWriter &writer, const Activation &kind);
void encode(OperatorWriter &writer, const PRelu &kind);
void encode(OperatorWriter &writer, const Softmax &kind);
void encode(OperatorWriter &writer, const LogSoftmax &kind);
void encode(OperatorWriter &writer, const L2Normalization &kind);
void encode(OperatorWriter &writer, const Reshape &kind);
void encode(OperatorWriter &writer, const Squeeze &kind);
void encode(OperatorWriter &writer, const ExpandDims &kind);
void encode(OperatorWriter &writer, const Transpose &kind);
void encode(OperatorWriter &writer, const Pad &kind);
void encode(OperatorWriter &writer, const Concatenation &kind);
void encode(OperatorWriter &writer, const Split &kind);
void encode(OperatorWriter &writer, const Pack &kind);
void encode(OperatorWriter &writer, const Unpack &kind);
void encode(OperatorWriter &writer, const StridedSlice &kind);
void encode(OperatorWriter &writer, const Gather &kind);
void encode(OperatorWriter &writer, const Resize &kind);
void encode(OperatorWriter &writer, const DepthToSpace &kind);
void encode(OperatorWriter &writer, const SpaceToDepth &kind);
void encode(OperatorWriter &writer, const Tile &kind);
void encode(OperatorWriter &writer, const BroadcastTo &kind);
void encode(OperatorWriter &writer, const Cast &kind);
void encode(OperatorWriter &writer, const Identity &kind);
void encode(OperatorWriter &writer, const Reduce &kind);
void encode(OperatorWriter &writer, const ArgExtreme &kind);
void encode(OperatorWriter &writer, const Quantize &kind);
void encode(OperatorWriter &writer, const Dequantize &kind);
void encode(OperatorWriter &writer, const Nary &kind);
void encode(OperatorWriter &writer, const Select &kind);
void encode(OperatorWriter &writer, const GatherNd &kind);
void encode(OperatorWriter &writer, const ScatterIntoZeros &kind);
void encode(OperatorWriter &writer, const DynamicUpdateSlice &kind);
void encode(OperatorWriter &writer, const BroadcastShapes &kind);
void encode(OperatorWriter &writer, const NumberRange &kind);
void encode(OperatorWriter &writer, const ZerosLike &kind);
void encode(OperatorWriter &writer, const Bitcast &kind);
void encode(OperatorWriter &writer, const ShapeOf &kind);
void encode(OperatorWriter &writer, const Fill &kind);
void encode(OperatorWriter &writer, const OneHot &kind);
void encode(OperatorWriter &writer, const TopK &kind);
void encode(OperatorWriter &writer, const Reverse &kind);
void encode(OperatorWriter &writer, const ReverseSequence &kind);
void encode(OperatorWriter &writer, const CumulativeSum &kind);
void encode(OperatorWriter &writer, const SpaceToBatch &kind);
void encode(OperatorWriter &writer, const BatchToSpace &kind);
void encode(OperatorWriter &writer, const LocalResponseNormalization &kind);
void encode(OperatorWriter &writer, const Svdf &kind);
void encode(OperatorWriter &writer, const SequenceLstm &kind);
void encode(OperatorWriter &writer, const SignalWindow &kind);
void encode(OperatorWriter &writer, const SignalFftAutoScale &kind);
void encode(OperatorWriter &writer, const SignalFft &kind);
void encode(OperatorWriter &writer, const SignalEnergy &kind);
void encode(OperatorWriter &writer, const SignalFilterBank &kind);
void encode(OperatorWriter &writer, const SignalFilterBankSquareRoot &kind);
void encode(OperatorWriter &writer, const SignalSpectralSubtraction &kind);
void encode(OperatorWriter &writer, const SignalPcan &kind);
void encode(OperatorWriter &writer, const SignalFilterBankLog &kind);
void encode(OperatorWriter &writer, const SignalDelay &kind);
void encode(OperatorWriter &writer, const SignalFramer &kind);
void encode(OperatorWriter &writer, const SignalOverlapAdd &kind);
void encode(OperatorWriter &writer, const SignalStacker &kind);
void encode(OperatorWriter &writer, const CircularBuffer &kind);
void encode(OperatorWriter &writer, const DetectionPostprocess &kind);

} // namespace tinsmith::tflite
