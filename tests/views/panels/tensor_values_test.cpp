// SPDX-License-Identifier: Apache-2.0
#include "core/formats/npy.h"
#include "core/graph/error.h"
#include "core/graph/texts.h"
#include "core/session/session.h"
#include "tests/fixtures/models.h"
#include "tests/support/test_main.h"
#include "views/inspector/channel_scales.h"
#include "views/inspector/inspector_panel.h"
#include "views/inspector/property_row.h"
#include "views/inspector/tensor_file.h"
#include "views/inspector/tensor_statistics.h"
#include "views/inspector/value_summary.h"
#include "views/inspector/values_dialog.h"
#include "views/inspector/values_model.h"

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QFile>
#include <QFloat16>
#include <QGuiApplication>
#include <QLineEdit>
#include <QPushButton>
#include <QTemporaryDir>
#include <QVBoxLayout>

#include <complex>
#include <limits>

using namespace tinsmith;

namespace {

template <typename T>
Tensor constant(ElementType type, std::vector<std::int64_t> dims, const std::vector<T> &values)
{
    Tensor tensor;
    tensor.name = "w";
    tensor.type = type;
    tensor.shape = Shape(std::move(dims));
    tensor.data = Bytes::of(values);
    return tensor;
}

QStringList textsOf(const Tensor &tensor)
{
    const TensorValues values(tensor);
    QStringList texts;
    for (std::size_t index = 0; index < values.count(); ++index) {
        texts << values.text(index);
    }
    return texts;
}

} // namespace

class TensorValuesTest : public QObject {
    Q_OBJECT

private slots:
    void everyTypeIsReadable()
    {
        using E = ElementType;
        const QString minus(QChar(0x2212));
        QCOMPARE(textsOf(constant<float>(E::Float32, {2}, {0.5F, -2})), (QStringList{"0.5", minus + "2"}));
        QCOMPARE(textsOf(constant<double>(E::Float64, {1}, {0.25})), QStringList{"0.25"});
        QCOMPARE(textsOf(constant<qfloat16>(E::Float16, {1}, {qfloat16(1.5F)})), QStringList{"1.5"});
        QCOMPARE(
            textsOf(constant<std::uint16_t>(E::BFloat16, {2}, {0x3FC0, 0xC000})), (QStringList{"1.5", minus + "2"}));
        QCOMPARE(
            textsOf(constant<std::uint8_t>(E::Int4, {3}, {0xF7, 0x08})), (QStringList{"7", minus + "1", minus + "8"}));
        QCOMPARE(textsOf(constant<std::int8_t>(E::Int8, {1}, {-128})), QStringList{minus + "128"});
        QCOMPARE(textsOf(constant<std::uint8_t>(E::UInt8, {1}, {255})), QStringList{"255"});
        QCOMPARE(textsOf(constant<std::int16_t>(E::Int16, {1}, {-32768})), QStringList{minus + "32768"});
        QCOMPARE(textsOf(constant<std::int32_t>(E::Int32, {1}, {2147483647})), QStringList{"2147483647"});
        QCOMPARE(textsOf(constant<std::int64_t>(E::Int64, {1}, {9007199254740993})), QStringList{"9007199254740993"});
        QCOMPARE(textsOf(constant<std::uint8_t>(E::Bool, {2}, {0, 1})), (QStringList{"false", "true"}));
        QCOMPARE(textsOf(constant<float>(E::Complex64, {1}, {3, -4})), QStringList{"3 " + minus + " 4i"});
        QCOMPARE(TensorValues(constant<float>(E::Complex64, {1}, {3, -4})).number(0), 5.0);
        QCOMPARE(
            textsOf(constant<float>(E::Float32, {1}, {std::numeric_limits<float>::quiet_NaN()})), QStringList{"NaN"});
        const TensorValues unknown(constant<std::uint8_t>(E::Resource, {1}, {1}));
        QCOMPARE(unknown.kind(), TensorValues::Kind::None);
        QVERIFY(unknown.why().contains(QStringLiteral("resource")));
        // Fewer bytes than the shape says: what is there is shown, nothing beyond.
        QCOMPARE(textsOf(constant<float>(E::Float32, {4}, {1, 2})).size(), 2);
        QCOMPARE(TensorValues(constant<float>(E::Float32, {4}, {})).kind(), TensorValues::Kind::None);
    }

