// SPDX-License-Identifier: Apache-2.0
#include "core/formats/atomic_file.h"
#include "core/formats/model_file.h"
#include "core/formats/npy.h"
#include "core/graph/calibration_entry.h"
#include "core/graph/error.h"
#include "core/session/layer_warnings.h"
#include "core/session/session.h"
#include "tests/fixtures/models.h"
#include "tests/support/test_main.h"

#include <QTemporaryDir>

#include <algorithm>
#include <random>

using namespace tinsmith;
using Numbers = test::ModelMaker::Numbers;

namespace {

const Target &target()
{
    return TargetDatabase::builtIn().at("stm32l4r5");
}

std::size_t accuracyProblems(const Analysis &analysis)
{
    return static_cast<std::size_t>(std::count_if(analysis.problems.begin(), analysis.problems.end(),
        [](const Problem &problem) { return problem.stage == Problem::Stage::Accuracy; }));
}

} // namespace

class CalibrationTest : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

    std::filesystem::path file(const char *name) const
    {
        return folder_.filePath(QString::fromLatin1(name)).toStdString();
    }

    /// A folder of random samples for the small CNN.
    DataSet data(const char *name, unsigned seed) const
    {
        const Graph graph = test::smallCnn(Numbers::Float32);
        const Tensor &input = graph.tensor(graph.inputs()[0]);
        std::mt19937 random(seed);
        std::vector<std::byte> values;
        Shape shape = input.shape;
        shape[0] = 12;
        for (int sample = 0; sample < 12; ++sample) {
            const auto value = test::randomValue(input, random);
            values.insert(values.end(), value.begin(), value.end());
        }
        const std::string content = toNpy(ElementType::Float32, shape, values);
        std::filesystem::create_directories(file(name));
        writeFileAtomically(file(name) / "inputs.npy", std::as_bytes(std::span(content)));
        return DataSet::load(file(name), input);
    }

    static void quantize(Session &session) { session.push(session.withStep(parseStep("quantize"))); }

