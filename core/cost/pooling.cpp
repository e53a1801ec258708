// SPDX-License-Identifier: Apache-2.0
#include "core/cost/work.h"
#include "core/graph/counts.h"

namespace tinsmith {

Work poolingWork(const Graph &graph, const Operator &op)
{
    Work work = elementsOf(graph, op);
    const auto *pool = op.as<Pool2D>();
    work.kind = pool != nullptr && pool->function == PoolFunction::Max ? KernelKind::Pool : KernelKind::AveragePool;
    if (const auto geometry = spatialGeometry(graph, op)) {
        work.rows = saturatingProduct(geometry->batch, geometry->h.output);
        work.pixels = saturatingProduct(work.rows, geometry->w.output);
        work.windowRows = saturatingProduct(work.outputs, geometry->h.kernel);
        // Windows may overlap: every tap is read.
        work.inputs = saturatingProduct(work.windowRows, geometry->w.kernel);
    }
    return work;
}

} // namespace tinsmith
