// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/firmware/package.h"

#include <QTemporaryDir>

#include <cstddef>
#include <string>
#include <vector>

namespace tinsmith::test {

/// A program run by a test.
struct Outcome {
    bool ok = false;
    /// What it wrote to either stream.
    std::string text;
};
Outcome runProgram(const QString &program, const QStringList &arguments, const QString &folder = {});

/// One value per graph input or output.
using Values = std::vector<std::vector<std::byte>>;

/// Builds a package for the host, with every warning an error and the sanitizers on, and runs it.
class PackageRunner {
public:
    /// Writes and compiles the package. `compiler` is gcc or clang. error() says what went wrong, if anything did.
    explicit PackageRunner(const Package &package, const QString &compiler = "gcc");

    const std::string &error() const { return error_; }
    /// Runs inferences one after the other in one arena of exactly the right size, filled with `poison` before each.
    /// Empty, with error() set, where the program failed.
    std::vector<Values> run(
        const std::vector<Values> &inputs, const std::vector<std::size_t> &outputBytes, unsigned char poison = 0xA5);
    /// The package's own self-test.
    Outcome selfTest();

private:
    QString path(const QString &name) const { return folder_.filePath(name); }
    bool compile(const QStringList &sources, const QString &program, const QStringList &more);

    QTemporaryDir folder_;
    std::string name_;
    QString compiler_;
    std::string error_;
};

/// Options under which all generated C must be clean.
QStringList strictWarnings();
/// A board for tests: Cortex-M4F with room for everything.
Target testTarget();

} // namespace tinsmith::test
