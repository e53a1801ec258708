// SPDX-License-Identifier: Apache-2.0
#include "core/formats/atomic_file.h"
#include "core/formats/npy.h"
#include "core/graph/error.h"
#include "core/session/data_set.h"
#include "core/session/data_use.h"
#include "core/session/evaluation.h"
#include "core/session/session.h"
#include "core/session/stored_numbers.h"
#include "core/session/value_file.h"
#include "tests/fixtures/models.h"
#include "tests/support/test_main.h"

#include <QTemporaryDir>

#include <cmath>
#include <functional>

using namespace tinsmith;
using Numbers = test::ModelMaker::Numbers;

namespace {

void writeArray(const std::filesystem::path &file, ElementType type, const Shape &shape, std::vector<double> values)
{
    std::filesystem::create_directories(file.parent_path());
    const std::string content = toNpy(type, shape, storedAs(type, values));
    writeFileAtomically(file, std::as_bytes(std::span(content)));
}

void writeText(const std::filesystem::path &file, const std::string &content)
{
    std::filesystem::create_directories(file.parent_path());
    writeFileAtomically(file, std::as_bytes(std::span(content)));
}

Tensor inputTensor(ElementType type, Shape shape, std::optional<Quantization> quantization = {})
{
    Tensor tensor;
    tensor.name = "image";
    tensor.type = type;
    tensor.shape = std::move(shape);
    tensor.quantization = std::move(quantization);
    return tensor;
}

std::vector<double> numbersIn(const Tensor &tensor, const std::vector<std::byte> &bytes)
{
    return numbersOf(tensor.type, bytes);
}

std::string messageOf(const std::function<void()> &action)
{
    try {
        action();
    } catch (const Error &error) {
        return error.what();
    }
    return {};
}

/// A model of two inputs: a [1,2,2,1] and b [1,3], each through a dense layer, added: 2 classes.
Graph twoInputs()
{
    test::ModelMaker maker(Numbers::Float32);
    const TensorId a = maker.input("a", {1, 2, 2, 1});
    const TensorId b = maker.input("b", {1, 3});
    const TensorId left = maker.dense(maker.reshape(a, {1, 4}), 2);
    return maker.finish({maker.add(left, maker.dense(b, 2))});
}

} // namespace

class DataInputsTest : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

    std::filesystem::path path(const std::string &name) const
    {
        return std::filesystem::path(folder_.path().toStdString()) / name;
    }

