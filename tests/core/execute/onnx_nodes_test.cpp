// SPDX-License-Identifier: Apache-2.0
#include "core/execute/element_values.h"
#include "core/execute/executor.h"
#include "core/formats/onnx/onnx_reader.h"
#include "core/graph/error.h"
#include "tests/support/test_main.h"

#include <QFile>

#include <algorithm>
#include <cmath>
#include <map>

namespace tinsmith::test {
namespace {

/// Just enough of protobuf's wire format to read a TensorProto whose values are raw.
struct RawTensor {
    std::vector<std::int64_t> dims;
    std::int64_t type = 0;
    std::vector<std::byte> raw;
};

class Wire {
public:
    explicit Wire(const QByteArray &bytes) : bytes_(bytes) { }
    bool atEnd() const { return at_ >= bytes_.size(); }
    std::uint64_t number()
    {
        std::uint64_t value = 0;
        for (int shift = 0; shift < 64 && !atEnd(); shift += 7) {
            const auto byte = static_cast<unsigned char>(bytes_[at_++]);
            value |= static_cast<std::uint64_t>(byte & 127U) << shift;
            if (byte < 128) {
                break;
            }
        }
        return value;
    }
    QByteArray block()
    {
        const auto size = static_cast<qsizetype>(number());
        const QByteArray part = bytes_.mid(at_, size);
        at_ += size;
        return part;
    }

private:
    QByteArray bytes_;
    qsizetype at_ = 0;
};

std::optional<RawTensor> readTensor(const std::filesystem::path &path)
{
    QFile file(QString::fromStdString(path.string()));
    if (!file.open(QIODevice::ReadOnly)) {
        return std::nullopt;
    }
    Wire wire(file.readAll());
    RawTensor tensor;
    while (!wire.atEnd()) {
        const std::uint64_t key = wire.number();
        if (key == (1U << 3)) {
            tensor.dims.push_back(static_cast<std::int64_t>(wire.number()));
        } else if (key == ((1U << 3) | 2U)) {
            Wire packed(wire.block());
            while (!packed.atEnd()) {
                tensor.dims.push_back(static_cast<std::int64_t>(packed.number()));
            }
        } else if (key == (2U << 3)) {
            tensor.type = static_cast<std::int64_t>(wire.number());
        } else if (key == ((9U << 3) | 2U)) {
            const QByteArray raw = wire.block();
            const auto *begin = reinterpret_cast<const std::byte *>(raw.constData());
            tensor.raw.assign(begin, begin + raw.size());
        } else if ((key & 7U) == 2) {
            wire.block();
        } else if ((key & 7U) == 0) {
            wire.number();
        } else {
            return std::nullopt;
        }
    }
    return tensor;
}

/// Empty where the value is near the expected one, else the first difference.
QString difference(const Tensor &tensor, const TensorValue &actual, const RawTensor &expected)
{
    if (actual.size() != expected.raw.size()) {
        return QString("%1 bytes, not %2").arg(actual.size()).arg(expected.raw.size());
    }
    const std::int64_t count = *tensor.shape.elements();
    std::vector<float> a(static_cast<std::size_t>(count));
    std::vector<float> b(static_cast<std::size_t>(count));
    if (!storedValues(tensor.type, actual.data(), count, a.data())) {
        return "no numbers";
    }
    storedValues(tensor.type, expected.raw.data(), count, b.data());
    for (std::size_t i = 0; i < a.size(); ++i) {
        const bool same = (std::isnan(a[i]) && std::isnan(b[i])) || a[i] == b[i];
        if (!same && !(std::fabs(a[i] - b[i]) <= 1e-5F + 1e-4F * std::fabs(b[i]))) {
            return QString("element %1 is %2, not %3").arg(i).arg(a[i]).arg(b[i]);
        }
    }
    return {};
}

} // namespace

/// Every operator example of the ONNX project that opens as typed operators runs, and gives ONNX's own outputs.
class OnnxNodesTest : public QObject {
    Q_OBJECT
private slots:
    void typedOperatorsGiveOnnxOutputs()
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
        int right = 0;
        std::map<std::string, int> refused;
        QStringList wrong;
        for (const auto &path : cases) {
            try {
                const Graph graph = readOnnx(path / "model.onnx");
                Executor executor(graph);
                std::vector<TensorValue> inputs;
                for (std::size_t i = 0; i < graph.inputs().size(); ++i) {
                    const auto tensor = readTensor(path / "test_data_set_0" / ("input_" + std::to_string(i) + ".pb"));
                    inputs.push_back(tensor ? tensor->raw : TensorValue());
                }
                const auto outputs = executor.run(inputs);
                QString problem;
                for (std::size_t i = 0; i < outputs.size() && problem.isEmpty(); ++i) {
                    const auto tensor = readTensor(path / "test_data_set_0" / ("output_" + std::to_string(i) + ".pb"));
                    problem = tensor ? difference(graph.tensor(graph.outputs()[i]), outputs[i], *tensor)
                                     : "no expected output";
                }
                if (problem.isEmpty()) {
                    ++right;
                } else {
                    wrong.push_back(QString::fromStdString(path.filename().string()) + ": " + problem);
                }
            } catch (const Error &error) {
                ++refused[error.cause()];
                if (qEnvironmentVariableIsSet("TINSMITH_TEST_VERBOSE")) {
                    qInfo("%s: %s", path.filename().c_str(), error.what());
                }
            }
        }
        int refusals = 0;
        for (const auto &[cause, count] : refused) {
            refusals += count;
        }
        qInfo("%d of %d right, %d refused, %d wrong", right, static_cast<int>(cases.size()), refusals,
            static_cast<int>(wrong.size()));
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join('\n')));
        QVERIFY(right > 200);
    }
};

TINSMITH_TEST(OnnxNodesTest)

} // namespace tinsmith::test

#include "onnx_nodes_test.moc"
