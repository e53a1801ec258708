// SPDX-License-Identifier: Apache-2.0
#include "core/execute/known_values.h"
#include "core/graph/counts.h"
#include "core/graph/folding.h"
#include "core/graph/geometry.h"
#include "core/rewrites/padding_fusion.h"
#include "core/rewrites/parameters.h"
#include "core/rewrites/rewrite_list.h"

#include <algorithm>
#include <functional>
#include <unordered_set>

namespace tinsmith {
namespace {

/// A computed constant may be this many times as large as what it is made of: dequantized weights are four times.
constexpr std::int64_t mostGrowth = 4;
constexpr std::int64_t smallConstant = 4096;

/// Goes through the operators once in running order, and takes out what needs no computation at run time.
class Folding {
public:
    using Choice = std::function<bool(const std::string &)>;

    Folding(const Graph &graph, Choice chosen)
        : graph_(graph), chosen_(std::move(chosen)), builder_(graph), known_(knownValues(graph)),
          producer_(graph.tensors().size()), readers_(graph.tensors().size()), instead_(graph.tensors().size())
    {
        for (std::size_t i = 0; i < graph.operators().size(); ++i) {
            for (const TensorId id : graph.operators()[i].outputs) {
                if (id) {
                    producer_[id.position()] = OperatorId(i);
                }
            }
            for (const TensorId id : graph.operators()[i].inputs) {
                if (id) {
                    ++readers_[id.position()];
                }
            }
        }
        for (const TensorId id : graph.outputs()) {
            ++readers_[id.position()];
        }
    }

    void run()
    {
        for (std::size_t i = 0; i < graph_.operators().size(); ++i) {
            const OperatorId id(i);
            // What was folded before changed what this operator reads.
            for (TensorId &input : builder_.op(id).inputs) {
                if (input && instead_[input.position()]) {
                    input = instead_[input.position()];
                }
            }
            const Operator &op = builder_.op(id);
            if (chosen_(op.name) && op.outputs.size() == 1 && op.outputs[0]) {
                static_cast<void>(
                    evaluate(id) || skip(id) || mergeReshape(id) || mergeTranspose(id) || fuse(id) || fusePadding(id));
            }
        }
    }

    const std::vector<RewriteSite> &sites() const { return sites_; }
    Graph build() { return builder_.build(); }

private:
    void note(const Operator &op, const Operator *other, const std::string &title, const std::string &explanation)
    {
        RewriteSite site;
        site.operators = {op.name};
        if (other != nullptr) {
            site.operators.push_back(other->name);
        }
        site.title = title;
        site.explanation = explanation;
        sites_.push_back(std::move(site));
    }

    const Tensor &tensor(TensorId id) const { return builder_.tensor(id); }

    bool evaluate(OperatorId id)
    {
        const Operator op = builder_.op(id);
        const TensorId output = op.outputs[0];
        const Bytes &value = known_[output.position()];
        if (value.empty() || graph_.isOutput(output) || graph_.isInput(output)) {
            return false;
        }
        std::int64_t sources = 0;
        for (const TensorId input : op.inputs) {
            sources = saturatingSum(sources, input ? tensor(input).bytes().value_or(0) : 0);
        }
        const auto bytes = static_cast<std::int64_t>(value.size());
        if (tensor(output).bytes() != bytes
            || bytes > std::max(smallConstant, saturatingProduct(sources, mostGrowth))) {
            return false;
        }
        builder_.tensor(output).data = value;
        drop(id);
        note(op, nullptr, "Compute " + displayName(op.kind) + " " + op.name + " now",
            "All that it reads is constant, so its result is stored instead of computed in every inference.");
        return true;
    }

    /// Operators that change nothing.
    bool skip(OperatorId id)
    {
        const Operator op = builder_.op(id);
        const TensorId input = op.input(0);
        if (!input || op.inputs.size() != 1) {
            return false;
        }
        const Tensor &x = tensor(input);
        const Tensor &y = tensor(op.outputs[0]);
        bool nothing = op.is<Identity>();
        if (isRename(op)) {
            nothing = x.shape == y.shape && x.shape.known();
        } else if (const auto *transpose = op.as<Transpose>()) {
            nothing = inOrder(transpose->permutation);
        } else if (const auto *activation = op.as<Activation>()) {
            nothing = fusedForm(*activation) == FusedActivation::None && x.quantization == y.quantization;
        }
        if (!nothing || x.type != y.type || !bypass(id, input)) {
            return false;
        }
        note(op, nullptr, "Drop " + displayName(op.kind) + " " + op.name, "It hands on its input unchanged.");
        return true;
    }

    static bool isRename(const Operator &op) { return op.is<Reshape>() || op.is<Squeeze>() || op.is<ExpandDims>(); }

    static bool inOrder(const std::vector<std::int64_t> &permutation)
    {
        return std::is_sorted(permutation.begin(), permutation.end());
    }

