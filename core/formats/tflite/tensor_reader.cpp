// SPDX-License-Identifier: Apache-2.0
#include "core/formats/tflite/tensor_reader.h"

#include "core/formats/tflite/element_types.h"
#include "core/formats/tflite/reflection.h"
#include "core/graph/texts.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <sstream>

namespace tinsmith::tflite {
namespace {

/// Kernels count elements in 32 bits.
constexpr std::int64_t mostElements = std::numeric_limits<std::int32_t>::max();

Shape readShapeOf(const File &file, const tfl::Tensor &raw, const std::string &place)
{
    Shape shape;
    std::int64_t elements = 1;
    if (raw.shape() == nullptr) {
        return shape;
    }
    file.accountCopy(raw.shape(), sizeof(std::int64_t), place);
    for (const std::int32_t dim : *raw.shape()) {
        if (dim < -1) {
            throw file.error(place, "has a dimension of " + std::to_string(dim));
        }
        shape.dims.push_back(dim);
        elements = dim <= 0 ? elements : elements * dim;
        if (elements > mostElements) {
            throw file.error(place, "is larger than 2,147,483,647 elements: " + Shape(shape).text() + "...");
        }
    }
    return shape;
}

/// A dimension that the signature leaves free has a size all the same; its name says that it may be another.
std::vector<std::string> readFreeDimensions(const tfl::Tensor &raw, const Shape &shape)
{
    std::vector<std::string> names;
    const auto *const signature = raw.shape_signature();
    if (signature == nullptr || signature->size() != shape.rank()) {
        return names;
    }
    for (std::size_t axis = 0; axis < shape.rank(); ++axis) {
        if (signature->Get(static_cast<flatbuffers::uoffset_t>(axis)) < 0 && shape[axis] >= 0) {
            names.resize(shape.rank());
            names[axis] = freeDimension;
        }
    }
    return names;
}

/// Runtimes look for a channel's scale along the operator's own axis, and some converters write another one into the
/// file. Where only one dimension can be meant, it is that.
std::int32_t axisOfScales(
    const File &file, const Quantization &quantization, const Shape &shape, const std::string &place, std::string &note)
{
    const auto scales = static_cast<std::int64_t>(quantization.scales.size());
    const std::int32_t stated = quantization.axis;
    const auto rank = static_cast<std::int32_t>(shape.rank());
    if (!shape.ranked) {
        return stated;
    }
    std::int32_t axis = stated;
    if (stated < 0 || stated >= rank) {
        if (std::count(shape.dims.begin(), shape.dims.end(), scales) != 1) {
            throw file.error(
                place, "is quantized along dimension " + std::to_string(stated) + ", but has " + std::to_string(rank));
        }
        axis = static_cast<std::int32_t>(std::find(shape.dims.begin(), shape.dims.end(), scales) - shape.dims.begin());
        note = "The file says that it is quantized along dimension " + std::to_string(stated)
            + ", which it does not have; its " + std::to_string(scales) + " scales are taken along dimension "
            + std::to_string(axis) + ".";
    }
    const std::int64_t size = shape[static_cast<std::size_t>(axis)];
    if (size != scales) {
        throw file.error(
            place, "has " + std::to_string(scales) + " scales along a dimension of " + std::to_string(size));
    }
    return axis;
}

std::optional<Quantization> readQuantization(const File &file, const tfl::QuantizationParameters *raw,
    const Shape &shape, const std::string &place, std::string &note)
{
    if (raw == nullptr || raw->scale() == nullptr || raw->scale()->size() == 0) {
        return std::nullopt;
    }
    file.accountCopy(raw->scale(), sizeof(float) + sizeof(std::int64_t), place);
    file.accountCopy(raw->zero_point(), sizeof(std::int64_t), place);
    Quantization quantization;
    quantization.scales.assign(raw->scale()->begin(), raw->scale()->end());
    if (raw->zero_point() != nullptr && raw->zero_point()->size() > 0) {
        // Not by the vector's own iterator: the verifier does not ask that eight-byte elements are aligned.
        quantization.zeroPoints.resize(raw->zero_point()->size());
        std::memcpy(quantization.zeroPoints.data(), raw->zero_point()->Data(),
            quantization.zeroPoints.size() * sizeof(std::int64_t));
    }
    quantization.axis = raw->quantized_dimension();
    const std::size_t scales = quantization.scales.size();
    for (const float scale : quantization.scales) {
        if (!std::isfinite(scale) || scale < 0) {
            throw file.error(place, "has a scale that is negative or not a number");
        }
    }
    if (quantization.zeroPoints.size() > 1 && quantization.zeroPoints.size() != scales) {
        throw file.error(place,
            "has " + std::to_string(scales) + " scales, but " + std::to_string(quantization.zeroPoints.size())
                + " zero points");
    }
    // Runtimes want a zero point per scale; the format lets a file say one for all, or none for zero.
    const std::int64_t only = quantization.zeroPoints.empty() ? 0 : quantization.zeroPoints.front();
    if (quantization.zeroPoints.size() != scales) {
        quantization.zeroPoints.assign(scales, only);
    }
    if (scales > 1) {
        quantization.axis = axisOfScales(file, quantization, shape, place, note);
    } else if (quantization.axis < 0 || static_cast<std::size_t>(quantization.axis) >= shape.rank()) {
        // One scale for the whole tensor: the dimension means nothing.
        quantization.axis = 0;
    }
    return quantization;
}

void checkTexts(const File &file, const Tensor &tensor, const Bytes &data, const std::string &place)
{
    // Many tensors may share one buffer; looking at it again and again takes time.
    file.account(data.size(), place);
    const auto texts = textsIn(data);
    if (!texts) {
        throw file.error(place, "has strings whose offsets lead out of its buffer");
    }
    if (static_cast<std::int64_t>(texts->size()) != tensor.shape.elements()) {
        throw file.error(
            place, "is " + tensor.shape.text() + " string, but has " + std::to_string(texts->size()) + " strings");
    }
}

} // namespace

bool hasFreeDimension(const Tensor &tensor)
{
    const auto &names = tensor.dimensionNames;
    return std::find(names.begin(), names.end(), freeDimension) != names.end();
}

namespace {

/// Whether a buffer holds anything; false for numbers of no buffer, which readTensor() refuses.
bool holdsData(const File &file, std::uint32_t index)
{
    const auto *const buffers = file.model().buffers();
    if (index == 0 || buffers == nullptr || index >= buffers->size()) {
        return false;
    }
    const tfl::Buffer &buffer = *buffers->Get(index);
    return buffer.offset() > 1 || (buffer.data() != nullptr && buffer.data()->size() > 0);
}

} // namespace

EmptyShapes emptyShapesOf(const File &file)
{
    const auto *const subgraphs = file.model().subgraphs();
    bool recordsShapes = false;
    for (std::size_t graph = 0; subgraphs != nullptr && graph < subgraphs->size(); ++graph) {
        const auto *const tensors = subgraphs->Get(static_cast<flatbuffers::uoffset_t>(graph))->tensors();
        for (std::size_t at = 0; tensors != nullptr && at < tensors->size(); ++at) {
            const tfl::Tensor &tensor = *tensors->Get(static_cast<flatbuffers::uoffset_t>(at));
            if (tensor.has_rank()) {
                return EmptyShapes::Unranked;
            }
            recordsShapes = recordsShapes
                || (tensor.shape() != nullptr && tensor.shape()->size() > 0 && !holdsData(file, tensor.buffer()));
        }
    }
    // A network whose activations are all scalars makes no sense.
    return recordsShapes ? EmptyShapes::Scalars : EmptyShapes::Unranked;
}

ReadTensor readTensor(const File &file, const tfl::Tensor &raw, EmptyShapes emptyShapes, const std::string &place)
{
    ReadTensor read;
    Tensor &tensor = read.tensor;
    file.account(sizeof(Tensor), place);
    // The graph also finds tensors by their names.
    file.accountCopy(raw.name(), 4, place);
    tensor.name = raw.name() == nullptr ? std::string() : raw.name()->str();
    tensor.type = elementTypeOf(raw.type());
    tensor.shape = readShapeOf(file, raw, place);
    file.accountCopy(raw.shape_signature(), sizeof(std::string), place);
    tensor.dimensionNames = readFreeDimensions(raw, tensor.shape);
    tensor.variable = raw.is_variable();
    Bytes data = file.buffer(raw.buffer(), place);
    const bool handle = tensor.type == ElementType::Resource || tensor.type == ElementType::Variant;
    read.mayBeUnranked = tensor.shape.dims.empty() && !raw.has_rank() && data.empty() && !tensor.variable && !handle;
    if (read.mayBeUnranked && emptyShapes == EmptyShapes::Unranked) {
        tensor.shape = Shape::unranked();
    }
    tensor.quantization = readQuantization(file, raw.quantization(), tensor.shape, place, read.note);
    if (data.empty()) {
        return read;
    }
    if (raw.sparsity() != nullptr) {
        tensor.data = spreadOut(file, *raw.sparsity(), tensor, data, place);
        return read;
    }
    if (!tensor.shape.known()) {
        throw file.error(place, "has values, but its shape " + tensor.shape.text() + " does not say how many");
    }
    const auto expected = tensor.bytes();
    if (expected && static_cast<std::uint64_t>(*expected) != data.size()) {
        throw file.error(place,
            "is " + tensor.shape.text() + " " + std::string(nameOf(tensor.type)) + ", which takes "
                + std::to_string(*expected) + " bytes, but its buffer has " + std::to_string(data.size()));
    }
    if (tensor.type == ElementType::String) {
        checkTexts(file, tensor, data, place);
    }
    tensor.data = std::move(data);
    return read;
}

std::string asText(const Tensor &tensor)
{
    std::string text(nameOf(tensor.type));
    text += " [";
    for (std::size_t axis = 0; axis < tensor.shape.rank(); ++axis) {
        text += (axis == 0 ? "" : ",") + std::to_string(tensor.shape[axis]);
    }
    text += "]";
    if (tensor.quantization) {
        text += " scale " + realText(tensor.quantization->scale());
        text += " zero " + std::to_string(tensor.quantization->zeroPoint());
    }
    return text + " name " + tensor.name;
}

Tensor tensorFromText(const std::string &text, const std::string &place)
{
    const auto fail = [&] { return UnsupportedError({}, place, "cannot understand the tensor \"" + text + "\""); };
    std::istringstream words(text);
    std::string type;
    std::string shape;
    words >> type >> shape;
    const auto named = elementTypeNamed(type);
    if (!named || shape.size() < 2 || shape.front() != '[' || shape.back() != ']') {
        throw fail();
    }
    Tensor tensor;
    tensor.type = *named;
    std::istringstream dims(shape.substr(1, shape.size() - 2));
    for (std::string dim; std::getline(dims, dim, ',');) {
        std::int64_t value = 0;
        if (std::from_chars(dim.data(), dim.data() + dim.size(), value).ec != std::errc()) {
            throw fail();
        }
        tensor.shape.dims.push_back(value);
    }
    std::string word;
    words >> word;
    if (word == "scale") {
        std::string scale;
        std::string zeroWord;
        std::int64_t zero = 0;
        float value = 0;
        words >> scale >> zeroWord >> zero >> word;
        if (std::from_chars(scale.data(), scale.data() + scale.size(), value).ec != std::errc() || !words) {
            throw fail();
        }
        tensor.quantization = Quantization{{value}, {zero}, 0};
    }
    if (word != "name") {
        throw fail();
    }
    words.get();
    std::getline(words, tensor.name, '\0');
    return tensor;
}

} // namespace tinsmith::tflite
