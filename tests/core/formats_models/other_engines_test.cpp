// SPDX-License-Identifier: Apache-2.0
#include "core/execute/compare.h"
#include "core/formats/model_file.h"
#include "core/graph/error.h"
#include "core/graph/geometry.h"
#include "core/quantize/quantize.h"
#include "core/rewrites/canonical.h"
#include "core/rewrites/rewrite_list.h"
#include "tests/core/formats_models/other_engines.h"
#include "tests/core/formats_models/recorded_models.h"
#include "tests/core/random_graphs/graph_parts.h"
#include "tests/core/random_graphs/numerics.h"
#include "tests/fixtures/random_graph.h"
#include "tests/support/test_data.h"
#include "tests/support/test_main.h"

#include <algorithm>
#include <map>
#include <set>

namespace tinsmith::test {
namespace {

/// Real numbers, of the largest that is expected.
constexpr double floatTolerance = 1e-4;
constexpr double leastDecibels = 30;

/// What a single int8 operator may be off in an engine that rounds otherwise; networks by what they say.
enum class Expectation { OneStep, Network };

/// Graphs in both formats, what they give here, and what the engines made of them.
class Comparison {
public:
    /// What cannot be written is counted by its reason; so are contradictions between the written file and the graph.
    void add(const std::string &label, const Graph &graph, const std::vector<TensorValue> &inputs, Expectation expected)
    {
        const std::vector<TensorValue> outputs = Executor(graph).run(inputs);
        for (const char *format : {"tflite", "onnx"}) {
            const bool tflite = std::string_view(format) == "tflite";
            const std::string name = label + " as " + format;
            try {
                const Graph form = tflite ? canonical(graph) : graph;
                // Halves at the ends are floats there.
                const bool sameEnds = typesOfEnds(form) == typesOfEnds(graph);
                const auto given = sameEnds ? inputs : asFloats(graph, inputs);
                const auto wanted = sameEnds ? outputs : Executor(form).run(given);
                const std::size_t number = engines_.add(form, given, format);
                cases_.push_back({name, form, wanted, expected});
                checkReopened(name, form, engines_.reopened(number), given, wanted);
            } catch (const UnsupportedError &error) {
                // Before it was written, or when what was written does not run.
                ++refused_[std::string(format) + ": " + withoutFile(error.cause())];
            } catch (const Error &error) {
                fail(name + ": " + error.what());
            }
        }
        if (engines_.size() >= mostPerProcess) {
            run();
        }
    }

    void run()
    {
        const auto results = engines_.run();
        for (std::size_t index = 0; index < cases_.size(); ++index) {
            judge(cases_[index], results[index]);
        }
        cases_.clear();
    }

    bool skipped() const { return ran_ == 0; }
    const std::vector<std::string> &failures() const { return failures_; }
    std::string summary() const
    {
        std::string text
            = std::to_string(ran_) + " files run by other engines, " + std::to_string(withoutEngine_) + " without one";
        for (const auto &[why, count] : refused_) {
            text += "\n  not written, " + std::to_string(count) + ": " + why;
        }
        for (const auto &[why, count] : limits_) {
            text += "\n  a limit of the engine, " + std::to_string(count) + ": " + why;
        }
        return text;
    }

private:
    struct Case {
        std::string name;
        Graph graph;
        std::vector<TensorValue> outputs;
        Expectation expected;
    };

    static constexpr std::size_t mostPerProcess = 1500;

    static std::string withoutFile(const std::string &text) { return text.substr(0, 160); }

    void fail(const std::string &text) { failures_.push_back(text); }

    static std::vector<ElementType> typesOfEnds(const Graph &graph)
    {
        std::vector<ElementType> types;
        for (const auto ids : {graph.inputs(), graph.outputs()}) {
            for (const TensorId id : ids) {
                types.push_back(graph.tensor(id).type);
            }
        }
        return types;
    }

    static std::vector<TensorValue> asFloats(const Graph &graph, std::vector<TensorValue> values)
    {
        for (std::size_t index = 0; index < values.size(); ++index) {
            const Tensor &tensor = graph.tensor(graph.inputs()[index]);
            if (isFloat(tensor.type)) {
                const std::vector<float> reals = realsOf(tensor, values[index]);
                const auto raw = std::as_bytes(std::span(reals));
                values[index].assign(raw.begin(), raw.end());
            }
        }
        return values;
    }