private slots:
    void guessedRangesAreSaidAndOneCallComputesThemAgain()
    {
        Session session = Session::fromGraph(test::smallCnn(Numbers::Float32), target());
        quantize(session);
        auto calibration = session.calibrationOf(0);
        QVERIFY(calibration.has_value());
        QVERIFY(calibration->guessed);
        QCOMPARE(calibration->calibratedOn, std::string("guessed"));
        QVERIFY(!calibration->stale);
        QVERIFY(hasGuessedRanges(session.state().optimised->graph.info()));
        QCOMPARE(accuracyProblems(*session.state().optimised), std::size_t{1});

        session.setData(file("one"), data("one", 1));
        QVERIFY(session.calibrationOf(0)->stale);
        QVERIFY(session.stale());
        session.push(session.withFreshCalibration());
        calibration = session.calibrationOf(0);
        QVERIFY(!calibration->stale && !calibration->guessed);
        QCOMPARE(calibration->calibratedOn, std::string("one"));
        QCOMPARE(session.state().recipe.steps[0].calibration->samples, std::size_t{12});
        QVERIFY(!hasGuessedRanges(session.state().optimised->graph.info()));
        QCOMPARE(accuracyProblems(*session.state().optimised), std::size_t{0});

        // Equal data under another name are no other data.
        session.setData(file("same"), data("same", 1));
        QVERIFY(!session.stale());
        session.setData(file("two"), data("two", 2));
        QVERIFY(session.stale());
        session.undo();
        QVERIFY(session.calibrationOf(0)->guessed);
        QVERIFY(session.stale());
    }

    void editsBehindACalibratedStepKeepIt()
    {
        Session session = Session::fromGraph(test::smallCnn(Numbers::Float32), target());
        session.setData(file("one"), data("one", 1));
        quantize(session);
        const auto before = session.state().recipe.steps[0].calibration;
        session.setData(file("two"), data("two", 2));
        // Steps that are off do nothing, but they are steps.
        Recipe recipe = session.state().recipe;
        recipe.steps.push_back(parseStep("fold-constants"));
        recipe.steps.back().enabled = false;
        session.push(session.withRecipe(recipe, "Add"));
        QVERIFY(session.state().recipe.steps[0].calibration == before);
        QVERIFY(session.calibrationOf(0)->stale);
        QVERIFY(!session.calibrationOf(1).has_value());
        // What changes the step itself computes it on what is open.
        recipe.steps[0].parameters["per-channel"] = "false";
        session.push(session.withRecipe(recipe, "Change"));
        QCOMPARE(session.calibrationOf(0)->calibratedOn, std::string("two"));
        QVERIFY(!session.stale());
    }

    void projectsSayWhenTheirDataAreGone()
    {
        const Graph graph = test::smallCnn(Numbers::Float32);
        writeModel(graph, file("model.tflite"));
        Session session = Session::open(file("model.tflite"), target());
        session.setData(file("kept"), data("kept", 3));
        quantize(session);
        session.save(file("work.tinsmith"));

        const Session again = Session::open(file("work.tinsmith"), target());
        QVERIFY(again.state().recipe == session.state().recipe);
        QCOMPARE(accuracyProblems(*again.state().optimised), std::size_t{0});

        std::filesystem::remove_all(file("kept"));
        const Session without = Session::open(file("work.tinsmith"), target());
        QVERIFY(without.calibrationOf(0)->guessed);
        const auto &problems = without.state().optimised->problems;
        QVERIFY(std::any_of(problems.begin(), problems.end(), [](const Problem &problem) {
            return problem.text == "Step 1 was calibrated on kept, which is not there: its ranges are guesses now";
        }));
    }

    void writtenFilesSayThatTheirRangesWereGuessed_data()
    {
        QTest::addColumn<QString>("name");
        QTest::newRow("TFLite") << "guessed.tflite";
        QTest::newRow("ONNX") << "guessed.onnx";
    }
    void writtenFilesSayThatTheirRangesWereGuessed()
    {
        QFETCH(QString, name);
        const std::filesystem::path path = file(name.toLatin1().constData());
        Session session = Session::fromGraph(test::smallCnn(Numbers::Float32), target());
        quantize(session);
        writeModel(session.state().optimised->graph, path);
        const Session opened = Session::open(path, target());
        QVERIFY(hasGuessedRanges(opened.source().info()));
        QCOMPARE(accuracyProblems(*opened.state().optimised), std::size_t{1});
        QVERIFY(!blocks(Problem::Stage::Accuracy));
        // Also through the other format.
        const std::filesystem::path other = file(name == "guessed.onnx" ? "other.tflite" : "other.onnx");
        writeModel(opened.state().optimised->canonical, other);
        QVERIFY(hasGuessedRanges(readModel(other).info()));

        session.setData(file("known"), data("known", 4));
        session.push(session.withFreshCalibration());
        writeModel(session.state().optimised->graph, path);
        QCOMPARE(calibrationOf(readModel(path).info()).value_or(""), std::string("found on known, 12 samples"));
        QCOMPARE(accuracyProblems(*Session::open(path, target()).state().optimised), std::size_t{0});
    }

    void recipesKeepTheCalibration()
    {
        Recipe recipe;
        recipe.steps.push_back(parseStep("quantize"));
        recipe.steps.push_back(parseStep("quantize"));
        recipe.steps[0].calibration = Calibration{"set.npz", "0123456789abcdef", 200};
        recipe.steps[1].calibration = Calibration{};
        QVERIFY(recipeFromJson(toJson(recipe), "file") == recipe);
        for (const char *bad : {"3", "{}", R"({"guessed": 1})", R"({"guessed": false, "data": ""})",
                 R"({"guessed": false, "data": "a", "fingerprint": "b", "samples": -1})"}) {
            const std::string json = std::string(R"({"steps": [{"rewrite": "quantize", "calibration": )") + bad + "}]}";
            QVERIFY_EXCEPTION_THROWN(recipeFromJson(json, "file"), FormatError);
        }
    }

    void fingerprintsTellDataApart()
    {
        QCOMPARE(data("first", 1).fingerprint(), data("second", 1).fingerprint());
        QVERIFY(data("first", 1).fingerprint() != data("third", 2).fingerprint());
        QVERIFY(data("first", 1).fingerprint() != data("first", 1).first(5).fingerprint());
        QCOMPARE(data("first", 1).fingerprint().size(), std::size_t{16});
    }
};

TINSMITH_TEST(CalibrationTest)

#include "calibration_test.moc"
