// SPDX-License-Identifier: Apache-2.0
#include "core/formats/atomic_file.h"
#include "core/formats/model_file.h"
#include "tests/app/cli/program.h"
#include "tests/fixtures/models.h"
#include "tests/support/test_main.h"

#include <QDir>
#include <QTemporaryDir>

using namespace tinsmith;
using Numbers = test::ModelMaker::Numbers;

namespace {

void writeText(const QString &file, const std::string &content)
{
    writeFileAtomically(file.toStdString(), std::as_bytes(std::span(content)));
}

// Just enough of the protobuf wire format for ONNX files that no library would write.
std::string varint(std::uint64_t value)
{
    std::string text;
    for (; value >= 0x80; value >>= 7) {
        text += static_cast<char>((value & 0x7F) | 0x80);
    }
    return text + static_cast<char>(value);
}

std::string number(int field, std::uint64_t value)
{
    return varint(static_cast<std::uint64_t>(field) << 3) + varint(value);
}

std::string part(int field, const std::string &content)
{
    return varint(static_cast<std::uint64_t>(field) << 3 | 2) + varint(content.size()) + content;
}

std::string valueInfo(const std::string &name, std::uint64_t length)
{
    const std::string shape = part(1, number(1, length));
    return part(1, name) + part(2, part(1, number(1, 1) + part(2, shape)));
}

std::string node(const std::string &type, const std::vector<std::string> &inputs, const std::string &output)
{
    std::string text;
    for (const std::string &input : inputs) {
        text += part(1, input);
    }
    return text + part(2, output) + part(3, output) + part(4, type);
}

std::string onnxModel(const std::string &graph)
{
    return number(1, 8) + part(7, graph + part(2, "g")) + part(8, part(1, "") + number(2, 17));
}

std::string cyclicModel()
{
    return onnxModel(part(1, node("Add", {"x", "b"}, "a")) + part(1, node("Relu", {"a"}, "b"))
        + part(11, valueInfo("x", 4)) + part(12, valueInfo("b", 4)));
}

/// A model that adds a constant of shape [2^20,2^20], of which `content` is what the file holds.
std::string vastModel(const std::string &content)
{
    constexpr std::uint64_t side = 1ULL << 20;
    const std::string constant = number(1, side) + number(1, side) + number(2, 1) + part(8, "vast") + content;
    return onnxModel(part(1, node("Add", {"x", "vast"}, "y")) + part(5, constant) + part(11, valueInfo("x", 4))
        + part(12, valueInfo("y", 4)));
}

std::string vastInputModel()
{
    return onnxModel(part(1, node("Relu", {"x"}, "y")) + part(11, valueInfo("x", 1ULL << 40))
        + part(12, valueInfo("y", 1ULL << 40)));
}

std::string externalModel()
{
    const auto entry
        = [](const std::string &key, const std::string &value) { return part(13, part(1, key) + part(2, value)); };
    const std::string constant = number(1, 4) + number(2, 1) + part(8, "w") + entry("location", "absent.data")
        + entry("length", "16") + number(14, 1);
    return onnxModel(part(1, node("Add", {"x", "w"}, "y")) + part(5, constant) + part(11, valueInfo("x", 4))
        + part(12, valueInfo("y", 4)));
}

} // namespace

/// Whatever a person hands over: a message of one line that names it, exit code 2 and nothing left behind.
class BadInputTest : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

    QString path(const QString &name) const { return folder_.filePath(name); }

    QStringList content() const
    {
        return QDir(folder_.path()).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot, QDir::Name);
    }

