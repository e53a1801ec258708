// SPDX-License-Identifier: Apache-2.0
#include "core/firmware/package.h"
#include "core/formats/model_file.h"
#include "core/planner/planner.h"
#include "core/rewrites/canonical.h"
#include "tests/core/firmware/package_runner.h"
#include "tests/support/test_data.h"
#include "tests/support/test_main.h"

#include <QFile>

#include <cmath>
#include <cstring>

using namespace tinsmith;
using namespace tinsmith::test;

namespace {

std::vector<std::byte> bytesOf(const std::filesystem::path &path)
{
    QFile file(QString::fromStdString(path.string()));
    if (!file.open(QIODevice::ReadOnly)) {
        return {};
    }
    const QByteArray all = file.readAll();
    std::vector<std::byte> bytes(static_cast<std::size_t>(all.size()));
    std::memcpy(bytes.data(), all.constData(), bytes.size());
    return bytes;
}

/// Recorded inferences of a model of one input and one output.
struct Golden {
    std::vector<Values> inputs;
    std::vector<Values> outputs;
};

Golden golden(const std::filesystem::path &folder, const std::string &prefix, int count)
{
    Golden result;
    for (int i = 0; i < count; ++i) {
        const std::string number = (i < 10 ? "0" : "") + std::to_string(i) + ".bin";
        result.inputs.push_back({bytesOf(folder / (prefix + "in_" + number))});
        result.outputs.push_back({bytesOf(folder / (prefix + "out_" + number))});
    }
    return result;
}

float largestDifference(const Values &a, const Values &b)
{
    float largest = 0;
    for (std::size_t at = 0; at + 4 <= a[0].size(); at += 4) {
        float x = 0;
        float y = 0;
        std::memcpy(&x, a[0].data() + at, 4);
        std::memcpy(&y, b[0].data() + at, 4);
        largest = std::max(largest, std::fabs(x - y) / (1 + std::fabs(y)));
    }
    return largest;
}

} // namespace

class RealModelsTest : public QObject {
    Q_OBJECT

private slots:
    void equalGoldenOutputs_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<bool>("portable");
        for (const char *name : {"hello_world", "ad", "kws", "ic", "vww"}) {
            QTest::addRow("%s", name) << QString(name) << true;
            // The assembly's twins in C read the same packed weights.
            QTest::addRow("%s on dsp kernels", name) << QString(name) << false;
        }
    }

    void equalGoldenOutputs()
    {
        QFETCH(const QString, model);
        QFETCH(const bool, portable);
        const auto folder = sharedData("models/" + model.toStdString());
        if (!folder) {
            QSKIP("the shared models are not there");
        }
        const Graph graph = canonical(readModel(*folder / "model.tflite"));
        Target target = testTarget();
        target.dsp = true;
        PlanOptions planOptions;
        planOptions.portableOnly = portable;
        const Plan plan = makePlan(graph, target, planOptions);
        const Golden recorded = golden(*folder / "golden", "", 10);
        PackageOptions options;
        options.modelName = model.toStdString();
        options.vectors = {{recorded.inputs[0], recorded.outputs[0]}, {recorded.inputs[1], recorded.outputs[1]}};
        const Package package = makePackage(graph, plan, testTarget(), options);
        PackageRunner runner(package);
        QVERIFY2(runner.error().empty(), runner.error().c_str());
        const auto outputs = runner.run(recorded.inputs, {recorded.outputs[0][0].size()});
        QVERIFY2(runner.error().empty(), runner.error().c_str());
        QVERIFY(outputs == recorded.outputs);
        const Outcome self = runner.selfTest();
        QVERIFY2(self.ok, self.text.c_str());
    }

    void floatModelsAreNearGoldenOutputs_data()
    {
        QTest::addColumn<QString>("model");
        for (const char *name : {"hello_world", "ad", "ic"}) {
            QTest::addRow("%s", name) << QString(name);
        }
    }

    void floatModelsAreNearGoldenOutputs()
    {
        QFETCH(const QString, model);
        const auto folder = sharedData("models/" + model.toStdString());
        if (!folder) {
            QSKIP("the shared models are not there");
        }
        const Graph graph = canonical(readModel(*folder / "model_float.tflite"));
        const Plan plan = makePlan(graph, testTarget());
        const Golden recorded = golden(*folder / "golden", "float_", 3);
        PackageOptions options;
        options.modelName = model.toStdString() + "_float";
        options.vectors = {{recorded.inputs[0], recorded.outputs[0]}};
        PackageRunner runner(makePackage(graph, plan, testTarget(), options));
        QVERIFY2(runner.error().empty(), runner.error().c_str());
        const auto outputs = runner.run(recorded.inputs, {recorded.outputs[0][0].size()});
        QVERIFY2(runner.error().empty(), runner.error().c_str());
        for (std::size_t i = 0; i < outputs.size(); ++i) {
            QVERIFY2(largestDifference(outputs[i], recorded.outputs[i]) < 1e-4F, qPrintable(QString::number(i)));
        }
        const Outcome self = runner.selfTest();
        QVERIFY2(self.ok, self.text.c_str());
    }
};

TINSMITH_TEST(RealModelsTest)
#include "real_models_test.moc"
