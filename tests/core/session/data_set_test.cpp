// SPDX-License-Identifier: Apache-2.0
#include "core/formats/atomic_file.h"
#include "core/formats/npy.h"
#include "core/graph/error.h"
#include "core/session/data_set.h"
#include "core/session/image_file.h"
#include "tests/support/test_data.h"
#include "tests/support/test_main.h"

#include <QTemporaryDir>

#include <cstring>

using namespace tinsmith;

namespace {

void write(const std::filesystem::path &file, const std::string &content)
{
    std::filesystem::create_directories(file.parent_path());
    writeFileAtomically(file, std::as_bytes(std::span(content)));
}

Tensor inputTensor(ElementType type, Shape shape)
{
    Tensor tensor;
    tensor.name = "image";
    tensor.type = type;
    tensor.shape = std::move(shape);
    return tensor;
}

template <typename T>
std::vector<T> valuesOf(const std::vector<std::byte> &bytes)
{
    std::vector<T> values(bytes.size() / sizeof(T));
    std::memcpy(values.data(), bytes.data(), bytes.size());
    return values;
}

std::string npyOf(ElementType type, const Shape &shape, const std::vector<std::uint8_t> &values)
{
    return toNpy(type, shape, std::as_bytes(std::span(values)));
}

} // namespace

class DataSetTest : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

    std::filesystem::path path(const char *name) const
    {
        return folder_.filePath(QString::fromLatin1(name)).toStdString();
    }

