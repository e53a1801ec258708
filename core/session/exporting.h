// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/device/measurement.h"
#include "core/device/verify.h"
#include "core/firmware/package.h"
#include "core/session/analysis.h"
#include "core/session/data_set.h"
#include "core/session/session.h"

#include <filesystem>
#include <vector>

namespace tinsmith {

/// The file that a model came from, for a project the model in it; empty where it cannot be read.
struct PackageOrigin {
    std::filesystem::path file;
    Bytes content;
};
PackageOrigin originOf(const Session &session);

/// The firmware package of an analysed model, with recorded self-test vectors: up to `vectors` samples of the data set,
/// or seeded random inputs without one, and the outputs that the host executor gives. It states the origin's hash, and
/// labels where the options, the data set or the origin name as many classes as an output has. Throws UnsupportedError
/// where the model has no plan or an operator no kernel.
Package packageFor(const Analysis &analysis, const DataSet *data = nullptr, std::size_t vectors = 4,
    const PackageOptions &options = {}, const PackageOrigin &origin = {});

/// Inputs for a verification: samples of the data set, or seeded random ones, with the host executor's outputs.
std::vector<PackageOptions::Vector> recordedVectors(const Graph &graph, const DataSet *data, std::size_t count);

/// What the host executor gives for one inference.
std::vector<std::vector<std::byte>> hostOutputs(const Graph &graph, const std::vector<std::vector<std::byte>> &inputs);

/// The inputs and outputs that a written package's manifest names, without data.
struct PackageTensors {
    std::vector<Tensor> inputs;
    std::vector<Tensor> outputs;
};
PackageTensors readPackageTensors(const std::filesystem::path &folder);
/// The recorded vectors that a written package holds in test/vectors. Throws FormatError, SystemError.
std::vector<PackageOptions::Vector> readPackageVectors(const std::filesystem::path &folder);

} // namespace tinsmith
