// SPDX-License-Identifier: Apache-2.0
#include "core/rewrites/rewrite_list.h"

#include <array>

namespace tinsmith {

std::span<const Rewrite *const> rewriteList()
{
    // What is exact and makes others find more comes first.
    static const std::array all = {
        &foldConstants(),
        &foldBatchNorm(),
        &removeDeadChannels(),
        &poolToStride(),
        &quantizeToInt8(),
    };
    return all;
}

const Rewrite *rewriteNamed(std::string_view name)
{
    for (const Rewrite *rewrite : rewriteList()) {
        if (rewrite->name() == name) {
            return rewrite;
        }
    }
    return nullptr;
}

RewriteParameters Rewrite::defaults() const
{
    RewriteParameters presets;
    for (const RewriteParameter &parameter : parameters()) {
        presets[parameter.key] = parameter.preset;
    }
    return presets;
}

std::vector<RewriteWarning> Rewrite::warnings(const Graph &, const Graph &, const RewriteData *, const Progress &) const
{
    return {};
}

std::string_view nameOf(Risk risk)
{
    switch (risk) {
    case Risk::Exact:
        return "exact";
    case Risk::Quantization:
        return "quantization";
    case Risk::NeedsTraining:
        return "needs-training";
    }
    return "exact";
}

} // namespace tinsmith