private slots:
    void npyFolderFeedsEveryInputType()
    {
        write(path("npy/inputs.npy"), npyOf(ElementType::UInt8, {2, 1, 2}, {0, 255, 51, 128}));
        write(path("npy/labels.npy"), npyOf(ElementType::UInt8, {2}, {7, 3}));
        const Tensor real = inputTensor(ElementType::Float32, {1, 1, 2});
        const DataSet data = DataSet::load(path("npy"), real);
        QCOMPARE(data.size(), std::size_t(2));
        QCOMPARE(data.label(1).value(), 3);
        const auto unit = valuesOf<float>(data.sampleFor(1, real));
        QCOMPARE(unit[0], 0.2F);
        QCOMPARE(valuesOf<float>(data.with(PixelRange::byte()).sampleFor(1, real))[1], 128.0F);
        QCOMPARE(valuesOf<float>(data.with(PixelRange::signedUnit()).sampleFor(0, real))[1], 1.0F);
        Tensor quantized = inputTensor(ElementType::Int8, {1, 1, 2});
        quantized.quantization = Quantization{{1.0F / 255}, {-128}, 0};
        const auto codes = valuesOf<std::int8_t>(data.sampleFor(0, quantized));
        QCOMPARE(int(codes[0]), -128);
        QCOMPARE(int(codes[1]), 127);
    }

    void realSamplesAreQuantizedAsTheInputSays()
    {
        const std::vector<float> reals = {-10, 0.26F, 10};
        write(path("real.npy"), toNpy(ElementType::Float32, {1, 3}, std::as_bytes(std::span(reals))));
        Tensor input = inputTensor(ElementType::Int8, {1, 3});
        input.quantization = Quantization{{0.05F}, {10}, 0};
        const auto codes = valuesOf<std::int8_t>(DataSet::load(path("real.npy"), input).sampleFor(0, input));
        QCOMPARE(int(codes[0]), -128);
        QCOMPARE(int(codes[1]), 15);
        QCOMPARE(int(codes[2]), 127);
    }

    void rawFilesNamedByACsv()
    {
        write(path("raw/a.bin"), std::string("\x01\x02", 2));
        write(path("raw/b.bin"), std::string("\x03\x04", 2));
        write(path("raw/labels.csv"), "file,label\nb.bin,1\na.bin,0\n");
        const DataSet data = DataSet::load(path("raw"), inputTensor(ElementType::Int8, {1, 2}));
        QCOMPARE(data.size(), std::size_t(2));
        QCOMPARE(data.label(0).value(), 1);
        QCOMPARE(int(valuesOf<std::int8_t>(data.sampleFor(0, inputTensor(ElementType::Int8, {1, 2})))[0]), 3);
    }

    void concatenatedInputsWithDescription()
    {
        write(path("cat/inputs.bin"), std::string("\x00\x01\x02\x03\x04\x05", 6));
        write(path("cat/samples.json"), R"({"count": 3, "bytes_each": 2, "dtype": "uint8"})");
        write(path("cat/labels.csv"), "index,label\n0,4\n1,5\n2,6\n");
        const DataSet data = DataSet::load(path("cat"), inputTensor(ElementType::UInt8, {1, 2}));
        QCOMPARE(data.size(), std::size_t(3));
        QCOMPARE(data.label(2).value(), 6);
        const DataSet few = data.first(1);
        QCOMPARE(few.size(), std::size_t(1));
    }

    void idxFiles()
    {
        write(path("idx/t10k-images-idx3-ubyte"),
            std::string("\0\0\x08\x03\0\0\0\x02\0\0\0\x01\0\0\0\x02\x09\x08\x07\x06", 20));
        write(path("idx/t10k-labels-idx1-ubyte"), std::string("\0\0\x08\x01\0\0\0\x02\x05\x04", 10));
        const DataSet data = DataSet::load(path("idx"), inputTensor(ElementType::UInt8, {1, 1, 2}));
        QCOMPARE(data.size(), std::size_t(2));
        QCOMPARE(data.label(0).value(), 5);
        QCOMPARE(int(valuesOf<std::uint8_t>(data.sampleFor(1, inputTensor(ElementType::UInt8, {1, 1, 2})))[1]), 6);
    }

    void picturesByFolder()
    {
        write(path("pics/cat/a.pgm"), "P5\n2 2\n255\n" + std::string("\x10\x10\x10\x10", 4));
        write(path("pics/dog/b.ppm"), "P6\n1 1\n255\n" + std::string("\x20\x30\x40", 3));
        const Tensor input = inputTensor(ElementType::UInt8, {1, 4, 4, 3});
        const DataSet data = DataSet::load(path("pics"), input);
        QCOMPARE(data.size(), std::size_t(2));
        QCOMPARE(data.classNames().at(1), std::string("dog"));
        const auto pixels = valuesOf<std::uint8_t>(data.sampleFor(1, input));
        QCOMPARE(pixels.size(), std::size_t(48));
        QCOMPARE(int(pixels[1]), 0x30);
        QCOMPARE(int(valuesOf<std::uint8_t>(data.sampleFor(0, input))[2]), 0x10);
    }

    void mistakesNameTheFile_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("message");
        QTest::newRow("not npy") << "bad.npy" << QByteArray("hello") << "is not a .npy file";
        QTest::newRow("cut npy") << "cut.npy" << QByteArray("\x93NUMPY\x01\0\xff\x00{", 11) << "header: is cut off";
        QTest::newRow("not zip") << "bad.npz" << QByteArray("hello") << "bad.npz";
        QTest::newRow("not idx") << "bad.idx" << QByteArray("hello world") << "is not an IDX file";
        QTest::newRow("short raw") << "short.bin" << QByteArray("h") << "one input takes 2";
    }
    void mistakesNameTheFile()
    {
        QFETCH(QString, name);
        QFETCH(QByteArray, content);
        QFETCH(QString, message);
        const auto file = path(name.toLatin1().constData());
        write(file, content.toStdString());
        QString seen;
        try {
            DataSet::load(file, inputTensor(ElementType::Int8, {1, 2}));
        } catch (const Error &error) {
            seen = QString::fromStdString(error.what());
        }
        QVERIFY2(seen.contains(message) && seen.contains(name), qPrintable(seen));
    }

    void everyTruncationOfANpyIsRefusedOrRead()
    {
        const std::string whole = npyOf(ElementType::UInt8, {2, 2}, {1, 2, 3, 4});
        for (std::size_t size = 0; size < whole.size(); ++size) {
            const auto raw = std::as_bytes(std::span(whole).first(size));
            QVERIFY_EXCEPTION_THROWN(
                readNpy(Bytes(std::vector<std::byte>(raw.begin(), raw.end())), "cut.npy"), FormatError);
        }
    }

    void theRealSamplesLoad()
    {
        const auto kws = test::sharedData("models/kws/samples");
        if (!kws) {
            QSKIP("shared models are not there");
        }
        const DataSet data = DataSet::load(*kws, inputTensor(ElementType::Int8, {1, 49, 10, 1}));
        QCOMPARE(data.size(), std::size_t(500));
        QVERIFY(data.hasLabels());
    }
};

TINSMITH_TEST(DataSetTest)

#include "data_set_test.moc"
