// SPDX-License-Identifier: Apache-2.0
#include "app/studio/main_window.h"
#include "core/formats/model_file.h"
#include "core/formats/npy.h"
#include "tests/fixtures/models.h"
#include "tests/support/test_main.h"
#include "views/proposals/proposals_panel.h"
#include "views/proposals/recipe_view.h"
#include "views/theme/theme.h"

#include <QApplication>
#include <QDir>
#include <QStandardPaths>
#include <QTemporaryDir>

#include <fstream>
#include <random>

using namespace tinsmith;
using Numbers = test::ModelMaker::Numbers;

/// What the recipe says of the data that its steps were calibrated on.
class StaleStepsTest : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

private slots:
    void initTestCase()
    {
        QCoreApplication::setOrganizationName(QStringLiteral("TinsmithTest"));
        QStandardPaths::setTestModeEnabled(true);
    }

    void otherDataMakeAStepStaleAndOneClickFresh()
    {
        const QString model = folder_.filePath(QStringLiteral("cnn.tflite"));
        writeModel(test::smallCnn(Numbers::Float32), model.toStdString());
        const QString data = folder_.filePath(QStringLiteral("data"));
        QVERIFY(QDir().mkpath(data));
        constexpr std::int64_t samples = 6;
        Tensor inputs;
        inputs.shape = {samples, 12, 12, 1};
        std::mt19937 random(5);
        std::ofstream((data + QStringLiteral("/inputs.npy")).toStdString(), std::ios::binary)
            << toNpy(inputs.type, inputs.shape, test::randomValue(inputs, random));

        ThemeController themes(*qApp);
        MainWindow window(themes);
        window.setInteractive(false);
        window.resize(1280, 800);
        window.show();
        window.openFile(model);
        DocumentController &document = window.document();
        QTRY_VERIFY_WITH_TIMEOUT(document.isOpen() && !document.busy(), 60000);
        document.apply(parseStep("quantize"));
        QTRY_VERIFY_WITH_TIMEOUT(document.session().canUndo() && !document.busy(), 60000);
        RecipeView *recipe = window.findChild<ProposalsPanel *>()->recipe();
        const auto note = [recipe] { return recipe->model()->row(0).note; };
        QVERIFY(note().contains(QStringLiteral("guesses")));
        QVERIFY(!document.session().stale());

        document.openData(data);
        QTRY_VERIFY_WITH_TIMEOUT(document.session().data().has_value() && !document.busy(), 60000);
        QVERIFY(document.session().stale());
        QVERIFY(note().contains(QStringLiteral("before the data set was opened")));
        const auto guessed = document.state();
        emit recipe->calibrateWanted();
        QTRY_VERIFY_WITH_TIMEOUT(document.state() != guessed && !document.busy(), 60000);
        QVERIFY(!document.session().stale());
        QVERIFY(note().isEmpty());
        document.undo();
        QCOMPARE(document.state(), guessed);
        QVERIFY(note().contains(QStringLiteral("guesses")));
    }
};

TINSMITH_TEST(StaleStepsTest)

#include "stale_steps_test.moc"
