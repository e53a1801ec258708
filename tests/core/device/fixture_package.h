// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/device/measurement.h"

#include <QTemporaryDir>

#include <string>

namespace tinsmith::test {

/// A package written by hand: input of 16 bytes at offset 0 of an arena of 64, output of 16 bytes at offset 32.
class FixturePackage {
public:
    /// `code` is the C of fixture_invoke and of what it needs.
    explicit FixturePackage(const std::string &code);

    std::filesystem::path folder() const { return dir_.path().toStdString(); }

private:
    void write(const std::string &path, const std::string &text) const;

    QTemporaryDir dir_;
};

/// `invocations` inputs of 16 bytes each: n, n + 1, ..
std::vector<std::vector<std::vector<std::byte>>> fixtureInputs(int invocations);

/// Why packages cannot be measured on this computer; empty where they can.
QString whyNoEmulation();

} // namespace tinsmith::test
