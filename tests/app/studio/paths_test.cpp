// SPDX-License-Identifier: Apache-2.0
#include "app/studio/graph_area.h"
#include "tests/fixtures/models.h"
#include "tests/support/test_main.h"
#include "views/graph/graph_canvas.h"
#include "views/graph/path_bar.h"
#include "views/graph/subgraph_list.h"

#include <QLineEdit>
#include <QListWidget>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

using namespace tinsmith;

namespace {

Graph relu(const std::string &name, OperatorKind kind = Activation{ActivationFunction::Relu})
{
    GraphBuilder builder;
    builder.name() = name;
    Tensor tensor;
    tensor.shape = {1, 4};
    tensor.name = "in";
    const TensorId in = builder.addTensor(tensor);
    tensor.name = "out";
    const TensorId out = builder.addTensor(tensor);
    builder.addOperator({name + " step", std::move(kind), {in}, {out}});
    builder.setInputs({in});
    builder.setOutputs({out});
    return builder.build();
}

/// x -> Loop "decoder"; its body is 0, which holds If "check" with bodies 1 and 2; 3 is led to by nothing.
Graph nested()
{
    GraphBuilder builder(relu("model", Loop{0, 1}));
    builder.op(OperatorId(0)).name = "decoder";
    GraphBuilder body(relu("loop", If{1, 2}));
    body.op(OperatorId(0)).name = "check";
    builder.subgraphs() = {body.build(), relu("yes"), relu("no"), relu("helper")};
    return builder.build();
}

std::shared_ptr<const SessionState> stateOf(const Graph &graph)
{
    return Session::fromGraph(graph, TargetDatabase::builtIn().at("stm32l4r5")).sharedState();
}

} // namespace

class PathsTest : public QObject {
    Q_OBJECT

private slots:
    void everySubgraphHasItsShortestWay()
    {
        const Graph model = nested();
        const auto paths = pathsOf(model);
        QCOMPARE(paths.size(), std::size_t(4));
        QCOMPARE(paths[2].steps.size(), std::size_t(2));
        QCOMPARE(paths[2].steps[0].op, std::string("decoder"));
        QCOMPARE(paths[2].steps[1].part, std::string("else"));
        QVERIFY(paths[3].steps.front().op.empty());
        // What calls itself does not make the path longer.
        const ModelPath again = entered(paths[2], model.op(OperatorId(0)), {"body", 0});
        QCOMPARE(again.steps.size(), std::size_t(1));
        QVERIFY(bodiesOf(model, Loop{7, 0}).empty());
        QCOMPARE(graphAt(model, 99).name(), model.name());
    }

    void bodiesOpenAndLeadBack()
    {
        GraphArea area;
        area.resize(800, 600);
        area.show();
        area.setState(stateOf(nested()), QStringLiteral("model.onnx"), true);
        QTRY_VERIFY(!area.placing());
        QVERIFY(area.pathBar()->isVisible());
        area.selectOperator(QStringLiteral("decoder"));
        QTest::keyClick(area.activeCanvas(), Qt::Key_Return);
        QTRY_VERIFY(!area.placing());
        QCOMPARE(area.path().subgraph(), 0);
        QCOMPARE(area.activeGraph().name(), std::string("loop"));
        area.openBody(area.activeGraph().operatorNamed("check"), 1);
        QTRY_VERIFY(!area.placing());
        QCOMPARE(area.activeGraph().name(), std::string("no"));
        QStringList crumbs;
        for (const QToolButton *button : area.pathBar()->findChildren<QToolButton *>()) {
            if (button->isVisible()) {
                crumbs << button->text();
            }
        }
        QVERIFY2(crumbs.contains(QStringLiteral("Loop “decoder” body")), qPrintable(crumbs.join(QLatin1Char('|'))));
        QVERIFY(crumbs.contains(QStringLiteral("then")) && crumbs.contains(QStringLiteral("else")));
        QTest::keyClick(area.activeCanvas(), Qt::Key_Backspace);
        QTRY_VERIFY(!area.placing());
        QCOMPARE(area.activeGraph().name(), std::string("loop"));
        const int selected = area.activeCanvas()->selectedCard();
        QVERIFY(selected >= 0);
        QCOMPARE(area.activeScene()->scene().cards[std::size_t(selected)].name, QStringLiteral("check"));
        area.goUp();
        QTRY_VERIFY(!area.placing());
        QVERIFY(area.shownAtTop());
        area.goUp();
        QVERIFY(area.shownAtTop());
    }

    void theButtonOnACardOpensItsBody()
    {
        GraphArea area;
        area.resize(800, 600);
        area.show();
        area.setState(stateOf(nested()), QStringLiteral("model.onnx"), true);
        QTRY_VERIFY(!area.placing());
        GraphCanvas &canvas = *area.activeCanvas();
        const int card = canvas.scene()->cardNamed(CardKind::Operator, QStringLiteral("decoder"));
        const QRectF opener = canvas.scene()->openerRect(card);
        QVERIFY(canvas.scene()->cardRect(card).contains(opener));
        QTest::mouseClick(&canvas, Qt::LeftButton, {}, canvas.toView(opener.center()).toPoint());
        QTRY_VERIFY(!area.placing());
        QCOMPARE(area.path().subgraph(), 0);
        const int input = canvas.scene()->cardNamed(CardKind::Input, QStringLiteral("in"));
        QVERIFY(canvas.scene()->openerRect(input).isEmpty());
    }

