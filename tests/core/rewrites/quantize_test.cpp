// SPDX-License-Identifier: Apache-2.0
#include "core/execute/executor.h"
#include "tests/core/rewrites/compare.h"
#include "tests/fixtures/models.h"
#include "tests/support/test_main.h"

#include <cmath>
#include <cstring>

namespace tinsmith {
namespace {

using test::ModelMaker;

RewriteData samplesOf(const Graph &graph, int count, unsigned seed)
{
    std::mt19937 random(seed);
    RewriteData data;
    for (int i = 0; i < count; ++i) {
        std::vector<std::vector<std::byte>> sample;
        for (const TensorId id : graph.inputs()) {
            sample.push_back(test::randomValue(graph.tensor(id), random));
        }
        data.samples.push_back(std::move(sample));
    }
    return data;
}

float largestOutput(const Graph &graph, const RewriteData &data)
{
    Executor executor(graph);
    float largest = 0;
    for (const auto &sample : data.samples) {
        for (const TensorValue &output : executor.run(sample)) {
            for (std::size_t i = 0; i + sizeof(float) <= output.size(); i += sizeof(float)) {
                float value = 0;
                std::memcpy(&value, output.data() + i, sizeof value);
                largest = std::max(largest, std::abs(value));
            }
        }
    }
    return largest;
}

} // namespace

class QuantizeTest : public QObject {
    Q_OBJECT
private slots:
    void staysCloseToTheFloatModel()
    {
        const Graph graph = test::residualCnn(ModelMaker::Numbers::Float32);
        const RewriteData data = samplesOf(graph, 40, 4);
        for (const char *perChannel : {"true", "false"}) {
            const auto result
                = test::rewriteOf("quantize").apply(graph, {{"io", "float"}, {"per-channel", perChannel}}, &data);
            QVERIFY(result.has_value());
            QVERIFY(test::constantBytes(*result) < test::constantBytes(graph));
            const double bound = 0.1 * largestOutput(graph, data);
            QVERIFY(test::largestDifference(graph, *result, 20, 8) < bound);
        }
    }

    void bringsChannelsFirstModelsIntoOrder()
    {
        ModelMaker make(ModelMaker::Numbers::Float32);
        std::mt19937 random(3);
        std::normal_distribution<float> normal(0, 0.3F);
        std::vector<float> values(4 * 3 * 3 * 3);
        for (float &value : values) {
            value = normal(random);
        }
        const TensorId weights = make.builder().addConstant("w", ElementType::Float32, {4, 3, 3, 3}, Bytes::of(values));
        Conv2D conv;
        conv.layout = Layout::ChannelsFirst;
        const TensorId x = make.op(conv, {make.input("image", {1, 3, 8, 8}), weights}).front();
        const Graph graph = make.finish({make.op(Activation{}, {x}).front()});
        const RewriteData data = samplesOf(graph, 20, 4);
        const auto result = test::rewriteOf("quantize").apply(graph, {{"io", "float"}}, &data);
        QVERIFY(result.has_value());
        QCOMPARE(result->tensor(result->inputs()[0]).shape, graph.tensor(graph.inputs()[0]).shape);
        QVERIFY(test::largestDifference(graph, *result, 10, 8) < 0.1 * largestOutput(graph, data));
    }

    void takesInt8InputsUnlessToldOtherwise()
    {
        const Graph graph = test::smallCnn(ModelMaker::Numbers::Float32);
        const RewriteData data = samplesOf(graph, 10, 4);
        const auto result = test::rewriteOf("quantize").apply(graph, {}, &data);
        QVERIFY(result.has_value());
        QCOMPARE(result->tensor(result->inputs()[0]).type, ElementType::Int8);
        QCOMPARE(result->tensor(result->outputs()[0]).type, ElementType::Int8);
        QVERIFY(test::rewriteOf("quantize").sites(*result).empty());
    }

    void saysThatRangesAreGuessedWithoutData()
    {
        const Graph graph = test::smallCnn(ModelMaker::Numbers::Float32);
        bool said = false;
        const Progress progress([&](double, const std::string &phase) {
            said = said || phase.find("synthetic") != std::string::npos;
            return true;
        });
        QVERIFY(test::rewriteOf("quantize").apply(graph, {}, nullptr, progress).has_value());
        QVERIFY(said);
    }

    void stopsWhenToldTo()
    {
        const Graph graph = test::smallCnn(ModelMaker::Numbers::Float32);
        const Progress progress([](double share, const std::string &) { return share < 0.3; });
        QVERIFY_EXCEPTION_THROWN(test::rewriteOf("quantize").apply(graph, {}, nullptr, progress), Cancelled);
    }

    void leavesInt8ModelsAndBadParametersAlone()
    {
        const Graph graph = test::smallCnn(ModelMaker::Numbers::Int8);
        QVERIFY(test::rewriteOf("quantize").sites(graph).empty());
        QVERIFY(!test::rewriteOf("quantize").apply(graph, {}).has_value());
        const Graph real = test::smallCnn(ModelMaker::Numbers::Float32);
        for (const auto &[key, value] :
            RewriteParameters{{"samples", "none"}, {"io", "uint4"}, {"per-channel", "maybe"}}) {
            try {
                test::rewriteOf("quantize").apply(real, {{key, value}});
                QFAIL("took a bad parameter");
            } catch (const Error &error) {
                QVERIFY(QString::fromUtf8(error.what()).contains(QString::fromStdString(key)));
            }
        }
    }
};

TINSMITH_TEST(QuantizeTest)

} // namespace tinsmith

#include "quantize_test.moc"
