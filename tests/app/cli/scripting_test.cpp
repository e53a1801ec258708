// SPDX-License-Identifier: Apache-2.0
#include "core/formats/atomic_file.h"
#include "core/formats/model_file.h"
#include "core/graph/sha256.h"
#include "tests/app/cli/program.h"
#include "tests/fixtures/models.h"
#include "tests/support/test_main.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>

#include <limits>

using namespace tinsmith;
using Numbers = test::ModelMaker::Numbers;

namespace {

#define REQUIRE_CODE(outcome, wanted) QVERIFY2((outcome).code == (wanted), test::complaint(outcome, wanted).constData())

QByteArray textOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// The exit code of the program with its standard output going to `file`.
int codeWritingTo(const QString &file, const QStringList &arguments, QByteArray &errors)
{
    QProcess process;
    process.setStandardOutputFile(file);
    process.start(QStringLiteral(TINSMITH_PROGRAM), arguments);
    process.waitForFinished(60000);
    errors = process.readAllStandardError();
    return process.exitCode();
}

QString whyNoEmulation()
{
    for (const char *tool : {"qemu-system-arm", "arm-none-eabi-gcc"}) {
        if (QStandardPaths::findExecutable(QString::fromLatin1(tool)).isEmpty()) {
            return QString::fromLatin1(tool) + QStringLiteral(" is not installed");
        }
    }
    return {};
}

/// y = x * weights, in float: [1,2] to [1,2].
Graph floatDense(const std::vector<float> &weights)
{
    GraphBuilder builder;
    const auto tensor = [&](const char *name) {
        Tensor made;
        made.name = name;
        made.type = ElementType::Float32;
        made.shape = {1, 2};
        return builder.addTensor(std::move(made));
    };
    const TensorId x = tensor("x");
    const TensorId w = builder.addConstant("w", ElementType::Float32, {2, 2}, Bytes::of(weights));
    const TensorId y = tensor("y");
    builder.addOperator({"dense", FullyConnected{}, {x, w}, {y}});
    builder.setInputs({x});
    builder.setOutputs({y});
    return builder.build();
}

} // namespace

/// What the author of a script relies on.
class ScriptingTest : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    QString model_;
    QString floatModel_;
    QString large_;

    QString path(const char *name) const { return folder_.filePath(QString::fromLatin1(name)); }

