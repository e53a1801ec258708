// SPDX-License-Identifier: Apache-2.0
#include "core/firmware/package.h"
#include "core/graph/error.h"
#include "core/planner/planner.h"
#include "tests/core/firmware/package_runner.h"
#include "tests/fixtures/models.h"
#include "tests/support/test_main.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <unistd.h>

using namespace tinsmith;
using namespace tinsmith::test;
using Numbers = ModelMaker::Numbers;

namespace {

Package packageOf(const Graph &graph, const PackageOptions &options = {})
{
    return makePackage(graph, makePlan(graph, testTarget()), testTarget(), options);
}

QStringList everythingIn(const QString &folder)
{
    return QDir(folder).entryList(QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot);
}

void put(const QString &path, const char *text)
{
    QFile file(path);
    if (file.open(QIODevice::WriteOnly)) {
        file.write(text);
    }
}

std::string failureOf(const Package &package, const QString &folder)
{
    try {
        writePackage(package, folder.toStdString());
    } catch (const SystemError &error) {
        return error.what();
    }
    return {};
}

} // namespace

class PackageTest : public QObject {
    Q_OBJECT

private slots:
    void isTheSameEveryTime()
    {
        const Graph graph = residualCnn(Numbers::Int8);
        const Package first = packageOf(graph);
        const Package second = packageOf(graph);
        QCOMPARE(first.files.size(), second.files.size());
        for (std::size_t i = 0; i < first.files.size(); ++i) {
            QCOMPARE(first.files[i].path, second.files[i].path);
            QVERIFY2(first.files[i].content == second.files[i].content, first.files[i].path.c_str());
        }
    }

    void manifestStatesTheSizesOfPlanAndFiles()
    {
        const Graph graph = smallCnn(Numbers::Int8);
        const Plan plan = makePlan(graph, testTarget());
        const Package package = makePackage(graph, plan, testTarget());
        const auto json
            = QJsonDocument::fromJson(QByteArray::fromStdString(package.find("manifest.json")->content)).object();
        QCOMPARE(json["format"].toString(), QString("tinsmith-package"));
        QCOMPARE(json["arena_bytes"].toInteger(), plan.arenaBytes);
        QCOMPARE(json["weight_bytes"].toInteger(), package.weightBytes);
        QCOMPARE(json["operators"].toArray().size(), static_cast<qsizetype>(graph.operators().size()));
        QVERIFY(json["operators"].toArray()[0].toObject()["macs"].toInteger() > 0);
        for (const QJsonValue value : json["files"].toArray()) {
            const PackageFile *file = package.find(value["path"].toString().toStdString());
            QVERIFY(file != nullptr);
            QCOMPARE(value["bytes"].toInteger(), static_cast<qint64>(file->content.size()));
        }
        QCOMPARE(json["files"].toArray().size() + 1, static_cast<qsizetype>(package.files.size()));
    }

    void readmeSaysWhatTrappedUnalignedAccessesNeed()
    {
        const Graph graph = smallCnn(Numbers::Int8);
        Target target = testTarget();
        for (const auto &[core, says] : {std::pair{Core::CortexM4F, true}, {Core::CortexM33, true},
                 {Core::CortexM0Plus, false}, {Core::CortexM23, false}}) {
            target.core = core;
            const Package package = makePackage(graph, makePlan(graph, target), target);
            QCOMPARE(package.find("README.md")->content.find("`-mno-unaligned-access`") != std::string::npos, says);
        }
    }

    void selfTestRunsWithoutGivenVectors()
    {
        const Package package = packageOf(smallCnn(Numbers::Int8));
        PackageRunner runner(package);
        QVERIFY2(runner.error().empty(), runner.error().c_str());
        QVERIFY(runner.selfTest().ok);
        QVERIFY(package.find("test/" + package.modelName + "_selftest.c")->content.find("wrong += differs")
            != std::string::npos);
    }

    void selfTestSeesAWrongOutput()
    {
        const Graph graph = smallCnn(Numbers::Int8);
        PackageOptions options;
        PackageOptions::Vector vector;
        std::mt19937 random(1);
        vector.inputs = {randomValue(graph.tensor(graph.inputs()[0]), random)};
        vector.outputs = {
            std::vector<std::byte>(static_cast<std::size_t>(*graph.tensor(graph.outputs()[0]).bytes()), std::byte{1})};
        options.vectors = {vector};
        PackageRunner runner(packageOf(graph, options));
        QVERIFY2(runner.error().empty(), runner.error().c_str());
        QVERIFY(!runner.selfTest().ok);
    }

