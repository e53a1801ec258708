// SPDX-License-Identifier: Apache-2.0
#include "core/device/verify.h"
#include "core/execute/executor.h"
#include "core/graph/error.h"
#include "core/planner/dsp_layers.h"
#include "core/planner/planner.h"
#include "tests/fixtures/models.h"
#include "tests/support/test_main.h"

namespace tinsmith {
namespace {

using test::ModelMaker;

/// The assembly of the Armv7E-M kernels on emulated cores, bit for bit against the host executor.
class DspEmulatedTest : public QObject {
    Q_OBJECT

private slots:
    void convolutions()
    {
        ModelMaker make(ModelMaker::Numbers::Int8, 3);
        TensorId x = make.input("image", {1, 13, 15, 3});
        x = make.conv(x, 12, 3, 2);
        x = make.conv(x, 10, 1);
        x = make.conv(x, 16, 3, 1, PaddingMode::Same, FusedActivation::None);
        x = make.conv(x, 7, 5, 1, PaddingMode::Valid, FusedActivation::Relu6);
        x = make.conv(x, 24, 2, 2);
        x = make.dense(x, 20, FusedActivation::Relu);
        x = make.dense(x, 10);
        verifyOn("stm32l4r5", make.finish({x}));
    }

    void oddRowsAndLongProducts()
    {
        ModelMaker make(ModelMaker::Numbers::Int8, 4);
        TensorId x = make.input("image", {1, 5, 7, 32});
        x = make.conv(x, 16, 3);
        x = make.conv(x, 96, 1);
        x = make.conv(x, 8, 3, 1, PaddingMode::Same, FusedActivation::None);
        x = make.conv(x, 13, 1, 1, PaddingMode::Same, FusedActivation::None);
        x = make.dense(x, 17);
        verifyOn("stm32l4r5", make.finish({x}));
    }

    /// Taps that are computed twice, in layers of groups of two and three pixels and with a pixel left over.
    void weightsOfTheWholeRange()
    {
        ModelMaker make(ModelMaker::Numbers::Int8, 6);
        TensorId x = make.input("image", {1, 6, 7, 8});
        x = make.conv(x, 12, 3);
        x = make.conv(x, 16, 1);
        x = make.conv(x, 8, 3, 2);
        x = make.conv(x, 2, 3, 1, PaddingMode::Same, FusedActivation::None);
        const Graph made = make.finish({x});
        for (const Rounding rounding : {Rounding::Twice, Rounding::HalfToEven}) {
            GraphBuilder builder(made);
            builder.info().rounding = rounding;
            for (const Operator &op : made.operators()) {
                Tensor &weights = builder.tensor(op.inputs[1]);
                auto values = weights.data->copyAs<std::int8_t>();
                for (std::size_t at = 3; at < values.size(); at += values.size() / 5) {
                    values[at] = -128;
                }
                weights.data = Bytes::of(values);
            }
            const Graph graph = builder.build();
            std::size_t repeats = 0;
            for (std::size_t i = 0; i < graph.operators().size(); ++i) {
                const auto layer = int8Layer(graph, OperatorId(i));
                const auto how = dspLayer(layer.value());
                repeats += how ? how->repeated.size() : 0;
            }
            QVERIFY2(repeats >= 4, qPrintable(QString::number(repeats)));
            verifyOn("stm32l4r5", graph, rounding == Rounding::Twice);
        }
    }

    void depthwiseLayersAndSums()
    {
        ModelMaker make(ModelMaker::Numbers::Int8, 5);
        TensorId x = make.input("image", {1, 21, 30, 6});
        x = make.depthwise(x, 3);
        x = make.conv(x, 20, 1);
        x = make.depthwise(x, 3, 2, PaddingMode::Same, FusedActivation::None);
        const TensorId before = x;
        x = make.depthwise(x, 3, 1, PaddingMode::Same, FusedActivation::None);
        x = make.add(before, x);
        x = make.conv(x, 300, 1);
        x = make.depthwise(x, 3, 1, PaddingMode::Valid);
        x = make.mean(x);
        verifyOn("stm32l4r5", make.finish({x}));
    }

