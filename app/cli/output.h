// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/progress.h"
#include "core/session/analysis.h"
#include "core/session/fit.h"

#include <nlohmann/json.hpp>

#include <exception>
#include <string>
#include <vector>

namespace tinsmith::cli {

using Json = nlohmann::ordered_json;

/// Prints one JSON object to standard output. Text that is not UTF-8 is replaced, never fatal.
void printJson(const Json &json);

/// What a verb that fails prints on standard output under --json: {"error": {"kind", "message", "file", "place",
/// "cause", "exit_code"}}; "files" too where files of a package were edited.
Json errorJson(const std::exception &error, int exitCode);
/// The message for a person.
std::string messageOf(const std::exception &error);
/// Whether all that was printed arrived; call it last.
bool outputArrived();

/// "49.2 KB" (1 KB = 1024 bytes), "784 B".
std::string sizeText(std::int64_t bytes);
/// "12.5 M", "28.2 k", "784".
std::string countText(std::int64_t count);
std::string timeText(double milliseconds);
std::string fixedText(double value, int decimals);

/// Rows of cells, printed with columns aligned; a column whose heading starts with '>' is aligned right.
class Table {
public:
    explicit Table(std::vector<std::string> headings) : headings_(std::move(headings)) { }
    void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
    void print() const;

private:
    std::vector<std::string> headings_;
    std::vector<std::vector<std::string>> rows_;
};

/// A bar on standard error where that is a terminal, silent otherwise. Ctrl+C ends the program as usual.
Progress terminalProgress();
/// Clears the bar.
void finishProgress();

/// `memory` and `estimate` of the command line's contract.
Json memoryJson(const Analysis &analysis);
Json estimateJson(const Analysis &analysis);
/// Sets `fits`, `ram_over_bytes` and `flash_over_bytes` (0 where it fits).
void addFit(Json &json, const Fit &fit, bool fits);
Json problemsJson(const Analysis &analysis);
/// The target's core: whether packages for it are proved here, and what about them is not.
Json coreJson(const Target &target);
/// What makes the model's outputs doubtful: guessed ranges, tensors that quantization ruins.
Json warningsJson(const std::vector<Problem> &problems);
/// The same, a line each on standard output.
void printWarnings(const std::vector<Problem> &problems);

} // namespace tinsmith::cli
