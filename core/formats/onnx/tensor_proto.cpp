// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/tensor_proto.h"

#include "core/formats/onnx/large_constants.h"
#include "core/graph/error.h"
#include "core/graph/texts.h"

#include <onnx/onnx_pb.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <limits>
#include <memory>
#include <utility>

namespace tinsmith::onnxio {
namespace {

/// By ONNX's number; 17 to 20 are the 8-bit floats.
constexpr std::array<ElementType, 23> elementTypes = {ElementType::Unknown, ElementType::Float32, ElementType::UInt8,
    ElementType::Int8, ElementType::UInt16, ElementType::Int16, ElementType::Int32, ElementType::Int64,
    ElementType::String, ElementType::Bool, ElementType::Float16, ElementType::Float64, ElementType::UInt32,
    ElementType::UInt64, ElementType::Complex64, ElementType::Complex128, ElementType::BFloat16, ElementType::Unknown,
    ElementType::Unknown, ElementType::Unknown, ElementType::Unknown, ElementType::Unknown, ElementType::Int4};

std::string placeOf(const ::onnx::TensorProto &proto)
{
    return proto.name().empty() ? std::string("constant") : "tensor " + proto.name();
}

/// Elements of the narrower type from a repeated field of a wider one.
template <typename To, typename Field>
Bytes narrowed(const Field &field)
{
    std::vector<To> values(static_cast<std::size_t>(field.size()));
    std::transform(field.begin(), field.end(), values.begin(), [](auto value) { return static_cast<To>(value); });
    return Bytes::of(values);
}

/// Values that stand in one of the typed fields.
Bytes typedData(const ::onnx::TensorProto &proto, ElementType type)
{
    switch (type) {
    case ElementType::Float32:
    case ElementType::Complex64:
        return narrowed<float>(proto.float_data());
    case ElementType::Float64:
    case ElementType::Complex128:
        return narrowed<double>(proto.double_data());
    case ElementType::Int64:
        return narrowed<std::int64_t>(proto.int64_data());
    case ElementType::UInt64:
        return narrowed<std::uint64_t>(proto.uint64_data());
    case ElementType::UInt32:
        return narrowed<std::uint32_t>(proto.uint64_data());
    case ElementType::Int32:
        return narrowed<std::int32_t>(proto.int32_data());
    case ElementType::Float16:
    case ElementType::BFloat16:
    case ElementType::UInt16:
    case ElementType::Int16:
        return narrowed<std::uint16_t>(proto.int32_data());
    default:
        return narrowed<std::uint8_t>(proto.int32_data());
    }
}

Bytes strings(const ::onnx::TensorProto &proto)
{
    return packTexts(std::vector<std::string_view>(proto.string_data().begin(), proto.string_data().end()));
}

std::string shortened(std::string text)
{
    constexpr std::size_t longest = 2000;
    if (text.size() > longest) {
        text.resize(longest);
        text += "…";
    }
    return text;
}

template <typename List, typename Text>
std::string listed(const List &list, Text text)
{
    constexpr int most = 64;
    std::string all = "[";
    int shown = 0;
    for (const auto &entry : list) {
        all += shown == 0 ? "" : ", ";
        if (shown++ == most) {
            all += "… " + std::to_string(list.size()) + " in all";
            break;
        }
        all += text(entry);
    }
    return shortened(all + "]");
}

std::string number(float value)
{
    std::array<char, 32> text{};
    const int length = std::snprintf(text.data(), text.size(), "%.9g", static_cast<double>(value));
    const std::string shown(text.data(), static_cast<std::size_t>(length));
    // A whole number keeps a point, so that the writer can tell it from an integer.
    return shown.find_first_of(".en") == std::string::npos ? shown + ".0" : shown;
}

} // namespace

ElementType elementTypeOf(std::int64_t dataType)
{
    return dataType >= 0 && dataType < static_cast<std::int64_t>(elementTypes.size())
        ? elementTypes[static_cast<std::size_t>(dataType)]
        : ElementType::Unknown;
}

std::int32_t dataTypeOf(ElementType type)
{
    const auto found = std::find(elementTypes.begin() + 1, elementTypes.end(), type);
    return type == ElementType::Unknown || found == elementTypes.end()
        ? 0
        : static_cast<std::int32_t>(found - elementTypes.begin());
}

Bytes ExternalData::part(const ::onnx::TensorProto &tensor, std::size_t bytes)
{
    std::string location;
    std::uint64_t offset = 0;
    std::optional<std::uint64_t> length;
    const auto asNumber = [&](const std::string &text) {
        const bool digits = !text.empty() && text.size() <= 18
            && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
        if (!digits) {
            throw FormatError(file(), placeOf(tensor), "The place of its external data is not a number: " + text);
        }
        return static_cast<std::uint64_t>(std::stoull(text));
    };
    for (const auto &entry : tensor.external_data()) {
        if (entry.key() == "location") {
            location = entry.value();
        } else if (entry.key() == "offset") {
            offset = asNumber(entry.value());
        } else if (entry.key() == "length") {
            length = asNumber(entry.value());
        }
    }
    const std::filesystem::path relative(location);
    const bool leaves = location.find('\\') != std::string::npos || location.find('\0') != std::string::npos
        || std::find(relative.begin(), relative.end(), "..") != relative.end();
    if (location.empty() || relative.is_absolute() || leaves) {
        throw FormatError(
            file(), placeOf(tensor), "Its external data must lie beside the model, not at \"" + location + "\"");
    }
    const auto path = model_.parent_path() / relative;
    auto found = files_.find(location);
    if (found == files_.end()) {
        std::error_code problem;
        if (!std::filesystem::is_regular_file(path, problem)) {
            throw FormatError(file(), placeOf(tensor), "Its external data file is missing: " + path.string());
        }
        checkIsBeside(tensor, path);
        found = files_.emplace(location, Bytes::map(path)).first;
    }
    const std::size_t size = found->second.size();
    if (length.value_or(bytes) != bytes || offset > size || bytes > size - offset) {
        throw FormatError(file(), placeOf(tensor),
            "Its " + std::to_string(bytes) + " bytes do not lie at offset " + std::to_string(offset) + " of "
                + path.string());
    }
    return found->second.part(offset, bytes);
}

/// Links may lead on from the model's folder only as the model itself does: stores of downloads link a model and its
/// data to one folder of theirs.
void ExternalData::checkIsBeside(const ::onnx::TensorProto &tensor, const std::filesystem::path &path) const
{
    const auto within = [](const std::filesystem::path &folder, const std::filesystem::path &file) {
        const auto [end, rest] = std::mismatch(folder.begin(), folder.end(), file.begin(), file.end());
        return end == folder.end();
    };
    std::error_code problem;
    const auto real = std::filesystem::canonical(path, problem);
    const auto folder = std::filesystem::canonical(model_.has_parent_path() ? model_.parent_path() : ".", problem);
    const auto model = std::filesystem::weakly_canonical(model_, problem);
    if (!within(folder, real) && !within(model.parent_path(), real)) {
        throw FormatError(file(), placeOf(tensor),
            "Its external data must lie beside the model, but " + path.string() + " is a link that leads elsewhere");
    }
}

bool ExternalData::mayTake(std::uint64_t denseBytes, std::uint64_t storedBytes)
{
    constexpr std::uint64_t largestRatio = 64;
    if (denseBytes <= largestRatio * storedBytes) {
        return true;
    }
    if (denseBytes > freeBytes_) {
        return false;
    }
    freeBytes_ -= denseBytes;
    return true;
}

Tensor takeTensor(::onnx::TensorProto &proto, ExternalData &external)
{
    Tensor tensor;
    tensor.name = proto.name();
    tensor.type = elementTypeOf(proto.data_type());
    tensor.shape.dims.assign(proto.dims().begin(), proto.dims().end());
    const auto fail = [&](const std::string &cause) { throw FormatError(external.file(), placeOf(proto), cause); };
    if (std::any_of(tensor.shape.dims.begin(), tensor.shape.dims.end(), [](std::int64_t size) { return size < 0; })) {
        fail("A constant's dimension is negative: " + tensor.shape.text());
    }
    const auto elements = tensor.shape.elements();
    if (!elements) {
        fail("A constant of " + tensor.shape.text() + " elements is too large");
    }
    if (proto.has_segment()) {
        fail("Constants in segments are not supported by ONNX's own runtime either");
    }
    if (tensor.type == ElementType::String) {
        if (proto.string_data_size() != *elements) {
            fail("It has " + std::to_string(proto.string_data_size()) + " strings, not " + std::to_string(*elements));
        }
        tensor.data = strings(proto);
        return tensor;
    }
    const auto bytes = tensor.bytes();
    if (proto.data_location() == ::onnx::TensorProto::EXTERNAL) {
        if (!bytes) {
            fail("External data of an element type that is not known");
        }
        tensor.data = external.part(proto, static_cast<std::size_t>(*bytes));
    } else if (const Bytes *values = constantOf(proto, external.constants())) {
        tensor.data = *values;
    } else if (proto.has_raw_data()) {
        const std::shared_ptr<std::string> owner(proto.release_raw_data());
        tensor.data = Bytes(owner, std::as_bytes(std::span(owner->data(), owner->size())));
    } else {
        tensor.data = typedData(proto, tensor.type);
    }
    if (bytes && static_cast<std::size_t>(*bytes) != tensor.data->size()) {
        fail("It has " + std::to_string(tensor.data->size()) + " bytes of values; " + tensor.shape.text() + " "
            + std::string(nameOf(tensor.type)) + " takes " + std::to_string(*bytes));
    }
    return tensor;
}

void declare(Tensor &tensor, const ::onnx::TypeProto &type, const std::map<std::string, std::int64_t> &bindings,
    const std::string &file)
{
    if (!type.has_tensor_type()) {
        tensor.type = ElementType::Unknown;
        tensor.shape = Shape::unranked();
        return;
    }
    const auto &declared = type.tensor_type();
    tensor.type = elementTypeOf(declared.elem_type());
    if (!declared.has_shape()) {
        tensor.shape = Shape::unranked();
        return;
    }
    tensor.shape = Shape();
    tensor.dimensionNames.clear();
    constexpr int mostDimensions = 64;
    if (declared.shape().dim_size() > mostDimensions) {
        throw FormatError(file, "tensor " + tensor.name, "It has more than 64 dimensions");
    }
    for (const auto &dimension : declared.shape().dim()) {
        std::int64_t size = -1;
        std::string name;
        if (dimension.has_dim_value()) {
            // Some exporters write -1 or 0 for a dimension that they do not know; 0 is a size of its own.
            size = std::max<std::int64_t>(dimension.dim_value(), -1);
            constexpr std::int64_t largest = std::int64_t{1} << 40;
            if (size >= largest) {
                throw FormatError(
                    file, "tensor " + tensor.name, "A dimension of " + std::to_string(size) + " is too large");
            }
        } else if (dimension.has_dim_param()) {
            name = dimension.dim_param();
            if (const auto bound = bindings.find(name); bound != bindings.end()) {
                size = bound->second;
                name.clear();
            }
        }
        tensor.shape.dims.push_back(size);
        tensor.dimensionNames.push_back(std::move(name));
    }
    if (std::all_of(tensor.dimensionNames.begin(), tensor.dimensionNames.end(),
            [](const std::string &name) { return name.empty(); })) {
        tensor.dimensionNames.clear();
    }
}

Attribute takeAttribute(::onnx::AttributeProto &proto, ExternalData &external)
{
    Attribute attribute;
    attribute.name = proto.name();
    auto type = proto.type();
    if (type == ::onnx::AttributeProto::UNDEFINED) {
        // IR versions before 0.0.2 leave the type out.
        type = proto.has_f()           ? ::onnx::AttributeProto::FLOAT
            : proto.has_i()            ? ::onnx::AttributeProto::INT
            : proto.has_s()            ? ::onnx::AttributeProto::STRING
            : proto.has_t()            ? ::onnx::AttributeProto::TENSOR
            : proto.has_g()            ? ::onnx::AttributeProto::GRAPH
            : proto.floats_size() > 0  ? ::onnx::AttributeProto::FLOATS
            : proto.strings_size() > 0 ? ::onnx::AttributeProto::STRINGS
                                       : ::onnx::AttributeProto::INTS;
    }
    switch (type) {
    case ::onnx::AttributeProto::FLOAT:
        attribute.kind = Attribute::Kind::Float;
        attribute.real = proto.f();
        attribute.text = number(proto.f());
        break;
    case ::onnx::AttributeProto::INT:
        attribute.kind = Attribute::Kind::Int;
        attribute.integer = proto.i();
        attribute.text = std::to_string(proto.i());
        break;
    case ::onnx::AttributeProto::STRING:
        attribute.kind = Attribute::Kind::String;
        attribute.string = proto.s();
        attribute.text = shortened(proto.s());
        break;
    case ::onnx::AttributeProto::FLOATS:
        attribute.kind = Attribute::Kind::Floats;
        attribute.reals.assign(proto.floats().begin(), proto.floats().end());
        attribute.text = listed(proto.floats(), number);
        break;
    case ::onnx::AttributeProto::INTS:
        attribute.kind = Attribute::Kind::Ints;
        attribute.integers.assign(proto.ints().begin(), proto.ints().end());
        attribute.text = listed(proto.ints(), [](std::int64_t value) { return std::to_string(value); });
        break;
    case ::onnx::AttributeProto::STRINGS:
        attribute.kind = Attribute::Kind::Strings;
        attribute.strings.assign(proto.strings().begin(), proto.strings().end());
        attribute.text = listed(proto.strings(), [](const std::string &value) { return value; });
        break;
    case ::onnx::AttributeProto::TENSOR: {
        attribute.kind = Attribute::Kind::Tensor;
        attribute.tensor = takeTensor(*proto.mutable_t(), external);
        attribute.text = "tensor " + std::string(nameOf(attribute.tensor->type)) + " " + attribute.tensor->shape.text();
        break;
    }
    case ::onnx::AttributeProto::GRAPH:
        attribute.kind = Attribute::Kind::Graph;
        attribute.text = "subgraph " + proto.g().name();
        break;
    default:
        attribute.text = "…";
        break;
    }
    if (!proto.ref_attr_name().empty()) {
        attribute.kind = Attribute::Kind::Other;
        attribute.text = "the function's attribute " + proto.ref_attr_name();
    }
    return attribute;
}

} // namespace tinsmith::onnxio
