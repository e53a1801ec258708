// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"
#include "core/graph/progress.h"
#include "core/session/data_use.h"

#include <optional>
#include <string>
#include <vector>

namespace tinsmith {

/// How well a model does on a data set, alone and beside another.
struct Evaluation {
    std::size_t samples = 0;
    /// Share of samples whose top-1 class is the label; nothing without labels.
    std::optional<double> accuracy;
    /// Share of samples whose top-1 class is the other model's.
    std::optional<double> agreement;
    std::optional<double> otherAccuracy;
    /// Signal to quantization noise of all outputs against the other model's, in dB.
    std::optional<double> sqnrDb;
    struct Layer {
        std::string name;
        double sqnrDb = 0;
    };
    /// Per operator whose output both models have by name, in running order.
    std::vector<Layer> layers;
    /// rows: label, columns: prediction; empty without labels.
    std::vector<std::vector<std::int64_t>> confusion;
    /// Labels that name none of the model's classes; their samples count as wrong.
    std::size_t labelsOutside = 0;
    DataUse use;
    /// What a reader of the figures must know: how the data were read, and what is wrong with them.
    std::vector<std::string> notes;
};

/// Runs the data set through the model, and through `other` where there is one, each sample from fresh state. Pixels
/// are read as suited() says, for each model.
Evaluation evaluate(
    const Graph &graph, const DataSet &data, const Graph *other = nullptr, const Progress &progress = {});

/// "38.4 dB" of a signal to noise ratio; "identical" where there is no noise, for which numbers say
/// Deviation::mostDb; "no signal" where the reference is zero.
std::string sqnrText(double sqnrDb);

} // namespace tinsmith
