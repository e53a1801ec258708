// SPDX-License-Identifier: Apache-2.0
#include "views/graph/scene_search.h"

#include <QStringList>

#include <algorithm>

namespace tinsmith {

std::vector<int> searchScene(const GraphScene &scene, const QString &text)
{
    const QStringList words = text.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    std::vector<int> found;
    if (words.isEmpty()) {
        return found;
    }
    std::vector<QString> tensors(scene.cards.size());
    for (const SceneEdge &edge : scene.edges) {
        tensors[static_cast<std::size_t>(edge.from)] += QLatin1Char('\n') + edge.name;
    }
    for (std::size_t i = 0; i < scene.cards.size(); ++i) {
        const SceneCard &card = scene.cards[i];
        const auto holds = [&](const QString &word) {
            return card.title.contains(word, Qt::CaseInsensitive) || card.name.contains(word, Qt::CaseInsensitive)
                || card.details.contains(word, Qt::CaseInsensitive) || tensors[i].contains(word, Qt::CaseInsensitive);
        };
        if (std::all_of(words.begin(), words.end(), holds)) {
            found.push_back(static_cast<int>(i));
        }
    }
    return found;
}

} // namespace tinsmith
