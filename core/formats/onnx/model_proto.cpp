// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/model_proto.h"

#include "core/graph/error.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl.h>
#include <google/protobuf/stubs/logging.h>
#include <onnx/onnx_pb.h>

#include <cerrno>
#include <climits>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tinsmith::onnxio {
namespace {

constexpr auto notAModel = "This is not an ONNX model, or the file is cut short";

class Descriptor {
public:
    explicit Descriptor(const std::filesystem::path &file) : number_(::open(file.c_str(), O_RDONLY | O_CLOEXEC))
    {
        struct stat status = {};
        if (number_ < 0 || ::fstat(number_, &status) != 0) {
            throw SystemError(file.string(), {}, std::strerror(errno));
        }
        if (!S_ISREG(status.st_mode)) {
            throw SystemError(file.string(), {}, "This is not a regular file");
        }
        if (status.st_size > INT_MAX) {
            throw FormatError(
                file.string(), {}, "ONNX files end at 2 GB; larger models keep their weights in external data files");
        }
    }
    Descriptor(const Descriptor &) = delete;
    Descriptor &operator=(const Descriptor &) = delete;
    ~Descriptor()
    {
        if (number_ >= 0) {
            ::close(number_);
        }
    }
    int number() const { return number_; }

private:
    int number_;
};

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

std::shared_ptr<::onnx::ModelProto> parseModel(const std::filesystem::path &file)
{
    const Descriptor descriptor(file);
    google::protobuf::io::FileInputStream stream(descriptor.number());
    auto model = parse(stream, file.string());
    if (stream.GetErrno() != 0) {
        throw SystemError(file.string(), {}, std::strerror(stream.GetErrno()));
    }
    return model;
}

std::shared_ptr<::onnx::ModelProto> parseModel(std::span<const std::byte> bytes, const std::string &file)
{
    if (bytes.size() > INT_MAX) {
        throw FormatError(file, {}, "ONNX files end at 2 GB");
    }
    google::protobuf::io::ArrayInputStream stream(bytes.data(), static_cast<int>(bytes.size()));
    return parse(stream, file);
}

} // namespace tinsmith::onnxio
