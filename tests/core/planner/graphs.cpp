// SPDX-License-Identifier: Apache-2.0
#include "tests/core/planner/graphs.h"

#include "core/graph/shape_inference.h"

#include <random>

namespace tinsmith::test {

TensorId NetMaker::input(std::int64_t height, std::int64_t width, std::int64_t channels)
{
    Tensor tensor;
    tensor.name = "input" + std::to_string(inputs_.size());
    tensor.type = ElementType::Int8;
    tensor.shape = {1, height, width, channels};
    tensor.quantization = Quantization{{0.5F}, {0}, 0};
    inputs_.push_back(builder_.addTensor(tensor));
    return inputs_.back();
}

TensorId NetMaker::apply(OperatorKind kind, std::vector<TensorId> inputs)
{
    Operator op{"op" + std::to_string(count_), std::move(kind), std::move(inputs), {}};
    Tensor output;
    output.name = "t" + std::to_string(count_++);
    output.type = ElementType::Int8;
    output.quantization = Quantization{{0.5F}, {0}, 0};
    output.shape = inferShapes(op, [&](TensorId id) -> const Tensor & { return builder_.tensor(id); }).front();
    op.outputs = {builder_.addTensor(output)};
    const TensorId result = op.outputs[0];
    builder_.addOperator(std::move(op));
    return result;
}

TensorId NetMaker::weights(Shape shape)
{
    const auto bytes = static_cast<std::size_t>(shape.elements().value());
    return builder_.addConstant("w" + std::to_string(count_), ElementType::Int8, std::move(shape),
        Bytes(std::vector<std::byte>(bytes)), Quantization{{0.5F}, {0}, 0});
}

TensorId NetMaker::conv(TensorId x, std::int64_t outputs, std::int64_t kernel, std::int64_t stride)
{
    Conv2D conv;
    conv.strideH = conv.strideW = stride;
    conv.padding.mode = PaddingMode::Same;
    return apply(conv, {x, weights({outputs, kernel, kernel, shape(x)[3]})});
}

TensorId NetMaker::depthwise(TensorId x, std::int64_t kernel, std::int64_t stride)
{
    DepthwiseConv2D conv;
    conv.strideH = conv.strideW = stride;
    conv.padding.mode = PaddingMode::Same;
    return apply(conv, {x, weights({1, kernel, kernel, shape(x)[3]})});
}

TensorId NetMaker::pool(TensorId x, std::int64_t size, std::int64_t stride)
{
    Pool2D pool;
    pool.kernelH = pool.kernelW = size;
    pool.strideH = pool.strideW = stride;
    pool.padding.mode = PaddingMode::Same;
    return apply(pool, {x});
}

TensorId NetMaker::relu(TensorId x)
{
    return apply(Activation{}, {x});
}

TensorId NetMaker::add(TensorId a, TensorId b)
{
    return apply(Binary{}, {a, b});
}

TensorId NetMaker::concat(const std::vector<TensorId> &parts)
{
    return apply(Concatenation{}, parts);
}

TensorId NetMaker::flatten(TensorId x)
{
    return apply(Reshape{{1, -1}, false}, {x});
}

TensorId NetMaker::dense(TensorId x, std::int64_t outputs)
{
    return apply(FullyConnected{}, {x, weights({outputs, shape(x)[1]})});
}

TensorId NetMaker::softmax(TensorId x)
{
    return apply(Softmax{}, {x});
}

Graph NetMaker::finish(std::vector<TensorId> outputs)
{
    builder_.setInputs(inputs_);
    builder_.setOutputs(std::move(outputs));
    return builder_.build();
}

Graph randomNet(unsigned seed, int operators)
{
    std::mt19937 random(seed);
    const auto below = [&](std::size_t limit) { return std::size_t{random()} % limit; };
    NetMaker net;
    std::vector<TensorId> images{
        net.input(4 + std::int64_t(below(9)), 4 + std::int64_t(below(9)), 1 + std::int64_t(below(8)))};
    if (random() % 3 == 0) {
        images.push_back(net.input(5, 6, 3));
    }
    std::vector<TensorId> vectors;
    for (int i = 0; i < operators; ++i) {
        // Mostly the newest tensor, at times an older one: that makes branches.
        const TensorId x = images[random() % 3 != 0 ? images.size() - 1 : below(images.size())];
        switch (random() % 9) {
        case 0:
            images.push_back(
                net.conv(x, 1 + std::int64_t(below(12)), 1 + 2 * std::int64_t(below(2)), 1 + std::int64_t(below(2))));
            break;
        case 1:
            images.push_back(net.conv(x, 1 + std::int64_t(below(12)), 1, 1));
            break;
        case 2:
            images.push_back(net.depthwise(x, 1 + std::int64_t(below(5)), 1 + std::int64_t(below(3))));
            break;
        case 3:
            images.push_back(net.pool(x, 2 + std::int64_t(below(2)), 1 + std::int64_t(below(3))));
            break;
        case 4:
        case 5: {
            const TensorId y = images[below(images.size())];
            images.push_back(net.shape(x) == net.shape(y) ? net.add(x, y) : net.relu(x));
            break;
        }
        case 6: {
            std::vector<TensorId> parts{x};
            for (const TensorId y : images) {
                const bool joins = net.shape(y)[1] == net.shape(x)[1] && net.shape(y)[2] == net.shape(x)[2];
                if (joins && y != x && parts.size() < 3) {
                    parts.push_back(y);
                }
            }
            images.push_back(net.concat(parts));
            break;
        }
        case 7:
            vectors.push_back(net.flatten(x));
            if (random() % 2 == 0) {
                vectors.push_back(net.dense(vectors.back(), 1 + std::int64_t(below(40))));
            }
            break;
        default:
            images.push_back(net.relu(x));
        }
    }
    std::vector<TensorId> outputs{images.back()};
    if (!vectors.empty()) {
        outputs.push_back(vectors.back());
    }
    return net.finish(outputs);
}

Graph keywordNet()
{
    NetMaker net;
    TensorId x = net.input(49, 10, 1);
    x = net.conv(x, 64, 4, 2);
    for (int i = 0; i < 4; ++i) {
        x = net.conv(net.depthwise(x, 3, 1), 64, 1, 1);
    }
    x = net.pool(x, 5, 5);
    return net.finish({net.softmax(net.dense(net.flatten(x), 12))});
}

Graph wakeWordNet()
{
    NetMaker net;
    TensorId x = net.conv(net.input(96, 96, 3), 8, 3, 2);
    const std::int64_t strides[] = {1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1};
    const std::int64_t channels[] = {16, 32, 32, 64, 64, 128, 128, 128, 128, 128, 128, 256, 256};
    for (int i = 0; i < 13; ++i) {
        x = net.conv(net.depthwise(x, 3, strides[i]), channels[i], 1, 1);
    }
    x = net.pool(x, 3, 3);
    return net.finish({net.softmax(net.dense(net.flatten(x), 2))});
}

Graph residualNet()
{
    NetMaker net;
    TensorId x = net.conv(net.input(32, 32, 3), 16, 3, 1);
    x = net.add(x, net.conv(net.conv(x, 16, 3, 1), 16, 3, 1));
    for (const std::int64_t channels : {32, 64}) {
        const TensorId side = net.conv(net.conv(x, channels, 3, 2), channels, 3, 1);
        x = net.add(net.conv(x, channels, 1, 2), side);
    }
    x = net.pool(x, 8, 8);
    return net.finish({net.softmax(net.dense(net.flatten(x), 10))});
}

} // namespace tinsmith::test
