// SPDX-License-Identifier: Apache-2.0
#include "tests/core/random_graphs/shrink.h"

#include "core/formats/model_file.h"
#include "core/graph/error.h"
#include "core/graph/shape_inference.h"
#include "tests/fixtures/random_graph.h"

#include <QDir>
#include <QtGlobal>

#include <algorithm>
#include <optional>
#include <set>
#include <sstream>

namespace tinsmith::test {
namespace {

/// A change of a copy of the graph; false where there is nothing to change.
using Change = std::function<bool(const Graph &, GraphBuilder &)>;

/// The message without words that hold a digit: names and numbers change while the fault stays.
std::string natureOf(const std::string &why)
{
    std::istringstream in(why);
    std::string nature;
    for (std::string word; in >> word;) {
        if (std::none_of(word.begin(), word.end(), [](unsigned char c) { return std::isdigit(c); })) {
            nature += word + " ";
        }
    }
    return nature;
}

std::string resultOf(const GraphCheck &check, const Graph &graph)
{
    try {
        return check(graph);
    } catch (const Error &error) {
        return error.what();
    }
}

/// Removes what no output needs.
void dropUnneeded(const Graph &graph, GraphBuilder &builder)
{
    std::set<TensorId> needed(builder.outputs().begin(), builder.outputs().end());
    for (std::size_t i = graph.operators().size(); i-- > 0;) {
        const OperatorId id(i);
        if (builder.removed(id)) {
            continue;
        }
        const Operator &op = builder.op(id);
        const bool used = std::any_of(
            op.outputs.begin(), op.outputs.end(), [&](TensorId output) { return needed.count(output) != 0; });
        if (used) {
            needed.insert(op.inputs.begin(), op.inputs.end());
        } else {
            builder.removeOperator(id);
        }
    }
    std::vector<TensorId> inputs;
    std::copy_if(builder.inputs().begin(), builder.inputs().end(), std::back_inserter(inputs),
        [&](TensorId id) { return needed.count(id) != 0; });
    builder.setInputs(inputs);
}

std::optional<Graph> changed(const Graph &graph, const Change &change)
{
    try {
        GraphBuilder builder(graph);
        if (!change(graph, builder) || builder.outputs().empty()) {
            return std::nullopt;
        }
        inferAllShapes(builder);
        return builder.build();
    } catch (const Error &) {
        return std::nullopt;
    }
}

void addCuts(const Graph &graph, std::vector<Change> &changes)
{
    for (std::size_t i = 0; i < graph.operators().size(); ++i) {
        changes.push_back([i](const Graph &from, GraphBuilder &to) {
            to.setOutputs(from.operators()[i].outputs);
            dropUnneeded(from, to);
            return from.operators().size() > 1
                && (from.outputs().size() != from.operators()[i].outputs.size()
                    || !std::equal(from.outputs().begin(), from.outputs().end(), to.outputs().begin()));
        });
    }
    for (const TensorId output : graph.outputs()) {
        changes.push_back([output](const Graph &from, GraphBuilder &to) {
            to.setOutputs({output});
            dropUnneeded(from, to);
            return from.outputs().size() > 1;
        });
    }
    for (std::size_t i = graph.operators().size(); i-- > 0;) {
        // What it writes becomes an input.
        changes.push_back([i](const Graph &from, GraphBuilder &to) {
            const Operator &op = from.operators()[i];
            std::vector<TensorId> inputs = to.inputs();
            bool read = false;
            for (const TensorId id : op.outputs) {
                read = read || !from.consumers(id).empty();
                if (!from.consumers(id).empty()) {
                    inputs.push_back(id);
                }
            }
            std::vector<TensorId> outputs;
            std::copy_if(from.outputs().begin(), from.outputs().end(), std::back_inserter(outputs),
                [&](TensorId id) { return std::find(op.outputs.begin(), op.outputs.end(), id) == op.outputs.end(); });
            to.removeOperator(OperatorId(i));
            to.setInputs(inputs);
            to.setOutputs(outputs);
            dropUnneeded(from, to);
            return read || !outputs.empty();
        });
        changes.push_back([i](const Graph &from, GraphBuilder &to) {
            const Operator &op = from.operators()[i];
            if (op.inputs.empty() || op.outputs.size() != 1 || from.isOutput(op.outputs[0])
                || from.tensor(op.inputs[0]).constant()
                || from.tensor(op.inputs[0]).type != from.tensor(op.outputs[0]).type) {
                return false;
            }
            to.replaceUses(op.outputs[0], op.inputs[0]);
            to.removeOperator(OperatorId(i));
            return true;
        });
    }
}

template <typename Value>
bool set(Value &field, const Value &plain)
{
    const bool changes = !(field == plain);
    field = plain;
    return changes;
}

/// The `which`-th way to make the kind plainer.
template <typename Kind>
bool makePlainer(Kind &kind, int which)
{
    bool changes = false;
    if constexpr (requires { FusedActivation(kind.activation); }) {
        changes = changes || (which == 0 && set(kind.activation, FusedActivation::None));
    }
    if constexpr (requires { kind.strideH; }) {
        changes = changes || (which == 1 && set(kind.strideH, std::int64_t{1}))
            || (which == 2 && set(kind.strideW, std::int64_t{1}));
    }
    if constexpr (requires { kind.dilationH; }) {
        changes = changes || (which == 3 && set(kind.dilationH, std::int64_t{1}))
            || (which == 4 && set(kind.dilationW, std::int64_t{1}));
    }
    if constexpr (requires { kind.padding.mode; }) {
        changes = changes || (which == 5 && set(kind.padding, Padding{}));
    }
    if constexpr (requires { kind.ceilMode; }) {
        changes = changes || (which == 6 && set(kind.ceilMode, false))
            || (which == 7 && set(kind.countIncludesPadding, false));
    }
    if constexpr (requires { kind.keepDims; }) {
        changes = changes || (which == 8 && set(kind.keepDims, false));
    }
    return changes;
}

void addPlainer(const Graph &graph, std::vector<Change> &changes)
{
    constexpr int ways = 9;
    for (std::size_t i = 0; i < graph.operators().size(); ++i) {
        for (int way = 0; way < ways; ++way) {
            changes.push_back([i, way](const Graph &, GraphBuilder &to) {
                return std::visit([&](auto &kind) { return makePlainer(kind, way); }, to.op(OperatorId(i)).kind);
            });
        }
        changes.push_back([i](const Graph &, GraphBuilder &to) {
            Operator &op = to.op(OperatorId(i));
            const bool biased = op.inputs.size() == 3
                && (op.is<Conv2D>() || op.is<DepthwiseConv2D>() || op.is<TransposeConv2D>() || op.is<FullyConnected>()
                    || op.is<Gemm>());
            op.inputs.resize(biased ? 2 : op.inputs.size());
            return biased;
        });
    }
}

void addSmaller(const Graph &graph, std::vector<Change> &changes)
{
    for (const TensorId id : graph.inputs()) {
        for (std::size_t axis = 0; axis < graph.tensor(id).shape.rank(); ++axis) {
            for (const int form : {0, 1, 2}) {
                changes.push_back([id, axis, form](const Graph &from, GraphBuilder &to) {
                    const std::int64_t size = from.tensor(id).shape[axis];
                    const std::int64_t smaller = form == 0 ? 1 : form == 1 ? size / 2 : size - 1;
                    to.tensor(id).shape.dims[axis] = smaller;
                    return smaller >= 1 && smaller < size;
                });
            }
        }
    }
}

void describeTensor(std::ostringstream &text, const Graph &graph, TensorId id)
{
    if (!id.valid()) {
        text << "none";
        return;
    }
    const Tensor &tensor = graph.tensor(id);
    text << tensor.name << " " << nameOf(tensor.type) << " " << tensor.shape.text();
    if (tensor.quantization && tensor.quantization->scales.size() == 1) {
        text << " scale " << tensor.quantization->scale() << " zero " << tensor.quantization->zeroPoint();
    }
    text << (tensor.constant() ? " constant" : "");
}

} // namespace

ShrunkGraph shrink(const Graph &graph, const GraphCheck &check)
{
    ShrunkGraph best{graph, resultOf(check, graph)};
    const std::string nature = natureOf(best.why);
    // Each success starts anew on a smaller graph; the bound is for checks that take long.
    int tries = 400;
    for (bool progress = !best.why.empty(); progress && tries > 0;) {
        progress = false;
        std::vector<Change> changes;
        addCuts(best.graph, changes);
        addPlainer(best.graph, changes);
        addSmaller(best.graph, changes);
        for (const Change &change : changes) {
            const auto candidate = changed(best.graph, change);
            if (!candidate || --tries <= 0) {
                continue;
            }
            const std::string why = resultOf(check, *candidate);
            if (!why.empty() && natureOf(why) == nature) {
                best = {*candidate, why};
                progress = true;
                break;
            }
        }
    }
    return best;
}

std::string reproducer(const ShrunkGraph &shrunk, std::uint64_t seed, const std::filesystem::path &folder)
{
    std::ostringstream text;
    text.precision(9);
    const Graph &graph = shrunk.graph;
    text << "seed " << seed << ", shrunk to " << graph.operators().size() << " operators: " << shrunk.why << "\n";
    for (const TensorId id : graph.inputs()) {
        text << "  input ";
        describeTensor(text, graph, id);
        text << "\n";
    }
    for (const Operator &op : graph.operators()) {
        text << "  " << typeName(op.kind) << " " << op.name << " {";
        for (const AttributeText &attribute : describe(op.kind)) {
            text << " " << attribute.name << ": " << attribute.value << ";";
        }
        text << " }\n";
        for (const TensorId id : op.inputs) {
            text << "    reads ";
            describeTensor(text, graph, id);
            text << "\n";
        }
        for (const TensorId id : op.outputs) {
            text << "    writes ";
            describeTensor(text, graph, id);
            text << (graph.isOutput(id) ? " (output)\n" : "\n");
        }
    }
    for (const char *ending : {".tflite", ".onnx"}) {
        const std::filesystem::path path = folder / ("seed_" + std::to_string(seed) + ending);
        try {
            writeModel(graph, path);
            text << "  written to " << path.string() << "\n";
            break;
        } catch (const Error &error) {
            text << "  not written: " << error.what() << "\n";
        }
    }
    return text.str();
}

void reportFailure(std::uint64_t seed, const GraphCheck &check)
{
    const QString folder = qEnvironmentVariable("TINSMITH_RANDOM_REPRODUCERS", QDir::tempPath());
    QDir().mkpath(folder);
    qWarning("%s", reproducer(shrink(randomGraph(seed), check), seed, folder.toStdString()).c_str());
}

} // namespace tinsmith::test