    static std::ptrdiff_t realActivations(const Graph &graph)
    {
        return std::count_if(graph.tensors().begin(), graph.tensors().end(),
            [](const Tensor &tensor) { return tensor.type == ElementType::Float32 && !tensor.constant(); });
    }

    /// What was written says the same when it is opened again: int8 bit for bit.
    void checkReopened(const std::string &name, const Graph &graph, const Graph &again,
        const std::vector<TensorValue> &inputs, const std::vector<TensorValue> &outputs)
    {
        // An int8 comparison of two scales is TFLite's alone.
        const bool compares = std::any_of(graph.operators().begin(), graph.operators().end(), [](const Operator &op) {
            const auto *binary = op.as<Binary>();
            return binary != nullptr && binary->function >= BinaryFunction::Equal
                && binary->function <= BinaryFunction::GreaterEqual;
        });
        const bool mayCompareReals = compares && graph.info().rounding == Rounding::HalfToEven;
        if (name.ends_with("onnx") && realActivations(graph) == 0 && realActivations(again) > 0 && !mayCompareReals) {
            fail(name + ": opened again, it computes in float32");
        }
        const auto made = Executor(again).run(inputs);
        const auto jumping = jumpingTensors(graph);
        for (std::size_t index = 0; index < outputs.size(); ++index) {
            const Tensor &tensor = graph.tensor(graph.outputs()[index]);
            const auto jumps = jumping.find(tensor.name);
            const double allowed = isFloat(tensor.type) ? floatTolerance : 0;
            if (!(jumps != jumping.end() && jumps->second)
                && !(distance(tensor, outputs[index], made[index]).largest <= allowed)) {
                fail(name + ": opened again, " + tensor.name + " is "
                    + std::to_string(distance(tensor, outputs[index], made[index]).largest) + " off");
            }
        }
    }

    void judge(const Case &each, const OtherEngines::Result &result)
    {
        if (result.skipped) {
            ++withoutEngine_;
            return;
        }
        ++ran_;
        if (!result.error.empty()) {
            const std::string limit = knownLimit(each.graph, result.error);
            limit.empty() ? fail(each.name + " (" + result.file + "): " + result.error)
                          : static_cast<void>(++limits_[limit]);
            return;
        }
        const auto jumping = jumpingTensors(each.graph);
        for (std::size_t index = 0; index < each.outputs.size(); ++index) {
            const Tensor &tensor = each.graph.tensor(each.graph.outputs()[index]);
            const auto jumps = jumping.find(tensor.name);
            if (jumps != jumping.end() && jumps->second) {
                continue;
            }
            const Distance apart = distance(tensor, each.outputs[index], result.outputs[index]);
            const bool near = isFloat(tensor.type) ? apart.largest <= floatTolerance : apart.largest <= 1.01;
            const std::string fault = near ? std::string() : knownFault(each.name, each.graph);
            if (!fault.empty()) {
                ++limits_[fault];
                continue;
            }
            const bool network
                = each.expected == Expectation::Network && apart.decibels > leastDecibels && apart.sameTop;
            if (!near && !network) {
                fail(each.name + " (" + result.file + "): " + tensor.name + " is " + std::to_string(apart.largest)
                    + " off, " + std::to_string(apart.decibels) + " dB" + (apart.sameTop ? "" : ", another top class"));
            }
        }
    }

    /// What these versions of the engines do not have.
    static std::string knownLimit(const Graph &graph, const std::string &error)
    {
        const auto isRoot = [](const Operator &op) {
            const auto *unary = op.as<Unary>();
            return unary != nullptr && unary->function == UnaryFunction::Sqrt;
        };
        if (error.find("INVALID_ARGUMENT") != std::string::npos
            && std::any_of(graph.operators().begin(), graph.operators().end(), isRoot) && realActivations(graph) == 0) {
            return "TFLite's int8 SQRT is newer than its WebAssembly build";
        }
        if (error.find("offset is out of bounds") != std::string::npos) {
            return "TFLite's WebAssembly interface takes no 64-bit inputs";
        }
        if (error.find("(Signal") != std::string::npos || error.find("CIRCULAR_BUFFER") != std::string::npos) {
            return "TFLite Micro's custom operators";
        }
        return {};
    }

