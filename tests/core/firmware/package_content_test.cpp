// SPDX-License-Identifier: Apache-2.0
#include "core/execute/executor.h"
#include "core/execute/quantized_tensor.h"
#include "core/firmware/package.h"
#include "core/firmware/version.h"
#include "core/graph/error.h"
#include "core/graph/sha256.h"
#include "core/planner/planner.h"
#include "tests/core/firmware/package_runner.h"
#include "tests/fixtures/models.h"
#include "tests/support/test_main.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <cmath>
#include <cstring>
#include <limits>

using namespace tinsmith;
using namespace tinsmith::test;
using Numbers = ModelMaker::Numbers;

namespace {

Package packageOf(const Graph &graph, const PackageOptions &options = {})
{
    return makePackage(graph, makePlan(graph, testTarget()), testTarget(), options);
}

PackageOptions describedOptions()
{
    PackageOptions options;
    options.modelName = "net";
    options.modelFile = "net.tflite";
    options.modelSha256 = sha256("the model");
    options.stackBytes = 321;
    options.labels = {"cat", "dog", "bird", "3", "4", "5", "6", "7", "8", "9"};
    return options;
}

QString header(const Package &package)
{
    return QString::fromStdString(package.find("include/" + package.modelName + ".h")->content);
}

std::vector<std::byte> bytesOf(const std::vector<float> &values)
{
    const auto view = std::as_bytes(std::span(values));
    return {view.begin(), view.end()};
}

/// A program that includes the package's header and its sources, built with all warnings.
Outcome runWith(const Package &package, const QByteArray &source)
{
    const QTemporaryDir folder;
    writePackage(package, folder.filePath("package").toStdString());
    QFile file(folder.filePath("main.c"));
    if (!file.open(QIODevice::WriteOnly)) {
        return {};
    }
    file.write("#include \"" + QByteArray::fromStdString(package.modelName) + ".h\"\n" + source);
    file.close();
    QStringList arguments = strictWarnings() + QStringList{"-O1", "-fsanitize=undefined", "-fno-sanitize-recover=all"};
    for (const char *part : {"include", "kernels", "src"}) {
        arguments << "-I" + folder.filePath(QString("package/") + part);
    }
    const QDir sources(folder.filePath("package/src"));
    for (const QString &name : sources.entryList({"*.c"})) {
        arguments << sources.filePath(name);
    }
    const Outcome built
        = runProgram("gcc", arguments + QStringList{file.fileName(), "-lm", "-o", folder.filePath("program")});
    return built.ok ? runProgram(folder.filePath("program"), {}) : built;
}

} // namespace

/// What a firmware finds in a package besides the network itself.
class PackageContentTest : public QObject {
    Q_OBJECT

private slots:
    void everyTextFileHasALicence()
    {
        const Package package = packageOf(smallCnn(Numbers::Int8), describedOptions());
        for (const PackageFile &file : package.files) {
            if (file.path.ends_with(".bin") || file.path == "LICENSE" || file.path == "manifest.json") {
                continue;
            }
            const std::string first = file.content.substr(0, 80);
            QVERIFY2(first.find("SPDX-License-Identifier: Apache-2.0") != std::string::npos, file.path.c_str());
        }
        QVERIFY(package.find("LICENSE")->content.find("Apache License") != std::string::npos);
    }

    void headerAndManifestSayWhereItComesFrom()
    {
        const PackageOptions options = describedOptions();
        const Package package = packageOf(smallCnn(Numbers::Int8), options);
        const QString text = header(package);
        const QString version
            = QString::fromUtf8(tinsmithVersion().data(), static_cast<qsizetype>(tinsmithVersion().size()));
        const QString hash = QString::fromStdString(options.modelSha256);
        QVERIFY(text.contains("#define NET_TINSMITH_VERSION \"" + version + "\"\n"));
        QVERIFY(text.contains("#define NET_MODEL_SHA256 \"" + hash + "\"\n"));
        QVERIFY(text.contains("#define NET_STACK_BYTES 321\n"));
        QVERIFY(text.contains("#define NET_LABEL_COUNT 10\n"));
        const auto json
            = QJsonDocument::fromJson(QByteArray::fromStdString(package.find("manifest.json")->content)).object();
        QCOMPARE(json["tinsmith_version"].toString(), version);
        QCOMPARE(json["license"].toString(), QString("Apache-2.0"));
        QCOMPARE(json["model"]["file"].toString(), QString("net.tflite"));
        QCOMPARE(json["model"]["sha256"].toString(), hash);
        QCOMPARE(json["stack_bytes"].toInt(), 321);
        QCOMPARE(json["stack_bytes_origin"].toString(), QString("estimated"));
        QCOMPARE(json["labels"].toArray().size(), qsizetype(10));
        QCOMPARE(json["labels"][2].toString(), QString("bird"));
        for (const QJsonValue file : json["files"].toArray()) {
            const std::string path = file["path"].toString().toStdString();
            QCOMPARE(file["sha256"].toString().toStdString(), sha256(package.find(path)->content));
        }
        // Nothing is stated that is not known.
        const QString plain = header(packageOf(smallCnn(Numbers::Int8)));
        QVERIFY(!plain.contains("SHA256") && !plain.contains("_STACK_BYTES") && !plain.contains("LABEL"));
    }

