// SPDX-License-Identifier: Apache-2.0
#include "tests/kernels/dsp_tester.h"

#include "core/firmware/dsp/pack.h"
#include "core/planner/dsp_layers.h"
#include "core/planner/order.h"
#include "core/planner/storage.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include "dsp/ts_dsp_dense.h"
#include "dsp/ts_dsp_depthwise.h"

namespace tinsmith::test {

namespace {

constexpr float inputScale = 0.05F;

/// TFLite's requantization, written as its paper says: real factor to 31 bits, doubling high product, rounding shift;
/// or ONNX's, with the same factor.
std::int64_t requantizeAsWritten(std::int64_t value, double factor, Rounding rounding)
{
    int exponent = 0;
    auto fixed = std::llround(std::frexp(factor, &exponent) * 2147483648.0);
    if (fixed == 2147483648LL) {
        fixed /= 2;
        exponent += 1;
    }
    if (rounding == Rounding::HalfToEven) {
        // 62 bits, exactly.
        return std::llrint(std::ldexp(static_cast<long double>(value) * fixed, exponent - 31));
    }
    const std::int64_t shifted = exponent > 0 ? value << exponent : value;
    const std::int64_t high = (shifted * fixed + (std::int64_t{1} << 30)) >> 31;
    if (exponent >= 0) {
        return high;
    }
    const std::int64_t half = std::int64_t{1} << (-exponent - 1);
    return high >= 0 ? (high + half) >> -exponent : -((-high + half) >> -exponent);
}

int randomBetween(std::mt19937 &random, int low, int high)
{
    return low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1));
}

} // namespace

DspTester &DspTester::input(std::int64_t height, std::int64_t width, std::int64_t channels)
{
    image_ = {height, width, channels};
    if (kind_ == Kind::Depthwise) {
        channels_ = channels;
    }
    return *this;
}

DspTester &DspTester::output(std::int64_t channels)
{
    channels_ = channels;
    return *this;
}

DspTester &DspTester::kernel(std::int64_t height, std::int64_t width)
{
    kernelH_ = height;
    kernelW_ = width;
    return *this;
}

DspTester &DspTester::stride(std::int64_t height, std::int64_t width)
{
    strideH_ = height;
    strideW_ = width;
    return *this;
}

DspTester &DspTester::dilation(std::int64_t height, std::int64_t width)
{
    dilationH_ = height;
    dilationW_ = width;
    return *this;
}

DspTester &DspTester::padding(std::int64_t top, std::int64_t bottom, std::int64_t left, std::int64_t right)
{
    padding_ = {PaddingMode::Explicit, top, bottom, left, right};
    return *this;
}

DspTester &DspTester::same()
{
    const PadPair h = samePadding(image_.height, (kernelH_ - 1) * dilationH_ + 1, strideH_);
    const PadPair w = samePadding(image_.width, (kernelW_ - 1) * dilationW_ + 1, strideW_);
    return padding(h.before, h.after, w.before, w.after);
}

DspTester &DspTester::zeroPoints(std::int64_t input, std::int64_t output)
{
    inputZero_ = input;
    outputZero_ = output;
    return *this;
}

DspTester &DspTester::activation(FusedActivation activation)
{
    activation_ = activation;
    return *this;
}

DspTester &DspTester::perTensor()
{
    perTensor_ = true;
    return *this;
}

DspTester &DspTester::spread(int octaves)
{
    spread_ = octaves;
    return *this;
}

DspTester &DspTester::emptyChannels(int every)
{
    empty_ = every;
    return *this;
}

DspTester &DspTester::lowestWeight(std::int64_t channel, int neighbour)
{
    lowest_ = channel;
    neighbour_ = neighbour;
    return *this;
}

DspTester &DspTester::lowestWeights(int count)
{
    lowestOften_ = count;
    return *this;
}

DspTester &DspTester::farBias(int every)
{
    farBias_ = every;
    return *this;
}

DspTester &DspTester::inPlace()
{
    inPlace_ = true;
    return *this;
}

DspTester &DspTester::ties()
{
    ties_ = true;
    return *this;
}

DspTester &DspTester::halfToEven()
{
    rounding_ = Rounding::HalfToEven;
    return *this;
}

DspTester::Image DspTester::outputImage() const
{
    if (kind_ == Kind::Dense) {
        return {1, 1, channels_};
    }
    const std::int64_t reachH = (kernelH_ - 1) * dilationH_ + 1;
    const std::int64_t reachW = (kernelW_ - 1) * dilationW_ + 1;
    return {(image_.height + padding_.top + padding_.bottom - reachH) / strideH_ + 1,
        (image_.width + padding_.left + padding_.right - reachW) / strideW_ + 1, channels_};
}

