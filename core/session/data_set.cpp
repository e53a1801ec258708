// SPDX-License-Identifier: Apache-2.0
#include "core/session/data_set.h"

#include "core/graph/error.h"
#include "core/session/input_value.h"
#include "core/session/sample_layout.h"

#include <algorithm>
#include <array>

namespace tinsmith {

std::string_view nameOf(PixelSource source)
{
    constexpr std::array<std::string_view, 4> names = {"assumed", "quantization", "tried", "chosen"};
    return names[static_cast<std::size_t>(source)];
}

std::optional<std::int32_t> DataSet::label(std::size_t index) const
{
    if (labels_.empty()) {
        return std::nullopt;
    }
    return labels_.at(order_.empty() ? index : order_.at(index));
}

std::string DataSet::description() const
{
    std::string text = std::to_string(count_) + (count_ == 1 ? " sample of " : " samples of ");
    for (std::size_t at = 0; at < arrays_.size(); ++at) {
        text += at == 0 ? "" : at + 1 < arrays_.size() ? ", " : " and ";
        text += arrays_.size() > 1 ? arrays_[at].input + " " : "";
        text += arrays_[at].shape.text() + " " + std::string(nameOf(arrays_[at].type));
    }
    return text + (labels_.empty() ? ", without labels" : ", with labels");
}

bool DataSet::hasPixels() const
{
    return std::any_of(arrays_.begin(), arrays_.end(),
        [](const SampleArray &array) { return array.content != SampleArray::Content::Numbers; });
}

DataSet DataSet::with(const PixelRange &range, PixelSource source) const
{
    DataSet copy = *this;
    copy.pixelRange_ = range;
    copy.pixelSource_ = source;
    return copy;
}

DataSet DataSet::withCodesOf(const Graph &graph) const
{
    DataSet copy = *this;
    for (std::size_t position = 0; position < graph.inputs().size(); ++position) {
        const Tensor &input = graph.tensor(graph.inputs()[position]);
        const auto at = static_cast<std::size_t>(&arrayFor(position, graph) - arrays_.data());
        if (arrays_[at].type == ElementType::Int8 && input.type == ElementType::Int8 && input.quantization) {
            copy.arrays_[at].codes = input.quantization;
        }
    }
    return copy;
}

DataSet DataSet::first(std::size_t count) const
{
    if (count >= count_) {
        return *this;
    }
    DataSet copy = *this;
    copy.order_.clear();
    for (std::size_t index = 0; index < count; ++index) {
        const std::size_t position = index * count_ / count;
        copy.order_.push_back(order_.empty() ? position : order_[position]);
    }
    copy.count_ = count;
    return copy;
}

std::vector<std::byte> DataSet::valueFor(std::size_t index, const SampleArray &array, const Tensor &input) const
{
    if (index >= count_) {
        throw FormatError(array.source, {}, "has no sample " + std::to_string(index));
    }
    const auto layout = layoutBetween(array.shape, input.shape);
    if (!layout) {
        throw FormatError(array.source, {},
            "its samples are " + array.shape.text() + ", the model's input " + input.name + " is "
                + input.shape.text());
    }
    const std::size_t width = static_cast<std::size_t>(bitsOf(array.type)) / 8;
    const std::size_t bytes = static_cast<std::size_t>(array.shape.elements().value_or(0)) * width;
    const std::size_t position = order_.empty() ? index : order_[index];
    const auto raw = rearranged(array.values.view().subspan(position * bytes, bytes), *layout, width);
    InputMeaning meaning;
    if (array.content == SampleArray::Content::Pixels
        || (array.content == SampleArray::Content::WidePixels
            && (pixelSource_ != PixelSource::Assumed || guessedRange(input)))) {
        meaning.pixels = pixelRange_;
        meaning.chosen = pixelSource_ == PixelSource::Chosen;
        meaning.channelAxis = channelAxisOf(*layout, input.shape);
    }
    meaning.codes = array.codes;
    try {
        return inputValue(array.type, raw, input, meaning);
    } catch (const UnsupportedError &error) {
        throw FormatError(array.source, "sample " + std::to_string(position), error.cause());
    }
}

std::vector<std::byte> DataSet::sampleFor(std::size_t index, const Tensor &input) const
{
    if (arrays_.size() != 1) {
        throw FormatError("data set", {}, "feeds " + std::to_string(arrays_.size()) + " inputs, not one");
    }
    return valueFor(index, arrays_.front(), input);
}

const SampleArray &DataSet::arrayFor(std::size_t position, const Graph &graph) const
{
    if (arrays_.size() == graph.inputs().size()) {
        return arrays_[position];
    }
    // A rewrite may have taken an input away that nothing reads.
    const std::string &name = graph.tensor(graph.inputs()[position]).name;
    const auto found = std::find_if(
        arrays_.begin(), arrays_.end(), [&name](const SampleArray &array) { return array.input == name; });
    if (found == arrays_.end()) {
        throw FormatError("data set", {},
            "feeds " + std::to_string(arrays_.size()) + (arrays_.size() == 1 ? " input" : " inputs")
                + ", the model has " + std::to_string(graph.inputs().size()) + "; none of the data are for " + name);
    }
    return *found;
}

std::vector<std::vector<std::byte>> DataSet::sampleFor(std::size_t index, const Graph &graph) const
{
    std::vector<std::vector<std::byte>> values;
    for (std::size_t position = 0; position < graph.inputs().size(); ++position) {
        values.push_back(valueFor(index, arrayFor(position, graph), graph.tensor(graph.inputs()[position])));
    }
    return values;
}

std::vector<std::vector<std::vector<std::byte>>> DataSet::samplesFor(const Graph &graph) const
{
    std::vector<std::vector<std::vector<std::byte>>> samples;
    samples.reserve(count_);
    for (std::size_t index = 0; index < count_; ++index) {
        samples.push_back(sampleFor(index, graph));
    }
    return samples;
}

std::vector<std::string> DataSet::transpositions(const Graph &graph) const
{
    std::vector<std::string> texts;
    for (std::size_t position = 0; position < graph.inputs().size(); ++position) {
        const SampleArray &array = arrayFor(position, graph);
        const Tensor &input = graph.tensor(graph.inputs()[position]);
        const auto layout = layoutBetween(array.shape, input.shape);
        if (layout && layout->transposed()) {
            texts.push_back((arrays_.size() > 1 ? input.name + ": " : "") + transpositionText(*layout));
        }
    }
    return texts;
}

} // namespace tinsmith
