// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/large_constants.h"

#include <onnx/onnx_pb.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace tinsmith::onnxio {
namespace {

constexpr std::size_t large = 1024;
/// The highest number that a field can have: no version of ONNX is near.
constexpr std::uint32_t markField = 536'870'911;

// Field numbers of onnx.proto.
constexpr std::uint32_t modelGraph = 7;
constexpr std::uint32_t graphNode = 1;
constexpr std::uint32_t graphInitializer = 5;
constexpr std::uint32_t nodeType = 4;
constexpr std::uint32_t nodeAttribute = 5;
constexpr std::uint32_t nodeDomain = 7;
constexpr std::uint32_t attributeTensor = 5;
constexpr std::uint32_t tensorType = 2;
constexpr std::uint32_t tensorFloats = 4;
constexpr std::uint32_t tensorRaw = 9;

enum class WireType : std::uint32_t { Varint = 0, Fixed64 = 1, Delimited = 2, Fixed32 = 5 };

/// Thrown where the bytes are no message that this file's readers understand; protobuf then has the last word.
struct NotDivided { };

using View = std::span<const std::byte>;

struct Field {
    std::uint32_t number = 0;
    WireType type = WireType::Varint;
    /// With its key and length.
    View whole;
    /// Of a delimited field.
    View content;
    std::uint64_t value = 0;
};

/// The fields of a message one after the other.
class Fields {
public:
    explicit Fields(View message) : rest_(message) { }

    std::optional<Field> next()
    {
        if (rest_.empty()) {
            return std::nullopt;
        }
        const View start = rest_;
        const std::uint64_t key = varint();
        Field field;
        field.number = static_cast<std::uint32_t>(key >> 3U);
        field.type = static_cast<WireType>(key & 7U);
        if (key > 0xFFFFFFFFU || field.number == 0) {
            throw NotDivided();
        }
        switch (field.type) {
        case WireType::Varint:
            field.value = varint();
            break;
        case WireType::Fixed64:
            take(8);
            break;
        case WireType::Fixed32:
            take(4);
            break;
        case WireType::Delimited:
            field.content = take(varint());
            break;
        default:
            throw NotDivided();
        }
        field.whole = start.first(start.size() - rest_.size());
        return field;
    }

private:
    View take(std::uint64_t size)
    {
        if (size > rest_.size()) {
            throw NotDivided();
        }
        const View taken = rest_.first(static_cast<std::size_t>(size));
        rest_ = rest_.subspan(taken.size());
        return taken;
    }

    std::uint64_t varint()
    {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            const auto byte = std::to_integer<std::uint64_t>(take(1).front());
            value |= (byte & 127U) << shift;
            if (byte < 128) {
                return value;
            }
        }
        throw NotDivided();
    }

    View rest_;
};

class Divider {
public:
    explicit Divider(const Bytes &content) : content_(content) { }

    DividedModel run()
    {
        for (Fields fields(content_.view()); const auto field = fields.next();) {
            if (field->number == modelGraph && field->type == WireType::Delimited) {
                nested(*field, [&] { graph(field->content); });
            } else {
                copy(field->whole);
            }
        }
        return std::move(result_);
    }

private:
    void graph(View message)
    {
        for (Fields fields(message); const auto field = fields.next();) {
            if (field->number == graphInitializer && field->type == WireType::Delimited) {
                nested(*field, [&] { tensor(field->content); });
            } else if (field->number == graphNode && field->type == WireType::Delimited && isConstant(field->content)) {
                nested(*field, [&] { constantNode(field->content); });
            } else {
                copy(field->whole);
            }
        }
    }

    static std::string_view text(View bytes) { return {reinterpret_cast<const char *>(bytes.data()), bytes.size()}; }

