// SPDX-License-Identifier: Apache-2.0
#include "tests/core/firmware/family_models.h"

namespace tinsmith::test {
namespace {

using Numbers = ModelMaker::Numbers;

Graph convolutions(Numbers numbers)
{
    ModelMaker m(numbers, 3);
    TensorId x = m.input("x", {1, 9, 7, 5});
    x = m.conv(x, 6, 3);
    x = m.conv(x, 7, 3, 2, PaddingMode::Same, FusedActivation::Relu6);
    x = m.conv(x, 8, 1, 1, PaddingMode::Valid, FusedActivation::None);
    x = m.depthwise(x, 3);
    x = m.depthwise(x, 5, 2, PaddingMode::Same, FusedActivation::ReluN1To1);
    return m.finish({x}, "convolutions");
}

Graph oddConvolutions(Numbers numbers)
{
    ModelMaker m(numbers, 4);
    TensorId x = m.input("x", {2, 11, 8, 6});
    // Dilation, unequal strides and pads, and groups, by changing what the maker made.
    x = m.conv(x, 9, 3, 1, PaddingMode::Valid);
    OperatorId id = OperatorId(m.builder().operatorCount() - 1);
    auto &dilated = std::get<Conv2D>(m.builder().op(id).kind);
    dilated.dilationH = 2;
    dilated.dilationW = 3;
    dilated.padding = {PaddingMode::Explicit, 3, 1, 2, 4};
    m.builder().tensor(x).shape = Shape{2, 11, 8, 9};
    x = m.depthwise(x, 3, 1, PaddingMode::Valid);
    id = OperatorId(m.builder().operatorCount() - 1);
    auto &wide = std::get<DepthwiseConv2D>(m.builder().op(id).kind);
    wide.dilationW = 2;
    wide.strideH = 3;
    wide.strideW = 2;
    wide.padding = {PaddingMode::Explicit, 1, 0, 1, 0};
    m.builder().tensor(x).shape = Shape{2, 4, 3, 9};
    return m.finish({x}, "odd convolutions");
}

TensorId weightsOf(ModelMaker &m, Numbers numbers, const Shape &shape, std::int32_t axis)
{
    std::mt19937 random(7);
    Tensor tensor;
    tensor.name = "w" + std::to_string(m.builder().tensorCount());
    tensor.shape = shape;
    if (numbers == Numbers::Int8) {
        tensor.type = ElementType::Int8;
        std::vector<float> scales;
        std::vector<std::int64_t> zeros;
        for (std::int64_t i = 0; i < shape[static_cast<std::size_t>(axis)]; ++i) {
            scales.push_back(0.002F * static_cast<float>(1 + i % 3));
            zeros.push_back(0);
        }
        tensor.quantization = Quantization{scales, zeros, axis};
    }
    tensor.data = Bytes(randomValue(tensor, random));
    return m.builder().addTensor(std::move(tensor));
}

Graph grouped(Numbers numbers)
{
    ModelMaker m(numbers, 5);
    const TensorId x = m.input("x", {1, 6, 6, 12});
    Conv2D conv;
    conv.groups = 2;
    conv.padding.mode = PaddingMode::Same;
    conv.padding = {PaddingMode::Same, 1, 1, 1, 1};
    const TensorId w = weightsOf(m, numbers, {10, 3, 3, 6}, 0);
    const TensorId y = m.op(conv, {x, w})[0];
    return m.finish({y}, "grouped");
}

Graph multiplied(Numbers numbers)
{
    ModelMaker m(numbers, 6);
    const TensorId x = m.input("x", {1, 6, 5, 3});
    DepthwiseConv2D depthwise;
    depthwise.multiplier = 4;
    depthwise.padding = {PaddingMode::Same, 1, 1, 1, 1};
    const TensorId w = weightsOf(m, numbers, {1, 3, 3, 12}, 3);
    return m.finish({m.op(depthwise, {x, w})[0]}, "multiplied");
}

Graph transposed(Numbers numbers)
{
    ModelMaker m(numbers, 8);
    const TensorId x = m.input("x", {1, 5, 4, 6});
    TransposeConv2D first;
    first.strideH = first.strideW = 2;
    first.outputH = 10;
    first.outputW = 8;
    first.padding = {PaddingMode::Same, 0, 1, 0, 1};
    const TensorId y = m.op(first, {x, weightsOf(m, numbers, {7, 3, 3, 6}, 0)})[0];
    TransposeConv2D second;
    second.strideH = 1;
    second.strideW = 3;
    second.outputH = 11;
    second.outputW = 23;
    const TensorId z = m.op(second, {y, weightsOf(m, numbers, {4, 2, 2, 7}, 0)})[0];
    return m.finish({z}, "transposed");
}

Graph dense(Numbers numbers)
{
    ModelMaker m(numbers, 9);
    TensorId x = m.input("x", {3, 13});
    x = m.dense(x, 10, FusedActivation::Relu);
    x = m.dense(x, 8);
    x = m.dense(x, 3, FusedActivation::Relu6);
    return m.finish({x}, "dense");
}

Graph pools(Numbers numbers)
{
    ModelMaker m(numbers, 10);
    TensorId x = m.input("x", {1, 13, 11, 5});
    x = m.pool(x, PoolFunction::Max, 3, 2, PaddingMode::Same);
    x = m.pool(x, PoolFunction::Average, 3, 1, PaddingMode::Same);
    const TensorId max = m.pool(x, PoolFunction::Max, 2, 1);
    const TensorId average = m.pool(x, PoolFunction::Average, 2, 2);
    return m.finish({max, average}, "pools");
}

Graph binaries(Numbers numbers)
{
    ModelMaker m(numbers, 11);
    const TensorId a = m.input("a", {1, 4, 5, 6});
    const TensorId b = m.input("b", {1, 4, 5, 6});
    const TensorId row = m.input("row", {1, 1, 5, 1});
    const TensorId one = m.input("one", {1});
    const auto binary = [&](BinaryFunction function, TensorId x, TensorId y, FusedActivation activation) {
        return m.op(Binary{function, activation}, {x, y}, 1, {}, 0.031F, 11)[0];
    };
    const TensorId sum = binary(BinaryFunction::Add, a, b, FusedActivation::Relu);
    const TensorId difference = binary(BinaryFunction::Sub, sum, row, FusedActivation::None);
    const TensorId product = binary(BinaryFunction::Mul, difference, one, FusedActivation::Relu6);
    const TensorId other = binary(BinaryFunction::Mul, row, product, FusedActivation::None);
    const TensorId least = m.op(Binary{BinaryFunction::Minimum, {}}, {other, difference}, 1, {}, 0.031F, 11)[0];
    const TensorId most = m.op(Binary{BinaryFunction::Maximum, {}}, {least, product}, 1, {}, 0.031F, 11)[0];
    return m.finish({most, other}, "binaries");
}

Graph floatBinaries(Numbers numbers)
{
    ModelMaker m(numbers, 12);
    const TensorId a = m.input("a", {2, 3, 4});
    const TensorId b = m.input("b", {3, 1});
    const TensorId c = m.op(Binary{BinaryFunction::SquaredDifference, {}}, {a, b})[0];
    const TensorId d = m.op(Binary{BinaryFunction::Add, {}}, {c, m.op(Unary{UnaryFunction::Exp}, {a})[0]})[0];
    const TensorId e = m.op(Binary{BinaryFunction::Div, {}}, {a, d})[0];
    const TensorId f = m.op(Unary{UnaryFunction::Sqrt}, {m.op(Unary{UnaryFunction::Abs}, {e})[0]})[0];
    return m.finish({f, m.op(Unary{UnaryFunction::Neg}, {m.op(Unary{UnaryFunction::Square}, {f})[0]})[0]}, "floats");
}

Graph activations(Numbers numbers)
{
    ModelMaker m(numbers, 13);
    const TensorId x = m.input("x", {1, 256});
    const auto activation = [&](ActivationFunction function, float alpha, float scale, std::int64_t zero) {
        return m.op(Activation{function, alpha, 0}, {x}, 1, {}, scale, zero)[0];
    };
    std::vector<TensorId> outputs = {activation(ActivationFunction::Relu, 0, 0.02F, -7),
        activation(ActivationFunction::Relu6, 0, 0.03F, -128), activation(ActivationFunction::ReluN1To1, 0, 0.02F, 1),
        activation(ActivationFunction::LeakyRelu, 0.3F, 0.018F, 4),
        activation(ActivationFunction::Logistic, 0, 1.0F / 256, -128),
        activation(ActivationFunction::Tanh, 0, 1.0F / 128, 0), activation(ActivationFunction::HardSwish, 0, 0.019F, 3),
        activation(ActivationFunction::Elu, 1, 0.02F, 0)};
    outputs.push_back(m.softmax(m.reshape(x, {4, 64})));
    return m.finish(outputs, "activations");
}

Graph shapes(Numbers numbers)
{
    ModelMaker m(numbers, 14);
    const TensorId x = m.input("x", {1, 4, 6, 8});
    const TensorId y = m.input("y", {1, 4, 6, 3});
    const auto one = [&](OperatorKind kind, std::vector<TensorId> inputs) {
        return m.op(std::move(kind), std::move(inputs), 1, {}, 0.02F, 5)[0];
    };
    const TensorId joined = one(Concatenation{3, {}}, {x, y});
    const TensorId padded = one(Pad{PadMode::Constant, {0, 1, 2, 1}, {0, 2, 0, 3}, 0.4}, {joined});
    const TensorId turned = one(Transpose{{0, 3, 1, 2}}, {padded});
    const TensorId sliced = one(StridedSlice{{0, 14, 0, 1}, {1, 2, 7, 8}, {1, -3, 2, 3}, {}}, {turned});
    const auto parts = m.op(Split{2, {1, 2, 3}}, {x}, 3, {}, 0.02F, 5);
    const TensorId deep = one(SpaceToDepth{2, Layout::ChannelsLast}, {x});
    const TensorId wide = one(DepthToSpace{2, Layout::ChannelsLast, false}, {deep});
    const TensorId packed = one(Pack{1}, {parts[0], one(Identity{}, {parts[0]})});
    const TensorId spread = one(BroadcastTo{{2, 4, 6, 3}}, {y});
    const TensorId tiled = one(Tile{{1, 2, 1, 3}}, {y});
    const TensorId flat = m.reshape(m.op(Squeeze{{0}}, {parts[1]}, 1, {}, 0.02F, 5)[0], {8, 8});
    return m.finish({sliced, parts[2], wide, packed, spread, tiled, flat, padded}, "shapes");
}

Graph reductions(Numbers numbers)
{
    ModelMaker m(numbers, 15);
    const TensorId x = m.input("x", {2, 5, 7, 6});
    const auto reduce = [&](ReduceFunction function, std::vector<std::int64_t> axes, float scale, std::int64_t zero) {
        return m.op(Reduce{function, std::move(axes), false}, {x}, 1, {}, scale, zero)[0];
    };
    return m.finish({reduce(ReduceFunction::Mean, {1, 2}, 0.013F, -9), reduce(ReduceFunction::Mean, {3}, 0.02F, 5),
                        reduce(ReduceFunction::Sum, {1}, 0.2F, 1), reduce(ReduceFunction::Max, {1, 2}, 0.02F, 5),
                        reduce(ReduceFunction::Min, {-1}, 0.02F, 5), reduce(ReduceFunction::Mean, {}, 0.01F, 0)},
        "reductions");
}

Graph resizes(Numbers numbers)
{
    ModelMaker m(numbers, 16);
    const TensorId x = m.input("x", {1, 5, 7, 3});
    const auto resize = [&](ResizeMode mode, ResizeCoordinates coordinates, std::int64_t h, std::int64_t w) {
        Resize kind;
        kind.mode = mode;
        kind.coordinates = coordinates;
        kind.outputH = h;
        kind.outputW = w;
        return m.op(kind, {x}, 1, {}, 0.02F, 5)[0];
    };
    return m.finish({resize(ResizeMode::Nearest, ResizeCoordinates::Asymmetric, 10, 14),
                        resize(ResizeMode::Nearest, ResizeCoordinates::HalfPixel, 3, 9),
                        resize(ResizeMode::Bilinear, ResizeCoordinates::Asymmetric, 10, 14),
                        resize(ResizeMode::Bilinear, ResizeCoordinates::HalfPixel, 11, 4),
                        resize(ResizeMode::Bilinear, ResizeCoordinates::AlignCorners, 9, 13)},
        "resizes");
}

Tensor quantized(const std::string &name, ElementType type, const Shape &shape, float scale, std::int64_t zero)
{
    Tensor tensor;
    tensor.name = name;
    tensor.type = type;
    tensor.shape = shape;
    if (type != ElementType::Float32) {
        tensor.quantization = Quantization{{scale}, {zero}, 0};
    }
    return tensor;
}

Graph conversions(Numbers)
{
    GraphBuilder b;
    b.name() = "conversions";
    const Shape shape = {1, 300};
    const TensorId real = b.addTensor(quantized("real", ElementType::Float32, shape, 0, 0));
    const TensorId bytes = b.addTensor(quantized("bytes", ElementType::UInt8, shape, 0.007F, 120));
    const TensorId q = b.addTensor(quantized("q", ElementType::Int8, shape, 0.0071F, 3));
    const TensorId r = b.addTensor(quantized("r", ElementType::Int8, shape, 0.0113F, -20));
    const TensorId s = b.addTensor(quantized("s", ElementType::Int8, shape, 0.006F, -8));
    const TensorId back = b.addTensor(quantized("back", ElementType::Float32, shape, 0, 0));
    const TensorId unsignedBytes = b.addTensor(quantized("out", ElementType::UInt8, shape, 0.0123F, 99));
    b.addOperator({"quantize", Quantize{}, {real}, {q}});
    b.addOperator({"requantize", Quantize{}, {q}, {r}});
    b.addOperator({"from bytes", Quantize{}, {bytes}, {s}});
    b.addOperator({"dequantize", Dequantize{}, {r}, {back}});
    b.addOperator({"to bytes", Quantize{}, {s}, {unsignedBytes}});
    b.setInputs({real, bytes});
    b.setOutputs({back, unsignedBytes, r});
    return b.build();
}

} // namespace

const std::vector<FamilyModel> &familyModels()
{
    static const std::vector<FamilyModel> all = {{"convolutions", convolutions}, {"oddConvolutions", oddConvolutions},
        {"grouped", grouped}, {"multiplied", multiplied}, {"transposed", transposed}, {"dense", dense},
        {"pools", pools}, {"binaries", binaries}, {"floatBinaries", floatBinaries, true, false},
        {"activations", activations}, {"shapes", shapes}, {"reductions", reductions}, {"resizes", resizes},
        {"conversions", conversions, false, true}, {"smallCnn", smallCnn}, {"residualCnn", residualCnn}};
    return all;
}

} // namespace tinsmith::test
