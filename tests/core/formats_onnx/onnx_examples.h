// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace tinsmith::test {

/// A graph in ONNX's own notation, with inputs and what its first output is to be.
struct OnnxExample {
    using Numbers = std::vector<double>;
    const char *name;
    int opset;
    const char *graph;
    std::vector<Numbers> inputs;
    Numbers expected;
};

/// Operators that came or changed after operator set 17, of ONNX Runtime's own domain, or in forms that ONNX's examples
/// do not have; each worked out by hand.
const std::vector<OnnxExample> &onnxExamples();

/// A model of this graph, for an operator set that libonnx itself may not know. Throws Error where it cannot be parsed.
std::string modelOfText(const std::string &graph, int opset);

} // namespace tinsmith::test
