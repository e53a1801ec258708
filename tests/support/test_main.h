// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <QTest>

namespace tinsmith::test {

/// Makes a test class known to the program's main(), which runs every registered class in turn.
class Registration {
public:
    Registration(const char *name, QObject *(*make)());
};

} // namespace tinsmith::test

/// Registers a QtTest class that has Q_OBJECT and private slots. The file ends with `#include "<file>.moc"`.
#define TINSMITH_TEST(Class) \
    static const ::tinsmith::test::Registration registration##Class(#Class, []() -> QObject * { return new Class; });
