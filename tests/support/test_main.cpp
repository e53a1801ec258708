// SPDX-License-Identifier: Apache-2.0
#include "tests/support/test_main.h"

#include <QCoreApplication>
#include <QStringList>

#include <cstdio>
#include <memory>
#include <vector>

namespace tinsmith::test {
namespace {

struct Entry {
    const char *name;
    QObject *(*make)();
};

std::vector<Entry> &entries()
{
    static std::vector<Entry> all;
    return all;
}

} // namespace

Registration::Registration(const char *name, QObject *(*make)())
{
    entries().push_back({name, make});
}

/// Runs every registered class, or only the one named by `--class NAME`; the other arguments go to QtTest.
int runAll(QStringList arguments)
{
    QString only;
    const auto at = arguments.indexOf(QStringLiteral("--class"));
    if (at >= 0 && at + 1 < arguments.size()) {
        only = arguments.at(at + 1);
        arguments.remove(at, 2);
    }
    int failed = 0;
    int run = 0;
    for (const Entry &entry : entries()) {
        if (!only.isEmpty() && only != QLatin1String(entry.name)) {
            continue;
        }
        const std::unique_ptr<QObject> test(entry.make());
        failed += QTest::qExec(test.get(), arguments) == 0 ? 0 : 1;
        ++run;
    }
    if (run == 0) {
        std::fprintf(stderr, "no test class was run\n");
        return 1;
    }
    return failed;
}

} // namespace tinsmith::test

#ifndef TINSMITH_TEST_WIDGETS
int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    return tinsmith::test::runAll(QCoreApplication::arguments());
}
#endif
