// SPDX-License-Identifier: Apache-2.0
#include "core/formats/atomic_file.h"
#include "core/formats/model_file.h"
#include "core/formats/npy.h"
#include "tests/app/cli/program.h"
#include "tests/fixtures/models.h"
#include "tests/support/test_main.h"

#include <QDir>
#include <QJsonArray>
#include <QTemporaryDir>

using namespace tinsmith;
using Numbers = test::ModelMaker::Numbers;

namespace {

#define REQUIRE_CODE(outcome, wanted) QVERIFY2((outcome).code == (wanted), test::complaint(outcome, wanted).constData())

template <typename T>
void writeArray(const QString &file, ElementType type, const Shape &shape, const std::vector<T> &values)
{
    QDir().mkpath(QFileInfo(file).path());
    const std::string content = toNpy(type, shape, std::as_bytes(std::span(values)));
    writeFileAtomically(file.toStdString(), std::as_bytes(std::span(content)));
}

/// The class is the channel of [1,3,4,6] with the largest mean.
Graph strongestChannel()
{
    test::ModelMaker maker(Numbers::Float32);
    const TensorId x = maker.input("x", {1, 3, 4, 6});
    return maker.finish({maker.op(Reduce{ReduceFunction::Mean, {2, 3}, false}, {x}, 1, "mean").front()});
}

/// Adds its input to a variable that is 0 at first.
Graph running()
{
    GraphBuilder builder;
    const auto tensor = [&](const char *name, const Shape &shape, ElementType type) {
        Tensor made;
        made.name = name;
        made.type = type;
        made.shape = shape;
        return builder.addTensor(made);
    };
    const TensorId step = tensor("step", {1, 2}, ElementType::Float32);
    const TensorId handle = tensor("handle", {}, ElementType::Resource);
    const TensorId old = tensor("old", {1, 2}, ElementType::Float32);
    const TensorId sum = tensor("sum", {1, 2}, ElementType::Float32);
    builder.addOperator({"variable", VariableHandle{"", "total"}, {}, {handle}});
    builder.addOperator({"read", ReadVariable{}, {handle}, {old}});
    builder.addOperator({"add", Binary{BinaryFunction::Add, {}}, {old, step}, {sum}});
    builder.addOperator({"keep", AssignVariable{}, {handle, sum}, {}});
    builder.setInputs({step});
    builder.setOutputs({sum});
    return builder.build();
}

/// x of batch × 4, through Relu; ONNX.
Graph openBatch(std::vector<std::int64_t> dims = {-1, 4}, std::vector<std::string> names = {"batch", ""})
{
    GraphBuilder builder;
    builder.info().format = "ONNX";
    Tensor tensor;
    tensor.shape = Shape(std::move(dims));
    tensor.dimensionNames = std::move(names);
    tensor.name = "x";
    const TensorId x = builder.addTensor(tensor);
    tensor.name = "y";
    const TensorId y = builder.addTensor(tensor);
    builder.addOperator({"relu", Activation{ActivationFunction::Relu}, {x}, {y}});
    builder.setInputs({x});
    builder.setOutputs({y});
    return builder.build();
}

QString notesOf(const QJsonValue &value)
{
    QStringList notes;
    for (const auto &note : value.toArray()) {
        notes << note.toString();
    }
    return notes.join(QLatin1Char('\n'));
}

} // namespace

/// How data and values given on the command line become the inputs of a model.
class DataVerbsTest : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

    QString path(const char *name) const { return folder_.filePath(QString::fromLatin1(name)); }

    test::Outcome run(const QString &arguments) const
    {
        return test::runProgram(
            QString(arguments).replace(QLatin1Char('@'), folder_.path() + QLatin1Char('/')).split(QLatin1Char(' ')));
    }

