// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/onnx/node.h"
#include "core/graph/tensor.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

namespace onnx {
class AttributeProto;
class TensorProto;
class TypeProto;
} // namespace onnx

namespace tinsmith::onnxio {

/// ONNX's number of an element type, also those newer than the library; Unknown for what Tinsmith has no type for.
ElementType elementTypeOf(std::int64_t dataType);
/// The reverse; 0 where ONNX has none.
std::int32_t dataTypeOf(ElementType type);

/// Finds and maps external data files beside a model; each file once.
class ExternalData {
public:
    explicit ExternalData(std::filesystem::path model) : model_(std::move(model)) { }
    /// Throws FormatError naming the tensor: a location that leads out of the model's folder, a missing file, a wrong
    /// range.
    Bytes part(const ::onnx::TensorProto &tensor, std::size_t bytes);
    std::string file() const { return model_.string(); }

private:
    std::filesystem::path model_;
    std::map<std::string, Bytes> files_;
};

/// The constant as Tinsmith holds it. Takes raw bytes out of the message instead of copying them.
/// Throws FormatError where the values do not have the bytes that type and dimensions say.
Tensor takeTensor(::onnx::TensorProto &proto, ExternalData &external);

/// Fills type and shape from a declaration; symbolic dimensions become the bound size, or -1 with their name.
void declare(Tensor &tensor, const ::onnx::TypeProto &type, const std::map<std::string, std::int64_t> &bindings,
    const std::string &file);

/// An attribute free of protobuf; takes the bytes of a tensor attribute out of the message.
Attribute takeAttribute(::onnx::AttributeProto &proto, ExternalData &external);

} // namespace tinsmith::onnxio
