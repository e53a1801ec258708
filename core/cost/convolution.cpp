// SPDX-License-Identifier: Apache-2.0
#include "core/cost/work.h"
#include "core/graph/counts.h"

#include <algorithm>

namespace tinsmith {

Work convolutionWork(const Graph &graph, const Operator &op)
{
    Work work = elementsOf(graph, op);
    if (op.is<BatchNormalization>()) {
        work.kind = KernelKind::Map;
        return work;
    }
    work.macs = macsOf(graph, op);
    const auto geometry = spatialGeometry(graph, op);
    if (!geometry) {
        work.kind = KernelKind::Convolution;
        return work;
    }
    work.rows = saturatingProduct(geometry->batch, geometry->h.output);
    work.pixels = saturatingProduct(work.rows, geometry->w.output);
    work.windowRows = saturatingProduct(work.outputs, geometry->h.kernel);
    work.windowElements
        = saturatingProduct({work.pixels, geometry->h.kernel, geometry->w.kernel, geometry->inputChannels});
    const std::int64_t perGroup = geometry->inputChannels / std::max<std::int64_t>(geometry->groups, 1);
    if (op.is<DepthwiseConv2D>()) {
        work.kind = KernelKind::Depthwise;
    } else if (geometry->h.kernel == 1 && geometry->w.kernel == 1) {
        work.kind = KernelKind::Pointwise;
    } else {
        work.kind = perGroup % 4 == 0 ? KernelKind::Convolution : KernelKind::FirstConvolution;
    }
    return work;
}

} // namespace tinsmith
