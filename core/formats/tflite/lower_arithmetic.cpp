// SPDX-License-Identifier: Apache-2.0
#include "core/formats/tflite/lowering.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace tinsmith::tflite {
namespace {

TensorId unary(Replacement &place, UnaryFunction function, TensorId x)
{
    return place.add(Unary{function}, {x});
}

TensorId binary(Replacement &place, BinaryFunction function, TensorId a, TensorId b)
{
    return place.add(Binary{function}, {a, b});
}

/// Functions of which TFLite has kernels for integers of 8 and 16 bits that stand for real numbers.
bool runsQuantized(UnaryFunction function)
{
    return function == UnaryFunction::Abs || function == UnaryFunction::Rsqrt || function == UnaryFunction::Sqrt
        || function == UnaryFunction::Exp || function == UnaryFunction::Log;
}

bool runsInInt8(BinaryFunction function)
{
    switch (function) {
    case BinaryFunction::Add:
    case BinaryFunction::Sub:
    case BinaryFunction::Mul:
    case BinaryFunction::Div:
    case BinaryFunction::Minimum:
    case BinaryFunction::Maximum:
    case BinaryFunction::SquaredDifference:
    case BinaryFunction::Equal:
    case BinaryFunction::NotEqual:
    case BinaryFunction::Less:
    case BinaryFunction::LessEqual:
    case BinaryFunction::Greater:
    case BinaryFunction::GreaterEqual:
        return true;
    default:
        return false;
    }
}

/// exp(x) and exp(-x)
std::pair<TensorId, TensorId> powers(Replacement &place, TensorId x)
{
    return {unary(place, UnaryFunction::Exp, x), unary(place, UnaryFunction::Exp, unary(place, UnaryFunction::Neg, x))};
}

/// x * x + shift, or shift - x * x
TensorId shiftedSquare(Replacement &place, TensorId x, float shift, bool negative)
{
    const TensorId square = unary(place, UnaryFunction::Square, x);
    return negative ? binary(place, BinaryFunction::Sub, place.number(shift), square)
                    : binary(place, BinaryFunction::Add, square, place.number(shift));
}

void areaTangent(Replacement &place, TensorId x)
{
    // log((1 + x) / (1 - x)) / 2
    const TensorId above = binary(place, BinaryFunction::Add, x, place.number(1));
    const TensorId below = binary(place, BinaryFunction::Sub, place.number(1), x);
    const TensorId logarithm = unary(place, UnaryFunction::Log, binary(place, BinaryFunction::Div, above, below));
    place.finishReal(Binary{BinaryFunction::Mul}, {logarithm, place.number(0.5F)});
}

/// sign(x) * log(|x| + sqrt(x * x + 1)): without cancellation for negative x.
void areaSine(Replacement &place, TensorId x)
{
    const TensorId size = unary(place, UnaryFunction::Abs, x);
    const TensorId root = unary(place, UnaryFunction::Sqrt, shiftedSquare(place, size, 1, false));
    const TensorId logarithm = unary(place, UnaryFunction::Log, binary(place, BinaryFunction::Add, size, root));
    const TensorId negative = place.add(Binary{BinaryFunction::Less}, {x, place.number(0)}, ElementType::Bool);
    place.finishReal(Select{}, {negative, unary(place, UnaryFunction::Neg, logarithm), logarithm});
}

void areaCosine(Replacement &place, TensorId x)
{
    const TensorId root = unary(place, UnaryFunction::Sqrt,
        binary(place, BinaryFunction::Sub, unary(place, UnaryFunction::Square, x), place.number(1)));
    place.finishReal(Unary{UnaryFunction::Log}, {binary(place, BinaryFunction::Add, x, root)});
}

std::vector<std::int64_t> allAxes(const Tensor &tensor)
{
    std::vector<std::int64_t> axes(tensor.shape.rank());
    std::iota(axes.begin(), axes.end(), 0);
    return axes;
}

/// Runs `kind` along the last axis, between transposes.
template <typename Kind>
bool alongLast(Replacement &place, Kind kind)
{
    const auto rank = static_cast<std::int32_t>(place.input().shape.rank());
    const std::int32_t axis = kind.axis < 0 ? kind.axis + rank : kind.axis;
    if (axis == rank - 1 || axis < 0 || axis >= rank) {
        return false;
    }
    std::vector<std::int64_t> order = allAxes(place.input());
    std::swap(order[static_cast<std::size_t>(axis)], order.back());
    const TensorId source = place.op().inputs[0];
    const TensorId turned = place.addLike(source, Transpose{order}, {source});
    kind.axis = -1;
    place.finish(Transpose{order}, {place.addLike(place.op().outputs[0], kind, {turned})});
    return true;
}

} // namespace