private slots:
    void initTestCase()
    {
        writeModel(strongestChannel(), path("channels.onnx").toStdString());
        writeModel(running(), path("running.tflite").toStdString());
        writeModel(openBatch(), path("open.onnx").toStdString());
        writeModel(openBatch({-1, -1}, {"batch", "length"}), path("length.onnx").toStdString());
        writeModel(test::smallCnn(Numbers::Int8), path("int8.tflite").toStdString());
        writeModel(test::smallCnn(Numbers::Float32), path("float.onnx").toStdString());
        std::vector<float> values;
        std::vector<std::int64_t> labels;
        for (int sample = 0; sample < 6; ++sample) {
            labels.push_back(sample % 3);
            for (int pixel = 0; pixel < 24; ++pixel) {
                for (int channel = 0; channel < 3; ++channel) {
                    values.push_back(channel == sample % 3 ? 1.0F : 0.01F * static_cast<float>(pixel));
                }
            }
        }
        writeArray(path("nhwc/inputs.npy"), ElementType::Float32, {6, 4, 6, 3}, values);
        writeArray(path("nhwc/labels.npy"), ElementType::Int64, {6}, labels);
        writeArray(path("swapped/inputs.npy"), ElementType::Float32, {6, 6, 4, 3}, values);
        writeArray(
            path("one.npy"), ElementType::Float32, {4, 6, 3}, std::vector<float>(values.begin(), values.begin() + 72));
        writeArray(path("step.npy"), ElementType::Float32, {1, 2}, std::vector<float>{1, 10});
        writeArray(path("four.npy"), ElementType::Float64, {4}, std::vector<double>{-1, 2, -3, 4});
        const std::vector<std::uint8_t> pixels(6 * 144, 200);
        writeArray(path("pixels/inputs.npy"), ElementType::UInt8, {6, 12, 12, 1}, pixels);
        writeArray(path("pixels/labels.npy"), ElementType::Int64, {6}, std::vector<std::int64_t>{0, 1, 2, 0, 1, 99});
        std::string grey = "P5\n12 12\n255\n" + std::string(144, '\xC8');
        writeFileAtomically(path("grey.pgm").toStdString(), std::as_bytes(std::span(grey)));
    }

    void channelsLastDataAreTransposedAndSaid()
    {
        const auto json = run(QStringLiteral("evaluate @channels.onnx --data @nhwc --json"));
        REQUIRE_CODE(json, 0);
        QCOMPARE(json.json()[QStringLiteral("accuracy")].toDouble(), 1.0);
        QVERIFY(json.json()[QStringLiteral("transposed")].toBool());
        const auto text = run(QStringLiteral("evaluate @channels.onnx --data @nhwc"));
        REQUIRE_CODE(text, 0);
        QVERIFY2(text.output.contains("transposed to 3×4×6"), text.output.constData());
        const auto ran = run(QStringLiteral("run @channels.onnx --input @one.npy --json"));
        REQUIRE_CODE(ran, 0);
        const QJsonObject inference = ran.json()[QStringLiteral("inferences")].toArray().first().toObject();
        QVERIFY(notesOf(inference[QStringLiteral("notes")]).contains(QStringLiteral("transposed")));
        const QJsonArray means
            = inference[QStringLiteral("outputs")].toArray().first()[QStringLiteral("values")].toArray();
        QCOMPARE(means.first().toDouble(), 1.0);
        const auto optimised
            = run(QStringLiteral("optimize @channels.onnx --data @nhwc -o @channels_again.onnx --json"));
        REQUIRE_CODE(optimised, 0);
        QVERIFY(optimised.json()[QStringLiteral("data")][QStringLiteral("transposed")].toBool());
    }

    void stepsOfASequenceKeepTheState()
    {
        const QString steps = QStringLiteral("run @running.tflite --input @step.npy --output @%1 --input @step.npy "
                                             "--output @%2 --json");
        const auto second = [&](const test::Outcome &outcome) {
            return outcome.json()[QStringLiteral("inferences")]
                .toArray()[1][QStringLiteral("outputs")]
                .toArray()[0][QStringLiteral("values")]
                .toArray()[1]
                .toDouble();
        };
        const auto apart = run(steps.arg(QStringLiteral("a.npy"), QStringLiteral("b.npy")));
        REQUIRE_CODE(apart, 0);
        QCOMPARE(second(apart), 10.0);
        const auto sequence
            = run(steps.arg(QStringLiteral("c.npy"), QStringLiteral("d.npy")) + QStringLiteral(" --sequence"));
        REQUIRE_CODE(sequence, 0);
        QCOMPARE(second(sequence), 20.0);
        QVERIFY(sequence.json()[QStringLiteral("sequence")].toBool());
        QCOMPARE(loadNpy(path("c.npy").toStdString()).data.copyAs<float>(), (std::vector<float>{1, 10}));
        QCOMPARE(loadNpy(path("d.npy").toStdString()).data.copyAs<float>(), (std::vector<float>{2, 20}));
    }

    void anOpenBatchIsOneOnEveryVerb_data()
    {
        QTest::addColumn<QString>("arguments");
        QTest::newRow("inspect") << "inspect @open.onnx";
        QTest::newRow("run") << "run @open.onnx --input @four.npy";
        QTest::newRow("suggest") << "suggest @open.onnx";
        QTest::newRow("optimize") << "optimize @open.onnx -o @new.onnx";
        QTest::newRow("evaluate") << "evaluate @open.onnx --data @fours.npy";
        QTest::newRow("export") << "export @open.onnx -o @package";
    }
    void anOpenBatchIsOneOnEveryVerb()
    {
        QFETCH(QString, arguments);
        writeArray(path("fours.npy"), ElementType::Float32, {2, 4}, std::vector<float>{1, 2, 3, 4, 5, 6, 7, 8});
        const auto text = run(arguments);
        REQUIRE_CODE(text, 0);
        QVERIFY2(text.output.contains("The leading dimension \"batch\" of x is not fixed and is taken as 1"),
            text.output.constData());
        const auto json = run(arguments + QStringLiteral(" --json"));
        REQUIRE_CODE(json, 0);
        QCOMPARE(json.json()[QStringLiteral("assumed_dimensions")][QStringLiteral("batch")].toInt(), 1);
        const auto bound = run(arguments + QStringLiteral(" --bind batch=1 --json"));
        REQUIRE_CODE(bound, 0);
        QVERIFY(bound.json()[QStringLiteral("assumed_dimensions")].toObject().isEmpty());
    }

    void otherOpenDimensionsMustBeBound()
    {
        const auto outcome = run(QStringLiteral("run @length.onnx --input @four.npy"));
        REQUIRE_CODE(outcome, 2);
        QVERIFY2(
            outcome.errors.contains("dimension \"length\" is not fixed: --bind length=1"), outcome.errors.constData());
        REQUIRE_CODE(run(QStringLiteral("run @length.onnx --input @four.npy --bind length=4")), 0);
    }

    void anOpenBatchIsWrittenOpen()
    {
        const auto outcome = run(QStringLiteral("optimize @open.onnx -o @still_open.onnx --json"));
        REQUIRE_CODE(outcome, 0);
        QCOMPARE(
            symbolicDimensions(readModel(path("still_open.onnx").toStdString())), std::vector<std::string>{"batch"});
        const auto bound = run(QStringLiteral("optimize @open.onnx -o @bound.onnx --bind batch=1"));
        REQUIRE_CODE(bound, 0);
        QVERIFY(symbolicDimensions(readModel(path("bound.onnx").toStdString())).empty());
    }

    void pixelsAreGuessedAndSaidOrChosen()
    {
        const auto guessed = run(QStringLiteral("evaluate @int8.tflite --data @pixels --json"));
        REQUIRE_CODE(guessed, 0);
        const QJsonObject pixels = guessed.json()[QStringLiteral("pixels")].toObject();
        QCOMPARE(pixels[QStringLiteral("source")].toString(), QStringLiteral("quantization"));
        QVERIFY(guessed.json()[QStringLiteral("note")].toString().contains(
            QStringLiteral("guessed from the quantization")));
        const auto chosen = run(QStringLiteral("evaluate @float.onnx --data @pixels --pixels -1..1 --json"));
        REQUIRE_CODE(chosen, 0);
        QCOMPARE(chosen.json()[QStringLiteral("pixels")][QStringLiteral("range")].toString(), QStringLiteral("-1..1"));
        const auto run0
            = run(QStringLiteral("run @float.onnx --input @grey.pgm --output @p0.npy --pixels 127.5,127.5"));
        REQUIRE_CODE(run0, 0);
        const auto run1 = run(QStringLiteral("run @float.onnx --input @grey.pgm --output @p1.npy --pixels -1..1"));
        REQUIRE_CODE(run1, 0);
        QVERIFY(run1.output.contains("pixels are read as -1..1 (as chosen)"));
        const auto run2 = run(QStringLiteral("run @float.onnx --input @grey.pgm --output @p2.npy"));
        REQUIRE_CODE(run2, 0);
        QVERIFY(run2.output.contains("pixels are read as 0..1 (assumed"));
        const auto valuesOf = [&](const char *name) { return loadNpy(path(name).toStdString()).data.copyAs<float>(); };
        QCOMPARE(valuesOf("p0.npy"), valuesOf("p1.npy"));
        QVERIFY(valuesOf("p1.npy") != valuesOf("p2.npy"));
        const auto optimised = run(QStringLiteral(
            "optimize @float.onnx --data @pixels --pixels 0..255 --apply quantize -o @kept.tinsmith --json"));
        REQUIRE_CODE(optimised, 0);
        const auto again = run(QStringLiteral("optimize @kept.tinsmith -o @kept_again.tflite --json"));
        REQUIRE_CODE(again, 0);
        QCOMPARE(again.json()[QStringLiteral("data")][QStringLiteral("pixels")][QStringLiteral("range")].toString(),
            QStringLiteral("0..255"));
    }

    void labelsOutsideAreCountedAndSaid()
    {
        const auto json = run(QStringLiteral("evaluate @int8.tflite --data @pixels --json"));
        REQUIRE_CODE(json, 0);
        QCOMPARE(json.json()[QStringLiteral("labels_outside")].toInt(), 1);
        const auto text = run(QStringLiteral("evaluate @int8.tflite --data @pixels"));
        QVERIFY2(text.output.contains("1 of 6 labels is outside"), text.output.constData());
    }

    void mistakesAreRefused_data()
    {
        QTest::addColumn<QString>("arguments");
        QTest::addColumn<QString>("names");
        QTest::newRow("other layout") << "evaluate @channels.onnx --data @swapped"
                                      << "6×4×3";
        QTest::newRow("negative samples") << "evaluate @channels.onnx --data @nhwc --samples -3"
                                          << "--samples";
        QTest::newRow("no samples") << "evaluate @channels.onnx --data @nhwc --samples 0"
                                    << "--samples";
        QTest::newRow("text as samples") << "evaluate @channels.onnx --data @nhwc --samples many"
                                         << "--samples";
        QTest::newRow("a fraction of samples") << "evaluate @channels.onnx --data @nhwc --samples 1.5"
                                               << "--samples";
        QTest::newRow("vast samples") << "verify @int8.tflite --samples 99999999999999999999999"
                                      << "--samples";
        QTest::newRow("negative samples to verify") << "verify @int8.tflite --samples -3"
                                                    << "--samples";
        QTest::newRow("range of pixels") << "evaluate @float.onnx --data @pixels --pixels 1..0"
                                         << "--pixels 1..0";
        QTest::newRow("no pixels") << "evaluate @channels.onnx --data @nhwc --pixels 0..1"
                                   << "no input is given pixels";
        QTest::newRow("no picture") << "run @channels.onnx --input @one.npy --pixels 0..1"
                                    << "no input is given pixels";
        QTest::newRow("shape") << "run @channels.onnx --input @step.npy"
                               << "is 1×2, tensor x is 1×3×4×6";
        QTest::newRow("sequence of odd outputs")
            << "run @running.tflite --sequence --input @step.npy --input @step.npy --output @o.npy"
            << "one step";
    }
    void mistakesAreRefused()
    {
        QFETCH(QString, arguments);
        QFETCH(QString, names);
        const auto outcome = run(arguments);
        REQUIRE_CODE(outcome, 2);
        QVERIFY2(outcome.errors.contains(names.toUtf8()), outcome.errors.constData());
        QVERIFY(outcome.output.isEmpty());
    }
};

TINSMITH_TEST(DataVerbsTest)
#include "data_verbs_test.moc"
