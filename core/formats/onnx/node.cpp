// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/node.h"

#include <algorithm>

namespace tinsmith::onnxio {

std::string Node::place() const
{
    if (!name.empty()) {
        return "node " + name + " (" + type + ")";
    }
    const auto named = std::find_if(outputs.begin(), outputs.end(), [](const std::string &o) { return !o.empty(); });
    return "node " + type + (named == outputs.end() ? std::string() : " that makes " + *named);
}

const Attribute *Node::find(std::string_view attribute) const
{
    const auto found = std::find_if(
        attributes.begin(), attributes.end(), [&](const Attribute &candidate) { return candidate.name == attribute; });
    return found == attributes.end() ? nullptr : &*found;
}

std::int64_t Node::integer(std::string_view attribute, std::int64_t otherwise) const
{
    const Attribute *found = find(attribute);
    return found != nullptr && found->kind == Attribute::Kind::Int ? found->integer : otherwise;
}

float Node::real(std::string_view attribute, float otherwise) const
{
    const Attribute *found = find(attribute);
    return found != nullptr && found->kind == Attribute::Kind::Float ? found->real : otherwise;
}

std::string Node::string(std::string_view attribute, std::string_view otherwise) const
{
    const Attribute *found = find(attribute);
    return found != nullptr && found->kind == Attribute::Kind::String ? found->string : std::string(otherwise);
}

std::vector<std::int64_t> Node::integers(std::string_view attribute) const
{
    const Attribute *found = find(attribute);
    return found != nullptr && found->kind == Attribute::Kind::Ints ? found->integers : std::vector<std::int64_t>();
}

std::vector<float> Node::reals(std::string_view attribute) const
{
    const Attribute *found = find(attribute);
    return found != nullptr && found->kind == Attribute::Kind::Floats ? found->reals : std::vector<float>();
}

} // namespace tinsmith::onnxio
