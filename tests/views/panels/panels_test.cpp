// SPDX-License-Identifier: Apache-2.0
#include "core/session/session.h"
#include "tests/fixtures/models.h"
#include "tests/support/test_main.h"
#include "views/budget/budget.h"
#include "views/budget/budget_bar.h"
#include "views/budget/target_model.h"
#include "views/inspector/inspector_panel.h"
#include "views/layers/layer_model.h"
#include "views/problems/problem_list.h"
#include "views/problems/problem_model.h"
#include "views/proposals/proposals_panel.h"

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QToolButton>
#include <QTreeView>

using namespace tinsmith;
using Numbers = test::ModelMaker::Numbers;

namespace {

Session openCnn(Numbers numbers = Numbers::Float32)
{
    return Session::fromGraph(test::smallCnn(numbers), TargetDatabase::builtIn().at("stm32l4r5"));
}

} // namespace

class PanelsTest : public QObject {
    Q_OBJECT

private slots:
    void gaugesSayInWordsWhetherItFits()
    {
        const Session session = openCnn();
        Analysis analysis = *session.state().optimised;
        auto gauges = gaugesOf(analysis, analysis);
        QCOMPARE(gauges.size(), std::size_t(4));
        QCOMPARE(gauges[0].level, GaugeLevel::Fits);
        QCOMPARE(gauges[0].words, QStringLiteral("fits"));
        analysis.target.ramBytes = analysis.estimate->ramBytes + 1;
        gauges = gaugesOf(analysis, analysis);
        QCOMPARE(gauges[0].level, GaugeLevel::Tight);
        analysis.target.ramBytes = analysis.estimate->ramBytes - 1;
        gauges = gaugesOf(analysis, analysis);
        QCOMPARE(gauges[0].level, GaugeLevel::Over);
        QVERIFY(gauges[0].words.startsWith(QStringLiteral("does not fit by")));
    }

    void figuresWithoutAKernelAreLowerBounds()
    {
        const Session session = openCnn();
        Analysis analysis = *session.state().optimised;
        analysis.estimate->withoutKernel = 2;
        const auto gauges = gaugesOf(analysis, analysis);
        QVERIFY(!gauges[0].value.startsWith(QChar(0x2265)));
        for (const std::size_t partial : {1, 2}) {
            QVERIFY(gauges[partial].value.startsWith(QChar(0x2265)));
            QCOMPARE(gauges[partial].words, QStringLiteral("without 2 operators"));
        }
    }

    void aPreviewShowsWhatWouldBe()
    {
        const Session session = openCnn();
        const auto then = session.withStep(parseStep("pool-to-stride"));
        const auto gauges = gaugesOf(*session.state().optimised, *session.state().original, then->optimised.get());
        QVERIFY(gauges[0].preview.has_value());
        QVERIFY(gauges[0].words.startsWith(QStringLiteral("would be")));
        QVERIFY(gauges[0].words.contains(QStringLiteral("fits with")));
        const auto lines = breakdownOf(GaugeKind::Ram, *session.state().optimised->estimate);
        std::int64_t sum = 0;
        for (const BreakdownLine &line : lines) {
            sum += line.bytes;
        }
        QCOMPARE(sum, session.state().optimised->estimate->ramBytes);
    }

    void aPreviewIsColouredByWhatWouldBe()
    {
        const Session session = openCnn();
        const auto then = session.withStep(parseStep("pool-to-stride"));
        Analysis now = *session.state().optimised;
        const std::int64_t before = now.estimate->ramBytes;
        const std::int64_t after = then->optimised->estimate->ramBytes;
        QVERIFY(after < before);
        const auto gauge = [&](std::int64_t limit, const Analysis &preview) {
            now.target.ramBytes = limit;
            return gaugesOf(now, *session.state().original, &preview).front();
        };
        // Too much before and after.
        const Gauge still = gauge(after - 512, *then->optimised);
        QCOMPARE(still.level, GaugeLevel::Over);
        QCOMPARE(still.brief, QStringLiteral("still 512 B too much"));
        // Fits only with it.
        const Gauge fits = gauge(before - 1, *then->optimised);
        QVERIFY(fits.level != GaugeLevel::Over);
        QVERIFY(fits.brief.startsWith(QStringLiteral("fits with ")));
        QVERIFY(fits.brief.endsWith(QStringLiteral(" to spare")));
        // A preview may also break what fits.
        Analysis worse = *then->optimised;
        worse.estimate->ramBytes = before * 4;
        const Gauge over = gauge(before * 3, worse);
        QCOMPARE(over.level, GaugeLevel::Over);
        QVERIFY(!over.brief.contains(QStringLiteral("still")));
    }

