// SPDX-License-Identifier: Apache-2.0
#include "core/formats/tflite/operator_reader.h"

#include "core/formats/tflite/options_text.h"
#include "core/formats/tflite/tensor_reader.h"

#include <algorithm>
#include <utility>

namespace tinsmith::tflite {

OperatorReader::OperatorReader(const File &file, const GraphBuilder &builder, ShapeValues &values,
    const tfl::Operator &raw, tfl::BuiltinOperator code, Operator &result, std::vector<Tensor> &added,
    std::string place)
    : file_(file), builder_(builder), values_(values), raw_(raw), code_(code), result_(result), added_(added),
      place_(std::move(place)), all_(result.inputs)
{
}

const Tensor *OperatorReader::input(std::size_t position) const
{
    return position < all_.size() && all_[position].valid() ? &builder_.tensor(all_[position]) : nullptr;
}

const Tensor *OperatorReader::output(std::size_t position) const
{
    return position < result_.outputs.size() && result_.outputs[position].valid()
        ? &builder_.tensor(result_.outputs[position])
        : nullptr;
}

const Tensor &OperatorReader::requireInput(std::size_t position) const
{
    const Tensor *const tensor = input(position);
    if (tensor == nullptr) {
        throw error("has no input " + std::to_string(position));
    }
    return *tensor;
}

const Tensor &OperatorReader::requireOutput() const
{
    const Tensor *const tensor = output();
    if (tensor == nullptr) {
        throw error("has no output");
    }
    return *tensor;
}

std::int64_t OperatorReader::rankOf(const Tensor &tensor) const
{
    if (!tensor.shape.ranked) {
        throw CannotRepresent{"the number of dimensions of \"" + tensor.name + "\" is not known"};
    }
    return static_cast<std::int64_t>(tensor.shape.rank());
}

std::int32_t OperatorReader::axisWithin(std::int64_t axis, std::int64_t rank) const
{
    if (axis < -rank || axis >= rank) {
        throw error("has axis " + std::to_string(axis) + ", but its input has " + std::to_string(rank) + " dimensions");
    }
    return static_cast<std::int32_t>(axis);
}

void OperatorReader::keepInputs(std::initializer_list<std::size_t> positions)
{
    result_.inputs.clear();
    for (const std::size_t position : positions) {
        result_.inputs.push_back(position < all_.size() ? all_[position] : TensorId::none());
    }
    while (!result_.inputs.empty() && !result_.inputs.back().valid()) {
        result_.inputs.pop_back();
    }
}

void OperatorReader::keepAllInputs()
{
    result_.inputs = all_;
}

void OperatorReader::addInput(Tensor constant)
{
    result_.inputs.emplace_back(builder_.tensorCount() + added_.size());
    added_.push_back(std::move(constant));
}

std::vector<std::int64_t> OperatorReader::constantIntegers(std::size_t position, const char *what) const
{
    const Tensor &tensor = requireInput(position);
    if (tensor.shape.elements() == 0) {
        return {};
    }
    if (!isSettled(position)) {
        throw CannotRepresent{"its " + std::string(what) + " is computed while the model runs"};
    }
    // No parameter needs more, and sums of a few cannot overflow. "To the end" is often the largest integer there is.
    constexpr std::int64_t limit = std::int64_t{1} << 40;
    const auto widened = [limit](const auto &values) {
        std::vector<std::int64_t> wide;
        for (const std::int64_t value : values) {
            wide.push_back(std::clamp(value, -limit, limit));
        }
        return wide;
    };
    if (!tensor.constant()) {
        return widened(known(position)->integers());
    }
    file_.account(tensor.data->size() * sizeof(std::int64_t), place_);
    switch (tensor.type) {
    case ElementType::Int8:
        return widened(tensor.data->copyAs<std::int8_t>());
    case ElementType::Int16:
        return widened(tensor.data->copyAs<std::int16_t>());
    case ElementType::Int32:
        return widened(tensor.data->copyAs<std::int32_t>());
    case ElementType::Int64:
        return widened(tensor.data->copyAs<std::int64_t>());
    default:
        throw error("takes its " + std::string(what) + " from a tensor of type " + std::string(nameOf(tensor.type)));
    }
}

const SmallValue *OperatorReader::known(std::size_t position) const
{
    return position < all_.size() ? values_.find(all_[position]) : nullptr;
}

bool OperatorReader::isSettled(std::size_t position) const
{
    const Tensor *const tensor = input(position);
    if (tensor == nullptr || tensor->constant()) {
        return tensor != nullptr;
    }
    const SmallValue *const value = known(position);
    return value != nullptr && value->known() && !isFloat(value->type);
}

std::optional<std::int64_t> OperatorReader::fixedSize(std::size_t axis, std::size_t output) const
{
    const Tensor *const tensor = this->output(output);
    if (tensor == nullptr || !tensor->shape.ranked || axis >= tensor->shape.rank() || tensor->shape[axis] < 0) {
        return std::nullopt;
    }
    const bool open = axis < tensor->dimensionNames.size() && tensor->dimensionNames[axis] == freeDimension;
    return open ? std::nullopt : std::optional(tensor->shape[axis]);
}

std::int64_t OperatorReader::sizeInFile(std::size_t axis, const char *what, std::size_t output) const
{
    const auto size = fixedSize(axis, output);
    if (!size) {
        throw CannotRepresent{"its " + std::string(what) + " is computed while the model runs"};
    }
    return *size;
}

std::int64_t OperatorReader::constantInteger(std::size_t position, const char *what) const
{
    const auto values = constantIntegers(position, what);
    if (values.size() != 1) {
        throw error("needs one number as " + std::string(what) + ", but has " + std::to_string(values.size()));
    }
    return values.front();
}

FusedActivation OperatorReader::activation(tfl::ActivationFunctionType type) const
{
    const auto found = activationOf(type);
    if (!found) {
        throw error("has the unknown activation " + std::to_string(static_cast<int>(type)));
    }
    return *found;
}

std::int64_t OperatorReader::positive(std::int64_t value, const char *what) const
{
    if (value < 1) {
        throw error("has a " + std::string(what) + " of " + std::to_string(value));
    }
    return value;
}

PaddingMode OperatorReader::paddingMode(tfl::Padding padding) const
{
    switch (padding) {
    case tfl::Padding::SAME:
        return PaddingMode::Same;
    case tfl::Padding::VALID:
        return PaddingMode::Valid;
    }
    throw error("has the unknown padding " + std::to_string(static_cast<int>(padding)));
}

namespace {

const std::string customPrefix = "CUSTOM:";

/// The operator's type: its number, its name as people know it, and the version that the file asks for.
struct TypeInFile {
    tfl::BuiltinOperator code;
    std::string name;
    std::int32_t version;
    bool known;
};

TypeInFile typeOf(const File &file, const tfl::Operator &raw, const std::string &place)
{
    const auto *const codes = file.model().operator_codes();
    const std::uint32_t count = codes == nullptr ? 0 : codes->size();
    if (raw.opcode_index() >= count) {
        throw file.error(
            place, "refers to operator code " + std::to_string(raw.opcode_index()) + " of " + std::to_string(count));
    }
    const tfl::OperatorCode &code = *codes->Get(raw.opcode_index());
    file.accountCopy(code.custom_code(), 4, place);
    // Files older than the wide field have the number only in the narrow one.
    const int number = std::max<int>(code.deprecated_builtin_code(), static_cast<int>(code.builtin_code()));
    const auto builtin = static_cast<tfl::BuiltinOperator>(number);
    if (builtin == tfl::BuiltinOperator::CUSTOM) {
        return {builtin, customPrefix + (code.custom_code() == nullptr ? std::string() : code.custom_code()->str()),
            code.version(), true};
    }
    const std::string name = number < 0 ? std::string() : tfl::EnumNameBuiltinOperator(builtin);
    return {builtin, name.empty() ? "BUILTIN_" + std::to_string(number) : name, code.version(), !name.empty()};
}

std::vector<TensorId> tensorIds(const File &file, const flatbuffers::Vector<std::int32_t> *list,
    const GraphBuilder &builder, const std::string &place, const char *doing, bool mayBeLeftOut)
{
    std::vector<TensorId> ids;
    file.accountCopy(list, 2 * sizeof(TensorId), place);
    for (std::size_t at = 0; list != nullptr && at < list->size(); ++at) {
        const std::int32_t index = list->Get(static_cast<flatbuffers::uoffset_t>(at));
        if (index == -1 && mayBeLeftOut) {
            ids.push_back(TensorId::none());
            continue;
        }
        if (index < 0 || static_cast<std::size_t>(index) >= builder.tensorCount()) {
            throw file.error(place,
                std::string(doing) + " tensor " + std::to_string(index) + ", but there are "
                    + std::to_string(builder.tensorCount()) + " tensors");
        }
        ids.emplace_back(static_cast<std::size_t>(index));
    }
    return ids;
}

std::optional<OperatorKind> readKnown(OperatorReader &reader)
{
    for (const auto family : {readSpatial, readDense, readElementwise, readShape, readReduction, readRecurrent,
             readSelection, readControl}) {
        if (auto kind = family(reader)) {
            return kind;
        }
    }
    return std::nullopt;
}

/// The first of the names that a converter joins with semicolons when it fuses operators.
std::string shortened(const std::string &tensorName)
{
    return tensorName.substr(0, tensorName.find(';'));
}

/// What only a Custom keeps: the version and the tensors that belong to the operator alone.
void addOperatorFields(const File &file, const tfl::Operator &raw, const TypeInFile &type, const GraphBuilder &builder,
    const std::string &place, std::vector<Custom::Attribute> &attributes)
{
    attributes.push_back({operatorVersionKey, std::to_string(type.version)});
    std::size_t number = 0;
    for (const TensorId id : tensorIds(file, raw.intermediates(), builder, place, "keeps", true)) {
        if (id.valid()) {
            attributes.push_back({intermediateKey + std::to_string(number), asText(builder.tensor(id))});
            file.account(sizeof(Custom::Attribute) + attributes.back().value.size(), place);
        }
        ++number;
    }
}

} // namespace

Bytes OperatorReader::customOptions() const
{
    return raw_.large_custom_options_offset() > 1
        ? file_.outside(raw_.large_custom_options_offset(), raw_.large_custom_options_size(), place_)
        : file_.inside(raw_.custom_options());
}

std::vector<std::optional<Quantization>> OperatorReader::intermediateQuantizations() const
{
    std::vector<std::optional<Quantization>> quantizations;
    for (const TensorId id : tensorIds(file_, raw_.intermediates(), builder_, place_, "keeps", true)) {
        quantizations.push_back(id.valid() ? builder_.tensor(id).quantization : std::nullopt);
        const std::size_t scales = quantizations.back() ? quantizations.back()->scales.size() : 0;
        file_.account(sizeof(std::optional<Quantization>) + scales * (sizeof(float) + sizeof(std::int64_t)), place_);
    }
    return quantizations;
}

Operator readOperator(const File &file, const GraphBuilder &builder, ShapeValues &values, const tfl::Operator &raw,
    std::size_t index, std::vector<Tensor> &added, const std::string &where)
{
    const std::string numbered = where + "operator " + std::to_string(index);
    const TypeInFile type = typeOf(file, raw, numbered);
    const std::string place = numbered + " (" + type.name + ")";

    Operator op;
    file.account(sizeof(Operator), place);
    op.inputs = tensorIds(file, raw.inputs(), builder, place, "reads", true);
    op.outputs = tensorIds(file, raw.outputs(), builder, place, "writes", true);
    if (!op.outputs.empty() && op.outputs.front().valid()) {
        op.name = shortened(builder.tensor(op.outputs.front()).name);
        // The graph also finds operators by their names.
        file.account(4 * op.name.size(), place);
    }
    const auto inputs = op.inputs;
    Custom custom;
    custom.sourceType = type.name;
    if (type.known) {
        OperatorReader reader(file, builder, values, raw, type.code, op, added, place);
        const std::size_t before = added.size();
        try {
            const bool named = type.code == tfl::BuiltinOperator::CUSTOM;
            if (auto kind = named ? readCustom(reader, type.name.substr(customPrefix.size())) : readKnown(reader)) {
                op.kind = std::move(*kind);
                return op;
            }
        } catch (const CannotRepresent &problem) {
            custom.reason = problem.reason;
        } catch (const FormatError &error) {
            // Parameters need not fit a size that may be another.
            const auto open = [&](TensorId id) {
                return id.valid() && (hasFreeDimension(builder.tensor(id)) || !builder.tensor(id).shape.ranked);
            };
            if (std::none_of(inputs.begin(), inputs.end(), open)) {
                throw;
            }
            custom.reason = error.cause();
        } catch (const GraphError &error) {
            throw file.error(place, error.cause());
        }
        op.inputs = inputs;
        added.resize(before);
    }
    custom.attributes = optionsAsText(file, raw, place);
    for (const Custom::Attribute &attribute : custom.attributes) {
        file.account(sizeof(Custom::Attribute) + attribute.name.size() + attribute.value.size(), place);
    }
    addOperatorFields(file, raw, type, builder, place, custom.attributes);
    op.kind = std::move(custom);
    return op;
}

} // namespace tinsmith::tflite
