// SPDX-License-Identifier: Apache-2.0
#include "core/formats/tflite/element_types.h"

#include <algorithm>
#include <array>

namespace tinsmith::tflite {
namespace {

struct TypePair {
    tfl::TensorType file;
    ElementType core;
};

constexpr std::array typePairs = {
    TypePair{tfl::TensorType::FLOAT32, ElementType::Float32},
    TypePair{tfl::TensorType::FLOAT16, ElementType::Float16},
    TypePair{tfl::TensorType::INT32, ElementType::Int32},
    TypePair{tfl::TensorType::UINT8, ElementType::UInt8},
    TypePair{tfl::TensorType::INT64, ElementType::Int64},
    TypePair{tfl::TensorType::STRING, ElementType::String},
    TypePair{tfl::TensorType::BOOL, ElementType::Bool},
    TypePair{tfl::TensorType::INT16, ElementType::Int16},
    TypePair{tfl::TensorType::COMPLEX64, ElementType::Complex64},
    TypePair{tfl::TensorType::INT8, ElementType::Int8},
    TypePair{tfl::TensorType::FLOAT64, ElementType::Float64},
    TypePair{tfl::TensorType::COMPLEX128, ElementType::Complex128},
    TypePair{tfl::TensorType::UINT64, ElementType::UInt64},
    TypePair{tfl::TensorType::RESOURCE, ElementType::Resource},
    TypePair{tfl::TensorType::VARIANT, ElementType::Variant},
    TypePair{tfl::TensorType::UINT32, ElementType::UInt32},
    TypePair{tfl::TensorType::UINT16, ElementType::UInt16},
    TypePair{tfl::TensorType::INT4, ElementType::Int4},
    TypePair{tfl::TensorType::BFLOAT16, ElementType::BFloat16},
};

struct ActivationPair {
    tfl::ActivationFunctionType file;
    FusedActivation core;
};

constexpr std::array activationPairs = {
    ActivationPair{tfl::ActivationFunctionType::NONE, FusedActivation::None},
    ActivationPair{tfl::ActivationFunctionType::RELU, FusedActivation::Relu},
    ActivationPair{tfl::ActivationFunctionType::RELU_N1_TO_1, FusedActivation::ReluN1To1},
    ActivationPair{tfl::ActivationFunctionType::RELU6, FusedActivation::Relu6},
    ActivationPair{tfl::ActivationFunctionType::TANH, FusedActivation::Tanh},
    ActivationPair{tfl::ActivationFunctionType::SIGN_BIT, FusedActivation::SignBit},
};

} // namespace

ElementType elementTypeOf(tfl::TensorType type)
{
    const auto *const found
        = std::find_if(typePairs.begin(), typePairs.end(), [type](const TypePair &pair) { return pair.file == type; });
    return found == typePairs.end() ? ElementType::Unknown : found->core;
}

std::optional<tfl::TensorType> tensorTypeOf(ElementType type)
{
    const auto *const found
        = std::find_if(typePairs.begin(), typePairs.end(), [type](const TypePair &pair) { return pair.core == type; });
    return found == typePairs.end() ? std::nullopt : std::optional(found->file);
}

std::optional<FusedActivation> activationOf(tfl::ActivationFunctionType type)
{
    for (const ActivationPair &pair : activationPairs) {
        if (pair.file == type) {
            return pair.core;
        }
    }
    return std::nullopt;
}

tfl::ActivationFunctionType activationTypeOf(FusedActivation activation)
{
    for (const ActivationPair &pair : activationPairs) {
        if (pair.core == activation) {
            return pair.file;
        }
    }
    return tfl::ActivationFunctionType::NONE;
}

} // namespace tinsmith::tflite
