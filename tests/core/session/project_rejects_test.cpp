// SPDX-License-Identifier: Apache-2.0
#include "core/formats/tflite/writer.h"
#include "core/graph/error.h"
#include "core/session/project_file.h"
#include "core/session/session.h"
#include "tests/fixtures/models.h"
#include "tests/support/test_main.h"

#include <QTemporaryDir>

#include <fstream>
#include <string>

namespace tinsmith::test {
namespace {

/// A project file of this description, its length as the file states it.
std::string project(const std::string &text, std::int64_t lie = 0)
{
    std::string bytes = "TINSMITH 1\n";
    const auto length = static_cast<std::uint64_t>(static_cast<std::int64_t>(text.size()) + lie);
    for (unsigned byte = 0; byte < 8; ++byte) {
        bytes += static_cast<char>(length >> (8 * byte) & 0xFFU);
    }
    return bytes + text + "model";
}

/// A sound description but for what stands in for its recipe.
std::string withRecipe(const std::string &recipe)
{
    return project(R"({"model": "m.tflite", "target": "stm32l4r5", "data": "", "recipe": )" + recipe + "}");
}

std::string withStep(const std::string &step)
{
    return withRecipe(R"({"steps": [)" + step + "]}");
}

std::string repeated(const char *piece, int times)
{
    std::string all;
    while (times-- > 0) {
        all += piece;
    }
    return all;
}

/// What a person is told; empty where it opens.
QString messageOfOpening(const Project &project)
{
    const QTemporaryDir folder;
    const std::filesystem::path file = folder.filePath("p.tinsmith").toStdString();
    const auto bytes = projectBytes(project);
    std::ofstream(file, std::ios::binary)
        .write(reinterpret_cast<const char *>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    try {
        Session::open(file, TargetDatabase::builtIn().at("stm32l4r5"));
        return {};
    } catch (const FormatError &problem) {
        return QString::fromStdString(problem.what());
    }
}

} // namespace

class ProjectRejectsTest : public QObject {
    Q_OBJECT

private slots:
    void names_data();
    void names();
    void opensASoundOne();
    void namesWhatIsWrongWithItsModel_data();
    void namesWhatIsWrongWithItsModel();
    void opensWhereItsDataCannotBe();
    void survivesEveryTruncation();
    void keepsNamesThatAreNoUtf8FromBreakingASave();
};

void ProjectRejectsTest::names_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("message");
    const auto row = [](const char *name, const std::string &bytes, const char *message) {
        QTest::newRow(name) << QByteArray(bytes.data(), static_cast<qsizetype>(bytes.size()))
                            << "p.tinsmith: " + QString(message);
    };
    row("empty", "", "is not a Tinsmith project");
    row("other content", "TINSMITH 2\n12345678{}", "is not a Tinsmith project");
    row("no length", "TINSMITH 1\n1234567", "is cut off");
    row("length behind the end", project("{}", 6), "is cut off");
    row("length of 2^63", std::string("TINSMITH 1\n\0\0\0\0\0\0\0\x80{}", 21), "is cut off");
    row("length of 2^64 - 1", "TINSMITH 1\n\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF{}", "is cut off");
    row("length too small", project(R"({"model": "m"})", -3), "has a description that is not JSON");
    row("no JSON", project("steps"), "has a description that is not JSON");
    row("a list", project("[]"), "has a description that is not JSON");
    row("bad UTF-8", project("{\"model\": \"\xC3\"}"), "has a description that is not JSON");
    row("half a surrogate", project(R"({"model": "\ud800"})"), "has a description that is not JSON");
    row("lists 100000 deep", project(repeated("[", 100'000) + repeated("]", 100'000)),
        "has a description with lists in lists more than 32 deep");
    row("objects 100000 deep", project(repeated(R"({"a":)", 100'000) + "1" + repeated("}", 100'000)),
        "has a description with lists in lists more than 32 deep");
    row("description of 17 MB", project("\"" + std::string(17 << 20, 'x') + "\""),
        "has a description of more than 16 MB");
    row("no model", project("{}"), "model: is missing or not text");
    row("a number as model", project(R"({"model": 7})"), "model: is missing or not text");
    row("no target", project(R"({"model": "m"})"), "target: is missing or not text");
    row("no data", project(R"({"model": "m", "target": "t"})"), "data: is missing or not text");
    row("no recipe", project(R"({"model": "m", "target": "t", "data": ""})"), "recipe: is missing");
    row("bindings as a list", project(R"({"model": "m", "target": "t", "data": "", "bindings": [], "recipe": {}})"),
        "bindings: is not an object");
    row("binding of 0", project(R"({"model": "m", "target": "t", "data": "", "bindings": {"n": 0}, "recipe": {}})"),
        "bindings: the size of \"n\" is not a whole number from 1");
    row("binding of 2^64 - 1",
        project(R"({"model": "m", "target": "t", "data": "", "bindings": {"n": 18446744073709551615}, "recipe": {}})"),
        "bindings: the size of \"n\" is not a whole number from 1");
    row("pixels as a number", project(R"({"model": "m", "target": "t", "data": "", "pixels": 3, "recipe": {}})"),
        "pixels: is missing or not text");
    row("pixels of no range", project(R"({"model": "m", "target": "t", "data": "", "pixels": "9..1", "recipe": {}})"),
        "pixels: \"9..1\" is not a range of pixels: give two numbers, the lower one first, as 0..255");
    row("recipe as text", withRecipe("\"quantize\""), "is not a recipe: expected JSON with a list \"steps\"");
    row("steps as an object", withRecipe(R"({"steps": {}})"), "is not a recipe: expected JSON with a list \"steps\"");
    row("step of no rewrite", withStep("{}"), "step 1: lacks the name of its rewrite");
    row("step as a number", withStep("4"), "step 1: lacks the name of its rewrite");
    row("steps without end", withStep(repeated(R"({"rewrite": "quantize"},)", 5000) + R"({"rewrite": "quantize"})"),
        "has a recipe of more than 4096 steps");
    row("parameters as a list", withStep(R"({"rewrite": "quantize", "parameters": []})"),
        "step 1: parameters is not an object");
}

void ProjectRejectsTest::names()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, message);
    const auto raw = std::as_bytes(std::span(bytes.constData(), static_cast<std::size_t>(bytes.size())));
    try {
        readProject(Bytes(std::vector<std::byte>(raw.begin(), raw.end())), "p.tinsmith");
        QFAIL("it opened");
    } catch (const FormatError &problem) {
        QCOMPARE(QString::fromStdString(problem.what()), message);
    }
}

