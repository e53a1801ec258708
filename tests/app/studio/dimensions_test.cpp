// SPDX-License-Identifier: Apache-2.0
#include "app/studio/main_window.h"
#include "app/studio/remembered_sizes.h"
#include "core/formats/model_file.h"
#include "core/session/dimensions.h"
#include "tests/support/test_main.h"
#include "views/dimensions/bind_dialog.h"
#include "views/theme/theme.h"

#include <QApplication>
#include <QPointer>
#include <QSignalSpy>
#include <QSpinBox>
#include <QStandardPaths>
#include <QTemporaryDir>

using namespace tinsmith;

namespace {

/// x and y of batch × 4, added, as ONNX.
Graph openModel()
{
    GraphBuilder builder;
    builder.info().format = "ONNX";
    Tensor tensor;
    tensor.shape = {-1, 4};
    tensor.dimensionNames = {"batch", ""};
    std::vector<TensorId> ids;
    for (const char *name : {"x", "y", "sum"}) {
        tensor.name = name;
        ids.push_back(builder.addTensor(tensor));
    }
    builder.addOperator({"add", Binary{BinaryFunction::Add}, {ids[0], ids[1]}, {ids[2]}});
    builder.setInputs({ids[0], ids[1]});
    builder.setOutputs({ids[2]});
    return builder.build();
}

} // namespace

class DimensionsTest : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

