// SPDX-License-Identifier: Apache-2.0
#include "core/cost/work.h"

namespace tinsmith {

Work denseWork(const Graph &graph, const Operator &op)
{
    Work work = elementsOf(graph, op);
    work.kind = KernelKind::Dense;
    work.macs = macsOf(graph, op);
    return work;
}

} // namespace tinsmith
