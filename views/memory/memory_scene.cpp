// SPDX-License-Identifier: Apache-2.0
#include "views/memory/memory_scene.h"

#include "views/theme/number_text.h"

#include <QCoreApplication>
#include <QHash>

#include <algorithm>

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

/// By OperatorId.
std::vector<QString> numberedNames(const Graph &graph)
{
    std::vector<QString> names;
    QHash<QString, int> count;
    for (const Operator &op : graph.operators()) {
        names.push_back(QString::fromStdString(displayName(op.kind)));
        ++count[names.back()];
    }
    QHash<QString, int> seen;
    for (QString &name : names) {
        if (count.value(name) > 1) {
            name += QStringLiteral(" %1").arg(++seen[name]);
        }
    }
    return names;
}

} // namespace

void limitTo(MemoryScene &scene, const QString &targetName, std::int64_t ramBytes, std::int64_t otherBytes)
{
    scene.roomBytes = std::max<std::int64_t>(0, ramBytes - otherBytes);
    scene.roomText
        = tr("RAM of %1: %2 of %3 for the arena").arg(targetName, bytesText(scene.roomBytes), capacityText(ramBytes));
    if (scene.arenaBytes > scene.roomBytes) {
        scene.roomText += tr(" — %1 too much").arg(bytesText(scene.arenaBytes - scene.roomBytes));
    }
}

MemoryScene memoryOf(const Graph &graph, const Plan &plan)
{
    MemoryScene scene;
    scene.arenaBytes = plan.arenaBytes;
    scene.lowerBoundBytes = plan.lowerBoundBytes;
    const std::vector<QString> names = numberedNames(graph);
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
                step.name = names[id.position()];
            }
            scene.steps.push_back(step);
        }
        ++stageIndex;
    }
    scene.blocks.reserve(plan.buffers.size());
    for (const PlanBuffer &buffer : plan.buffers) {
        scene.blocks.push_back(blockOf(graph, buffer));
        MemoryBlock &block = scene.blocks.back();
        block.shortName = inRange(block.owner, graph)     ? names[block.owner.position()]
            : block.tensor && graph.isInput(block.tensor) ? tr("Input")
                                                          : tr("State");
    }
    std::stable_sort(scene.blocks.begin(), scene.blocks.end(),
        [](const MemoryBlock &a, const MemoryBlock &b) { return a.first < b.first; });
    return scene;
}

} // namespace tinsmith
