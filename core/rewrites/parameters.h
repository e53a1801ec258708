// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/rewrites/rewrite.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tinsmith {

/// The sites that `at` names (comma-separated first operators), all where it is left out. Throws Error naming a
/// parameter that the rewrite does not take, and an operator in `at` where the rewrite does not apply.
std::vector<RewriteSite> chosenSites(const Rewrite &rewrite, const Graph &graph, const RewriteParameters &parameters);

/// The parameter's value or its default. Throws Error naming the parameter where the text is no such value.
bool flagOf(const Rewrite &rewrite, const RewriteParameters &parameters, const std::string &key);
std::int64_t numberOf(const Rewrite &rewrite, const RewriteParameters &parameters, const std::string &key);
std::string choiceOf(const Rewrite &rewrite, const RewriteParameters &parameters, const std::string &key);

/// "1 operator", "3 operators".
std::string counted(std::size_t count, const std::string &noun);

} // namespace tinsmith
