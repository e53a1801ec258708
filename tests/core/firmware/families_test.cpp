// SPDX-License-Identifier: Apache-2.0
#include "core/execute/executor.h"
#include "core/firmware/package.h"
#include "core/planner/planner.h"
#include "tests/core/firmware/family_models.h"
#include "tests/core/firmware/package_runner.h"
#include "tests/support/test_main.h"

#include <cmath>
#include <cstring>

using namespace tinsmith;
using namespace tinsmith::test;
using Numbers = ModelMaker::Numbers;

namespace {

bool near(const std::vector<std::byte> &a, const std::vector<std::byte> &b)
{
    for (std::size_t at = 0; at + 4 <= a.size(); at += 4) {
        float x = 0;
        float y = 0;
        std::memcpy(&x, a.data() + at, 4);
        std::memcpy(&y, b.data() + at, 4);
        if (!(std::fabs(x - y) <= 1e-5F + 1e-4F * std::fabs(y)) && !(std::isnan(x) && std::isnan(y))) {
            return false;
        }
    }
    return a.size() == b.size();
}

} // namespace

class FamiliesTest : public QObject {
    Q_OBJECT

private slots:
    void exportEqualsTheHost_data()
    {
        QTest::addColumn<int>("which");
        QTest::addColumn<bool>("int8");
        for (std::size_t i = 0; i < familyModels().size(); ++i) {
            if (familyModels()[i].int8) {
                QTest::addRow("%s int8", familyModels()[i].name) << static_cast<int>(i) << true;
            }
            if (familyModels()[i].float32) {
                QTest::addRow("%s float32", familyModels()[i].name) << static_cast<int>(i) << false;
            }
        }
    }

    void exportEqualsTheHost()
    {
        QFETCH(const int, which);
        QFETCH(const bool, int8);
        const FamilyModel &item = familyModels()[static_cast<std::size_t>(which)];
        const Graph graph = item.make(int8 ? Numbers::Int8 : Numbers::Float32);
        for (std::size_t i = 0; i < graph.operators().size(); ++i) {
            const std::string reason = whyNotExportable(graph, OperatorId(i));
            QVERIFY2(reason.empty(), (graph.op(OperatorId(i)).name + " " + reason).c_str());
        }
        PlanOptions planOptions;
        planOptions.portableOnly = true;
        const Plan plan = makePlan(graph, testTarget(), planOptions);

        std::mt19937 random(42);
        Executor executor(graph);
        std::vector<Values> inputs;
        std::vector<Values> expected;
        for (int i = 0; i < 4; ++i) {
            Values values;
            for (const TensorId id : graph.inputs()) {
                values.push_back(randomValue(graph.tensor(id), random));
            }
            expected.push_back(executor.run(values));
            inputs.push_back(std::move(values));
        }
        PackageOptions options;
        options.vectors = {{inputs[0], expected[0]}};
        PackageRunner runner(makePackage(graph, plan, testTarget(), options));
        QVERIFY2(runner.error().empty(), runner.error().c_str());
        std::vector<std::size_t> sizes;
        for (const auto &value : expected[0]) {
            sizes.push_back(value.size());
        }
        for (const unsigned char poison : {0x00, 0xA5}) {
            const auto got = runner.run(inputs, sizes, poison);
            QVERIFY2(runner.error().empty(), runner.error().c_str());
            for (std::size_t i = 0; i < got.size(); ++i) {
                for (std::size_t j = 0; j < got[i].size(); ++j) {
                    const Tensor &tensor = graph.tensor(graph.outputs()[j]);
                    const bool equal = tensor.type == ElementType::Float32 ? near(got[i][j], expected[i][j])
                                                                           : got[i][j] == expected[i][j];
                    QVERIFY2(equal, (tensor.name + ", inference " + std::to_string(i)).c_str());
                }
            }
        }
        const Outcome self = runner.selfTest();
        QVERIFY2(self.ok, self.text.c_str());
    }
};

TINSMITH_TEST(FamiliesTest)
#include "families_test.moc"
