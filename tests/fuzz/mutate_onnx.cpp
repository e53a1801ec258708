// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/mutate.h"

#include <onnx/onnx_pb.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <limits>
#include <memory>
#include <string>

namespace tinsmith::fuzz {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr std::array<std::int64_t, 20> numbers
    = {0, 1, 2, 3, 4, 5, 7, 8, 13, 16, 64, 255, 65536, 1 << 30, -1, -2, -8, std::numeric_limits<std::int32_t>::max(),
        std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()};

constexpr std::array<const char *, 72> operators
    = {"Add", "ArgMax", "AveragePool", "BatchNormalization", "Cast", "Clip", "Concat", "Constant", "ConstantOfShape",
        "Conv", "ConvInteger", "ConvTranspose", "CumSum", "DepthToSpace", "DequantizeLinear", "Einsum", "Expand",
        "Flatten", "GRU", "Gather", "GatherElements", "GatherND", "Gemm", "GlobalAveragePool", "GridSample", "Identity",
        "If", "InstanceNormalization", "LRN", "LSTM", "LayerNormalization", "Loop", "MatMul", "MatMulInteger",
        "MaxPool", "Mean", "Mul", "NonMaxSuppression", "NonZero", "OneHot", "PRelu", "Pad", "QLinearConv",
        "QLinearMatMul", "QuantizeLinear", "RNN", "Range", "ReduceMean", "ReduceSum", "Relu", "Reshape", "Resize",
        "RoiAlign", "Scan", "ScatterElements", "ScatterND", "Shape", "Size", "Slice", "Softmax", "SpaceToDepth",
        "Split", "Squeeze", "Sub", "Sum", "Tile", "TopK", "Transpose", "Trilu", "Unsqueeze", "Upsample", "Where"};

class Mutation {
public:
    Mutation(::onnx::ModelProto &model, std::mt19937 &random) : model_(model), random_(random) { }

    void run()
    {
        for (std::size_t left = 1 + below(3); left > 0; --left) {
            // Anew each time: a change may have taken messages away.
            messages_.clear();
            names_.clear();
            collect(model_, 0);
            change(*messages_[below(messages_.size())]);
        }
    }

private:
    std::size_t below(std::size_t limit) { return limit == 0 ? 0 : random_() % limit; }
    std::int64_t number()
    {
        return below(4) == 0 ? static_cast<std::int64_t>(random_()) : numbers[below(numbers.size())];
    }