    /// Where these versions of the engines compute something else than TFLite defines.
    static std::string knownFault(const std::string &name, const Graph &graph)
    {
        if (!name.ends_with("tflite") || graph.operators().size() != 1) {
            return {};
        }
        const Operator &op = graph.operators().front();
        const auto geometry = spatialGeometry(graph, op);
        if (geometry && (geometry->h.kernel > geometry->h.input || geometry->w.kernel > geometry->w.input)) {
            return "XNNPACK's int8 convolution with a window longer than the image gives its bias everywhere";
        }
        const auto *reduce = op.as<Reduce>();
        if (reduce != nullptr && reduce->function == ReduceFunction::Sum) {
            return "TFLite's int8 SUM wraps around where the sum is beyond its scale";
        }
        return {};
    }

    OtherEngines engines_;
    std::vector<Case> cases_;
    std::vector<std::string> failures_;
    std::map<std::string, int> refused_;
    std::map<std::string, int> limits_;
    int ran_ = 0;
    int withoutEngine_ = 0;
};

void report(const Comparison &comparison)
{
    qInfo("%s", comparison.summary().c_str());
    std::size_t shown = 0;
    for (const std::string &failure : comparison.failures()) {
        if (++shown > static_cast<std::size_t>(qEnvironmentVariableIntValue("TINSMITH_SHOW_FAILURES")) + 20) {
            break;
        }
        qWarning("%s", failure.c_str());
    }
}

/// The graph with each rewrite that finds something to do, by its name.
std::vector<std::pair<std::string, Graph>> rewritten(const Graph &graph, const RewriteData &data)
{
    std::vector<std::pair<std::string, Graph>> all = {{"plain", graph}};
    for (const Rewrite *rewrite : rewriteList()) {
        try {
            if (auto changed = rewrite->apply(graph, {}, &data)) {
                all.emplace_back(std::string(rewrite->name()), std::move(*changed));
            }
        } catch (const UnsupportedError &) {
            // An operator without an int8 form.
        }
    }
    return all;
}

/// Inputs of a graph in the types of another form of it.
std::vector<TensorValue> inputsFor(const Graph &form, const Graph &graph, const std::vector<TensorValue> &inputs)
{
    std::vector<TensorValue> result;
    for (std::size_t index = 0; index < inputs.size(); ++index) {
        const Tensor &from = graph.tensor(graph.inputs()[index]);
        const Tensor &to = form.tensor(form.inputs()[index]);
        result.push_back(from.type == to.type ? inputs[index] : convertedValue(from, inputs[index], to));
    }
    return result;
}

/// Each operator of an int8 graph as a graph of its own, on the values that it meets there.
void addOperators(
    Comparison &comparison, const std::string &label, const Graph &int8, const std::vector<TensorValue> &inputs)
{
    Executor executor(int8);
    const Recording values = record(executor, inputs);
    for (std::size_t index = 0; index < int8.operators().size(); ++index) {
        const Operator &op = int8.operators()[index];
        const Graph alone = partOf(int8, [&](const Graph &, OperatorId id) { return id == OperatorId(index); });
        if (!alone.operators().empty() && !alone.inputs().empty()) {
            comparison.add(label + " " + displayName(op.kind) + " " + op.name, alone, inputsFrom(values, alone),
                Expectation::OneStep);
        }
    }
}

/// A random graph in float with each rewrite, and its quantized form operator by operator.
void addRandom(Comparison &comparison, std::uint64_t seed)
{
    const Graph graph = randomGraph(seed);
    const std::string label = "seed " + std::to_string(seed);
    const RewriteData data{samplesOf(graph, seed, 2)};
    for (const auto &[name, form] : rewritten(graph, data)) {
        comparison.add(label + " " + name, form, inputsFor(form, graph, data.samples.front()), Expectation::Network);
    }
    Executor whole(canonical(graph));
    const Graph part = quantizablePart(whole.graph());
    if (part.operators().empty()) {
        return;
    }
    std::vector<std::vector<TensorValue>> inputs;
    for (const auto &sample : data.samples) {
        inputs.push_back(inputsFrom(record(whole, sample), part));
    }
    const Graph int8 = roundedBySeed(quantizeInt8(part, calibrate(part, inputs)), seed);
    addOperators(comparison, label, int8, inputsFor(int8, part, inputs.front()));
}

} // namespace

/// What is written, in both formats and after each rewrite, run by other engines: they load it and compute what we do.
class OtherEnginesTest : public QObject {
    Q_OBJECT
private slots:
    void randomGraphsAgree()
    {
        const int given = qEnvironmentVariableIntValue("TINSMITH_ENGINE_GRAPHS");
        const auto first = static_cast<std::uint64_t>(qEnvironmentVariableIntValue("TINSMITH_RANDOM_FIRST"));
        Comparison comparison;
        for (std::uint64_t seed = first; seed < first + static_cast<std::uint64_t>(given > 0 ? given : 40); ++seed) {
            try {
                addRandom(comparison, seed);
            } catch (const Error &error) {
                QFAIL(qPrintable(QStringLiteral("seed %1: %2").arg(seed).arg(error.what())));
            }
        }
        comparison.run();
        report(comparison);
        QVERIFY(comparison.failures().empty());
        if (comparison.skipped()) {
            QSKIP("no engine is there; TINSMITH_NODE_MODULES names the folder that onnxruntime-node and "
                  "@tensorflow/tfjs-tflite are installed in. What was written was opened and run again by Tinsmith.");
        }
    }

