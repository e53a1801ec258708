// SPDX-License-Identifier: Apache-2.0
#include "core/formats/tflite/operator_reader.h"
#include "core/formats/tflite/read_slice.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <numeric>

namespace tinsmith::tflite {
namespace {

using Code = tfl::BuiltinOperator;

/// Sizes that are computed while the model runs are those that the file records for the output; one may stay open.
std::vector<std::int64_t> targetShape(const OperatorReader &reader)
{
    if (reader.isSettled(1)) {
        return reader.constantIntegers(1, "shape");
    }
    const SmallValue *const value = reader.known(1);
    const Shape &recorded = reader.requireOutput().shape;
    const auto isOpen = [](std::int64_t size) { return size == -1; };
    std::vector<std::int64_t> target;
    if (value != nullptr) {
        for (const auto &element : value->elements) {
            target.push_back(element.known ? element.integer : -1);
        }
        if (std::count_if(target.begin(), target.end(), isOpen) <= 1) {
            return target;
        }
    }
    const bool fits = recorded.ranked && (value == nullptr || target.size() == recorded.rank());
    target.resize(fits ? recorded.rank() : 0, -1);
    for (std::size_t axis = 0; axis < target.size(); ++axis) {
        target[axis] = isOpen(target[axis]) ? reader.fixedSize(axis).value_or(-1) : target[axis];
    }
    const auto elements = reader.requireInput(0).shape.elements();
    const bool same
        = std::any_of(target.begin(), target.end(), isOpen) || !elements || Shape(target).elements() == elements;
    if (!fits || !same || std::count_if(target.begin(), target.end(), isOpen) > 1) {
        throw CannotRepresent{"its shape is computed while the model runs"};
    }
    return target;
}

OperatorKind readReshape(OperatorReader &reader)
{
    reader.requireInput(0);
    reader.requireOutput();
    Reshape reshape;
    const auto *const options = reader.raw().builtin_options_as_ReshapeOptions();
    if (reader.input(1) != nullptr) {
        reshape.shape = targetShape(reader);
    } else if (options != nullptr && options->new_shape() != nullptr) {
        reshape.shape.assign(options->new_shape()->begin(), options->new_shape()->end());
    } else {
        throw reader.error("has no shape, neither as input nor as option");
    }
    if (std::count(reshape.shape.begin(), reshape.shape.end(), -1) > 1
        || std::any_of(reshape.shape.begin(), reshape.shape.end(), [](std::int64_t dim) { return dim < -1; })) {
        throw reader.error("has the impossible shape " + Shape(reshape.shape).text());
    }
    reader.keepInputs({0});
    return reshape;
}

OperatorKind readSqueeze(OperatorReader &reader)
{
    const Tensor &input = reader.requireInput(0);
    reader.requireOutput();
    Squeeze squeeze;
    const auto *const options = reader.raw().builtin_options_as_SqueezeOptions();
    if (options != nullptr && options->squeeze_dims() != nullptr) {
        for (const std::int32_t axis : *options->squeeze_dims()) {
            squeeze.axes.push_back(input.shape.ranked ? reader.axisWithin(axis, reader.rankOf(input)) : axis);
        }
    }
    reader.keepInputs({0});
    return squeeze;
}

OperatorKind readTranspose(OperatorReader &reader)
{
    const std::int64_t rank = reader.rankOf(reader.requireInput(0));
    reader.requireOutput();
    Transpose transpose{reader.constantIntegers(1, "permutation")};
    auto sorted = transpose.permutation;
    for (auto &axis : sorted) {
        axis = axis < 0 ? axis + rank : axis;
    }
    transpose.permutation = sorted;
    std::sort(sorted.begin(), sorted.end());
    std::vector<std::int64_t> expected(static_cast<std::size_t>(rank));
    std::iota(expected.begin(), expected.end(), 0);
    if (sorted != expected) {
        throw reader.error("has a permutation that does not name each of " + std::to_string(rank) + " dimensions once");
    }
    reader.keepInputs({0});
    return transpose;
}

/// The real value of a constant of one element.
double realValue(const OperatorReader &reader, const Tensor &tensor, const Tensor &like)
{
    if (!tensor.constant()) {
        throw CannotRepresent{"its padding value is computed while the model runs"};
    }
    if (tensor.shape.elements() != 1) {
        throw reader.error("has a padding value of shape " + tensor.shape.text());
    }
    const auto &quantization = tensor.quantization ? tensor.quantization : like.quantization;
    const auto dequantized = [&quantization](double stored) {
        return quantization ? quantization->scale() * (stored - static_cast<double>(quantization->zeroPoint()))
                            : stored;
    };
    switch (tensor.type) {
    case ElementType::Float32:
        return tensor.data->copyAs<float>().front();
    case ElementType::Float64:
        return tensor.data->copyAs<double>().front();
    case ElementType::Int8:
        return dequantized(tensor.data->copyAs<std::int8_t>().front());
    case ElementType::UInt8:
        return dequantized(tensor.data->copyAs<std::uint8_t>().front());
    case ElementType::Int16:
        return dequantized(tensor.data->copyAs<std::int16_t>().front());
    case ElementType::Int32:
        return dequantized(tensor.data->copyAs<std::int32_t>().front());
    case ElementType::Int64:
        return static_cast<double>(tensor.data->copyAs<std::int64_t>().front());
    default:
        throw CannotRepresent{"its padding value is of type " + std::string(nameOf(tensor.type))};
    }
}

OperatorKind readPad(OperatorReader &reader)
{
    const Tensor &input = reader.requireInput(0);
    reader.requireOutput();
    const auto amounts = reader.constantIntegers(1, "padding");
    if (static_cast<std::int64_t>(amounts.size()) != 2 * reader.rankOf(input)) {
        throw reader.error("has " + std::to_string(amounts.size()) + " paddings for an input of "
            + std::to_string(reader.rankOf(input)) + " dimensions");
    }
    Pad pad;
    for (std::size_t at = 0; at < amounts.size(); at += 2) {
        if (amounts[at] < 0 || amounts[at + 1] < 0) {
            throw reader.error("has a negative padding");
        }
        pad.before.push_back(amounts[at]);
        pad.after.push_back(amounts[at + 1]);
    }
    if (reader.code() == Code::MIRROR_PAD) {
        const auto &options = reader.options(reader.raw().builtin_options_as_MirrorPadOptions());
        pad.mode = options.mode() == tfl::MirrorPadMode::REFLECT ? PadMode::Reflect : PadMode::Symmetric;
    } else if (reader.code() == Code::PADV2) {
        pad.value = realValue(reader, reader.requireInput(2), input);
        pad.statesZero = pad.value == 0;
    }
    reader.keepInputs({0});
    return pad;
}

OperatorKind readConcatenation(OperatorReader &reader)
{
    const auto &options = reader.options(reader.raw().builtin_options_as_ConcatenationOptions());
    reader.requireOutput();
    for (std::size_t at = 1; at < reader.inputCount(); ++at) {
        reader.requireInput(at);
    }
    const std::int32_t axis = reader.axisWithin(options.axis(), reader.rankOf(reader.requireInput(0)));
    return Concatenation{axis, reader.activation(options.fused_activation_function())};
}

OperatorKind readSplit(OperatorReader &reader)
{
    const bool equal = reader.code() == Code::SPLIT;
    const Tensor &input = reader.requireInput(equal ? 1 : 0);
    reader.requireOutput();
    Split split;
    split.axis = reader.axisWithin(reader.constantInteger(equal ? 0 : 2, "axis"), reader.rankOf(input));
    const std::int64_t axis = split.axis < 0 ? split.axis + reader.rankOf(input) : split.axis;
    const std::int64_t whole = input.shape[static_cast<std::size_t>(axis)];
    const auto parts = static_cast<std::int64_t>(reader.outputCount());
    if (equal) {
        if (whole % parts != 0) {
            throw reader.error(
                "cuts a dimension of " + std::to_string(whole) + " into " + std::to_string(parts) + " equal parts");
        }
        split.sizes.assign(static_cast<std::size_t>(parts), whole / parts);
    } else {
        for (std::size_t part = 0; part < reader.outputCount() && !reader.isSettled(1); ++part) {
            split.sizes.push_back(reader.sizeInFile(static_cast<std::size_t>(axis), "list of sizes", part));
        }
        split.sizes = reader.isSettled(1) ? reader.constantIntegers(1, "list of sizes") : split.sizes;
        const auto open = std::find(split.sizes.begin(), split.sizes.end(), -1);
        if (open != split.sizes.end()) {
            *open = 0;
            *open = whole - std::accumulate(split.sizes.begin(), split.sizes.end(), std::int64_t{0});
        }
        if (static_cast<std::int64_t>(split.sizes.size()) != parts
            || std::any_of(split.sizes.begin(), split.sizes.end(), [](std::int64_t size) { return size < 0; })
            || std::accumulate(split.sizes.begin(), split.sizes.end(), std::int64_t{0}) != whole) {
            throw reader.error(
                "has sizes that do not add up to " + std::to_string(whole) + " in " + std::to_string(parts) + " parts");
        }
        split.statesSizes
            = std::adjacent_find(split.sizes.begin(), split.sizes.end(), std::not_equal_to<>()) == split.sizes.end();
    }
    reader.keepInputs({equal ? std::size_t{1} : std::size_t{0}});
    return split;
}

OperatorKind readResize(OperatorReader &reader)
{
    const Tensor &input = reader.requireInput(0);
    reader.requireOutput();
    const auto sizes = reader.isSettled(1)
        ? reader.constantIntegers(1, "size")
        : std::vector<std::int64_t>{reader.sizeInFile(1, "size"), reader.sizeInFile(2, "size")};
    if (sizes.size() != 2 || reader.rankOf(input) != 4) {
        throw reader.error("needs an input of four dimensions and two sizes");
    }
    Resize resize;
    bool aligned = false;
    bool half = false;
    if (reader.code() == Code::RESIZE_BILINEAR) {
        const auto &options = reader.options(reader.raw().builtin_options_as_ResizeBilinearOptions());
        resize.mode = ResizeMode::Bilinear;
        aligned = options.align_corners();
        half = options.half_pixel_centers();
    } else {
        const auto &options = reader.options(reader.raw().builtin_options_as_ResizeNearestNeighborOptions());
        aligned = options.align_corners();
        half = options.half_pixel_centers();
        // With aligned corners TFLite rounds half up; with half pixels it takes floor((x + 0.5) * scale), which is
        // ONNX's half-pixel coordinate rounded half up.
        resize.rounding = aligned || half ? ResizeRounding::RoundPreferCeil : ResizeRounding::Floor;
    }
    if (aligned && half) {
        throw reader.error("asks for aligned corners and half-pixel centres at once");
    }
    resize.coordinates = aligned ? ResizeCoordinates::AlignCorners
        : half                   ? ResizeCoordinates::HalfPixel
                                 : ResizeCoordinates::Asymmetric;
    resize.outputH = reader.positive(sizes[0], "height");
    resize.outputW = reader.positive(sizes[1], "width");
    reader.keepInputs({0});
    return resize;
}

OperatorKind readPackOrUnpack(OperatorReader &reader)
{
    const std::int64_t rank = reader.rankOf(reader.requireInput(0));
    reader.requireOutput();
    if (reader.code() == Code::PACK) {
        for (std::size_t at = 1; at < reader.inputCount(); ++at) {
            reader.requireInput(at);
        }
        return Pack{reader.axisWithin(reader.options(reader.raw().builtin_options_as_PackOptions()).axis(), rank + 1)};
    }
    return Unpack{reader.axisWithin(reader.options(reader.raw().builtin_options_as_UnpackOptions()).axis(), rank)};
}

OperatorKind readGather(OperatorReader &reader)
{
    const auto &options = reader.options(reader.raw().builtin_options_as_GatherOptions());
    reader.requireInput(1);
    reader.requireOutput();
    reader.keepInputs({0, 1});
    const std::int64_t rank = reader.rankOf(reader.requireInput(0));
    return Gather{reader.axisWithin(options.axis(), rank), options.batch_dims()};
}

/// All dimensions of the output, as the file records them.
std::vector<std::int64_t> sizesInFile(const OperatorReader &reader, const char *what)
{
    std::vector<std::int64_t> sizes;
    const auto rank = static_cast<std::size_t>(reader.rankOf(reader.requireOutput()));
    for (std::size_t axis = 0; axis < rank; ++axis) {
        sizes.push_back(reader.sizeInFile(axis, what));
    }
    return sizes;
}

/// How often the input stands in the output that the file records.
std::vector<std::int64_t> multiplesInFile(const OperatorReader &reader)
{
    const Shape &input = reader.requireInput(0).shape;
    std::vector<std::int64_t> multiples = sizesInFile(reader, "list of multiples");
    for (std::size_t axis = 0; axis < multiples.size(); ++axis) {
        if (multiples.size() != input.rank() || input[axis] < 1 || multiples[axis] % input[axis] != 0) {
            throw CannotRepresent{"its list of multiples is computed while the model runs"};
        }
        multiples[axis] /= input[axis];
    }
    return multiples;
}

/// Operators of one data input whose only parameter is a list of integers in input 1.
OperatorKind readListed(OperatorReader &reader)
{
    const std::int64_t rank = reader.rankOf(reader.requireInput(0));
    reader.requireOutput();
    reader.keepInputs({0});
    if (reader.code() == Code::EXPAND_DIMS) {
        const std::int64_t axis = reader.constantInteger(1, "axis");
        return ExpandDims{{reader.axisWithin(axis, rank + 1)}};
    }
    if (reader.code() == Code::TILE) {
        auto multiples
            = reader.isSettled(1) ? reader.constantIntegers(1, "list of multiples") : multiplesInFile(reader);
        if (static_cast<std::int64_t>(multiples.size()) != rank) {
            throw reader.error(
                "has " + std::to_string(multiples.size()) + " multiples for " + std::to_string(rank) + " dimensions");
        }
        return Tile{std::move(multiples)};
    }
    return BroadcastTo{reader.isSettled(1) ? reader.constantIntegers(1, "shape") : sizesInFile(reader, "shape")};
}

OperatorKind readBlocks(OperatorReader &reader)
{
    reader.requireInput(0);
    reader.requireOutput();
    reader.keepInputs({0});
    if (reader.code() == Code::DEPTH_TO_SPACE) {
        const auto &options = reader.options(reader.raw().builtin_options_as_DepthToSpaceOptions());
        return DepthToSpace{reader.positive(options.block_size(), "block size")};
    }
    const auto &options = reader.options(reader.raw().builtin_options_as_SpaceToDepthOptions());
    return SpaceToDepth{reader.positive(options.block_size(), "block size")};
}

} // namespace

std::optional<OperatorKind> readShape(OperatorReader &reader)
{
    switch (reader.code()) {
    case Code::RESHAPE:
        return readReshape(reader);
    case Code::SQUEEZE:
        return readSqueeze(reader);
    case Code::EXPAND_DIMS:
    case Code::TILE:
    case Code::BROADCAST_TO:
        return readListed(reader);
    case Code::TRANSPOSE:
        return readTranspose(reader);
    case Code::PAD:
    case Code::PADV2:
    case Code::MIRROR_PAD:
        return readPad(reader);
    case Code::CONCATENATION:
        return readConcatenation(reader);
    case Code::SPLIT:
    case Code::SPLIT_V:
        return readSplit(reader);
    case Code::PACK:
    case Code::UNPACK:
        return readPackOrUnpack(reader);
    case Code::STRIDED_SLICE:
        return readStridedSlice(reader);
    case Code::SLICE:
        return readSlice(reader);
    case Code::GATHER:
        return readGather(reader);
    case Code::RESIZE_BILINEAR:
    case Code::RESIZE_NEAREST_NEIGHBOR:
        return readResize(reader);
    case Code::DEPTH_TO_SPACE:
    case Code::SPACE_TO_DEPTH:
        return readBlocks(reader);
    case Code::CAST:
        reader.requireInput(0);
        reader.keepInputs({0});
        return Cast{reader.requireOutput().type};
    default:
        return std::nullopt;
    }
}

} // namespace tinsmith::tflite
