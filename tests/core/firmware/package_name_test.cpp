// SPDX-License-Identifier: Apache-2.0
#include "core/firmware/package.h"
#include "core/firmware/package_name.h"
#include "core/planner/planner.h"
#include "tests/core/firmware/package_runner.h"
#include "tests/fixtures/models.h"
#include "tests/support/test_main.h"

#include <QDir>
#include <QFile>
#include <QRegularExpression>

using namespace tinsmith;
using namespace tinsmith::test;
using Numbers = ModelMaker::Numbers;

namespace {

QString nameFor(const std::string &wish)
{
    return QString::fromStdString(packageName(wish).name);
}

/// Two layers whose names, and those of their constants, are the same for both prefixes: "a" with "b_conv" and "a_b"
/// with "conv".
Package packageWith(const std::string &name, const std::string &layer)
{
    ModelMaker m(Numbers::Int8);
    const TensorId x = m.input("init", {1, 8, 8, 4});
    const TensorId y = m.conv(x, 4, 3, 1, PaddingMode::Same, FusedActivation::Relu, layer);
    const Graph graph = m.finish({y}, name);
    PackageOptions options;
    options.modelName = name;
    options.labels = {"\"one\"", "tw\\o",
        "\xC3\xBC"
        "ber?\?/",
        "\n4"};
    options.stackBytes = 512;
    return makePackage(graph, makePlan(graph, testTarget()), testTarget(), options);
}

} // namespace

class PackageNameTest : public QObject {
    Q_OBJECT

private slots:
    void wishesBecomeNames_data()
    {
        QTest::addColumn<QString>("wish");
        QTest::addColumn<QString>("name");
        const auto row
            = [](const char *wish, const char *name) { QTest::newRow(wish) << QString(wish) << QString(name); };
        row("kws", "kws");
        row("My Net-v2.1", "my_net_v2_1");
        row("9 lives", "m9_lives");
        row("_hidden__name_", "hidden_name");
        row("math", "model_math");
        row("MATH", "model_math");
        row("stdint", "model_stdint");
        row("stdsomething", "model_stdsomething");
        row("ts_dsp_base", "model_ts_dsp_base");
        row("ts", "model_ts");
        row("tsunami", "tsunami");
        row("main", "model_main");
        row("printf", "model_printf");
        row("malloc", "model_malloc");
        row("int", "model_int");
        row("class", "model_class");
        row("uint8_t", "model_uint8_t");
        row("test", "model_test");
        row("m", "model_m");
        row("aux", "model_aux");
        row("sem", "model_sem");
        row("pthread_mutex", "model_pthread_mutex");
        row("hal", "model_hal");
        row("arm_math", "model_arm_math");
        row("armchair", "armchair");
        row("at", "model_at");
        row("model", "model");
        row("", "model");
        row("--", "model");
    }

    void wishesBecomeNames()
    {
        QFETCH(const QString, wish);
        QFETCH(const QString, name);
        QCOMPARE(nameFor(wish.toStdString()), name);
        // A name is its own, and notes are for those that surprise.
        QCOMPARE(nameFor(name.toStdString()), name);
        const bool changed = name.startsWith("model_");
        QCOMPARE(packageName(wish.toStdString()).note.empty(), !changed && wish != "--");
    }

    void otherScriptsAndLongNamesDiffer()
    {
        QVERIFY(nameFor("\xE6\x97\xA5\xE6\x9C\xAC") != nameFor("\xE4\xB8\xAD\xE5\x9B\xBD"));
        QVERIFY(nameFor("\xE6\x97\xA5\xE6\x9C\xAC").startsWith("model_"));
        const std::string stem(100, 'x');
        QVERIFY(nameFor(stem + "a") != nameFor(stem + "b"));
        QVERIFY(nameFor(stem + "a").size() <= 48);
        const QRegularExpression valid("^[a-z]([a-z0-9]|_(?!_))*[a-z0-9]$");
        for (const std::string &wish : {stem, std::string(60, '_') + "x" + std::string(60, '-') + "y", "math" + stem,
                 std::string("std") + std::string(45, '_') + "a"}) {
            QVERIFY2(valid.match(nameFor(wish)).hasMatch(), qPrintable(nameFor(wish)));
        }
    }

    /// Compiled by a compiler that sees the include folder first, as in a firmware.
    void collidingNamesCompile_data()
    {
        QTest::addColumn<QString>("wish");
        for (const char *wish :
            {"math", "stdint", "string", "ts_dsp_base", "ts_base", "main", "printf", "sem", "int"}) {
            QTest::newRow(wish) << QString(wish);
        }
    }

    void collidingNamesCompile()
    {
        QFETCH(const QString, wish);
        PackageRunner runner(packageWith(wish.toStdString(), "conv"));
        QVERIFY2(runner.error().empty(), runner.error().c_str());
        QVERIFY(runner.selfTest().ok);
    }

    void twoPackagesLinkIntoOneProgram()
    {
        const QTemporaryDir folder;
        QStringList arguments = strictWarnings() + QStringList{"-O1"};
        for (const auto &[name, layer] :
            {std::pair("a", "b_conv"), std::pair("a_b", "conv"), std::pair("a_weights", "init")}) {
            const QString place = folder.filePath(name);
            writePackage(packageWith(name, layer), place.toStdString());
            arguments << "-I" + place + "/include"
                      << "-I" + place + "/kernels";
            for (const QString &file : QDir(place + "/src").entryList({"*.c"})) {
                arguments << place + "/src/" + file;
            }
        }
        QFile program(folder.filePath("main.c"));
        QVERIFY(program.open(QIODevice::WriteOnly));
        program.write(R"(#include "a.h"
#include "a_b.h"
#include "a_weights.h"
#include <stdio.h>
int main(void)
{
    a_context first;
    a_b_context second;
    a_weights_context third;
    if (a_init_static(&first) != A_OK || a_b_init_static(&second) != A_B_OK
        || a_weights_init_static(&third) != A_WEIGHTS_OK)
        return 1;
    puts(a_labels[0]);
    puts(a_b_labels[A_B_LABEL_COUNT - 1]);
    return a_invoke(&first) + a_b_invoke(&second) + a_weights_invoke(&third);
}
)");
        program.close();
        const Outcome built
            = runProgram("gcc", arguments + QStringList{program.fileName(), "-lm", "-o", folder.filePath("program")});
        QVERIFY2(built.ok && built.text.empty(), built.text.c_str());
        const Outcome ran = runProgram(folder.filePath("program"), {});
        QVERIFY(ran.ok);
        QCOMPARE(QString::fromStdString(ran.text), QString("\"one\"\n\n4\n"));
    }
};

TINSMITH_TEST(PackageNameTest)
#include "package_name_test.moc"
