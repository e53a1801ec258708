// SPDX-License-Identifier: Apache-2.0
#include "app/cli/output.h"

#include "core/device/measurement.h"
#include "core/firmware/package.h"
#include "core/graph/error.h"
#include "core/targets/platform.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <iostream>
#include <new>
#include <unistd.h>

namespace tinsmith::cli {
namespace {

/// Columns that UTF-8 text takes on a terminal, one per code point.
std::size_t widthOf(const std::string &text)
{
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }));
}

/// One word for programs.
const char *kindOf(const std::exception &error)
{
    const auto is = [&](const auto *type) { return type != nullptr; };
    if (is(dynamic_cast<const CLI::ParseError *>(&error))) {
        return "usage";
    }
    if (is(dynamic_cast<const EditedFilesError *>(&error))) {
        return "edited_files";
    }
    if (is(dynamic_cast<const DoesNotFitError *>(&error))) {
        return "does_not_fit";
    }
    if (is(dynamic_cast<const FormatError *>(&error))) {
        return "format";
    }
    if (is(dynamic_cast<const GraphError *>(&error))) {
        return "graph";
    }
    if (is(dynamic_cast<const UnsupportedError *>(&error))) {
        return "unsupported";
    }
    if (is(dynamic_cast<const SystemError *>(&error))) {
        return "system";
    }
    return is(dynamic_cast<const std::bad_alloc *>(&error)) ? "memory" : "error";
}

} // namespace

Json errorJson(const std::exception &error, int exitCode)
{
    Json json = {{"kind", kindOf(error)}, {"message", messageOf(error)}};
    if (const auto *ours = dynamic_cast<const Error *>(&error)) {
        json["file"] = ours->file();
        json["place"] = ours->place();
        json["cause"] = ours->cause();
    }
    if (const auto *edited = dynamic_cast<const EditedFilesError *>(&error)) {
        json["files"] = edited->files();
    }
    json["exit_code"] = exitCode;
    return {{"error", json}};
}

std::string messageOf(const std::exception &error)
{
    if (dynamic_cast<const std::bad_alloc *>(&error) != nullptr) {
        return "not enough memory";
    }
    const bool edited = dynamic_cast<const EditedFilesError *>(&error) != nullptr;
    return std::string(error.what()) + (edited ? "; --force replaces them" : "");
}

bool outputArrived()
{
    std::cout.flush();
    return std::cout.good() && std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
}

void printJson(const Json &json)
{
    const std::string text = json.dump(2, ' ', false, Json::error_handler_t::replace);
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fputc('\n', stdout);
}

std::string fixedText(double value, int decimals)
{
    std::array<char, 64> text = {};
    std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
    return text.data();
}

std::string sizeText(std::int64_t bytes)
{
    constexpr double kilo = 1024;
    const std::string sign = bytes < 0 ? "-" : "";
    const auto value = static_cast<double>(bytes < 0 ? -bytes : bytes);
    if (value < kilo) {
        return sign + fixedText(value, 0) + " B";
    }
    return value < kilo * kilo ? sign + fixedText(value / kilo, 1) + " KB"
                               : sign + fixedText(value / kilo / kilo, 1) + " MB";
}

std::string countText(std::int64_t count)
{
    const std::string sign = count < 0 ? "-" : "";
    const auto value = static_cast<double>(count < 0 ? -count : count);
    if (value < 1e4) {
        return sign + fixedText(value, 0);
    }
    return value < 1e6 ? sign + fixedText(value / 1e3, 1) + " k" : sign + fixedText(value / 1e6, 2) + " M";
}

std::string timeText(double milliseconds)
{
    const double value = milliseconds < 0 ? -milliseconds : milliseconds;
    return fixedText(milliseconds, value < 1 ? 3 : value < 10 ? 2 : value < 1000 ? 1 : 0) + " ms";
}

