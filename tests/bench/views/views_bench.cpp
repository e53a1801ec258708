// SPDX-License-Identifier: Apache-2.0
// What laying out and painting large graphs costs, and how that grows with their size. Prints a table; asserts nothing.
#include "tests/views/graph/shapes.h"
#include "views/graph/placed_scene.h"
#include "views/graph/scene_painter.h"
#include "views/memory/memory_geometry.h"
#include "views/memory/memory_painter.h"
#include "views/theme/theme.h"

#include <QApplication>
#include <QImage>
#include <QPainter>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <vector>

using namespace tinsmith;
using namespace tinsmith::test;

namespace {

/// Milliseconds of the fastest of several runs: the one that others disturbed least.
double fastest(int runs, const std::function<void()> &work)
{
    double best = 1e12;
    for (int i = 0; i < runs; ++i) {
        const auto start = std::chrono::steady_clock::now();
        work();
        const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
        best = std::min(best, took.count());
    }
    return best;
}

struct Case {
    const char *name;
    Shape2 shape;
};

double paintOnce(const PlacedScene &scene, QImage &image, double zoom, QPointF middle)
{
    const QRectF area(middle - QPointF(image.width(), image.height()) / (2 * zoom), QSizeF(image.size()) / zoom);
    return fastest(7, [&] {
        QPainter painter(&image);
        painter.fillRect(image.rect(), theme().canvas);
        painter.scale(zoom, zoom);
        painter.translate(-area.topLeft());
        paintScene(painter, scene, area, zoom, theme());
    });
}

void benchGraphs()
{
    constexpr int screenWidth = 1600;
    constexpr int screenHeight = 900;
    std::printf("%-16s %7s %7s | %9s %9s | paint ms at zoom 2.0   1.0   0.5  0.25   0.1  0.02   all | size\n", "graph",
        "nodes", "edges", "layout ms", "place ms");
    std::vector<Case> cases;
    for (const int nodes : {500, 2000, 10'000}) {
        cases.push_back({"chain", chainOf(nodes)});
        cases.push_back({"residual", residualOf(nodes)});
        cases.push_back({"dense", denseOf(nodes)});
        cases.push_back({"towers", towersOf(nodes / 9)});
        cases.push_back({"random", randomOf(nodes, 1)});
    }
    QImage image(screenWidth, screenHeight, QImage::Format_ARGB32_Premultiplied);
    for (const Case &one : cases) {
        std::size_t edges = 0;
        for (const LayoutNet &net : one.shape.nets) {
            edges += net.targets.size();
        }
        const double layout = fastest(3, [&] { layOut(one.shape.nodes, one.shape.nets); });
        const GraphScene raw = sceneFrom(one.shape);
        std::shared_ptr<const PlacedScene> scene;
        const double place = fastest(3, [&] { scene = placeScene(raw, SceneStyle::fromApplication()); });
        std::printf(
            "%-16s %7zu %7zu | %9.1f %9.1f |                 ", one.name, one.shape.nodes.size(), edges, layout, place);
        const QPointF middle = scene->cardRect(static_cast<int>(one.shape.nodes.size() / 2)).center();
        const double all = std::min(screenWidth / scene->bounds().width(), screenHeight / scene->bounds().height());
        for (const double zoom : {2.0, 1.0, 0.5, 0.25, 0.1, 0.02, all}) {
            std::printf("%6.1f", paintOnce(*scene, image, zoom, zoom == all ? scene->bounds().center() : middle));
        }
        std::printf(" | %.0f x %.0f\n", scene->bounds().width(), scene->bounds().height());
    }
}

void benchMemory()
{
    MemoryScene scene;
    constexpr int steps = 10'000;
    for (int i = 0; i < steps; ++i) {
        scene.steps.push_back({QStringLiteral("Conv2D %1").arg(i), OperatorId(static_cast<std::size_t>(i)), false, i});
        MemoryBlock block;
        block.tensor = TensorId(static_cast<std::size_t>(i));
        block.name = block.shortName = scene.steps.back().name;
        block.offset = (i % 3) * 4096;
        block.bytes = 4096;
        block.first = i;
        block.last = std::min(steps - 1, i + 1 + i % 7);
        scene.blocks.push_back(block);
    }
    scene.arenaBytes = 3 * 4096;
    QImage image(1600, 260, QImage::Format_ARGB32_Premultiplied);
    for (const double shown : {10'000.0, 100.0, 12.0}) {
        const MemoryRange range{4000 * shown / 10'000, 4000 * shown / 10'000 + shown};
        MemoryGeometry geometry;
        const double place
            = fastest(5, [&] { geometry = memoryGeometry(scene, image.size(), range, memoryText(uiFont(-1))); });
        const double paint = fastest(5, [&] {
            QPainter painter(&image);
            paintMemory(painter, scene, geometry, uiFont(-1), theme());
        });
        std::printf(
            "memory map of %d steps, %5.0f shown: geometry %.1f ms, paint %.1f ms\n", steps, shown, place, paint);
    }
}

} // namespace

int main(int argc, char **argv)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    const ThemeController themes(application);
    benchGraphs();
    benchMemory();
    return 0;
}