    /// The operator that makes a tensor; none() for what has been removed, inputs and constants.
    OperatorId maker(TensorId id) const
    {
        const OperatorId producer = id ? producer_[id.position()] : OperatorId::none();
        return producer && !builder_.removed(producer) ? producer : OperatorId::none();
    }

    bool mergeReshape(OperatorId id)
    {
        const Operator op = builder_.op(id);
        const OperatorId before = maker(op.input(0));
        const Shape &shape = tensor(op.outputs[0]).shape;
        if (!isRename(op) || !before || !isRename(builder_.op(before)) || !shape.known()) {
            return false;
        }
        const Operator first = builder_.op(before);
        builder_.op(id).kind = Reshape{shape.dims, false};
        reread(id, first.inputs[0]);
        note(op, &first, "Merge " + displayName(first.kind) + " " + first.name + " into " + op.name,
            "Two reshapes in a row are one.");
        return true;
    }

    bool mergeTranspose(OperatorId id)
    {
        const Operator op = builder_.op(id);
        const auto *transpose = op.as<Transpose>();
        if (transpose == nullptr) {
            return false;
        }
        const OperatorId before = maker(op.input(0));
        const auto *other = before ? builder_.op(before).as<Transpose>() : nullptr;
        if (other == nullptr || other->permutation.size() != transpose->permutation.size()) {
            return transposeAsReshape(id, op, *transpose);
        }
        const Operator first = builder_.op(before);
        std::vector<std::int64_t> together;
        for (const std::int64_t axis : transpose->permutation) {
            together.push_back(other->permutation[static_cast<std::size_t>(axis)]);
        }
        if (inOrder(together)) {
            if (!bypass(id, first.inputs[0])) {
                return false;
            }
            note(op, &first, "Cancel transposes " + first.name + " and " + op.name,
                "The second brings the elements back into the order that the first found.");
            return true;
        }
        builder_.op(id).kind = Transpose{together};
        reread(id, first.inputs[0]);
        note(op, &first, "Merge transposes " + first.name + " and " + op.name, "Two transposes in a row are one.");
        return true;
    }

    /// Where only dimensions of 1 change places, no element moves.
    bool transposeAsReshape(OperatorId id, const Operator &op, const Transpose &transpose)
    {
        const Shape &before = tensor(op.inputs[0]).shape;
        const Shape &after = tensor(op.outputs[0]).shape;
        if (!before.known() || !after.known() || before.rank() != transpose.permutation.size()) {
            return false;
        }
        std::int64_t last = -1;
        for (const std::int64_t axis : transpose.permutation) {
            if (before[static_cast<std::size_t>(axis)] != 1) {
                if (axis < last) {
                    return false;
                }
                last = axis;
            }
        }
        builder_.op(id).kind = Reshape{after.dims, false};
        note(op, nullptr, "Reshape instead of Transpose " + op.name,
            "Only dimensions of 1 change places, so no element has to move.");
        return true;
    }

    bool fuse(OperatorId id)
    {
        const Operator op = builder_.op(id);
        const auto *activation = op.as<Activation>();
        const FusedActivation form
            = activation != nullptr ? fusedForm(*activation).value_or(FusedActivation::None) : FusedActivation::None;
        const OperatorId before = maker(op.input(0));
        if (form == FusedActivation::None || !before || readers_[op.inputs[0].position()] != 1
            || builder_.op(before).outputs.size() != 1) {
            return false;
        }
        const Tensor &x = tensor(op.inputs[0]);
        const Tensor &y = tensor(op.outputs[0]);
        // Quantized, the clamp is the same only where the numbers mean the same before and after it.
        const bool integers = x.type == ElementType::Int8 && x.quantization && x.quantization == y.quantization;
        if (x.type != y.type || (x.type != ElementType::Float32 && !integers)) {
            return false;
        }
        FusedActivation *target = activationOf(builder_.op(before));
        if (target == nullptr || *target != FusedActivation::None) {
            return false;
        }
        *target = form;
        takeOver(before, id);
        note(op, &builder_.op(before),
            "Fuse " + displayName(op.kind) + " " + op.name + " into " + builder_.op(before).name,
            "The layer before it clamps its own output at no cost, and one tensor disappears.");
        return true;
    }

    /// Convolutions pad by themselves.
    bool fusePadding(OperatorId id)
    {
        const Operator op = builder_.op(id);
        const OperatorId before = maker(op.input(0));
        const auto geometry = spatialGeometry(graph_, graph_.op(id));
        if (!before || !geometry || !builder_.op(before).is<Pad>() || readers_[op.inputs[0].position()] != 1) {
            return false;
        }
        const Operator removed = builder_.op(before);
        const TensorId source = removed.inputs[0];
        auto kind = withBorderOf(removed, op, *geometry, tensor(source), tensor(op.inputs[0]));
        if (!kind) {
            return false;
        }
        builder_.op(id).kind = std::move(*kind);
        builder_.op(id).inputs[0] = source;
        builder_.removeOperator(before);
        note(op, &removed, "Fuse Pad " + removed.name + " into " + op.name,
            "The convolution skips what lies outside the image, so the padded copy is never made.");
        return true;
    }

