// SPDX-License-Identifier: Apache-2.0
#include "core/formats/tflite/arena_plan.h"

#include "core/formats/tflite/signature_text.h"

#include <charconv>
#include <cstring>
#include <map>
#include <utility>

namespace tinsmith::tflite {
namespace {

constexpr std::int32_t chosenByInterpreter = -1;

struct Lifetime {
    std::string tensor;
    std::int64_t bytes = 0;
    /// Operators by position; -1 for what is there from the start.
    std::int64_t first = -1;
    std::int64_t last = -1;

    std::string text() const
    {
        return std::to_string(bytes) + " bytes " + std::to_string(first) + " to " + std::to_string(last);
    }
};

/// What of Graph and GraphBuilder is needed, in running order.
struct Structure {
    std::vector<const Operator *> operators;
    std::vector<TensorId> inputs;
    std::vector<TensorId> outputs;
};

template <typename Lookup>
std::vector<Lifetime> lifetimes(const Structure &graph, const Lookup &tensor)
{
    const auto count = static_cast<std::int64_t>(graph.operators.size());
    std::vector<Lifetime> all;
    std::map<TensorId, std::size_t> places;
    const auto at = [&](TensorId id, std::int64_t first) -> Lifetime & {
        const auto [found, isNew] = places.emplace(id, all.size());
        if (isNew) {
            all.push_back({tensor(id).name, tensor(id).bytes().value_or(-1), first, first});
        }
        return all[found->second];
    };
    const auto isActivation = [&](TensorId id) { return id.valid() && !tensor(id).constant(); };
    for (const TensorId id : graph.inputs) {
        if (isActivation(id)) {
            at(id, -1);
        }
    }
    for (std::int64_t index = 0; index < count; ++index) {
        const Operator &op = *graph.operators[static_cast<std::size_t>(index)];
        for (const TensorId id : op.inputs) {
            if (isActivation(id)) {
                at(id, -1).last = index;
            }
        }
        for (const TensorId id : op.outputs) {
            if (isActivation(id)) {
                at(id, index);
            }
        }
    }
    for (const TensorId id : graph.outputs) {
        if (isActivation(id)) {
            at(id, -1).last = count;
        }
    }
    return all;
}

std::vector<Lifetime> lifetimesOf(const GraphBuilder &graph)
{
    Structure structure{{}, graph.inputs(), graph.outputs()};
    for (std::size_t index = 0; index < graph.operatorCount(); ++index) {
        structure.operators.push_back(&graph.op(OperatorId(index)));
    }
    return lifetimes(structure, [&](TensorId id) -> const Tensor & { return graph.tensor(id); });
}

std::vector<Lifetime> lifetimesOf(const Graph &graph)
{
    Structure structure{
        {}, {graph.inputs().begin(), graph.inputs().end()}, {graph.outputs().begin(), graph.outputs().end()}};
    for (const Operator &op : graph.operators()) {
        structure.operators.push_back(&op);
    }
    return lifetimes(structure, [&](TensorId id) -> const Tensor & { return graph.tensor(id); });
}

std::vector<std::int32_t> wordsOf(const std::string &content)
{
    std::vector<std::int32_t> words(content.size() / sizeof(std::int32_t));
    if (!words.empty()) {
        std::memcpy(words.data(), content.data(), words.size() * sizeof(std::int32_t));
    }
    return words;
}

} // namespace

std::string arenaPlanText(const std::string &content, const std::vector<std::string> &names, const GraphBuilder &graph)
{
    constexpr std::size_t header = 3;
    const std::vector<std::int32_t> words = wordsOf(content);
    if (words.size() < header || words[1] != 0 || words[2] < 0 || static_cast<std::size_t>(words[2]) != names.size()
        || words.size() < header + names.size()) {
        return {};
    }
    std::unordered_map<std::string, std::int32_t> offsets;
    for (std::size_t number = 0; number < names.size(); ++number) {
        offsets.emplace(names[number], words[header + number]);
    }
    std::vector<std::pair<std::string, std::string>> entries;
    for (const Lifetime &each : lifetimesOf(graph)) {
        const auto found = offsets.find(each.tensor);
        const std::int32_t offset = found == offsets.end() ? chosenByInterpreter : found->second;
        entries.emplace_back(each.tensor, std::to_string(offset) + ": " + each.text());
    }
    return namePairsText(entries);
}

std::string arenaPlanContent(
    const std::string &text, const std::unordered_map<std::string, std::uint32_t> &numbers, const Graph &graph)
{
    const auto entries = namePairsFrom(text);
    const std::vector<Lifetime> now = lifetimesOf(graph);
    if (!entries || entries->size() != now.size()) {
        return {};
    }
    constexpr std::int32_t version = 1;
    std::vector<std::int32_t> words = {version, 0, static_cast<std::int32_t>(numbers.size())};
    words.resize(words.size() + numbers.size(), chosenByInterpreter);
    for (std::size_t index = 0; index < now.size(); ++index) {
        const auto &[name, value] = (*entries)[index];
        std::int32_t offset = 0;
        const auto [end, problem] = std::from_chars(value.data(), value.data() + value.size(), offset);
        const std::string rest(end, value.data() + value.size());
        const auto number = numbers.find(name);
        if (problem != std::errc() || name != now[index].tensor || rest != ": " + now[index].text()) {
            return {};
        }
        if (number != numbers.end()) {
            words[3 + number->second] = offset;
        } else if (offset != chosenByInterpreter) {
            return {};
        }
    }
    return {reinterpret_cast<const char *>(words.data()), words.size() * sizeof(std::int32_t)};
}

} // namespace tinsmith::tflite
