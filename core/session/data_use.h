// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"
#include "core/session/data_set.h"

#include <optional>
#include <string>
#include <vector>

namespace tinsmith {

/// The data set with its pixels read as suits the model, unless a person has chosen: as the input's quantization says
/// (that of the Quantize operator behind a float input too); for a float input as 0..1, 0..255 or -1..1, whichever
/// gives the best accuracy on the first labelled samples; else as 0..1.
DataSet suited(const DataSet &data, const Graph &graph);

/// How the samples of a data set become the inputs of a model.
struct DataUse {
    /// "0..1"; nothing where the model gets no pixels as reals.
    std::optional<PixelRange> pixels;
    PixelSource source = PixelSource::Assumed;
    bool transposed = false;
    /// The same in sentences.
    std::vector<std::string> notes;
};
/// Of a data set that suited() gave back for this model.
DataUse useOf(const DataSet &suitedData, const Graph &graph);

/// What pixels mean to a float input that a Quantize operator reads; nothing for others.
std::optional<PixelRange> guessBehind(const Graph &graph, TensorId input);

/// "guessed from the input's quantization": why pixels are read as they are.
std::string reasonOf(PixelSource source);

} // namespace tinsmith