    void theBudgetBarFitsANarrowWindow()
    {
        const Session session = openCnn();
        BudgetBar bar;
        bar.setState(session.sharedState());
        bar.setBlocking(3);
        QVERIFY2(bar.minimumSizeHint().width() <= 960, qPrintable(QString::number(bar.minimumSizeHint().width())));
        auto huge = std::make_shared<Analysis>(*session.state().optimised);
        huge->target.name = std::string(280, 'T');
        auto state = std::make_shared<SessionState>(session.state());
        state->target = huge->target;
        bar.setState(state);
        QVERIFY(bar.minimumSizeHint().width() <= 1000);
    }

    void targetsAreFoundByWords()
    {
        TargetModel model(TargetDatabase::builtIn().targets());
        const QAbstractItemModelTester tester(&model);
        TargetFilter filter;
        filter.setSourceModel(&model);
        QCOMPARE(filter.rowCount(), model.rowCount());
        QVERIFY(model.rowCount() >= 24);
        filter.setWords(QStringLiteral("nrf52840"));
        QCOMPARE(filter.rowCount(), 1);
        filter.setWords(QStringLiteral("no such part"));
        QCOMPARE(filter.rowCount(), 0);
        model.toggleFavourite(3);
        QCOMPARE(model.favourites().size(), 1);
    }

    void layersSumToTheModel()
    {
        const Session session = openCnn();
        LayerModel model;
        const QAbstractItemModelTester tester(&model);
        model.setAnalysis(session.state().optimised);
        qlonglong macs = 0;
        for (int row = 0; row < model.rowCount(); ++row) {
            macs += model.index(row, LayerModel::Macs).data(LayerModel::SortRole).toLongLong();
        }
        QCOMPARE(macs, qlonglong(session.state().optimised->estimate->macs));
        model.setAnalysis(nullptr);
        QCOMPARE(model.rowCount(), 0);
    }

    void theInspectorShowsAnOperatorAndItsTensors()
    {
        const Session session = openCnn();
        InspectorPanel panel;
        const auto analysis = session.state().optimised;
        panel.setAnalysis(analysis, analysis->graph);
        panel.showOperator(analysis->graph.operatorNamed("conv_1"));
        QStringList texts;
        for (const QLabel *label : panel.findChildren<QLabel *>()) {
            texts << label->text();
        }
        QVERIFY(texts.contains(QStringLiteral("Conv2D")));
        QVERIFY(texts.contains(QStringLiteral("1×12×12×8 float32")));
        panel.showTensor(analysis->graph.tensorNamed("conv_1/weights"));
        panel.setAnalysis(nullptr);
    }

    void cardsAskToApplyAndPreview()
    {
        Session session = openCnn();
        ProposalsPanel panel;
        panel.setState(session.sharedState());
        const auto proposals = session.proposals();
        QVERIFY(!proposals.empty());
        panel.setSuggestions({proposals, {}});
        QSignalSpy applied(&panel, &ProposalsPanel::applyWanted);
        QSignalSpy previewed(&panel, &ProposalsPanel::previewChanged);
        int seen = 0;
        for (QPushButton *button : panel.findChildren<QPushButton *>()) {
            if (button->text() == QStringLiteral("Preview")) {
                button->click();
                ++seen;
            }
        }
        QCOMPARE(seen, int(proposals.size()));
        QCOMPARE(previewed.count(), int(proposals.size()));
        for (QPushButton *button : panel.findChildren<QPushButton *>()) {
            if (button->text() == QStringLiteral("Apply")) {
                button->click();
                break;
            }
        }
        QCOMPARE(applied.count(), 1);
    }