std::int64_t DspTester::taps() const
{
    return kind_ == Kind::Depthwise ? kernelH_ * kernelW_ : kernelH_ * kernelW_ * image_.channels;
}

void DspTester::fillData()
{
    data_.resize(image_.size());
    std::generate(
        data_.begin(), data_.end(), [this] { return static_cast<std::int8_t>(randomBetween(random_, -128, 127)); });
    weights_.resize(static_cast<std::size_t>(taps() * channels_));
    std::generate(weights_.begin(), weights_.end(),
        [this] { return static_cast<std::int8_t>(randomBetween(random_, -127, 127)); });
    if (lowest_) {
        weights_[static_cast<std::size_t>(*lowest_ * taps())] = -128;
        weights_[static_cast<std::size_t>((*lowest_ ^ 1) * taps())] = static_cast<std::int8_t>(neighbour_);
    }
    for (int i = 0; i < lowestOften_; ++i) {
        weights_[random_() % weights_.size()] = -128;
    }
    bias_.resize(static_cast<std::size_t>(channels_));
    scales_.assign(perTensor_ ? 1U : static_cast<std::size_t>(channels_), 0.01F);
    const double deviation = 73.0 * 73.0 * std::sqrt(static_cast<double>(taps()));
    for (std::size_t channel = 0; channel < bias_.size(); ++channel) {
        bias_[channel] = randomBetween(random_, static_cast<int>(-deviation), static_cast<int>(deviation));
        if (channel < scales_.size()) {
            // One after the other: compilers evaluate arguments in orders of their own.
            const int octaves = randomBetween(random_, -spread_, 0);
            const float share = static_cast<float>(random_() % 1000) / 1000.0F;
            scales_[channel] = std::ldexp(0.005F + 0.01F * share, octaves);
        }
        if (farBias_ > 0 && channel % static_cast<std::size_t>(farBias_) == 0) {
            // The output stays within a few values in the middle of its range.
            scales_[channel] = std::ldexp(scales_[channel], -10);
            bias_[channel] = static_cast<std::int32_t>(40.0 * 1024.0 * 1.5 * deviation / 80);
        }
        if (empty_ > 0 && channel % static_cast<std::size_t>(empty_) == 0) {
            for (std::size_t tap = 0; tap < static_cast<std::size_t>(taps()); ++tap) {
                const auto step = static_cast<std::size_t>(kind_ == Kind::Depthwise ? channels_ : 1);
                const std::size_t start
                    = kind_ == Kind::Depthwise ? channel : channel * static_cast<std::size_t>(taps());
                weights_[start + tap * step] = 0;
            }
        }
    }
    // A typical channel fills the output's range, some overflow it, some use a part.
    const double step = 1.5 * deviation * inputScale * 0.01 / 80;
    outputScale_ = static_cast<float>(step);
    if (ties_) {
        scales_.assign(scales_.size(), std::ldexp(1.0F, -7));
        outputScale_ = std::ldexp(inputScale, 3);
    }
}

std::int64_t DspTester::accumulator(std::int64_t y, std::int64_t x, std::int64_t channel) const
{
    std::int64_t sum = bias_[static_cast<std::size_t>(channel)];
    const bool depthwise = kind_ == Kind::Depthwise;
    const std::int64_t inputs = depthwise ? 1 : image_.channels;
    for (std::int64_t ky = 0; ky < kernelH_; ++ky) {
        for (std::int64_t kx = 0; kx < kernelW_; ++kx) {
            const std::int64_t row = y * strideH_ - padding_.top + ky * dilationH_;
            const std::int64_t column = x * strideW_ - padding_.left + kx * dilationW_;
            if (row < 0 || row >= image_.height || column < 0 || column >= image_.width) {
                continue;
            }
            for (std::int64_t c = 0; c < inputs; ++c) {
                const std::int64_t tap = (ky * kernelW_ + kx) * inputs + c;
                const std::int64_t weight = depthwise ? tap * channels_ + channel : channel * taps() + tap;
                const std::int64_t value = (row * image_.width + column) * image_.channels + (depthwise ? channel : c);
                sum += (data_[static_cast<std::size_t>(value)] - inputZero_)
                    * weights_[static_cast<std::size_t>(weight)];
            }
        }
    }
    return sum;
}

