// SPDX-License-Identifier: Apache-2.0
#include "core/formats/tflite/reader.h"
#include "core/formats/tflite/writer.h"
#include "tests/core/formats_tflite/comparison.h"
#include "tests/core/formats_tflite/operator_cases.h"
#include "tests/support/test_main.h"

#include <map>
#include <set>

using namespace tinsmith;
using namespace tinsmith::test;

namespace {

/// What TFLite Micro's resolver can register (micro_mutable_op_resolver.h, 2026), by the names in files.
const std::vector<std::string> resolved = {"ABS", "ADD", "ADD_N", "ARG_MAX", "ARG_MIN", "ASSIGN_VARIABLE",
    "AVERAGE_POOL_2D", "BATCH_MATMUL", "BATCH_TO_SPACE_ND", "BROADCAST_ARGS", "BROADCAST_TO", "CALL_ONCE", "CAST",
    "CEIL", "CIRCULAR_BUFFER", "CONCATENATION", "CONV_2D", "COS", "CUMSUM", "SignalDelay", "DEPTH_TO_SPACE",
    "DEPTHWISE_CONV_2D", "DEQUANTIZE", "TFLite_Detection_PostProcess", "DIV", "DYNAMIC_UPDATE_SLICE", "ELU",
    "EMBEDDING_LOOKUP", "SignalEnergy", "EQUAL", "EXP", "EXPAND_DIMS", "SignalFftAutoScale", "FILL", "SignalFilterBank",
    "SignalFilterBankLog", "SignalFilterBankSpectralSubtraction", "SignalFilterBankSquareRoot", "FLOOR", "FLOOR_DIV",
    "FLOOR_MOD", "SignalFramer", "FULLY_CONNECTED", "GATHER", "GATHER_ND", "GREATER", "GREATER_EQUAL", "HARD_SWISH",
    "IF", "SignalIrfft", "L2_NORMALIZATION", "L2_POOL_2D", "LEAKY_RELU", "LESS", "LESS_EQUAL", "LOG", "LOG_SOFTMAX",
    "LOGICAL_AND", "LOGICAL_NOT", "LOGICAL_OR", "LOGISTIC", "MAX_POOL_2D", "MAXIMUM", "MEAN", "MINIMUM", "MIRROR_PAD",
    "MUL", "NEG", "NOT_EQUAL", "SignalOverlapAdd", "SignalPCAN", "PACK", "PAD", "PADV2", "PRELU", "QUANTIZE",
    "READ_VARIABLE", "REDUCE_ALL", "REDUCE_MAX", "REDUCE_MIN", "RELU", "RELU6", "RESHAPE", "RESIZE_BILINEAR",
    "RESIZE_NEAREST_NEIGHBOR", "REVERSE_V2", "SignalRfft", "ROUND", "RSQRT", "SELECT_V2", "SHAPE", "SIN", "SLICE",
    "SOFTMAX", "SPACE_TO_BATCH_ND", "SPACE_TO_DEPTH", "SPLIT", "SPLIT_V", "SQRT", "SQUARE", "SQUARED_DIFFERENCE",
    "SQUEEZE", "SignalStacker", "STRIDED_SLICE", "SUB", "SUM", "SVDF", "TANH", "TRANSPOSE", "TRANSPOSE_CONV",
    "UNIDIRECTIONAL_SEQUENCE_LSTM", "UNPACK", "VAR_HANDLE", "WHILE", "SignalWindow", "ZEROS_LIKE"};

/// What the resolver knows too, but nothing can compute from the file alone.
const std::vector<std::pair<std::string, std::string>> withoutMeaning = {
    {"ethos-u", "a command stream for the Ethos-U accelerator"},
    {"TFLM_DECODE", "weights packed for one runtime, by decoders that a firmware may also bring itself"},
};

/// The operators of a file's first graph, in order.
std::string operatorNames(const Bytes &file)
{
    const tfl::Model &model = *tfl::GetModel(file.data());
    const std::string lookup = "EMBEDDING_LOOKUP";
    std::string names;
    for (const auto *op : *model.subgraphs()->Get(0)->operators()) {
        const auto &code = *model.operator_codes()->Get(op->opcode_index());
        const int number
            = std::max(static_cast<int>(code.builtin_code()), static_cast<int>(code.deprecated_builtin_code()));
        const auto builtin = static_cast<tfl::BuiltinOperator>(number);
        names += builtin == tfl::BuiltinOperator::CUSTOM ? code.custom_code()->str()
                                                         : tfl::EnumNameBuiltinOperator(builtin);
        // A lookup is a GATHER along the first dimension, and written as one.
        if (names.ends_with(lookup)) {
            names.replace(names.size() - lookup.size(), lookup.size(), "GATHER");
        }
        names += " ";
    }
    return names;
}

QString firstProblem(const OperatorCase &tested, const Form &form)
{
    const Bytes file = fileOf(tested, form);
    const Graph graph = readTflite(file, "case.tflite");
    for (const Operator &op : graph.operators()) {
        if (const Custom *const custom = op.as<Custom>()) {
            return QString::fromStdString("is not typed: " + custom->sourceType + " " + custom->reason);
        }
    }
    const auto outputsOf = [&](const Graph &model) {
        Executor executor(model);
        std::vector<TensorValue> outputs;
        for (int run = 0; run < tested.runs; ++run) {
            outputs = executor.run(inputsOf(tested, form));
        }
        return outputs;
    };
    const std::string difference = outputDifference(tested, form, outputsOf(graph));
    if (!difference.empty()) {
        return QString::fromStdString(difference);
    }
    const Bytes written(writeTflite(graph));
    if (operatorNames(written) != operatorNames(file)) {
        return QString::fromStdString("is written as " + operatorNames(written));
    }
    const Graph again = readTflite(written, "written.tflite");
    const std::string changed = firstDifference(graph, again);
    return QString::fromStdString(changed.empty() ? changed : "comes back otherwise: " + changed);
}

QString problemOf(const OperatorCase &tested, const Form &form)
{
    try {
        return firstProblem(tested, form);
    } catch (const std::exception &error) {
        return QString::fromUtf8(error.what());
    }
}

} // namespace

