// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

namespace onnx {
class ModelProto;
}

namespace tinsmith::onnxio {

/// Parses a model and checks that it is one (an empty file is a valid protobuf message, but no model).
/// Throws FormatError or SystemError that name `file`.
std::shared_ptr<::onnx::ModelProto> parseModel(const std::filesystem::path &file);
std::shared_ptr<::onnx::ModelProto> parseModel(std::span<const std::byte> bytes, const std::string &file);

} // namespace tinsmith::onnxio
