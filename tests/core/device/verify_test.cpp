// SPDX-License-Identifier: Apache-2.0
#include "core/device/verify.h"
#include "tests/core/device/fixture_package.h"
#include "tests/support/test_main.h"

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
