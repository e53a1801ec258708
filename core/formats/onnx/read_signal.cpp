// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/node_context.h"
#include "core/formats/onnx/tensor_proto.h"

#include <cmath>
#include <numbers>

namespace tinsmith::onnxio {
namespace {

constexpr std::int64_t mostSamples = std::int64_t{1} << 24;
/// Larger tables than models for microcontrollers have would let a small file take much memory.
constexpr std::int64_t mostTable = std::int64_t{1} << 17;

double oneNumber(NodeContext &context, std::size_t input, std::string_view what)
{
    const auto values = context.reals(input, what);
    if (values.size() != 1 || !(std::abs(values.front()) < 1e9)) {
        throw Untyped{"its " + std::string(what) + " is not one sane number"};
    }
    return values.front();
}

std::int64_t oneSize(NodeContext &context, std::size_t input, std::string_view what)
{
    const double value = oneNumber(context, input, what);
    if (value < 0 || value > static_cast<double>(mostSamples)) {
        throw Untyped{"its " + std::string(what) + " is out of range"};
    }
    return static_cast<std::int64_t>(value);
}

/// A table that the node's parameters settle.
void emitTable(NodeContext &context, Shape shape, const std::vector<double> &values)
{
    const ElementType type = elementTypeOf(context.node.integer("output_datatype", 1));
    if (type != ElementType::Float32 && type != ElementType::Float64) {
        throw Untyped{"an output of type " + std::string(nameOf(type)) + " is not supported"};
    }
    const Bytes bytes = type == ElementType::Float64 ? Bytes::of(values)
                                                     : Bytes::of(std::vector<float>(values.begin(), values.end()));
    context.settle(0, type, std::move(shape), bytes);
}

/// Generalised cosine windows, as the specification of each writes them.
void readWindow(NodeContext &context)
{
    struct Terms {
        double constant, first, second;
    };
    const std::string &type = context.node.type;
    const Terms terms = type == "HannWindow" ? Terms{0.5, 0.5, 0}
        : type == "HammingWindow"            ? Terms{25.0 / 46.0, 21.0 / 46.0, 0}
                                             : Terms{0.42, 0.5, 0.08};
    const std::int64_t size = oneSize(context, 0, "size");
    if (size > mostTable) {
        throw Untyped{"its window is too long"};
    }
    const bool periodic = context.node.integer("periodic", 1) != 0;
    const auto period = static_cast<double>(periodic ? size : size - 1);
    std::vector<double> values;
    for (std::int64_t n = 0; n < size; ++n) {
        const double angle = 2 * std::numbers::pi * static_cast<double>(n) / period;
        values.push_back(
            size == 1 ? 1.0 : terms.constant - terms.first * std::cos(angle) + terms.second * std::cos(2 * angle));
    }
    emitTable(context, Shape{size}, values);
}

/// Triangles on the mel scale over the bins of a spectrum (the specification's algorithm): [bins, bands].
void readMelWeights(NodeContext &context)
{
    const std::int64_t bands = oneSize(context, 0, "number of bands");
    const std::int64_t length = oneSize(context, 1, "length");
    const double rate = oneNumber(context, 2, "sample rate");
    const auto mel = [](double hertz) { return 2595.0 * std::log10(1.0 + hertz / 700.0); };
    const double low = mel(oneNumber(context, 3, "lower edge"));
    const double high = mel(oneNumber(context, 4, "upper edge"));
    const std::int64_t bins = length / 2 + 1;
    if (rate < 1 || bands < 1 || bands > 65536 || bins > mostTable / bands || !std::isfinite(low + high)) {
        throw Untyped{"its parameters are out of range"};
    }
    const double step = (high - low) / static_cast<double>(bands + 2);
    const auto edge = [&](std::int64_t band) {
        const double hertz = 700.0 * (std::pow(10.0, (low + step * static_cast<double>(band)) / 2595.0) - 1.0);
        const double bin = std::floor(static_cast<double>(length + 1) * hertz / rate);
        if (!(bin >= 0 && bin < static_cast<double>(bins))) {
            throw Untyped{"its edges lie outside of the spectrum"};
        }
        return static_cast<std::int64_t>(bin);
    };
    std::vector<double> values(static_cast<std::size_t>(bins * bands), 0.0);
    for (std::int64_t band = 0; band < bands; ++band) {
        const auto at
            = [&](std::int64_t bin) -> double & { return values[static_cast<std::size_t>(bin * bands + band)]; };
        const std::int64_t lower = edge(band);
        const std::int64_t centre = edge(band + 1);
        const std::int64_t upper = edge(band + 2);
        at(centre) = 1;
        for (std::int64_t bin = lower; bin < centre; ++bin) {
            at(bin) = static_cast<double>(bin - lower) / static_cast<double>(centre - lower);
        }
        for (std::int64_t bin = centre; bin < upper; ++bin) {
            at(bin) = static_cast<double>(upper - bin) / static_cast<double>(upper - centre);
        }
    }
    emitTable(context, Shape{bins, bands}, values);
}

/// The axis is an attribute in operator set 17, an input since 20.
void readDft(NodeContext &context)
{
    const std::size_t rank = context.rank(0);
    Dft kind;
    std::int64_t axis = context.node.integer("axis", context.node.opset < 20 ? 1 : -2);
    if (context.has(2)) {
        const auto given = context.integers(2, "axis");
        axis = given.size() == 1 ? given.front() : static_cast<std::int64_t>(rank);
    }
    kind.axis = static_cast<std::int64_t>(context.axis(axis, rank));
    kind.length = context.has(1) ? oneSize(context, 1, "length") : 0;
    kind.inverse = context.node.integer("inverse", 0) != 0;
    kind.oneSided = context.node.integer("onesided", 0) != 0;
    if (kind.inverse && kind.oneSided) {
        throw Untyped{"an inverse transform of one side is not supported"};
    }
    context.emit(kind, {context.in(0)});
}

void readStft(NodeContext &context)
{
    Stft kind;
    kind.frameStep = oneSize(context, 1, "frame step");
    kind.oneSided = context.node.integer("onesided", 1) != 0;
    if (context.has(3)) {
        kind.frameLength = oneSize(context, 3, "frame length");
    } else if (context.has(2) && context.shape(2).rank() == 1) {
        kind.frameLength = context.shape(2)[0];
    }
    if (kind.frameStep < 1 || kind.frameLength < 1) {
        throw Untyped{"its frame step or frame length is out of range"};
    }
    context.rank(0);
    context.emit(kind, {context.in(0), context.optional(2)});
}

} // namespace

void addSignalReaders(NodeReaders &readers)
{
    readers["HannWindow"] = readWindow;
    readers["HammingWindow"] = readWindow;
    readers["BlackmanWindow"] = readWindow;
    readers["MelWeightMatrix"] = readMelWeights;
    readers["DFT"] = readDft;
    readers["STFT"] = readStft;
}

} // namespace tinsmith::onnxio
