// SPDX-License-Identifier: Apache-2.0
#include "tests/core/formats_tflite/operator_cases.h"

namespace tinsmith::test {
namespace {

using Code = tfl::BuiltinOperator;
using Type = tfl::TensorType;
using Kinds = tfl::BuiltinOptions;

/// All element types that only move.
std::vector<Form> moved()
{
    return {float32(), int8Kept(), int16(), plain(Type::INT32), plain(Type::INT64), plain(Type::BOOL)};
}

/// Truth values hold no more.
const std::vector<double> six = {0, 1, 1, 0, 0, 1};

void addJoins(Cases &cases)
{
    cases.push_back(oneCase(Code::CONCATENATION, moved(), {given({2, 2}, {0, 1, 1, 0}), given({2, 1}, {1, 0})},
        {given({2, 3}, {0, 1, 1, 1, 0, 0})},
        options(Kinds::ConcatenationOptions, [](CaseBuilder &b) { return tfl::CreateConcatenationOptions(b, 1); })));
    cases.push_back(oneCase(Code::PACK, moved(), {given({3}, {0, 1, 1}), given({3}, {0, 0, 1})},
        {given({3, 2}, {0, 0, 1, 0, 1, 1})},
        options(Kinds::PackOptions, [](CaseBuilder &b) { return tfl::CreatePackOptions(b, 2, 1); })));
    cases.push_back(oneCase(Code::UNPACK, moved(), {given({3, 2}, six)}, {given({3}, {0, 1, 0}), given({3}, {1, 0, 1})},
        options(Kinds::UnpackOptions, [](CaseBuilder &b) { return tfl::CreateUnpackOptions(b, 2, 1); })));
    cases.push_back(oneCase(Code::SPLIT, moved(), {numbers({}, {1}), given({3, 2}, six)},
        {given({3, 1}, {0, 1, 0}), given({3, 1}, {1, 0, 1})},
        options(Kinds::SplitOptions, [](CaseBuilder &b) { return tfl::CreateSplitOptions(b, 2); })));
    cases.push_back(oneCase(Code::SPLIT_V, moved(), {given({3, 2}, six), numbers({1, 2}), numbers({}, {0})},
        {given({1, 2}, {0, 1}), given({2, 2}, {1, 0, 0, 1})},
        options(Kinds::SplitVOptions, [](CaseBuilder &b) { return tfl::CreateSplitVOptions(b, 2); })));
    cases.push_back(oneCase(Code::SPLIT_V, moved(), {given({3, 2}, six), numbers({1, 1}), numbers({}, {1})},
        {given({3, 1}, {0, 1, 0}), given({3, 1}, {1, 0, 1})},
        options(Kinds::SplitVOptions, [](CaseBuilder &b) { return tfl::CreateSplitVOptions(b, 2); })));
    cases.back().note = "equal parts";
}

void addShapes(Cases &cases)
{
    cases.push_back(oneCase(Code::RESHAPE, moved(), {given({3, 2}, six), numbers({2, 3})}, {given({2, 3}, six)},
        options(Kinds::ReshapeOptions, [](CaseBuilder &b) { return tfl::CreateReshapeOptions(b); })));
    cases.push_back(oneCase(Code::SQUEEZE, moved(), {given({3, 1, 2}, six)}, {given({3, 2}, six)},
        options(Kinds::SqueezeOptions, [](CaseBuilder &b) {
            return tfl::CreateSqueezeOptions(b, b.CreateVector(std::vector<std::int32_t>{1}));
        })));
    cases.push_back(
        oneCase(Code::EXPAND_DIMS, moved(), {given({3, 2}, six), numbers({}, {1})}, {given({3, 1, 2}, six)}));
    cases.push_back(
        oneCase(Code::TRANSPOSE, moved(), {given({3, 2}, six), numbers({1, 0})}, {given({2, 3}, {0, 1, 0, 1, 0, 1})}));
    cases.push_back(oneCase(
        Code::BROADCAST_TO, moved(), {given({1, 2}, {0, 1}), numbers({3, 2})}, {given({3, 2}, {0, 1, 0, 1, 0, 1})}));
    cases.push_back(oneCase(Code::BROADCAST_ARGS, {plain(Type::INT32), plain(Type::INT64)},
        {given({3}, {1, 4, 1}), given({2}, {1, 5})}, {given({3}, {1, 4, 5})}));
    cases.push_back(oneCase(Code::SHAPE, {float32(), int8(), int16(), plain(Type::INT32)}, {given({3, 2}, six)},
        {typed(Type::INT32, {2}, {3, 2})},
        options(Kinds::ShapeOptions, [](CaseBuilder &b) { return tfl::CreateShapeOptions(b, Type::INT32); })));
    cases.push_back(oneCase(Code::FILL, moved(), {numbers({2, 2}), given({}, {1})}, {given({2, 2}, {1, 1, 1, 1})}));
    cases.push_back(oneCase(Code::ZEROS_LIKE, {float32(), plain(Type::INT8), plain(Type::INT32), plain(Type::INT64)},
        {given({3, 2}, six)}, {given({3, 2}, std::vector<double>(6, 0))}));
}

void addBlocks(Cases &cases)
{
    const std::vector<double> eight = {0, 1, 1, 0, 0, 1, 1, 1};
    cases.push_back(oneCase(Code::SPACE_TO_DEPTH, moved(), {given({1, 2, 4, 1}, eight)},
        {given({1, 1, 2, 4}, {0, 1, 0, 1, 1, 0, 1, 1})},
        options(Kinds::SpaceToDepthOptions, [](CaseBuilder &b) { return tfl::CreateSpaceToDepthOptions(b, 2); })));
    cases.push_back(oneCase(Code::DEPTH_TO_SPACE, moved(), {given({1, 1, 2, 4}, {0, 1, 0, 1, 1, 0, 1, 1})},
        {given({1, 2, 4, 1}, eight)},
        options(Kinds::DepthToSpaceOptions, [](CaseBuilder &b) { return tfl::CreateDepthToSpaceOptions(b, 2); })));
    cases.push_back(oneCase(Code::SPACE_TO_BATCH_ND, moved(),
        {given({1, 2, 3, 1}, six), numbers({2, 2}), numbers({2, 2}, {0, 0, 0, 1})},
        {given({4, 1, 2, 1}, {0, 1, 1, 0, 0, 1, 0, 0})}));
    // What is put around int8 images is their zero point, the real zero.
    cases.push_back(oneCase(Code::BATCH_TO_SPACE_ND, moved(),
        {given({4, 1, 2, 1}, {0, 1, 1, 0, 0, 1, 0, 0}), numbers({2, 2}), numbers({2, 2}, {0, 0, 0, 1})},
        {given({1, 2, 3, 1}, six)}));
}

void addPads(Cases &cases)
{
    const std::vector<Form> padded = {float32(), int8Kept(), int16(), plain(Type::INT32), plain(Type::INT64)};
    cases.push_back(oneCase(Code::PAD, padded, {given({2, 2}, {1, 2, 3, 4}), numbers({2, 2}, {1, 0, 0, 1})},
        {given({3, 3}, {0, 0, 0, 1, 2, 0, 3, 4, 0})}));
    cases.push_back(oneCase(Code::PADV2, padded,
        {given({2, 2}, {1, 2, 3, 4}), numbers({2, 2}, {1, 0, 0, 1}), constant(given({1}, {-7}))},
        {given({3, 3}, {-7, -7, -7, 1, 2, -7, 3, 4, -7})}));
    cases.push_back(oneCase(Code::PADV2, padded,
        {given({2, 2}, {1, 2, 3, 4}), numbers({2, 2}, {0, 0, 0, 1}), constant(given({1}, {0}))},
        {given({2, 3}, {1, 2, 0, 3, 4, 0})}));
    cases.back().note = "zero";
    for (const auto mode : {tfl::MirrorPadMode::REFLECT, tfl::MirrorPadMode::SYMMETRIC}) {
        const bool reflect = mode == tfl::MirrorPadMode::REFLECT;
        cases.push_back(oneCase(Code::MIRROR_PAD, padded, {given({1, 3}, {1, 2, 3}), numbers({2, 2}, {0, 0, 2, 1})},
            {given({1, 6}, reflect ? std::vector<double>{3, 2, 1, 2, 3, 2} : std::vector<double>{2, 1, 1, 2, 3, 3})},
            options(Kinds::MirrorPadOptions, [mode](CaseBuilder &b) { return tfl::CreateMirrorPadOptions(b, mode); })));
        cases.back().note = tfl::EnumNameMirrorPadMode(mode);
    }
}

void addSlices(Cases &cases)
{
    cases.push_back(
        oneCase(Code::SLICE, moved(), {given({3, 2}, six), numbers({1, 0}), numbers({2, 1})}, {given({2, 1}, {1, 0})}));
    cases.push_back(oneCase(
        Code::SLICE, moved(), {given({3, 2}, six), numbers({1, 1}), numbers({-1, -1})}, {given({2, 1}, {0, 1})}));
    cases.back().note = "to the end";
    cases.push_back(
        oneCase(Code::SLICE, moved(), {given({1, 3, 1, 1, 2}, six), numbers({0, 1, 0, 0, 0}), numbers({1, 2, 1, 1, 1})},
            {given({1, 2, 1, 1, 1}, {1, 0})}));
    cases.back().note = "five dimensions";
    cases.push_back(oneCase(Code::STRIDED_SLICE, moved(),
        {given({3, 2}, six), numbers({2, 0}), numbers({-4, 2}), numbers({-2, 1})}, {given({2, 2}, {0, 1, 0, 1})},
        options(Kinds::StridedSliceOptions, [](CaseBuilder &b) { return tfl::CreateStridedSliceOptions(b); })));
    cases.back().note = "backwards";
    cases.push_back(oneCase(Code::STRIDED_SLICE, moved(),
        {given({3, 2}, six), numbers({1, 0}), numbers({2, 9}), numbers({1, 1})}, {given({2}, {1, 0})},
        options(Kinds::StridedSliceOptions,
            [](CaseBuilder &b) { return tfl::CreateStridedSliceOptions(b, 2, 2, 0, 0, 1); })));
    cases.back().note = "masks";
    cases.push_back(oneCase(Code::DYNAMIC_UPDATE_SLICE, moved(),
        {given({3, 2}, six), given({1, 2}, {1, 1}), numbers({2, 5})}, {given({3, 2}, {0, 1, 1, 0, 1, 1})}));
    cases.push_back(
        oneCase(Code::REVERSE_V2, moved(), {given({3, 2}, six), numbers({0})}, {given({3, 2}, {0, 1, 1, 0, 0, 1})}));
}

} // namespace

void addMovementCases(Cases &cases)
{
    addJoins(cases);
    addShapes(cases);
    addBlocks(cases);
    addPads(cases);
    addSlices(cases);
}

void addSelectionCases(Cases &cases)
{
    const auto gather = options(Kinds::GatherOptions, [](CaseBuilder &b) { return tfl::CreateGatherOptions(b, 1); });
    cases.push_back(oneCase(Code::GATHER, moved(), {given({2, 3}, six), numbers({3}, {2, 0, 2})},
        {given({2, 3}, {1, 0, 1, 1, 0, 1})}, gather));
    const auto batched
        = options(Kinds::GatherOptions, [](CaseBuilder &b) { return tfl::CreateGatherOptions(b, 1, 1); });
    cases.push_back(oneCase(
        Code::GATHER, moved(), {given({2, 3}, six), numbers({2, 1}, {2, 1})}, {given({2, 1}, {1, 0})}, batched));
    cases.back().note = "batches";
    cases.push_back(
        oneCase(Code::GATHER_ND, moved(), {given({2, 3}, six), numbers({2, 2}, {0, 1, 1, 2})}, {given({2}, {1, 1})}));
    cases.push_back(oneCase(Code::EMBEDDING_LOOKUP, {float32(), plain(Type::INT8)},
        {typed(Type::INT32, {2}, {2, 0}), constant(given({3, 2}, {1, 2, 3, 4, 5, 6}))}, {given({2, 2}, {5, 6, 1, 2})}));
    cases.push_back(oneCase(Code::SELECT_V2, moved(),
        {typed(Type::BOOL, {2, 1}, {0, 1}), given({2, 2}, {0, 1, 1, 0}), given({2}, {1, 1})},
        {given({2, 2}, {1, 1, 1, 0})}));
}

} // namespace tinsmith::test
