// SPDX-License-Identifier: Apache-2.0
#include "tests/core/random_graphs/exported_graphs.h"

#include "core/execute/compare.h"
#include "core/graph/error.h"
#include "core/graph/geometry.h"
#include "core/planner/check_plan.h"
#include "core/quantize/quantize.h"
#include "core/rewrites/canonical.h"
#include "tests/core/random_graphs/graph_parts.h"
#include "tests/core/random_graphs/numerics.h"
#include "tests/fixtures/random_graph.h"

#include <algorithm>
#include <cmath>

namespace tinsmith::test {
namespace {

constexpr std::size_t inferences = 2;

bool exportable(const Graph &graph, OperatorId id)
{
    return whyNotExportable(graph, id).empty();
}

bool allInt8(const Graph &graph)
{
    return std::all_of(graph.inputs().begin(), graph.inputs().end(),
        [&](TensorId id) { return graph.tensor(id).type == ElementType::Int8; });
}

/// A graph of which a part can be exported, with inputs of the whole.
struct Form {
    Graph whole;
    std::vector<Values> samples;
    bool int8 = false;
};

/// The float form, and the int8 form of what can be quantized.
std::vector<Form> formsOf(const Graph &graph, std::uint64_t seed, bool float32)
{
    std::vector<Form> forms;
    const Graph whole = canonical(graph);
    const std::vector<Values> samples = samplesOf(graph, seed, inferences);
    if (float32) {
        forms.push_back({whole, samples, false});
    }
    const Graph part = quantizablePart(whole);
    if (part.operators().empty()) {
        return forms;
    }
    Executor executor(whole);
    std::vector<Values> floats;
    for (const Values &sample : samples) {
        floats.push_back(inputsFrom(record(executor, sample), part));
    }
    const Graph int8 = roundedBySeed(quantizeInt8(part, calibrate(part, floats)), seed);
    std::vector<Values> stored;
    for (const Values &values : floats) {
        Values &one = stored.emplace_back();
        for (std::size_t i = 0; i < values.size(); ++i) {
            const Tensor &from = part.tensor(part.inputs()[i]);
            const Tensor &to = int8.tensor(int8.inputs()[i]);
            one.push_back(from.type == to.type ? values[i] : convertedValue(from, values[i], to));
        }
    }
    forms.push_back({int8, stored, true});
    return forms;
}

/// Pointwise convolutions on the DSP kernels in place, with channels beside steps of four and pixels beside groups of
/// three.
std::size_t oddInPlace(const Graph &graph, const Plan &plan)
{
    std::size_t count = 0;
    for (std::size_t i = 0; i < plan.operators.size(); ++i) {
        const Operator &op = graph.operators()[i];
        const auto geometry = op.is<Conv2D>() ? spatialGeometry(graph, op) : std::nullopt;
        const PlannedOperator &planned = plan.operators[i];
        if (geometry && geometry->h.kernel == 1 && geometry->w.kernel == 1 && planned.variant == KernelVariant::Dsp
            && planned.overlaps && geometry->inputChannels == geometry->outputChannels
            && geometry->inputChannels % 4 != 0 && geometry->h.output * geometry->w.output % 3 != 0
            && plan.bufferOf(planned.overlaps)->offset == plan.bufferOf(op.outputs[0])->offset) {
            ++count;
        }
    }
    return count;
}

class Exporter {
public:
    Exporter(std::uint64_t seed, const Target &target) : seed_(seed), target_(target) { }