private slots:
    void samplesOfEveryTypeBecomeTheSameInput_data()
    {
        QTest::addColumn<int>("type");
        for (const ElementType type :
            {ElementType::Float16, ElementType::Float32, ElementType::Float64, ElementType::Int16, ElementType::UInt16,
                ElementType::Int32, ElementType::UInt32, ElementType::Int64, ElementType::UInt64}) {
            QTest::newRow(std::string(nameOf(type)).c_str()) << static_cast<int>(type);
        }
    }
    void samplesOfEveryTypeBecomeTheSameInput()
    {
        QFETCH(int, type);
        writeArray(path("typed.npy"), static_cast<ElementType>(type), {2, 3}, {0, 1, 2, 3, 40, 250});
        const Tensor real = inputTensor(ElementType::Float32, {1, 3});
        QCOMPARE(numbersIn(real, DataSet::load(path("typed.npy"), real).sampleFor(1, real)),
            (std::vector<double>{3, 40, 250}));
        const Tensor codes = inputTensor(ElementType::Int8, {1, 3}, Quantization{{2}, {-28}, 0});
        QCOMPARE(numbersIn(codes, DataSet::load(path("typed.npy"), codes).sampleFor(1, codes)),
            (std::vector<double>{-26, -8, 97}));
        const Tensor whole = inputTensor(ElementType::Int64, {1, 3});
        QCOMPARE(numbersIn(whole, DataSet::load(path("typed.npy"), whole).sampleFor(0, whole)),
            (std::vector<double>{0, 1, 2}));
    }

    void booleansAreZeroAndOne()
    {
        writeArray(path("bool.npy"), ElementType::Bool, {1, 2}, {0, 1});
        for (const ElementType type : {ElementType::Float32, ElementType::Int32, ElementType::Bool}) {
            const Tensor input = inputTensor(type, {1, 2});
            QCOMPARE(numbersIn(input, DataSet::load(path("bool.npy"), input).sampleFor(0, input)),
                (std::vector<double>{0, 1}));
        }
    }

    void widePixelsFeedAQuantizedImage()
    {
        writeArray(path("wide.npy"), ElementType::UInt16, {1, 2, 2, 1}, {0, 255, 51, 128});
        const Tensor input = inputTensor(ElementType::Int8, {1, 2, 2, 1}, Quantization{{1.0F / 255}, {-128}, 0});
        QCOMPARE(numbersIn(input, DataSet::load(path("wide.npy"), input).sampleFor(0, input)),
            (std::vector<double>{-128, 127, -77, 0}));
    }

    void integersThatDoNotFitAreRefused()
    {
        writeArray(path("large.npy"), ElementType::Int64, {1, 2}, {1, 5e9});
        const Tensor input = inputTensor(ElementType::Int32, {1, 2});
        const std::string seen = messageOf([&] { DataSet::load(path("large.npy"), input).sampleFor(0, input); });
        QVERIFY2(seen.find("large.npy: sample 0: 5e+09 cannot be stored as int32") != std::string::npos, seen.c_str());
    }

    void channelsElsewhereAreTransposedAndSaid()
    {
        std::vector<double> values;
        for (int index = 0; index < 24; ++index) {
            values.push_back(index);
        }
        writeArray(path("nhwc.npy"), ElementType::Float32, {1, 2, 4, 3}, values);
        test::ModelMaker maker(Numbers::Float32);
        const TensorId x = maker.input("x", {1, 3, 2, 4});
        const Graph graph = maker.finish({maker.reshape(x, {1, 24})});
        const DataSet data = DataSet::load(path("nhwc.npy"), graph);
        const auto moved = numbersOf(ElementType::Float32, data.sampleFor(0, graph).front());
        QCOMPARE(moved[1], 3.0);
        QCOMPARE(moved[8], 1.0);
        const DataUse use = useOf(suited(data, graph), graph);
        QVERIFY(use.transposed);
        QCOMPARE(use.notes.front(), std::string("Samples are 2×4×3, transposed to 3×2×4 (channels first)."));

        writeArray(path("other.npy"), ElementType::Float32, {1, 4, 2, 3}, values);
        const std::string seen = messageOf([&] { DataSet::load(path("other.npy"), graph); });
        QVERIFY2(seen.find("its samples are 4×2×3, the model's input x is 1×3×2×4") != std::string::npos, seen.c_str());
    }

    void valuesThatAreNotFiniteAreCountedAndRefused()
    {
        writeArray(path("nan.npy"), ElementType::Float64, {4, 1}, {1, std::nan(""), 2, HUGE_VAL});
        const std::string seen = messageOf([&] {
            DataSet::load(path("nan.npy"), inputTensor(ElementType::Float32, {1, 1}));
        });
        QVERIFY2(seen.find("2 of 4 samples hold") != std::string::npos
                && seen.find("the first is sample 1") != std::string::npos,
            seen.c_str());
    }

    void labelsAreOneWholeNumberPerSample_data()
    {
        QTest::addColumn<int>("type");
        QTest::addColumn<QVector<qint64>>("shape");
        QTest::addColumn<QVector<double>>("values");
        QTest::addColumn<QString>("message");
        const auto row = [](const char *name, ElementType type, const QVector<qint64> &shape,
                             const QVector<double> &values, const char *message) {
            QTest::newRow(name) << static_cast<int>(type) << shape << values << QString::fromLatin1(message);
        };
        row("float16", ElementType::Float16, {3}, {0, 1, 2}, "");
        row("uint64", ElementType::UInt64, {3, 1}, {0, 1, 2}, "");
        row("bool", ElementType::Bool, {3}, {0, 1, 1}, "");
        row("fraction", ElementType::Float32, {3}, {0, 1.5, 2}, "the label of sample 1 is 1.5, not a whole number");
        row("nan", ElementType::Float64, {3}, {0, 1, std::nan("")}, "sample 2 is nan, not a whole number");
        row("large", ElementType::Int64, {3}, {0, 1, 5e9}, "too large");
        row("too few", ElementType::Int32, {2}, {0, 1}, "has 2 labels for 3 samples");
        row("one-hot", ElementType::Int32, {3, 2}, {0, 1, 0, 1, 1, 0}, "one class number per sample");
    }
    void labelsAreOneWholeNumberPerSample()
    {
        QFETCH(int, type);
        QFETCH(QVector<qint64>, shape);
        QFETCH(QVector<double>, values);
        QFETCH(QString, message);
        writeArray(path("labelled/inputs.npy"), ElementType::Float32, {3, 1}, {1, 2, 3});
        writeArray(path("labelled/labels.npy"), static_cast<ElementType>(type),
            Shape(std::vector<std::int64_t>(shape.begin(), shape.end())), {values.begin(), values.end()});
        const std::string seen = messageOf([&] {
            const DataSet data = DataSet::load(path("labelled"), inputTensor(ElementType::Float32, {1, 1}));
            QCOMPARE(data.label(1).value(), 1);
        });
        QVERIFY2(message.isEmpty() ? seen.empty() : QString::fromStdString(seen).contains(message), seen.c_str());
    }

    void aCsvLineWithoutLabelIsRefused()
    {
        writeText(path("csv/a.bin"), "\x01\x02");
        writeText(path("csv/labels.csv"), "file,label\na.bin,1\na.bin,1.5\n");
        const std::string seen = messageOf([&] { DataSet::load(path("csv"), inputTensor(ElementType::Int8, {1, 2})); });
        QVERIFY2(seen.find("line 3: has no label") != std::string::npos, seen.c_str());
    }

    void labelsOutsideTheClassesAreCountedAndSaid()
    {
        const Graph graph = twoInputs();
        writeArray(path("outside/a.npy"), ElementType::Float32, {3, 2, 2, 1}, std::vector<double>(12, 0.5));
        writeArray(path("outside/b.npy"), ElementType::Float32, {3, 3}, std::vector<double>(9, 0.25));
        writeArray(path("outside/labels.npy"), ElementType::Int32, {3}, {0, 2, -1});
        const Evaluation result = evaluate(graph, DataSet::load(path("outside"), graph));
        QCOMPARE(result.labelsOutside, std::size_t(2));
        QVERIFY2(result.notes.back().find("2 of 3 labels are outside the model's 2 classes (0 to 1), the first is 2")
                != std::string::npos,
            result.notes.back().c_str());
        QVERIFY(result.accuracy.value() < 0.34);
    }

    void samplesAreEvaluatedFromFreshState()
    {
        GraphBuilder builder;
        const auto tensor = [&](const char *name, const Shape &shape, ElementType type) {
            Tensor made = inputTensor(type, shape);
            made.name = name;
            return builder.addTensor(made);
        };
        const TensorId x = tensor("x", {1, 2}, ElementType::Float32);
        const TensorId handle = tensor("handle", {}, ElementType::Resource);
        const TensorId old = tensor("old", {1, 2}, ElementType::Float32);
        const TensorId sum = tensor("sum", {1, 2}, ElementType::Float32);
        builder.addOperator({"variable", VariableHandle{"", "total"}, {}, {handle}});
        builder.addOperator({"read", ReadVariable{}, {handle}, {old}});
        builder.addOperator({"add", Binary{BinaryFunction::Add, {}}, {old, x}, {sum}});
        builder.addOperator({"keep", AssignVariable{}, {handle, sum}, {}});
        builder.setInputs({x});
        builder.setOutputs({sum});
        const Graph graph = builder.build();
        writeArray(path("state/inputs.npy"), ElementType::Float32, {2, 2}, {0, 5, 1, 0});
        writeArray(path("state/labels.npy"), ElementType::Int8, {2}, {1, 0});
        QCOMPARE(evaluate(graph, DataSet::load(path("state"), graph)).accuracy.value(), 1.0);
    }

    void severalInputsAreFedByNameOrPosition_data()
    {
        QTest::addColumn<QString>("first");
        QTest::addColumn<QString>("second");
        QTest::newRow("names") << "a"
                               << "b";
        QTest::newRow("numbers") << "inputs_0"
                                 << "inputs_1";
        QTest::newRow("short numbers") << "input0"
                                       << "input1";
        QTest::newRow("as numpy numbers them") << "arr_0"
                                               << "arr_1";
    }
    void severalInputsAreFedByNameOrPosition()
    {
        QFETCH(QString, first);
        QFETCH(QString, second);
        const std::string folder = "two " + first.toStdString();
        const Graph graph = twoInputs();
        writeArray(path(folder) / (first.toStdString() + ".npy"), ElementType::Float32, {2, 1, 2, 2},
            {1, 2, 3, 4, 5, 6, 7, 8});
        writeArray(path(folder) / (second.toStdString() + ".npy"), ElementType::Float64, {2, 3}, {1, 2, 3, 4, 5, 6});
        writeArray(path(folder) / "labels.npy", ElementType::UInt8, {2}, {1, 0});
        const DataSet data = DataSet::load(path(folder), graph);
        const auto sample = data.sampleFor(1, graph);
        QCOMPARE(numbersOf(ElementType::Float32, sample[0]), (std::vector<double>{5, 6, 7, 8}));
        QCOMPARE(numbersOf(ElementType::Float32, sample[1]), (std::vector<double>{4, 5, 6}));
        QVERIFY(data.hasLabels());
        QCOMPARE(evaluate(graph, data, &graph).agreement.value(), 1.0);
        Session session = Session::fromGraph(graph, TargetDatabase::builtIn().at("stm32l4r5"));
        session.setData(path(folder), data);
        const auto state = session.withStep(parseStep("quantize"));
        QCOMPARE(evaluate(state->optimised->graph, data, &graph).samples, std::size_t(2));
    }

    void arraysThatFeedNoInputAreNamed()
    {
        writeArray(path("odd/a.npy"), ElementType::Float32, {1, 2, 2, 1}, {1, 2, 3, 4});
        writeArray(path("odd/c.npy"), ElementType::Float32, {1, 3}, {1, 2, 3});
        const std::string seen = messageOf([&] { DataSet::load(path("odd"), twoInputs()); });
        QVERIFY2(seen.find("its arrays (a, c)") != std::string::npos && seen.find("(a, b)") != std::string::npos,
            seen.c_str());
        writeArray(path("uneven/a.npy"), ElementType::Float32, {1, 2, 2, 1}, {1, 2, 3, 4});
        writeArray(path("uneven/b.npy"), ElementType::Float32, {2, 3}, {1, 2, 3, 4, 5, 6});
        const std::string uneven = messageOf([&] { DataSet::load(path("uneven"), twoInputs()); });
        QVERIFY2(uneven.find("has 2 samples") != std::string::npos, uneven.c_str());
    }

    void pixelsAreReadAsChosen()
    {
        writeArray(path("pixels.npy"), ElementType::UInt8, {1, 1, 1, 3}, {0, 255, 51});
        const Tensor real = inputTensor(ElementType::Float32, {1, 1, 1, 3});
        const DataSet data = DataSet::load(path("pixels.npy"), real);
        QVERIFY(data.hasPixels());
        QCOMPARE(numbersIn(real, data.with(PixelRange::parse("0,127.5,50/1,127.5,0.5")).sampleFor(0, real)),
            (std::vector<double>{0, 1, 2}));
        const Tensor codes = inputTensor(ElementType::Int8, {1, 1, 1, 3}, Quantization{{1.0F / 255}, {-128}, 0});
        QCOMPARE(numbersIn(codes, data.sampleFor(0, codes)), (std::vector<double>{-128, 127, -77}));
        QCOMPARE(numbersIn(codes, data.with(PixelRange::signedUnit()).sampleFor(0, codes)),
            (std::vector<double>{-128, 127, -128}));
        const std::string seen = messageOf([&] { data.with(PixelRange::parse("1,2/3,4")).sampleFor(0, real); });
        QVERIFY2(seen.find("2 means and deviations") != std::string::npos, seen.c_str());
    }

    void filesBecomeInputs()
    {
        const Tensor codes = inputTensor(ElementType::Int8, {1, 1, 2, 1}, Quantization{{0.5F}, {10}, 0});
        writeArray(path("f64.npy"), ElementType::Float64, {1, 2}, {1, -2});
        const FileValue quantized = readInputFile(path("f64.npy"), codes);
        QCOMPARE(numbersIn(codes, quantized.bytes), (std::vector<double>{12, 6}));
        QVERIFY(quantized.notes.front().find("quantized to int8") != std::string::npos);
        writeArray(path("i16.npy"), ElementType::Int16, {1, 2}, {1, 2});
        const std::string seen = messageOf([&] { readInputFile(path("i16.npy"), codes); });
        QVERIFY2(seen.find("is int16, tensor image is int8 (quantized)") != std::string::npos, seen.c_str());
        QCOMPARE(numbersIn(codes, readInputFile(path("i16.npy"), codes, {PixelRange::byte(), {}}).bytes),
            (std::vector<double>{12, 14}));
        const Tensor real = inputTensor(ElementType::Float32, {1, 2});
        QCOMPARE(numbersIn(real, readInputFile(path("i16.npy"), real).bytes), (std::vector<double>{1, 2}));
        writeArray(path("i32.npy"), ElementType::Int32, {1, 2}, {16777217, 2});
        QVERIFY(messageOf([&] { readInputFile(path("i32.npy"), real); }).find("no exact float32") != std::string::npos);
        const Tensor turned = inputTensor(ElementType::Float32, {1, 2, 1, 3});
        writeArray(path("turned.npy"), ElementType::Float32, {1, 1, 3, 2}, {1, 2, 3, 4, 5, 6});
        const FileValue moved = readInputFile(path("turned.npy"), turned);
        QCOMPARE(numbersIn(turned, moved.bytes), (std::vector<double>{1, 3, 5, 2, 4, 6}));
        QVERIFY(moved.notes.front().find("transposed to 2×1×3") != std::string::npos);
        QVERIFY(!messageOf([&] {
            readInputFile(path("turned.npy"), inputTensor(ElementType::Float32, {1, 6}));
        }).empty());
        QVERIFY(!messageOf([&] { readOutputFile(path("f64.npy"), codes); }).empty());
    }

    void picturesBecomeInputs()
    {
        writeText(path("grey.pgm"), std::string("P5\n2 1\n255\n\x00\xff", 13));
        const Tensor codes = inputTensor(ElementType::Int8, {1, 1, 2, 1}, Quantization{{1.0F / 128}, {0}, 0});
        const FileValue guessed = readInputFile(path("grey.pgm"), codes);
        QCOMPARE(numbersIn(codes, guessed.bytes), (std::vector<double>{-128, 127}));
        QVERIFY2(guessed.notes.front().find("-1..1 (guessed from") != std::string::npos, guessed.notes.front().c_str());
        const Tensor real = inputTensor(ElementType::Float32, {1, 1, 1, 2});
        QCOMPARE(numbersIn(real, readInputFile(path("grey.pgm"), real).bytes), (std::vector<double>{0, 1}));
        QCOMPARE(numbersIn(real, readInputFile(path("grey.pgm"), real, {PixelRange::byte(), {}}).bytes),
            (std::vector<double>{0, 255}));
        const std::string seen
            = messageOf([&] { readInputFile(path("grey.pgm"), inputTensor(ElementType::Float32, {640})); });
        QVERIFY2(seen.find("is a picture, the input image (640) is not one") != std::string::npos, seen.c_str());
    }
};

TINSMITH_TEST(DataInputsTest)

#include "data_inputs_test.moc"
