// SPDX-License-Identifier: Apache-2.0
#include "core/graph/error.h"
#include "core/session/project_file.h"
#include "tests/support/test_main.h"

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

} // namespace

class ProjectRejectsTest : public QObject {
    Q_OBJECT

private slots:
    void names_data();
    void names();
    void opensASoundOne();
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
    row("recipe as text", withRecipe("\"quantize\""), "is not a recipe: expected JSON with a list \"steps\"");
    row("steps as an object", withRecipe(R"({"steps": {}})"), "is not a recipe: expected JSON with a list \"steps\"");
    row("step of no rewrite", withStep("{}"), "step 1: lacks the name of its rewrite");
    row("step as a number", withStep("4"), "step 1: lacks the name of its rewrite");
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
