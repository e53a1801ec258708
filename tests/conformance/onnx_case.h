// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/execute/executor.h"
#include "core/formats/onnx/onnx_reader.h"

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace tinsmith::test {

/// One example of the ONNX project: a model of (mostly) one node, with inputs and the outputs that it must give.
class OnnxCase {
public:
    explicit OnnxCase(const std::filesystem::path &folder);

    const std::string &name() const { return name_; }
    /// Operator types of the model, of its bodies and functions too.
    const std::set<std::string> &operators() const { return operators_; }
    /// What its inputs and outputs hold that is no tensor of numbers: "strings", "sequences and optional values"; else
    /// empty.
    const std::string &oddValues() const { return oddValues_; }
    /// Inputs that are parameters of the node (axes, shapes, sizes, bounds, scales), which models fix.
    const std::set<std::string> &parameters() const { return parameters_; }

    /// Opens the model with the recorded values of `fixed` inputs as constants. Throws Error where it is refused.
    Graph read(const std::set<std::string> &fixed) const;
    /// Runs a graph with (some of) the example's inputs on their recorded values. Empty where every output is right,
    /// else the first difference. Throws Error where the graph cannot run.
    std::string run(const Graph &graph) const;

private:
    std::filesystem::path folder_;
    std::string name_;
    std::vector<std::string> inputs_;
    std::set<std::string> operators_;
    std::set<std::string> parameters_;
    std::string oddValues_;
};

} // namespace tinsmith::test
