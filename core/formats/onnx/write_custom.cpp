// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/operator_writer.h"
#include "core/graph/error.h"

#include <charconv>
#include <optional>

namespace tinsmith::onnxio {
namespace {

std::optional<std::int64_t> integerOf(std::string_view text)
{
    std::int64_t value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    return problem == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

std::optional<float> realOf(std::string_view text)
{
    float value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    return problem == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

std::vector<std::string> entriesOf(std::string_view list)
{
    std::vector<std::string> entries;
    list.remove_prefix(1);
    list.remove_suffix(1);
    while (!list.empty()) {
        const std::size_t comma = list.find(", ");
        entries.emplace_back(list.substr(0, comma));
        list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 2);
    }
    return entries;
}

template <typename T, typename Parse>
std::optional<AttributeValue> listOf(const std::vector<std::string> &entries, Parse parse)
{
    std::vector<T> values;
    for (const std::string &entry : entries) {
        const auto value = parse(entry);
        if (!value) {
            return std::nullopt;
        }
        values.push_back(*value);
    }
    return AttributeValue(std::move(values));
}

/// The reverse of the text that the reader makes: "3", "0.5", "[1, 2]", anything else is a string.
AttributeValue parsed(const std::string &text)
{
    if (const auto integer = integerOf(text)) {
        return *integer;
    }
    if (const auto real = realOf(text)) {
        return *real;
    }
    if (text.size() >= 2 && text.front() == '[' && text.back() == ']') {
        const auto entries = entriesOf(text);
        if (const auto integers = listOf<std::int64_t>(entries, integerOf)) {
            return *integers;
        }
        if (const auto reals = listOf<float>(entries, realOf)) {
            return *reals;
        }
        return entries;
    }
    return text;
}

} // namespace

void write(Emitter &e, const Operator &op, const Custom &kind)
{
    if (e.graph().info().format != "ONNX") {
        e.refuse("ONNX has no operator " + kind.sourceType);
    }
    for (const Graph &subgraph : e.graph().subgraphs()) {
        if (subgraph.name() == kind.sourceType || subgraph.name().rfind("node " + op.name + " ", 0) == 0) {
            e.refuse("operators with bodies are shown but cannot be written");
        }
    }
    AttributeList attributes;
    for (const auto &attribute : kind.attributes) {
        if (attribute.value.find("…") != std::string::npos || attribute.value.rfind("subgraph ", 0) == 0
            || attribute.value.rfind("tensor ", 0) == 0) {
            e.refuse("its attribute " + attribute.name + " is shown, but not kept whole");
        }
        attributes.emplace_back(attribute.name, parsed(attribute.value));
    }
    const std::size_t dot = kind.sourceType.rfind('.');
    const std::string domain = dot == std::string::npos ? std::string() : kind.sourceType.substr(0, dot);
    std::vector<std::string> inputs;
    std::vector<std::string> outputs;
    for (std::size_t input = 0; input < op.inputs.size(); ++input) {
        inputs.push_back(e.stored(input));
    }
    for (std::size_t output = 0; output < op.outputs.size(); ++output) {
        outputs.push_back(e.storedOutput(output));
    }
    e.node(kind.sourceType.substr(dot == std::string::npos ? 0 : dot + 1), inputs, outputs, attributes, domain);
}

void writeOperator(Emitter &emitter, const Operator &op)
{
    std::visit(
        [&](const auto &kind) {
            if constexpr (requires { write(emitter, op, kind); }) {
                write(emitter, op, kind);
            } else {
                throw UnsupportedError({}, op.name, "ONNX has no form for " + displayName(op.kind));
            }
        },
        op.kind);
}

} // namespace tinsmith::onnxio