void Table::print() const
{
    std::vector<std::size_t> widths;
    std::vector<bool> right;
    std::vector<std::string> heads;
    for (const std::string &heading : headings_) {
        right.push_back(!heading.empty() && heading.front() == '>');
        heads.push_back(right.back() ? heading.substr(1) : heading);
        widths.push_back(widthOf(heads.back()));
    }
    for (const auto &row : rows_) {
        for (std::size_t column = 0; column < row.size() && column < widths.size(); ++column) {
            widths[column] = std::max(widths[column], widthOf(row[column]));
        }
    }
    const auto printRow = [&](const std::vector<std::string> &row) {
        std::string line;
        for (std::size_t column = 0; column < row.size() && column < widths.size(); ++column) {
            const std::string gap(widths[column] - widthOf(row[column]), ' ');
            line += (column == 0 ? "" : "  ") + (right[column] ? gap + row[column] : row[column] + gap);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        std::printf("%s\n", line.c_str());
    };
    printRow(heads);
    for (const auto &row : rows_) {
        printRow(row);
    }
}

Progress terminalProgress()
{
    if (isatty(STDERR_FILENO) == 0) {
        return {};
    }
    return Progress([](double share, const std::string &phase) {
        constexpr int width = 24;
        const int done = static_cast<int>(std::clamp(share, 0.0, 1.0) * width);
        std::fprintf(stderr, "\r\033[K[%s%s] %3d %%  %s", std::string(static_cast<std::size_t>(done), '#').c_str(),
            std::string(static_cast<std::size_t>(width - done), ' ').c_str(), static_cast<int>(share * 100),
            phase.c_str());
        std::fflush(stderr);
        return true;
    });
}

void finishProgress()
{
    if (isatty(STDERR_FILENO) != 0) {
        std::fprintf(stderr, "\r\033[K");
    }
}

Json memoryJson(const Analysis &analysis)
{
    Json json;
    if (!analysis.plan) {
        json["error"] = analysis.whyNotPlanned;
        return json;
    }
    const Plan &plan = *analysis.plan;
    json["arena_bytes"] = plan.arenaBytes;
    json["op_by_op_bytes"] = plan.opByOpBytes;
    json["lower_bound_bytes"] = plan.lowerBoundBytes;
    json["peak_operator"] = plan.peakOperator.valid() ? analysis.canonical.op(plan.peakOperator).name : "";
    Json buffers = Json::array();
    for (const PlanBuffer &buffer : plan.buffers) {
        Json entry;
        if (buffer.tensor.valid()) {
            entry["tensor"] = analysis.canonical.tensor(buffer.tensor).name;
        } else {
            entry["tensor"] = nullptr;
            entry["operator"] = buffer.owner.valid() ? analysis.canonical.op(buffer.owner).name : "";
        }
        entry["offset"] = buffer.offset;
        entry["bytes"] = buffer.bytes;
        entry["first"] = buffer.first;
        entry["last"] = buffer.last;
        entry["kind"] = nameOf(buffer.kind);
        buffers.push_back(entry);
    }
    json["buffers"] = buffers;
    return json;
}

Json estimateJson(const Analysis &analysis)
{
    Json json;
    if (!analysis.estimate) {
        json["error"] = analysis.whyNotPlanned;
        return json;
    }
    const Estimate &estimate = *analysis.estimate;
    json["target"] = analysis.target.id;
    json["ram_bytes"] = estimate.ramBytes;
    json["stack_bytes"] = estimate.stackBytes;
    json["constants_in_ram_bytes"] = estimate.constantRamBytes;
    json["flash_bytes"] = estimate.flashBytes;
    json["weights_bytes"] = estimate.weightBytes;
    json["code_bytes"] = estimate.codeBytes;
    json["instructions"] = estimate.instructions;
    json["cycles"] = estimate.cycles;
    json["latency_ms"] = estimate.latencyMs;
    json["energy_uj"] = estimate.energyUj;
    json["operators_without_kernel"] = estimate.withoutKernel;
    addFit(json, fitOf(estimate.ramBytes, estimate.flashBytes, analysis.target), estimate.fits);
    return json;
}

Json coreJson(const Target &target)
{
    return {{"name", nameOf(target.core)}, {"proved", isProved(target)}, {"unproved", unprovedFacts(target)}};
}

void addFit(Json &json, const Fit &fit, bool fits)
{
    json["fits"] = fits;
    json["ram_over_bytes"] = fit.ramOver();
    json["flash_over_bytes"] = fit.flashOver();
}

Json problemsJson(const Analysis &analysis)
{
    Json json = Json::array();
    for (const Problem &problem : analysis.problems) {
        if (problem.stage == Problem::Stage::Note) {
            continue;
        }
        json.push_back({{"stage", nameOf(problem.stage)}, {"operator", problem.place}, {"text", problem.text}});
    }
    return json;
}

Json warningsJson(const std::vector<Problem> &problems)
{
    Json json = Json::array();
    for (const Problem &problem : problems) {
        if (problem.stage == Problem::Stage::Accuracy) {
            json.push_back({{"place", problem.place}, {"text", problem.text}});
        }
    }
    return json;
}

void printWarnings(const std::vector<Problem> &problems)
{
    for (const Problem &problem : problems) {
        if (problem.stage == Problem::Stage::Accuracy) {
            std::printf(
                "Warning%s%s: %s.\n", problem.place.empty() ? "" : " at ", problem.place.c_str(), problem.text.c_str());
        }
    }
}

} // namespace tinsmith::cli
