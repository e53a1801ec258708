// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/cost_fit/layer_grid.h"

namespace tinsmith::bench {
namespace {

using test::ModelMaker;
using Numbers = ModelMaker::Numbers;

class Grid {
public:
    explicit Grid(Numbers numbers) : make_(numbers) { }

    Graph finish() { return make_.finish(outputs_, "grid"); }

    TensorId in(std::int64_t h, std::int64_t w, std::int64_t c)
    {
        return make_.input("input_" + std::to_string(inputs_++), {1, h, w, c});
    }
    TensorId in(std::int64_t n) { return make_.input("input_" + std::to_string(inputs_++), {1, n}); }
    void out(TensorId id) { outputs_.push_back(id); }

    struct Layer {
        std::int64_t h, w, in, out, kernel, stride;
        bool relu = true;
    };

    void convolutions()
    {
        const Layer layers[] = {
            // First convolutions: few input channels.
            {32, 32, 3, 16, 3, 1},
            {48, 48, 3, 8, 3, 2},
            {40, 12, 1, 32, 5, 2},
            {28, 28, 1, 8, 5, 1},
            {24, 24, 1, 32, 7, 2},
            {20, 20, 2, 12, 3, 1},
            {64, 48, 3, 24, 3, 2},
            {16, 16, 1, 8, 3, 1, false},
            {12, 12, 6, 16, 3, 1},
            // Convolutions.
            {32, 32, 16, 16, 3, 1},
            {16, 16, 32, 32, 3, 1, false},
            {8, 8, 64, 64, 3, 1},
            {32, 32, 16, 32, 3, 2},
            {20, 20, 8, 24, 3, 1},
            {12, 12, 20, 12, 5, 1},
            {10, 10, 4, 8, 3, 1},
            {24, 24, 8, 16, 5, 2},
            {6, 6, 32, 48, 3, 1, false},
            {7, 7, 16, 12, 3, 1},
            {5, 9, 24, 40, 3, 1},
            {16, 16, 12, 10, 3, 1},
            // Pointwise ones.
            {25, 5, 64, 64, 1, 1},
            {24, 24, 16, 32, 1, 1},
            {12, 12, 32, 64, 1, 1},
            {6, 6, 128, 128, 1, 1},
            {3, 3, 256, 256, 1, 1},
            {48, 48, 8, 16, 1, 1},
            {16, 16, 10, 12, 1, 1},
            {8, 8, 96, 24, 1, 1, false},
            {16, 16, 32, 64, 1, 2, false},
            {32, 32, 16, 32, 1, 2, false},
            {9, 9, 40, 20, 1, 1},
            {5, 5, 48, 96, 1, 1},
        };
        for (const Layer &l : layers) {
            out(make_.conv(in(l.h, l.w, l.in), l.out, l.kernel, l.stride, PaddingMode::Same,
                l.relu ? FusedActivation::Relu : FusedActivation::None));
        }
    }

    void depthwise()
    {
        const Layer layers[]
            = {{25, 5, 64, 0, 3, 1}, {48, 48, 8, 0, 3, 1}, {24, 24, 32, 0, 3, 1}, {12, 12, 64, 0, 3, 1},
                {6, 6, 128, 0, 3, 1}, {3, 3, 256, 0, 3, 1}, {48, 48, 16, 0, 3, 2}, {24, 24, 36, 0, 3, 2},
                {12, 12, 60, 0, 3, 2}, {6, 6, 124, 0, 3, 2}, {14, 14, 16, 0, 5, 1}, {10, 10, 20, 0, 3, 1, false}};
        for (const Layer &l : layers) {
            out(make_.depthwise(in(l.h, l.w, l.in), l.kernel, l.stride, PaddingMode::Same,
                l.relu ? FusedActivation::Relu : FusedActivation::None));
        }
    }

    void dense()
    {
        const std::pair<std::int64_t, std::int64_t> layers[] = {{640, 128}, {128, 128}, {128, 640}, {8, 128}, {64, 12},
            {256, 2}, {1000, 10}, {33, 17}, {128, 8}, {400, 64}};
        bool relu = true;
        for (const auto &[from, to] : layers) {
            out(make_.dense(in(from), to, relu ? FusedActivation::Relu : FusedActivation::None));
            relu = !relu;
        }
    }

    void pools()
    {
        struct Pool {
            std::int64_t h, w, c, kernel, stride;
            PoolFunction function;
        };
        const Pool layers[] = {
            {32, 32, 16, 2, 2, PoolFunction::Max},
            {24, 24, 24, 3, 2, PoolFunction::Max},
            {20, 20, 10, 5, 5, PoolFunction::Max},
            {12, 12, 32, 2, 2, PoolFunction::Max},
            {14, 14, 8, 3, 3, PoolFunction::Max},
            {8, 8, 20, 2, 1, PoolFunction::Max},
            {16, 16, 8, 3, 1, PoolFunction::Average},
            {8, 8, 64, 8, 8, PoolFunction::Average},
            {12, 12, 32, 2, 2, PoolFunction::Average},
            {6, 6, 128, 6, 6, PoolFunction::Average},
            {3, 3, 256, 3, 3, PoolFunction::Average},
            {20, 20, 12, 4, 4, PoolFunction::Average},
        };
        for (const Pool &l : layers) {
            out(make_.pool(in(l.h, l.w, l.c), l.function, l.kernel, l.stride));
        }
        for (const auto &[h, w, c] :
            {std::tuple(8, 8, 64), std::tuple(25, 5, 64), std::tuple(7, 7, 128), std::tuple(4, 4, 10)}) {
            out(make_.mean(in(h, w, c)));
        }
    }

    void elements()
    {
        for (const auto &[h, w, c] :
            {std::tuple(32, 32, 16), std::tuple(16, 16, 32), std::tuple(8, 8, 64), std::tuple(10, 10, 3)}) {
            const FusedActivation activation = c == 32 ? FusedActivation::None : FusedActivation::Relu;
            out(make_.add(in(h, w, c), in(h, w, c), activation));
        }
        for (const auto &[h, w, c] : {std::tuple(32, 32, 8), std::tuple(12, 12, 16), std::tuple(4, 5, 6)}) {
            out(make_.op(Activation{ActivationFunction::HardSwish}, {in(h, w, c)}).front());
            out(make_.op(Activation{ActivationFunction::LeakyRelu, 0.1F}, {in(h, w, c + 2)}).front());
        }
        for (const std::int64_t n : {2, 10, 12, 100, 1000}) {
            out(make_.softmax(in(n)));
        }
        for (const auto &[h, w, c] : {std::tuple(16, 16, 8), std::tuple(8, 8, 24), std::tuple(5, 5, 12)}) {
            // Moves keep scale and zero point.
            out(make_.op(Transpose{{0, 2, 1, 3}}, {in(h, w, c)}, 1, {}, 0.02F, 5).front());
            out(make_.op(Concatenation{3}, {in(h, w, c), in(h, w, 4)}, 1, {}, 0.02F, 5).front());
        }
    }

private:
    ModelMaker make_;
    int inputs_ = 0;
    std::vector<TensorId> outputs_;
};

} // namespace

std::vector<Graph> layerGrid(Numbers numbers)
{
    std::vector<Graph> graphs;
    for (const auto family : {&Grid::convolutions, &Grid::depthwise, &Grid::dense, &Grid::pools, &Grid::elements}) {
        Grid grid(numbers);
        (grid.*family)();
        graphs.push_back(grid.finish());
    }
    return graphs;
}

} // namespace tinsmith::bench