private slots:
    void initTestCase()
    {
        QCoreApplication::setOrganizationName(QStringLiteral("TinsmithTest"));
        QStandardPaths::setTestModeEnabled(true);
    }

    void eachDimensionIsListedOnceWithItsPlaces()
    {
        const auto open = openDimensions(openModel(), {{{"batch", 3}}});
        QCOMPARE(open.dimensions.size(), std::size_t(1));
        QCOMPARE(open.dimensions[0].places, (std::vector<std::string>{"x: batch × 4", "y: batch × 4"}));
        QCOMPARE(open.dimensions[0].size, std::int64_t(3));
        BindDialog dialog(QStringLiteral("m.onnx"), open);
        QCOMPARE(dialog.previewText().split(QLatin1Char('\n')).first(), QStringLiteral("x becomes 3×4 float32 · 48 B"));
        auto *field = dialog.findChild<QSpinBox *>();
        QCOMPARE(field->value(), 3);
        field->setValue(8);
        QCOMPARE(dialog.bindings().at("batch"), std::int64_t(8));
        QVERIFY(dialog.previewText().startsWith(QStringLiteral("x becomes 8×4")));
        dialog.setFailure({{"batch", 5}}, QStringLiteral("because"));
        QCOMPARE(dialog.bindings().at("batch"), std::int64_t(5));
    }

    void sizesAreBoundRememberedAndChanged()
    {
        const QString file = folder_.filePath(QStringLiteral("open.onnx"));
        writeModel(openModel(), file.toStdString());
        ThemeController themes(*qApp);
        MainWindow window(themes);
        window.setInteractive(false);
        window.show();
        window.openFile(file);
        QTRY_VERIFY_WITH_TIMEOUT(window.document().isOpen() && !window.document().busy(), 60000);
        // Taken as 1 without a question, and listed as a note.
        QCOMPARE(window.document().session().assumed().front().name, std::string("batch"));
        const auto &problems = window.document().state()->original->problems;
        QCOMPARE(problems.size(), std::size_t(1));
        QVERIFY(problems.front().stage == Problem::Stage::Note);

        window.document().findDimensions();
        QTRY_VERIFY(window.findChild<BindDialog *>() != nullptr);
        auto *dialog = window.findChild<BindDialog *>();
        dialog->findChild<QSpinBox *>()->setValue(2);
        dialog->accept();
        const auto bound = [&window] {
            const Graph &source = window.document().session().source();
            return source.tensor(source.inputs().front()).shape;
        };
        QTRY_COMPARE_WITH_TIMEOUT(bound(), (Shape{2, 4}), 60000);
        QVERIFY(window.document().state()->original->plan.has_value());
        QCOMPARE(rememberedSizes(file.toStdString()).bindings.at("batch"), std::int64_t(2));

        // A step like others: it is undone and done again, with what the file is opened with the next time.
        QVERIFY(window.document().session().modified());
        window.document().undo();
        QCOMPARE(bound(), (Shape{1, 4}));
        QVERIFY(rememberedSizes(file.toStdString()).bindings.empty());
        window.document().redo();
        QCOMPARE(bound(), (Shape{2, 4}));

        // What is bound can be bound otherwise, and is so when the file is opened the next time.
        QTRY_VERIFY(!window.document().busy());
        window.document().findDimensions();
        QTRY_VERIFY(window.findChild<BindDialog *>() != nullptr && window.findChild<BindDialog *>() != dialog);
        QCOMPARE(window.findChild<QSpinBox *>()->value(), 2);
        window.document().closeDocument();
        window.openFile(file);
        QTRY_VERIFY_WITH_TIMEOUT(window.document().isOpen(), 60000);
        QCOMPARE(bound(), (Shape{2, 4}));
    }

    void aProjectRestoresItsSizes()
    {
        const QString file = folder_.filePath(QStringLiteral("kept.onnx"));
        const QString project = folder_.filePath(QStringLiteral("kept.tinsmith"));
        writeModel(openModel(), file.toStdString());
        ThemeController themes(*qApp);
        MainWindow window(themes);
        window.setInteractive(false);
        window.openFile(file);
        QTRY_VERIFY_WITH_TIMEOUT(window.document().isOpen() && !window.document().busy(), 60000);
        window.document().bind({{{"batch", 7}}});
        QTRY_VERIFY_WITH_TIMEOUT(window.document().session().canUndo(), 60000);
        window.document().save(project);
        QVERIFY(!window.document().session().modified());
        window.document().undo();
        QVERIFY(window.document().session().modified());
        window.document().closeDocument();
        window.openFile(project);
        QTRY_VERIFY_WITH_TIMEOUT(window.document().isOpen(), 60000);
        const Graph &source = window.document().session().source();
        QCOMPARE(source.tensor(source.inputs().front()).shape, (Shape{7, 4}));
        QVERIFY(window.document().state()->original->plan.has_value());
    }

    void sizesThatCannotBeAreAskedForAgain()
    {
        const QString file = folder_.filePath(QStringLiteral("wrong.onnx"));
        writeModel(openModel(), file.toStdString());
        ThemeController themes(*qApp);
        MainWindow window(themes);
        window.setInteractive(false);
        window.show();
        window.openFile(file);
        QTRY_VERIFY_WITH_TIMEOUT(window.document().isOpen() && !window.document().busy(), 60000);
        window.document().findDimensions();
        QTRY_VERIFY(window.findChild<BindDialog *>() != nullptr);
        QPointer<BindDialog> first = window.findChild<BindDialog *>();
        QSignalSpy failures(&window, &MainWindow::failureShown);
        first->accept();
        QTRY_VERIFY(first.isNull() && !window.document().busy());
        window.document().bind({{{"nothing of this name", 3}}});
        QTRY_COMPARE_WITH_TIMEOUT(failures.count(), 1, 60000);
        QVERIFY(window.findChild<BindDialog *>() != nullptr);
        const Graph &source = window.document().session().source();
        QCOMPARE(source.tensor(source.inputs().front()).shape, (Shape{1, 4}));
    }

    void rememberedSizesOfAnotherFileDoNotKeepItFromOpening()
    {
        const QString file = folder_.filePath(QStringLiteral("changed.onnx"));
        writeModel(openModel(), file.toStdString());
        rememberSizes(file.toStdString(), {{{"no such dimension", 5}}});
        ThemeController themes(*qApp);
        MainWindow window(themes);
        window.setInteractive(false);
        window.openFile(file);
        QTRY_VERIFY_WITH_TIMEOUT(window.document().isOpen(), 60000);
        QVERIFY(window.document().session().openOptions().bindings.empty());
    }
};

TINSMITH_TEST(DimensionsTest)

#include "dimensions_test.moc"