void ProjectRejectsTest::opensASoundOne()
{
    const std::string bytes = withStep(R"({"rewrite": "quantize"})");
    const Project read = readProject(Bytes::of(std::span(bytes.data(), bytes.size())), "p.tinsmith");
    QCOMPARE(read.model.size(), std::size_t{5});
    QCOMPARE(read.recipe.steps.size(), std::size_t{1});
    QCOMPARE(readProject(Bytes(projectBytes(read)), "again").recipe, read.recipe);
}

void ProjectRejectsTest::namesWhatIsWrongWithItsModel_data()
{
    QTest::addColumn<QString>("model");
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("message");
    const auto whole = writeTflite(smallCnn(ModelMaker::Numbers::Int8));
    const QByteArray sound(reinterpret_cast<const char *>(whole.data()), static_cast<qsizetype>(whole.size()));
    QTest::newRow("no model") << "m.tflite" << QByteArray() << "m.tflite: is empty";
    QTest::newRow("a project in a project") << "m.tinsmith" << QByteArray("TINSMITH 1\n")
                                            << "m.tinsmith: is not a model that Tinsmith opens (.tflite, .onnx)";
    QTest::newRow("wrong magic") << "m.tflite" << QByteArray(100, 'x')
                                 << "m.tflite: is not a TFLite model: the identifier TFL3 is missing";
    QTest::newRow("cut off") << "m.tflite" << sound.left(sound.size() / 2)
                             << "m.tflite: is damaged or cut off: its tables point outside the file";
}

void ProjectRejectsTest::namesWhatIsWrongWithItsModel()
{
    QFETCH(QString, model);
    QFETCH(QByteArray, bytes);
    QFETCH(QString, message);
    Project project;
    project.modelFile = model.toStdString();
    project.targetId = "stm32l4r5";
    const auto raw = std::as_bytes(std::span(bytes.constData(), static_cast<std::size_t>(bytes.size())));
    project.model = Bytes(std::vector<std::byte>(raw.begin(), raw.end()));
    QCOMPARE(messageOfOpening(project), message);
}

void ProjectRejectsTest::opensWhereItsDataCannotBe()
{
    const auto whole = writeTflite(smallCnn(ModelMaker::Numbers::Int8));
    Project project;
    project.modelFile = "m.tflite";
    project.model = Bytes(whole);
    project.targetId = "no such target";
    for (const std::string &path : {std::string("nowhere"), std::string(100'000, 'x'), std::string("\0/\xFF", 3)}) {
        project.dataPath = path;
        QCOMPARE(messageOfOpening(project), QString());
    }
}

void ProjectRejectsTest::survivesEveryTruncation()
{
    const std::string bytes = withStep(R"({"rewrite": "quantize"})");
    const std::size_t description = bytes.size() - 5;
    for (std::size_t length = 0; length < description; ++length) {
        const Bytes cut = Bytes::of(std::span(bytes.data(), length));
        QVERIFY_EXCEPTION_THROWN(readProject(cut, "p.tinsmith"), FormatError);
    }
}

void ProjectRejectsTest::keepsNamesThatAreNoUtf8FromBreakingASave()
{
    Project project;
    project.modelFile = "model\xFF.onnx";
    project.targetId = "stm32l4r5";
    project.recipe.steps.push_back({"pool-to-stride", {{"at", "\xC0pool"}}, true});
    const Project read = readProject(Bytes(projectBytes(project)), "p.tinsmith");
    QCOMPARE(read.recipe.steps.size(), std::size_t{1});
}

} // namespace tinsmith::test

using tinsmith::test::ProjectRejectsTest;
TINSMITH_TEST(ProjectRejectsTest)
#include "project_rejects_test.moc"