/// Every operator of TFLite Micro in each of its element types: read from a file, run, compared with values worked out
/// by hand, written and read again.
class MicroOperatorsTest : public QObject {
    Q_OBJECT
private slots:
    void operatorsGiveWhatTheyShould_data()
    {
        QTest::addColumn<int>("number");
        QTest::addColumn<int>("form");
        cases_ = allOperatorCases();
        for (std::size_t number = 0; number < cases_.size(); ++number) {
            const OperatorCase &tested = cases_[number];
            for (std::size_t form = 0; form < tested.forms.size(); ++form) {
                std::string name = tested.operators.front() + " " + tested.forms[form].name;
                name += tested.note.empty() ? "" : " (" + tested.note + ")";
                name += " #" + std::to_string(number);
                QTest::newRow(name.c_str()) << static_cast<int>(number) << static_cast<int>(form);
            }
        }
    }
    void operatorsGiveWhatTheyShould()
    {
        QFETCH(int, number);
        QFETCH(int, form);
        const OperatorCase &tested = cases_[static_cast<std::size_t>(number)];
        const Form &chosen = tested.forms[static_cast<std::size_t>(form)];
        const QString problem = problemOf(tested, chosen);
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
        for (const std::string &name : tested.operators) {
            auto &done = passed_[name];
            if (done.find(chosen.name) == std::string::npos) {
                done += (done.empty() ? "" : ", ") + chosen.name;
            }
        }
    }
    void everyOperatorIsThere()
    {
        QString table;
        QStringList missing;
        for (const std::string &name : resolved) {
            const auto found = passed_.find(name);
            if (found == passed_.end()) {
                missing << QString::fromStdString(name);
                continue;
            }
            table += QStringLiteral("\n  %1 %2").arg(QString::fromStdString(name), -36).arg(found->second.c_str());
        }
        for (const auto &[name, reason] : withoutMeaning) {
            table += QStringLiteral("\n  %1 not run: %2").arg(QString::fromStdString(name), -36).arg(reason.c_str());
        }
        qInfo().noquote() << "operators of TFLite Micro and the element types they were run in" << table;
        QVERIFY2(missing.isEmpty(), qPrintable(missing.join(QStringLiteral(", "))));
    }

private:
    Cases cases_;
    std::map<std::string, std::string> passed_;
};

TINSMITH_TEST(MicroOperatorsTest)
#include "micro_operators_test.moc"