    void equalLayersShareOneFunction()
    {
        ModelMaker m(Numbers::Int8);
        TensorId x = m.input("x", {1, 8, 8, 4});
        for (int i = 0; i < 3; ++i) {
            x = m.op(Activation{ActivationFunction::Relu, 0, 0}, {x}, 1, {}, 0.02F, 5)[0];
        }
        const Package package = packageOf(m.finish({x}, "three"));
        const std::string &source = package.find("src/three.c")->content;
        QVERIFY(source.find("lookup_0(AT") != std::string::npos);
        QVERIFY(source.find("lookup_1") == std::string::npos);
    }

    void strangeNamesBecomeValidC()
    {
        ModelMaker m(Numbers::Int8);
        TensorId x = m.input("a/b*/ /* \\ \n?\?/", {1, 8, 8, 4});
        x = m.conv(x, 4, 3, 1, PaddingMode::Same, FusedActivation::Relu, "int");
        x = m.conv(x, 4, 3, 1, PaddingMode::Same, FusedActivation::Relu, "*/ #error \xC3\xBC");
        x = m.conv(x, 4, 3, 1, PaddingMode::Same, FusedActivation::Relu, "");
        const Graph graph = m.finish({x}, "9 lives: \"main\" */");
        const Package package = packageOf(graph);
        QCOMPARE(package.modelName, std::string("m9_lives_main"));
        PackageRunner runner(package);
        QVERIFY2(runner.error().empty(), runner.error().c_str());
        QVERIFY(runner.selfTest().ok);
    }

    void namesTheOperatorThatHasNoKernel()
    {
        ModelMaker m(Numbers::Float32);
        const TensorId x = m.input("x", {1, 4});
        const TensorId y = m.op(Unary{UnaryFunction::Sin}, {x}, 1, "wave")[0];
        const Graph graph = m.finish({y});
        QVERIFY(!whyNotExportable(graph, graph.operatorNamed("wave")).empty());
        try {
            packageOf(graph);
            QFAIL("exported a sine");
        } catch (const UnsupportedError &error) {
            QVERIFY(QString(error.what()).contains("wave"));
        }
    }

    void writesAWholeFolder()
    {
        const QTemporaryDir folder;
        const QString place = folder.filePath("deep/out");
        const Package package = packageOf(smallCnn(Numbers::Int8));
        writePackage(package, place.toStdString() + "/");
        for (const PackageFile &file : package.files) {
            QCOMPARE(QFile(place + "/" + QString::fromStdString(file.path)).size(),
                static_cast<qint64>(file.content.size()));
        }
        QCOMPARE(everythingIn(folder.filePath("deep")), QStringList{"out"});
    }

    void leavesAForeignFolderAlone()
    {
        const QTemporaryDir folder;
        QDir(folder.path()).mkpath("out");
        put(folder.filePath("out/thesis.txt"), "years of work");
        put(folder.filePath("file"), "a file");
        const Package package = packageOf(smallCnn(Numbers::Int8));
        QVERIFY(failureOf(package, folder.filePath("out")).find("out") != std::string::npos);
        QVERIFY(!failureOf(package, folder.filePath("file")).empty());
        QCOMPARE(everythingIn(folder.filePath("out")), QStringList{"thesis.txt"});
        QCOMPARE(everythingIn(folder.path()), (QStringList{"file", "out"}));
    }

    void saysWhenTheFolderCannotBeWritten()
    {
        const Package package = packageOf(smallCnn(Numbers::Int8));
        QVERIFY(failureOf(package, "/proc/tinsmith/out").find("/proc/tinsmith/out") != std::string::npos);
        if (::geteuid() != 0) {
            const QTemporaryDir folder;
            QFile::setPermissions(folder.path(), QFile::ReadOwner | QFile::ExeOwner);
            QVERIFY(!failureOf(package, folder.filePath("out")).empty());
            QFile::setPermissions(folder.path(), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
            QVERIFY(everythingIn(folder.path()).isEmpty());
        }
    }
};

TINSMITH_TEST(PackageTest)
#include "package_test.moc"
