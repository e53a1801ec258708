// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QString>
#include <QStringList>

/// The built command line program, run as a person runs it.
namespace tinsmith::test {

struct Outcome {
    /// The exit code; -1 where the program was ended by a signal or did not end in time.
    int code = -1;
    QByteArray output;
    QByteArray errors;

    /// What was printed, as one JSON object; empty where it is not one.
    QJsonObject json() const;
};

Outcome runProgram(const QStringList &arguments);

/// Why the program did not end with `code`; null where it did. For QVERIFY2.
QByteArray complaint(const Outcome &outcome, int code);

/// What `names` (separated by spaces) has that the object has not.
QStringList missingFields(const QJsonObject &object, const QString &names);

} // namespace tinsmith::test
