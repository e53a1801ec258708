// SPDX-License-Identifier: Apache-2.0
#include "core/formats/atomic_file.h"
#include "core/formats/model_file.h"
#include "core/formats/npy.h"
#include "tests/app/cli/program.h"
#include "tests/fixtures/models.h"
#include "tests/support/test_main.h"

#include <QDir>
#include <QFileInfo>
#include <QJsonArray>
#include <QStandardPaths>
#include <QTemporaryDir>

using namespace tinsmith;
using Numbers = test::ModelMaker::Numbers;

namespace {

// Only in a test's own function, since the macro returns from it.
#define REQUIRE_CODE(outcome, wanted) QVERIFY2((outcome).code == (wanted), test::complaint(outcome, wanted).constData())
#define REQUIRE_FIELDS(object, names) QCOMPARE(test::missingFields(object, QStringLiteral(names)), QStringList())

void writeText(const QString &file, const std::string &content)
{
    writeFileAtomically(file.toStdString(), std::as_bytes(std::span(content)));
}

} // namespace

/// The contract of the command line: each verb's fields and exit codes.
class VerbsTest : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    QString floatModel_;
    QString int8Model_;
    QString data_;

    QString path(const char *name) const { return folder_.filePath(QString::fromLatin1(name)); }

private slots:
    void initTestCase()
    {
        floatModel_ = path("float.onnx");
        int8Model_ = path("int8.tflite");
        writeModel(test::smallCnn(Numbers::Float32), floatModel_.toStdString());
        const Graph graph = test::smallCnn(Numbers::Int8);
        writeModel(graph, int8Model_.toStdString());

        constexpr std::int64_t samples = 6;
        constexpr std::int64_t pixels = 144;
        std::vector<float> values;
        for (std::int64_t index = 0; index < samples * pixels; ++index) {
            values.push_back(static_cast<float>(index * 37 % 101) / 101.0F);
        }
        const std::vector<std::int64_t> labels = {0, 1, 2, 0, 1, 2};
        data_ = path("data");
        QVERIFY(QDir().mkpath(data_));
        writeText(data_ + QStringLiteral("/inputs.npy"),
            toNpy(ElementType::Float32, {samples, 12, 12, 1}, std::as_bytes(std::span(values))));
        writeText(data_ + QStringLiteral("/labels.npy"),
            toNpy(ElementType::Int64, {samples}, std::as_bytes(std::span(labels))));
        std::mt19937 random(7);
        const auto input = test::randomValue(graph.tensor(graph.inputs().front()), random);
        writeFileAtomically(path("in.bin").toStdString(), input);
        writeText(path("in.npy"), toNpy(ElementType::Int8, graph.tensor(graph.inputs().front()).shape, input));
    }

    void eachVerbExplainsItself_data()
    {
        QTest::addColumn<QString>("verb");
        for (const char *verb : {"inspect", "run", "suggest", "optimize", "evaluate", "export", "verify", "targets"}) {
            QTest::newRow(verb) << QString::fromLatin1(verb);
        }
    }

    void eachVerbExplainsItself()
    {
        QFETCH(QString, verb);
        const auto outcome = test::runProgram({verb, QStringLiteral("--help")});
        REQUIRE_CODE(outcome, 0);
        QVERIFY(outcome.output.contains("--json"));
        QVERIFY(outcome.errors.isEmpty());
        QVERIFY(test::runProgram({QStringLiteral("--help")}).output.contains(verb.toUtf8()));
    }

    void wrongUsageIsTwo_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::newRow("no verb") << QStringList();
        QTest::newRow("unknown verb") << QStringList{QStringLiteral("squeeze")};
        QTest::newRow("no model") << QStringList{QStringLiteral("inspect")};
        QTest::newRow("unknown option") << QStringList{
            QStringLiteral("inspect"), int8Model_, QStringLiteral("--colour")};
        QTest::newRow("no output") << QStringList{QStringLiteral("optimize"), int8Model_};
    }

    void wrongUsageIsTwo()
    {
        QFETCH(QStringList, arguments);
        const auto outcome = test::runProgram(arguments);
        REQUIRE_CODE(outcome, 2);
        QVERIFY(outcome.output.isEmpty());
        QVERIFY(!outcome.errors.isEmpty());
    }

    void inspect_data()
    {
        QTest::addColumn<QString>("model");
        QTest::newRow("float onnx") << floatModel_;
        QTest::newRow("int8 tflite") << int8Model_;
    }

    void inspect()
    {
        QFETCH(QString, model);
        const auto outcome = test::runProgram({QStringLiteral("inspect"), model, QStringLiteral("--json")});
        REQUIRE_CODE(outcome, 0);
        const QJsonObject json = outcome.json();
        REQUIRE_FIELDS(json[QStringLiteral("totals")].toObject(), "operators macs parameters weight_bytes");
        const QJsonArray operators = json[QStringLiteral("operators")].toArray();
        QVERIFY(!operators.isEmpty());
        REQUIRE_FIELDS(operators.first().toObject(), "index name type macs inputs outputs");
        REQUIRE_FIELDS(json[QStringLiteral("tensors")].toArray().first().toObject(), "name shape type bytes");
        const QJsonObject memory = json[QStringLiteral("memory")].toObject();
        REQUIRE_FIELDS(memory, "arena_bytes op_by_op_bytes lower_bound_bytes peak_operator buffers");
        REQUIRE_FIELDS(
            memory[QStringLiteral("buffers")].toArray().first().toObject(), "tensor offset bytes first last kind");
        REQUIRE_FIELDS(
            json[QStringLiteral("estimate")].toObject(), "ram_bytes flash_bytes cycles latency_ms energy_uj fits");
        QCOMPARE(json[QStringLiteral("totals")].toObject()[QStringLiteral("operators")].toInt(), operators.size());
    }

    void runWritesNpyAndRaw()
    {
        const auto outcome = test::runProgram({QStringLiteral("run"), int8Model_, QStringLiteral("--input"),
            path("in.bin"), QStringLiteral("--output"), path("out.bin"), QStringLiteral("--input"), path("in.npy"),
            QStringLiteral("--output"), path("out.npy"), QStringLiteral("--json")});
        REQUIRE_CODE(outcome, 0);
        QCOMPARE(outcome.json()[QStringLiteral("inferences")].toArray().size(), qsizetype(2));
        const Bytes raw = Bytes::map(path("out.bin").toStdString());
        const NpyArray array = loadNpy(path("out.npy").toStdString());
        QVERIFY(std::ranges::equal(raw.view(), array.data.view()));
    }

    void suggest()
    {
        const auto outcome = test::runProgram({QStringLiteral("suggest"), floatModel_, QStringLiteral("--target"),
            QStringLiteral("stm32l4r5"), QStringLiteral("--json")});
        REQUIRE_CODE(outcome, 0);
        const QJsonArray proposals = outcome.json()[QStringLiteral("proposals")].toArray();
        QVERIFY(!proposals.isEmpty());
        const QStringList risks
            = {QStringLiteral("exact"), QStringLiteral("quantization"), QStringLiteral("needs-training")};
        for (const auto &value : proposals) {
            const QJsonObject proposal = value.toObject();
            REQUIRE_FIELDS(proposal, "id rewrite title operators risk parameters delta");
            REQUIRE_FIELDS(proposal[QStringLiteral("delta")].toObject(), "ram_bytes flash_bytes macs latency_ms");
            QVERIFY(risks.contains(proposal[QStringLiteral("risk")].toString()));
        }
    }

    void optimize_data()
    {
        QTest::addColumn<QString>("output");
        for (const char *name : {"optimised.tflite", "optimised.onnx", "optimised.tinsmith"}) {
            QTest::newRow(name) << path(name);
        }
    }

    void optimize()
    {
        QFETCH(QString, output);
        const auto outcome = test::runProgram({QStringLiteral("optimize"), floatModel_, QStringLiteral("-o"), output,
            QStringLiteral("--apply"), QStringLiteral("pool-to-stride"), QStringLiteral("--json")});
        REQUIRE_CODE(outcome, 0);
        REQUIRE_FIELDS(outcome.json(), "model output recipe before after");
        const auto before = test::runProgram({QStringLiteral("inspect"), floatModel_, QStringLiteral("--json")});
        const auto after = test::runProgram({QStringLiteral("inspect"), output, QStringLiteral("--json")});
        REQUIRE_CODE(after, 0);
        const auto macs = [](const test::Outcome &seen) {
            return seen.json()[QStringLiteral("totals")].toObject()[QStringLiteral("macs")].toInteger();
        };
        QVERIFY(macs(after) < macs(before));
    }

    void evaluate()
    {
        const QString quantized = path("quantized.tflite");
        const auto made = test::runProgram(
            {QStringLiteral("optimize"), floatModel_, QStringLiteral("-o"), quantized, QStringLiteral("--apply"),
                QStringLiteral("quantize"), QStringLiteral("--data"), data_, QStringLiteral("--json")});
        REQUIRE_CODE(made, 0);
        const auto outcome = test::runProgram({QStringLiteral("evaluate"), quantized, QStringLiteral("--data"), data_,
            QStringLiteral("--against"), floatModel_, QStringLiteral("--json")});
        REQUIRE_CODE(outcome, 0);
        const QJsonObject json = outcome.json();
        REQUIRE_FIELDS(json, "accuracy agreement sqnr_db layers");
        for (const char *number : {"accuracy", "agreement", "sqnr_db"}) {
            QVERIFY2(json[QString::fromLatin1(number)].isDouble(), number);
        }
        REQUIRE_FIELDS(json[QStringLiteral("layers")].toArray().first().toObject(), "name sqnr_db");
    }

    void exportThenVerify()
    {
        const QString package = path("package");
        const auto outcome = test::runProgram({QStringLiteral("export"), int8Model_, QStringLiteral("--target"),
            QStringLiteral("stm32l4r5"), QStringLiteral("-o"), package, QStringLiteral("--json")});
        REQUIRE_CODE(outcome, 0);
        REQUIRE_FIELDS(outcome.json(), "folder arena_bytes weights_bytes estimate fits files");
        for (const auto &file : outcome.json()[QStringLiteral("files")].toArray()) {
            const QJsonObject entry = file.toObject();
            const QFileInfo info(package + QLatin1Char('/') + entry[QStringLiteral("path")].toString());
            QCOMPARE(info.size(), entry[QStringLiteral("bytes")].toInteger());
        }
        for (const char *tool : {"qemu-system-arm", "arm-none-eabi-gcc"}) {
            if (QStandardPaths::findExecutable(QString::fromLatin1(tool)).isEmpty()) {
                QSKIP("qemu-system-arm or arm-none-eabi-gcc is not installed");
            }
        }
        const auto verified = test::runProgram({QStringLiteral("verify"), package, QStringLiteral("--target"),
            QStringLiteral("stm32l4r5"), QStringLiteral("--json")});
        REQUIRE_CODE(verified, 0);
        REQUIRE_FIELDS(verified.json(),
            "exact mismatches max_abs_difference instructions instructions_per_mac arena_bytes stack_bytes ram_bytes "
            "flash_bytes code_bytes weights_bytes");
        QCOMPARE(verified.json()[QStringLiteral("exact")].toBool(), true);

        const auto ran = test::runProgram({QStringLiteral("run"), int8Model_, QStringLiteral("--input"), path("in.bin"),
            QStringLiteral("--output"), path("wrong.bin")});
        REQUIRE_CODE(ran, 0);
        const Bytes right = Bytes::map(path("wrong.bin").toStdString());
        std::vector<std::byte> wrong(right.view().begin(), right.view().end());
        wrong.front() ^= std::byte{1};
        writeFileAtomically(path("wrong.bin").toStdString(), wrong);
        const auto unequal = test::runProgram({QStringLiteral("verify"), package, QStringLiteral("--target"),
            QStringLiteral("stm32l4r5"), QStringLiteral("--input"), path("in.bin"), QStringLiteral("--expect"),
            path("wrong.bin"), QStringLiteral("--json")});
        REQUIRE_CODE(unequal, 1);
        QCOMPARE(unequal.json()[QStringLiteral("mismatches")].toInt(), 1);
    }

    void tooLittleRamIsOneAndWritesNothing()
    {
        const QString package = path("tight");
        const auto outcome = test::runProgram(
            {QStringLiteral("export"), int8Model_, QStringLiteral("--target"), QStringLiteral("stm32l4r5"),
                QStringLiteral("-o"), package, QStringLiteral("--ram"), QStringLiteral("100")});
        REQUIRE_CODE(outcome, 1);
        QVERIFY(outcome.errors.contains("100"));
        QVERIFY(!QFileInfo::exists(package));
    }

    void targets()
    {
        const auto outcome = test::runProgram({QStringLiteral("targets"), QStringLiteral("--json")});
        REQUIRE_CODE(outcome, 0);
        const QJsonArray list = outcome.json()[QStringLiteral("targets")].toArray();
        QVERIFY(!list.isEmpty());
        REQUIRE_FIELDS(list.first().toObject(), "id name core clock_hz ram_bytes flash_bytes");
    }
};

TINSMITH_TEST(VerbsTest)
#include "verbs_test.moc"
