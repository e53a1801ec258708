// SPDX-License-Identifier: Apache-2.0
#include "core/formats/model_file.h"
#include "core/formats/tflite/reader.h"
#include "core/formats/tflite/writer.h"
#include "core/graph/error.h"
#include "tests/core/formats_tflite/broken_files.h"
#include "tests/core/formats_tflite/file_maker.h"
#include "tests/fixtures/models.h"
#include "tests/support/test_main.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <random>

using namespace tinsmith;

namespace {

QString messageOf(const Bytes &content)
{
    try {
        readModel(content, "model.tflite");
        return "opens";
    } catch (const FormatError &error) {
        return QString::fromUtf8(error.what());
    }
}

/// Opens or refuses; anything else (another exception, a crash) is a fault.
void tryToOpen(const std::vector<std::byte> &content)
{
    try {
        readTflite(Bytes(content), "model.tflite");
    } catch (const FormatError &) {
        return;
    }
}

} // namespace

/// Refusing is a feature: every broken file has its message in rejects.json.
class RejectsTest : public QObject {
    Q_OBJECT
private slots:
    void theFileThatTheOthersAreMadeFromIsSound() { QCOMPARE(messageOf(test::soundTfliteFile()), QString("opens")); }

    void everyBrokenFileHasItsMessage_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("message");
        QFile table(QStringLiteral(TINSMITH_SOURCE_DIR "/tests/core/formats/rejects.json"));
        QVERIFY(table.open(QIODevice::ReadOnly));
        const QJsonArray entries = QJsonDocument::fromJson(table.readAll()).object().value("tflite").toArray();
        QCOMPARE(static_cast<std::size_t>(entries.size()), test::brokenTfliteFiles().size());
        for (const auto &entry : entries) {
            const QString name = entry.toObject().value("file").toString();
            QTest::newRow(qPrintable(name)) << name << entry.toObject().value("message").toString();
        }
    }
    void everyBrokenFileHasItsMessage()
    {
        QFETCH(QString, name);
        QFETCH(QString, message);
        const auto &files = test::brokenTfliteFiles();
        const auto found = files.find(name.toStdString());
        QVERIFY(found != files.end());
        QCOMPARE(messageOf(found->second()), message);
    }

    void aFileByAnotherNameIsStillKnownByItsContent()
    {
        const Graph graph = readModel(test::soundTfliteFile(), "model.bin");
        QCOMPARE(graph.operators().size(), std::size_t{1});
        QVERIFY_EXCEPTION_THROWN(readModel(Bytes::of(std::vector<char>(100, 'x')), "picture.png"), FormatError);
    }

    void noBeginningOfAFileOpens()
    {
        for (const auto numbers : {test::ModelMaker::Numbers::Float32, test::ModelMaker::Numbers::Int8}) {
            const auto whole = writeTflite(test::smallCnn(numbers));
            for (std::size_t size = 0; size < whole.size(); size += size < 4096 ? 1 : 13) {
                const std::vector<std::byte> part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
                QVERIFY_EXCEPTION_THROWN(readTflite(Bytes(part), "model.tflite"), FormatError);
            }
        }
    }

    void changedBytesNeverCrash()
    {
        const Bytes sound = test::soundTfliteFile();
        for (std::size_t at = 0; at < sound.size(); ++at) {
            for (const int value : {0, 1, 0x7f, 0x80, 0xff}) {
                std::vector<std::byte> content(sound.view().begin(), sound.view().end());
                content[at] = static_cast<std::byte>(value);
                tryToOpen(content);
            }
        }
        constexpr unsigned seed = 20240607;
        std::mt19937 random(seed);
        const auto whole = writeTflite(test::residualCnn(test::ModelMaker::Numbers::Int8));
        for (int round = 0; round < 2000; ++round) {
            auto content = whole;
            for (unsigned change = 0; change <= random() % 4; ++change) {
                content[random() % content.size()] = static_cast<std::byte>(random());
            }
            tryToOpen(content);
        }
    }

    void everyOperatorCodeOpensByName()
    {
        for (const tfl::BuiltinOperator code : tfl::EnumValuesBuiltinOperator()) {
            test::FileMaker file = test::FileMaker::single(code, {1, 4});
            file.operators[0].inputs = {0, 0, 0};
            const Bytes content = file.write();
            try {
                const Graph graph = readTflite(content, "model.tflite");
                const std::string type = typeName(graph.operators().front().kind);
                const std::string expected = tfl::EnumNameBuiltinOperator(code);
                const bool alike = type == expected || type == "CUSTOM:";
                QVERIFY2(alike, qPrintable(QString::fromStdString(expected + " opens as " + type)));
            } catch (const FormatError &error) {
                // Without its options or parameters a known operator says what it misses, under its own name.
                QVERIFY2(error.place().find(tfl::EnumNameBuiltinOperator(code)) != std::string::npos, error.what());
            }
        }
        QCOMPARE(std::size(tfl::EnumValuesBuiltinOperator()), std::size_t{210});
    }

    void anOperatorCodeOfTheFutureOpensToo()
    {
        const Bytes content = test::FileMaker::single(static_cast<tfl::BuiltinOperator>(5000), {1, 4}).write();
        const Graph graph = readTflite(content, "model.tflite");
        QCOMPARE(QString::fromStdString(typeName(graph.operators().front().kind)), QString("BUILTIN_5000"));
    }

    void computedParametersMakeTheOperatorCustomWithTheReason()
    {
        test::FileMaker file = test::FileMaker::single(tfl::BuiltinOperator::RESHAPE, {1, 4}, {{2, 2}});
        file.tensors[2].buffer = 0;
        file.inputs.push_back(2);
        // The file records no size of the output either.
        file.tensors[1].shape = {1, 1};
        file.tensors[1].signature = {-1, -1};
        const Graph graph = readTflite(file.write(), "model.tflite");
        const auto *const custom = graph.operators().front().as<Custom>();
        QVERIFY(custom != nullptr);
        QCOMPARE(QString::fromStdString(custom->reason), QString("its shape is computed while the model runs"));
        QCOMPARE(graph.operators().front().inputs.size(), std::size_t{2});
        QCOMPARE(graph.info().problems.size(), std::size_t{1});
    }
};

TINSMITH_TEST(RejectsTest)
#include "rejects_test.moc"
