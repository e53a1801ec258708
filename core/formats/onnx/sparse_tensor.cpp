// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/tensor_proto.h"
#include "core/graph/error.h"

#include <onnx/onnx_pb.h>

#include <algorithm>
#include <cstring>

namespace tinsmith::onnxio {
namespace {

/// The position of entry `at` in the dense tensor; throws where it lies outside.
std::size_t positionOf(
    const std::vector<std::int64_t> &indices, std::size_t at, const Tensor &dense, bool linear, const std::string &file)
{
    const std::size_t rank = dense.shape.rank();
    const auto fail = [&]() {
        throw FormatError(file, "tensor " + dense.name, "An index of its values lies outside " + dense.shape.text());
    };
    if (linear) {
        const std::int64_t position = indices[at];
        if (position < 0 || position >= dense.shape.elements().value_or(0)) {
            fail();
        }
        return static_cast<std::size_t>(position);
    }
    std::int64_t position = 0;
    for (std::size_t axis = 0; axis < rank; ++axis) {
        const std::int64_t index = indices[at * rank + axis];
        if (index < 0 || index >= dense.shape[axis]) {
            fail();
        }
        position = position * dense.shape[axis] + index;
    }
    return static_cast<std::size_t>(position);
}

} // namespace

Tensor takeSparse(::onnx::SparseTensorProto &proto, ExternalData &external)
{
    Tensor dense;
    dense.name = proto.values().name();
    dense.type = elementTypeOf(proto.values().data_type());
    dense.shape.dims.assign(proto.dims().begin(), proto.dims().end());
    const auto fail
        = [&](const std::string &cause) { throw FormatError(external.file(), "tensor " + dense.name, cause); };
    if (std::any_of(dense.shape.dims.begin(), dense.shape.dims.end(), [](std::int64_t size) { return size < 0; })) {
        fail("A constant's dimension is negative: " + dense.shape.text());
    }
    const Tensor values = takeTensor(*proto.mutable_values(), external);
    const Tensor places = takeTensor(*proto.mutable_indices(), external);
    const auto bytes = dense.bytes();
    const int bits = bitsOf(dense.type);
    if (!bytes || bits < 8 || bits % 8 != 0) {
        return dense;
    }
    if (!external.mayTake(static_cast<std::uint64_t>(*bytes), values.data->size() + places.data->size())) {
        return dense;
    }
    const std::size_t width = static_cast<std::size_t>(bits) / 8;
    const std::size_t count = values.data->size() / width;
    const bool linear = places.shape.rank() == 1;
    const auto indices = places.data->copyAs<std::int64_t>();
    if (places.type != ElementType::Int64 || indices.size() != count * (linear ? 1 : dense.shape.rank())) {
        fail("It has " + std::to_string(count) + " values and " + std::to_string(indices.size()) + " indices");
    }
    std::vector<std::byte> content(static_cast<std::size_t>(*bytes));
    for (std::size_t at = 0; at < count; ++at) {
        const std::size_t position = positionOf(indices, at, dense, linear, external.file());
        std::memcpy(content.data() + position * width, values.data->data() + at * width, width);
    }
    dense.data = Bytes(std::move(content));
    return dense;
}

} // namespace tinsmith::onnxio