    void collect(Message &message, int depth)
    {
        messages_.push_back(&message);
        const Reflection &reflection = *message.GetReflection();
        std::vector<const FieldDescriptor *> fields;
        reflection.ListFields(message, &fields);
        for (const FieldDescriptor *field : fields) {
            const int count = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
            for (int at = 0; at < count && messages_.size() < 4000; ++at) {
                if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && depth < 40) {
                    collect(*part(message, field, at), depth + 1);
                } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING
                    && field->type() == FieldDescriptor::TYPE_STRING) {
                    names_.push_back(field->is_repeated() ? reflection.GetRepeatedString(message, field, at)
                                                          : reflection.GetString(message, field));
                }
            }
        }
    }

    static Message *part(Message &message, const FieldDescriptor *field, int at)
    {
        const Reflection &reflection = *message.GetReflection();
        return field->is_repeated() ? reflection.MutableRepeatedMessage(&message, field, at)
                                    : reflection.MutableMessage(&message, field);
    }

    std::string text(const FieldDescriptor *field, const std::string &old)
    {
        if (field->name() == "op_type" && below(2) == 0) {
            return operators[below(operators.size())];
        }
        if (field->type() == FieldDescriptor::TYPE_BYTES || below(4) == 0) {
            std::string changed = old;
            if (changed.empty() || below(6) == 0) {
                changed.resize(below(40), 'x');
            }
            for (std::size_t left = below(4); left > 0 && !changed.empty(); --left) {
                changed[below(changed.size())] = static_cast<char>(random_());
            }
            return changed;
        }
        return names_.empty() ? std::string() : names_[below(names_.size())];
    }

    void change(Message &message)
    {
        const auto *type = message.GetDescriptor();
        const Reflection &reflection = *message.GetReflection();
        std::vector<const FieldDescriptor *> fields;
        // Fields that are there, mostly: most others make no sense in their place.
        reflection.ListFields(message, &fields);
        const FieldDescriptor *field = fields.empty() || below(6) == 0
            ? type->field(static_cast<int>(below(static_cast<std::size_t>(type->field_count()))))
            : fields[below(fields.size())];
        if (field->is_repeated()) {
            changeList(message, field);
        } else {
            changeOne(message, field);
        }
    }

    void changeOne(Message &message, const FieldDescriptor *field)
    {
        const Reflection &reflection = *message.GetReflection();
        switch (field->cpp_type()) {
        case FieldDescriptor::CPPTYPE_INT32:
            reflection.SetInt32(&message, field, static_cast<std::int32_t>(number()));
            break;
        case FieldDescriptor::CPPTYPE_INT64:
            reflection.SetInt64(&message, field, number());
            break;
        case FieldDescriptor::CPPTYPE_UINT64:
            reflection.SetUInt64(&message, field, static_cast<std::uint64_t>(number()));
            break;
        case FieldDescriptor::CPPTYPE_FLOAT:
            reflection.SetFloat(&message, field, real());
            break;
        case FieldDescriptor::CPPTYPE_ENUM:
            reflection.SetEnumValue(&message, field, static_cast<int>(below(20)));
            break;
        case FieldDescriptor::CPPTYPE_STRING:
            reflection.SetString(&message, field, text(field, reflection.GetString(message, field)));
            break;
        case FieldDescriptor::CPPTYPE_MESSAGE:
            if (below(3) == 0) {
                reflection.ClearField(&message, field);
            } else {
                take(message, field, -1);
            }
            break;
        default:
            break;
        }
    }

    float real()
    {
        constexpr std::array<float, 8> reals = {0, 1, -1, 1e-30F, 1e30F, std::numeric_limits<float>::infinity(),
            std::numeric_limits<float>::quiet_NaN(), 0.5F};
        return reals[below(reals.size())];
    }

    /// Copies another message of the type into the field.
    void take(Message &message, const FieldDescriptor *field, int at)
    {
        std::vector<const Message *> alike;
        std::copy_if(messages_.begin(), messages_.end(), std::back_inserter(alike),
            [&](const Message *other) { return other->GetDescriptor() == field->message_type(); });
        if (alike.empty()) {
            return;
        }
        // Through a copy: the source may hold the target.
        const std::unique_ptr<Message> copy(alike.front()->New());
        copy->CopyFrom(*alike[below(alike.size())]);
        if (copy->ByteSizeLong() > 100'000) {
            return;
        }
        // What the field held may be in the list of messages: only empty and new places are filled.
        const Reflection &reflection = *message.GetReflection();
        if (at < 0 && !field->is_repeated()) {
            if (!reflection.HasField(message, field)) {
                reflection.MutableMessage(&message, field)->CopyFrom(*copy);
            }
        } else {
            reflection.AddMessage(&message, field)->CopyFrom(*copy);
        }
    }

    void changeList(Message &message, const FieldDescriptor *field)
    {
        const Reflection &reflection = *message.GetReflection();
        const int size = reflection.FieldSize(message, field);
        const int at = static_cast<int>(below(static_cast<std::size_t>(size)));
        const std::size_t choice = below(6);
        if (choice == 0 && size > 0 && field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
            reflection.RemoveLast(&message, field);
        } else if (choice == 1 && size > 1) {
            reflection.SwapElements(&message, field, at, static_cast<int>(below(static_cast<std::size_t>(size))));
        } else if (choice == 2 || size == 0) {
            add(message, field);
        } else {
            set(message, field, at);
        }
    }

    void add(Message &message, const FieldDescriptor *field)
    {
        const Reflection &reflection = *message.GetReflection();
        switch (field->cpp_type()) {
        case FieldDescriptor::CPPTYPE_INT32:
            reflection.AddInt32(&message, field, static_cast<std::int32_t>(number()));
            break;
        case FieldDescriptor::CPPTYPE_INT64:
            reflection.AddInt64(&message, field, number());
            break;
        case FieldDescriptor::CPPTYPE_UINT64:
            reflection.AddUInt64(&message, field, static_cast<std::uint64_t>(number()));
            break;
        case FieldDescriptor::CPPTYPE_FLOAT:
            reflection.AddFloat(&message, field, real());
            break;
        case FieldDescriptor::CPPTYPE_STRING:
            reflection.AddString(&message, field, text(field, {}));
            break;
        case FieldDescriptor::CPPTYPE_MESSAGE:
            take(message, field, 0);
            break;
        default:
            break;
        }
    }

    void set(Message &message, const FieldDescriptor *field, int at)
    {
        const Reflection &reflection = *message.GetReflection();
        switch (field->cpp_type()) {
        case FieldDescriptor::CPPTYPE_INT32:
            reflection.SetRepeatedInt32(&message, field, at, static_cast<std::int32_t>(number()));
            break;
        case FieldDescriptor::CPPTYPE_INT64:
            reflection.SetRepeatedInt64(&message, field, at, number());
            break;
        case FieldDescriptor::CPPTYPE_FLOAT:
            reflection.SetRepeatedFloat(&message, field, at, real());
            break;
        case FieldDescriptor::CPPTYPE_STRING:
            reflection.SetRepeatedString(
                &message, field, at, text(field, reflection.GetRepeatedString(message, field, at)));
            break;
        case FieldDescriptor::CPPTYPE_MESSAGE:
            change(*reflection.MutableRepeatedMessage(&message, field, at));
            break;
        default:
            break;
        }
    }

    ::onnx::ModelProto &model_;
    std::mt19937 &random_;
    std::vector<Message *> messages_;
    std::vector<std::string> names_;
};

} // namespace

void mutateOnnx(File &file, std::mt19937 &random)
{
    const google::protobuf::LogSilencer silence;
    ::onnx::ModelProto model;
    if (random() % 12 == 0 || !model.ParseFromArray(file.data(), static_cast<int>(file.size()))) {
        mutateBytes(file, random);
        return;
    }
    Mutation(model, random).run();
    const std::string changed = model.SerializeAsString();
    const auto *const begin = reinterpret_cast<const std::byte *>(changed.data());
    file.assign(begin, begin + changed.size());
}

} // namespace tinsmith::fuzz
