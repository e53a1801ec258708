// SPDX-License-Identifier: Apache-2.0
#include "core/graph/error.h"
#include "core/session/pixel_range.h"
#include "tests/support/test_main.h"

using namespace tinsmith;

namespace {

Tensor quantizedInput(ElementType type, float scale, std::int64_t zeroPoint)
{
    Tensor tensor;
    tensor.name = "image";
    tensor.type = type;
    tensor.shape = {1, 4, 4, 3};
    tensor.quantization = Quantization{{scale}, {zeroPoint}, 0};
    return tensor;
}

} // namespace

class PixelRangeTest : public QObject {
    Q_OBJECT

private slots:
    void everyFormIsRead_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<float>("black");
        QTest::addColumn<float>("white");
        QTest::newRow("bytes") << "0..255" << 0.0F << 255.0F;
        QTest::newRow("unit") << "0..1" << 0.0F << 1.0F;
        QTest::newRow("signed") << "-1..1" << -1.0F << 1.0F;
        QTest::newRow("codes") << "-128..127" << -128.0F << 127.0F;
        QTest::newRow("mean and deviation") << "127.5,127.5" << -1.0F << 1.0F;
        QTest::newRow("of pixels scaled to one") << "0.5,0.5" << -1.0F << 1.0F;
        QTest::newRow("a deviation of one is of pixels") << "0,1" << 0.0F << 255.0F;
        QTest::newRow("channels") << "127.5,0,0/127.5,1,1" << -1.0F << 1.0F;
    }
    void everyFormIsRead()
    {
        QFETCH(QString, text);
        QFETCH(float, black);
        QFETCH(float, white);
        const PixelRange range = PixelRange::parse(text.toStdString());
        QCOMPARE(range.real(0), black);
        QCOMPARE(range.real(255), white);
        QCOMPARE(range.text(), text.toStdString());
        QVERIFY(PixelRange::parse(range.text()) == range);
    }

    void channelsHaveTheirOwnMeaning()
    {
        const PixelRange range = PixelRange::parse("0.485,0.456,0.406/0.229,0.224,0.225");
        QCOMPARE(range.channels(), std::size_t(3));
        QCOMPARE(range.real(255, 0), (1 - 0.485F) / 0.229F);
        QCOMPARE(range.real(0, 2), -0.406F / 0.225F);
    }

    void mistakesAreRefused_data()
    {
        QTest::addColumn<QString>("text");
        for (const char *text : {"", "0", "bytes", "0..", "..1", "1..0", "1..1", "0..x", "1,2,3", "1,2/3", "5,0",
                 "5,-1", "1,2/3,0", "nan..1", "0..inf", "0.. 1", "1,,2"}) {
            QTest::newRow(*text != 0 ? text : "empty") << QString::fromLatin1(text);
        }
    }
    void mistakesAreRefused()
    {
        QFETCH(QString, text);
        QVERIFY_EXCEPTION_THROWN(PixelRange::parse(text.toStdString()), Error);
    }

    void quantizationSaysWhatPixelsMean_data()
    {
        QTest::addColumn<int>("type");
        QTest::addColumn<float>("scale");
        QTest::addColumn<int>("zero");
        QTest::addColumn<QString>("range");
        QTest::addColumn<bool>("codes");
        const int int8 = static_cast<int>(ElementType::Int8);
        const int uint8 = static_cast<int>(ElementType::UInt8);
        QTest::newRow("int8 unit") << int8 << 1.0F / 255 << -128 << "0..1" << true;
        QTest::newRow("int8 bytes") << int8 << 1.0F << -128 << "0..255" << true;
        QTest::newRow("int8 signed") << int8 << 1.0F / 128 << 0 << "-1..1" << true;
        QTest::newRow("uint8 unit") << uint8 << 1.0F / 256 << 0 << "0..1" << true;
        QTest::newRow("uint8 signed") << uint8 << 2.0F / 255 << 128 << "-1..1" << true;
        QTest::newRow("calibrated on less") << int8 << 0.9F / 255 << -128 << "0..1" << false;
        QTest::newRow("something else") << int8 << 2.0F << -128 << "0..510" << true;
    }
    void quantizationSaysWhatPixelsMean()
    {
        QFETCH(int, type);
        QFETCH(float, scale);
        QFETCH(int, zero);
        QFETCH(QString, range);
        QFETCH(bool, codes);
        const auto guess = guessedRange(quantizedInput(static_cast<ElementType>(type), scale, zero));
        QVERIFY(guess.has_value());
        QCOMPARE(guess->range.text(), range.toStdString());
        QCOMPARE(guess->codes, codes);
    }

    void floatsSayNothingOfPixels()
    {
        Tensor input = quantizedInput(ElementType::Float32, 1, 0);
        input.quantization.reset();
        QVERIFY(!guessedRange(input).has_value());
    }
};

TINSMITH_TEST(PixelRangeTest)

#include "pixel_range_test.moc"
