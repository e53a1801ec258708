// SPDX-License-Identifier: Apache-2.0
#include "core/formats/tflite/lowering.h"

#include <algorithm>
#include <functional>
#include <numeric>

namespace tinsmith::tflite {
namespace {

using Axes = std::vector<std::int64_t>;

TensorId binary(Replacement &place, BinaryFunction function, TensorId a, TensorId b)
{
    return place.add(Binary{function}, {a, b});
}

TensorId mean(Replacement &place, TensorId x, const Axes &axes)
{
    return place.add(Reduce{ReduceFunction::Mean, axes, true}, {x});
}

bool isFloat(Replacement &place)
{
    return place.input().type == ElementType::Float32 && !place.quantized() && place.op().outputs.size() == 1;
}

/// The axes from `axis` on.
Axes axesFrom(std::int32_t axis, std::size_t rank)
{
    const std::int64_t first = axis < 0 ? axis + static_cast<std::int64_t>(rank) : axis;
    Axes axes;
    for (std::int64_t at = std::max<std::int64_t>(first, 0); at < static_cast<std::int64_t>(rank); ++at) {
        axes.push_back(at);
    }
    return axes;
}

/// (x - mean) and 1 / sqrt(variance + epsilon) over the axes
std::pair<TensorId, TensorId> centred(Replacement &place, TensorId x, const Axes &axes, float epsilon)
{
    const TensorId rest = binary(place, BinaryFunction::Sub, x, mean(place, x, axes));
    const TensorId variance = mean(place, place.add(Unary{UnaryFunction::Square}, {rest}), axes);
    const TensorId bounded = binary(place, BinaryFunction::Add, variance, place.number(epsilon));
    return {rest, place.add(Unary{UnaryFunction::Rsqrt}, {bounded})};
}

/// A constant per channel as [channels,1,1,...], so that it is broadcast along the spatial dimensions; none() where it
/// has another length.
TensorId perChannel(Replacement &place, std::size_t position, std::int64_t channels, std::size_t rank)
{
    const TensorId id = place.op().input(position);
    if (!id.valid() || place.tensor(id).shape.elements() != channels) {
        return TensorId::none();
    }
    std::vector<std::int64_t> dims(rank - 1, 1);
    dims[0] = channels;
    return place.add(Reshape{dims}, {id});
}

} // namespace

bool lower(Replacement &place, const LayerNormalization &kind)
{
    const Tensor x = place.input();
    const Axes axes = axesFrom(kind.axis, x.shape.rank());
    if (!isFloat(place) || axes.empty()) {
        return false;
    }
    const auto [rest, factor] = centred(place, place.op().inputs[0], axes, kind.epsilon);
    const TensorId normal = binary(place, BinaryFunction::Mul, rest, factor);
    const TensorId bias = place.op().input(2);
    if (!bias.valid()) {
        place.finish(Binary{BinaryFunction::Mul}, {normal, place.op().inputs[1]});
        return true;
    }
    place.finish(Binary{BinaryFunction::Add}, {binary(place, BinaryFunction::Mul, normal, place.op().inputs[1]), bias});
    return true;
}

bool lower(Replacement &place, const RmsNormalization &kind)
{
    const Axes axes = axesFrom(kind.axis, place.input().shape.rank());
    if (!isFloat(place) || axes.empty()) {
        return false;
    }
    const TensorId x = place.op().inputs[0];
    const TensorId squares = mean(place, place.add(Unary{UnaryFunction::Square}, {x}), axes);
    const TensorId factor = place.add(
        Unary{UnaryFunction::Rsqrt}, {binary(place, BinaryFunction::Add, squares, place.number(kind.epsilon))});
    place.finish(Binary{BinaryFunction::Mul}, {binary(place, BinaryFunction::Mul, x, factor), place.op().inputs[1]});
    return true;
}

bool lower(Replacement &place, const GroupNormalization &kind)
{
    const Shape shape = place.input().shape;
    if (!isFloat(place) || !shape.known() || shape.rank() < 3) {
        return false;
    }
    const std::int64_t channels = shape[1];
    const std::int64_t groups = kind.groups == 0 ? channels : kind.groups;
    if (groups < 1 || channels % groups != 0) {
        return false;
    }
    const TensorId scale = perChannel(place, 1, channels, shape.rank());
    const TensorId bias = perChannel(place, 2, channels, shape.rank());
    if (!scale.valid() || !bias.valid()) {
        return false;
    }
    const std::int64_t pixels
        = std::accumulate(shape.dims.begin() + 2, shape.dims.end(), channels / groups, std::multiplies<std::int64_t>());
    const TensorId grouped = place.add(Reshape{{shape[0], groups, pixels}}, {place.op().inputs[0]});
    const auto [rest, factor] = centred(place, grouped, {2}, kind.epsilon);
    const TensorId normal = place.add(Reshape{shape.dims}, {binary(place, BinaryFunction::Mul, rest, factor)});
    place.finish(Binary{BinaryFunction::Add}, {binary(place, BinaryFunction::Mul, normal, scale), bias});
    return true;
}

bool lower(Replacement &place, const MeanVarianceNormalization &kind)
{
    if (!isFloat(place) || kind.axes.empty()) {
        return false;
    }
    // What the operator's definition adds to the deviation.
    constexpr float epsilon = 1e-9F;
    const TensorId x = place.op().inputs[0];
    const TensorId rest = binary(place, BinaryFunction::Sub, x, mean(place, x, kind.axes));
    const TensorId variance = mean(place, place.add(Unary{UnaryFunction::Square}, {rest}), kind.axes);
    const TensorId deviation
        = binary(place, BinaryFunction::Add, place.add(Unary{UnaryFunction::Sqrt}, {variance}), place.number(epsilon));
    place.finish(Binary{BinaryFunction::Div}, {rest, deviation});
    return true;
}

bool lower(Replacement &place, const LpNormalization &kind)
{
    if (!isFloat(place) || (kind.p != 1 && kind.p != 2)) {
        return false;
    }
    const TensorId x = place.op().inputs[0];
    const auto reduced = [&](UnaryFunction function) {
        return place.add(Reduce{ReduceFunction::Sum, {kind.axis}, true}, {place.add(Unary{function}, {x})});
    };
    TensorId size;
    if (kind.p == 1) {
        size = reduced(UnaryFunction::Abs);
    } else {
        size = place.add(Unary{UnaryFunction::Sqrt}, {reduced(UnaryFunction::Square)});
    }
    place.finish(Binary{BinaryFunction::Div}, {x, size});
    return true;
}

} // namespace tinsmith::tflite
