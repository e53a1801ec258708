// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>

#include <functional>

namespace tinsmith::cli {

/// Exit codes of the command line's contract.
constexpr int exitDone = 0;
/// The thing asked for does not hold: it does not fit, it is not equal.
constexpr int exitDoesNotHold = 1;
constexpr int exitBadInput = 2;

/// What main() runs once the arguments are parsed; returns the exit code, throws Error.
using Action = std::function<int()>;

// Each adds its verb to the program and sets `action` when it is chosen.
void addInspect(CLI::App &program, Action &action);
void addRun(CLI::App &program, Action &action);
void addSuggest(CLI::App &program, Action &action);
void addOptimize(CLI::App &program, Action &action);
void addEvaluate(CLI::App &program, Action &action);
void addExport(CLI::App &program, Action &action);
void addVerify(CLI::App &program, Action &action);
void addTargets(CLI::App &program, Action &action);

} // namespace tinsmith::cli
