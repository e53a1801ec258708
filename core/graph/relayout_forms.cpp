// SPDX-License-Identifier: Apache-2.0
#include "core/graph/relayout_forms.h"

#include "core/graph/error.h"
#include "core/graph/relayout.h"

#include <algorithm>
#include <cstring>

namespace tinsmith {
namespace {

/// The tensor as it stands in another order.
Tensor inOrder(Tensor tensor, const DimensionOrder &order)
{
    if (tensor.data && !isIdentity(order)) {
        tensor.data
            = permuted(*tensor.data, tensor.shape.dims, order, static_cast<std::size_t>(bitsOf(tensor.type) / 8));
    }
    if (tensor.shape.ranked) {
        tensor.shape.dims = arranged(tensor.shape.dims, order);
    }
    if (tensor.quantization && tensor.quantization->perChannel()
        && static_cast<std::size_t>(tensor.quantization->axis) < order.size()) {
        tensor.quantization->axis
            = static_cast<std::int32_t>(positionOf(order, static_cast<std::size_t>(tensor.quantization->axis)));
    }
    if (!tensor.dimensionNames.empty()) {
        tensor.dimensionNames.resize(order.size());
        std::vector<std::string> names;
        for (const std::size_t axis : order) {
            names.push_back(tensor.dimensionNames[axis]);
        }
        tensor.dimensionNames = std::move(names);
    }
    return tensor;
}

} // namespace

Bytes permuted(const Bytes &data, const std::vector<std::int64_t> &dims, const std::vector<std::size_t> &order,
    std::size_t elementBytes)
{
    const std::size_t rank = dims.size();
    std::vector<std::size_t> sourceSteps(rank, elementBytes);
    for (std::size_t axis = rank; axis-- > 1;) {
        sourceSteps[axis - 1] = sourceSteps[axis] * static_cast<std::size_t>(dims[axis]);
    }
    std::vector<std::byte> result(data.size());
    std::vector<std::size_t> at(rank, 0);
    std::size_t source = 0;
    const std::byte *from = data.data();
    for (std::size_t to = 0; to + elementBytes <= result.size(); to += elementBytes) {
        std::memcpy(result.data() + to, from + source, elementBytes);
        for (std::size_t position = rank; position-- > 0;) {
            const std::size_t axis = order[position];
            source += sourceSteps[axis];
            if (++at[position] < static_cast<std::size_t>(dims[axis])) {
                break;
            }
            source -= sourceSteps[axis] * static_cast<std::size_t>(dims[axis]);
            at[position] = 0;
        }
    }
    return Bytes(std::move(result));
}

bool isElementwise(const OperatorKind &kind)
{
    return std::holds_alternative<Activation>(kind) || std::holds_alternative<Unary>(kind)
        || std::holds_alternative<Cast>(kind) || std::holds_alternative<Identity>(kind)
        || std::holds_alternative<Quantize>(kind) || std::holds_alternative<Dequantize>(kind);
}

TensorForms::TensorForms(const Graph &graph)
    : source(graph), forms_(graph.tensors().size()), named_(graph.tensors().size(), false)
{
    target.name() = graph.name();
    target.info() = graph.info();
    target.subgraphs().assign(graph.subgraphs().begin(), graph.subgraphs().end());
    // Names that stay what they are, so that no new tensor takes them.
    for (std::size_t index = 0; index < graph.tensors().size(); ++index) {
        names_.insert(graph.tensors()[index].name);
        const TensorId id(index);
        if (!graph.producer(id).valid()) {
            put(id, {target.addTensor(graph.tensor(id)), identityOrder(rank(id)), {}, {}});
            named_[index] = true;
        }
    }
}

std::string TensorForms::nameFor(TensorId id, bool own)
{
    // The first form takes the source's name, save where an output's own order will need it.
    if (!named_[id.position()] && (own || !source.isOutput(id))) {
        named_[id.position()] = true;
        return tensor(id).name;
    }
    std::string name = tensor(id).name + "/order";
    for (int number = 2; !names_.insert(name).second; ++number) {
        name = tensor(id).name + "/order" + std::to_string(number);
    }
    return name;
}

TensorId TensorForms::make(TensorId id, const DimensionOrder &order)
{
    // An operator will write it, also where a constant of parts of bytes must be moved by one.
    Tensor made = tensor(id);
    made.data.reset();
    made = inOrder(std::move(made), order);
    made.name = nameFor(id, isIdentity(order));
    const TensorId result = target.addTensor(std::move(made));
    put(id, {result, order, {}, {}});
    return result;
}

TensorId TensorForms::makeFlat(TensorId id, std::vector<std::int64_t> dims, DimensionOrder order)
{
    Tensor made = tensor(id);
    made.name = nameFor(id, false);
    const TensorId result = target.addTensor(std::move(made));
    put(id, {result, identityOrder(rank(id)), std::move(dims), std::move(order)});
    return result;
}

TensorId TensorForms::fresh(const Tensor &like, Shape shape, const std::string &suffix)
{
    Tensor made = like;
    made.data.reset();
    made.dimensionNames.clear();
    made.shape = std::move(shape);
    std::string name = like.name + "/" + suffix;
    for (int number = 2; !names_.insert(name).second; ++number) {
        name = like.name + "/" + suffix + std::to_string(number);
    }
    made.name = name;
    return target.addTensor(std::move(made));
}

void TensorForms::emit(
    const Operator &like, OperatorKind kind, std::vector<TensorId> inputs, std::vector<TensorId> outputs)
{
    Operator op;
    op.name = like.name;
    op.kind = std::move(kind);
    op.inputs = std::move(inputs);
    op.outputs = std::move(outputs);
    target.addOperator(std::move(op));
}

void TensorForms::move(TensorId from, const DimensionOrder &fromOrder, TensorId to, const DimensionOrder &toOrder,
    const std::vector<std::int64_t> &dims)
{
    Operator op;
    op.name = target.tensor(to).name;
    op.inputs = {from};
    op.outputs = {to};
    const bool known = std::all_of(dims.begin(), dims.end(), [](std::int64_t size) { return size >= 0; });
    if (known && movesNothing(dims, fromOrder, toOrder)) {
        op.kind = Reshape{arranged(dims, toOrder), false};
    } else {
        Transpose transpose;
        for (const std::size_t axis : toOrder) {
            transpose.permutation.push_back(static_cast<std::int64_t>(positionOf(fromOrder, axis)));
        }
        op.kind = std::move(transpose);
    }
    target.addOperator(std::move(op));
}

std::optional<DimensionOrder> TensorForms::foreign(TensorId id) const
{
    const auto &forms = all(id);
    std::optional<DimensionOrder> result;
    for (const TensorForm &form : forms) {
        if (form.flatDims.empty()) {
            if (isIdentity(form.order)) {
                return std::nullopt;
            }
            result = result ? result : form.order;
        }
    }
    return result;
}

const TensorForm *TensorForms::flat(TensorId id) const
{
    const auto &forms = all(id);
    return forms.size() == 1 && !forms.front().flatDims.empty() ? &forms.front() : nullptr;
}

TensorId TensorForms::get(TensorId id, const DimensionOrder &order)
{
    for (const TensorForm &form : all(id)) {
        if (form.flatDims.empty() && form.order == order) {
            return form.id;
        }
    }
    return reordered(id, order);
}

/// Weights that an operator takes out of a constant (Dequantize, Cast): the constant is transposed, not the result.
std::optional<TensorId> TensorForms::recomputed(TensorId id, const DimensionOrder &order)
{
    const OperatorId producer = source.producer(id);
    if (!producer.valid()) {
        return std::nullopt;
    }
    const Operator &op = source.op(producer);
    if (!isElementwise(op.kind) || !op.input(0).valid() || rank(op.input(0)) != order.size()
        || !tensor(op.input(0)).constant()) {
        return std::nullopt;
    }
    const TensorId input = get(op.input(0), order);
    const TensorId result = make(id, order);
    emit(op, op.kind, {input}, {result});
    return result;
}

TensorId TensorForms::reordered(TensorId id, const DimensionOrder &order)
{
    const Tensor &wanted = tensor(id);
    if (wanted.constant() && bitsOf(wanted.type) >= 8) {
        const TensorId result = target.addTensor(inOrder(wanted, order));
        put(id, {result, order, {}, {}});
        return result;
    }
    if (const auto result = recomputed(id, order)) {
        return *result;
    }
    if (all(id).empty()) {
        throw GraphError({}, wanted.name, "is read before anything has made it");
    }
    const auto whole = std::find_if(
        all(id).begin(), all(id).end(), [](const TensorForm &candidate) { return candidate.flatDims.empty(); });
    const TensorForm form = whole == all(id).end() ? all(id).front() : *whole;
    if (!form.flatDims.empty()) {
        // Back to the map, in order, and flat again.
        const DimensionOrder withBatch = [&] {
            DimensionOrder result = {0};
            for (const std::size_t axis : form.flatOrder) {
                result.push_back(axis + 1);
            }
            return result;
        }();
        std::vector<std::int64_t> dims = {wanted.shape[0]};
        dims.insert(dims.end(), form.flatDims.begin(), form.flatDims.end());
        const TensorId map = fresh(wanted, Shape(arranged(dims, withBatch)), "map");
        const TensorId turned = fresh(wanted, Shape(dims), "turned");
        emit({target.tensor(map).name, {}, {}, {}}, Reshape{arranged(dims, withBatch), false}, {form.id}, {map});
        move(map, withBatch, turned, identityOrder(dims.size()), dims);
        const TensorId result = make(id, identityOrder(rank(id)));
        emit({target.tensor(result).name, {}, {}, {}}, Reshape{wanted.shape.dims, false}, {turned}, {result});
        return isIdentity(order) ? result : reordered(id, order);
    }
    const TensorId result = make(id, order);
    move(form.id, form.order, result, order, wanted.shape.dims);
    return result;
}

/// What took weights out of a constant that was transposed instead is read by nobody.
void TensorForms::dropUnread(const std::vector<TensorId> &outputs)
{
    std::vector<bool> read(target.tensorCount(), false);
    for (const TensorId id : outputs) {
        read[id.position()] = true;
    }
    for (std::size_t index = target.operatorCount(); index-- > 0;) {
        const Operator &op = target.op(OperatorId(index));
        if (isElementwise(op.kind) && !read[op.outputs[0].position()]) {
            target.removeOperator(OperatorId(index));
            continue;
        }
        for (const TensorId id : op.inputs) {
            if (id.valid()) {
                read[id.position()] = true;
            }
        }
    }
}

Graph TensorForms::finish()
{
    std::vector<TensorId> inputs;
    for (const TensorId id : source.inputs()) {
        inputs.push_back(all(id).front().id);
    }
    std::vector<TensorId> outputs;
    for (const TensorId id : source.outputs()) {
        TensorId made = get(id);
        if (target.tensor(made).name != tensor(id).name) {
            // It shares its values with another tensor, for example behind a transpose and its reverse.
            const TensorId own = target.addTensor(tensor(id));
            Operator op;
            op.name = tensor(id).name;
            op.kind = Identity{};
            op.inputs = {made};
            op.outputs = {own};
            target.addOperator(std::move(op));
            made = own;
        }
        outputs.push_back(made);
    }
    dropUnread(outputs);
    target.setInputs(std::move(inputs));
    target.setOutputs(std::move(outputs));
    return target.build();
}

} // namespace tinsmith
