// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/execute/executor.h"
#include "core/graph/graph.h"

#include <QTemporaryDir>

#include <string>
#include <vector>

namespace tinsmith::test {

/// Models that are run by other engines, many per process: ONNX Runtime and Google's TFLite in its WebAssembly build,
/// where the folder that TINSMITH_NODE_MODULES names (or the current one) has them installed.
class OtherEngines {
public:
    struct Result {
        /// Neither engine nor node are there.
        bool skipped = true;
        /// The model's file.
        std::string file;
        /// Why the engine does not load or run the model; empty where it does.
        std::string error;
        std::vector<TensorValue> outputs;
    };

    /// Writes the graph as a file of this format, "onnx" or "tflite"; returns the number of its result. Throws
    /// UnsupportedError where the format has no form for it.
    std::size_t add(const Graph &graph, const std::vector<TensorValue> &inputs, const std::string &format);
    std::size_t size() const { return cases_.size(); }
    /// The graph as the written file has it, opened again.
    Graph reopened(std::size_t number) const;
    /// Runs all models that were added, and forgets them.
    std::vector<Result> run();

private:
    struct Case {
        std::string file;
        std::vector<std::string> inputs;
        Graph graph;
    };

    /// In the folder TINSMITH_RANDOM_REPRODUCERS, where files stay, or a temporary one.
    std::string path(const std::string &name) const;

    QTemporaryDir folder_;
    std::vector<Case> cases_;
    std::size_t written_ = 0;
};

/// How far values are from what they should be.
struct Distance {
    /// Steps of the output's scale where it is quantized, else the share of the largest expected value.
    double largest = 0;
    double decibels = 0;
    bool sameTop = true;
};
Distance distance(const Tensor &declared, const TensorValue &expected, const TensorValue &actual);

} // namespace tinsmith::test