private slots:
    void initTestCase()
    {
        const Graph graph = test::smallCnn(Numbers::Int8);
        writeModel(graph, path(QStringLiteral("good.tflite")).toStdString());
        writeModel(test::smallCnn(Numbers::Float32), path(QStringLiteral("good.onnx")).toStdString());
        GraphBuilder open(test::smallCnn(Numbers::Float32));
        open.tensor(open.inputs()[0]).shape.dims[1] = -1;
        open.tensor(open.inputs()[0]).dimensionNames = {"", "height"};
        writeModel(open.build(), path(QStringLiteral("open.onnx")).toStdString());
        for (const char *name : {"good.tflite", "good.onnx"}) {
            const Bytes bytes = Bytes::map(path(QString::fromLatin1(name)).toStdString());
            writeFileAtomically(
                path(QStringLiteral("cut_") + QLatin1String(name)).toStdString(), bytes.view().first(bytes.size() / 2));
        }
        std::mt19937 random(11);
        std::string noise;
        for (int index = 0; index < 4096; ++index) {
            noise += static_cast<char>(random() & 0xFF);
        }
        for (const char *name : {"noise.tflite", "noise.onnx", "noise.tinsmith", "noise.bin"}) {
            writeText(path(QString::fromLatin1(name)), noise);
        }
        for (const char *name : {"empty.tflite", "empty.onnx", "empty.tinsmith", "empty.npy"}) {
            writeText(path(QString::fromLatin1(name)), {});
        }
        writeText(path(QStringLiteral("text.onnx")), "this is no model\n");
        writeText(path(QStringLiteral("cycle.onnx")), cyclicModel());
        writeText(path(QStringLiteral("vast.onnx")), vastModel(part(9, std::string(16, '\0'))));
        writeText(path(QStringLiteral("vast_input.onnx")), vastInputModel());
        writeText(path(QStringLiteral("external.onnx")), externalModel());
        writeText(path(QStringLiteral("cut.tinsmith")), "TINSMITH 1\n\x7f");
        writeText(path(QStringLiteral("recipe.json")), "{\"steps\": [");
        writeText(path(QStringLiteral("short.bin")), "abc");
        writeText(path(QStringLiteral("in.bin")), std::string(144, '\1'));
    }

    /// `names`: what the message must contain. In arguments, a word that starts with @ is a file of the folder.
    void isRefused_data()
    {
        QTest::addColumn<QString>("arguments");
        QTest::addColumn<QString>("names");
        const auto row = [](const char *name, const char *arguments, const char *names) {
            QTest::newRow(name) << QString::fromLatin1(arguments) << QString::fromLatin1(names);
        };
        row("absent model", "inspect @absent.tflite", "absent.tflite");
        row("a folder as model", "inspect @.", "");
        row("truncated tflite", "inspect @cut_good.tflite", "cut_good.tflite");
        row("truncated onnx", "inspect @cut_good.onnx", "cut_good.onnx");
        row("truncated project", "inspect @cut.tinsmith", "cut.tinsmith");
        row("random tflite", "inspect @noise.tflite", "noise.tflite");
        row("random onnx", "inspect @noise.onnx", "noise.onnx");
        row("random project", "inspect @noise.tinsmith", "noise.tinsmith");
        row("wrong extension", "inspect @noise.bin", "noise.bin");
        row("text named onnx", "inspect @text.onnx", "text.onnx");
        row("empty tflite", "inspect @empty.tflite", "empty.tflite");
        row("empty onnx", "inspect @empty.onnx", "empty.onnx");
        row("empty project", "inspect @empty.tinsmith", "empty.tinsmith");
        row("cycle", "inspect @cycle.onnx", "cycle.onnx");
        row("vast constant", "inspect @vast.onnx", "vast.onnx");
        row("vast input", "run @vast_input.onnx --input @in.bin", "vast_input.onnx");
        row("vast input exported", "export @vast_input.onnx -o @new", "vast_input.onnx");
        row("missing data file", "inspect @external.onnx", "absent.data");
        row("unknown target", "inspect @good.tflite --target stm32l4r6", "stm32l4r5");
        row("unknown rewrite", "optimize @good.tflite -o @new.tflite --apply pool-to-strid", "pool-to-stride");
        row("unknown parameter", "optimize @good.onnx -o @new.tflite --apply quantize:colour=red", "colour");
        row("rewrite without value", "optimize @good.onnx -o @new.tflite --apply quantize:bits", "bits");
        row("unknown output", "optimize @good.tflite -o @new.txt", "new.txt");
        row("unwritable output", "optimize @good.tflite -o @in.bin/new.tflite", "in.bin/new.tflite");
        row("unwritable project", "optimize @good.tflite -o @in.bin/new.tinsmith", "in.bin/new.tinsmith");
        row("bad recipe", "optimize @good.tflite -o @new.tflite --recipe @recipe.json", "recipe.json");
        row("absent recipe", "optimize @good.tflite -o @new.tflite --recipe @absent.json", "absent.json");
        row("absent data", "optimize @good.onnx -o @new.tflite --apply quantize --data @absent", "absent");
        row("empty data", "evaluate @good.tflite --data @empty.npy", "empty.npy");
        row("absent other model", "evaluate @good.tflite --data @empty.npy --against @absent.onnx", "absent.onnx");
        row("open dimension", "run @open.onnx --input @in.bin", "dimension \"height\" is not fixed: --bind height=1");
        row("open dimension exported", "export @open.onnx -o @new", "--bind height=1");
        row("unknown dimension", "inspect @open.onnx --bind width=1", "it has: height");
        row("dimension of a fixed model", "inspect @good.onnx --bind height=1", "fixed");
        row("dimension of tflite", "inspect @good.tflite --bind height=1", "height");
        row("dimension without size", "inspect @open.onnx --bind height", "as in batch=1");
        row("dimension of no size", "inspect @open.onnx --bind height=0", "whole number");
        row("dimension bound twice", "inspect @open.onnx --bind height=12 --bind height=13", "twice");
        row("wrong input size", "run @good.tflite --input @short.bin", "short.bin");
        row("empty npy", "run @good.tflite --input @empty.npy", "empty.npy");
        row("absent input", "run @good.tflite --input @absent.bin", "absent.bin");
        row("odd outputs", "run @good.tflite --input @in.bin --input @in.bin --output @out.bin", "--output");
        row("too many files", "run @good.tflite --input @in.bin,@in.bin", "in.bin");
        row("unwritable value", "run @good.tflite --input @in.bin --output @short.bin/out.bin", "short.bin/out.bin");
        row("second input bad", "run @good.tflite --input @in.bin --output @out.bin --input @short.bin --output @b.bin",
            "short.bin");
        row("odd expectations", "verify @good.tflite --input @in.bin --input @in.bin --expect @in.bin", "--expect");
        row("expectation without input", "verify @good.tflite --expect @in.bin", "--expect");
        row("wrong expectation size", "verify @good.tflite --input @in.bin --expect @in.bin", "in.bin");
        row("a folder that is no package", "verify @.", "");
        row("unknown target of verify", "verify @good.tflite --target nothing", "nothing");
        row("export below a file", "export @good.tflite -o @in.bin/package", "in.bin/package");
        row("unknown package", "export @good.tflite -o @new --package zip", "zip");
        row("negative ram", "export @good.tflite -o @new --ram -5", "--ram");
        row("text as ram", "export @good.tflite -o @new --ram much", "--ram");
    }

    void isRefused()
    {
        QFETCH(QString, arguments);
        QFETCH(QString, names);
        const QStringList before = content();
        const auto outcome = test::runProgram(
            arguments.replace(QLatin1Char('@'), folder_.path() + QLatin1Char('/')).split(QLatin1Char(' ')));
        QVERIFY2(outcome.code == 2, test::complaint(outcome, 2).constData());
        QVERIFY2(outcome.output.isEmpty(), outcome.output.constData());
        QVERIFY2(outcome.errors.contains(names.toUtf8()), outcome.errors.constData());
        QVERIFY2(outcome.errors.trimmed().count('\n') == 0, outcome.errors.constData());
        QVERIFY2(outcome.errors.size() > 12 && outcome.errors.size() < 600, outcome.errors.constData());
        QVERIFY2(!outcome.errors.contains("std::"), outcome.errors.constData());
        QCOMPARE(content(), before);
        if (qEnvironmentVariableIsSet("TINSMITH_TEST_TALK")) {
            qInfo().noquote() << outcome.errors.trimmed();
        }
    }
};

TINSMITH_TEST(BadInputTest)
#include "bad_input_test.moc"
