// SPDX-License-Identifier: Apache-2.0
#include "core/session/array_choice.h"

#include "core/graph/error.h"

#include <algorithm>
#include <array>

namespace tinsmith {
namespace {

using Found = std::optional<std::size_t>;

std::string asFileName(std::string name)
{
    constexpr std::string_view refused = "/\\:*?\"<>|";
    std::replace_if(
        name.begin(), name.end(), [&](char letter) { return refused.find(letter) != std::string_view::npos; }, '_');
    return name;
}

/// What the array of an input may be called.
std::vector<std::string> namesOf(const std::string &input)
{
    std::vector<std::string> names = {input, asFileName(input)};
    if (input.size() > 2 && input.substr(input.size() - 2) == ":0") {
        const std::string base = input.substr(0, input.size() - 2);
        names.insert(names.end(), {base, asFileName(base)});
    }
    return names;
}

std::string listOf(const std::vector<std::string> &names)
{
    constexpr std::size_t most = 12;
    std::string text;
    for (std::size_t at = 0; at < std::min(names.size(), most); ++at) {
        text += (text.empty() ? "" : ", ") + names[at];
    }
    return text.empty() ? "none" : text + (names.size() > most ? ", …" : "");
}

class Chooser {
public:
    Chooser(const std::vector<std::string> &names, std::span<const Tensor> inputs) : names_(names), inputs_(inputs) { }

    /// Empty where not every input has one.
    std::vector<std::size_t> byName() const
    {
        return all([this](std::size_t input) { return firstOf(namesOf(inputs_[input].name)); });
    }

    bool someByName() const
    {
        return std::any_of(inputs_.begin(), inputs_.end(),
            [this](const Tensor &input) { return firstOf(namesOf(input.name)).has_value(); });
    }

    std::vector<std::size_t> numbered(const std::string &prefix) const
    {
        return all([&](std::size_t input) { return firstOf({prefix + std::to_string(input)}); });
    }

    std::vector<std::size_t> inOrder() const
    {
        std::vector<std::size_t> chosen;
        const Found labels = labelArray({});
        for (std::size_t at = 0; at < names_.size(); ++at) {
            if (labels != at) {
                chosen.push_back(at);
            }
        }
        return chosen.size() == inputs_.size() ? chosen : std::vector<std::size_t>();
    }

    Found firstOf(const std::vector<std::string> &wanted) const
    {
        for (const std::string &name : wanted) {
            const auto found = std::find(names_.begin(), names_.end(), name);
            if (found != names_.end()) {
                return static_cast<std::size_t>(found - names_.begin());
            }
        }
        return std::nullopt;
    }

    /// None of those that feed inputs.
    Found labelArray(const std::vector<std::size_t> &taken) const
    {
        for (const char *name : {"labels", "label", "y", "y_test"}) {
            const Found found = firstOf({name});
            if (found && std::find(taken.begin(), taken.end(), *found) == taken.end()) {
                return found;
            }
        }
        return std::nullopt;
    }

private:
    template <typename Find>
    std::vector<std::size_t> all(const Find &find) const
    {
        std::vector<std::size_t> chosen;
        for (std::size_t input = 0; input < inputs_.size(); ++input) {
            const Found found = find(input);
            if (!found || std::find(chosen.begin(), chosen.end(), *found) != chosen.end()) {
                return {};
            }
            chosen.push_back(*found);
        }
        return chosen;
    }

    const std::vector<std::string> &names_;
    std::span<const Tensor> inputs_;
};

} // namespace

ArrayChoice chooseArrays(
    const std::vector<std::string> &names, std::span<const Tensor> inputs, bool ordered, const std::string &file)
{
    const Chooser chooser(names, inputs);
    ArrayChoice choice;
    choice.inputs = chooser.byName();
    if (choice.inputs.empty() && inputs.size() == 1) {
        if (const Found found = chooser.firstOf({"inputs", "input", "x", "x_test"})) {
            choice.inputs = {*found};
        }
    }
    const bool partly = choice.inputs.empty() && chooser.someByName();
    for (const char *prefix : {"inputs_", "input_", "inputs", "input"}) {
        choice.inputs = choice.inputs.empty() && !partly ? chooser.numbered(prefix) : choice.inputs;
    }
    if (choice.inputs.empty() && !partly) {
        choice.inputs = chooser.numbered("arr_");
        if (!choice.inputs.empty()) {
            choice.labels = chooser.firstOf({"arr_" + std::to_string(inputs.size())});
        }
    }
    if (choice.inputs.empty() && !partly && (ordered || inputs.size() == 1)) {
        choice.inputs = chooser.inOrder();
    }
    if (choice.inputs.empty()) {
        std::vector<std::string> wanted;
        for (const Tensor &input : inputs) {
            wanted.push_back(input.name);
        }
        throw FormatError(file, {},
            "its arrays (" + listOf(names) + ") do not say which feeds the model's "
                + (inputs.size() == 1 ? "input (" : "inputs (") + listOf(wanted) + "): name them as the inputs, or "
                + (inputs.size() == 1 ? "inputs" : "inputs_0, inputs_1, ..."));
    }
    if (!choice.labels) {
        choice.labels = chooser.labelArray(choice.inputs);
    }
    return choice;
}

} // namespace tinsmith
