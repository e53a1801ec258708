// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/parsed_size.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/message.h>
#include <google/protobuf/wire_format_lite.h>
#include <onnx/onnx_pb.h>

#include <unordered_map>

namespace tinsmith::onnxio {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::internal::WireFormatLite;

constexpr int deepest = 100;
constexpr std::uint64_t textBytes = sizeof(std::string) + sizeof(void *);
/// A node is also an operator with tensors.
constexpr std::uint64_t operatorBytes = 512;

class Measure {
public:
    explicit Measure(google::protobuf::io::CodedInputStream &message) : in_(message) { }

    std::uint64_t run()
    {
        message(*::onnx::ModelProto::descriptor(), 0);
        return total_;
    }

private:
    std::uint64_t emptySize(const Descriptor &type)
    {
        const auto [at, isNew] = sizes_.emplace(&type, 0);
        if (isNew) {
            const auto *const empty = google::protobuf::MessageFactory::generated_factory()->GetPrototype(&type);
            at->second = static_cast<std::uint64_t>(empty->SpaceUsedLong()) + sizeof(void *)
                + (&type == ::onnx::NodeProto::descriptor() ? operatorBytes : 0);
        }
        return at->second;
    }

    /// False where the message ends in damage.
    bool message(const Descriptor &type, int depth)
    {
        total_ += emptySize(type);
        if (depth > deepest) {
            return false;
        }
        while (const std::uint32_t tag = in_.ReadTag()) {
            const bool delimited = WireFormatLite::GetTagWireType(tag) == WireFormatLite::WIRETYPE_LENGTH_DELIMITED;
            if (!(delimited ? content(type, WireFormatLite::GetTagFieldNumber(tag), depth)
                            : WireFormatLite::SkipField(&in_, tag))) {
                return false;
            }
            total_ += delimited ? 0 : sizeof(std::uint64_t);
        }
        return true;
    }

    bool content(const Descriptor &type, int number, int depth)
    {
        int length = 0;
        if (!in_.ReadVarintSizeAsInt(&length)) {
            return false;
        }
        const FieldDescriptor *const field = type.FindFieldByNumber(number);
        if (field == nullptr || field->message_type() == nullptr) {
            const bool text = field == nullptr || field->type() == FieldDescriptor::TYPE_STRING
                || field->type() == FieldDescriptor::TYPE_BYTES;
            // Of packed numbers, which may take a byte each, no file has more than eight times its size.
            if (!in_.Skip(length)) {
                return false;
            }
            total_ += static_cast<std::uint64_t>(length) + (text ? textBytes : 0);
            return true;
        }
        const auto limit = in_.PushLimit(length);
        const bool sound = message(*field->message_type(), depth + 1) && in_.BytesUntilLimit() == 0;
        in_.PopLimit(limit);
        return sound;
    }

    google::protobuf::io::CodedInputStream &in_;
    std::unordered_map<const Descriptor *, std::uint64_t> sizes_;
    std::uint64_t total_ = 0;
};

} // namespace

std::uint64_t parsedSize(google::protobuf::io::CodedInputStream &message)
{
    return Measure(message).run();
}

} // namespace tinsmith::onnxio
