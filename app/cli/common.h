// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"
#include "core/session/data_set.h"
#include "core/session/session.h"
#include "core/targets/target.h"

#include <CLI/CLI.hpp>

#include <optional>
#include <string>
#include <vector>

namespace tinsmith::cli {

/// The target that verbs take where neither the command line nor a project names one.
constexpr const char *defaultTarget = "stm32l4r5";
constexpr const char *targetHelp = "Target to plan for; the project's own or stm32l4r5 when left out";

/// Adds `--bind NAME=SIZE` to a verb that opens a model.
void addBindings(CLI::App &verb, std::vector<std::string> &bindings);

/// The model or the optimised model of a project, planned for the target. An empty `targetId` means that none was
/// named: a project keeps its own. `bindings` as the command line gives them. Throws Error for one that is malformed
/// or given twice.
Session openSession(
    const std::string &file, const std::string &targetId = {}, const std::vector<std::string> &bindings = {});

/// "dimension "batch" is not fixed: --bind batch=1" for the dimensions of the inputs that have no size; empty
/// where all have one.
std::string howToBind(const Graph &graph);
/// Throws Error with that text and the model's name.
void requireFixedSizes(const Graph &graph, const std::string &file);

/// The graph's tensors of these ids, without data.
std::vector<Tensor> tensorsOf(const Graph &graph, std::span<const TensorId> ids);

/// Values of one inference from a comma-separated list of files, one per tensor: .npy of the tensor's type, anything
/// else raw little-endian. Throws FormatError naming the file and the sizes.
std::vector<std::vector<std::byte>> readValues(const std::string &files, std::span<const Tensor> tensors);
/// Throws Error where the list does not name one file per tensor.
void checkNames(const std::string &files, std::span<const Tensor> tensors);
/// Writes them the same way: .npy by extension, raw otherwise; each file atomically.
void writeValues(
    const std::string &files, std::span<const Tensor> tensors, const std::vector<std::vector<std::byte>> &values);

/// Splits at commas.
std::vector<std::string> splitList(const std::string &text);

} // namespace tinsmith::cli