    void recordedModelsAgree()
    {
        const auto models = sharedData("models");
        if (!models || qEnvironmentVariableIsEmpty("TINSMITH_NODE_MODULES")) {
            QSKIP("the recorded models or the other engines are not there");
        }
        Comparison comparison;
        for (const auto &entry : std::filesystem::recursive_directory_iterator(*models)) {
            const std::string extension = entry.path().extension().string();
            if (extension == ".tflite" || extension == ".onnx") {
                addRecorded(comparison, entry.path());
            }
        }
        comparison.run();
        report(comparison);
        QVERIFY(comparison.failures().empty());
        if (comparison.skipped()) {
            QSKIP("no engine is there; TINSMITH_NODE_MODULES names the folder that they are installed in");
        }
    }

private:
    /// The first recorded inputs, random ones where those do not fit.
    static std::vector<TensorValue> inputsOf(const Graph &graph, const std::filesystem::path &golden)
    {
        std::vector<TensorValue> values = samplesOf(graph, 7, 1).front();
        for (std::size_t index = 0; index < values.size(); ++index) {
            const std::vector<std::string> names
                = {"in_00.bin", "float_in_00.bin", "in_00_" + std::to_string(index) + ".bin"};
            for (const std::string &name : names) {
                const TensorValue value = recorded(golden / name);
                values[index] = value.size() == values[index].size() ? value : values[index];
            }
        }
        return values;
    }

    static void addRecorded(Comparison &comparison, const std::filesystem::path &file)
    {
        const std::string label = file.parent_path().filename().string() + "/" + file.filename().string();
        try {
            const Graph graph = openRecorded(file);
            for (const TensorId id : graph.inputs()) {
                if (!graph.tensor(id).bytes()) {
                    throw UnsupportedError(graph.tensor(id).name + " has no fixed size");
                }
            }
            const RewriteData data{{inputsOf(graph, file.parent_path() / "golden"), samplesOf(graph, 7, 1).front()}};
            for (const auto &[name, form] : rewritten(graph, data)) {
                comparison.add(
                    label + " " + name, form, inputsFor(form, graph, data.samples.front()), Expectation::Network);
            }
        } catch (const Error &error) {
            qInfo("%s is not run: %s", label.c_str(), error.what());
        }
    }
};

TINSMITH_TEST(OtherEnginesTest)

} // namespace tinsmith::test

#include "other_engines_test.moc"