bool lower(Replacement &place, const Unary &kind)
{
    const ElementType type = place.input().type;
    if (place.quantized()) {
        if (runsQuantized(kind.function)) {
            return false;
        }
        place.finishReal(kind, {place.real()});
        return true;
    }
    if (type != ElementType::Float32) {
        return false;
    }
    const TensorId x = place.op().inputs[0];
    switch (kind.function) {
    case UnaryFunction::Reciprocal:
        place.finish(Binary{BinaryFunction::Div}, {place.number(1), x});
        return true;
    case UnaryFunction::Tan:
        place.finish(
            Binary{BinaryFunction::Div}, {unary(place, UnaryFunction::Sin, x), unary(place, UnaryFunction::Cos, x)});
        return true;
    case UnaryFunction::Atan:
        place.finish(Binary{BinaryFunction::Atan2}, {x, place.add(Fill{place.input().shape.dims}, {place.number(1)})});
        return true;
    case UnaryFunction::Asin:
        place.finish(
            Binary{BinaryFunction::Atan2}, {x, unary(place, UnaryFunction::Sqrt, shiftedSquare(place, x, 1, true))});
        return true;
    case UnaryFunction::Acos:
        place.finish(
            Binary{BinaryFunction::Atan2}, {unary(place, UnaryFunction::Sqrt, shiftedSquare(place, x, 1, true)), x});
        return true;
    case UnaryFunction::Sinh:
    case UnaryFunction::Cosh: {
        const auto [up, down] = powers(place, x);
        const auto function = kind.function == UnaryFunction::Sinh ? BinaryFunction::Sub : BinaryFunction::Add;
        place.finish(Binary{BinaryFunction::Mul}, {binary(place, function, up, down), place.number(0.5F)});
        return true;
    }
    case UnaryFunction::Asinh:
        areaSine(place, x);
        return true;
    case UnaryFunction::Acosh:
        areaCosine(place, x);
        return true;
    case UnaryFunction::Atanh:
        areaTangent(place, x);
        return true;
    case UnaryFunction::IsNan:
        place.finish(Binary{BinaryFunction::NotEqual}, {x, x});
        return true;
    case UnaryFunction::IsInf:
        place.finish(Binary{BinaryFunction::Equal},
            {unary(place, UnaryFunction::Abs, x), place.number(std::numeric_limits<float>::infinity())});
        return true;
    case UnaryFunction::IsPositiveInf:
        place.finish(Binary{BinaryFunction::Equal}, {x, place.number(std::numeric_limits<float>::infinity())});
        return true;
    case UnaryFunction::IsNegativeInf:
        place.finish(Binary{BinaryFunction::Equal}, {x, place.number(-std::numeric_limits<float>::infinity())});
        return true;
    default:
        return false;
    }
}

bool lower(Replacement &place, const Binary &kind)
{
    if (unfuse(place, kind)) {
        return true;
    }
    const ElementType type = place.input().type;
    if (place.quantized()) {
        if (runsInInt8(kind.function) || type != ElementType::Int8) {
            return false;
        }
        place.finishReal(kind, {place.real(0), place.real(1)});
        return true;
    }
    if (kind.function == BinaryFunction::LogicalXor && type == ElementType::Bool) {
        place.finish(Binary{BinaryFunction::NotEqual}, place.op().inputs);
        return true;
    }
    if (kind.function == BinaryFunction::FloatMod && type == ElementType::Float32) {
        // The quotient towards zero: floor of its size, with its sign.
        const TensorId a = place.op().inputs[0];
        const TensorId b = place.op().inputs[1];
        const TensorId sizeA = unary(place, UnaryFunction::Abs, a);
        const TensorId rest = binary(place, BinaryFunction::FloorMod, sizeA, unary(place, UnaryFunction::Abs, b));
        const TensorId negative = place.add(Binary{BinaryFunction::Less}, {a, place.number(0)}, ElementType::Bool);
        place.finish(Select{}, {negative, unary(place, UnaryFunction::Neg, rest), rest});
        return true;
    }
    return false;
}

bool lower(Replacement &place, const Nary &kind)
{
    const auto &inputs = place.op().inputs;
    const Shape shape = place.output().shape;
    const bool same
        = std::all_of(inputs.begin(), inputs.end(), [&](TensorId id) { return place.tensor(id).shape == shape; });
    if ((kind.function == NaryFunction::Sum && same) || place.quantized()) {
        return false;
    }
    const ElementType type = place.output().type;
    const auto function = kind.function == NaryFunction::Minimum ? BinaryFunction::Minimum
        : kind.function == NaryFunction::Maximum                 ? BinaryFunction::Maximum
                                                                 : BinaryFunction::Add;
    if (kind.function == NaryFunction::Mean && type != ElementType::Float32) {
        return false;
    }
    TensorId sum = inputs[0];
    for (std::size_t at = 1; at + 1 < inputs.size(); ++at) {
        sum = place.add(Binary{function}, {sum, inputs[at]}, type);
    }
    if (kind.function == NaryFunction::Mean) {
        if (inputs.size() > 1) {
            sum = place.add(Binary{function}, {sum, inputs.back()}, type);
        }
        const float share = 1 / static_cast<float>(inputs.size());
        place.finish(Binary{BinaryFunction::Mul}, {sum, place.number(share)});
    } else if (inputs.size() > 1) {
        place.finish(Binary{function}, {sum, inputs.back()});
    } else {
        place.finish(Identity{}, {sum});
    }
    return true;
}

