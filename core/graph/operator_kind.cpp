// SPDX-License-Identifier: Apache-2.0
#include "core/graph/operator.h"

namespace tinsmith {

OperatorKind::OperatorKind() = default;
OperatorKind::OperatorKind(const OperatorKind &other) = default;
OperatorKind::OperatorKind(OperatorKind &&other) noexcept = default;
OperatorKind &OperatorKind::operator=(const OperatorKind &other) = default;
OperatorKind &OperatorKind::operator=(OperatorKind &&other) noexcept = default;
OperatorKind::~OperatorKind() = default;

bool operator==(const OperatorKind &a, const OperatorKind &b)
{
    return static_cast<const OperatorAlternatives &>(a) == static_cast<const OperatorAlternatives &>(b);
}

template <OperatorAlternative Kind>
OperatorKind::OperatorKind(Kind kind) : OperatorAlternatives(std::in_place_type<Kind>, std::move(kind))
{
}

template OperatorKind::OperatorKind(Custom kind);
template OperatorKind::OperatorKind(Conv2D kind);
template OperatorKind::OperatorKind(DepthwiseConv2D kind);
template OperatorKind::OperatorKind(TransposeConv2D kind);
template OperatorKind::OperatorKind(BatchNormalization kind);
template OperatorKind::OperatorKind(Pool2D kind);
template OperatorKind::OperatorKind(GlobalPool kind);
template OperatorKind::OperatorKind(FullyConnected kind);
template OperatorKind::OperatorKind(Gemm kind);
template OperatorKind::OperatorKind(MatMul kind);
template OperatorKind::OperatorKind(Binary kind);
template OperatorKind::OperatorKind(Unary kind);
template OperatorKind::OperatorKind(Activation kind);
template OperatorKind::OperatorKind(PRelu kind);
template OperatorKind::OperatorKind(Softmax kind);
template OperatorKind::OperatorKind(LogSoftmax kind);
template OperatorKind::OperatorKind(L2Normalization kind);
template OperatorKind::OperatorKind(Reshape kind);
template OperatorKind::OperatorKind(Squeeze kind);
template OperatorKind::OperatorKind(ExpandDims kind);
template OperatorKind::OperatorKind(Transpose kind);
template OperatorKind::OperatorKind(Pad kind);
template OperatorKind::OperatorKind(Concatenation kind);
template OperatorKind::OperatorKind(Split kind);
template OperatorKind::OperatorKind(Pack kind);
template OperatorKind::OperatorKind(Unpack kind);
template OperatorKind::OperatorKind(StridedSlice kind);
template OperatorKind::OperatorKind(Gather kind);
template OperatorKind::OperatorKind(Resize kind);
template OperatorKind::OperatorKind(DepthToSpace kind);
template OperatorKind::OperatorKind(SpaceToDepth kind);
template OperatorKind::OperatorKind(Tile kind);
template OperatorKind::OperatorKind(BroadcastTo kind);
template OperatorKind::OperatorKind(Cast kind);
template OperatorKind::OperatorKind(Identity kind);
template OperatorKind::OperatorKind(Reduce kind);
template OperatorKind::OperatorKind(ArgExtreme kind);
template OperatorKind::OperatorKind(Quantize kind);
template OperatorKind::OperatorKind(Dequantize kind);
template OperatorKind::OperatorKind(LayerNormalization kind);
template OperatorKind::OperatorKind(RmsNormalization kind);
template OperatorKind::OperatorKind(GroupNormalization kind);
template OperatorKind::OperatorKind(LocalResponseNormalization kind);
template OperatorKind::OperatorKind(MeanVarianceNormalization kind);
template OperatorKind::OperatorKind(LpNormalization kind);
template OperatorKind::OperatorKind(Svdf kind);
template OperatorKind::OperatorKind(SequenceLstm kind);
template OperatorKind::OperatorKind(Recurrent kind);
template OperatorKind::OperatorKind(If kind);
template OperatorKind::OperatorKind(While kind);
template OperatorKind::OperatorKind(Loop kind);
template OperatorKind::OperatorKind(Scan kind);
template OperatorKind::OperatorKind(Call kind);
template OperatorKind::OperatorKind(VariableHandle kind);
template OperatorKind::OperatorKind(ReadVariable kind);
template OperatorKind::OperatorKind(AssignVariable kind);
template OperatorKind::OperatorKind(SignalWindow kind);
template OperatorKind::OperatorKind(SignalFftAutoScale kind);
template OperatorKind::OperatorKind(SignalFft kind);
template OperatorKind::OperatorKind(SignalEnergy kind);
template OperatorKind::OperatorKind(SignalFilterBank kind);
template OperatorKind::OperatorKind(SignalFilterBankSquareRoot kind);
template OperatorKind::OperatorKind(SignalSpectralSubtraction kind);
template OperatorKind::OperatorKind(SignalPcan kind);
template OperatorKind::OperatorKind(SignalFilterBankLog kind);
template OperatorKind::OperatorKind(SignalDelay kind);
template OperatorKind::OperatorKind(SignalFramer kind);
template OperatorKind::OperatorKind(SignalOverlapAdd kind);
template OperatorKind::OperatorKind(SignalStacker kind);
template OperatorKind::OperatorKind(CircularBuffer kind);
template OperatorKind::OperatorKind(Dft kind);
template OperatorKind::OperatorKind(Stft kind);
template OperatorKind::OperatorKind(Select kind);
template OperatorKind::OperatorKind(GatherElements kind);
template OperatorKind::OperatorKind(GatherNd kind);
template OperatorKind::OperatorKind(ScatterElements kind);
template OperatorKind::OperatorKind(ScatterNd kind);
template OperatorKind::OperatorKind(ScatterIntoZeros kind);
template OperatorKind::OperatorKind(DynamicUpdateSlice kind);
template OperatorKind::OperatorKind(Triangle kind);
template OperatorKind::OperatorKind(OneHot kind);
template OperatorKind::OperatorKind(TopK kind);
template OperatorKind::OperatorKind(Reverse kind);
template OperatorKind::OperatorKind(ReverseSequence kind);
template OperatorKind::OperatorKind(CumulativeSum kind);
template OperatorKind::OperatorKind(Fill kind);
template OperatorKind::OperatorKind(ZerosLike kind);
template OperatorKind::OperatorKind(EyeLike kind);
template OperatorKind::OperatorKind(ShapeOf kind);
template OperatorKind::OperatorKind(NumberRange kind);
template OperatorKind::OperatorKind(BroadcastShapes kind);
template OperatorKind::OperatorKind(Bitcast kind);
template OperatorKind::OperatorKind(SpaceToBatch kind);
template OperatorKind::OperatorKind(BatchToSpace kind);
template OperatorKind::OperatorKind(Compress kind);
template OperatorKind::OperatorKind(Hardmax kind);
template OperatorKind::OperatorKind(MaxUnpool kind);
template OperatorKind::OperatorKind(GridSample kind);
template OperatorKind::OperatorKind(RoiAlign kind);
template OperatorKind::OperatorKind(NonMaxSuppression kind);
template OperatorKind::OperatorKind(DetectionPostprocess kind);
template OperatorKind::OperatorKind(Einsum kind);
template OperatorKind::OperatorKind(IntegerMatMul kind);
template OperatorKind::OperatorKind(IntegerConv2D kind);
template OperatorKind::OperatorKind(DynamicQuantize kind);
template OperatorKind::OperatorKind(RuntimeQuantize kind);
template OperatorKind::OperatorKind(Nary kind);

} // namespace tinsmith