    void aValueThatStandsBelowItsNameIsSeen()
    {
        QWidget outer;
        auto *layout = new QVBoxLayout(&outer);
        auto *box = new QWidget;
        auto *inner = new QVBoxLayout(box);
        auto *row = new PropertyRow(QStringLiteral("A name of some length"), QStringLiteral("and a value as long"));
        inner->addWidget(row);
        inner->addWidget(new PropertyRow(QStringLiteral("Zeros"), QStringLiteral("0.0 %")));
        layout->addWidget(box);
        outer.resize(170, 60);
        outer.show();
        QVERIFY(row->stacked(row->width()));
        QTRY_COMPARE(row->height(), row->heightForWidth(row->width()));
        QVERIFY(row->value()->height() > 0);
    }

    void textsAreReadable()
    {
        std::vector<std::uint8_t> texts = {3, 0, 0, 0, 20, 0, 0, 0, 22, 0, 0, 0, 22, 0, 0, 0, 25, 0, 0, 0};
        for (const char c : std::string("hiyou")) {
            texts.push_back(static_cast<std::uint8_t>(c));
        }
        QCOMPARE(textsOf(constant(ElementType::String, {3}, texts)), (QStringList{"hi", "", "you"}));
        // Offsets that lead outside are no offsets.
        texts[8] = 200;
        QCOMPARE(textsOf(constant(ElementType::String, {3}, texts)), QStringList());
    }

    void statisticsAreOfAllValues()
    {
        Tensor tensor = constant<std::int8_t>(ElementType::Int8, {2, 3}, {-3, 4, 5, 3, 3, 3});
        tensor.quantization = Quantization{{0.5F, 2.0F}, {3, 3}, 0};
        const auto statistics = statisticsOf(TensorValues(tensor), 48);
        QVERIFY(statistics.has_value());
        QCOMPARE(statistics->histogram.low, -3.0);
        QCOMPARE(statistics->histogram.high, 5.0);
        QCOMPARE(statistics->mean, 2.5);
        QCOMPARE(statistics->histogram.counts.size(), std::size_t(9));
        QCOMPARE(statistics->sparsity, 0.5);
        QCOMPARE(statistics->channels.size(), std::size_t(2));
        QCOMPARE(statistics->channels[0].low, -3.0);
        QCOMPARE(statistics->channels[1].high, 3.0);
        QCOMPARE(TensorValues(tensor).real(1), 0.5);
        const std::atomic<bool> cancelled = true;
        QVERIFY(!statisticsOf(TensorValues(tensor), 48, &cancelled).has_value());
        // The histogram agrees with the one that charts make of copied numbers.
        const std::vector<double> copied = {-3, 4, 5, 3, 3, 3};
        QCOMPARE(statistics->histogram.counts, histogramOf(copied, 48).counts);
    }

    void largeOnesAreCountedInAWorker()
    {
        std::vector<float> many(200'000, 1.0F);
        many.back() = -7;
        ValueSummary summary(TensorValues(constant(ElementType::Float32, {200, 1000}, many)));
        QVERIFY(!summary.ready());
        QTRY_VERIFY(summary.ready());
    }

    void valuesComeInPages()
    {
        std::vector<std::int32_t> many(3 * 2500);
        for (std::size_t index = 0; index < many.size(); ++index) {
            many[index] = static_cast<std::int32_t>(index);
        }
        ValuesModel model(TensorValues(constant(ElementType::Int32, {2500, 3}, many)));
        const QAbstractItemModelTester tester(&model);
        QCOMPARE(model.pages(), 3);
        QCOMPARE(model.rowCount(), ValuesModel::rowsPerPage);
        model.setPage(2);
        QCOMPARE(model.rowCount(), 500);
        QCOMPARE(model.index(0, 1).data().toString(), QStringLiteral("6001"));
        QCOMPARE(model.headerData(0, Qt::Vertical, Qt::DisplayRole).toString(), QStringLiteral("2000"));
        const auto element = model.elementAt(QStringLiteral("1, 2"));
        QVERIFY(element && *element == 5);
        QCOMPARE(model.indexOf(*element).data().toString(), QStringLiteral("5"));
        QCOMPARE(model.page(), 0);
        QVERIFY(!model.elementAt(QStringLiteral("2500, 0")));
        QVERIFY(!model.elementAt(QStringLiteral("x")));
        // A long row is wrapped.
        const ValuesModel flat(TensorValues(constant(ElementType::Int32, {7500}, many)));
        QCOMPARE(flat.columnCount(), 16);
        QCOMPARE(flat.headerData(1, Qt::Vertical, Qt::DisplayRole).toString(), QStringLiteral("16"));
    }

    void theTableShowsRealValuesAndCopies()
    {
        Tensor tensor = constant<std::int8_t>(ElementType::Int8, {1, 2}, {-4, 8});
        tensor.quantization = Quantization{{0.5F}, {-2}, 0};
        ValuesModel model{TensorValues(tensor)};
        model.setReal(true);
        QCOMPARE(model.index(0, 1).data().toString(), QStringLiteral("5"));
        ValuesDialog dialog(tensor);
        for (QPushButton *button : dialog.findChildren<QPushButton *>()) {
            if (button->text() == QStringLiteral("Copy")) {
                button->click();
            }
        }
        QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("-4\t8\n"));
    }

