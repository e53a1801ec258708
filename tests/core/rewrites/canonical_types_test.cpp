// SPDX-License-Identifier: Apache-2.0
#include "core/execute/compare.h"
#include "core/execute/element_values.h"
#include "core/execute/executor.h"
#include "core/firmware/package.h"
#include "core/rewrites/canonical.h"
#include "tests/core/rewrites/compare.h"
#include "tests/fixtures/models.h"
#include "tests/support/test_main.h"

#include <cmath>
#include <random>

namespace tinsmith {
namespace {

using test::ModelMaker;

TensorId floats(ModelMaker &maker, const std::string &name, const Shape &shape, const std::vector<float> &values)
{
    return maker.builder().addConstant(
        maker.builder().uniqueTensorName(name), ElementType::Float32, shape, Bytes::of(values));
}

/// The graph in halves: activations and constants, as PyTorch's .half() leaves it; `floatInterface` keeps float inputs
/// and outputs, with casts.
Graph inHalves(const Graph &graph, bool floatInterface)
{
    GraphBuilder builder(graph);
    for (std::size_t i = 0; i < builder.tensorCount(); ++i) {
        Tensor &tensor = builder.tensor(TensorId(i));
        if (tensor.data) {
            std::vector<std::uint16_t> halves;
            for (const float value : tensor.data->copyAs<float>()) {
                halves.push_back(halfFromFloat(value));
            }
            tensor.data = Bytes::of(halves);
        }
        tensor.type = ElementType::Float16;
    }
    if (floatInterface) {
        const TensorId inner = builder.inputs()[0];
        Tensor outside = builder.tensor(inner);
        outside.name = "float_in";
        outside.type = ElementType::Float32;
        const TensorId input = builder.addTensor(outside);
        builder.addOperator({"to_half", Cast{ElementType::Float16}, {input}, {inner}});
        builder.setInputs({input});
        const TensorId result = builder.outputs()[0];
        outside = builder.tensor(result);
        outside.name = "float_out";
        outside.type = ElementType::Float32;
        const TensorId output = builder.addTensor(outside);
        builder.addOperator({"to_float", Cast{ElementType::Float32}, {result}, {output}});
        builder.setOutputs({output});
    }
    return builder.build();
}

void allExportable(const Graph &graph)
{
    for (std::size_t i = 0; i < graph.operators().size(); ++i) {
        const std::string why = whyNotExportable(graph, OperatorId(i));
        QVERIFY2(why.empty(), qPrintable(QString::fromStdString(graph.operators()[i].name + ": " + why)));
    }
}

double quantizedSqnr(const Graph &real, const RewriteData &data)
{
    const auto stored = test::rewriteOf("quantize").apply(real, {}, &data);
    if (!stored) {
        return -1;
    }
    return compareGraphs(real, *stored, data.samples.size(), [&](std::size_t i, const Graph &graph) {
        return std::vector<TensorValue>{
            convertedValue(real.tensor(real.inputs()[0]), data.samples[i][0], graph.tensor(graph.inputs()[0]))};
    }).sqnrDb;
}

RewriteData samplesOf(const Graph &graph)
{
    std::mt19937 random(5);
    RewriteData data;
    const Tensor &input = graph.tensor(graph.inputs()[0]);
    for (int i = 0; i < 10; ++i) {
        if (input.type == ElementType::Float16) {
            Tensor real = input;
            real.type = ElementType::Float32;
            std::vector<std::uint16_t> halves;
            for (const float value : realsOf(real, test::randomValue(real, random))) {
                halves.push_back(halfFromFloat(value));
            }
            const auto view = std::as_bytes(std::span<const std::uint16_t>(halves));
            data.samples.push_back({{view.begin(), view.end()}});
        } else {
            data.samples.push_back({test::randomValue(input, random)});
        }
    }
    return data;
}

} // namespace

/// Types that models come in and no kernel has.
class CanonicalTypesTest : public QObject {
    Q_OBJECT
private slots:
    void halvesBecomeFloats_data()
    {
        QTest::addColumn<bool>("floatInterface");
        QTest::newRow("half inputs") << false;
        QTest::newRow("casts at the ends") << true;
    }
    void halvesBecomeFloats()
    {
        QFETCH(bool, floatInterface);
        const Graph graph = inHalves(test::smallCnn(ModelMaker::Numbers::Float32), floatInterface);
        const Graph ready = canonical(graph);
        for (const Tensor &tensor : ready.tensors()) {
            QVERIFY(tensor.type == ElementType::Float32);
        }
        for (const Operator &op : ready.operators()) {
            QVERIFY(!op.is<Cast>());
        }
        allExportable(ready);
        if (floatInterface) {
            QVERIFY(test::largestDifference(graph, ready) < 0.01);
        }
        QVERIFY(!test::rewriteOf("quantize").sites(graph).empty());
        QVERIFY(quantizedSqnr(graph, samplesOf(graph)) > 20);
    }

