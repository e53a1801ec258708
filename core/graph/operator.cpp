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
constexpr std::array<FunctionNames, 18> binaryNames = {{{"ADD", "Add"}, {"SUB", "Sub"}, {"MUL", "Mul"}, {"DIV", "Div"},
    {"FLOOR_DIV", "FloorDiv"}, {"FLOOR_MOD", "FloorMod"}, {"POW", "Pow"}, {"MINIMUM", "Minimum"},
    {"MAXIMUM", "Maximum"}, {"SQUARED_DIFFERENCE", "SquaredDifference"}, {"EQUAL", "Equal"}, {"NOT_EQUAL", "NotEqual"},
    {"LESS", "Less"}, {"LESS_EQUAL", "LessEqual"}, {"GREATER", "Greater"}, {"GREATER_EQUAL", "GreaterEqual"},
    {"LOGICAL_AND", "LogicalAnd"}, {"LOGICAL_OR", "LogicalOr"}}};
constexpr std::array<FunctionNames, 16> unaryNames
    = {{{"ABS", "Abs"}, {"NEG", "Neg"}, {"EXP", "Exp"}, {"LOG", "Log"}, {"SQRT", "Sqrt"}, {"RSQRT", "Rsqrt"},
        {"SQUARE", "Square"}, {"SIN", "Sin"}, {"COS", "Cos"}, {"FLOOR", "Floor"}, {"CEIL", "Ceil"}, {"ROUND", "Round"},
        {"Reciprocal", "Reciprocal"}, {"SIGN", "Sign"}, {"Erf", "Erf"}, {"LOGICAL_NOT", "LogicalNot"}}};
constexpr std::array<FunctionNames, 16> activationNames
    = {{{"RELU", "Relu"}, {"RELU6", "Relu6"}, {"RELU_N1_TO_1", "ReluN1To1"}, {"RELU_0_TO_1", "Relu0To1"},
        {"LEAKY_RELU", "LeakyRelu"}, {"ELU", "Elu"}, {"LOGISTIC", "Logistic"}, {"TANH", "Tanh"},
        {"HARD_SWISH", "HardSwish"}, {"HardSigmoid", "HardSigmoid"}, {"Clip", "Clip"}, {"GELU", "Gelu"},
        {"Softplus", "Softplus"}, {"Softsign", "Softsign"}, {"Selu", "Selu"}, {"Mish", "Mish"}}};
constexpr std::array<FunctionNames, 7> reduceNames
    = {{{"MEAN", "Mean"}, {"SUM", "Sum"}, {"REDUCE_MAX", "ReduceMax"}, {"REDUCE_MIN", "ReduceMin"},
        {"REDUCE_PROD", "ReduceProd"}, {"REDUCE_ANY", "ReduceAny"}, {"REDUCE_ALL", "ReduceAll"}}};

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
