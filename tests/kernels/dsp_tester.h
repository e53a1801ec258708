// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/geometry.h"
#include "core/graph/graph.h"

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace tinsmith::test {

/// One int8 layer of random data, run by the kernels of resources/kernels/dsp (their C) and by plain loops.
class DspTester {
public:
    enum class Kind { Convolution, Depthwise, Dense };

    explicit DspTester(Kind kind, std::uint32_t seed = 1) : kind_(kind), random_(seed) { }

    DspTester &input(std::int64_t height, std::int64_t width, std::int64_t channels);
    DspTester &output(std::int64_t channels);
    DspTester &kernel(std::int64_t height, std::int64_t width);
    DspTester &stride(std::int64_t height, std::int64_t width);
    DspTester &dilation(std::int64_t height, std::int64_t width);
    DspTester &padding(std::int64_t top, std::int64_t bottom, std::int64_t left, std::int64_t right);
    DspTester &same();
    DspTester &zeroPoints(std::int64_t input, std::int64_t output);
    DspTester &activation(FusedActivation activation);
    DspTester &perTensor();
    /// Powers of two by which the channels' scales differ at most.
    DspTester &spread(int octaves);
    /// Every n-th channel has no weights.
    DspTester &emptyChannels(int every);
    /// The channel's first weight is -128, that of its neighbour in a pair the other value.
    DspTester &lowestWeight(std::int64_t channel, int neighbour);
    /// So many weights anywhere are -128.
    DspTester &lowestWeights(int count);
    /// Every n-th channel has a large bias and a small scale.
    DspTester &farBias(int every);
    /// Run the kernels also at every overlap of input and output that the planner may choose, the closest of each kind.
    DspTester &inPlace();
    /// Factors of a power of two, by which sums become ties.
    DspTester &ties();
    /// ONNX's rounding.
    DspTester &halfToEven();

    Graph graph();
    /// Nothing, or what went wrong first.
    std::string run();
    /// After run(): the short requantization was packed.
    bool fast() const { return fast_; }
    bool addend() const { return addend_; }
    /// After run(): how many taps are computed twice.
    std::size_t repeats() const { return repeats_; }
    /// After run(): how many overlaps there are.
    std::size_t overlaps() const { return overlaps_; }
    /// After run(): no kernel takes the layer.
    bool refused() const { return refused_; }

private:
    struct Image {
        std::int64_t height = 1;
        std::int64_t width = 1;
        std::int64_t channels = 1;
        std::size_t size() const { return static_cast<std::size_t>(height * width * channels); }
    };
    Image outputImage() const;
    std::int64_t taps() const;
    void fillData();
    std::vector<std::int8_t> reference() const;
    std::int64_t accumulator(std::int64_t y, std::int64_t x, std::int64_t channel) const;
    /// Where the output lies: so many bytes behind the input, or with nothing apart from it.
    struct Placement {
        std::optional<std::int64_t> distance;
        bool bottomUp = false;
    };
    std::vector<Placement> overlapsOf(const Graph &graph) const;
    std::vector<std::int8_t> kernels(const Graph &graph, const Placement &placement);
    void runKernels(const Graph &graph, const std::int8_t *input, std::int8_t *output, bool bottomUp);

    Kind kind_;
    std::mt19937 random_;
    Image image_;
    std::int64_t channels_ = 1;
    std::int64_t kernelH_ = 1, kernelW_ = 1;
    std::int64_t strideH_ = 1, strideW_ = 1;
    std::int64_t dilationH_ = 1, dilationW_ = 1;
    Padding padding_;
    std::int64_t inputZero_ = -5, outputZero_ = -128;
    FusedActivation activation_ = FusedActivation::Relu;
    bool perTensor_ = false;
    int spread_ = 3;
    int empty_ = 0;
    std::optional<std::int64_t> lowest_;
    int neighbour_ = 0;
    int lowestOften_ = 0;
    std::size_t repeats_ = 0;
    int farBias_ = 0;
    bool inPlace_ = false;
    std::size_t overlaps_ = 0;
    bool ties_ = false;
    Rounding rounding_ = Rounding::Twice;
    bool fast_ = false;
    bool addend_ = false;
    bool refused_ = false;

    std::vector<std::int8_t> data_;
    std::vector<std::int8_t> weights_;
    std::vector<std::int32_t> bias_;
    std::vector<float> scales_;
    float outputScale_ = 1;
};

} // namespace tinsmith::test
