// SPDX-License-Identifier: Apache-2.0
#include "tests/core/device/fixture_package.h"

#include <QDir>
#include <QStandardPaths>

#include <fstream>

namespace tinsmith::test {

FixturePackage::FixturePackage(const std::string &code)
{
    write("include/fixture.h", R"(#ifndef FIXTURE_H
#define FIXTURE_H
#include <stddef.h>
typedef struct { unsigned char *arena; } fixture_context;
int fixture_init(fixture_context *context, void *arena, size_t bytes);
int fixture_invoke(fixture_context *context);
signed char *fixture_input_0(const fixture_context *context);
const signed char *fixture_output_0(const fixture_context *context);
#endif
)");
    write("src/fixture.c", R"(#include "fixture.h"
int fixture_init(fixture_context *context, void *arena, size_t bytes)
{
    context->arena = (unsigned char *)arena;
    return bytes < 64;
}
signed char *fixture_input_0(const fixture_context *context) { return (signed char *)context->arena; }
const signed char *fixture_output_0(const fixture_context *context) { return (const signed char *)context->arena + 32; }
)" + code);
    write("manifest.json",
        R"({"format": "tinsmith-package", "version": 1, "kind": "cmake", "name": "fixture", "target": "any",
"core": "any", "cpu_flags": [], "header": "include/fixture.h", "include_dirs": ["include"], "sources": ["src/fixture.c"],
"test_sources": [], "libraries": [], "arena_bytes": 64, "arena_alignment": 16, "weight_bytes": 0,
"inputs": [{"name": "in", "type": "int8", "shape": [1, 16], "bytes": 16, "offset": 0}],
"outputs": [{"name": "out", "type": "int8", "shape": [1, 16], "bytes": 16, "offset": 32}],
"operators": [{"index": 0, "name": "o", "type": "X", "variant": "portable", "function": "fixture_invoke", "macs": 32}]})");
}

void FixturePackage::write(const std::string &path, const std::string &text) const
{
    const std::filesystem::path whole = folder() / path;
    std::filesystem::create_directories(whole.parent_path());
    std::ofstream(whole) << text;
}

std::vector<std::vector<std::vector<std::byte>>> fixtureInputs(int invocations)
{
    std::vector<std::vector<std::vector<std::byte>>> inputs;
    for (int n = 0; n < invocations; ++n) {
        auto &value = inputs.emplace_back().emplace_back();
        for (int i = 0; i < 16; ++i) {
            value.push_back(static_cast<std::byte>(n + i));
        }
    }
    return inputs;
}

QString whyNoEmulation()
{
    for (const char *program : {"arm-none-eabi-gcc", "arm-none-eabi-objdump", "qemu-system-arm"}) {
        if (QStandardPaths::findExecutable(QString::fromLatin1(program)).isEmpty()) {
            return QStringLiteral("%1 is not installed").arg(QLatin1String(program));
        }
    }
    return {};
}

} // namespace tinsmith::test
