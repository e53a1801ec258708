// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/cli/output.h"
#include "core/graph/graph.h"
#include "core/session/data_use.h"
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

/// Prints a line for each leading dimension that was taken as 1.
void printAssumptions(const Session &session);
/// {"batch": 1}: the same for `assumed_dimensions` of JSON.
Json assumptionsJson(const Session &session);

/// For options that count something: a whole number from 1.
CLI::Validator positiveWholeNumber();

/// The options of a verb that takes a data set.
struct DataOptions {
    std::string path;
    std::string pixels;
};
/// Adds `--data` and `--pixels`; `help` says what the data are for.
CLI::Option *addData(CLI::App &verb, DataOptions &options, const std::string &help);
/// Adds `--pixels` alone.
void addPixels(CLI::App &verb, std::string &pixels);
/// Nothing for an empty text. Throws Error that names the option.
std::optional<PixelRange> parsePixels(const std::string &text);
/// The data set for the graph's inputs. Throws Error where --pixels is given and the data have none.
DataSet loadData(const DataOptions &options, const Graph &graph);
/// Prints the notes on how the data became the graph's inputs.
void printNotes(const std::vector<std::string> &notes);
/// {"range": "0..1", "source": "quantization"}, null without pixels.
Json pixelsJson(const DataUse &use);
/// `samples`, `pixels`, `transposed`, `notes` of a data set that suited() gave back for the graph.
Json dataJson(const DataSet &data, const Graph &graph);

/// "dimension "batch" is not fixed: --bind batch=1" for the dimensions of the inputs that have no size; empty
/// where all have one.
std::string howToBind(const Graph &graph);
/// Throws Error with that text and the model's name.
void requireFixedSizes(const Graph &graph, const std::string &file);

/// The graph's tensors of these ids, without data.
std::vector<Tensor> tensorsOf(const Graph &graph, std::span<const TensorId> ids);

/// The values of one inference, and what was done to make them of the files.
struct InferenceValues {
    std::vector<std::vector<std::byte>> values;
    /// "x.npy: the values are ..., transposed to ..."
    std::vector<std::string> notes;
    bool pixels = false;
};
/// What tensors in files are: inputs, or outputs to compare with.
enum class FileRole { Input, Output };
/// Reads them from a comma-separated list of files, one per tensor, as readInputFile() and readOutputFile() do.
InferenceValues readValues(
    const std::string &files, std::span<const Tensor> tensors, FileRole role, const std::optional<PixelRange> &pixels);
/// The same of the graph's inputs, whose operators may say what pixels are.
InferenceValues readInputs(const std::string &files, const Graph &graph, const std::optional<PixelRange> &pixels);
/// Throws Error where a range of pixels was given and no file has pixels.
void requirePixels(const std::optional<PixelRange> &pixels, bool used);
/// Throws Error where the list does not name one file per tensor.
void checkNames(const std::string &files, std::span<const Tensor> tensors);
/// Writes them the same way: .npy by extension, raw otherwise; each file atomically.
void writeValues(
    const std::string &files, std::span<const Tensor> tensors, const std::vector<std::vector<std::byte>> &values);

/// Splits at commas.
std::vector<std::string> splitList(const std::string &text);

} // namespace tinsmith::cli