    static bool isConstant(View node)
    {
        bool constant = false;
        bool ours = true;
        for (Fields fields(node); const auto field = fields.next();) {
            if (field->number == nodeType) {
                constant = text(field->content) == "Constant";
            } else if (field->number == nodeDomain) {
                ours = field->content.empty();
            }
        }
        return constant && ours;
    }

    void constantNode(View message)
    {
        for (Fields fields(message); const auto field = fields.next();) {
            if (field->number == nodeAttribute && field->type == WireType::Delimited) {
                nested(*field, [&] { attribute(field->content); });
            } else {
                copy(field->whole);
            }
        }
    }

    void attribute(View message)
    {
        for (Fields fields(message); const auto field = fields.next();) {
            if (field->number == attributeTensor && field->type == WireType::Delimited) {
                nested(*field, [&] { tensor(field->content); });
            } else {
                copy(field->whole);
            }
        }
    }

    void tensor(View message)
    {
        std::size_t pieces = 0;
        std::uint64_t type = 0;
        View values;
        bool raw = false;
        for (Fields fields(message); const auto field = fields.next();) {
            if (field->number == tensorRaw || field->number == tensorFloats) {
                ++pieces;
                raw = field->number == tensorRaw;
                values = field->type == WireType::Delimited ? field->content : View();
            } else if (field->number == tensorType) {
                type = field->value;
            }
        }
        // Packed floats are what raw ones are; of several pieces or fields protobuf makes one.
        const bool left = pieces == 1 && values.size() >= large
            && (raw || (type == ::onnx::TensorProto::FLOAT && values.size() % sizeof(float) == 0));
        for (Fields fields(message); const auto field = fields.next();) {
            const bool isValues = field->number == tensorRaw || field->number == tensorFloats;
            if (field->number != markField && !(left && isValues)) {
                copy(field->whole);
            }
        }
        if (left) {
            varint((std::uint64_t{markField} << 3U) | static_cast<std::uint64_t>(WireType::Varint));
            varint(result_.constants.size());
            result_.constants.push_back(
                content_.part(static_cast<std::size_t>(values.data() - content_.data()), values.size()));
        }
    }

    void copy(View bytes) { result_.message.append(text(bytes)); }

    void varint(std::uint64_t value)
    {
        for (; value >= 128; value >>= 7U) {
            result_.message += static_cast<char>((value & 127U) | 128U);
        }
        result_.message += static_cast<char>(value);
    }

    /// A delimited field whose length is known when its content has been written: five bytes are kept for it.
    template <typename Write>
    void nested(const Field &field, const Write &write)
    {
        constexpr std::size_t lengthBytes = 5;
        varint((std::uint64_t{field.number} << 3U) | static_cast<std::uint64_t>(WireType::Delimited));
        const std::size_t start = result_.message.size();
        result_.message.append(lengthBytes, '\0');
        write();
        std::uint64_t length = result_.message.size() - start - lengthBytes;
        for (std::size_t at = 0; at < lengthBytes; ++at, length >>= 7U) {
            result_.message[start + at] = static_cast<char>((length & 127U) | (at + 1 < lengthBytes ? 128U : 0U));
        }
    }

    const Bytes &content_;
    DividedModel result_;
};

} // namespace

DividedModel divideModel(const Bytes &content)
{
    try {
        DividedModel divided = Divider(content).run();
        return divided;
    } catch (const NotDivided &) {
        return {};
    }
}

const Bytes *constantOf(const ::onnx::TensorProto &tensor, const std::vector<Bytes> &constants)
{
    const auto &unknown = tensor.GetReflection()->GetUnknownFields(tensor);
    for (int at = 0; at < unknown.field_count() && !constants.empty(); ++at) {
        const auto &field = unknown.field(at);
        if (field.number() == static_cast<int>(markField) && field.type() == google::protobuf::UnknownField::TYPE_VARINT
            && field.varint() < constants.size()) {
            return &constants[static_cast<std::size_t>(field.varint())];
        }
    }
    return nullptr;
}

} // namespace tinsmith::onnxio
