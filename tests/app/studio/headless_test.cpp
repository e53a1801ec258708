// SPDX-License-Identifier: Apache-2.0
#include "app/studio/headless.h"
#include "core/formats/model_file.h"
#include "tests/fixtures/models.h"
#include "tests/support/test_main.h"
#include "views/theme/theme.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QImage>
#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>

#include <fstream>

using namespace tinsmith;

/// Pictures of states that can only be reached by options.
class HeadlessTest : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

    QString file(const char *name) const { return folder_.filePath(QString::fromLatin1(name)); }

    int run(const QStringList &options)
    {
        QCommandLineParser parser;
        addHeadlessOptions(parser);
        parser.addPositionalArgument(QStringLiteral("MODEL"), {});
        const bool known = parser.parse(QStringList{QStringLiteral("tinsmith-studio")} + options);
        ThemeController themes(*qApp);
        return known && isHeadless(parser) ? runHeadless(parser, themes) : -1;
    }

private slots:
    void initTestCase()
    {
        QCoreApplication::setOrganizationName(QStringLiteral("TinsmithTest"));
        QStandardPaths::setTestModeEnabled(true);
        writeModel(test::smallCnn(test::ModelMaker::Numbers::Float32), file("cnn.tflite").toStdString());
        GraphBuilder builder;
        builder.info().format = "ONNX";
        Tensor tensor;
        tensor.shape = {1, -1};
        tensor.dimensionNames = {"", "width"};
        tensor.name = "x";
        const TensorId in = builder.addTensor(tensor);
        tensor.name = "y";
        const TensorId out = builder.addTensor(tensor);
        builder.addOperator({"relu", Activation{ActivationFunction::Relu}, {in}, {out}});
        builder.setInputs({in});
        builder.setOutputs({out});
        writeModel(builder.build(), file("open.onnx").toStdString());
        std::ofstream(file("bad.tflite").toStdString()) << "this is no model";
    }

    void aPictureChangesNoSettings()
    {
        for (const auto &[key, value] : {std::pair("target", "nrf52840"), std::pair("theme", "2")}) {
            QSettings().setValue(QString::fromLatin1(key), QString::fromLatin1(value));
        }
        const QStringList before = QSettings().allKeys();
        QCOMPARE(run({"--screenshot", file("picture.png"), "--target", "stm32f746", "--theme", "light", "--bind",
                     "width=8", file("open.onnx")}),
            0);
        QCOMPARE(QSettings().value(QStringLiteral("target")).toString(), QStringLiteral("nrf52840"));
        QCOMPARE(QSettings().value(QStringLiteral("theme")).toString(), QStringLiteral("2"));
        QCOMPARE(QSettings().allKeys(), before);
    }

    void statesArePictured_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<int>("code");
        QTest::newRow("bound") << "open.onnx" << QStringList{"--bind", "width=8"} << 0;
        QTest::newRow("bound to nothing") << "open.onnx" << QStringList{"--bind", "depth=8"} << 2;
        QTest::newRow("not a binding") << "open.onnx" << QStringList{"--bind", "width"} << 2;
        QTest::newRow("the dialog") << "open.onnx" << QStringList{"--dialog", "dimensions"} << 0;
        QTest::newRow("no dialog") << "cnn.tflite" << QStringList{"--dialog", "dimensions"} << 2;
        QTest::newRow("no subgraphs") << "cnn.tflite" << QStringList{"--dialog", "subgraphs"} << 2;
        QTest::newRow("filtered") << "open.onnx" << QStringList{"--tab", "problems", "--filter", "width"} << 0;
        QTest::newRow("a section") << "cnn.tflite" << QStringList{"--select", "conv_1", "--inspect", "Weights"} << 0;
        QTest::newRow("no section") << "cnn.tflite" << QStringList{"--inspect", "Weights"} << 2;
        QTest::newRow("a preview") << "cnn.tflite" << QStringList{"--preview", "1", "--colour", "macs"} << 0;
        QTest::newRow("no preview") << "cnn.tflite" << QStringList{"--preview", "99"} << 2;
        QTest::newRow("no colour") << "cnn.tflite" << QStringList{"--colour", "blue"} << 2;
        QTest::newRow("a step's form") << "cnn.tflite" << QStringList{"--apply", "quantize", "--dialog", "step"} << 0;
        QTest::newRow("no step") << "cnn.tflite" << QStringList{"--dialog", "step"} << 2;
        QTest::newRow("shortcuts") << "cnn.tflite" << QStringList{"--dialog", "shortcuts"} << 0;
        QTest::newRow("a failure") << "bad.tflite" << QStringList{"--dialog", "failure"} << 0;
        QTest::newRow("a bad file") << "bad.tflite" << QStringList{} << 2;
    }
    void statesArePictured()
    {
        QFETCH(QString, model);
        QFETCH(QStringList, options);
        QFETCH(int, code);
        const QString picture = file("picture.png");
        QFile::remove(picture);
        QCOMPARE(run(QStringList{"--screenshot", picture} + options + QStringList{folder_.filePath(model)}), code);
        QCOMPARE(!QImage(picture).isNull(), code == 0);
    }
};

TINSMITH_TEST(HeadlessTest)

#include "headless_test.moc"
