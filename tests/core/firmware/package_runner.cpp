// SPDX-License-Identifier: Apache-2.0
#include "tests/core/firmware/package_runner.h"

#include <QFile>
#include <QProcess>

namespace tinsmith::test {
namespace {

// Reads all inputs of each inference from one file and writes all outputs to another. The arena is a heap block of
// exactly the size that the header states, so that the address sanitizer sees every step beyond it.
constexpr const char *runnerText = R"(
#include "NAME.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
int main(int argc, char **argv)
{
    NAME_context context;
    unsigned char *arena = NULL;
    FILE *in = fopen(argv[1], "rb");
    FILE *out = fopen(argv[2], "wb");
    (void)argc;
    if (posix_memalign((void **)&arena, MACRO_ARENA_ALIGNMENT < 8 ? 8 : MACRO_ARENA_ALIGNMENT, MACRO_ARENA_BYTES) != 0)
        return 3;
    if (NAME_init(&context, arena, MACRO_ARENA_BYTES) != 0)
        return 4;
    if (NAME_init(&context, arena, MACRO_ARENA_BYTES - 1) == 0 || NAME_init(&context, arena + 1, MACRO_ARENA_BYTES) == 0)
        return 5;
    for (;;) {
        memset(arena, atoi(argv[3]), MACRO_ARENA_BYTES);
READ
        if (NAME_invoke(&context) != 0)
            return 6;
WRITE
    }
done:
    fclose(in);
    fclose(out);
    free(arena);
    return 0;
}
)";

std::string replaced(std::string text, const std::string &from, const std::string &to)
{
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
    }
    return text;
}

int countOf(const Package &package, const std::string &macro)
{
    const std::string &header = package.find("include/" + package.modelName + ".h")->content;
    const std::string key = "_" + macro + "_COUNT ";
    return std::atoi(header.c_str() + header.find(key) + key.size());
}

std::string runnerSource(const Package &package)
{
    std::string macro = package.modelName;
    for (char &c : macro) {
        c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
    std::string read;
    for (int i = 0; i < countOf(package, "INPUT"); ++i) {
        read += "        if (fread(NAME_input_" + std::to_string(i) + "(&context), 1, MACRO_INPUT_" + std::to_string(i)
            + "_BYTES, in) != MACRO_INPUT_" + std::to_string(i) + "_BYTES)\n            goto done;\n";
    }
    std::string write;
    for (int i = 0; i < countOf(package, "OUTPUT"); ++i) {
        write += "        fwrite(NAME_output_" + std::to_string(i) + "(&context), 1, MACRO_OUTPUT_" + std::to_string(i)
            + "_BYTES, out);\n";
    }
    const std::string text = replaced(replaced(runnerText, "READ", read), "WRITE", write);
    return replaced(replaced(text, "NAME", package.modelName), "MACRO", macro);
}

void writeAll(const QString &path, const QByteArray &content)
{
    QFile file(path);
    if (file.open(QIODevice::WriteOnly)) {
        file.write(content);
    }
}

} // namespace

Outcome runProgram(const QString &program, const QStringList &arguments, const QString &folder)
{
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.setWorkingDirectory(folder);
    process.start(program, arguments);
    const bool ended = process.waitForFinished(600000);
    const bool ok = ended && process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0;
    return {ok, process.readAll().toStdString()};
}

QStringList strictWarnings()
{
    return {"-std=c99", "-Wall", "-Wextra", "-Wconversion", "-Wpedantic", "-Werror"};
}

Target testTarget()
{
    Target target;
    target.id = "test-m4";
    target.name = "Test M4";
    target.core = Core::CortexM4F;
    target.ramBytes = 1 << 30;
    target.flashBytes = 1 << 30;
    target.fpu = true;
    return target;
}

PackageRunner::PackageRunner(const Package &package, const QString &compiler)
    : name_(package.modelName), compiler_(compiler)
{
    writePackage(package, path("package").toStdString());
    writeAll(path("runner.c"), QByteArray::fromStdString(runnerSource(package)));
    const QString base = QString::fromStdString(name_);
    const QStringList sanitizers
        = {"-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-I" + path("package/include")};
    QStringList sources;
    for (const QString &source : {base + ".c", base + "_weights.c", base + "_arena.c"}) {
        sources << path("package/src/" + source);
    }
    const QStringList warnings = strictWarnings();
    QStringList objects;
    for (const QString &source : sources) {
        objects << source + ".o";
        const Outcome outcome = runProgram(compiler_,
            QStringList(warnings) + sanitizers
                + QStringList{
                    "-I" + path("package/kernels"), "-I" + path("package/src"), "-c", source, "-o", objects.back()});
        if (!outcome.ok) {
            error_ = outcome.text;
            return;
        }
    }
    compile(QStringList(objects) << path("runner.c"), path("runner"), sanitizers);
    if (error_.empty()) {
        compile(QStringList(objects) << path("package/test/" + base + "_selftest.c"), path("selftest"),
            QStringList(warnings) + sanitizers);
    }
}

bool PackageRunner::compile(const QStringList &sources, const QString &program, const QStringList &more)
{
    const Outcome outcome = runProgram(compiler_, more + sources + QStringList{"-o", program, "-lm"});
    if (!outcome.ok) {
        error_ = outcome.text;
    }
    return outcome.ok;
}

std::vector<Values> PackageRunner::run(
    const std::vector<Values> &inputs, const std::vector<std::size_t> &outputBytes, unsigned char poison)
{
    QByteArray all;
    for (const Values &values : inputs) {
        for (const auto &value : values) {
            all.append(reinterpret_cast<const char *>(value.data()), static_cast<qsizetype>(value.size()));
        }
    }
    writeAll(path("in.bin"), all);
    const Outcome outcome = runProgram(path("runner"), {path("in.bin"), path("out.bin"), QString::number(poison)});
    if (!outcome.ok) {
        error_ = outcome.text.empty() ? "the runner failed" : outcome.text;
        return {};
    }
    QFile file(path("out.bin"));
    if (!file.open(QIODevice::ReadOnly)) {
        error_ = "no output";
        return {};
    }
    std::vector<Values> result(inputs.size());
    for (Values &values : result) {
        for (const std::size_t bytes : outputBytes) {
            std::vector<std::byte> value(bytes);
            if (file.read(reinterpret_cast<char *>(value.data()), static_cast<qint64>(bytes))
                != static_cast<qint64>(bytes)) {
                error_ = "too little output";
                return {};
            }
            values.push_back(std::move(value));
        }
    }
    return result;
}

Outcome PackageRunner::selfTest()
{
    return runProgram(path("selftest"), {});
}

} // namespace tinsmith::test
