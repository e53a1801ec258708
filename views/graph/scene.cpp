// SPDX-License-Identifier: Apache-2.0
#include "views/graph/scene.h"

#include <QHash>
#include <QStringList>

namespace tinsmith {
namespace {

/// All that makes a card what it is, apart from its name: type, attributes, what it reads and what it writes.
std::vector<QString> fingerprints(const GraphScene &scene)
{
    std::vector<QString> prints(scene.cards.size());
    for (std::size_t i = 0; i < scene.cards.size(); ++i) {
        prints[i] = scene.cards[i].title + QLatin1Char('|') + scene.cards[i].details;
    }
    for (const SceneEdge &edge : scene.edges) {
        const QString mark = QStringLiteral("|%1").arg(edge.bytes);
        prints[static_cast<std::size_t>(edge.from)] += QStringLiteral(">") + mark;
        for (const int to : edge.to) {
            prints[static_cast<std::size_t>(to)] += QStringLiteral("<") + mark;
        }
    }
    return prints;
}

QString keyOf(const SceneCard &card)
{
    return QString::number(static_cast<int>(card.kind)) + card.name;
}

} // namespace

void markDifferences(GraphScene &before, GraphScene &after)
{
    const auto oldPrints = fingerprints(before);
    const auto newPrints = fingerprints(after);
    QHash<QString, std::size_t> old;
    for (std::size_t i = 0; i < before.cards.size(); ++i) {
        before.cards[i].badge = CardBadge::Removed;
        old.insert(keyOf(before.cards[i]), i);
    }
    for (std::size_t i = 0; i < after.cards.size(); ++i) {
        const auto found = old.constFind(keyOf(after.cards[i]));
        if (found == old.constEnd()) {
            after.cards[i].badge = CardBadge::Added;
            continue;
        }
        before.cards[*found].badge = CardBadge::None;
        after.cards[i].badge = oldPrints[*found] == newPrints[i] ? CardBadge::None : CardBadge::Changed;
    }
}

} // namespace tinsmith
