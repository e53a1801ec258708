// SPDX-License-Identifier: Apache-2.0
#include "core/graph/counts.h"
#include "core/graph/relayout.h"
#include "core/graph/relayout_axes.h"

namespace tinsmith {
namespace {

/// The weights with the elements of their input dimension in the order of a flattened map.
TensorId permutedWeights(TensorForms &forms, TensorId id, std::size_t inputAxis, const TensorForm &map)
{
    const Tensor &weights = forms.tensor(id);
    std::vector<std::int64_t> dims;
    DimensionOrder order;
    if (inputAxis == 1) {
        dims.push_back(weights.shape[0]);
        order.push_back(0);
    }
    const std::size_t first = dims.size();
    dims.insert(dims.end(), map.flatDims.begin(), map.flatDims.end());
    for (const std::size_t axis : map.flatOrder) {
        order.push_back(axis + first);
    }
    if (inputAxis == 0) {
        order.push_back(dims.size());
        dims.push_back(weights.shape[1]);
    }
    Tensor made = weights;
    made.data = permuted(*weights.data, dims, order, static_cast<std::size_t>(bitsOf(weights.type) / 8));
    return forms.target.addTensor(std::move(made));
}

} // namespace

bool relayoutDense(TensorForms &forms, const Operator &op)
{
    const TensorId x = op.input(0);
    const TensorId weights = op.input(1);
    const TensorForm *map = x.valid() ? forms.flat(x) : nullptr;
    if (map == nullptr || !weights.valid() || op.outputs.size() != 1) {
        return false;
    }
    const auto *gemm = op.as<Gemm>();
    const auto *product = op.as<MatMul>();
    const bool dense = op.is<FullyConnected>() || (gemm != nullptr && !gemm->transposeA)
        || (product != nullptr && !product->transposeA);
    if (!dense || forms.rank(weights) != 2) {
        return false;
    }
    const bool outFirst = op.is<FullyConnected>() || (gemm != nullptr && gemm->transposeB)
        || (product != nullptr && product->transposeB);
    const std::size_t inputAxis = outFirst ? 1 : 0;
    const Tensor &tensor = forms.tensor(weights);
    std::int64_t elements = 1;
    for (const std::int64_t size : map->flatDims) {
        elements = saturatingProduct(elements, size);
    }
    if (tensor.shape[inputAxis] != elements) {
        return false;
    }
    // Weights may stand behind a Dequantize or Cast.
    const OperatorId producer = forms.source.producer(weights);
    const Operator *maker = producer.valid() ? &forms.source.op(producer) : nullptr;
    const TensorId constant = tensor.constant()          ? weights
        : maker != nullptr && isElementwise(maker->kind) ? maker->input(0)
                                                         : TensorId::none();
    if (!constant.valid() || !forms.tensor(constant).constant() || bitsOf(forms.tensor(constant).type) < 8
        || (forms.tensor(constant).quantization && forms.tensor(constant).quantization->perChannel()
            && static_cast<std::size_t>(forms.tensor(constant).quantization->axis) == inputAxis)) {
        return false;
    }
    const TensorForm form = *map;
    TensorId permutedId = permutedWeights(forms, constant, inputAxis, form);
    if (!tensor.constant()) {
        const TensorId result = forms.fresh(tensor, tensor.shape, "permuted");
        forms.emit(*maker, maker->kind, {permutedId}, {result});
        permutedId = result;
    }
    std::vector<TensorId> inputs = {form.id, permutedId};
    for (std::size_t position = 2; position < op.inputs.size(); ++position) {
        inputs.push_back(forms.get(op.inputs[position]));
    }
    forms.emit(op, op.kind, std::move(inputs), {forms.make(op.outputs[0], identityOrder(2))});
    return true;
}

} // namespace tinsmith
