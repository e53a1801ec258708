// SPDX-License-Identifier: Apache-2.0
#include "core/session/fit.h"

namespace tinsmith {
namespace {

std::string excess(const char *memory, std::int64_t needed, std::int64_t over, std::int64_t limit, const Target &target)
{
    return "needs " + std::to_string(needed) + " bytes of " + memory + ", " + std::to_string(over) + " more than the "
        + std::to_string(limit) + " of " + (target.name.empty() ? target.id : target.name);
}

} // namespace

Fit fitOf(std::int64_t ramBytes, std::int64_t flashBytes, const Target &target)
{
    return {ramBytes, flashBytes, target.ramBytes, target.flashBytes};
}

std::string whyItDoesNotFit(const Fit &fit, const Target &target)
{
    std::string text;
    if (fit.ramOver() > 0) {
        text = excess("RAM", fit.ramBytes, fit.ramOver(), fit.ramLimit, target);
    }
    if (fit.flashOver() > 0) {
        text += (text.empty() ? "" : "; and ")
            + excess("flash", fit.flashBytes, fit.flashOver(), fit.flashLimit, target);
    }
    return text;
}

} // namespace tinsmith