    void storedWeightsBecomeFloats_data()
    {
        QTest::addColumn<bool>("dequantized");
        QTest::newRow("hybrid") << false;
        QTest::newRow("behind a Dequantize") << true;
    }
    void storedWeightsBecomeFloats()
    {
        QFETCH(bool, dequantized);
        ModelMaker maker(ModelMaker::Numbers::Float32, 4);
        const TensorId x = maker.input("x", {1, 6, 6, 3});
        std::vector<std::int8_t> codes(4 * 3 * 3 * 3);
        for (std::size_t i = 0; i < codes.size(); ++i) {
            codes[i] = static_cast<std::int8_t>(static_cast<int>(i * 37 % 255) - 127);
        }
        const Quantization scales{{0.01F, 0.002F, 0.02F, 0.005F}, {0, 0, 0, 0}, 0};
        TensorId weights = maker.builder().addConstant("w", ElementType::Int8, {4, 3, 3, 3}, Bytes::of(codes), scales);
        if (dequantized) {
            Tensor real = maker.builder().tensor(weights);
            real.name = "w_real";
            real.type = ElementType::Float32;
            real.quantization.reset();
            real.data.reset();
            const TensorId output = maker.builder().addTensor(real);
            maker.builder().addOperator({"dequantize", Dequantize{}, {weights}, {output}});
            weights = output;
        }
        const TensorId y = maker.op(Conv2D{}, {x, weights, floats(maker, "b", {4}, {1, 2, 3, 4})}, 1, "conv")[0];
        const Graph graph = maker.finish({y});
        const Graph ready = canonical(graph);
        QCOMPARE(ready.operators().size(), std::size_t{1});
        const Tensor &made = ready.tensor(ready.operators()[0].inputs[1]);
        QCOMPARE(made.type, ElementType::Float32);
        const auto values = made.data->copyAs<float>();
        for (std::size_t i = 0; i < codes.size(); ++i) {
            QCOMPARE(values[i], static_cast<float>(codes[i]) * scales.scales[i / 27]);
        }
        allExportable(ready);
        QVERIFY(!test::rewriteOf("quantize").sites(graph).empty());
        const RewriteData data = samplesOf(graph);
        const auto stored = test::rewriteOf("quantize").apply(graph, {}, &data);
        QVERIFY(stored.has_value());
        allExportable(canonical(*stored));
        QVERIFY(quantizedSqnr(ready, data) > 25);
    }