    /// `samples` are the whole graph's inputs. Nothing where only DSP kernels are wanted and none runs.
    void add(const Form &form, bool portableOnly, const std::string &name)
    {
        ExportedGraph exported;
        exported.seed = seed_;
        exported.graph = partOf(form.whole, exportable);
        if (exported.graph.operators().empty()) {
            return;
        }
        PlanOptions planOptions;
        planOptions.portableOnly = portableOnly;
        const Plan plan = makePlan(exported.graph, target_, planOptions);
        const auto problems = checkPlan(exported.graph, target_, plan, planOptions);
        if (!problems.empty()) {
            throw GraphError({}, name, "the plan is not sound: " + problems.front());
        }
        exported.dspOperators = static_cast<std::size_t>(std::count_if(plan.operators.begin(), plan.operators.end(),
            [](const PlannedOperator &op) { return op.variant == KernelVariant::Dsp; }));
        exported.oddInPlace = oddInPlace(exported.graph, plan);
        if (!portableOnly && exported.dspOperators == 0) {
            return;
        }
        Executor wholeRun(form.whole);
        Executor partRun(exported.graph);
        for (const Values &sample : form.samples) {
            exported.inputs.push_back(inputsFrom(record(wholeRun, sample), exported.graph));
        }
        if (allInt8(exported.graph)) {
            // Beyond what calibration saw: every saturation.
            exported.inputs.back() = randomInputs(exported.graph, seed_ + 99);
        }
        for (const Values &inputs : exported.inputs) {
            exported.expected.push_back(partRun.run(inputs));
        }
        PackageOptions options;
        options.modelName = name;
        options.vectors = {{exported.inputs.front(), exported.expected.front()}};
        exported.package = makePackage(exported.graph, plan, target_, options);
        made.push_back(std::move(exported));
    }

    std::vector<ExportedGraph> made;

private:
    std::uint64_t seed_;
    const Target &target_;
};

} // namespace

Target roomyTarget()
{
    Target target;
    target.id = "roomy-m4";
    target.name = "Roomy M4";
    target.core = Core::CortexM4F;
    target.ramBytes = 1 << 30;
    target.flashBytes = 1 << 30;
    target.fpu = true;
    target.dsp = true;
    return target;
}

std::vector<ExportedGraph> exportsOf(const Graph &graph, std::uint64_t seed, const ExportOptions &options)
{
    Exporter exporter(seed, options.target);
    const std::string name = "g" + std::to_string(seed);
    for (const Form &form : formsOf(graph, seed, options.float32)) {
        if (!form.int8) {
            exporter.add(form, true, name + "f");
            continue;
        }
        if (options.portable) {
            exporter.add(form, true, name + "q");
        }
        if (options.dsp) {
            exporter.add(form, false, name + "d");
        }
    }
    return std::move(exporter.made);
}

std::vector<Graph> exportableParts(const Graph &graph, std::uint64_t seed)
{
    std::vector<Graph> parts;
    for (const Form &form : formsOf(graph, seed, true)) {
        parts.push_back(partOf(form.whole, exportable));
    }
    return parts;
}

std::string whyOutputsDiffer(const ExportedGraph &exported, std::size_t inference, const Values &got)
{
    for (std::size_t i = 0; i < got.size(); ++i) {
        const Tensor &tensor = exported.graph.tensor(exported.graph.outputs()[i]);
        const auto &expected = exported.expected[inference][i];
        const std::string place
            = exported.package.modelName + ", inference " + std::to_string(inference) + ", output " + tensor.name;
        if (tensor.type != ElementType::Float32) {
            if (got[i] != expected) {
                const auto at = std::mismatch(expected.begin(), expected.end(), got[i].begin());
                return place + ": byte " + std::to_string(at.first - expected.begin()) + " is "
                    + std::to_string(static_cast<int>(static_cast<std::int8_t>(*at.second))) + ", not "
                    + std::to_string(static_cast<int>(static_cast<std::int8_t>(*at.first)));
            }
            continue;
        }
        const std::vector<float> a = realsOf(tensor, expected);
        const std::vector<float> b = realsOf(tensor, got[i]);
        float largest = 0;
        for (const float value : a) {
            largest = std::max(largest, std::fabs(value));
        }
        for (std::size_t k = 0; k < a.size(); ++k) {
            if (!(std::fabs(a[k] - b[k]) <= 1e-6F + 1e-5F * largest)) {
                return place + ": element " + std::to_string(k) + " is " + std::to_string(b[k]) + ", not "
                    + std::to_string(a[k]);
            }
        }
    }
    return {};
}

} // namespace tinsmith::test