    void constantsAreSavedAsNumPyHasThem()
    {
        const QTemporaryDir folder;
        const std::string file = folder.filePath(QStringLiteral("w.npy")).toStdString();
        saveTensorFile(constant<std::uint8_t>(ElementType::Int4, {3}, {0xF7, 0x08}), file);
        NpyArray array = loadNpy(file);
        QCOMPARE(array.type, ElementType::Int8);
        QCOMPARE(array.data.copyAs<std::int8_t>(), (std::vector<std::int8_t>{7, -1, -8}));
        saveTensorFile(constant<std::uint16_t>(ElementType::BFloat16, {1}, {0x3FC0}), file);
        QCOMPARE(loadNpy(file).data.copyAs<float>(), std::vector<float>{1.5F});
        saveTensorFile(constant<double>(ElementType::Complex128, {1}, {1, 2}), file);
        QCOMPARE(loadNpy(file).type, ElementType::Complex128);
        QFile raw(QString::fromStdString(file));
        QVERIFY(raw.open(QIODevice::ReadOnly));
        QVERIFY(raw.readAll().contains("'<c16'"));
        Tensor texts = constant<char>(ElementType::String, {2}, {});
        texts.data = packTexts(std::vector<std::string_view>{"a\n", "b"});
        QCOMPARE(tensorFileSuffix(texts), QStringLiteral(".txt"));
        saveTensorFile(texts, file);
        raw.close();
        QVERIFY(raw.open(QIODevice::ReadOnly));
        QCOMPARE(raw.readAll(), QByteArray("a\\n\nb\n"));
        QVERIFY_EXCEPTION_THROWN(
            saveTensorFile(constant<std::uint8_t>(ElementType::Variant, {1}, {1}), file), UnsupportedError);
    }

    void scalesStandByChannel()
    {
        const Quantization quantization{{0.5F, 0.25F}, {0, 4}, 0};
        ChannelScales model(quantization, ElementType::Int8);
        const QAbstractItemModelTester tester(&model);
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.index(1, ChannelScales::Scale).data().toString(), QStringLiteral("0.25"));
        QCOMPARE(model.index(1, ChannelScales::ZeroPoint).data().toString(), QStringLiteral("4"));
        QCOMPARE(realRangeText(quantization, ElementType::Int8), QStringLiteral("−64 … 63.5"));
        QCOMPARE(realRangeText(quantization, ElementType::Int4, 0), QStringLiteral("−4 … 3.5"));
        QVERIFY(realRangeText(quantization, ElementType::Float32).isEmpty());
    }

    void longValuesStandBelowTheirName()
    {
        PropertyRow row(
            QStringLiteral("Name"), QStringLiteral("model/conv2d_1/BiasAdd;model/batch_normalization/Fused"));
        QVERIFY(row.stacked(240));
        QVERIFY(!row.stacked(900));
        QVERIFY(row.heightForWidth(240) > 2 * row.fontMetrics().height());
        QCOMPARE(row.value()->value(), QStringLiteral("model/conv2d_1/BiasAdd;model/batch_normalization/Fused"));
        const PropertyRow brief(QStringLiteral("Stride"), QStringLiteral("2 × 2"));
        QVERIFY(!brief.stacked(240));
    }

    void theInspectorShowsQuantization()
    {
        const Session session = Session::fromGraph(
            test::smallCnn(test::ModelMaker::Numbers::Int8), TargetDatabase::builtIn().at("stm32l4r5"));
        const auto analysis = session.state().optimised;
        InspectorPanel panel;
        panel.setAnalysis(analysis, analysis->graph);
        panel.showOperator(analysis->graph.operatorNamed("conv_1"));
        QStringList texts;
        for (const QLabel *label : panel.findChildren<QLabel *>()) {
            texts << label->text();
        }
        for (const char *expected : {"Scale", "Zero point", "Real range", "Scales", "Weights", "Bias", "Zeros"}) {
            QVERIFY2(texts.contains(QString::fromLatin1(expected)), expected);
        }
        QCOMPARE(panel.findChildren<QAbstractItemModel *>().isEmpty(), false);
    }
};

TINSMITH_TEST(TensorValuesTest)

#include "tensor_values_test.moc"
