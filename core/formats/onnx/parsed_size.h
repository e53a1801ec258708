// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace google::protobuf::io {
class CodedInputStream;
} // namespace google::protobuf::io

namespace tinsmith::onnxio {

/// About how many bytes a model takes in memory once it is parsed and read, found without parsing it: two bytes of a
/// file can be a whole empty node. Ends early where the message is damaged.
std::uint64_t parsedSize(google::protobuf::io::CodedInputStream &message);

} // namespace tinsmith::onnxio
