// SPDX-License-Identifier: Apache-2.0
#include "core/planner/plan.h"

namespace tinsmith {

std::string_view nameOf(KernelVariant variant)
{
    switch (variant) {
    case KernelVariant::Portable:
        return "portable";
    case KernelVariant::Dsp:
        return "dsp";
    case KernelVariant::Mve:
        return "mve";
    }
    return "portable";
}

std::string_view nameOf(BufferKind kind)
{
    switch (kind) {
    case BufferKind::Whole:
        return "whole";
    case BufferKind::Ring:
        return "ring";
    case BufferKind::Scratch:
        return "scratch";
    }
    return "whole";
}

const PlanBuffer *Plan::bufferOf(TensorId tensor) const
{
    if (!tensor) {
        return nullptr;
    }
    for (const PlanBuffer &buffer : buffers) {
        if (buffer.tensor == tensor) {
            return &buffer;
        }
    }
    return nullptr;
}

} // namespace tinsmith
