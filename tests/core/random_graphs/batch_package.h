// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/core/random_graphs/exported_graphs.h"

#include <string>
#include <vector>

namespace tinsmith::test {

/// Many packages as one, in one source file, so that one run of a compiler does for all of them. Its only input is a
/// byte with which arenas are filled, then all packages' inputs one after the other; its only output has for each
/// package a byte of status (0: its arena was kept to, and all calls answered 0) and its outputs.
struct BatchPackage {
    Package package;
    std::size_t inputBytes = 0;
    std::size_t outputBytes = 0;
};
BatchPackage batchOf(const std::vector<ExportedGraph> &graphs);

/// The batch's input for one inference of all graphs, and the output that it must have.
std::vector<std::byte> batchInput(const std::vector<ExportedGraph> &graphs, std::size_t inference, std::byte fill);
std::vector<std::byte> batchOutput(const std::vector<ExportedGraph> &graphs, std::size_t inference);
/// What is wrong with an output of the batch: one line per graph.
std::vector<std::string> whyBatchDiffers(
    const std::vector<ExportedGraph> &graphs, std::size_t inference, const std::vector<std::byte> &output);

/// How a batch is compiled for this computer.
enum class BatchBuild {
    Quick,
    Optimized,
    /// Optimized, under the address and undefined behaviour sanitizers, each arena a heap block of its size.
    Sanitized,
};

/// Compiles the batch and runs all inferences; the lines that say what is wrong, none where all is right.
std::vector<std::string> whyBatchFails(const std::vector<ExportedGraph> &graphs, BatchBuild build);

} // namespace tinsmith::test
