// SPDX-License-Identifier: Apache-2.0
#include "core/cost/work.h"

namespace tinsmith {

Work elementwiseWork(const Graph &graph, const Operator &op)
{
    Work work = elementsOf(graph, op);
    work.kind = KernelKind::Map;
    if (const auto *binary = op.as<Binary>()) {
        const bool rescales = binary->function == BinaryFunction::Add || binary->function == BinaryFunction::Sub;
        work.kind = rescales ? KernelKind::Add : KernelKind::Map;
        if (binary->function == BinaryFunction::Div || binary->function == BinaryFunction::Pow) {
            work.kind = KernelKind::Transcendental;
        }
    } else if (const auto *unary = op.as<Unary>(); unary != nullptr && work.floating) {
        const bool cheap = unary->function == UnaryFunction::Abs || unary->function == UnaryFunction::Neg
            || unary->function == UnaryFunction::Square;
        work.kind = cheap ? KernelKind::Map : KernelKind::Transcendental;
    }
    return work;
}

} // namespace tinsmith