    void problemsLeadToTheirOperator()
    {
        auto analysis = std::make_shared<Analysis>();
        analysis->problems.push_back({Problem::Stage::Export, "conv_1", "has no kernel", -1, "Conv2D"});
        analysis->problems.push_back({Problem::Stage::Import, "w", "is sparse", 0, {}});
        analysis->problems.push_back({Problem::Stage::Export, "topk", "has no kernel", -1, "TopK"});
        ProblemList list;
        const QAbstractItemModelTester tester(list.model());
        QCOMPARE(list.emptyText(), QStringLiteral("Nothing to report"));
        list.resize(600, 300);
        list.show();
        list.setAnalysis(analysis);
        QVERIFY(list.emptyText().isEmpty());
        QCOMPARE(list.count(), 3);
        QAbstractItemModel &rows = *list.view()->model();
        QCOMPARE(rows.rowCount(), 2);
        const QModelIndex exported = rows.index(1, 0);
        QCOMPARE(exported.data().toString(), QStringLiteral("Cannot be exported (2)"));
        QSignalSpy wanted(&list, &ProblemList::placeWanted);
        list.view()->setFocus();
        list.view()->setCurrentIndex(exported);
        QTest::keyClick(list.view(), Qt::Key_Down);
        QTest::keyClick(list.view(), Qt::Key_Down);
        QTest::keyClick(list.view(), Qt::Key_Return);
        QCOMPARE(wanted.count(), 1);
        QCOMPARE(wanted.first().first().toString(), QStringLiteral("topk"));
        QCOMPARE(wanted.first().at(1).toInt(), -1);
        list.setFilter(QStringLiteral("sparse"));
        QCOMPARE(rows.rowCount(), 1);
        emit list.view()->clicked(rows.index(0, 0, rows.index(0, 0)));
        QCOMPARE(wanted.last().at(1).toInt(), 0);
        list.setFilter(QStringLiteral("no such thing"));
        QVERIFY(list.emptyText().contains(QStringLiteral("no such thing")));
        list.setFilter(QStringLiteral("exported topk"));
        QCOMPARE(rows.rowCount(rows.index(0, 0)), 1);
        list.setFilter({});
        list.view()->clearSelection();
        for (QPushButton *button : list.findChildren<QPushButton *>()) {
            button->click();
        }
        const QString copied = QGuiApplication::clipboard()->text();
        QCOMPARE(copied.count(QLatin1Char('\n')), 3);
        QVERIFY(copied.contains(QStringLiteral("Cannot be exported\tconv_1\tConv2D\thas no kernel")));
    }

    void problemsFollowSortAndHide()
    {
        auto analysis = std::make_shared<Analysis>();
        using Stage = Problem::Stage;
        analysis->problems = {{Stage::Export, "conv_10", "b", -1, "Conv2D"},
            {Stage::Export, "conv_2", "a", -1, "Conv2D"}, {Stage::Import, "w", "is odd", -1, {}},
            {Stage::Run, "x", "is open", -1, {}, Problem::Remedy::BindDimensions}};
        ProblemList list;
        list.resize(700, 300);
        list.show();
        list.setAnalysis(analysis);
        QCOMPARE(list.summary(), QStringLiteral("3 errors, 1 warning"));
        QAbstractItemModel &rows = *list.view()->model();
        const auto places = [&rows](int group) {
            QStringList texts;
            const QModelIndex parent = rows.index(group, 0);
            for (int row = 0; row < rows.rowCount(parent); ++row) {
                texts << rows.index(row, 0, parent).data().toString();
            }
            return texts;
        };
        QCOMPARE(places(2), (QStringList{"conv_10", "conv_2"}));
        list.setOrder(ProblemList::Order::Where);
        QCOMPARE(places(2), (QStringList{"conv_2", "conv_10"}));
        QCOMPARE(places(0), QStringList{"w"});

        QSignalSpy wanted(&list, &ProblemList::placeWanted);
        list.follow("conv_10", -1);
        QCOMPARE(list.view()->currentIndex().data().toString(), QStringLiteral("conv_10"));
        list.follow("conv_10", 3);
        QVERIFY(list.view()->selectionModel()->selectedRows().isEmpty());
        QCOMPARE(wanted.count(), 0);
        list.view()->setCurrentIndex({});
        list.leadFurther(-1);
        QCOMPARE(wanted.last().first().toString(), QStringLiteral("conv_10"));
        list.leadFurther(1);
        QCOMPARE(wanted.last().first().toString(), QStringLiteral("w"));

        QSignalSpy binding(&list, &ProblemList::bindWanted);
        for (QPushButton *button : list.findChildren<QPushButton *>()) {
            if (button->isVisible() && button->text().startsWith(QStringLiteral("Bind"))) {
                button->click();
            }
        }
        QCOMPARE(binding.count(), 1);
        for (QToolButton *button : list.findChildren<QToolButton *>()) {
            if (button->text() == QStringLiteral("3")) {
                button->click();
            }
        }
        QCOMPARE(rows.rowCount(), 1);
        QCOMPARE(places(0), QStringList{"w"});
    }

    void manyProblemsStayQuick()
    {
        auto analysis = std::make_shared<Analysis>();
        for (int at = 0; at < 5000; ++at) {
            analysis->problems.push_back(
                {Problem::Stage::Export, "op_" + std::to_string(at), "has no kernel for packages", -1, "Cast"});
        }
        ProblemList list;
        list.resize(700, 300);
        list.show();
        list.setAnalysis(analysis);
        QCOMPARE(list.count(), 5000);
        list.setFilter(QStringLiteral("op_4999"));
        QCOMPARE(list.view()->model()->rowCount(list.view()->model()->index(0, 0)), 1);
        list.follow("op_4999", -1);
        QCOMPARE(list.view()->currentIndex().data().toString(), QStringLiteral("op_4999"));
    }
};

TINSMITH_TEST(PanelsTest)

#include "panels_test.moc"
