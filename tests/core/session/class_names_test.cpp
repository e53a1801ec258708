// SPDX-License-Identifier: Apache-2.0
#include "core/formats/model_file.h"
#include "core/graph/error.h"
#include "core/session/class_names.h"
#include "tests/fixtures/models.h"
#include "tests/support/test_data.h"
#include "tests/support/test_main.h"

#include <QFile>
#include <QTemporaryDir>

#include <cstring>

using namespace tinsmith;
using Numbers = test::ModelMaker::Numbers;
using Names = std::vector<std::string>;

namespace {

Graph withMetadata(const std::string &key, const std::string &value)
{
    GraphBuilder builder(test::smallCnn(Numbers::Float32));
    builder.info().metadata.emplace_back(key, value);
    return builder.build();
}

std::string number(std::uint32_t value, int bytes)
{
    std::string text;
    for (int i = 0; i < bytes; ++i) {
        text += static_cast<char>(value >> (8 * i) & 0xFF);
    }
    return text;
}

std::uint32_t crc32(const std::string &text)
{
    std::uint32_t crc = 0xFFFFFFFF;
    for (const char c : text) {
        crc ^= static_cast<unsigned char>(c);
        for (int i = 0; i < 8; ++i) {
            crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320 : 0);
        }
    }
    return ~crc;
}

/// A model followed by a zip of one stored member, as the TFLite metadata library writes it.
Bytes withZip(const std::string &model, const std::string &name, const std::string &content)
{
    const std::string sizes = number(crc32(content), 4) + number(static_cast<std::uint32_t>(content.size()), 4)
        + number(static_cast<std::uint32_t>(content.size()), 4) + number(static_cast<std::uint32_t>(name.size()), 2)
        + number(0, 2);
    const std::string local = "PK\3\4" + number(20, 2) + number(0, 8) + sizes + name + content;
    const std::string central = "PK\1\2" + number(20, 2) + number(20, 2) + number(0, 8) + sizes + number(0, 6)
        + number(0, 4) + number(static_cast<std::uint32_t>(model.size()), 4) + name;
    const std::string end = "PK\5\6" + number(0, 4) + number(1, 2) + number(1, 2)
        + number(static_cast<std::uint32_t>(central.size()), 4)
        + number(static_cast<std::uint32_t>(model.size() + local.size()), 4) + number(0, 2);
    const std::string all = model + local + central + end;
    const auto view = std::as_bytes(std::span(all));
    return Bytes(std::vector<std::byte>(view.begin(), view.end()));
}

} // namespace

class ClassNamesTest : public QObject {
    Q_OBJECT

private slots:
    void linesAreNames()
    {
        QCOMPARE(classNamesFromLines("cat\r\n dog \nbird\n\n"), (Names{"cat", "dog", "bird"}));
        QCOMPARE(classNamesFromLines("0 cat\n1 big dog\n"), (Names{"cat", "big dog"}));
        // Numbers are taken off only where all lines have them.
        QCOMPARE(classNamesFromLines("0 cat\ndog"), (Names{"0 cat", "dog"}));
        QCOMPARE(classNamesFromLines("\n"), Names());
    }

    void metadataHasNames_data()
    {
        QTest::addColumn<QString>("value");
        QTest::addColumn<int>("count");
        QTest::newRow("Python dictionary") << "{0: 'cat', 1: \"dog's\"}" << 2;
        QTest::newRow("JSON object") << "{\"0\": \"cat\", \"1\": \"dog's\"}" << 2;
        QTest::newRow("list") << "['cat', \"dog's\"]" << 2;
        QTest::newRow("lines") << "cat\ndog's" << 2;
        QTest::newRow("out of order") << "{1: 'cat', 0: 'dog'}" << 0;
        QTest::newRow("not closed") << "['cat', 'dog" << 0;
        QTest::newRow("numbers") << "[1, 2]" << 0;
        QTest::newRow("one word") << "cat" << 0;
        QTest::newRow("empty") << "" << 0;
    }

    void metadataHasNames()
    {
        QFETCH(const QString, value);
        QFETCH(const int, count);
        const Names names = classNamesOf(withMetadata("names", value.toStdString()), {});
        QCOMPARE(names, count == 2 ? (Names{"cat", "dog's"}) : Names());
    }

    void labelFilesBehindTheModelAreRead()
    {
        const Graph graph = test::smallCnn(Numbers::Int8);
        QCOMPARE(classNamesOf(graph, withZip("the model", "labels.txt", "cat\ndog\n")), (Names{"cat", "dog"}));
        QCOMPARE(classNamesOf(graph, withZip("the model", "names.csv", "cat\ndog\n")), Names());
        // Damaged: without labels, but no error.
        const Bytes whole = withZip("the model", "labels.txt", "cat\ndog\n");
        for (std::size_t cut = 1; cut < whole.size(); ++cut) {
            const auto part = whole.view().subspan(cut);
            classNamesOf(graph, Bytes(std::vector<std::byte>(part.begin(), part.end())));
        }
    }

    void labelsOfARealModel()
    {
        const auto file = test::sharedData("models/more/mobilenet_v1_025_128_uint8.tflite");
        if (!file) {
            QSKIP("the shared models are not there");
        }
        const Names names = classNamesOf(readModel(*file), Bytes::map(*file));
        QCOMPARE(names.size(), std::size_t{1001});
        QCOMPARE(QString::fromStdString(names[0]), QString("background"));
    }

    void fileOfNamesIsChecked()
    {
        const QTemporaryDir folder;
        QFile file(folder.filePath("labels.txt"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("cat\ndog\n");
        file.close();
        QCOMPARE(loadClassNames(file.fileName().toStdString()), (Names{"cat", "dog"}));
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
        file.close();
        QVERIFY_EXCEPTION_THROWN(loadClassNames(file.fileName().toStdString()), FormatError);
        QVERIFY_EXCEPTION_THROWN(loadClassNames(folder.filePath("absent").toStdString()), SystemError);
    }
};

TINSMITH_TEST(ClassNamesTest)
#include "class_names_test.moc"
