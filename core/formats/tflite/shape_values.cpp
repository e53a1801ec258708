// SPDX-License-Identifier: Apache-2.0
#include "core/formats/tflite/shape_values.h"

#include "core/graph/shape_arithmetic.h"

#include <algorithm>

namespace tinsmith::tflite {

const SmallValue *ShapeValues::find(TensorId id)
{
    if (!id.valid() || id.position() >= builder_.tensorCount()) {
        return nullptr;
    }
    auto found = values_.find(id);
    if (found == values_.end()) {
        const Tensor &tensor = builder_.tensor(id);
        if (!tensor.constant() || tensor.variable) {
            return nullptr;
        }
        found = values_.emplace(id, smallValueOf(tensor)).first;
    }
    return found->second ? &*found->second : nullptr;
}

bool ShapeValues::followsFromSizes(const Operator &op) const
{
    return op.is<ShapeOf>()
        || std::any_of(op.inputs.begin(), op.inputs.end(), [this](TensorId id) { return sizes_.count(id) > 0; });
}

void ShapeValues::compute(const Operator &op, const File &file, const std::string &place)
{
    if (op.outputs.empty() || op.is<Custom>()) {
        return;
    }
    const bool sizes = followsFromSizes(op);
    std::vector<const SmallValue *> inputs;
    for (std::size_t output = 0; output < op.outputs.size(); ++output) {
        const TensorId id = op.outputs[output];
        if (!id.valid() || id.position() >= builder_.tensorCount()) {
            continue;
        }
        // Real numbers are data, unless sizes are scaled by them.
        const Tensor &tensor = builder_.tensor(id);
        if (tensor.quantization || tensor.variable || (isFloat(tensor.type) && !sizes)) {
            continue;
        }
        if (inputs.empty()) {
            for (const TensorId input : op.inputs) {
                inputs.push_back(find(input));
            }
        }
        auto value = shapeArithmetic(
            op, output, inputs, [this](TensorId each) -> const Tensor & { return builder_.tensor(each); });
        if (!value) {
            continue;
        }
        file.account(value->elements.size() * sizeof(SmallValue::Element), place);
        values_[id] = std::move(*value);
        computed_.insert(id);
        if (sizes) {
            sizes_.insert(id);
        }
    }
}

bool ShapeValues::becomeConstants(OperatorId id)
{
    const Operator op = builder_.op(id);
    const auto isEnd = [this](TensorId tensor) {
        const auto in
            = [tensor](const auto &ends) { return std::find(ends.begin(), ends.end(), tensor) != ends.end(); };
        return in(builder_.inputs()) || in(builder_.outputs());
    };
    for (const TensorId output : op.outputs) {
        if (!output.valid()) {
            continue;
        }
        const SmallValue *value = sizes_.count(output) > 0 ? find(output) : nullptr;
        const Tensor &tensor = builder_.tensor(output);
        const bool settled = value != nullptr && value->known() && !tensor.constant() && !isEnd(output)
            && (!tensor.shape.known() || tensor.shape.dims == value->dims);
        if (!settled) {
            return false;
        }
    }
    for (const TensorId output : op.outputs) {
        if (output.valid()) {
            Tensor &tensor = builder_.tensor(output);
            tensor.shape = Shape(find(output)->dims);
            tensor.data = find(output)->bytes();
            tensor.dimensionNames.clear();
        }
    }
    builder_.removeOperator(id);
    return true;
}

std::size_t ShapeValues::settle()
{
    std::size_t removed = 0;
    std::vector<std::size_t> readers(builder_.tensorCount(), 0);
    for (const TensorId id : builder_.outputs()) {
        ++readers[id.position()];
    }
    for (std::size_t index = 0; index < builder_.operatorCount(); ++index) {
        for (const TensorId id : builder_.op(OperatorId(index)).inputs) {
            if (id.valid()) {
                ++readers[id.position()];
            }
        }
    }
    for (std::size_t index = builder_.operatorCount(); index-- > 0;) {
        const OperatorId id(index);
        const Operator op = builder_.op(id);
        const bool computes = std::any_of(
            op.outputs.begin(), op.outputs.end(), [this](TensorId output) { return computed_.count(output) > 0; });
        if (!computes) {
            continue;
        }
        const bool read = std::any_of(op.outputs.begin(), op.outputs.end(),
            [&](TensorId output) { return output.valid() && readers[output.position()] > 0; });
        if (read && !becomeConstants(id)) {
            continue;
        }
        if (!read) {
            builder_.removeOperator(id);
        }
        ++removed;
        for (const TensorId input : op.inputs) {
            if (input.valid()) {
                --readers[input.position()];
            }
        }
    }
    return removed;
}

} // namespace tinsmith::tflite
