// SPDX-License-Identifier: Apache-2.0
#include "core/cost/work.h"

namespace tinsmith {

Work activationWork(const Graph &graph, const Operator &op)
{
    Work work = elementsOf(graph, op);
    work.kind = KernelKind::Map;
    if (op.is<Softmax>() || op.is<LogSoftmax>() || op.is<L2Normalization>()) {
        work.kind = KernelKind::Transcendental;
    } else if (const auto *activation = op.as<Activation>(); activation != nullptr && work.floating) {
        switch (activation->function) {
        case ActivationFunction::Elu:
        case ActivationFunction::Logistic:
        case ActivationFunction::Tanh:
        case ActivationFunction::Gelu:
        case ActivationFunction::Softplus:
        case ActivationFunction::Softsign:
        case ActivationFunction::Selu:
        case ActivationFunction::Mish:
            work.kind = KernelKind::Transcendental;
            break;
        default:
            break;
        }
    }
    return work;
}

} // namespace tinsmith
