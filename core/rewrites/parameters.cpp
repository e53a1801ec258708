// SPDX-License-Identifier: Apache-2.0
#include "core/rewrites/parameters.h"

#include <algorithm>
#include <charconv>
#include <unordered_set>

namespace tinsmith {
namespace {

[[noreturn]] void refuse(const Rewrite &rewrite, const std::string &key, const std::string &cause)
{
    throw Error({}, std::string(rewrite.name()) + ", parameter '" + key + "'", cause);
}

RewriteParameter declared(const Rewrite &rewrite, const std::string &key)
{
    for (const RewriteParameter &parameter : rewrite.parameters()) {
        if (parameter.key == key) {
            return parameter;
        }
    }
    refuse(rewrite, key, "this rewrite has no such parameter");
}

std::string valueOf(const RewriteParameter &parameter, const RewriteParameters &parameters)
{
    const auto given = parameters.find(parameter.key);
    return given == parameters.end() ? parameter.preset : given->second;
}

std::vector<std::string> splitAtCommas(const std::string &text)
{
    std::vector<std::string> parts;
    std::size_t begin = 0;
    while (begin <= text.size()) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        if (end > begin) {
            parts.push_back(text.substr(begin, end - begin));
        }
        begin = end + 1;
    }
    return parts;
}

} // namespace

std::vector<RewriteSite> chosenSites(const Rewrite &rewrite, const Graph &graph, const RewriteParameters &parameters)
{
    const RewriteParameters defaults = rewrite.defaults();
    for (const auto &[key, value] : parameters) {
        if (key != "at" && !defaults.contains(key)) {
            refuse(rewrite, key, "this rewrite has no such parameter");
        }
    }
    std::vector<RewriteSite> sites = rewrite.sites(graph);
    const auto at = parameters.find("at");
    if (at == parameters.end() || at->second.empty()) {
        return sites;
    }
    std::unordered_set<std::string> wanted;
    // An operator's name may hold a comma itself.
    const bool whole = std::any_of(sites.begin(), sites.end(),
        [&](const RewriteSite &site) { return !site.operators.empty() && site.operators.front() == at->second; });
    if (whole) {
        wanted.insert(at->second);
    } else {
        for (std::string &name : splitAtCommas(at->second)) {
            wanted.insert(std::move(name));
        }
    }
    std::erase_if(sites,
        [&](const RewriteSite &site) { return site.operators.empty() || wanted.erase(site.operators.front()) == 0; });
    if (!wanted.empty()) {
        refuse(rewrite, "at", "'" + *wanted.begin() + "' is no operator where this rewrite applies");
    }
    return sites;
}

bool flagOf(const Rewrite &rewrite, const RewriteParameters &parameters, const std::string &key)
{
    const std::string text = valueOf(declared(rewrite, key), parameters);
    if (text != "true" && text != "false") {
        refuse(rewrite, key, "'" + text + "' is neither true nor false");
    }
    return text == "true";
}

std::int64_t numberOf(const Rewrite &rewrite, const RewriteParameters &parameters, const std::string &key)
{
    const RewriteParameter parameter = declared(rewrite, key);
    const std::string text = valueOf(parameter, parameters);
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < parameter.least || value > parameter.most) {
        refuse(rewrite, key,
            "'" + text + "' is not a whole number from " + std::to_string(parameter.least) + " to "
                + std::to_string(parameter.most));
    }
    return value;
}

std::string choiceOf(const Rewrite &rewrite, const RewriteParameters &parameters, const std::string &key)
{
    const RewriteParameter parameter = declared(rewrite, key);
    std::string text = valueOf(parameter, parameters);
    if (std::find(parameter.choices.begin(), parameter.choices.end(), text) == parameter.choices.end()) {
        std::string list;
        for (const std::string &choice : parameter.choices) {
            list += (list.empty() ? "" : ", ") + choice;
        }
        refuse(rewrite, key, "'" + text + "' is none of " + list);
    }
    return text;
}

std::string counted(std::size_t count, const std::string &noun)
{
    return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

} // namespace tinsmith