private slots:
    void initTestCase()
    {
        model_ = path("model.tflite");
        floatModel_ = path("float.onnx");
        large_ = path("large.tflite");
        writeModel(test::smallCnn(Numbers::Int8), model_.toStdString());
        writeModel(test::smallCnn(Numbers::Float32), floatModel_.toStdString());
        test::ModelMaker m(Numbers::Int8);
        TensorId x = m.input("x", {1, 64, 64, 4});
        x = m.conv(x, 8, 3, 1, PaddingMode::Same);
        writeModel(m.finish({x}, "large"), large_.toStdString());
    }

    void targetNamesHaveAnyCase_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::newRow("inspect") << QStringList{"inspect", model_, "--json"};
        QTest::newRow("suggest") << QStringList{"suggest", floatModel_, "--json"};
        QTest::newRow("optimize") << QStringList{"optimize", floatModel_, "-o", path("cased.tflite"), "--json"};
        QTest::newRow("export") << QStringList{"export", model_, "-o", path("cased"), "--json"};
    }

    void targetNamesHaveAnyCase()
    {
        QFETCH(QStringList, arguments);
        const auto outcome = test::runProgram(arguments + QStringList{"--target", "STM32F746"});
        REQUIRE_CODE(outcome, 0);
        QVERIFY2(outcome.output.contains("\"stm32f746\""), outcome.output.constData());
    }

    void errorsAreJsonToo_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("kind");
        QTest::addColumn<int>("code");
        const auto row = [](const char *name, const QStringList &arguments, const char *kind, int code = 2) {
            QTest::newRow(name) << arguments + QStringList{"--json"} << QString(kind) << code;
        };
        row("absent model", {"inspect", path("absent.tflite")}, "system");
        row("unknown option", {"inspect", model_, "--colour"}, "usage");
        row("no model", {"inspect"}, "usage");
        row("no verb", {}, "usage");
        row("bad target", {"inspect", model_, "--target", "z80"}, "error");
        row("bad value", {"export", model_, "-o", path("new"), "--ram", "much"}, "usage");
        row("no data", {"evaluate", model_, "--data", path("absent")}, "system");
        row("not a model", {"inspect", QStringLiteral(TINSMITH_PROGRAM)}, "format");
        row("too little RAM", {"export", model_, "-o", path("new"), "--ram", "100"}, "does_not_fit", 1);
        row("labels that do not fit", {"export", model_, "-o", path("new"), "--labels", path("labels.txt")}, "error");
    }

    void errorsAreJsonToo()
    {
        QFile labels(path("labels.txt"));
        QVERIFY(labels.open(QIODevice::WriteOnly));
        labels.write("only one\n");
        labels.close();
        QFETCH(QStringList, arguments);
        QFETCH(QString, kind);
        QFETCH(int, code);
        const auto outcome = test::runProgram(arguments);
        REQUIRE_CODE(outcome, code);
        const QJsonObject error = outcome.json()[QStringLiteral("error")].toObject();
        if (kind == QStringLiteral("system") && error[QStringLiteral("kind")].toString() == QStringLiteral("format")) {
            kind = QStringLiteral("format");
        }
        QCOMPARE(error[QStringLiteral("kind")].toString(), kind);
        QCOMPARE(error[QStringLiteral("exit_code")].toInt(), code);
        const QString message = error[QStringLiteral("message")].toString();
        QVERIFY(message.size() > 8);
        QVERIFY2(QString::fromUtf8(outcome.errors).contains(message), outcome.errors.constData());
        QVERIFY(!QDir(path("new")).exists());
    }

    void aFullDiskIsAnError_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::newRow("targets") << QStringList{"targets"};
        QTest::newRow("JSON") << QStringList{"targets", "--json"};
        QTest::newRow("short") << QStringList{"inspect", model_};
        QTest::newRow("help") << QStringList{"--help"};
        QTest::newRow("version") << QStringList{"--version"};
        QTest::newRow("an error in JSON") << QStringList{"inspect", "absent", "--json"};
    }

    void aFullDiskIsAnError()
    {
        if (!QFile::exists(QStringLiteral("/dev/full"))) {
            QSKIP("there is no /dev/full");
        }
        QFETCH(QStringList, arguments);
        QByteArray errors;
        QCOMPARE(codeWritingTo(QStringLiteral("/dev/full"), arguments, errors), 2);
        QVERIFY2(errors.contains("standard output"), errors.constData());
        codeWritingTo(QStringLiteral("/dev/null"), arguments, errors);
        QVERIFY2(!errors.contains("standard output"), errors.constData());
    }

    void devicesAreWrittenNotReplaced()
    {
        QFile input(path("in.bin"));
        QVERIFY(input.open(QIODevice::WriteOnly));
        input.write(QByteArray(144, '\1'));
        input.close();
        const auto outcome
            = test::runProgram({"run", model_, "--input", path("in.bin"), "--output", QStringLiteral("/dev/null")});
        REQUIRE_CODE(outcome, 0);
        QVERIFY(!QFileInfo(QStringLiteral("/dev/null")).isFile());
        QVERIFY(QFile::link(path("real.bin"), path("link.bin")));
        QVERIFY(QFile::copy(path("in.bin"), path("real.bin")));
        REQUIRE_CODE(test::runProgram({"run", model_, "--input", path("in.bin"), "--output", path("link.bin")}), 0);
        QVERIFY(QFileInfo(path("link.bin")).isSymLink());
        QVERIFY(QFileInfo(path("real.bin")).size() < 144);
    }

    void aRewriteWithNothingToDoIsANote()
    {
        const QString output = path("same.tflite");
        const auto outcome
            = test::runProgram({"optimize", model_, "-o", output, "--apply", "fold-batch-norm", "--json"});
        REQUIRE_CODE(outcome, 0);
        const QJsonArray notes = outcome.json()[QStringLiteral("notes")].toArray();
        QVERIFY2(outcome.output.contains("fold-batch-norm found nothing to do"), outcome.output.constData());
        QVERIFY(!notes.isEmpty());
        QVERIFY(QFile::exists(output));
        const auto text = test::runProgram({"optimize", model_, "-o", output, "--apply", "fold-batch-norm"});
        REQUIRE_CODE(text, 0);
        QVERIFY(text.output.contains("nothing to do"));
        // A place that is named must be one.
        REQUIRE_CODE(test::runProgram({"optimize", model_, "-o", output, "--apply", "fold-batch-norm:at=nowhere"}), 2);
    }

    void contentDecidesNotTheExtension_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("format");
        for (const char *name : {"misnamed.onnx", "misnamed.tinsmith", "misnamed.bin", "misnamed"}) {
            QTest::addRow("tflite as %s", name) << model_ << QString(name) << QString("TFLite");
        }
        for (const char *name : {"wrong.tflite", "wrong.tinsmith", "wrong.bin", "wrong", "WRONG.TFLITE"}) {
            QTest::addRow("onnx as %s", name) << floatModel_ << QString(name) << QString("ONNX");
        }
    }

    void contentDecidesNotTheExtension()
    {
        QFETCH(QString, model);
        QFETCH(QString, name);
        QFETCH(QString, format);
        const QString file = folder_.filePath(name);
        QVERIFY(QFile::copy(model, file));
        const auto outcome = test::runProgram({"inspect", file, "--json"});
        REQUIRE_CODE(outcome, 0);
        QCOMPARE(outcome.json()[QStringLiteral("format")].toString(), format);
    }

    void packagesAreNamedAfterTheirFolder()
    {
        const auto named = [&](const QStringList &arguments) {
            const auto outcome = test::runProgram(QStringList{"export", model_, "--json"} + arguments);
            return outcome.json()[QStringLiteral("name")].toString();
        };
        QCOMPARE(named({"-o", path("keyword-net")}), QStringLiteral("keyword_net"));
        QVERIFY(QFile::exists(path("keyword-net/include/keyword_net.h")));
        QCOMPARE(named({"-o", path("slash") + "/"}), QStringLiteral("slash"));
        QCOMPARE(named({"-o", path("any"), "--name", "Other"}), QStringLiteral("other"));
        QCOMPARE(named({"-o", path("math")}), QStringLiteral("model_math"));
        const auto noted = test::runProgram({"export", model_, "-o", path("some"), "--name", "stdint"});
        REQUIRE_CODE(noted, 0);
        QVERIFY2(noted.errors.contains("model_stdint"), noted.errors.constData());
        // Where it comes from.
        const QByteArray header = textOf(path("keyword-net/include/keyword_net.h"));
        const QByteArray hash = QByteArray::fromStdString(sha256(textOf(model_).toStdString()));
        QVERIFY(header.contains("KEYWORD_NET_MODEL_SHA256 \"" + hash + "\""));
        QVERIFY(header.contains("KEYWORD_NET_STACK_BYTES "));
    }

    void exportingAgainKeepsAndAsks()
    {
        const QString place = path("again");
        REQUIRE_CODE(test::runProgram({"export", model_, "-o", place}), 0);
        QFile mine(place + "/src/mine.c");
        QVERIFY(mine.open(QIODevice::WriteOnly));
        mine.write("mine");
        mine.close();
        REQUIRE_CODE(test::runProgram({"export", floatModel_, "-o", place}), 0);
        QCOMPARE(textOf(place + "/src/mine.c"), QByteArray("mine"));
        QFile edited(place + "/src/again.c");
        QVERIFY(edited.open(QIODevice::Append));
        edited.write("/* edited */\n");
        edited.close();
        const auto refused = test::runProgram({"export", model_, "-o", place, "--json"});
        REQUIRE_CODE(refused, 2);
        const QJsonObject error = refused.json()[QStringLiteral("error")].toObject();
        QCOMPARE(error[QStringLiteral("kind")].toString(), QStringLiteral("edited_files"));
        QCOMPARE(error[QStringLiteral("files")].toArray(), QJsonArray{QStringLiteral("src/again.c")});
        QVERIFY(refused.errors.contains("src/again.c") && refused.errors.contains("--force"));
        QVERIFY(textOf(place + "/src/again.c").contains("/* edited */"));
        const auto forced = test::runProgram({"export", model_, "-o", place, "--force", "--json"});
        REQUIRE_CODE(forced, 0);
        QCOMPARE(forced.json()[QStringLiteral("replaced_edits")].toArray(), QJsonArray{QStringLiteral("src/again.c")});
        QVERIFY(!textOf(place + "/src/again.c").contains("/* edited */"));
        QCOMPARE(textOf(place + "/src/mine.c"), QByteArray("mine"));
    }

    void whatDoesNotFitIsSaidWithItsBytes()
    {
        // 8 KB of RAM; the input alone has 16.
        const QStringList target = {"--target", "stm32l053"};
        const auto exported = test::runProgram(QStringList{"export", large_, "-o", path("large"), "--json"} + target);
        REQUIRE_CODE(exported, 1);
        const QJsonObject json = exported.json();
        QCOMPARE(json[QStringLiteral("fits")].toBool(), false);
        const qint64 over = json[QStringLiteral("ram_over_bytes")].toInteger();
        QCOMPARE(over, json[QStringLiteral("estimate")].toObject()[QStringLiteral("ram_bytes")].toInteger() - 8192);
        QCOMPARE(json[QStringLiteral("flash_over_bytes")].toInteger(), qint64(0));
        QVERIFY(QFile::exists(path("large/manifest.json")));
        const auto text = test::runProgram(QStringList{"export", large_, "-o", path("large")} + target);
        REQUIRE_CODE(text, 1);
        QVERIFY2(text.output.contains("Does not fit: needs ")
                && text.output.contains(QByteArray::number(over) + " more than the 8192 of "),
            text.output.constData());
        const auto inspected = test::runProgram(QStringList{"inspect", large_} + target);
        REQUIRE_CODE(inspected, 0);
        QVERIFY(inspected.output.contains(QByteArray::number(over) + " more than"));

        if (const QString why = whyNoEmulation(); !why.isEmpty()) {
            QSKIP(qPrintable(why));
        }
        for (const QString &what : {large_, path("large")}) {
            const auto verified = test::runProgram(QStringList{"verify", what, "--json"} + target);
            REQUIRE_CODE(verified, 1);
            const QJsonObject seen = verified.json();
            QCOMPARE(seen[QStringLiteral("exact")].toBool(), true);
            QCOMPARE(seen[QStringLiteral("passed")].toBool(), false);
            QCOMPARE(seen[QStringLiteral("fits")].toBool(), false);
            QCOMPARE(seen[QStringLiteral("ram_over_bytes")].toInteger(),
                seen[QStringLiteral("ram_bytes")].toInteger() - 8192);
        }
    }

    void verifySaysThatAFloatModelPassed()
    {
        if (const QString why = whyNoEmulation(); !why.isEmpty()) {
            QSKIP(qPrintable(why));
        }
        const auto outcome = test::runProgram({"verify", floatModel_, "--json"});
        REQUIRE_CODE(outcome, 0);
        const QJsonObject json = outcome.json();
        QCOMPARE(json[QStringLiteral("passed")].toBool(), true);
        QCOMPARE(json[QStringLiteral("within_tolerance")].toBool(), true);
        QCOMPARE(json[QStringLiteral("fits")].toBool(), true);
        QVERIFY(json[QStringLiteral("tolerance")].toDouble() > 0);
        QVERIFY(json[QStringLiteral("max_abs_difference")].toDouble() <= json[QStringLiteral("tolerance")].toDouble());
    }

    void verifyTakesNotANumberAsEqual()
    {
        if (const QString why = whyNoEmulation(); !why.isEmpty()) {
            QSKIP(qPrintable(why));
        }
        const float nan = std::numeric_limits<float>::quiet_NaN();
        writeModel(floatDense({nan, 1, 0.5F, 0.25F}), path("nan.tflite").toStdString());
        const auto outcome = test::runProgram({"verify", path("nan.tflite"), "--json"});
        REQUIRE_CODE(outcome, 0);
        QCOMPARE(outcome.json()[QStringLiteral("mismatches")].toInt(-1), 0);
        QCOMPARE(outcome.json()[QStringLiteral("exact")].toBool(), true);
    }
};

TINSMITH_TEST(ScriptingTest)
#include "scripting_test.moc"
