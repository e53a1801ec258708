// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/firmware/c_writer.h"
#include "core/graph/graph.h"
#include "core/planner/plan.h"

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace tinsmith {

/// A constant array of the package.
struct EmittedConstant {
    std::string name;
    /// Element type in C ("int8_t").
    std::string type;
    std::int64_t elements = 0;
    std::int64_t bytes = 0;
    /// Bytes that its address is a multiple of, where more than the type's own; 0 otherwise.
    int alignment = 0;
    /// Its definition.
    std::string text;
};

/// A function that runs one layer, shared by all operators for which it would read the same.
struct EmittedLayer {
    std::string name;
    /// Its parameters and body, from the first parenthesis on.
    std::string text;
};

/// One step of an inference: `function(arguments)`.
struct EmittedCall {
    OperatorId op;
    std::string function;
    std::vector<CArgument> arguments;
};

/// One parameter of a layer function and what the call hands over for it.
struct LayerParameter {
    /// "const int8_t *input"
    std::string declaration;
    std::string argument;
};

/// What the emitters of the operator families write to: collects constants, layer functions and calls of a package.
class Emission {
public:
    Emission(const Graph &graph, const Plan &plan, std::string modelName);

    const Graph &graph() const { return graph_; }
    const Plan &plan() const { return plan_; }
    const std::string &modelName() const { return modelName_; }
    KernelVariant variant(OperatorId id) const { return plan_.operators[id.position()].variant; }

    /// The C name of a constant array with these values; equal arrays are stored once.
    std::string constant(const std::string &hint, std::span<const std::int8_t> values, int alignment = 0);
    std::string constant(const std::string &hint, std::span<const std::int16_t> values, int alignment = 0);
    std::string constant(const std::string &hint, std::span<const std::int32_t> values, int alignment = 0);
    std::string constant(const std::string &hint, std::span<const std::uint32_t> values, int alignment = 0);
    std::string constant(const std::string &hint, std::span<const std::uint8_t> values, int alignment = 0);
    std::string constant(const std::string &hint, std::span<const float> values, int alignment = 0);
    /// A C expression, convertible to a pointer to the tensor's elements: its place in the arena, or its constant.
    std::string pointer(TensorId tensor);
    /// The same for the operator's scratch area; "0" where it has none.
    std::string scratch(OperatorId id) const;

    /// A name for what belongs to the operator, valid in C and unique.
    const std::string &nameOf(OperatorId id) const { return operatorNames_[id.position()]; }
    /// The enumerator that holds the offset of a tensor's buffer.
    const std::string &offsetName(TensorId id) const { return tensorNames_[id.position()]; }

    /// The layers need this kernel header (relative to the kernels' folder).
    void include(const std::string &header) { headers_.insert(header); }
    /// Runs the operator by a function of these parameters whose body is `body`; `hint` names it.
    void layer(
        OperatorId id, const std::string &hint, const std::vector<LayerParameter> &parameters, const CWriter &body);

    const std::set<std::string> &headers() const { return headers_; }
    const std::vector<EmittedConstant> &constants() const { return constants_; }
    const std::vector<EmittedLayer> &layers() const { return layers_; }
    const std::vector<EmittedCall> &calls() const { return calls_; }
    std::int64_t constantBytes() const;

private:
    template <typename T>
    std::string add(const std::string &hint, const std::string &type, std::span<const T> values, int alignment);
    std::string unique(const std::string &wish);

    const Graph &graph_;
    const Plan &plan_;
    std::string modelName_;
    std::set<std::string> names_;
    std::vector<std::string> operatorNames_;
    std::vector<std::string> tensorNames_;
    std::set<std::string> headers_;
    std::vector<EmittedConstant> constants_;
    /// By type, alignment and bytes.
    std::map<std::string, std::string> constantNames_;
    std::vector<EmittedLayer> layers_;
    std::map<std::string, std::string> layerNames_;
    std::map<std::string, int> layerCounts_;
    std::vector<EmittedCall> calls_;
};

/// The C type of a tensor's elements; empty where packages have none.
std::string cType(ElementType type);

} // namespace tinsmith