    void pointwiseInPlace_data()
    {
        QTest::addColumn<QString>("target");
        QTest::addColumn<int>("pixels");
        QTest::addColumn<int>("channels");
        for (const auto &[target, pixels, channels] : {std::tuple{"stm32l4r5", 4, 2}, {"stm32l4r5", 5, 3},
                 {"stm32l4r5", 11, 7}, {"stm32l4r5", 25, 18}, {"stm32f746", 10, 7}, {"stm32u575", 11, 9}}) {
            QTest::addRow("%d pixels of %d channels on %s", pixels, channels, target) << target << pixels << channels;
        }
    }
    /// Layers in place whose channels fill no step of four, with one and with two pixels left over.
    void pointwiseInPlace()
    {
        QFETCH(QString, target);
        QFETCH(int, pixels);
        QFETCH(int, channels);
        ModelMaker make(ModelMaker::Numbers::Int8, 8);
        TensorId x = make.input("image", {1, 1, pixels, channels});
        for (const auto activation : {FusedActivation::Relu, FusedActivation::None, FusedActivation::Relu}) {
            x = make.conv(x, channels, 1, 1, PaddingMode::Same, activation);
        }
        verifyOn(target.toStdString(), make.finish({x}), true, {}, 3);
    }

    /// Odd addresses of every kind, on a core that traps words there.
    void unalignedAccessesAreLeftOut()
    {
        ModelMaker make(ModelMaker::Numbers::Int8, 9);
        TensorId x = make.input("image", {1, 13, 15, 3});
        x = make.conv(x, 7, 3, 2);
        x = make.conv(x, 7, 1);
        x = make.depthwise(x, 3);
        x = make.conv(x, 5, 1, 2);
        x = make.conv(x, 9, 3, 1, PaddingMode::Same, FusedActivation::None);
        x = make.depthwise(x, 3, 2);
        x = make.conv(x, 6, 2);
        x = make.conv(x, 24, 1);
        x = make.depthwise(x, 3);
        x = make.conv(x, 3, 3);
        x = make.dense(x, 11, FusedActivation::Relu);
        x = make.dense(x, 5);
        const Graph graph = make.finish({x});
        verifyOn("stm32l4r5", graph, true, {"-mno-unaligned-access"});
        verifyOn("stm32u575", graph, true, {"-mno-unaligned-access"});
    }

private:
    static void verifyOn(const std::string &name, const Graph &graph, bool allDsp = true,
        const std::vector<std::string> &compilerOptions = {}, int leastInPlace = 0)
    {
        const Target &target = TargetDatabase::builtIn().at(name);
        const Plan plan = makePlan(graph, target);
        for (std::size_t i = 0; i < graph.operators().size(); ++i) {
            const Operator &op = graph.operators()[i];
            const bool dsp = plan.operators[i].variant == KernelVariant::Dsp;
            if (op.is<Conv2D>() || op.is<DepthwiseConv2D>() || op.is<FullyConnected>() || op.is<Binary>()) {
                QVERIFY2(dsp || !allDsp, op.name.c_str());
            }
            leastInPlace -= plan.operators[i].overlaps ? 1 : 0;
        }
        QVERIFY(leastInPlace <= 0);
        std::mt19937 random(11);
        Executor executor(graph);
        std::vector<PackageOptions::Vector> vectors(2);
        for (PackageOptions::Vector &vector : vectors) {
            for (const TensorId id : graph.inputs()) {
                vector.inputs.push_back(test::randomValue(graph.tensor(id), random));
            }
            vector.outputs = executor.run(vector.inputs);
        }
        try {
            MeasureOptions options;
            options.compilerOptions = compilerOptions;
            const Verification result = verify(makePackage(graph, plan, target), target, vectors, {}, options);
            QVERIFY2(result.exact, qPrintable(QString("%1 of %2 differ").arg(result.mismatches).arg(result.elements)));
        } catch (const SystemError &error) {
            QSKIP(error.what());
        }
    }
};

TINSMITH_TEST(DspEmulatedTest)

} // namespace
} // namespace tinsmith

#include "dsp_emulated_test.moc"
