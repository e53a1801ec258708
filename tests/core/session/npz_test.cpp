// SPDX-License-Identifier: Apache-2.0
#include "core/formats/atomic_file.h"
#include "core/formats/npy.h"
#include "core/graph/error.h"
#include "core/session/data_set.h"
#include "core/session/stored_numbers.h"
#include "tests/support/test_main.h"

#include <QTemporaryDir>

using namespace tinsmith;

namespace {

std::uint32_t crcOf(const std::string &content)
{
    std::uint32_t crc = ~0U;
    for (const char letter : content) {
        crc ^= static_cast<unsigned char>(letter);
        for (int bit = 0; bit < 8; ++bit) {
            crc = crc >> 1 ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
        }
    }
    return ~crc;
}

std::string little(std::uint64_t value, int bytes)
{
    std::string text;
    for (int at = 0; at < bytes; ++at) {
        text += static_cast<char>(value >> (8 * at) & 0xFF);
    }
    return text;
}

using Members = std::vector<std::pair<std::string, std::string>>;

/// A zip archive of members that are stored as they are, as numpy.savez writes it.
std::string zipOf(const Members &members)
{
    std::string file;
    std::string directory;
    for (const auto &[name, content] : members) {
        const std::string sizes = little(crcOf(content), 4) + little(content.size(), 4) + little(content.size(), 4)
            + little(name.size(), 2) + little(0, 2);
        directory += "PK\x01\x02" + little(20, 2) + little(20, 2) + little(0, 8) + sizes + little(0, 10)
            + little(file.size(), 4) + name;
        file += "PK\x03\x04" + little(20, 2) + little(0, 8) + sizes + name + content;
    }
    return file + directory + "PK\x05\x06" + little(0, 4) + little(members.size(), 2) + little(members.size(), 2)
        + little(directory.size(), 4) + little(file.size(), 4) + little(0, 2);
}

std::string arrayOf(ElementType type, const Shape &shape, const std::vector<double> &values)
{
    return toNpy(type, shape, storedAs(type, values));
}

std::vector<Tensor> inputsNamed(const std::vector<std::string> &names)
{
    std::vector<Tensor> inputs;
    for (const std::string &name : names) {
        Tensor tensor;
        tensor.name = name;
        tensor.shape = {1, static_cast<std::int64_t>(inputs.size()) + 2};
        inputs.push_back(tensor);
    }
    return inputs;
}

} // namespace

class NpzTest : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

    DataSet load(const Members &members, const std::vector<Tensor> &inputs) const
    {
        const std::filesystem::path file = folder_.filePath(QStringLiteral("data.npz")).toStdString();
        const std::string content = zipOf(members);
        writeFileAtomically(file, std::as_bytes(std::span(content)));
        return DataSet::load(file, inputs);
    }

private slots:
    void arraysFeedInputsByNameNumberOrOrder_data()
    {
        QTest::addColumn<QStringList>("arrays");
        QTest::addColumn<QStringList>("inputs");
        QTest::newRow("names") << QStringList{QStringLiteral("a"), QStringLiteral("b")}
                               << QStringList{QStringLiteral("a"), QStringLiteral("b")};
        QTest::newRow("names of TensorFlow") << QStringList{QStringLiteral("in/a"), QStringLiteral("in_b")}
                                             << QStringList{QStringLiteral("in/a:0"), QStringLiteral("in/b:0")};
        QTest::newRow("numbers") << QStringList{QStringLiteral("arr_0"), QStringLiteral("arr_1")}
                                 << QStringList{QStringLiteral("p"), QStringLiteral("q")};
        QTest::newRow("order") << QStringList{QStringLiteral("second"), QStringLiteral("first")}
                               << QStringList{QStringLiteral("p"), QStringLiteral("q")};
        QTest::newRow("an input called y") << QStringList{QStringLiteral("x"), QStringLiteral("y")}
                                           << QStringList{QStringLiteral("x"), QStringLiteral("y")};
    }
    void arraysFeedInputsByNameNumberOrOrder()
    {
        QFETCH(QStringList, arrays);
        QFETCH(QStringList, inputs);
        const DataSet data
            = load({{arrays[0].toStdString() + ".npy", arrayOf(ElementType::Float32, {1, 2}, {1, 2})},
                       {arrays[1].toStdString() + ".npy", arrayOf(ElementType::Int16, {1, 3}, {3, 4, 5})},
                       {"labels.npy", arrayOf(ElementType::Bool, {1}, {1})}},
                inputsNamed({inputs[0].toStdString(), inputs[1].toStdString()}));
        QCOMPARE(data.arrays()[0].input, inputs[0].toStdString());
        QCOMPARE(data.arrays()[1].type, ElementType::Int16);
        QCOMPARE(data.label(0).value(), 1);
    }

    void theLastNumberedArrayIsTheLabels()
    {
        const DataSet data = load({{"arr_0.npy", arrayOf(ElementType::Float32, {2, 2}, {1, 2, 3, 4})},
                                      {"arr_1.npy", arrayOf(ElementType::Int64, {2}, {7, 8})}},
            inputsNamed({"p"}));
        QCOMPARE(data.label(1).value(), 8);
    }

    void aBadArrayIsNamed()
    {
        const auto message = [&](const Members &members, const std::vector<std::string> &inputs) {
            try {
                load(members, inputsNamed(inputs));
            } catch (const Error &error) {
                return QString::fromUtf8(error.what());
            }
            return QString();
        };
        const std::string good = arrayOf(ElementType::Float32, {1, 2}, {1, 2});
        const std::string complex = toNpy(ElementType::Complex64, {1, 2}, std::vector<std::byte>(16));
        QVERIFY(message({{"x.npy", complex}}, {"x"}).contains(QStringLiteral("its samples are complex64")));
        QVERIFY(message({{"x.npy", arrayOf(ElementType::Float32, {0, 2}, {})}}, {"x"})
                    .contains(QStringLiteral("holds no samples")));
        QVERIFY(message({{"p.npy", good}}, {"p", "q"}).contains(QStringLiteral("its arrays (p)")));
        QVERIFY(message({{"u.npy", good}, {"v.npy", good}}, {"p"}).contains(QStringLiteral("its arrays (u, v)")));
        QVERIFY(message({}, {"p"}).contains(QStringLiteral("its arrays (none)")));
    }
};

TINSMITH_TEST(NpzTest)

#include "npz_test.moc"
