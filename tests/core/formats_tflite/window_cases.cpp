// SPDX-License-Identifier: Apache-2.0
#include "tests/core/formats_tflite/operator_cases.h"

#include <cmath>

namespace tinsmith::test {
namespace {

using Code = tfl::BuiltinOperator;
using Type = tfl::TensorType;
using Kinds = tfl::BuiltinOptions;

const std::vector<double> image = {1, -2, 3, 4, 5, -6, 7, 8, 9};

void addConvolutions(Cases &cases)
{
    const std::vector<Form> forms = {float32(), int8(), int16(), int16NarrowBias(), int8FourBitWeights()};
    // A 2x2 window over 3x3 without padding; two filters.
    cases.push_back(oneCase(Code::CONV_2D, forms,
        {given({1, 3, 3, 1}, image), weights({2, 2, 2, 1}, {1, -1, 0.5, 2, 0, 1, -1, 0}), bias({1, -2})},
        {given({1, 2, 2, 2}, {16, -8, -13.5, -4, 19.5, -4, 34, -16})},
        options(Kinds::Conv2DOptions,
            [](CaseBuilder &b) { return tfl::CreateConv2DOptions(b, tfl::Padding::VALID, 1, 1); })));
    // Padded by one row and column at the end, in steps of two, never below zero.
    cases.push_back(
        oneCase(Code::CONV_2D, forms, {given({1, 3, 3, 1}, image), weights({1, 2, 2, 1}, {1, -1, 0.5, 2}), bias({1})},
            {given({1, 2, 2, 1}, {16, 1, 0, 10})}, options(Kinds::Conv2DOptions, [](CaseBuilder &b) {
                return tfl::CreateConv2DOptions(b, tfl::Padding::SAME, 2, 2, tfl::ActivationFunctionType::RELU);
            })));
    cases.back().note = "SAME, stride 2, RELU";
    const std::vector<Form> depthwise = {float32(), int8(), int16(), int8FourBitWeights()};
    // Each channel with a filter of its own.
    cases.push_back(oneCase(Code::DEPTHWISE_CONV_2D, depthwise,
        {given({1, 2, 2, 2}, {1, -2, 3, 4, 5, -6, 7, 8}), weights({1, 2, 2, 2}, {1, 2, -1, 1, 0.5, -1, 2, 0}),
            bias({1, -2})},
        {given({1, 1, 1, 2}, {15.5, 4})}, options(Kinds::DepthwiseConv2DOptions, [](CaseBuilder &b) {
            return tfl::CreateDepthwiseConv2DOptions(b, tfl::Padding::VALID, 1, 1, 1);
        })));
    // Two filters per channel, dilated by two.
    cases.push_back(oneCase(Code::DEPTHWISE_CONV_2D, depthwise,
        {given({1, 1, 3, 1}, {1, -2, 3}), weights({1, 1, 2, 2}, {1, 2, -1, 1}), bias({0, 0})},
        {given({1, 1, 1, 2}, {-2, 5})}, options(Kinds::DepthwiseConv2DOptions, [](CaseBuilder &b) {
            return tfl::CreateDepthwiseConv2DOptions(
                b, tfl::Padding::VALID, 1, 1, 2, tfl::ActivationFunctionType::NONE, 2, 1);
        })));
    cases.back().note = "multiplier 2, dilation 2";
    cases.push_back(oneCase(Code::TRANSPOSE_CONV, {float32(), int8(), int16(), int16NarrowBias()},
        {numbers({1, 2, 4, 1}), weights({1, 1, 2, 1}, {2, -3}), given({1, 2, 2, 1}, {1, -2, 3, 4}), bias({1})},
        {given({1, 2, 4, 1}, {3, -2, -3, 7, 7, -8, 9, -11})}, options(Kinds::TransposeConvOptions, [](CaseBuilder &b) {
            return tfl::CreateTransposeConvOptions(b, tfl::Padding::VALID, 2, 1);
        })));
}

void addDense(Cases &cases)
{
    const std::vector<Form> forms = {float32(), int8(), int16(), int16NarrowBias(), int8FourBitWeights()};
    const auto plainOptions
        = options(Kinds::FullyConnectedOptions, [](CaseBuilder &b) { return tfl::CreateFullyConnectedOptions(b); });
    cases.push_back(oneCase(Code::FULLY_CONNECTED, forms,
        {given({2, 3}, {1, -2, 3, 4, 5, -6}), weights({2, 3}, {1, -1, 0.5, 2, 0, 1}), bias({1, -2})},
        {given({2, 2}, {5.5, 3, -3, 0})}, plainOptions));
    cases.push_back(oneCase(Code::FULLY_CONNECTED, forms,
        {given({2, 3}, {1, -2, 3, 4, 5, -6}), weights({2, 3}, {1, -1, 0.5, 2, 0, 1}), leftOut()},
        {given({2, 2}, {4.5, 5, -4, 2})}, plainOptions));
    cases.back().note = "no bias";
    const auto product
        = options(Kinds::BatchMatMulOptions, [](CaseBuilder &b) { return tfl::CreateBatchMatMulOptions(b); });
    cases.push_back(oneCase(Code::BATCH_MATMUL, {float32(), int8({0.5F, 3}, {1, -2}), int16()},
        {given({2, 1, 2}, {1, -2, 3, 4}), given({2, 2, 2}, {1, 2, 3, 4, 5, -6, 7, 8})},
        {given({2, 1, 2}, {-5, -6, 43, 14})}, product));
    const auto turned = options(
        Kinds::BatchMatMulOptions, [](CaseBuilder &b) { return tfl::CreateBatchMatMulOptions(b, false, true); });
    cases.push_back(oneCase(Code::BATCH_MATMUL, {float32(), int8({0.5F, 3}, {1, -2}), int16()},
        {given({1, 1, 2}, {1, -2}), given({1, 2, 2}, {1, 3, 2, 4})}, {given({1, 1, 2}, {-5, -6})}, turned));
    cases.back().note = "second transposed";
}

void addPools(Cases &cases)
{
    const auto pool = options(Kinds::Pool2DOptions,
        [](CaseBuilder &b) { return tfl::CreatePool2DOptions(b, tfl::Padding::SAME, 2, 2, 2, 2); });
    const std::vector<Form> forms = {float32(), int8Kept(), int16()};
    const std::vector<Value> x = {given({1, 3, 3, 1}, image)};
    // What lies outside is not counted.
    cases.push_back(oneCase(Code::AVERAGE_POOL_2D, forms, x, {given({1, 2, 2, 1}, {2, -1.5, 7.5, 9})}, pool));
    cases.push_back(oneCase(Code::MAX_POOL_2D, forms, x, {given({1, 2, 2, 1}, {5, 3, 8, 9})}, pool));
    const double root2 = std::sqrt(2.0);
    cases.push_back(oneCase(Code::L2_POOL_2D, {float32()}, x,
        {given({1, 2, 2, 1}, {std::sqrt(46.0 / 4), std::sqrt(45.0) / root2, std::sqrt(113.0) / root2, 9})}, pool));
}

void addResizes(Cases &cases)
{
    const auto linear
        = options(Kinds::ResizeBilinearOptions, [](CaseBuilder &b) { return tfl::CreateResizeBilinearOptions(b); });
    cases.push_back(oneCase(Code::RESIZE_BILINEAR, {float32(), int8Kept(), int16()},
        {given({1, 2, 2, 1}, {1, 3, 5, 9}), numbers({4, 4})},
        {given({1, 4, 4, 1}, {1, 2, 3, 3, 3, 4.5, 6, 6, 5, 7, 9, 9, 5, 7, 9, 9})}, linear));
    const auto centred = options(Kinds::ResizeBilinearOptions,
        [](CaseBuilder &b) { return tfl::CreateResizeBilinearOptions(b, 0, 0, false, true); });
    cases.push_back(oneCase(Code::RESIZE_BILINEAR, {float32(), int8Kept(), int16()},
        {given({1, 1, 2, 1}, {2, 6}), numbers({1, 4})}, {given({1, 1, 4, 1}, {2, 3, 5, 6})}, centred));
    cases.back().note = "half pixel centres";
    const auto nearest = options(
        Kinds::ResizeNearestNeighborOptions, [](CaseBuilder &b) { return tfl::CreateResizeNearestNeighborOptions(b); });
    cases.push_back(oneCase(Code::RESIZE_NEAREST_NEIGHBOR, {float32(), int8Kept(), int16()},
        {given({1, 2, 2, 1}, {1, 3, 5, 9}), numbers({3, 4})},
        {given({1, 3, 4, 1}, {1, 1, 3, 3, 1, 1, 3, 3, 5, 5, 9, 9})}, nearest));
}

} // namespace

void addWindowCases(Cases &cases)
{
    addConvolutions(cases);
    addDense(cases);
    addPools(cases);
    addResizes(cases);
}

} // namespace tinsmith::test
