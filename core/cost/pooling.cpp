// SPDX-License-Identifier: Apache-2.0
#include "core/cost/work.h"

namespace tinsmith {

Work poolingWork(const Graph &graph, const Operator &op)
{
    Work work = elementsOf(graph, op);
    const auto *pool = op.as<Pool2D>();
    work.kind = pool != nullptr && pool->function == PoolFunction::Max ? KernelKind::Pool : KernelKind::AveragePool;
    if (const auto geometry = spatialGeometry(graph, op)) {
        work.rows = geometry->batch * geometry->h.output;
        work.pixels = work.rows * geometry->w.output;
        work.windowRows = work.outputs * geometry->h.kernel;
        // Windows may overlap: every tap is read.
        work.inputs = work.outputs * geometry->h.kernel * geometry->w.kernel;
    }
    return work;
}

} // namespace tinsmith