    static FusedActivation *activationOf(Operator &op)
    {
        if (auto *binary = std::get_if<Binary>(&op.kind)) {
            const bool clamps = binary->function == BinaryFunction::Add || binary->function == BinaryFunction::Sub
                || binary->function == BinaryFunction::Mul || binary->function == BinaryFunction::Div;
            return clamps ? &binary->activation : nullptr;
        }
        if (auto *conv = std::get_if<Conv2D>(&op.kind)) {
            return &conv->activation;
        }
        if (auto *depthwise = std::get_if<DepthwiseConv2D>(&op.kind)) {
            return &depthwise->activation;
        }
        if (auto *transposed = std::get_if<TransposeConv2D>(&op.kind)) {
            return &transposed->activation;
        }
        if (auto *dense = std::get_if<FullyConnected>(&op.kind)) {
            return &dense->activation;
        }
        auto *pool = std::get_if<Pool2D>(&op.kind);
        return pool != nullptr ? &pool->activation : nullptr;
    }

    /// Readers of the operator's output read `source` instead.
    bool bypass(OperatorId id, TensorId source)
    {
        const Operator op = builder_.op(id);
        const TensorId output = op.outputs[0];
        if (graph_.isOutput(output)) {
            // The output keeps its name: whoever makes its value must write it.
            const OperatorId before = maker(source);
            if (!before || source != op.inputs[0] || readers_[source.position()] != 1 || graph_.isInput(source)) {
                return false;
            }
            takeOver(before, id);
            return true;
        }
        instead_[output.position()] = source;
        readers_[source.position()] += readers_[output.position()];
        drop(id);
        return true;
    }

    /// The operator reads `source` in place of what it read first.
    void reread(OperatorId id, TensorId source)
    {
        const TensorId old = builder_.op(id).inputs[0];
        builder_.op(id).inputs[0] = source;
        ++readers_[source.position()];
        release(old);
    }

    void takeOver(OperatorId before, OperatorId id)
    {
        const TensorId output = builder_.op(id).outputs[0];
        for (TensorId &made : builder_.op(before).outputs) {
            if (made == builder_.op(id).inputs[0]) {
                made = output;
            }
        }
        producer_[output.position()] = before;
        builder_.removeOperator(id);
    }

    void drop(OperatorId id)
    {
        const std::vector<TensorId> inputs = builder_.op(id).inputs;
        builder_.removeOperator(id);
        for (const TensorId input : inputs) {
            if (input) {
                release(input);
            }
        }
    }

    /// One reader less; who only made it for that reader goes too.
    void release(TensorId id)
    {
        const OperatorId before = maker(id);
        if (--readers_[id.position()] == 0 && before && builder_.op(before).outputs.size() == 1
            && (isRename(builder_.op(before)) || builder_.op(before).is<Transpose>())) {
            drop(before);
        }
    }

    const Graph &graph_;
    Choice chosen_;
    GraphBuilder builder_;
    std::vector<Bytes> known_;
    std::vector<OperatorId> producer_;
    std::vector<int> readers_;
    /// By TensorId: what its readers read by now, none() for itself.
    std::vector<TensorId> instead_;
    std::vector<RewriteSite> sites_;
};

class FoldConstants : public Rewrite {
public:
    std::string_view name() const override { return "fold-constants"; }
    std::string_view title() const override { return "Fold constants"; }
    std::string_view summary() const override
    {
        return "Computes what depends on constants alone, drops operators that change nothing, merges reshapes and "
               "transposes, and fuses paddings and clamping activations into the layers beside them.";
    }
    Risk risk() const override { return Risk::Exact; }

    std::vector<RewriteSite> sites(const Graph &graph) const override
    {
        Folding folding(graph, [](const std::string &) { return true; });
        folding.run();
        return folding.sites();
    }

    std::optional<Graph> apply(const Graph &graph, const RewriteParameters &parameters, const RewriteData *,
        const Progress &progress) const override
    {
        std::unordered_set<std::string> chosen;
        for (const RewriteSite &site : chosenSites(*this, graph, parameters)) {
            chosen.insert(site.operators.front());
        }
        progress.report(0, "Folding constants");
        Folding folding(graph, [&](const std::string &name) { return chosen.contains(name); });
        folding.run();
        return folding.sites().empty() ? std::nullopt : std::optional(folding.build());
    }
};

} // namespace

const Rewrite &foldConstants()
{
    static const FoldConstants rewrite;
    return rewrite;
}

} // namespace tinsmith
