// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tinsmith::test {

/// Builds int8 networks, layer by layer, whose constants are zeros: for tests of memory, not of values.
class NetMaker {
public:
    NetMaker() = default;
    /// A graph input [1,height,width,channels].
    TensorId input(std::int64_t height, std::int64_t width, std::int64_t channels);
    TensorId conv(TensorId x, std::int64_t outputs, std::int64_t kernel, std::int64_t stride);
    TensorId depthwise(TensorId x, std::int64_t kernel, std::int64_t stride);
    TensorId pool(TensorId x, std::int64_t size, std::int64_t stride);
    TensorId relu(TensorId x);
    TensorId add(TensorId a, TensorId b);
    TensorId concat(const std::vector<TensorId> &parts);
    TensorId flatten(TensorId x);
    TensorId dense(TensorId x, std::int64_t outputs);
    TensorId softmax(TensorId x);

    const Shape &shape(TensorId id) const { return builder_.tensor(id).shape; }
    Graph finish(std::vector<TensorId> outputs);

private:
    TensorId apply(OperatorKind kind, std::vector<TensorId> inputs);
    TensorId weights(Shape shape);

    GraphBuilder builder_;
    std::vector<TensorId> inputs_;
    int count_ = 0;
};

/// A network of about `operators` operators with branches, reshapes and several inputs and outputs; the same for a
/// seed.
Graph randomNet(unsigned seed, int operators);

/// The layers of the MLPerf Tiny networks, by their geometry: keyword spotting, visual wake words, image
/// classification.
Graph keywordNet();
Graph wakeWordNet();
Graph residualNet();

} // namespace tinsmith::test
