// SPDX-License-Identifier: Apache-2.0
#include "core/formats/npy.h"
#include "core/graph/error.h"
#include "core/session/stored_numbers.h"
#include "tests/support/test_main.h"

#include <algorithm>

using namespace tinsmith;

namespace {

/// A .npy file with this header and these bytes.
Bytes npyFile(const std::string &descriptor, bool fortran, const std::string &shape, const std::string &data)
{
    std::string header = "{'descr': " + descriptor + ", 'fortran_order': " + (fortran ? "True" : "False")
        + ", 'shape': " + shape + ", }\n";
    std::string file("\x93NUMPY\x01\0", 8);
    file += static_cast<char>(header.size() & 0xFF);
    file += static_cast<char>(header.size() >> 8);
    file += header + data;
    const auto raw = std::as_bytes(std::span(file));
    return Bytes(std::vector<std::byte>(raw.begin(), raw.end()));
}

std::string reversedWords(std::string data, std::size_t width)
{
    for (std::size_t at = 0; at + width <= data.size(); at += width) {
        std::reverse(
            data.begin() + static_cast<std::ptrdiff_t>(at), data.begin() + static_cast<std::ptrdiff_t>(at + width));
    }
    return data;
}

} // namespace

class NpyTypesTest : public QObject {
    Q_OBJECT

private slots:
    void everyNumericTypeIsReadInBothByteOrders_data()
    {
        QTest::addColumn<QString>("code");
        QTest::addColumn<int>("type");
        QTest::addColumn<QVector<double>>("values");
        const auto row = [](const char *code, ElementType type, const QVector<double> &values) {
            QTest::newRow(code) << QString::fromLatin1(code) << static_cast<int>(type) << values;
        };
        row("f2", ElementType::Float16, {0.5, -2, 65504});
        row("f4", ElementType::Float32, {0.25, -1e30F, 3});
        row("f8", ElementType::Float64, {0.1, -1e300, 3});
        row("i1", ElementType::Int8, {-128, 127, 3});
        row("u1", ElementType::UInt8, {0, 255, 3});
        row("i2", ElementType::Int16, {-32768, 32767, 258});
        row("u2", ElementType::UInt16, {0, 65535, 258});
        row("i4", ElementType::Int32, {-2147483648.0, 2147483647, 16909060});
        row("u4", ElementType::UInt32, {0, 4294967295.0, 16909060});
        row("i8", ElementType::Int64, {-4503599627370496.0, 9007199254740992.0, 5});
        row("u8", ElementType::UInt64, {0, 9007199254740992.0, 5});
        row("b1", ElementType::Bool, {0, 1, 1});
    }
    void everyNumericTypeIsReadInBothByteOrders()
    {
        QFETCH(QString, code);
        QFETCH(int, type);
        QFETCH(QVector<double>, values);
        const std::vector<double> wanted(values.begin(), values.end());
        const auto bytes = storedAs(static_cast<ElementType>(type), wanted);
        const std::string data(reinterpret_cast<const char *>(bytes.data()), bytes.size());
        for (const char order : {'<', '>', '=', '|'}) {
            const std::string descriptor = "'" + std::string(1, order) + code.toStdString() + "'";
            const NpyArray array = readNpy(
                npyFile(descriptor, false, "(3,)", order == '>' ? reversedWords(data, data.size() / 3) : data),
                "x.npy");
            QCOMPARE(static_cast<int>(array.type), type);
            QVERIFY2(numbersOf(array.type, array.data.view()) == wanted, descriptor.c_str());
        }
    }

    void fortranOrderIsTurnedRound()
    {
        // [[1,2,3],[4,5,6]], column after column; big-endian too.
        const std::string data("\0\1\0\4\0\2\0\5\0\3\0\6", 12);
        const NpyArray array = readNpy(npyFile("'>i2'", true, "(2, 3)", data), "x.npy");
        QCOMPARE(array.shape, (Shape{2, 3}));
        QCOMPARE(array.data.copyAs<std::int16_t>(), (std::vector<std::int16_t>{1, 2, 3, 4, 5, 6}));
        const NpyArray deep = readNpy(npyFile("'|u1'", true, "(2, 1, 2, 2)", std::string("\0\4\2\6\1\5\3\7", 8)), "x");
        QCOMPARE(deep.data.copyAs<std::uint8_t>(), (std::vector<std::uint8_t>{0, 1, 2, 3, 4, 5, 6, 7}));
    }

    void whatIsNoNumberIsRefusedByName_data()
    {
        QTest::addColumn<QString>("descriptor");
        QTest::addColumn<QString>("message");
        QTest::newRow("unicode") << "'<U5'"
                                 << "strings";
        QTest::newRow("bytes") << "'|S3'"
                               << "strings";
        QTest::newRow("objects") << "'|O'"
                                 << "Python objects";
        QTest::newRow("dates") << "'<M8[ns]'"
                               << "dates";
        QTest::newRow("raw") << "'|V8'"
                             << "raw records";
        QTest::newRow("records") << "[('a', '<f4'), ('b', '<i4')]"
                                 << "several fields";
        QTest::newRow("extended") << "'<f16'"
                                  << "extended precision";
        QTest::newRow("unknown") << "'<q7'"
                                 << "unknown type";
        QTest::newRow("empty") << "''"
                               << "cannot be read";
    }
    void whatIsNoNumberIsRefusedByName()
    {
        QFETCH(QString, descriptor);
        QFETCH(QString, message);
        QString seen;
        try {
            readNpy(npyFile(descriptor.toStdString(), false, "(1,)", std::string(64, '\0')), "x.npy");
        } catch (const FormatError &error) {
            seen = QString::fromUtf8(error.what());
        }
        QVERIFY2(seen.startsWith(QStringLiteral("x.npy: header: ")) && seen.contains(message), qPrintable(seen));
    }

    void numbersAreStoredExactlyOrRefused()
    {
        const auto fits = [](ElementType type, double value) {
            try {
                return numbersOf(type, storedAs(type, std::vector<double>{value})) == std::vector<double>{value};
            } catch (const UnsupportedError &) {
                return false;
            }
        };
        QVERIFY(fits(ElementType::Int8, -128) && !fits(ElementType::Int8, 128) && !fits(ElementType::Int8, 0.5));
        QVERIFY(fits(ElementType::UInt16, 65535) && !fits(ElementType::UInt16, -1));
        QVERIFY(fits(ElementType::Bool, 1) && !fits(ElementType::Bool, 2));
        QVERIFY(!fits(ElementType::Float16, 70000) && !fits(ElementType::Float32, 1e39));
        QVERIFY(!fits(ElementType::Int64, 1e19) && !fits(ElementType::Int32, std::nan("")));
        QVERIFY_EXCEPTION_THROWN(numbersOf(ElementType::Complex64, {}), UnsupportedError);
    }
};

TINSMITH_TEST(NpyTypesTest)

#include "npy_types_test.moc"
