// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/onnx_writer.h"
#include "core/graph/error.h"
#include "core/graph/geometry.h"
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
            problem = example.run(example.read(fixes ? example.parameters() : std::set<std::string>()));
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

/// The kind of `x`, with the padding of `y` where x says SAME and y, in numbers, what that means for its input.
OperatorKind withPadsInNumbers(const Graph &a, const Operator &x, const Graph &b, const Operator &y)
{
    OperatorKind result = x.kind;
    const auto left = spatialGeometry(a, x);
    const auto right = spatialGeometry(b, y);
    const bool sameWindows = left && right && left->h.padBefore == right->h.padBefore
        && left->w.padBefore == right->w.padBefore && left->h.output == right->h.output
        && left->w.output == right->w.output;
    std::visit(
        [&](auto &kind) {
            if constexpr (requires { kind.padding.mode; }) {
                const auto *other = y.as<std::decay_t<decltype(kind)>>();
                if (sameWindows && other != nullptr && other->padding.mode == PaddingMode::Explicit
                    && kind.padding.mode == PaddingMode::Same) {
                    kind.padding = other->padding;
                }
            }
        },
        result);
    return result;
}

/// What makes a difference between a graph and another that was read back; empty where nothing does.
std::string changed(const Graph &a, const Graph &b)
{
    if (a.operators().size() != b.operators().size()) {
        return std::to_string(a.operators().size()) + " operators became " + std::to_string(b.operators().size());
    }
    const auto same = [&](TensorId left, TensorId right) {
        if (!left.valid() || !right.valid()) {
            return left.valid() == right.valid();
        }
        const Tensor &x = a.tensor(left);
        const Tensor &y = b.tensor(right);
        const bool equalData = x.data.has_value() == y.data.has_value()
            && (!x.data || x.data->copyAs<std::byte>() == y.data->copyAs<std::byte>());
        return x.type == y.type && x.shape == y.shape && equalData && x.quantization == y.quantization;
    };
    const auto sameLists = [&](const auto &left, const auto &right) {
        return std::equal(left.begin(), left.end(), right.begin(), right.end(), same);
    };
    for (std::size_t i = 0; i < a.operators().size(); ++i) {
        const Operator &x = a.operators()[i];
        const Operator &y = b.operators()[i];
        if (withPadsInNumbers(a, x, b, y) != y.kind) {
            return displayName(x.kind) + " became " + displayName(y.kind);
        }
        if (!sameLists(x.inputs, y.inputs) || !sameLists(x.outputs, y.outputs)) {
            return "a tensor of " + displayName(x.kind) + " changed";
        }
    }
    // Bodies stand in the order in which the operators name them, inner ones before the outer one.
    if (a.subgraphs().size() != b.subgraphs().size()) {
        return std::to_string(a.subgraphs().size()) + " bodies became " + std::to_string(b.subgraphs().size());
    }
    for (std::size_t body = 0; body < a.subgraphs().size(); ++body) {
        const std::string problem = changed(a.subgraphs()[body], b.subgraphs()[body]);
        if (!problem.empty()) {
            return "body " + std::to_string(body) + ": " + problem;
        }
    }
    return sameLists(a.inputs(), b.inputs()) && sameLists(a.outputs(), b.outputs()) ? "" : "inputs or outputs changed";
}

/// Empty where the example cannot be opened as typed operators, or was written and read back unchanged.
std::string roundTrip(const OnnxCase &example)
{
    Graph graph;
    try {
        graph = example.read(example.parameters());
        if (!example.run(graph).empty()) {
            return {};
        }
    } catch (const Error &) {
        return {};
    }
    try {
        const Graph again = readOnnx(writeOnnx(graph), "written.onnx");
        const std::string difference = changed(graph, again);
        return difference.empty() ? example.run(again) : difference;
    } catch (const Error &error) {
        return error.what();
    }
}

std::vector<std::filesystem::path> examples()
{
    const std::filesystem::path folder = "/usr/share/libonnx-testdata/data/node";
    std::vector<std::filesystem::path> paths;
    if (std::filesystem::exists(folder)) {
        for (const auto &entry : std::filesystem::directory_iterator(folder)) {
            paths.push_back(entry.path());
        }
    }
    std::sort(paths.begin(), paths.end());
    return paths;
}

} // namespace

/// Every operator example of the ONNX project gives ONNX's own outputs, or is of an operator that has no place on a
/// microcontroller.
class OnnxNodesTest : public QObject {
    Q_OBJECT
private slots:
    void examplesGiveOnnxOutputs()
    {
        const auto cases = examples();
        if (cases.empty()) {
            QSKIP("the package libonnx-testdata is not installed");
        }
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
        QCOMPARE(failures.size(), qsizetype{0});
        QVERIFY2(passed + passedFixed >= 852, qPrintable(QString::number(passed + passedFixed)));
    }
    void writtenExamplesReadBackUnchanged()
    {
        const auto cases = examples();
        if (cases.empty()) {
            QSKIP("the package libonnx-testdata is not installed");
        }
        QStringList failures;
        for (const auto &path : cases) {
            const OnnxCase example(path);
            const std::string problem = roundTrip(example);
            if (!problem.empty()) {
                failures.push_back(QString::fromStdString(example.name() + ": " + problem));
            }
        }
        for (const QString &failure : failures) {
            qInfo("     %s", qPrintable(failure));
        }
        QCOMPARE(failures.size(), qsizetype{0});
    }
};

TINSMITH_TEST(OnnxNodesTest)

} // namespace tinsmith::test

#include "onnx_nodes_test.moc"
