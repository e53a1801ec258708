// SPDX-License-Identifier: Apache-2.0
#include "core/graph/error.h"
#include "tests/support/test_main.h"
#include "views/picture/picture.h"

#include <QFile>
#include <QImage>
#include <QPainter>
#include <QPrinter>
#include <QSvgRenderer>
#include <QTemporaryDir>

#include <set>

using namespace tinsmith;

namespace {

GraphScene chain(int cards)
{
    GraphScene scene;
    scene.title = QStringLiteral("chain");
    for (int i = 0; i < cards; ++i) {
        SceneCard card;
        card.title = QStringLiteral("Conv2D");
        card.details = QStringLiteral("3×3 s1");
        card.name = QStringLiteral("op%1").arg(i);
        card.family = OperatorFamily::Convolution;
        scene.cards.push_back(card);
        if (i > 0) {
            SceneEdge edge;
            edge.label = QStringLiteral("8×8×4 · 256 B");
            edge.bytes = 256;
            edge.from = i - 1;
            edge.to = {i};
            scene.edges.push_back(edge);
        }
    }
    return scene;
}

std::size_t coloursOf(const QImage &image)
{
    std::set<QRgb> colours;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            colours.insert(image.pixel(x, y));
        }
    }
    return colours.size();
}

QByteArray content(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class PictureTest : public QObject {
    Q_OBJECT
private slots:
    void graphInEveryKind()
    {
        const QTemporaryDir folder;
        const auto scene = placeScene(chain(5), SceneStyle::fromApplication());
        const QString svg = folder.filePath(QStringLiteral("g.svg"));
        writeGraphPicture(svg, *scene);
        QSvgRenderer renderer(svg);
        QVERIFY(renderer.isValid());
        QCOMPARE(renderer.viewBoxF().width(), scene->bounds().width() + 48);
        QVERIFY(content(svg).contains("8×8×4 · 256 B"));
        QVERIFY(content(svg).contains("Conv2D"));

        const QString png = folder.filePath(QStringLiteral("g.PNG"));
        writeGraphPicture(png, *scene, {true, 2, {}});
        const QImage image(png);
        QCOMPARE(image.height(), static_cast<int>(std::lround((scene->bounds().height() + 48) * 2)));
        QVERIFY(coloursOf(image) > 8);
        QCOMPARE(image.pixelColor(0, 0), Theme::darkTheme().canvas);

        const QString pdf = folder.filePath(QStringLiteral("g.pdf"));
        writeGraphPicture(pdf, *scene);
        QVERIFY(content(pdf).startsWith("%PDF"));
    }

    void hugePngIsScaledDown()
    {
        const QTemporaryDir folder;
        const QString png = folder.filePath(QStringLiteral("long.png"));
        const auto scene = placeScene(chain(900), SceneStyle::fromApplication());
        writeGraphPicture(png, *scene);
        const QImage image(png);
        QVERIFY(!image.isNull());
        QVERIFY(image.height() <= 32'000);
    }

    void memoryMapAsAPicture()
    {
        const QTemporaryDir folder;
        MemoryScene scene;
        scene.steps = {{QStringLiteral("Conv2D"), {}, false, 0}, {QStringLiteral("Mean"), {}, false, 1}};
        MemoryBlock block;
        block.name = QStringLiteral("image");
        block.bytes = 784;
        block.last = 1;
        scene.blocks.push_back(block);
        scene.arenaBytes = 1024;
        const QString svg = folder.filePath(QStringLiteral("m.svg"));
        writeMemoryPicture(svg, scene);
        QVERIFY(content(svg).contains("image · 784 B"));
    }

    void failuresNameTheFile()
    {
        const auto scene = placeScene(chain(2), SceneStyle::fromApplication());
        QVERIFY_THROWS_EXCEPTION(SystemError, writeGraphPicture(QStringLiteral("graph.bmp"), *scene));
        const QString nowhere = QStringLiteral("/nonexistent-folder/g.svg");
        try {
            writeGraphPicture(nowhere, *scene);
            QFAIL("wrote into a folder that is not there");
        } catch (const SystemError &error) {
            QCOMPARE(error.file(), nowhere.toStdString());
            QVERIFY(!error.cause().empty());
        }
    }

    void tallGraphsPrintOnSeveralPages()
    {
        const QTemporaryDir folder;
        QPrinter printer;
        printer.setOutputFormat(QPrinter::PdfFormat);
        printer.setOutputFileName(folder.filePath(QStringLiteral("p.pdf")));
        const auto scene = placeScene(chain(60), SceneStyle::fromApplication());
        printGraph(printer, *scene);
        const QByteArray pdf = content(printer.outputFileName());
        QVERIFY(pdf.startsWith("%PDF"));
        QVERIFY(pdf.count("/Type /Page\n") >= 3);
    }
};
TINSMITH_TEST(PictureTest)

#include "picture_test.moc"
