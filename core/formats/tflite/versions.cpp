// SPDX-License-Identifier: Apache-2.0
#include "core/formats/tflite/versions.h"

#include <algorithm>
#include <array>

namespace tinsmith::tflite {
namespace {

using Code = tfl::BuiltinOperator;

/// Operators whose version depends on the type of the first data input alone; 1 for all other types.
struct ByType {
    Code code;
    std::int32_t int8;
    std::int32_t int16;
};
constexpr std::array byType = {
    ByType{Code::ADD, 2, 3},
    ByType{Code::SUB, 2, 5},
    ByType{Code::MAXIMUM, 2, 4},
    ByType{Code::MINIMUM, 2, 4},
    ByType{Code::EQUAL, 2, 4},
    ByType{Code::NOT_EQUAL, 2, 1},
    ByType{Code::LESS, 2, 3},
    ByType{Code::LESS_EQUAL, 2, 1},
    ByType{Code::GREATER, 2, 1},
    ByType{Code::GREATER_EQUAL, 2, 3},
    ByType{Code::SQUARED_DIFFERENCE, 2, 1},
    ByType{Code::FLOOR_MOD, 2, 2},
    ByType{Code::ABS, 2, 3},
    ByType{Code::RSQRT, 2, 3},
    ByType{Code::EXP, 2, 2},
    ByType{Code::LOG, 2, 2},
    ByType{Code::RELU, 2, 3},
    ByType{Code::RELU6, 2, 3},
    ByType{Code::LEAKY_RELU, 1, 2},
    ByType{Code::TANH, 2, 3},
    ByType{Code::LOGISTIC, 2, 3},
    ByType{Code::SOFTMAX, 2, 3},
    ByType{Code::LOG_SOFTMAX, 2, 1},
    ByType{Code::L2_NORMALIZATION, 2, 1},
    ByType{Code::MAX_POOL_2D, 2, 3},
    ByType{Code::AVERAGE_POOL_2D, 2, 3},
    ByType{Code::MEAN, 2, 3},
    ByType{Code::SUM, 2, 1},
    ByType{Code::REDUCE_MAX, 2, 3},
    ByType{Code::REDUCE_MIN, 2, 3},
    ByType{Code::REDUCE_PROD, 2, 2},
    ByType{Code::ARG_MAX, 2, 1},
    ByType{Code::ARG_MIN, 2, 1},
    ByType{Code::BATCH_MATMUL, 2, 3},
    ByType{Code::CONCATENATION, 2, 3},
    ByType{Code::PACK, 2, 3},
    ByType{Code::SPLIT, 2, 4},
    ByType{Code::SPLIT_V, 2, 1},
    ByType{Code::MIRROR_PAD, 2, 3},
    ByType{Code::TILE, 3, 1},
    ByType{Code::SPACE_TO_DEPTH, 2, 1},
    ByType{Code::DEPTH_TO_SPACE, 2, 1},
};

/// Of a pair (input, weights): 8-bit weights under float activations.
bool hybrid(ElementType input, ElementType weights)
{
    return input == ElementType::Float32 && weights == ElementType::Int8;
}

struct Types {
    ElementType first;
    ElementType second;
    ElementType output;
    std::size_t rank;
    bool perChannel;
};

std::int32_t convolutionVersion(const Types &types, bool grouped)
{
    if (types.first == ElementType::Int16) {
        return 4;
    }
    if (types.first == ElementType::Int8) {
        return types.second == ElementType::Int4 ? 7 : 3;
    }
    if (hybrid(types.first, types.second)) {
        return types.perChannel ? 5 : 2;
    }
    return grouped ? 6 : 1;
}

std::int32_t depthwiseVersion(const Types &types, bool dilated)
{
    if (types.first == ElementType::Int16) {
        return 5;
    }
    if (hybrid(types.first, types.second)) {
        return types.perChannel ? 6 : 4;
    }
    if (types.first == ElementType::Int8) {
        return types.second == ElementType::Int4 ? 7 : 3;
    }
    return dilated ? 2 : 1;
}

std::int32_t denseVersion(const Types &types, const VersionedUse &use)
{
    const bool biased = use.inputs.size() > 2 && use.inputs[2] != nullptr;
    if (hybrid(types.first, types.second) && types.perChannel) {
        return 12;
    }
    if (types.first == ElementType::Int16) {
        return 7;
    }
    if (types.second == ElementType::Int4) {
        return 10;
    }
    if (!biased) {
        return 6;
    }
    if (use.keepsDims) {
        return 5;
    }
    if (types.first == ElementType::Int8) {
        return 4;
    }
    return hybrid(types.first, types.second) ? 3 : 1;
}

std::int32_t recurrentVersion(Code code, const Types &types, const VersionedUse &use)
{
    const ElementType weights = code == Code::SVDF          ? types.second
        : use.inputs.size() > 2 && use.inputs[2] != nullptr ? use.inputs[2]->type
                                                            : ElementType::Unknown;
    const bool mixed = hybrid(types.first, weights);
    if (code == Code::SVDF) {
        return types.first == ElementType::Int8 ? 3 : mixed ? (use.asymmetric ? 4 : 2) : 1;
    }
    return types.first == ElementType::Int16 ? 5 : mixed ? (use.asymmetric ? 3 : 2) : 1;
}

std::int32_t selectionVersion(Code code, const Types &types, const VersionedUse &use)
{
    const bool int8 = types.first == ElementType::Int8;
    const bool int16 = types.first == ElementType::Int16;
    const bool truth = types.first == ElementType::Bool;
    switch (code) {
    case Code::SPACE_TO_BATCH_ND:
    case Code::BATCH_TO_SPACE_ND:
        return int16 ? 4 : types.rank != 4 ? 3 : int8 ? 2 : 1;
    case Code::REVERSE_V2:
        return int8 ? 3 : truth ? 2 : 1;
    case Code::GATHER_ND:
        return truth ? 5 : types.second == ElementType::Int16 ? 4 : int16 ? 3 : 1;
    case Code::FILL:
        return types.first == ElementType::Float16 ? 4 : int8 || int16 ? 3 : truth ? 2 : 1;
    case Code::SELECT: {
        const auto five = [](const Tensor *tensor) { return tensor != nullptr && tensor->shape.rank() == 5; };
        return std::any_of(use.inputs.begin(), use.inputs.end(), five) ? 3 : 1;
    }
    case Code::TOPK_V2:
        return int16 ? 3 : int8 ? 2 : 1;
    case Code::RANGE:
        return types.first == ElementType::Int64 ? 2 : 1;
    default:
        return 1;
    }
}

std::int32_t castVersion(const Types &types)
{
    const auto either = [&types](ElementType type) { return types.first == type || types.output == type; };
    if (either(ElementType::BFloat16)) {
        return 7;
    }
    if (types.first == ElementType::Int4) {
        return 6;
    }
    if (either(ElementType::Float64) || either(ElementType::Float16)) {
        return 5;
    }
    if (either(ElementType::UInt16)) {
        return 4;
    }
    if (either(ElementType::Int8)) {
        return 3;
    }
    return either(ElementType::UInt32) ? 2 : 1;
}

std::int32_t multiplicationVersion(const Types &types, const VersionedUse &use)
{
    if (types.first == ElementType::Int64) {
        return 5;
    }
    if (types.first == ElementType::Int16) {
        return use.inputs[0]->quantization ? 4 : 7;
    }
    if (types.first != ElementType::Int8) {
        return 1;
    }
    const bool known = use.inputs[0]->quantization && use.inputs[1]->quantization && use.output->quantization
        && use.output->quantization->scale() > 0;
    const bool enlarges = known
        && use.inputs[0]->quantization->scale() * use.inputs[1]->quantization->scale()
                / use.output->quantization->scale()
            >= 1;
    return enlarges ? 3 : 2;
}

std::int32_t shapeVersion(Code code, const Types &types, const VersionedUse &use)
{
    const bool int8 = types.first == ElementType::Int8;
    const bool int16 = types.first == ElementType::Int16;
    switch (code) {
    case Code::TRANSPOSE:
        return types.rank > 5                  ? 6
            : int16                            ? 5
            : types.rank > 4                   ? 4
            : types.first == ElementType::Bool ? 3
            : int8                             ? 2
                                               : 1;
    case Code::PAD:
    case Code::PADV2:
        return types.rank > 4 ? 4 : int16 ? 3 : int8 ? 2 : 1;
    case Code::SLICE:
        return types.rank > 4 ? 5 : int16 ? 4 : int8 ? 2 : 1;
    case Code::STRIDED_SLICE:
        return types.first == ElementType::UInt32 ? 7
            : types.rank > 4                      ? 4
            : types.first == ElementType::Bool    ? 3
            : int8                                ? 2
                                                  : 1;
    case Code::GATHER:
        return use.batchDims ? 5 : int16 ? 4 : types.first == ElementType::Bool ? 3 : int8 ? 2 : 1;
    case Code::UNPACK:
        return int16 ? 4 : types.first == ElementType::Bool ? 3 : int8 || types.first == ElementType::UInt8 ? 2 : 1;
    case Code::RESIZE_BILINEAR:
    case Code::RESIZE_NEAREST_NEIGHBOR:
        return int16 ? 4 : use.alignedOrHalfPixel ? 3 : int8 ? 2 : 1;
    case Code::BROADCAST_TO:
        return int8 || int16 ? 3 : 2;
    default:
        return selectionVersion(code, types, use);
    }
}

} // namespace

std::int32_t lowestVersion(Code code, const VersionedUse &use)
{
    const Tensor *const first = use.inputs.empty() ? nullptr : use.inputs[0];
    const Tensor *const second = use.inputs.size() > 1 ? use.inputs[1] : nullptr;
    const Types types{first == nullptr ? ElementType::Unknown : first->type,
        second == nullptr ? ElementType::Unknown : second->type,
        use.output == nullptr ? ElementType::Unknown : use.output->type, first == nullptr ? 0 : first->shape.rank(),
        second != nullptr && second->quantization && second->quantization->perChannel()};
    switch (code) {
    case Code::CONV_2D:
        return convolutionVersion(types, use.grouped);
    case Code::DEPTHWISE_CONV_2D:
        return depthwiseVersion(types, use.dilated);
    case Code::TRANSPOSE_CONV:
        return use.activated                                    ? 4
            : use.inputs.size() > 2 && use.inputs[2] != nullptr ? 3
            : types.first == ElementType::Int8                  ? 2
                                                                : 1;
    case Code::SVDF:
    case Code::UNIDIRECTIONAL_SEQUENCE_LSTM:
        return recurrentVersion(code, types, use);
    case Code::FULLY_CONNECTED:
        return denseVersion(types, use);
    case Code::MUL:
        return multiplicationVersion(types, use);
    case Code::FLOOR_DIV:
        return types.first == ElementType::Float32 ? 2 : types.first == ElementType::Int32 ? 1 : 3;
    case Code::CAST:
        return castVersion(types);
    case Code::QUANTIZE:
        return types.output == ElementType::Int16 ? 2 : 1;
    case Code::DEQUANTIZE:
        return types.first == ElementType::Int16 || types.first == ElementType::Float16                    ? 3
            : types.first == ElementType::Int8 && first->quantization && first->quantization->perChannel() ? 5
            : types.first == ElementType::Int8                                                             ? 2
                                                                                                           : 1;
    default:
        break;
    }
    const auto *const found
        = std::find_if(byType.begin(), byType.end(), [code](const ByType &entry) { return entry.code == code; });
    if (found == byType.end()) {
        return shapeVersion(code, types, use);
    }
    return types.first == ElementType::Int8 ? found->int8 : types.first == ElementType::Int16 ? found->int16 : 1;
}

std::string operatorWithVersion(Code code, const std::string &custom, std::int32_t version)
{
    const std::string name = code == Code::CUSTOM ? custom : tfl::EnumNameBuiltinOperator(code);
    return (name.empty() ? "BUILTIN_" + std::to_string(static_cast<int>(code)) : name) + " " + std::to_string(version);
}

} // namespace tinsmith::tflite