    void labelsMustFitAnOutput()
    {
        PackageOptions options = describedOptions();
        options.labels.push_back("fish");
        QVERIFY_EXCEPTION_THROWN(packageOf(smallCnn(Numbers::Int8), options), GraphError);
    }

    void initNamesItsErrors()
    {
        const Outcome outcome = runWith(packageOf(smallCnn(Numbers::Int8), describedOptions()), R"(
#include <stdio.h>
static union { unsigned char bytes[NET_ARENA_BYTES + 64]; long double widest; } room;
int main(void)
{
    net_context context;
    printf("%d %d %d %d %d %s\n", net_init(NULL, room.bytes, NET_ARENA_BYTES) == NET_ERROR_NO_ARENA,
        net_init(&context, NULL, NET_ARENA_BYTES) == NET_ERROR_NO_ARENA,
        net_init(&context, room.bytes, NET_ARENA_BYTES - 1) == NET_ERROR_SMALL_ARENA,
        net_init(&context, room.bytes + 1, NET_ARENA_BYTES) == NET_ERROR_UNALIGNED_ARENA,
        net_init(&context, room.bytes, NET_ARENA_BYTES) == NET_OK, net_labels[2]);
    return 0;
}
)");
        QCOMPARE(QString::fromStdString(outcome.text), QString("1 1 1 1 1 bird\n"));
    }

    void helpersQuantizeAsTheHostDoes()
    {
        const Graph graph = smallCnn(Numbers::Int8);
        const Tensor &input = graph.tensor(graph.inputs()[0]);
        std::vector<float> reals = {0, -0.0F, 1, -1, 1e30F, -1e30F, std::numeric_limits<float>::infinity()};
        for (int i = -600; i <= 600; ++i) {
            // Ties and their neighbours.
            const float tie = input.quantization->scale() * (static_cast<float>(i) * 0.5F);
            for (const float real : {tie, std::nextafter(tie, 1e9F), std::nextafter(tie, -1e9F)}) {
                reals.push_back(real);
            }
        }
        QByteArray table;
        QStringList expected;
        for (const float real : reals) {
            const float steps = real / input.quantization->scale();
            const float limited = std::clamp(std::round(steps), -1000.0F, 1000.0F);
            const long q = std::clamp<long>(std::lround(limited) + input.quantization->zeroPoint(), -128, 127);
            table += std::isinf(real) ? QByteArray("INFINITY,\n") : QByteArray::number(real, 'e', 9) + "F,\n";
            expected << QString::number(q);
        }
        const Outcome outcome = runWith(packageOf(graph, describedOptions()),
            "#include <math.h>\n#include <stdio.h>\nstatic const float reals[] = {\n" + table + R"(};
int main(void)
{
    for (size_t i = 0; i < sizeof reals / sizeof *reals; i++) {
        const int8_t q = net_input_0_quantize(reals[i]);
        printf("%d\n", q);
        if (net_input_0_quantize(net_input_0_dequantize(q)) != q)
            printf("not its own\n");
    }
    printf("%d\n", net_input_0_quantize(NAN));
    return net_output_0_dequantize((int8_t)NET_OUTPUT_0_ZERO_POINT) == 0.0F ? 0 : 1;
}
)");
        QVERIFY2(outcome.ok, outcome.text.c_str());
        expected << "-128";
        QCOMPARE(QString::fromStdString(outcome.text).trimmed().split('\n'), expected);
    }

