// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/onnx/node.h"
#include "core/graph/tensor.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace onnx {
class AttributeProto;
class SparseTensorProto;
class TensorProto;
class TypeProto;
} // namespace onnx

namespace tinsmith::onnxio {

/// ONNX's number of an element type, also those newer than the library; Unknown for what Tinsmith has no type for.
ElementType elementTypeOf(std::int64_t dataType);
/// The reverse; 0 where ONNX has none.
std::int32_t dataTypeOf(ElementType type);

/// Values that do not stand in the message: finds and maps external data files beside a model, each file once, and
/// keeps the constants that were left in the model's own file.
class ExternalData {
public:
    explicit ExternalData(std::filesystem::path model, std::vector<Bytes> constants = {})
        : model_(std::move(model)), constants_(std::move(constants))
    {
    }
    /// Throws FormatError naming the tensor: a location that leads out of the model's folder, a missing file, a wrong
    /// range.
    Bytes part(const ::onnx::TensorProto &tensor, std::size_t bytes);
    /// See large_constants.h.
    const std::vector<Bytes> &constants() const { return constants_; }
    std::string file() const { return model_.string(); }
    /// Whether the dense form of a sparse constant may be made: many small ones could fill the memory.
    bool mayTake(std::uint64_t denseBytes, std::uint64_t storedBytes);

private:
    void checkIsBeside(const ::onnx::TensorProto &tensor, const std::filesystem::path &path) const;

    std::filesystem::path model_;
    std::vector<Bytes> constants_;
    std::map<std::string, Bytes> files_;
    std::uint64_t freeBytes_ = std::uint64_t{16} << 20;
};

/// The constant as Tinsmith holds it. Takes raw bytes out of the message instead of copying them.
/// Throws FormatError where the values do not have the bytes that type and dimensions say.
Tensor takeTensor(::onnx::TensorProto &proto, ExternalData &external);

/// A sparse constant as a dense one, where that is no more than a small multiple of what the file holds; without data
/// otherwise. Throws FormatError where its indices and values do not go together.
Tensor takeSparse(::onnx::SparseTensorProto &proto, ExternalData &external);

/// Fills type and shape from a declaration; symbolic dimensions become the bound size, or -1 with their name.
void declare(Tensor &tensor, const ::onnx::TypeProto &type, const std::map<std::string, std::int64_t> &bindings,
    const std::string &file);

/// An attribute free of protobuf; takes the bytes of a tensor attribute out of the message.
Attribute takeAttribute(::onnx::AttributeProto &proto, ExternalData &external);

} // namespace tinsmith::onnxio
