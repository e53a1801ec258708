// SPDX-License-Identifier: Apache-2.0
#include "core/cost/work.h"

namespace tinsmith {

Work reductionWork(const Graph &graph, const Operator &op)
{
    Work work = elementsOf(graph, op);
    work.kind = KernelKind::Reduce;
    return work;
}

} // namespace tinsmith