    void ownProjectBuildsTestAndExample()
    {
        const QTemporaryDir folder;
        const QString place = folder.filePath("package");
        writePackage(packageOf(smallCnn(Numbers::Int8), describedOptions()), place.toStdString());
        const QString build = folder.filePath("build");
        const QString warnings = strictWarnings().join(' ');
        Outcome outcome = runProgram("cmake",
            {"-S", place, "-B", build, "-DCMAKE_C_FLAGS=" + warnings, "-DNET_ARENA_SECTION=.bss.here",
                "-DNET_WEIGHTS_SECTION=weights_here"});
        QVERIFY2(outcome.ok, outcome.text.c_str());
        outcome = runProgram("cmake", {"--build", build});
        QVERIFY2(outcome.ok, outcome.text.c_str());
        QVERIFY(runProgram(build + "/net_selftest", {}).ok);
        const Outcome example = runProgram(build + "/net_own_arena", {});
        QVERIFY(example.ok);
        QCOMPARE(QString::fromStdString(example.text).trimmed().split('\n').size(), qsizetype(10));
        const Outcome sections = runProgram("objdump", {"-h", build + "/libnet.a"});
        QVERIFY2(sections.text.find("weights_here") != std::string::npos, sections.text.c_str());
        QVERIFY2(sections.text.find(".bss.here") != std::string::npos, sections.text.c_str());
    }

    void partOfAProjectIsLinkedByItsAlias()
    {
        const QTemporaryDir folder;
        writePackage(packageOf(smallCnn(Numbers::Int8), describedOptions()), folder.filePath("net").toStdString());
        QFile lists(folder.filePath("CMakeLists.txt"));
        QVERIFY(lists.open(QIODevice::WriteOnly));
        lists.write("cmake_minimum_required(VERSION 3.13)\nproject(board LANGUAGES C)\nadd_subdirectory(net)\n"
                    "add_executable(board main.c)\ntarget_link_libraries(board PRIVATE tinsmith::net)\n");
        lists.close();
        QFile program(folder.filePath("main.c"));
        QVERIFY(program.open(QIODevice::WriteOnly));
        program.write("#include \"net.h\"\nint main(void) { net_context c; return net_init_static(&c); }\n");
        program.close();
        Outcome outcome = runProgram("cmake", {"-S", folder.path(), "-B", folder.filePath("build")});
        QVERIFY2(outcome.ok, outcome.text.c_str());
        outcome = runProgram("cmake", {"--build", folder.filePath("build")});
        QVERIFY2(outcome.ok, outcome.text.c_str());
        QVERIFY(runProgram(folder.filePath("build/board"), {}).ok);
    }

    void selfTestTakesNotANumberAsEqual_data()
    {
        QTest::addColumn<float>("expected");
        QTest::addColumn<float>("input");
        QTest::addColumn<bool>("equal");
        const float inf = std::numeric_limits<float>::infinity();
        const float nan = std::numeric_limits<float>::quiet_NaN();
        QTest::newRow("NaN and NaN") << nan << nan << true;
        QTest::newRow("NaN for a number") << 1.0F << nan << false;
        QTest::newRow("number for NaN") << nan << 1.0F << false;
        QTest::newRow("infinity") << inf << inf << true;
        QTest::newRow("other infinity") << inf << -inf << false;
        QTest::newRow("number for infinity") << inf << 1.0F << false;
        QTest::newRow("infinity for a number") << 1.0F << inf << false;
        QTest::newRow("zeros") << 0.0F << -0.0F << true;
    }

    void selfTestTakesNotANumberAsEqual()
    {
        QFETCH(const float, expected);
        QFETCH(const float, input);
        QFETCH(const bool, equal);
        ModelMaker m(Numbers::Float32);
        const TensorId x = m.input("x", {1, 4});
        const Graph graph = m.finish({m.op(Unary{UnaryFunction::Neg}, {x})[0]}, "negated");
        PackageOptions options;
        options.vectors = {{{bytesOf({0.5F, -input, 2, 3})}, {bytesOf({-0.5F, expected, -2, -3})}}};
        PackageRunner runner(packageOf(graph, options));
        QVERIFY2(runner.error().empty(), runner.error().c_str());
        QCOMPARE(runner.selfTest().ok, equal);
    }
};

TINSMITH_TEST(PackageContentTest)
#include "package_content_test.moc"