std::vector<std::int8_t> DspTester::reference() const
{
    const Image out = outputImage();
    std::vector<std::int8_t> result;
    std::int64_t low = -128;
    std::int64_t high = 127;
    if (activation_ == FusedActivation::Relu || activation_ == FusedActivation::Relu6) {
        low = std::max(low, outputZero_);
    }
    if (activation_ == FusedActivation::Relu6) {
        high = std::min<std::int64_t>(high, outputZero_ + std::lround(6.0F / outputScale_));
    }
    for (std::int64_t y = 0; y < out.height; ++y) {
        for (std::int64_t x = 0; x < out.width; ++x) {
            for (std::int64_t channel = 0; channel < channels_; ++channel) {
                const float scale = scales_[perTensor_ ? 0 : static_cast<std::size_t>(channel)];
                const double product = kind_ == Kind::Dense && perTensor_
                    ? static_cast<double>(inputScale * scale)
                    : static_cast<double>(inputScale) * static_cast<double>(scale);
                const std::int64_t value = requantizeAsWritten(
                    accumulator(y, x, channel), product / static_cast<double>(outputScale_), rounding_);
                result.push_back(static_cast<std::int8_t>(std::clamp(value + outputZero_, low, high)));
            }
        }
    }
    return result;
}

Graph DspTester::graph()
{
    const Image out = outputImage();
    GraphBuilder builder;
    const auto activation = [](std::string name, Shape shape, float scale, std::int64_t zero) {
        return Tensor{
            std::move(name), ElementType::Int8, std::move(shape), Quantization{{scale}, {zero}, 0}, {}, false, {}};
    };
    const bool dense = kind_ == Kind::Dense;
    const TensorId input = builder.addTensor(
        activation("input", dense ? Shape{1, image_.channels} : Shape{1, image_.height, image_.width, image_.channels},
            inputScale, inputZero_));
    const TensorId output = builder.addTensor(activation(
        "output", dense ? Shape{1, channels_} : Shape{1, out.height, out.width, channels_}, outputScale_, outputZero_));
    const Shape shape = dense      ? Shape{channels_, image_.channels}
        : kind_ == Kind::Depthwise ? Shape{1, kernelH_, kernelW_, channels_}
                                   : Shape{channels_, kernelH_, kernelW_, image_.channels};
    const Quantization quantization{scales_, {0}, kind_ == Kind::Depthwise ? 3 : 0};
    const TensorId weights
        = builder.addConstant("weights", ElementType::Int8, shape, Bytes::of(weights_), quantization);
    std::vector<float> biasScales;
    for (const float scale : scales_) {
        biasScales.push_back(scale * inputScale);
    }
    const TensorId bias = builder.addConstant(
        "bias", ElementType::Int32, {channels_}, Bytes::of(bias_), Quantization{biasScales, {0}, 0});
    Operator op{"layer", {}, {input, weights, bias}, {output}};
    if (dense) {
        op.kind = FullyConnected{false, activation_};
    } else if (kind_ == Kind::Depthwise) {
        op.kind = DepthwiseConv2D{strideH_, strideW_, dilationH_, dilationW_, padding_, 1, activation_};
    } else {
        op.kind = Conv2D{Layout::ChannelsLast, strideH_, strideW_, dilationH_, dilationW_, padding_, 1, activation_};
    }
    builder.info().rounding = rounding_;
    builder.addOperator(std::move(op));
    builder.setInputs({input});
    builder.setOutputs({output});
    return builder.build();
}

