// SPDX-License-Identifier: Apache-2.0
#include "core/cost/work.h"

namespace tinsmith {

Work quantizationWork(const Graph &graph, const Operator &op)
{
    Work work = elementsOf(graph, op);
    work.kind = KernelKind::Map;
    return work;
}

} // namespace tinsmith