    void bytesAtTheInputBecomePartOfTheQuantization_data()
    {
        QTest::addColumn<int>("normalization");
        QTest::addColumn<int>("operators");
        QTest::addColumn<bool>("isSigned");
        QTest::newRow("none") << 0 << 2 << false;
        QTest::newRow("divided by 255") << 1 << 2 << false;
        QTest::newRow("minus 128, times 1/128") << 2 << 2 << false;
        // A zero point of 127.5 is none: the addend stays.
        QTest::newRow("times 1/127.5, minus 1") << 3 << 3 << false;
        QTest::newRow("mean and deviation per channel") << 4 << 4 << false;
        QTest::newRow("signed") << 0 << 2 << true;
    }
    void bytesAtTheInputBecomePartOfTheQuantization()
    {
        QFETCH(int, normalization);
        QFETCH(int, operators);
        QFETCH(bool, isSigned);
        ModelMaker maker(ModelMaker::Numbers::Float32, 4);
        const TensorId input = maker.input("pixels", {1, 6, 6, 3});
        maker.builder().tensor(input).type = isSigned ? ElementType::Int8 : ElementType::UInt8;
        TensorId x = maker.op(Cast{ElementType::Float32}, {input}, 1, "cast")[0];
        maker.builder().tensor(x).type = ElementType::Float32;
        const auto arithmetic = [&](BinaryFunction function, const std::vector<float> &values, const char *name) {
            x = maker.op(Binary{function, {}},
                {x, floats(maker, "c", {static_cast<std::int64_t>(values.size())}, values)}, 1, name)[0];
        };
        if (normalization == 1) {
            arithmetic(BinaryFunction::Div, {255}, "div");
        } else if (normalization == 2) {
            arithmetic(BinaryFunction::Sub, {128}, "sub");
            arithmetic(BinaryFunction::Mul, {1.0F / 128}, "mul");
        } else if (normalization == 3) {
            arithmetic(BinaryFunction::Mul, {1 / 127.5F}, "mul");
            arithmetic(BinaryFunction::Sub, {1}, "sub");
        } else if (normalization == 4) {
            arithmetic(BinaryFunction::Sub, {120, 110, 100}, "sub");
            arithmetic(BinaryFunction::Div, {60, 61, 62}, "div");
        }
        const Graph graph = maker.finish({maker.conv(x, 4, 3, 1, PaddingMode::Valid, FusedActivation::None, "conv")});
        const Graph ready = canonical(graph);
        QCOMPARE(ready.operators().size(), static_cast<std::size_t>(operators));
        QVERIFY(ready.operators()[0].is<Dequantize>());
        QVERIFY(test::largestDifference(graph, ready) < (normalization == 0 ? 1e-2 : 1e-4));
        allExportable(ready);

        RewriteData data;
        std::mt19937 random(8);
        for (int i = 0; i < 10; ++i) {
            std::vector<std::byte> value(6 * 6 * 3);
            for (std::byte &byte : value) {
                byte = static_cast<std::byte>(random() >> 24);
            }
            data.samples.push_back({value});
        }
        const auto stored = test::rewriteOf("quantize").apply(graph, {}, &data);
        QVERIFY(stored.has_value());
        const Tensor &bytes = stored->tensor(stored->inputs()[0]);
        QCOMPARE(bytes.type, isSigned ? ElementType::Int8 : ElementType::UInt8);
        for (const Operator &op : stored->operators()) {
            QCOMPARE(stored->tensor(op.outputs[0]).type, ElementType::Int8);
        }
        allExportable(canonical(*stored));
        Executor reference(graph);
        Executor executor(*stored);
        Deviation deviation;
        for (const auto &sample : data.samples) {
            deviation.add(realsOf(graph.tensor(graph.outputs()[0]), reference.run(sample)[0]),
                realsOf(stored->tensor(stored->outputs()[0]), executor.run(sample)[0]));
        }
        QVERIFY2(deviation.sqnrDb() > 30, qPrintable(QString::number(deviation.sqnrDb())));
        // Without data too: any byte may come.
        QVERIFY(test::rewriteOf("quantize").apply(graph, {}).has_value());
    }

    void otherCastsStay()
    {
        ModelMaker maker(ModelMaker::Numbers::Float32);
        const TensorId input = maker.input("counts", {1, 4});
        maker.builder().tensor(input).type = ElementType::Int32;
        const TensorId x = maker.op(Cast{ElementType::Float32}, {input}, 1, "cast")[0];
        maker.builder().tensor(x).type = ElementType::Float32;
        const Graph graph = maker.finish({maker.dense(x, 3)});
        QVERIFY(canonical(graph).operators()[0].is<Cast>());
        QVERIFY(!test::rewriteOf("quantize").sites(graph).empty());
        try {
            test::rewriteOf("quantize").apply(graph, {});
            QFAIL("quantized a cast of counts");
        } catch (const Error &error) {
            QCOMPARE(error.place(), std::string("cast"));
            QCOMPARE(error.cause(), std::string("Cast has no int8 form"));
        }
    }
};

TINSMITH_TEST(CanonicalTypesTest)

} // namespace tinsmith

#include "canonical_types_test.moc"
