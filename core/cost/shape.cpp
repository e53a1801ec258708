// SPDX-License-Identifier: Apache-2.0
#include "core/cost/work.h"

namespace tinsmith {

Work shapeWork(const Graph &graph, const Operator &op)
{
    Work work = elementsOf(graph, op);
    const bool renames = op.is<Reshape>() || op.is<Squeeze>() || op.is<ExpandDims>() || op.is<Identity>();
    work.kind = renames ? KernelKind::Nothing : KernelKind::Move;
    if (op.is<Cast>() || op.is<Resize>()) {
        work.kind = KernelKind::Map;
    }
    return work;
}

} // namespace tinsmith
