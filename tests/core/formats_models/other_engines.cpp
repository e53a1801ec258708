// SPDX-License-Identifier: Apache-2.0
#include "tests/core/formats_models/other_engines.h"

#include "core/execute/compare.h"
#include "core/formats/model_file.h"
#include "tests/core/formats_models/recorded_models.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>

namespace tinsmith::test {
namespace {

constexpr int longestRun = 1'800'000;

QJsonObject described(const Tensor &tensor)
{
    QJsonArray dims;
    for (const std::int64_t size : tensor.shape.dims) {
        dims.append(static_cast<qint64>(size < 0 ? 1 : size));
    }
    return {{"name", QString::fromStdString(tensor.name)},
        {"type", QString::fromStdString(std::string(nameOf(tensor.type)))}, {"dims", dims}};
}

/// Thousands of files that nobody keeps.
void save(const std::string &file, std::span<const std::byte> content)
{
    std::ofstream(file, std::ios::binary)
        .write(reinterpret_cast<const char *>(content.data()), static_cast<std::streamsize>(content.size()));
}

} // namespace

std::string OtherEngines::path(const std::string &name) const
{
    const QString kept = qEnvironmentVariable("TINSMITH_RANDOM_REPRODUCERS");
    const QString folder = kept.isEmpty() ? folder_.path() : kept;
    return (folder + QLatin1Char('/') + QString::fromStdString(name)).toStdString();
}

std::size_t OtherEngines::add(const Graph &graph, const std::vector<TensorValue> &inputs, const std::string &format)
{
    Case made{path(std::to_string(written_++) + "." + format), {}, graph};
    save(made.file, modelBytes(graph, made.file).view());
    for (std::size_t index = 0; index < inputs.size(); ++index) {
        made.inputs.push_back(made.file + ".in" + std::to_string(index));
        save(made.inputs.back(), inputs[index]);
    }
    cases_.push_back(std::move(made));
    return cases_.size() - 1;
}

Graph OtherEngines::reopened(std::size_t number) const
{
    return readModel(cases_.at(number).file);
}

std::vector<OtherEngines::Result> OtherEngines::run()
{
    QJsonArray wanted;
    for (const Case &each : cases_) {
        QJsonArray inputs;
        QJsonArray outputs;
        for (std::size_t index = 0; index < each.inputs.size(); ++index) {
            QJsonObject entry = described(each.graph.tensor(each.graph.inputs()[index]));
            entry["file"] = QString::fromStdString(each.inputs[index]);
            inputs.append(entry);
        }
        for (std::size_t index = 0; index < each.graph.outputs().size(); ++index) {
            QJsonObject entry = described(each.graph.tensor(each.graph.outputs()[index]));
            entry["made"] = QString::fromStdString(each.file + ".out" + std::to_string(index));
            outputs.append(entry);
        }
        wanted.append(
            QJsonObject{{"model", QString::fromStdString(each.file)}, {"inputs", inputs}, {"outputs", outputs}});
    }
    std::vector<Result> results(cases_.size());
    const std::string list = path("cases.json");
    const QByteArray json = QJsonDocument(wanted).toJson();
    save(list, std::as_bytes(std::span(json.data(), static_cast<std::size_t>(json.size()))));
    QProcess node;
    node.start(QStringLiteral("node"),
        {QStringLiteral(TINSMITH_SOURCE_DIR "/tests/core/formats_models/other_engines.mjs"),
            QString::fromStdString(list)});
    if (node.waitForStarted() && node.waitForFinished(longestRun)) {
        const QList<QByteArray> lines = node.readAllStandardOutput().trimmed().split('\n');
        for (std::size_t index = 0; index < cases_.size(); ++index) {
            Result &result = results[index];
            if (static_cast<qsizetype>(index) >= lines.size()) {
                result.skipped = false;
                result.error = "the engine ends: " + node.readAllStandardError().right(400).toStdString();
                continue;
            }
            const QJsonObject line = QJsonDocument::fromJson(lines[static_cast<qsizetype>(index)]).object();
            result.skipped = line["engine"].isNull();
            result.error = line["error"].toString().toStdString();
            for (std::size_t output = 0; output < cases_[index].graph.outputs().size(); ++output) {
                result.outputs.push_back(recorded(cases_[index].file + ".out" + std::to_string(output)));
            }
        }
    }
    for (std::size_t index = 0; index < cases_.size(); ++index) {
        results[index].file = cases_[index].file;
        if (qEnvironmentVariableIsEmpty("TINSMITH_RANDOM_REPRODUCERS")) {
            QFile::remove(QString::fromStdString(cases_[index].file));
        }
    }
    cases_.clear();
    return results;
}

Distance distance(const Tensor &declared, const TensorValue &expected, const TensorValue &actual)
{
    Distance result;
    // Whatever dimensions are left open.
    Tensor tensor = declared;
    tensor.shape = {static_cast<std::int64_t>(expected.size() * 8) / std::max(1, bitsOf(tensor.type))};
    if (expected.size() != actual.size()) {
        result.largest = std::numeric_limits<double>::infinity();
        result.decibels = -Deviation::mostDb;
        result.sameTop = false;
        return result;
    }
    const std::vector<float> wanted = realsOf(tensor, expected);
    const std::vector<float> got = realsOf(tensor, actual);
    Deviation deviation;
    deviation.add(wanted, got);
    result.decibels = deviation.sqnrDb();
    result.sameTop = topClass(tensor, expected) == topClass(tensor, actual);
    double most = 0;
    double apart = 0;
    for (std::size_t index = 0; index < wanted.size(); ++index) {
        const bool same = wanted[index] == got[index] || (std::isnan(wanted[index]) && std::isnan(got[index]));
        const double difference
            = same ? 0 : std::fabs(static_cast<double>(wanted[index]) - static_cast<double>(got[index]));
        apart = std::isnan(difference) ? std::numeric_limits<double>::infinity() : std::max(apart, difference);
        most = std::max(most, std::fabs(static_cast<double>(wanted[index])));
    }
    const double unit = tensor.quantization ? static_cast<double>(tensor.quantization->scale())
        : isFloat(tensor.type)              ? std::max(most, 1e-3)
                                            : 1;
    result.largest = apart / unit;
    return result;
}

} // namespace tinsmith::test
