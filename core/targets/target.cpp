// SPDX-License-Identifier: Apache-2.0
#include "core/targets/target.h"

#include "core/graph/error.h"
#include "core/targets/platform.h"

#include <algorithm>
#include <cctype>
#include <numeric>
#include <utility>

namespace tinsmith {
namespace {

/// Levenshtein distance.
std::size_t distance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t replace = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replace, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row[b.size()];
}

std::string lowerCase(std::string_view text)
{
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
        [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    return lower;
}

} // namespace

std::string_view nameOf(Core core)
{
    return platformOf(core).name;
}

std::optional<Core> coreNamed(std::string_view name)
{
    for (const Platform &platform : platforms()) {
        if (platform.name == name) {
            return platform.core;
        }
    }
    return std::nullopt;
}

const Target *TargetDatabase::find(std::string_view id) const
{
    const std::string key = lowerCase(id);
    const auto found = std::lower_bound(targets_.begin(), targets_.end(), key,
        [](const Target &target, const std::string &wanted) { return target.id < wanted; });
    return found != targets_.end() && found->id == key ? &*found : nullptr;
}

const Target &TargetDatabase::at(std::string_view id) const
{
    if (const Target *target = find(id)) {
        return *target;
    }
    // A long name cannot be near a part number; it is also not worth repeating in full.
    const std::string asked(id.substr(0, 40));
    std::vector<std::pair<std::size_t, std::string_view>> near;
    for (const Target &target : targets_) {
        near.emplace_back(distance(lowerCase(asked), target.id), target.id);
    }
    std::sort(near.begin(), near.end());
    std::string hint;
    for (std::size_t i = 0; i < std::min<std::size_t>(near.size(), 3); ++i) {
        hint += (i == 0 ? "" : ", ") + std::string(near[i].second);
    }
    throw Error("No microcontroller is called \"" + asked + "\""
        + (hint.empty() ? std::string() : "; the nearest names are " + hint));
}

void TargetDatabase::add(Target target, const std::string &file)
{
    const bool known
        = std::any_of(targets_.begin(), targets_.end(), [&](const Target &other) { return other.id == target.id; });
    if (known) {
        throw FormatError(file, target.id, "there is another target with this id");
    }
    targets_.push_back(std::move(target));
}

void TargetDatabase::finish()
{
    std::sort(targets_.begin(), targets_.end(), [](const Target &a, const Target &b) { return a.id < b.id; });
}

} // namespace tinsmith
