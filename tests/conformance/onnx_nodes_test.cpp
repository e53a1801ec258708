// SPDX-License-Identifier: Apache-2.0
#include "core/graph/error.h"
#include "tests/conformance/onnx_case.h"
#include "tests/support/test_main.h"

#include <algorithm>
#include <map>

namespace tinsmith::test {
namespace {

struct NotApplicable {
    const char *reason;
    std::vector<std::string> operators;
};

/// Operators that have no place on a microcontroller, and why. Whatever else is refused, has failed.
const std::vector<NotApplicable> &notApplicable()
{
    static const std::vector<NotApplicable> all = {
        {"text", {"StringNormalizer", "TfIdfVectorizer"}},
        {"training steps of an optimizer", {"Adagrad", "Adam", "Momentum", "Gradient"}},
        {"random numbers",
            {"Bernoulli", "RandomNormal", "RandomUniform", "RandomNormalLike", "RandomUniformLike", "Multinomial"}},
        {"the size of its output depends on the values", {"NonZero", "Unique", "NonMaxSuppression"}},
        {"determinants", {"Det"}},
    };
    return all;
}

/// Single examples of operators that otherwise run.
const std::map<std::string, std::string> &notApplicableCases()
{
    static const std::map<std::string, std::string> all = {
        {"test_averagepool_3d_default", "three spatial dimensions"},
        {"test_convtranspose_3d", "three spatial dimensions"},
        {"test_maxpool_3d_default", "three spatial dimensions"},
        {"test_batchnorm_epsilon_training_mode", "training mode"},
        {"test_batchnorm_example_training_mode", "training mode"},
        {"test_training_dropout", "training mode"},
        {"test_training_dropout_default", "training mode"},
        {"test_training_dropout_default_mask", "training mode"},
        {"test_training_dropout_mask", "training mode"},
    };
    return all;
}

/// Empty where the example must pass.
std::string whyNotApplicable(const OnnxCase &example)
{
    if (!example.oddValues().empty()) {
        return example.oddValues();
    }
    for (const NotApplicable &row : notApplicable()) {
        for (const std::string &type : row.operators) {
            if (example.operators().count(type) > 0) {
                return row.reason;
            }
        }
    }
    const auto single = notApplicableCases().find(example.name());
    return single == notApplicableCases().end() ? std::string() : single->second;
}

struct Outcome {
    enum class Kind { Passed, PassedFixed, NotApplicable, Failed };
    Kind kind = Kind::Failed;
    std::string text;
};

/// As it is; where that is refused, with the node's parameters fixed to their recorded values.
Outcome outcomeOf(const OnnxCase &example)
{
    std::string problem;
    for (const bool fixes : {false, true}) {
        if (fixes && example.parameters().empty()) {
            break;
        }
        try {
            problem = example.run(fixes ? example.parameters() : std::set<std::string>());
            if (problem.empty()) {
                return {fixes ? Outcome::Kind::PassedFixed : Outcome::Kind::Passed,
                    std::to_string(example.parameters().size())};
            }
            return {Outcome::Kind::Failed, problem};
        } catch (const Error &error) {
            problem = error.what();
        }
    }
    const std::string reason = whyNotApplicable(example);
    return reason.empty() ? Outcome{Outcome::Kind::Failed, problem} : Outcome{Outcome::Kind::NotApplicable, reason};
}

} // namespace

/// Every operator example of the ONNX project gives ONNX's own outputs, or is of an operator that has no place on a
/// microcontroller.
class OnnxNodesTest : public QObject {
    Q_OBJECT
private slots:
    void examplesGiveOnnxOutputs()
    {
        const std::filesystem::path folder = "/usr/share/libonnx-testdata/data/node";
        if (!std::filesystem::exists(folder)) {
            QSKIP("the package libonnx-testdata is not installed");
        }
        std::vector<std::filesystem::path> cases;
        for (const auto &entry : std::filesystem::directory_iterator(folder)) {
            cases.push_back(entry.path());
        }
        std::sort(cases.begin(), cases.end());
        int passed = 0;
        std::map<std::string, int> fixed;
        std::map<std::string, int> reasons;
        QStringList failures;
        for (const auto &path : cases) {
            const OnnxCase example(path);
            const Outcome outcome = outcomeOf(example);
            switch (outcome.kind) {
            case Outcome::Kind::Passed:
                ++passed;
                break;
            case Outcome::Kind::PassedFixed:
                ++fixed[outcome.text];
                break;
            case Outcome::Kind::NotApplicable:
                ++reasons[outcome.text];
                break;
            case Outcome::Kind::Failed:
                failures.push_back(QString::fromStdString(example.name() + ": " + outcome.text));
                break;
            }
        }
        int passedFixed = 0;
        int notApplicableCount = 0;
        for (const auto &[inputs, count] : fixed) {
            passedFixed += count;
        }
        for (const auto &[reason, count] : reasons) {
            notApplicableCount += count;
        }
        qInfo("%4d examples", static_cast<int>(cases.size()));
        qInfo("%4d passed", passed + passedFixed);
        qInfo("     %4d as they are", passed);
        for (const auto &[inputs, count] : fixed) {
            qInfo("     %4d with %s inputs fixed (axes, shapes, sizes, bounds)", count, inputs.c_str());
        }
        qInfo("%4d not applicable", notApplicableCount);
        for (const auto &[reason, count] : reasons) {
            qInfo("     %4d %s", count, reason.c_str());
        }
        qInfo("%4d failed", static_cast<int>(failures.size()));
        for (const QString &failure : failures) {
            qInfo("     %s", qPrintable(failure));
        }
        // Control flow and products of uint8.
        QVERIFY(failures.size() <= 9);
        QVERIFY(passed + passedFixed >= 650);
    }
};

TINSMITH_TEST(OnnxNodesTest)

} // namespace tinsmith::test

#include "onnx_nodes_test.moc"
