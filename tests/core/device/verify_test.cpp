// SPDX-License-Identifier: Apache-2.0
#include "core/device/verify.h"
#include "tests/core/device/fixture_package.h"
#include "tests/support/test_main.h"

#include <array>
#include <cmath>
#include <fstream>
#include <iterator>
#include <limits>

namespace tinsmith {
namespace {

const char *const addOne = R"(
int fixture_invoke(fixture_context *context)
{
    for (int i = 0; i < 16; ++i) context->arena[32 + i] = (unsigned char)(context->arena[i] + 1);
    return 0;
}
)";

/// Inputs, and each plus one.
std::vector<PackageOptions::Vector> vectorsFor(int inferences)
{
    std::vector<PackageOptions::Vector> vectors;
    for (const auto &inputs : test::fixtureInputs(inferences)) {
        auto outputs = inputs;
        for (std::byte &value : outputs[0]) {
            value = static_cast<std::byte>(static_cast<int>(value) + 1);
        }
        vectors.push_back({inputs, outputs});
    }
    return vectors;
}

class VerifyTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        if (const QString why = test::whyNoEmulation(); !why.isEmpty()) {
            QSKIP(qPrintable(why));
        }
    }

    void equalOutputsAreExact()
    {
        const test::FixturePackage package(addOne);
        const Verification result = verify(package.folder(), TargetDatabase::builtIn().at("stm32l4r5"), vectorsFor(3));
        QVERIFY(result.exact);
        QCOMPARE(result.mismatches, std::int64_t{0});
        QCOMPARE(result.elements, std::int64_t{48});
        QCOMPARE(result.maxAbsDifference, 0.0);
        QCOMPARE(result.macs, std::int64_t{32});
        QCOMPARE(result.instructionsPerMac, result.measurement.instructions / 32);
    }

    void differencesAreCountedAsSigned()
    {
        const test::FixturePackage package(addOne);
        auto vectors = vectorsFor(2);
        vectors[0].outputs[0][3] = static_cast<std::byte>(-100);
        vectors[1].outputs[0][4] = static_cast<std::byte>(7);
        const Verification result = verify(package.folder(), TargetDatabase::builtIn().at("stm32l4r5"), vectors);
        QVERIFY(!result.exact);
        QCOMPARE(result.mismatches, std::int64_t{2});
        // 3 + 1 against -100.
        QCOMPARE(result.maxAbsDifference, 104.0);
    }

    void floatsAreComparedAsNumbers_data()
    {
        QTest::addColumn<float>("got");
        QTest::addColumn<float>("expected");
        QTest::addColumn<int>("mismatches");
        QTest::addColumn<bool>("holds");
        const float inf = std::numeric_limits<float>::infinity();
        const float nan = std::numeric_limits<float>::quiet_NaN();
        QTest::newRow("NaN") << nan << nan << 0 << true;
        QTest::newRow("NaN of the other sign") << nan << std::copysign(nan, -1.0F) << 0 << true;
        QTest::newRow("zeros") << 0.0F << -0.0F << 0 << true;
        QTest::newRow("infinity") << inf << inf << 0 << true;
        QTest::newRow("other infinity") << inf << -inf << 1 << false;
        QTest::newRow("NaN for a number") << nan << 1.0F << 1 << false;
        QTest::newRow("number for NaN") << 1.0F << nan << 1 << false;
        QTest::newRow("number for infinity") << 1.0F << inf << 1 << false;
        QTest::newRow("last bit") << 1.0F << std::nextafter(1.0F, 2.0F) << 1 << true;
    }

    void floatsAreComparedAsNumbers()
    {
        QFETCH(const float, got);
        QFETCH(const float, expected);
        QFETCH(const int, mismatches);
        QFETCH(const bool, holds);
        // The fixture's package copies its input; its manifest is told that the output is of floats.
        const test::FixturePackage package(R"(
int fixture_invoke(fixture_context *context)
{
    for (int i = 0; i < 16; ++i) context->arena[32 + i] = context->arena[i];
    return 0;
}
)");
        std::ifstream in(package.folder() / "manifest.json");
        std::string text(std::istreambuf_iterator<char>(in), {});
        const std::string from = R"("name": "out", "type": "int8")";
        QVERIFY(text.find(from) != std::string::npos);
        std::ofstream(package.folder() / "manifest.json")
            << text.replace(text.find(from), from.size(), R"("name": "out", "type": "float32")");
        const auto bytes = [](float second) {
            const std::array<float, 4> values = {1, second, 2, 3};
            const auto view = std::as_bytes(std::span(values));
            return std::vector<std::byte>(view.begin(), view.end());
        };
        const Verification result = verify(package.folder(), TargetDatabase::builtIn().at("stm32l4r5"),
            std::vector<PackageOptions::Vector>{{{bytes(got)}, {bytes(expected)}}});
        QCOMPARE(result.mismatches, std::int64_t{mismatches});
        QCOMPARE(result.exact, mismatches == 0);
        QCOMPARE(result.holds(), holds);
        QVERIFY(!std::isnan(result.maxAbsDifference) && std::isfinite(result.tolerance()));
    }

    void vectorsOfOtherSizesAreRefused()
    {
        const test::FixturePackage package(addOne);
        auto vectors = vectorsFor(1);
        vectors[0].outputs[0].pop_back();
        QVERIFY_EXCEPTION_THROWN(verify(package.folder(), TargetDatabase::builtIn().at("stm32l4r5"), vectors), Error);
        vectors[0].outputs.clear();
        QVERIFY_EXCEPTION_THROWN(verify(package.folder(), TargetDatabase::builtIn().at("stm32l4r5"), vectors), Error);
    }
};

TINSMITH_TEST(VerifyTest)

} // namespace
} // namespace tinsmith

#include "verify_test.moc"
