// SPDX-License-Identifier: Apache-2.0
#include "views/graph/scene_fold.h"

#include <QCoreApplication>
#include <QHash>
#include <QStringList>

#include <algorithm>

namespace tinsmith {
namespace {

constexpr int longestPeriod = 48;
constexpr int leastRepeats = 3;

/// What must be equal in every repetition: type, attributes, and how far back each input comes from.
std::vector<std::size_t> tokensOf(const GraphScene &scene)
{
    std::vector<std::size_t> tokens(scene.cards.size());
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const SceneCard &card = scene.cards[i];
        tokens[i] = qHashMulti(
            std::size_t(1), card.title, card.details, static_cast<int>(card.kind), static_cast<int>(card.badge));
    }
    for (const SceneEdge &edge : scene.edges) {
        for (const int to : edge.to) {
            // The sum does not depend on the order of the edges.
            tokens[static_cast<std::size_t>(to)] += qHash(to - edge.from, std::size_t(0x9E3779B9));
        }
    }
    return tokens;
}

SceneCard foldedCard(const GraphScene &scene, const SceneRepeat &repeat)
{
    SceneCard folded;
    const auto first = static_cast<std::size_t>(repeat.first);
    folded.name = repeat.key;
    folded.badge = scene.cards[first].badge;
    folded.title
        = QCoreApplication::translate("GraphCanvas", "%1 × block of %2").arg(repeat.repeats).arg(repeat.period);
    QStringList names;
    constexpr int most = 4;
    for (int i = 0; i < repeat.period; ++i) {
        const SceneCard &card = scene.cards[first + static_cast<std::size_t>(i)];
        if (i < most) {
            names += card.title;
        }
        if (card.macBar >= folded.macBar) {
            folded.family = card.family;
        }
        folded.macBar = std::max(folded.macBar, card.macBar);
    }
    if (repeat.period > most) {
        names += QStringLiteral("…");
    }
    folded.details = names.join(QStringLiteral(", "));
    for (int i = 0; i < repeat.cards(); ++i) {
        const SceneCard &card = scene.cards[first + static_cast<std::size_t>(i)];
        folded.folded.push_back(card.op);
        folded.heat = std::max(folded.heat, card.heat);
        if (card.badge != scene.cards[first].badge) {
            folded.badge = CardBadge::Changed;
        }
        if (!card.problem.isEmpty() && !folded.blocks) {
            folded.problem = card.problem;
            folded.blocks = card.blocks;
        }
    }
    folded.op = scene.cards[first].op;
    return folded;
}

} // namespace

std::vector<SceneRepeat> findRepeats(const GraphScene &scene, int leastCards)
{
    const auto tokens = tokensOf(scene);
    const int count = static_cast<int>(tokens.size());
    const auto token = [&tokens](int i) { return tokens[static_cast<std::size_t>(i)]; };
    std::vector<SceneRepeat> found;
    for (int i = 0; i < count;) {
        SceneRepeat best;
        if (scene.cards[static_cast<std::size_t>(i)].kind == CardKind::Operator) {
            for (int period = 1; period <= longestPeriod && i + period * leastRepeats <= count; ++period) {
                int equal = 0;
                while (i + equal + period < count && token(i + equal) == token(i + equal + period)) {
                    ++equal;
                }
                const SceneRepeat candidate{i, period, equal / period + 1, {}};
                // The shortest period wins among those that cover as much.
                if (candidate.repeats >= leastRepeats && candidate.cards() > best.cards()) {
                    best = candidate;
                }
            }
        }
        if (best.repeats >= leastRepeats && best.cards() >= leastCards) {
            best.key = scene.cards[static_cast<std::size_t>(i)].name;
            found.push_back(best);
            i += best.cards();
        } else {
            ++i;
        }
    }
    return found;
}

GraphScene foldRepeats(const GraphScene &scene, const std::vector<SceneRepeat> &repeats, const std::set<QString> &open)
{
    GraphScene folded;
    folded.colourBy = scene.colourBy;
    folded.mostQuantity = scene.mostQuantity;
    folded.title = scene.title;
    const int count = static_cast<int>(scene.cards.size());
    std::vector<int> newCard(scene.cards.size());
    auto next = repeats.begin();
    for (int i = 0; i < count;) {
        while (next != repeats.end() && (next->first < i || open.count(next->key) > 0)) {
            ++next;
        }
        const bool fold = next != repeats.end() && next->first == i && i + next->cards() <= count;
        const int covered = fold ? next->cards() : 1;
        for (int k = 0; k < covered; ++k) {
            newCard[static_cast<std::size_t>(i + k)] = static_cast<int>(folded.cards.size());
        }
        folded.cards.push_back(fold ? foldedCard(scene, *next) : scene.cards[static_cast<std::size_t>(i)]);
        i += covered;
    }
    for (const SceneEdge &edge : scene.edges) {
        SceneEdge kept = edge;
        kept.from = newCard[static_cast<std::size_t>(edge.from)];
        kept.to.clear();
        for (const int to : edge.to) {
            const int target = newCard[static_cast<std::size_t>(to)];
            if (target != kept.from && std::find(kept.to.begin(), kept.to.end(), target) == kept.to.end()) {
                kept.to.push_back(target);
            }
        }
        if (!kept.to.empty() || edge.to.empty()) {
            folded.edges.push_back(std::move(kept));
        } else if (edge.peak) {
            folded.cards[static_cast<std::size_t>(kept.from)].peakInside = true;
        }
    }
    return folded;
}

} // namespace tinsmith
