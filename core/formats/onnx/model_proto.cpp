// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/model_proto.h"

#include "core/formats/onnx/large_constants.h"
#include "core/formats/onnx/parsed_size.h"
#include "core/graph/error.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/stubs/logging.h>
#include <onnx/onnx_pb.h>

#include <climits>
#include <utility>

namespace tinsmith::onnxio {
namespace {

constexpr auto notAModel = "This is not an ONNX model, or the file is cut short";
/// What a model may take in memory: a multiple of its file, and for small files this much.
constexpr std::uint64_t largestRatio = 64;
constexpr std::uint64_t freeBytes = std::uint64_t{16} << 20;

std::shared_ptr<::onnx::ModelProto> parse(google::protobuf::io::ZeroCopyInputStream &stream, const std::string &file)
{
    // Protobuf would print its own messages to stderr; ours carry the cause.
    const google::protobuf::LogSilencer silence;
    auto model = std::make_shared<::onnx::ModelProto>();
    google::protobuf::io::CodedInputStream input(&stream);
    input.SetTotalBytesLimit(INT_MAX);
    try {
        if (!model->ParseFromCodedStream(&input) || !input.ConsumedEntireMessage()) {
            throw FormatError(file, {}, notAModel);
        }
    } catch (const Error &) {
        throw;
    } catch (const std::exception &problem) {
        throw FormatError(file, {}, std::string(notAModel) + " (" + problem.what() + ")");
    }
    if (model->ir_version() <= 0 || !model->has_graph()) {
        throw FormatError(file, {}, notAModel);
    }
    return model;
}

} // namespace

ParsedModel parseModel(const Bytes &content, const std::string &file)
{
    if (content.size() > INT_MAX) {
        throw FormatError(file, {}, "ONNX files end at 2 GB; larger models keep their weights in external data files");
    }
    DividedModel divided = divideModel(content);
    const bool whole = divided.constants.empty();
    if (whole) {
        divided.message = {};
    }
    const void *const bytes = whole ? static_cast<const void *>(content.data()) : divided.message.data();
    const std::size_t size = whole ? content.size() : divided.message.size();
    google::protobuf::io::CodedInputStream measured(static_cast<const std::uint8_t *>(bytes), static_cast<int>(size));
    if (parsedSize(measured) > freeBytes + largestRatio * content.size()) {
        throw FormatError(file, {}, "The model would take more than 64 times its file in memory");
    }
    google::protobuf::io::ArrayInputStream stream(bytes, static_cast<int>(size));
    return {parse(stream, file), std::move(divided.constants)};
}

} // namespace tinsmith::onnxio