bool lower(Replacement &place, const Softmax &kind)
{
    return alongLast(place, kind);
}

bool lower(Replacement &place, const LogSoftmax &kind)
{
    return alongLast(place, kind);
}

bool lower(Replacement &place, const Hardmax &kind)
{
    const Tensor x = place.input();
    const auto rank = static_cast<std::int32_t>(x.shape.rank());
    const std::int32_t axis = kind.axis < 0 ? kind.axis + rank : kind.axis;
    if (axis < 0 || axis >= rank || !x.shape.known() || x.type != ElementType::Float32) {
        return false;
    }
    const TensorId position
        = place.add(ArgExtreme{false, axis, false, false}, {place.op().inputs[0]}, ElementType::Int32);
    const TensorId values = place.constant(ElementType::Float32, {2}, Bytes::of(std::vector<float>{0, 1}));
    place.finish(OneHot{axis, x.shape[static_cast<std::size_t>(axis)]}, {position, values});
    return true;
}

bool lower(Replacement &place, const Reduce &kind)
{
    const auto reduced = [&](ReduceFunction function, TensorId x) {
        return place.add(Reduce{function, kind.axes, kind.keepDims}, {x});
    };
    if (place.input().type != ElementType::Float32 && !place.quantized()) {
        return false;
    }
    switch (kind.function) {
    case ReduceFunction::L1:
        place.finishReal(
            Reduce{ReduceFunction::Sum, kind.axes, kind.keepDims}, {unary(place, UnaryFunction::Abs, place.real())});
        return true;
    case ReduceFunction::L2:
        place.finishReal(Unary{UnaryFunction::Sqrt},
            {reduced(ReduceFunction::Sum, unary(place, UnaryFunction::Square, place.real()))});
        return true;
    case ReduceFunction::SumSquare:
        place.finishReal(
            Reduce{ReduceFunction::Sum, kind.axes, kind.keepDims}, {unary(place, UnaryFunction::Square, place.real())});
        return true;
    case ReduceFunction::LogSum:
        place.finishReal(Unary{UnaryFunction::Log}, {reduced(ReduceFunction::Sum, place.real())});
        return true;
    case ReduceFunction::LogSumExp: {
        // The largest taken off first, so that no power overflows.
        const TensorId x = place.real();
        const TensorId largest = place.add(Reduce{ReduceFunction::Max, kind.axes, true}, {x});
        const TensorId power = unary(place, UnaryFunction::Exp, binary(place, BinaryFunction::Sub, x, largest));
        const TensorId logarithm = unary(place, UnaryFunction::Log, reduced(ReduceFunction::Sum, power));
        place.finishReal(Binary{BinaryFunction::Add}, {logarithm, reduced(ReduceFunction::Max, x)});
        return true;
    }
    default:
        return false;
    }
}

bool lower(Replacement &place, const ArgExtreme &kind)
{
    const Tensor x = place.input();
    const auto rank = static_cast<std::int32_t>(x.shape.rank());
    const std::int32_t axis = kind.axis < 0 ? kind.axis + rank : kind.axis;
    const Tensor y = place.output();
    if ((!kind.keepDims && !kind.lastOfEquals) || axis < 0 || axis >= rank || !y.shape.known()
        || (y.type != ElementType::Int32 && y.type != ElementType::Int64)) {
        return false;
    }
    TensorId source = place.op().inputs[0];
    if (kind.lastOfEquals) {
        source = place.addLike(source, Reverse{{axis}}, {source});
    }
    TensorId position = place.add(ArgExtreme{kind.smallest, axis, false, false}, {source}, y.type);
    if (kind.lastOfEquals) {
        const std::int64_t last = x.shape[static_cast<std::size_t>(axis)] - 1;
        const Bytes data = y.type == ElementType::Int64
            ? Bytes::of(std::vector<std::int64_t>{last})
            : Bytes::of(std::vector<std::int32_t>{static_cast<std::int32_t>(last)});
        const TensorId end = place.constant(y.type, Shape(), data);
        if (!kind.keepDims) {
            place.finish(Binary{BinaryFunction::Sub}, {end, position});
            return true;
        }
        position = place.add(Binary{BinaryFunction::Sub}, {end, position}, y.type);
    }
    place.finish(Reshape{y.shape.dims}, {position});
    return true;
}

