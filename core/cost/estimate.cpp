// SPDX-License-Identifier: Apache-2.0
#include "core/cost/estimate.h"

#include "core/cost/coefficients.h"
#include "core/cost/work.h"
#include "core/graph/counts.h"
#include "core/planner/kernels.h"
#include "core/targets/platform.h"

#include <algorithm>
#include <string>
#include <variant>

namespace tinsmith {
namespace {

/// NAME_init, NAME_invoke and what the compiler adds, without kernels.
constexpr std::int64_t frameCodeBytes = 300;
/// A call with its arguments and the loop over rows.
constexpr std::int64_t callCodeBytes = 40;
/// Deepest chain of calls: invoke, layer, kernel, with the row pointers and sums of one kernel.
constexpr std::int64_t stackBase = 160;
/// The same on cores whose instructions reach eight registers only: the loops of a kernel keep more on the stack.
constexpr std::int64_t stackBaseFewRegisters = 240;
/// The context: a pointer to the arena.
constexpr std::int64_t staticBytes = 8;

/// Layers of equal signature share one function: everything that is a literal in it.
std::string signatureOf(const Graph &graph, const Operator &op, const KernelFacts &kernel)
{
    std::string text
        = typeName(op.kind) + '/' + std::string(nameOf(kernel.variant)) + '/' + std::to_string(kernel.furtherProducts);
    for (const AttributeText &attribute : describe(op.kind)) {
        text += '/' + attribute.value;
    }
    for (const auto *list : {&op.inputs, &op.outputs}) {
        for (const TensorId id : *list) {
            text += id ? '/' + graph.tensor(id).shape.text() : std::string("/-");
        }
    }
    return text;
}

std::int64_t parametersOf(const Graph &graph)
{
    std::int64_t count = 0;
    for (const Tensor &tensor : graph.tensors()) {
        if (tensor.constant()) {
            count = saturatingSum(count, tensor.shape.elements().value_or(0));
        }
    }
    return count;
}

std::int64_t stackBytesOf(const Graph &graph, const Target &target)
{
    const bool few
        = target.core == Core::CortexM0 || target.core == Core::CortexM0Plus || target.core == Core::CortexM23;
    // Each row kernel holds one pointer per kernel row.
    std::int64_t rows = 0;
    for (const Operator &op : graph.operators()) {
        if (const auto geometry = spatialGeometry(graph, op)) {
            rows = std::max(rows, geometry->h.kernel);
        }
    }
    return (few ? stackBaseFewRegisters : stackBase) + 4 * rows;
}

} // namespace

Estimate estimate(
    const Graph &graph, const Plan &plan, const Target &target, const std::set<std::size_t> &withoutKernel)
{
    Estimate total;
    total.parameters = parametersOf(graph);
    total.arenaBytes = plan.arenaBytes;
    total.stackBytes = stackBytesOf(graph, target);
    total.codeBytes = frameCodeBytes;
    std::set<std::string> functions;
    for (std::size_t i = 0; i < graph.operators().size(); ++i) {
        const Operator &op = graph.operators()[i];
        const KernelVariant variant = i < plan.operators.size() ? plan.operators[i].variant : KernelVariant::Portable;
        const KernelFacts kernel = kernelFor(graph, OperatorId(i), target, variant == KernelVariant::Portable);
        const Work work = workOf(graph, op);
        Work executed = work;
        executed.macs = saturatingSum(work.macs, saturatingProduct(work.outputs, kernel.furtherProducts));
        const InstructionCoefficients each = coefficientsOf(work, variant, target);
        OperatorCost cost;
        cost.macs = work.macs;
        cost.weightBytes = kernel.weightBytes;
        cost.hasKernel = withoutKernel.count(i) == 0;
        const double instructions = cost.hasKernel ? instructionsOf(each, executed) : 0;
        cost.instructions = roundedCount(instructions);
        cost.cycles = roundedCount(instructions * each.cyclesPerInstruction);
        total.withoutKernel += cost.hasKernel ? 0 : 1;
        if (cost.hasKernel && work.kind != KernelKind::Nothing) {
            total.codeBytes += callCodeBytes;
            if (functions.insert(signatureOf(graph, op, kernel)).second) {
                total.codeBytes += codeBytesOf(work, variant, target);
            }
        }
        total.macs = saturatingSum(total.macs, cost.macs);
        total.weightBytes = saturatingSum(total.weightBytes, cost.weightBytes);
        total.instructions = saturatingSum(total.instructions, cost.instructions);
        total.cycles = saturatingSum(total.cycles, cost.cycles);
        total.operators.push_back(cost);
    }
    total.constantRamBytes = platformOf(target.core).constantsInRam ? total.weightBytes : 0;
    total.ramBytes
        = saturatingSum(saturatingSum(total.arenaBytes, total.stackBytes + staticBytes), total.constantRamBytes);
    total.flashBytes = saturatingSum(total.weightBytes, total.codeBytes);
    if (target.clockHz > 0) {
        total.latencyMs = 1000.0 * static_cast<double>(total.cycles) / static_cast<double>(target.clockHz);
    }
    total.energyUj = static_cast<double>(total.cycles) * target.nanojoulesPerCycle / 1000.0;
    total.fits = total.ramBytes <= target.ramBytes && total.flashBytes <= target.flashBytes && total.withoutKernel == 0;
    return total;
}

} // namespace tinsmith
