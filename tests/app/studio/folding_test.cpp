// SPDX-License-Identifier: Apache-2.0
#include "app/studio/graph_area.h"
#include "tests/fixtures/models.h"
#include "tests/support/test_main.h"
#include "views/graph/graph_canvas.h"

#include <QSignalSpy>
#include <QTest>

using namespace tinsmith;

namespace {

constexpr int repeatedBlocks = 5;

/// A tanh, then five times relu and logistic, then a tanh: "first", "relu 0", "logistic 0", ..., "last".
std::shared_ptr<const SessionState> repeating()
{
    GraphBuilder builder;
    Tensor tensor;
    tensor.shape = {1, 4};
    tensor.name = "in";
    TensorId at = builder.addTensor(tensor);
    builder.setInputs({at});
    const auto add = [&](const std::string &name, ActivationFunction function) {
        tensor.name = name + " out";
        const TensorId out = builder.addTensor(tensor);
        builder.addOperator({name, Activation{function}, {at}, {out}});
        at = out;
    };
    add("first", ActivationFunction::Tanh);
    for (int i = 0; i < repeatedBlocks; ++i) {
        add("relu " + std::to_string(i), ActivationFunction::Relu);
        add("logistic " + std::to_string(i), ActivationFunction::Logistic);
    }
    add("last", ActivationFunction::Tanh);
    builder.setOutputs({at});
    return Session::fromGraph(builder.build(), TargetDatabase::builtIn().at("stm32l4r5")).sharedState();
}

} // namespace

class FoldingTest : public QObject {
    Q_OBJECT

    static std::size_t cards(const GraphArea &area) { return area.activeScene()->scene().cards.size(); }
    static QString selected(const GraphArea &area)
    {
        const int card = area.activeCanvas()->selectedCard();
        return card < 0 ? QString() : area.activeScene()->scene().cards[static_cast<std::size_t>(card)].name;
    }
    /// The input, what stands before and behind the blocks, the output.
    static constexpr std::size_t around = 4;

    static void openFolded(GraphArea &area)
    {
        area.resize(800, 600);
        area.show();
        area.setState(repeating(), QStringLiteral("model.onnx"), true);
        area.setRepeatsFolded(true);
        QTRY_VERIFY(!area.placing());
        QCOMPARE(cards(area), around + 1);
    }

private slots:
    void oneCardStandsForAllBlocks()
    {
        GraphArea area;
        openFolded(area);
        const auto scene = area.activeScene();
        const int pile = scene->cardNamed(CardKind::Operator, QStringLiteral("relu 0"));
        QVERIFY(pile >= 0);
        QCOMPARE(scene->scene().cards[static_cast<std::size_t>(pile)].title, QStringLiteral("5 × block of 2"));
        area.setRepeatsFolded(false);
        QTRY_VERIFY(!area.placing());
        QCOMPARE(cards(area), around + 2 * repeatedBlocks);
    }

    void enterUnfoldsAndFoldingAnewFolds()
    {
        GraphArea area;
        openFolded(area);
        GraphCanvas &canvas = *area.activeCanvas();
        canvas.selectCard(canvas.scene()->cardNamed(CardKind::Operator, QStringLiteral("relu 0")));
        QTest::keyClick(&canvas, Qt::Key_Return);
        QTRY_VERIFY(!area.placing());
        QCOMPARE(cards(area), around + 2 * repeatedBlocks);
        QCOMPARE(selected(area), QStringLiteral("relu 0"));
        area.setRepeatsFolded(true);
        QTRY_VERIFY(!area.placing());
        QCOMPARE(cards(area), around + 1);
    }

    void whatLeadsToAnOperatorUnfoldsItsBlocks_data()
    {
        QTest::addColumn<QString>("place");
        QTest::newRow("operator within") << "logistic 3";
        QTest::newRow("first operator of all") << "relu 0";
    }
    void whatLeadsToAnOperatorUnfoldsItsBlocks()
    {
        QFETCH(const QString, place);
        GraphArea area;
        openFolded(area);
        area.showPlace(place);
        QTRY_COMPARE(selected(area), place);
        QCOMPARE(cards(area), around + 2 * repeatedBlocks);
    }

    void tensorsWithinAreFoundToo()
    {
        GraphArea area;
        openFolded(area);
        QSignalSpy tensors(&area, &GraphArea::tensorSelected);
        area.showPlace(QStringLiteral("relu 2 out"));
        QTRY_COMPARE(tensors.count(), 1);
        QCOMPARE(cards(area), around + 2 * repeatedBlocks);
    }

    void searchLooksIntoFoldedBlocks()
    {
        GraphArea area;
        openFolded(area);
        area.find(QStringLiteral("logistic 4"));
        QCOMPARE(area.matchCount(), std::size_t(1));
        QCOMPARE(area.activeCanvas()->matches().size(), std::size_t(1));
        QCOMPARE(cards(area), around + 1);
        area.findNext();
        QTRY_COMPARE(selected(area), QStringLiteral("logistic 4"));
        QCOMPARE(cards(area), around + 2 * repeatedBlocks);
    }

    void anotherModelStartsFolded()
    {
        GraphArea area;
        openFolded(area);
        area.showPlace(QStringLiteral("logistic 3"));
        QTRY_COMPARE(selected(area), QStringLiteral("logistic 3"));
        area.setState(repeating(), QStringLiteral("other.onnx"), true);
        QTRY_VERIFY(!area.placing());
        QCOMPARE(cards(area), around + 1);
    }
};

TINSMITH_TEST(FoldingTest)
#include "folding_test.moc"
