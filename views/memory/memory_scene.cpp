// SPDX-License-Identifier: Apache-2.0
#include "views/memory/memory_scene.h"

#include <QCoreApplication>

namespace tinsmith {
namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("MemoryMap", text);
}

bool inRange(OperatorId id, const Graph &graph)
{
    return id && id.position() < graph.operators().size();
}

MemoryBlock blockOf(const Graph &graph, const PlanBuffer &buffer)
{
    MemoryBlock block;
    block.tensor = buffer.tensor;
    block.kind = buffer.kind;
    block.offset = buffer.offset;
    block.bytes = buffer.bytes;
    block.first = buffer.first;
    block.last = buffer.last;
    if (buffer.tensor && buffer.tensor.position() < graph.tensors().size()) {
        block.name = QString::fromStdString(graph.tensor(buffer.tensor).name);
        block.owner = graph.producer(buffer.tensor);
    } else if (inRange(buffer.owner, graph)) {
        block.owner = buffer.owner;
        block.name = tr("scratch of %1").arg(QString::fromStdString(graph.op(buffer.owner).name));
    }
    if (buffer.kind == BufferKind::Ring) {
        block.kindText = tr("ring of %1 rows").arg(buffer.ringRows);
    } else if (buffer.kind == BufferKind::Scratch) {
        block.kindText = tr("scratch");
    }
    if (inRange(block.owner, graph)) {
        block.family = familyOf(graph.op(block.owner).kind);
    }
    return block;
}

} // namespace

MemoryScene memoryOf(const Graph &graph, const Plan &plan)
{
    MemoryScene scene;
    scene.arenaBytes = plan.arenaBytes;
    scene.lowerBoundBytes = plan.lowerBoundBytes;
    int stageIndex = 0;
    for (const PlanStage &stage : plan.stages) {
        for (const OperatorId id : stage.operators) {
            if (plan.peakOperator.valid() && id == plan.peakOperator) {
                scene.peakStep = static_cast<int>(scene.steps.size());
            }
            MemoryScene::Step step;
            step.op = id;
            step.streamed = stage.streamed;
            step.stage = stageIndex;
            if (inRange(id, graph)) {
                step.name = QString::fromStdString(displayName(graph.op(id).kind));
            }
            scene.steps.push_back(step);
        }
        ++stageIndex;
    }
    scene.blocks.reserve(plan.buffers.size());
    for (const PlanBuffer &buffer : plan.buffers) {
        scene.blocks.push_back(blockOf(graph, buffer));
    }
    return scene;
}

} // namespace tinsmith
