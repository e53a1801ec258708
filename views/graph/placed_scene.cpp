// SPDX-License-Identifier: Apache-2.0
#include "views/graph/placed_scene.h"

#include "views/theme/theme.h"

#include <QFontMetricsF>

#include <algorithm>
#include <cmath>

namespace tinsmith {
namespace {

/// Side of the button that opens bodies, in pixels at 100 %.
constexpr double openerSide = 20;

std::string nameKey(CardKind kind, const QString &name)
{
    return static_cast<char>('a' + static_cast<int>(kind)) + name.toStdString();
}

QRectF boxOf(const ScenePiece &piece, double width)
{
    const double half = width / 2 + 1;
    return QRectF(QPointF(std::min(piece.a.x, piece.b.x), std::min(piece.a.y, piece.b.y)),
        QPointF(std::max(piece.a.x, piece.b.x), std::max(piece.a.y, piece.b.y)))
        .adjusted(-half, -half, half, half);
}

} // namespace

TextWidths::TextWidths(const QFont &font) : font_(font)
{
    const QFontMetricsF metrics(font);
    for (std::size_t c = 0; c < latin_.size(); ++c) {
        latin_[c] = static_cast<float>(metrics.horizontalAdvance(QChar(static_cast<char16_t>(c))));
    }
}

double TextWidths::operator()(const QString &text) const
{
    double sum = 0;
    for (const QChar c : text) {
        if (c.unicode() < latin_.size()) {
            sum += latin_[c.unicode()];
            continue;
        }
        auto [at, isNew] = others_.try_emplace(c.unicode(), 0.F);
        if (isNew) {
            at->second = static_cast<float>(QFontMetricsF(font_).horizontalAdvance(c));
        }
        sum += at->second;
    }
    return sum;
}

SceneStyle SceneStyle::fromApplication()
{
    SceneStyle style;
    style.titleFont = uiFont(0, true);
    style.detailFont = uiFont(-1);
    const double title = QFontMetricsF(style.titleFont).height();
    const double detail = QFontMetricsF(style.detailFont).height();
    style.cardHeight = std::ceil(title + detail + 11);
    style.padding = std::round(detail * 0.75);
    return style;
}

double edgeWidthFor(std::int64_t bytes)
{
    constexpr double thinnest = 1.2;
    constexpr double thickest = 9;
    constexpr double thinnestBytes = 512;
    constexpr double pixelsPerDoubling = 1.05;
    const double share = std::log2(std::max(1.0, static_cast<double>(bytes) / thinnestBytes));
    return std::min(thickest, thinnest + share * pixelsPerDoubling);
}

PlacedScene::PlacedScene(GraphScene scene, const SceneStyle &style) : scene_(std::move(scene)), style_(style)
{
    const std::size_t cardCount = scene_.cards.size();
    into_.resize(cardCount);
    outOf_.resize(cardCount);
    for (std::size_t e = 0; e < scene_.edges.size(); ++e) {
        const SceneEdge &edge = scene_.edges[e];
        outOf_[static_cast<std::size_t>(edge.from)].push_back(static_cast<int>(e));
        for (const int to : edge.to) {
            auto &into = into_[static_cast<std::size_t>(to)];
            if (into.empty() || into.back() != static_cast<int>(e)) {
                into.push_back(static_cast<int>(e));
            }
        }
        if (edge.tensor) {
            edgeByTensor_.resize(std::max(edgeByTensor_.size(), edge.tensor.position() + 1), -1);
            edgeByTensor_[edge.tensor.position()] = static_cast<int>(e);
        }
    }
    for (std::size_t c = 0; c < cardCount; ++c) {
        const SceneCard &card = scene_.cards[c];
        const auto stand = [this, c](OperatorId op) {
            if (op) {
                cardByOperator_.resize(std::max(cardByOperator_.size(), op.position() + 1), -1);
                cardByOperator_[op.position()] = static_cast<int>(c);
            }
        };
        stand(card.op);
        std::for_each(card.folded.begin(), card.folded.end(), stand);
        cardByName_.try_emplace(nameKey(card.kind, card.name), static_cast<int>(c));
    }
    place();
    buildIndex();
}

QRectF PlacedScene::openerRect(int card) const
{
    if (scene_.cards[static_cast<std::size_t>(card)].bodies.isEmpty()) {
        return {};
    }
    const QRectF &box = cardRect(card);
    return {box.right() - openerSide - style_.padding + 2, box.center().y() - openerSide / 2, openerSide, openerSide};
}

void PlacedScene::place()
{
    const TextWidths titleWidth(style_.titleFont);
    const TextWidths detailWidth(style_.detailFont);
    constexpr double slack = 1.02;
    constexpr double badgeGap = 16;
    const double badge = detailWidth(QStringLiteral("removed"));

    std::vector<LayoutNode> nodes(scene_.cards.size());
    for (std::size_t c = 0; c < nodes.size(); ++c) {
        const SceneCard &card = scene_.cards[c];
        double title = titleWidth(card.title);
        if (card.badge != CardBadge::None) {
            title += badge + badgeGap;
        }
        constexpr double problemMark = 20;
        title += card.problem.isEmpty() ? 0 : problemMark;
        const double opener = card.bodies.isEmpty() ? 0 : openerSide + style_.padding;
        const double text = std::max(title, detailWidth(card.details)) * slack + opener;
        nodes[c].width
            = std::clamp(std::ceil(text + style_.stripe + 2 * style_.padding), style_.narrowestCard, style_.widestCard);
        nodes[c].height = style_.cardHeight;
    }
    std::vector<LayoutNet> nets(scene_.edges.size());
    std::vector<double> labelWidths(nets.size());
    for (std::size_t e = 0; e < nets.size(); ++e) {
        const SceneEdge &edge = scene_.edges[e];
        nets[e] = {edge.from, edge.to};
        labelWidths[e] = edge.label.isEmpty() ? 0 : detailWidth(edge.label) * slack;
        auto &room = nodes[static_cast<std::size_t>(edge.from)].labelWidth;
        room = std::max(room, labelWidths[e] > 0 ? labelWidths[e] + style_.labelGap : 0);
    }
    LayoutOptions options;
    const double labelHeight = std::ceil(QFontMetricsF(style_.detailFont).height());
    options.layerGap = labelHeight + 10;
    const LayeredLayout layout = layOut(nodes, nets, options);

    cards_.resize(nodes.size());
    layerOf_ = layout.layers;
    int deepest = -1;
    for (std::size_t c = 0; c < nodes.size(); ++c) {
        cards_[c] = QRectF(layout.nodes[c].x, layout.nodes[c].y, nodes[c].width, nodes[c].height);
        deepest = std::max(deepest, layerOf_[c]);
    }
    layers_.resize(static_cast<std::size_t>(deepest + 1));
    for (std::size_t c = 0; c < nodes.size(); ++c) {
        layers_[static_cast<std::size_t>(layerOf_[c])].push_back(static_cast<int>(c));
    }
    for (auto &cards : layers_) {
        std::sort(cards.begin(), cards.end(), [this](int a, int b) { return cardRect(a).x() < cardRect(b).x(); });
    }
    widths_.resize(nets.size());
    labels_.resize(nets.size());
    cuts_.resize(nets.size());
    for (std::size_t e = 0; e < nets.size(); ++e) {
        widths_[e] = edgeWidthFor(scene_.edges[e].bytes);
        const LayoutRoute &route = layout.routes[e];
        if (labelWidths[e] > 0) {
            labels_[e] = QRectF(route.start.x + style_.labelGap, route.start.y + (options.layerGap - labelHeight) / 2,
                labelWidths[e], labelHeight);
        }
        for (const LayoutStrand &strand : route.strands) {
            for (std::size_t i = 1; i < strand.size(); ++i) {
                pieces_.push_back({static_cast<int>(e), strand[i - 1], strand[i]});
            }
        }
        cuts_[e] = route.cuts;
        for (const auto &cut : route.cuts) {
            pieces_.push_back({static_cast<int>(e), route.start, cut.out});
            pieces_.push_back({static_cast<int>(e), cut.in, {cut.in.x, cardRect(cut.target).top()}});
        }
    }
    bounds_ = QRectF(0, 0, layout.width, layout.height);
}

int PlacedScene::cardOf(OperatorId op) const
{
    return op && op.position() < cardByOperator_.size() ? cardByOperator_[op.position()] : -1;
}

int PlacedScene::edgeOf(TensorId tensor) const
{
    return tensor && tensor.position() < edgeByTensor_.size() ? edgeByTensor_[tensor.position()] : -1;
}

int PlacedScene::cardNamed(CardKind kind, const QString &name) const
{
    const auto found = cardByName_.find(nameKey(kind, name));
    return found == cardByName_.end() ? -1 : found->second;
}

int PlacedScene::peakCard() const
{
    // Of the peak's tensors the largest one tells best where the peak is; its reader stands there.
    const SceneEdge *largest = nullptr;
    for (const SceneEdge &edge : scene_.edges) {
        if (edge.peak && (largest == nullptr || edge.bytes > largest->bytes)) {
            largest = &edge;
        }
    }
    if (largest == nullptr) {
        const auto &cards = scene_.cards;
        const auto inside
            = std::find_if(cards.begin(), cards.end(), [](const SceneCard &card) { return card.peakInside; });
        return inside == cards.end() ? -1 : static_cast<int>(inside - cards.begin());
    }
    return largest->from;
}

// The index: cards have the numbers 0.., pieces follow, labels last.

void PlacedScene::buildIndex()
{
    const std::size_t things = cards_.size() + pieces_.size() + labels_.size();
    const double area = std::max(1.0, bounds_.width()) * std::max(1.0, bounds_.height());
    cell_ = std::max(256.0, std::sqrt(area / (2.0 * static_cast<double>(things) + 16)));
    columns_ = std::max(1, static_cast<int>(std::ceil(bounds_.width() / cell_)));
    rows_ = std::max(1, static_cast<int>(std::ceil(bounds_.height() / cell_)));

    std::vector<QRectF> boxes;
    boxes.reserve(things);
    boxes.insert(boxes.end(), cards_.begin(), cards_.end());
    for (const ScenePiece &piece : pieces_) {
        boxes.push_back(boxOf(piece, edgeWidth(piece.edge)));
    }
    boxes.insert(boxes.end(), labels_.begin(), labels_.end());

    cellStart_.assign(static_cast<std::size_t>(columns_) * static_cast<std::size_t>(rows_) + 1, 0);
    for (const QRectF &box : boxes) {
        forCells(box, [this](std::size_t cell) { ++cellStart_[cell + 1]; });
    }
    for (std::size_t i = 1; i < cellStart_.size(); ++i) {
        cellStart_[i] += cellStart_[i - 1];
    }
    entries_.resize(static_cast<std::size_t>(cellStart_.back()));
    auto next = cellStart_;
    for (std::size_t i = 0; i < boxes.size(); ++i) {
        forCells(boxes[i],
            [&](std::size_t cell) { entries_[static_cast<std::size_t>(next[cell]++)] = static_cast<int>(i); });
    }
}

template <typename See>
void PlacedScene::forCells(const QRectF &area, See &&see) const
{
    if (area.isNull()) {
        return;
    }
    const auto clampTo = [this](double value, int count) {
        return std::clamp(static_cast<int>(std::floor(std::clamp(value / cell_, -1.0, 1e9))), 0, count - 1);
    };
    const int left = clampTo(area.left(), columns_);
    const int right = clampTo(area.right(), columns_);
    const int top = clampTo(area.top(), rows_);
    const int bottom = clampTo(area.bottom(), rows_);
    for (int row = top; row <= bottom; ++row) {
        for (int column = left; column <= right; ++column) {
            see(static_cast<std::size_t>(row) * static_cast<std::size_t>(columns_) + static_cast<std::size_t>(column));
        }
    }
}

PlacedScene::Visible PlacedScene::visibleIn(const QRectF &area) const
{
    std::vector<int> found;
    if (area.contains(bounds_)) {
        found.resize(cards_.size() + pieces_.size() + labels_.size());
        for (std::size_t i = 0; i < found.size(); ++i) {
            found[i] = static_cast<int>(i);
        }
    } else {
        forCells(area, [&](std::size_t cell) {
            found.insert(found.end(), entries_.begin() + cellStart_[cell], entries_.begin() + cellStart_[cell + 1]);
        });
        std::sort(found.begin(), found.end());
        found.erase(std::unique(found.begin(), found.end()), found.end());
    }
    Visible visible;
    const int firstPiece = static_cast<int>(cards_.size());
    const int firstLabel = firstPiece + static_cast<int>(pieces_.size());
    for (const int thing : found) {
        if (thing < firstPiece) {
            if (cardRect(thing).intersects(area)) {
                visible.cards.push_back(thing);
            }
        } else if (thing < firstLabel) {
            visible.pieces.push_back(thing - firstPiece);
        } else {
            visible.labels.push_back(thing - firstLabel);
        }
    }
    return visible;
}

int PlacedScene::cardAt(QPointF point) const
{
    const auto visible = visibleIn(QRectF(point, QSizeF(0.01, 0.01)));
    for (const int card : visible.cards) {
        if (cardRect(card).contains(point)) {
            return card;
        }
    }
    return -1;
}

int PlacedScene::edgeAt(QPointF point, double reach) const
{
    const QRectF area(point.x() - reach, point.y() - reach, 2 * reach, 2 * reach);
    const auto visible = visibleIn(area);
    for (const int edge : visible.labels) {
        if (labelRect(edge).contains(point)) {
            return edge;
        }
    }
    int best = -1;
    double least = reach;
    for (const int index : visible.pieces) {
        const ScenePiece &piece = pieces_[static_cast<std::size_t>(index)];
        if (point.y() < piece.a.y - reach || point.y() > piece.b.y + reach) {
            continue;
        }
        const double height = piece.b.y - piece.a.y;
        const double t = height > 0 ? std::clamp((point.y() - piece.a.y) / height, 0.0, 1.0) : 0.5;
        const double bend = t * t * (3 - 2 * t);
        const double x = piece.a.x + (piece.b.x - piece.a.x) * bend;
        const double away = std::abs(point.x() - x) - edgeWidth(piece.edge) / 2;
        if (away < least) {
            least = away;
            best = piece.edge;
        }
    }
    return best;
}

std::shared_ptr<const PlacedScene> placeScene(GraphScene scene, const SceneStyle &style)
{
    return std::make_shared<const PlacedScene>(std::move(scene), style);
}

} // namespace tinsmith