void DspTester::runKernels(const Graph &graph, const std::int8_t *input, std::int8_t *output, bool bottomUp)
{
    const auto layer = int8Layer(graph, graph.operatorNamed("layer"));
    const auto how = layer ? dspLayer(*layer) : std::nullopt;
    refused_ = !how.has_value();
    if (refused_) {
        return;
    }
    const DspStream stream = packDsp(*layer, *how);
    fast_ = stream.form != DspForm::General;
    addend_ = stream.form == DspForm::Addend;
    const auto scratch = std::make_unique<std::uint32_t[]>(static_cast<std::size_t>(how->scratchBytes + 3) / 4);
    const auto number = [](std::int64_t value) { return static_cast<std::int32_t>(value); };
    const auto form = static_cast<std::int32_t>(stream.form);
    const OutputBounds bounds = layer->parameters.bounds;
    const Image out = outputImage();
    if (how->kernel == DspKernel::Dense) {
        ts_dsp_dense_i8(input, output, stream.words.data(), scratch.get(), 1, number(image_.channels),
            number(channels_), number(how->block), form, stream.shiftA, stream.shiftB, bounds.min, bounds.max);
        return;
    }
    if (how->kernel == DspKernel::Planes) {
        ts_dsp_depthwise_3x3_i8(input, output, stream.words.data(), scratch.get(), number(image_.height),
            number(image_.width), number(channels_), number(out.height), number(out.width), number(strideH_),
            number(padding_.top), number(padding_.left), number(inputZero_), number(how->band), form, stream.shiftA,
            bounds.min, bounds.max);
        return;
    }
    const bool flat = how->flat && !bottomUp;
    const std::vector<std::int16_t> repeated = repeatedPlaces(*layer, *how);
    repeats_ = repeated.size();
    const std::int64_t steps = flat ? 1 : out.height;
    for (std::int64_t step = 0; step < steps; ++step) {
        const std::int64_t y = bottomUp ? steps - 1 - step : step;
        std::vector<const std::int8_t *> rows(static_cast<std::size_t>(kernelH_));
        ts_take_rows_i8(rows.data(), input, number(y), number(image_.height), number(image_.width * image_.channels),
            number(kernelH_), number(strideH_), number(dilationH_), number(padding_.top));
        const auto inputW = number(flat ? image_.height * image_.width : image_.width);
        const auto outputW = number(flat ? out.height * out.width : out.width);
        std::int8_t *row = output + y * out.width * channels_;
        if (how->kernel == DspKernel::Pixels) {
            ts_dsp_conv_pixel_row_i8(rows.data(), row, stream.words.data(), scratch.get(), inputW,
                number(image_.channels), outputW, number(channels_), number(kernelH_), number(kernelW_),
                number(strideW_), number(dilationW_), number(padding_.left), number(inputZero_), number(how->block),
                form, stream.shiftA, stream.shiftB, bounds.min, bounds.max);
        } else {
            ts_dsp_conv_row_i8(rows.data(), row, stream.words.data(), scratch.get(), inputW, number(image_.channels),
                outputW, number(channels_), number(kernelH_), number(kernelW_), number(strideW_), number(dilationW_),
                number(padding_.left), number(inputZero_), repeated.empty() ? nullptr : repeated.data(),
                number(static_cast<std::int64_t>(repeated.size())), number(how->pixels), form, stream.shiftA,
                stream.shiftB, bounds.min, bounds.max);
        }
    }
}

std::vector<DspTester::Placement> DspTester::overlapsOf(const Graph &graph) const
{
    Target target;
    target.dsp = true;
    const PlanOptions options;
    const PackProblem problem = makeProblem(makeContext(graph, target, options), sourceOrder(graph)).packing;
    const auto aligned
        = [&](std::int64_t bytes) { return (bytes + problem.alignment - 1) / problem.alignment * problem.alignment; };
    std::vector<Placement> placements;
    for (const PackOverlap &overlap : problem.overlaps) {
        if (overlap.same) {
            placements.push_back({0, false});
        }
        if (overlap.below) {
            placements.push_back({-aligned(*overlap.below), false});
        }
        if (overlap.above) {
            placements.push_back({aligned(*overlap.above), true});
        }
    }
    return placements;
}

std::vector<std::int8_t> DspTester::kernels(const Graph &graph, const Placement &placement)
{
    const std::size_t size = outputImage().size();
    if (!placement.distance) {
        std::vector<std::int8_t> result(size);
        runKernels(graph, data_.data(), result.data(), placement.bottomUp);
        return result;
    }
    const auto inputAt = static_cast<std::size_t>(std::max<std::int64_t>(0, -*placement.distance));
    const auto outputAt = static_cast<std::size_t>(std::max<std::int64_t>(0, *placement.distance));
    std::vector<std::int8_t> both(std::max(inputAt + data_.size(), outputAt + size));
    std::copy(data_.begin(), data_.end(), both.begin() + static_cast<std::ptrdiff_t>(inputAt));
    runKernels(graph, both.data() + inputAt, both.data() + outputAt, placement.bottomUp);
    const auto first = both.begin() + static_cast<std::ptrdiff_t>(outputAt);
    return {first, first + static_cast<std::ptrdiff_t>(size)};
}

std::string DspTester::run()
{
    fillData();
    const std::vector<std::int8_t> expected = reference();
    const Graph layer = graph();
    std::vector<Placement> placements = {{}};
    if (inPlace_) {
        const std::vector<Placement> more = overlapsOf(layer);
        overlaps_ = more.size();
        placements.insert(placements.end(), more.begin(), more.end());
    }
    for (const Placement &placement : placements) {
        const std::vector<std::int8_t> got = kernels(layer, placement);
        for (std::size_t i = 0; !refused_ && i < expected.size(); ++i) {
            if (expected[i] != got[i]) {
                const std::string where = placement.distance
                    ? "output " + std::to_string(*placement.distance) + " bytes behind the input, "
                    : std::string();
                return where + "element " + std::to_string(i) + ": " + std::to_string(got[i]) + " instead of "
                    + std::to_string(expected[i]);
            }
        }
    }
    return {};
}

} // namespace tinsmith::test