bool lower(Replacement &place, const Gemm &kind)
{
    if (place.input().type != ElementType::Float32 || place.quantized()) {
        return false;
    }
    const auto &inputs = place.op().inputs;
    const bool added = inputs.size() > 2 && inputs[2].valid();
    const MatMul product{kind.transposeA, kind.transposeB};
    if (kind.alpha == 1 && !added) {
        place.finish(product, {inputs[0], inputs[1]});
        return true;
    }
    TensorId result = place.add(product, {inputs[0], inputs[1]});
    if (!added) {
        place.finish(Binary{BinaryFunction::Mul}, {result, place.number(kind.alpha)});
        return true;
    }
    if (kind.alpha != 1) {
        result = binary(place, BinaryFunction::Mul, result, place.number(kind.alpha));
    }
    const TensorId sum
        = kind.beta == 1 ? inputs[2] : binary(place, BinaryFunction::Mul, inputs[2], place.number(kind.beta));
    place.finish(Binary{BinaryFunction::Add}, {result, sum});
    return true;
}

/// TFLite multiplies matrices, not vectors.
bool lower(Replacement &place, const MatMul &kind)
{
    const auto &inputs = place.op().inputs;
    const Shape a = place.tensor(inputs[0]).shape;
    const Shape b = place.tensor(inputs[1]).shape;
    const Shape result = place.output().shape;
    if ((a.rank() != 1 && b.rank() != 1) || !a.known() || !b.known() || !result.known()) {
        return false;
    }
    MatMul product = kind;
    std::vector<TensorId> matrices = inputs;
    if (a.rank() == 1) {
        matrices[0] = place.addLike(inputs[0], Reshape{{1, a[0]}}, {inputs[0]});
        product.transposeA = false;
    }
    if (b.rank() == 1) {
        matrices[1] = place.addLike(inputs[1], Reshape{{b[0], 1}}, {inputs[1]});
        product.transposeB = false;
    }
    const TensorId made = place.addLike(place.op().outputs[0], product, matrices);
    place.finish(Reshape{result.dims}, {made});
    return true;
}

namespace {

/// The real numbers of a constant of integers; nothing for other types.
std::optional<std::vector<float>> realsOf(const Tensor &constant)
{
    std::vector<float> reals;
    const auto take = [&](const auto &values) { reals.assign(values.begin(), values.end()); };
    switch (constant.type) {
    case ElementType::Int8:
        take(constant.data->copyAs<std::int8_t>());
        break;
    case ElementType::UInt8:
        take(constant.data->copyAs<std::uint8_t>());
        break;
    case ElementType::Int16:
        take(constant.data->copyAs<std::int16_t>());
        break;
    case ElementType::Int32:
        take(constant.data->copyAs<std::int32_t>());
        break;
    default:
        return std::nullopt;
    }
    const Quantization &quantization = *constant.quantization;
    std::size_t inner = 1;
    if (quantization.perChannel()) {
        const auto axis = static_cast<std::size_t>(quantization.axis);
        if (axis >= constant.shape.rank()
            || constant.shape[axis] != static_cast<std::int64_t>(quantization.scales.size())) {
            return std::nullopt;
        }
        for (std::size_t next = axis + 1; next < constant.shape.rank(); ++next) {
            inner *= static_cast<std::size_t>(constant.shape[next]);
        }
    }
    for (std::size_t index = 0; index < reals.size() && inner > 0; ++index) {
        const std::size_t channel = index / inner % quantization.scales.size();
        reals[index]
            = quantization.scale(channel) * (reals[index] - static_cast<float>(quantization.zeroPoint(channel)));
    }
    return reals;
}

} // namespace

/// TFLite has no DEQUANTIZE of 32 bits, and its older ones none per channel.
bool lower(Replacement &place, const Dequantize &)
{
    const Tensor x = place.input();
    const bool perChannel = x.quantization && x.quantization->perChannel();
    if (!x.quantization || x.quantization->scales.empty() || (x.type != ElementType::Int32 && !perChannel)) {
        return false;
    }
    if (x.constant()) {
        const auto reals = realsOf(x);
        return reals && place.becomeConstant(Bytes::of(*reals));
    }
    if (perChannel) {
        return false;
    }
    TensorId real = place.add(Cast{ElementType::Float32}, {place.op().inputs[0]});
    if (x.quantization->zeroPoint() != 0) {
        real = binary(place, BinaryFunction::Sub, real, place.number(static_cast<float>(x.quantization->zeroPoint())));
    }
    place.finish(Binary{BinaryFunction::Mul}, {real, place.number(x.quantization->scale())});
    return true;
}

} // namespace tinsmith::tflite
