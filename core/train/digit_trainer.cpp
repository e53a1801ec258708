// SPDX-License-Identifier: Apache-2.0
#include "core/train/digit_trainer.h"

#include "core/graph/error.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

namespace tinsmith {
namespace {

constexpr std::int64_t side = 28;
constexpr std::int64_t last = 7;
constexpr std::int64_t classes = 10;
constexpr int farthestShift = 2;

/// What stands between two convolutions for one batch.
enum class Shrink { MaxPool, EvenPositions, OddPositions };

torch::Tensor shrunk(const torch::Tensor &x, Shrink how)
{
    if (how == Shrink::MaxPool) {
        return torch::max_pool2d(x, 2, 2);
    }
    using torch::indexing::None;
    using torch::indexing::Slice;
    const int first = how == Shrink::OddPositions ? 1 : 0;
    return x.index({Slice(), Slice(), Slice(first, None, 2), Slice(first, None, 2)});
}

struct Net : torch::nn::Module {
    torch::nn::Conv2d conv1, conv2, conv3;
    torch::nn::Linear dense;

    explicit Net(const std::array<std::int64_t, 3> &channels)
        : conv1(torch::nn::Conv2dOptions(1, channels[0], 3).padding(1)),
          conv2(torch::nn::Conv2dOptions(channels[0], channels[1], 3).padding(1)),
          conv3(torch::nn::Conv2dOptions(channels[1], channels[2], 3).padding(1)),
          dense(channels[2] * last * last, classes)
    {
        register_module("conv1", conv1);
        register_module("conv2", conv2);
        register_module("conv3", conv3);
        register_module("dense", dense);
    }

    torch::Tensor forward(torch::Tensor x, Shrink first, Shrink second)
    {
        x = shrunk(torch::relu(conv1(x)), first);
        x = shrunk(torch::relu(conv2(x)), second);
        x = torch::relu(conv3(x));
        return dense(x.flatten(1));
    }
};

LayerWeights copied(const torch::Tensor &weight, const torch::Tensor &bias)
{
    const auto values = [](const torch::Tensor &tensor) {
        const auto flat = tensor.detach().contiguous().view({-1});
        return std::vector<float>(flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel());
    };
    return {weight.sizes().vec(), values(weight), values(bias)};
}

/// Cosine decay after a short warm-up.
double rateAt(double share, double highest)
{
    constexpr double warmUp = 0.05;
    return share < warmUp ? highest * (share + 1e-3) / warmUp
                          : highest * 0.5 * (1 + std::cos(std::numbers::pi * (share - warmUp) / (1 - warmUp)));
}

} // namespace

DigitWeights trainDigits(std::span<const float> images, std::span<const std::int32_t> labels,
    const DigitTraining &training, const Progress &progress)
{
    const auto count = static_cast<std::int64_t>(labels.size());
    if (count == 0 || static_cast<std::int64_t>(images.size()) != count * side * side) {
        throw Error("Training needs as many images of 28x28 values as labels");
    }
    torch::set_num_threads(1);
    torch::manual_seed(training.seed);
    std::mt19937_64 random(training.seed);

    // Shifts read from a border of zeros around every image.
    const auto plain = torch::from_blob(const_cast<float *>(images.data()), {count, 1, side, side});
    const auto bordered = torch::constant_pad_nd(plain, {farthestShift, farthestShift, farthestShift, farthestShift});
    const std::vector<std::int64_t> wide(labels.begin(), labels.end());
    const auto targets = torch::tensor(wide);

    Net net(training.channels);
    torch::optim::AdamW optimizer(
        net.parameters(), torch::optim::AdamWOptions(training.learningRate).weight_decay(1e-3));
    const std::int64_t batches = count / training.batch;
    std::uniform_real_distribution<double> chance(0, 1);
    const auto choose = [&] {
        const double value = chance(random);
        return value >= training.strideShare   ? Shrink::MaxPool
            : value < training.strideShare / 2 ? Shrink::EvenPositions
                                               : Shrink::OddPositions;
    };
    for (int epoch = 0; epoch < training.epochs; ++epoch) {
        const auto order = torch::randperm(count);
        double lost = 0;
        for (std::int64_t batch = 0; batch < batches; ++batch) {
            const double share = (epoch + static_cast<double>(batch) / static_cast<double>(batches)) / training.epochs;
            for (auto &group : optimizer.param_groups()) {
                static_cast<torch::optim::AdamWOptions &>(group.options()).lr(rateAt(share, training.learningRate));
            }
            const auto chosen = order.narrow(0, batch * training.batch, training.batch);
            const auto top = static_cast<std::int64_t>(random() % (2 * farthestShift + 1));
            const auto left = static_cast<std::int64_t>(random() % (2 * farthestShift + 1));
            const auto x = bordered.index_select(0, chosen).narrow(2, top, side).narrow(3, left, side).contiguous();
            optimizer.zero_grad();
            // Argument order is not fixed by the language, and both draw from the same generator.
            const Shrink first = choose();
            const Shrink second = choose();
            const auto loss
                = torch::nn::functional::cross_entropy(net.forward(x, first, second), targets.index_select(0, chosen));
            loss.backward();
            optimizer.step();
            lost += loss.item<double>();
            if (batch % 100 == 0) {
                progress.report(share,
                    "Training, epoch " + std::to_string(epoch + 1) + " of " + std::to_string(training.epochs)
                        + ", loss " + std::to_string(lost / static_cast<double>(batch + 1)));
            }
        }
    }
    DigitWeights weights;
    for (const auto &layer : {net.conv1, net.conv2, net.conv3}) {
        weights.convolutions.push_back(copied(layer->weight, layer->bias));
    }
    weights.dense = copied(net.dense->weight, net.dense->bias);
    return weights;
}

} // namespace tinsmith
