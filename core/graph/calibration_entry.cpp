// SPDX-License-Identifier: Apache-2.0
#include "core/graph/calibration_entry.h"

#include <algorithm>

namespace tinsmith {

std::optional<std::string> calibrationOf(const GraphInfo &info)
{
    const auto entry = std::find_if(
        info.metadata.begin(), info.metadata.end(), [](const auto &each) { return each.first == calibrationKey; });
    return entry == info.metadata.end() ? std::nullopt : std::optional(entry->second);
}

bool hasGuessedRanges(const GraphInfo &info)
{
    const auto value = calibrationOf(info);
    return value && value->compare(0, guessedRanges.size(), guessedRanges) == 0;
}

void setCalibration(GraphInfo &info, const std::string &value)
{
    std::erase_if(info.metadata, [](const auto &each) { return each.first == calibrationKey; });
    info.metadata.emplace_back(calibrationKey, value);
}

} // namespace tinsmith