    void placesAreFoundInEveryGraph()
    {
        GraphArea area;
        area.resize(800, 600);
        area.show();
        area.setState(stateOf(nested()), QStringLiteral("model.onnx"), true);
        QTRY_VERIFY(!area.placing());
        QSignalSpy selected(&area, &GraphArea::operatorSelected);
        area.showPlace(QStringLiteral("no step"), 2);
        QTRY_COMPARE(selected.count(), 1);
        QCOMPARE(area.path().steps.size(), std::size_t(2));
        QSignalSpy tensors(&area, &GraphArea::tensorSelected);
        area.showPlace(QStringLiteral("out"), -1);
        QTRY_VERIFY(!tensors.isEmpty());
        QVERIFY(area.shownAtTop());
        // Search goes through all of them.
        area.find(QStringLiteral("step"));
        QCOMPARE(area.matchCount(), std::size_t(3));
        area.findNext();
        QTRY_COMPARE(area.path().subgraph(), 1);
        QTRY_VERIFY(!area.placing());
        area.findNext();
        QTRY_COMPARE(area.path().subgraph(), 2);
        QTRY_VERIFY(!area.placing());
        area.findPrevious();
        QTRY_COMPARE(area.path().subgraph(), 1);
    }

    void cardsWithProblemsAreMarkedInEveryGraph()
    {
        Custom odd;
        odd.sourceType = "Odd";
        GraphBuilder builder(relu("model", Loop{0, 1}));
        builder.op(OperatorId(0)).name = "decoder";
        builder.subgraphs() = {relu("loop", odd)};
        GraphArea area;
        area.resize(800, 600);
        area.show();
        area.setState(stateOf(builder.build()), QStringLiteral("model.onnx"), true);
        QTRY_VERIFY(!area.placing());
        area.showPlace(QStringLiteral("loop step"), 0);
        QTRY_COMPARE(area.shownSubgraph(), 0);
        const auto scene = area.activeScene();
        const int card = scene->cardNamed(CardKind::Operator, QStringLiteral("loop step"));
        QVERIFY(card >= 0);
        QVERIFY(scene->scene().cards[std::size_t(card)].problem.contains(QStringLiteral("Odd")));
        QVERIFY(scene->scene().cards[std::size_t(card)].blocks);
    }

    void undoKeepsTheOpenedBody()
    {
        Session session = Session::fromGraph(nested(), TargetDatabase::builtIn().at("stm32l4r5"));
        GraphArea area;
        area.resize(800, 600);
        area.show();
        area.setState(session.sharedState(), QStringLiteral("model.onnx"), true);
        QTRY_VERIFY(!area.placing());
        area.showPlace(QStringLiteral("yes step"), 1);
        QTRY_COMPARE(area.shownSubgraph(), 1);
        QTRY_VERIFY(area.activeCanvas()->selectedCard() >= 0);
        session.push(session.withTarget(TargetDatabase::builtIn().at("stm32f746")));
        area.setState(session.sharedState(), QStringLiteral("model.onnx"), false);
        QTRY_VERIFY(!area.placing());
        QCOMPARE(area.shownSubgraph(), 1);
        QVERIFY(area.activeCanvas()->selectedCard() >= 0);
        session.undo();
        area.setState(session.sharedState(), QStringLiteral("model.onnx"), false);
        QTRY_VERIFY(!area.placing());
        QCOMPARE(area.shownSubgraph(), 1);
        QCOMPARE(area.path().steps.size(), std::size_t(2));
        QVERIFY(area.activeCanvas()->selectedCard() >= 0);
    }

    void theChooserListsAllGraphs()
    {
        SubgraphList list(QStringLiteral("model.onnx"), nested(), -1);
        list.show();
        QCOMPARE(list.list()->count(), 5);
        QSignalSpy chosen(&list, &SubgraphList::pathWanted);
        list.search()->setText(QStringLiteral("helper"));
        QTest::keyClick(list.search(), Qt::Key_Return);
        QCOMPARE(chosen.count(), 1);
        QCOMPARE(chosen.first().first().value<ModelPath>().subgraph(), 3);
    }

    void aModelOfOneGraphShowsNoPath()
    {
        GraphArea area;
        area.show();
        area.setState(stateOf(test::smallCnn(test::ModelMaker::Numbers::Float32)), QStringLiteral("cnn"), true);
        QTRY_VERIFY(!area.placing());
        QVERIFY(!area.pathBar()->isVisible());
    }
};

TINSMITH_TEST(PathsTest)

#include "paths_test.moc"
