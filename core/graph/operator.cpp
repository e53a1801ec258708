// SPDX-License-Identifier: Apache-2.0
#include "core/graph/operator.h"

#include <array>

namespace tinsmith {
namespace {

struct Names {
    std::string type;
    std::string display;
    OperatorFamily family;
};

struct FunctionNames {
    const char *type;
    const char *display;
};

constexpr std::array<FunctionNames, 3> poolNames
    = {{{"MAX_POOL_2D", "MaxPool"}, {"AVERAGE_POOL_2D", "AveragePool"}, {"L2_POOL_2D", "L2Pool"}}};
constexpr std::array<FunctionNames, 3> globalPoolNames = {
    {{"GlobalMaxPool", "GlobalMaxPool"}, {"GlobalAveragePool", "GlobalAveragePool"}, {"GlobalLpPool", "GlobalLpPool"}}};
constexpr std::array<FunctionNames, 26> binaryNames = {{{"ADD", "Add"}, {"SUB", "Sub"}, {"MUL", "Mul"}, {"DIV", "Div"},
    {"FLOOR_DIV", "FloorDiv"}, {"FLOOR_MOD", "FloorMod"}, {"POW", "Pow"}, {"MINIMUM", "Minimum"},
    {"MAXIMUM", "Maximum"}, {"SQUARED_DIFFERENCE", "SquaredDifference"}, {"EQUAL", "Equal"}, {"NOT_EQUAL", "NotEqual"},
    {"LESS", "Less"}, {"LESS_EQUAL", "LessEqual"}, {"GREATER", "Greater"}, {"GREATER_EQUAL", "GreaterEqual"},
    {"LOGICAL_AND", "LogicalAnd"}, {"LOGICAL_OR", "LogicalOr"}, {"Xor", "LogicalXor"}, {"Mod", "FloatMod"},
    {"BitShift", "ShiftLeft"}, {"RIGHT_SHIFT", "ShiftRight"}, {"BitwiseAnd", "BitwiseAnd"}, {"BitwiseOr", "BitwiseOr"},
    {"BITWISE_XOR", "BitwiseXor"}, {"ATAN2", "Atan2"}}};
constexpr std::array<FunctionNames, 30> unaryNames = {{{"ABS", "Abs"}, {"NEG", "Neg"}, {"EXP", "Exp"}, {"LOG", "Log"},
    {"SQRT", "Sqrt"}, {"RSQRT", "Rsqrt"}, {"SQUARE", "Square"}, {"SIN", "Sin"}, {"COS", "Cos"}, {"FLOOR", "Floor"},
    {"CEIL", "Ceil"}, {"ROUND", "Round"}, {"Reciprocal", "Reciprocal"}, {"SIGN", "Sign"}, {"Erf", "Erf"},
    {"LOGICAL_NOT", "LogicalNot"}, {"Tan", "Tan"}, {"Asin", "Asin"}, {"Acos", "Acos"}, {"Atan", "Atan"},
    {"Sinh", "Sinh"}, {"Cosh", "Cosh"}, {"Asinh", "Asinh"}, {"Acosh", "Acosh"}, {"Atanh", "Atanh"}, {"IsNaN", "IsNan"},
    {"IsInf", "IsInf"}, {"IsInf", "IsPositiveInf"}, {"IsInf", "IsNegativeInf"}, {"BitwiseNot", "BitwiseNot"}}};
constexpr std::array<FunctionNames, 4> naryNames
    = {{{"ADD_N", "Sum"}, {"Mean", "Mean"}, {"Min", "Minimum"}, {"Max", "Maximum"}}};
constexpr std::array<FunctionNames, 20> activationNames
    = {{{"RELU", "Relu"}, {"RELU6", "Relu6"}, {"RELU_N1_TO_1", "ReluN1To1"}, {"RELU_0_TO_1", "Relu0To1"},
        {"LEAKY_RELU", "LeakyRelu"}, {"ELU", "Elu"}, {"LOGISTIC", "Logistic"}, {"TANH", "Tanh"},
        {"HARD_SWISH", "HardSwish"}, {"HardSigmoid", "HardSigmoid"}, {"Clip", "Clip"}, {"GELU", "Gelu"},
        {"Softplus", "Softplus"}, {"Softsign", "Softsign"}, {"Selu", "Selu"}, {"Mish", "Mish"},
        {"ThresholdedRelu", "ThresholdedRelu"}, {"Celu", "Celu"}, {"Shrink", "Shrink"}, {"Swish", "Swish"}}};
constexpr std::array<FunctionNames, 12> reduceNames = {{{"MEAN", "Mean"}, {"SUM", "Sum"}, {"REDUCE_MAX", "ReduceMax"},
    {"REDUCE_MIN", "ReduceMin"}, {"REDUCE_PROD", "ReduceProd"}, {"REDUCE_ANY", "ReduceAny"},
    {"REDUCE_ALL", "ReduceAll"}, {"ReduceL1", "ReduceL1"}, {"ReduceL2", "ReduceL2"},
    {"ReduceSumSquare", "ReduceSumSquare"}, {"ReduceLogSum", "ReduceLogSum"}, {"ReduceLogSumExp", "ReduceLogSumExp"}}};

template <typename Table, typename Function>
Names named(const Table &table, Function function, OperatorFamily family)
{
    const FunctionNames &row = table[static_cast<std::size_t>(function)];
    return {row.type, row.display, family};
}

struct NamesOf {
    using F = OperatorFamily;
    Names operator()(const Custom &op) const
    {
        const auto colon = op.sourceType.rfind(':');
        const auto dot = op.sourceType.rfind('.');
        const std::size_t start = colon != std::string::npos ? colon + 1 : dot != std::string::npos ? dot + 1 : 0;
        const bool recurrent = op.sourceType.find("LSTM") != std::string::npos
            || op.sourceType.find("RNN") != std::string::npos || op.sourceType.find("GRU") != std::string::npos
            || op.sourceType.find("SVDF") != std::string::npos;
        return {op.sourceType, op.sourceType.substr(start), recurrent ? F::Recurrent : F::Other};
    }
    Names operator()(const Conv2D &) const { return {"CONV_2D", "Conv2D", F::Convolution}; }
    Names operator()(const DepthwiseConv2D &) const { return {"DEPTHWISE_CONV_2D", "DepthwiseConv2D", F::Convolution}; }
    Names operator()(const TransposeConv2D &) const { return {"TRANSPOSE_CONV", "TransposeConv", F::Convolution}; }
    Names operator()(const BatchNormalization &) const { return {"BatchNormalization", "BatchNorm", F::Convolution}; }
    Names operator()(const Pool2D &op) const { return named(poolNames, op.function, F::Pooling); }
    Names operator()(const GlobalPool &op) const { return named(globalPoolNames, op.function, F::Pooling); }
    Names operator()(const FullyConnected &) const { return {"FULLY_CONNECTED", "FullyConnected", F::Dense}; }
    Names operator()(const Gemm &) const { return {"Gemm", "Gemm", F::Dense}; }
    Names operator()(const MatMul &) const { return {"BATCH_MATMUL", "MatMul", F::Dense}; }
    Names operator()(const Binary &op) const { return named(binaryNames, op.function, F::Elementwise); }
    Names operator()(const Unary &op) const { return named(unaryNames, op.function, F::Elementwise); }
    Names operator()(const Activation &op) const { return named(activationNames, op.function, F::Activation); }
    Names operator()(const PRelu &) const { return {"PRELU", "PRelu", F::Activation}; }
    Names operator()(const Softmax &) const { return {"SOFTMAX", "Softmax", F::Activation}; }
    Names operator()(const LogSoftmax &) const { return {"LOG_SOFTMAX", "LogSoftmax", F::Activation}; }
    Names operator()(const L2Normalization &) const { return {"L2_NORMALIZATION", "L2Normalization", F::Activation}; }
    Names operator()(const Reshape &) const { return {"RESHAPE", "Reshape", F::Shape}; }
    Names operator()(const Squeeze &) const { return {"SQUEEZE", "Squeeze", F::Shape}; }
    Names operator()(const ExpandDims &) const { return {"EXPAND_DIMS", "ExpandDims", F::Shape}; }
    Names operator()(const Transpose &) const { return {"TRANSPOSE", "Transpose", F::Shape}; }
    Names operator()(const Pad &op) const
    {
        return op.mode == PadMode::Reflect || op.mode == PadMode::Symmetric ? Names{"MIRROR_PAD", "MirrorPad", F::Shape}
                                                                            : Names{"PAD", "Pad", F::Shape};
    }
    Names operator()(const Concatenation &) const { return {"CONCATENATION", "Concat", F::Shape}; }
    Names operator()(const Split &) const { return {"SPLIT", "Split", F::Shape}; }
    Names operator()(const Pack &) const { return {"PACK", "Pack", F::Shape}; }
    Names operator()(const Unpack &) const { return {"UNPACK", "Unpack", F::Shape}; }
    Names operator()(const StridedSlice &) const { return {"STRIDED_SLICE", "StridedSlice", F::Shape}; }
    Names operator()(const Gather &) const { return {"GATHER", "Gather", F::Shape}; }
    Names operator()(const Resize &op) const
    {
        switch (op.mode) {
        case ResizeMode::Nearest:
            return {"RESIZE_NEAREST_NEIGHBOR", "ResizeNearest", F::Shape};
        case ResizeMode::Bilinear:
            return {"RESIZE_BILINEAR", "ResizeBilinear", F::Shape};
        case ResizeMode::Cubic:
            break;
        }
        return {"Resize", "ResizeCubic", F::Shape};
    }
    Names operator()(const DepthToSpace &) const { return {"DEPTH_TO_SPACE", "DepthToSpace", F::Shape}; }
    Names operator()(const SpaceToDepth &) const { return {"SPACE_TO_DEPTH", "SpaceToDepth", F::Shape}; }
    Names operator()(const Tile &) const { return {"TILE", "Tile", F::Shape}; }
    Names operator()(const BroadcastTo &) const { return {"BROADCAST_TO", "BroadcastTo", F::Shape}; }
    Names operator()(const Cast &) const { return {"CAST", "Cast", F::Quantization}; }
    Names operator()(const Identity &) const { return {"Identity", "Identity", F::Other}; }
    Names operator()(const Reduce &op) const { return named(reduceNames, op.function, F::Reduction); }
    Names operator()(const ArgExtreme &op) const
    {
        return op.smallest ? Names{"ARG_MIN", "ArgMin", F::Reduction} : Names{"ARG_MAX", "ArgMax", F::Reduction};
    }
    Names operator()(const Quantize &) const { return {"QUANTIZE", "Quantize", F::Quantization}; }
    Names operator()(const Dequantize &) const { return {"DEQUANTIZE", "Dequantize", F::Quantization}; }
    Names operator()(const LayerNormalization &) const { return {"LayerNormalization", "LayerNorm", F::Activation}; }
    Names operator()(const RmsNormalization &) const { return {"RMSNormalization", "RmsNorm", F::Activation}; }
    Names operator()(const LocalResponseNormalization &) const
    {
        return {"LOCAL_RESPONSE_NORMALIZATION", "LocalResponseNorm", F::Activation};
    }
    Names operator()(const MeanVarianceNormalization &) const
    {
        return {"MeanVarianceNormalization", "MeanVarianceNorm", F::Activation};
    }
    Names operator()(const LpNormalization &) const { return {"LpNormalization", "LpNorm", F::Activation}; }
    Names operator()(const Svdf &) const { return {"SVDF", "Svdf", F::Recurrent}; }
    Names operator()(const SequenceLstm &) const
    {
        return {"UNIDIRECTIONAL_SEQUENCE_LSTM", "SequenceLstm", F::Recurrent};
    }
    Names operator()(const If &) const { return {"IF", "If", F::Other}; }
    Names operator()(const While &) const { return {"WHILE", "While", F::Other}; }
    Names operator()(const Loop &) const { return {"Loop", "Loop", F::Other}; }
    Names operator()(const Scan &) const { return {"Scan", "Scan", F::Other}; }
    Names operator()(const VariableHandle &) const { return {"VAR_HANDLE", "VariableHandle", F::Other}; }
    Names operator()(const ReadVariable &) const { return {"READ_VARIABLE", "ReadVariable", F::Other}; }
    Names operator()(const AssignVariable &) const { return {"ASSIGN_VARIABLE", "AssignVariable", F::Other}; }
    Names operator()(const SignalWindow &) const { return {"CUSTOM:SignalWindow", "SignalWindow", F::Other}; }
    Names operator()(const SignalFftAutoScale &) const
    {
        return {"CUSTOM:SignalFftAutoScale", "SignalFftAutoScale", F::Other};
    }
    Names operator()(const SignalEnergy &) const { return {"CUSTOM:SignalEnergy", "SignalEnergy", F::Other}; }
    Names operator()(const SignalFilterBank &) const
    {
        return {"CUSTOM:SignalFilterBank", "SignalFilterBank", F::Other};
    }
    Names operator()(const SignalFilterBankSquareRoot &) const
    {
        return {"CUSTOM:SignalFilterBankSquareRoot", "SignalSquareRoot", F::Other};
    }
    Names operator()(const SignalSpectralSubtraction &) const
    {
        return {"CUSTOM:SignalFilterBankSpectralSubtraction", "SignalSpectralSubtraction", F::Other};
    }
    Names operator()(const SignalPcan &) const { return {"CUSTOM:SignalPCAN", "SignalPcan", F::Other}; }
    Names operator()(const SignalFilterBankLog &) const
    {
        return {"CUSTOM:SignalFilterBankLog", "SignalLog", F::Other};
    }
    Names operator()(const SignalDelay &) const { return {"CUSTOM:SignalDelay", "SignalDelay", F::Other}; }
    Names operator()(const SignalFramer &) const { return {"CUSTOM:SignalFramer", "SignalFramer", F::Other}; }
    Names operator()(const SignalOverlapAdd &) const
    {
        return {"CUSTOM:SignalOverlapAdd", "SignalOverlapAdd", F::Other};
    }
    Names operator()(const SignalStacker &) const { return {"CUSTOM:SignalStacker", "SignalStacker", F::Other}; }
    Names operator()(const CircularBuffer &) const { return {"CUSTOM:CIRCULAR_BUFFER", "CircularBuffer", F::Other}; }
    Names operator()(const Dft &) const { return {"DFT", "Dft", F::Other}; }
    Names operator()(const Stft &) const { return {"STFT", "Stft", F::Other}; }
    Names operator()(const GatherElements &) const { return {"GatherElements", "GatherElements", F::Shape}; }
    Names operator()(const GatherNd &) const { return {"GATHER_ND", "GatherNd", F::Shape}; }
    Names operator()(const ScatterElements &) const { return {"ScatterElements", "ScatterElements", F::Shape}; }
    Names operator()(const ScatterNd &) const { return {"ScatterND", "ScatterNd", F::Shape}; }
    Names operator()(const ScatterIntoZeros &) const { return {"SCATTER_ND", "ScatterNd", F::Shape}; }
    Names operator()(const DynamicUpdateSlice &) const
    {
        return {"DYNAMIC_UPDATE_SLICE", "DynamicUpdateSlice", F::Shape};
    }
    Names operator()(const Triangle &) const { return {"Trilu", "Triangle", F::Shape}; }
    Names operator()(const OneHot &) const { return {"ONE_HOT", "OneHot", F::Shape}; }
    Names operator()(const TopK &) const { return {"TOPK_V2", "TopK", F::Reduction}; }
    Names operator()(const Reverse &) const { return {"REVERSE_V2", "Reverse", F::Shape}; }
    Names operator()(const ReverseSequence &) const { return {"REVERSE_SEQUENCE", "ReverseSequence", F::Shape}; }
    Names operator()(const CumulativeSum &) const { return {"CUMSUM", "CumulativeSum", F::Reduction}; }
    Names operator()(const Fill &) const { return {"FILL", "Fill", F::Shape}; }
    Names operator()(const ZerosLike &) const { return {"ZEROS_LIKE", "ZerosLike", F::Shape}; }
    Names operator()(const EyeLike &) const { return {"EyeLike", "EyeLike", F::Shape}; }
    Names operator()(const NumberRange &) const { return {"RANGE", "Range", F::Shape}; }
    Names operator()(const BroadcastShapes &) const { return {"BROADCAST_ARGS", "BroadcastShapes", F::Shape}; }
    Names operator()(const Bitcast &) const { return {"BITCAST", "Bitcast", F::Quantization}; }
    Names operator()(const SpaceToBatch &) const { return {"SPACE_TO_BATCH_ND", "SpaceToBatch", F::Shape}; }
    Names operator()(const BatchToSpace &) const { return {"BATCH_TO_SPACE_ND", "BatchToSpace", F::Shape}; }
    Names operator()(const Compress &) const { return {"Compress", "Compress", F::Shape}; }
    Names operator()(const Hardmax &) const { return {"Hardmax", "Hardmax", F::Activation}; }
    Names operator()(const MaxUnpool &) const { return {"MaxUnpool", "MaxUnpool", F::Pooling}; }
    Names operator()(const GridSample &) const { return {"GridSample", "GridSample", F::Shape}; }
    Names operator()(const RoiAlign &) const { return {"RoiAlign", "RoiAlign", F::Pooling}; }
    Names operator()(const NonMaxSuppression &) const { return {"NonMaxSuppression", "NonMaxSuppression", F::Other}; }
    Names operator()(const DetectionPostprocess &) const
    {
        return {"CUSTOM:TFLite_Detection_PostProcess", "DetectionPostprocess", F::Other};
    }
    Names operator()(const Einsum &) const { return {"Einsum", "Einsum", F::Dense}; }
    Names operator()(const IntegerMatMul &) const { return {"MatMulInteger", "IntegerMatMul", F::Dense}; }
    Names operator()(const IntegerConv2D &) const { return {"ConvInteger", "IntegerConv2D", F::Convolution}; }
    Names operator()(const DynamicQuantize &) const
    {
        return {"DynamicQuantizeLinear", "DynamicQuantize", F::Quantization};
    }
    Names operator()(const Nary &op) const { return named(naryNames, op.function, F::Elementwise); }
    Names operator()(const GroupNormalization &op) const
    {
        return op.groups == 0 ? Names{"InstanceNormalization", "InstanceNorm", F::Activation}
                              : Names{"GroupNormalization", "GroupNorm", F::Activation};
    }
    Names operator()(const Recurrent &op) const
    {
        constexpr std::array<FunctionNames, 3> cells = {{{"RNN", "Rnn"}, {"GRU", "Gru"}, {"LSTM", "Lstm"}}};
        return named(cells, op.cell, F::Recurrent);
    }
    Names operator()(const Call &op) const
    {
        return op.once
            ? Names{"CALL_ONCE", "CallOnce", F::Other}
            : Names{op.function.empty() ? "CALL" : op.function, op.function.empty() ? "Call" : op.function, F::Other};
    }
    Names operator()(const SignalFft &op) const
    {
        return op.inverse ? Names{"CUSTOM:SignalIrfft", "SignalIrfft", F::Other}
                          : Names{"CUSTOM:SignalRfft", "SignalRfft", F::Other};
    }
    Names operator()(const Select &op) const
    {
        return {op.firstAxis ? "SELECT" : "SELECT_V2", "Select", F::Elementwise};
    }
    Names operator()(const ShapeOf &op) const
    {
        return op.product ? Names{"Size", "Size", F::Shape} : Names{"SHAPE", "ShapeOf", F::Shape};
    }
    Names operator()(const RuntimeQuantize &op) const
    {
        return op.inverse ? Names{"DequantizeLinear", "Dequantize", F::Quantization}
                          : Names{"QuantizeLinear", "Quantize", F::Quantization};
    }
};

} // namespace

std::string typeName(const OperatorKind &kind)
{
    return std::visit(NamesOf(), kind).type;
}

std::string displayName(const OperatorKind &kind)
{
    return std::visit(NamesOf(), kind).display;
}

OperatorFamily familyOf(const OperatorKind &kind)
{
    return std::visit(NamesOf(), kind).family;
}

std::string nameOf(OperatorFamily family)
{
    constexpr std::array<const char *, 10> names = {"convolution", "pooling", "dense", "elementwise", "activation",
        "shape", "reduction", "recurrent", "quantization", "other"};
    return names[static_cast<std::size_t>(family)];
}

std::string nameOf(FusedActivation activation)
{
    constexpr std::array<const char *, 6> names = {"none", "ReLU", "ReLU -1 to 1", "ReLU6", "tanh", "sign bit"};
    return names[static_cast<std::size_t>(activation)];
}

} // namespace tinsmith
