// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/model_file.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace tinsmith {

/// A leading dimension of an input that the file leaves open and that was taken as 1: one inference at a time.
struct AssumedDimension {
    std::string name;
    /// The first input that it leads.
    std::string input;
    /// "The leading dimension \"batch\" of x is not fixed and is taken as 1".
    std::string text() const;
    friend bool operator==(const AssumedDimension &, const AssumedDimension &) = default;
};

struct OpenedModel {
    Graph graph;
    std::vector<AssumedDimension> assumed;
};

/// readModel() with the leading dimensions of inputs that neither the file nor `options` give a size taken as 1, as if
/// they were bound. Throws as readModel() does.
OpenedModel openModel(const Bytes &content, const std::filesystem::path &name, const OpenOptions &options = {});

/// A dimension that a model's file leaves open, to be given a size before the model can be planned.
struct OpenDimension {
    std::string name;
    /// The inputs that have it: "audio: batch × 1 × 512".
    std::vector<std::string> places;
    /// The size that it has been given; 1 where it has none yet.
    std::int64_t size = 1;
    bool bound = false;
};

/// An input that has open dimensions.
struct OpenInput {
    std::string name;
    ElementType type = ElementType::Float32;
    Shape shape;
    /// By axis; empty where the size is known.
    std::vector<std::string> names;
};

/// What a model leaves open: its dimensions, and the inputs that have them.
struct OpenDimensions {
    std::vector<OpenDimension> dimensions;
    std::vector<OpenInput> inputs;
};

/// The open dimensions of `unbound`, a model as readModel() gives it without bindings, with the sizes of `options`.
OpenDimensions openDimensions(const Graph &unbound, const OpenOptions &options = {});

/// The input as it would be with these sizes; dimensions without one stay open.
Tensor boundInput(const OpenInput &input, const std::map<std::string, std::int64_t> &bindings);

} // namespace tinsmith
