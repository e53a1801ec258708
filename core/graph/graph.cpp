// SPDX-License-Identifier: Apache-2.0
#include "core/graph/graph_data.h"

#include <algorithm>

namespace tinsmith {

Graph::Graph()
{
    static const auto empty = std::make_shared<const Data>();
    data_ = empty;
}

Graph::Graph(std::shared_ptr<const Data> data) : data_(std::move(data)) { }

const std::string &Graph::name() const
{
    return data_->name;
}

const GraphInfo &Graph::info() const
{
    return data_->info;
}

std::span<const Tensor> Graph::tensors() const
{
    return data_->tensors;
}

std::span<const Operator> Graph::operators() const
{
    return data_->operators;
}

std::span<const TensorId> Graph::inputs() const
{
    return data_->inputs;
}

std::span<const TensorId> Graph::outputs() const
{
    return data_->outputs;
}

std::span<const Graph> Graph::subgraphs() const
{
    return data_->subgraphs;
}

OperatorId Graph::producer(TensorId id) const
{
    return data_->producers[id.position()];
}

std::span<const OperatorId> Graph::consumers(TensorId id) const
{
    const std::size_t begin = data_->consumerStarts[id.position()];
    const std::size_t end = data_->consumerStarts[id.position() + 1];
    return std::span(data_->consumers).subspan(begin, end - begin);
}

bool Graph::isInput(TensorId id) const
{
    return std::find(data_->inputs.begin(), data_->inputs.end(), id) != data_->inputs.end();
}

bool Graph::isOutput(TensorId id) const
{
    return std::find(data_->outputs.begin(), data_->outputs.end(), id) != data_->outputs.end();
}

OperatorId Graph::operatorNamed(std::string_view name) const
{
    const auto found = data_->operatorsByName.find(std::string(name));
    return found == data_->operatorsByName.end() ? OperatorId::none() : found->second;
}

TensorId Graph::tensorNamed(std::string_view name) const
{
    const auto found = data_->tensorsByName.find(std::string(name));
    return found == data_->tensorsByName.end() ? TensorId::none() : found->second;
}

} // namespace tinsmith
