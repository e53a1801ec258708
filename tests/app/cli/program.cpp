// SPDX-License-Identifier: Apache-2.0
#include "tests/app/cli/program.h"

#include <QJsonDocument>
#include <QProcess>

namespace tinsmith::test {

QJsonObject Outcome::json() const
{
    return QJsonDocument::fromJson(output).object();
}

Outcome runProgram(const QStringList &arguments)
{
    constexpr int patience = 60000;
    QProcess process;
    process.start(QStringLiteral(TINSMITH_PROGRAM), arguments);
    Outcome outcome;
    if (!process.waitForFinished(patience)) {
        outcome.errors = process.errorString().toUtf8();
        process.kill();
        process.waitForFinished();
        return outcome;
    }
    outcome.code = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
    outcome.output = process.readAllStandardOutput();
    outcome.errors = process.readAllStandardError();
    return outcome;
}

QByteArray complaint(const Outcome &outcome, int code)
{
    return outcome.code == code ? QByteArray()
                                : "ended with " + QByteArray::number(outcome.code) + " instead of "
            + QByteArray::number(code) + ": " + outcome.errors + outcome.output.left(2000);
}

QStringList missingFields(const QJsonObject &object, const QString &names)
{
    QStringList missing;
    for (const QString &name : names.split(QLatin1Char(' '))) {
        if (!object.contains(name)) {
            missing.append(name);
        }
    }
    return missing;
}

} // namespace tinsmith::test
