// SPDX-License-Identifier: Apache-2.0
#include "tests/core/random_graphs/batch_package.h"

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>

#include <algorithm>
#include <cctype>
#include <map>
#include <regex>
#include <set>
#include <sstream>

namespace tinsmith::test {
namespace {

std::string upper(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::toupper(c); });
    return text;
}

/// The text without its lines that include something, which one file has no use for.
std::string withoutIncludes(const std::string &text)
{
    std::istringstream in(text);
    std::string result;
    for (std::string line; std::getline(in, line);) {
        if (line.rfind("#include", 0) != 0) {
            result += line + "\n";
        }
    }
    return result;
}

/// Names that several packages have: of layers and of places in the arena.
std::set<std::string> commonNames(const std::string &source)
{
    std::set<std::string> names;
    static const std::regex pattern("TS_LAYER void (\\w+)\\(|\\n    (at_\\w+) = ");
    for (std::sregex_iterator at(source.begin(), source.end(), pattern), end; at != end; ++at) {
        names.insert((*at)[1].matched ? (*at)[1].str() : (*at)[2].str());
    }
    return names;
}

std::string runnerOf(const ExportedGraph &exported)
{
    const std::string &name = exported.package.modelName;
    const std::string macro = upper(name);
    std::ostringstream c;
    c << "static void run_" << name
      << "(const unsigned char **in, unsigned char **out, unsigned char *room, int fill)\n{\n    " << name
      << "_context context;\n    int status = 0;\n#ifdef BATCH_HEAP\n    unsigned char *arena = (unsigned char "
         "*)malloc("
      << macro << "_ARENA_BYTES);\n    (void)room;\n#else\n    unsigned char *arena = room + GUARD;\n"
      << "    memset(room, GUARD_VALUE, GUARD + " << macro << "_ARENA_BYTES + GUARD);\n#endif\n"
      << "    memset(arena, fill, " << macro << "_ARENA_BYTES);\n    status |= " << name << "_init(&context, arena, "
      << macro << "_ARENA_BYTES - 1) == 0;\n    status |= " << name << "_init(&context, arena, " << macro
      << "_ARENA_BYTES);\n";
    for (std::size_t i = 0; i < exported.graph.inputs().size(); ++i) {
        c << "    copy_bytes(" << name << "_input_" << i << "(&context), *in, " << macro << "_INPUT_" << i
          << "_BYTES);\n    *in += " << macro << "_INPUT_" << i << "_BYTES;\n";
    }
    c << "    status |= " << name << "_invoke(&context);\n    unsigned char *const place = (*out)++;\n";
    for (std::size_t i = 0; i < exported.graph.outputs().size(); ++i) {
        c << "    copy_bytes(*out, " << name << "_output_" << i << "(&context), " << macro << "_OUTPUT_" << i
          << "_BYTES);\n    *out += " << macro << "_OUTPUT_" << i << "_BYTES;\n";
    }
    c << "#ifdef BATCH_HEAP\n    free(arena);\n#else\n    status |= guards_changed(room, " << macro
      << "_ARENA_BYTES);\n#endif\n    *place = (unsigned char)(status != 0);\n}\n\n";
    return c.str();
}

const char *const prologue = R"(#include "batch.h"

#include <stdlib.h>
#include <string.h>
)";
const char *const guards = R"(
/* Inputs and outputs lie behind each other at any address, which a library's memcpy() may not take. */
static void copy_bytes(void *to, const void *from, size_t bytes)
{
    volatile unsigned char *target = (volatile unsigned char *)to;
    for (size_t i = 0; i < bytes; i++)
        target[i] = ((const unsigned char *)from)[i];
}
#define GUARD 64
#define GUARD_VALUE 0x5A
#ifndef BATCH_HEAP
static int guards_changed(const unsigned char *room, size_t bytes)
{
    int changed = 0;
    for (size_t i = 0; i < GUARD; i++)
        changed |= room[i] != GUARD_VALUE || room[GUARD + bytes + i] != GUARD_VALUE;
    return changed;
}
#endif
)";

std::int64_t rounded(std::size_t bytes)
{
    return static_cast<std::int64_t>((bytes + 63) / 64 * 64);
}

const char *const header = R"(#ifndef BATCH_H
#define BATCH_H
#include <stddef.h>
#include <stdint.h>
#define BATCH_INPUT_BYTES @IN@
#define BATCH_OUTPUT_OFFSET @OUT_AT@
#define BATCH_OUTPUT_BYTES @OUT@
#define BATCH_ROOM_OFFSET @ROOM_AT@
#define BATCH_ARENA_BYTES @ALL@
typedef struct { unsigned char *arena; } batch_context;
int batch_init(batch_context *context, void *arena, size_t bytes);
int batch_invoke(batch_context *context);
static inline int8_t *batch_input_0(const batch_context *context) { return (int8_t *)(void *)context->arena; }
static inline const int8_t *batch_output_0(const batch_context *context)
{
    return (const int8_t *)(void *)(context->arena + BATCH_OUTPUT_OFFSET);
}
#endif
)";

const char *const hostMain = R"(#include "batch.h"
#include <stdio.h>
static union { unsigned char bytes[BATCH_ARENA_BYTES]; long double widest; } room;
int main(int argc, char **argv)
{
    batch_context context;
    FILE *in = argc == 3 ? fopen(argv[1], "rb") : NULL;
    FILE *out = argc == 3 ? fopen(argv[2], "wb") : NULL;
    if (in == NULL || out == NULL || batch_init(&context, room.bytes, sizeof room.bytes) != 0)
        return 2;
    while (fread(batch_input_0(&context), 1, BATCH_INPUT_BYTES, in) == BATCH_INPUT_BYTES) {
        batch_invoke(&context);
        fwrite(batch_output_0(&context), 1, BATCH_OUTPUT_BYTES, out);
    }
    fclose(in);
    return fclose(out);
}
)";

std::string replaced(std::string text, const std::string &from, const std::string &to)
{
    const std::size_t at = text.find(from);
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

void write(const QString &path, const std::string &content)
{
    QFile file(path);
    if (file.open(QIODevice::WriteOnly)) {
        file.write(content.data(), static_cast<qint64>(content.size()));
    }
}

} // namespace

BatchPackage batchOf(const std::vector<ExportedGraph> &graphs)
{
    BatchPackage batch;
    std::map<std::string, std::string> kernels;
    std::string body;
    std::string calls;
    std::int64_t largestArena = 0;
    batch.inputBytes = 1;
    for (const ExportedGraph &exported : graphs) {
        const std::string &name = exported.package.modelName;
        for (const PackageFile &file : exported.package.files) {
            if (file.path.rfind("kernels/", 0) == 0) {
                kernels.emplace(file.path, file.content);
            }
        }
        const std::string source = exported.package.find("src/" + name + ".c")->content;
        const auto names = commonNames(source);
        body += withoutIncludes(exported.package.find("include/" + name + ".h")->content);
        for (const std::string &common : names) {
            body += "#define " + common + " " + name + "_" + common + "\n";
        }
        body += withoutIncludes(exported.package.find("src/" + name + "_weights.h")->content);
        body += withoutIncludes(exported.package.find("src/" + name + "_weights.c")->content);
        body += withoutIncludes(source);
        body += "#undef AT\n";
        for (const std::string &common : names) {
            body += "#undef " + common + "\n";
        }
        body += runnerOf(exported);
        calls += "    run_" + name + "(&in, &out, room, fill);\n";
        largestArena = std::max(largestArena, exported.package.arenaBytes);
        batch.inputBytes += batchInput({exported}, 0, {}).size() - 1;
        batch.outputBytes += batchOutput({exported}, 0).size();
    }
    std::string includes;
    for (const auto &[path, content] : kernels) {
        batch.package.files.push_back({path, content});
        includes += "#include \"" + path.substr(path.rfind('/') + 1) + "\"\n";
    }
    const std::int64_t outputAt = rounded(batch.inputBytes);
    const std::int64_t roomAt = outputAt + rounded(batch.outputBytes);
    const std::int64_t all = roomAt + rounded(static_cast<std::size_t>(largestArena)) + 128;
    std::string api = header;
    for (const auto &[from, to] : {std::pair("@IN@", static_cast<std::int64_t>(batch.inputBytes)),
             std::pair("@OUT_AT@", outputAt), std::pair("@OUT@", static_cast<std::int64_t>(batch.outputBytes)),
             std::pair("@ROOM_AT@", roomAt), std::pair("@ALL@", all)}) {
        api = replaced(api, from, std::to_string(to));
    }
    const std::string end = R"(int batch_init(batch_context *context, void *arena, size_t bytes)
{
    context->arena = (unsigned char *)arena;
    return bytes < BATCH_ARENA_BYTES;
}

int batch_invoke(batch_context *context)
{
    const unsigned char *in = context->arena;
    unsigned char *out = context->arena + BATCH_OUTPUT_OFFSET;
    unsigned char *const room = context->arena + BATCH_ROOM_OFFSET;
    const int fill = *in++;
)" + calls
        + "    return 0;\n}\n";
    const auto port = [](const char *name, std::size_t bytes) {
        return std::string("[{\"name\": \"") + name + "\", \"type\": \"int8\", \"shape\": [" + std::to_string(bytes)
            + "], \"bytes\": " + std::to_string(bytes) + ", \"offset\": 0}]";
    };
    batch.package.modelName = "batch";
    batch.package.arenaBytes = all;
    batch.package.files.push_back({"include/batch.h", api});
    batch.package.files.push_back({"src/batch.c", prologue + includes + guards + body + end});
    batch.package.files.push_back({"manifest.json",
        R"({"format": "tinsmith-package", "version": 1, "kind": "cmake", "name": "batch", "target": "any", "core": "any",
"cpu_flags": [], "header": "include/batch.h", "include_dirs": ["include", "kernels"], "sources": ["src/batch.c"],
"test_sources": [], "libraries": ["m"], "arena_alignment": 64, "weight_bytes": 0, "arena_bytes": )"
            + std::to_string(all) + ", \"inputs\": " + port("in", batch.inputBytes)
            + ", \"outputs\": " + port("out", batch.outputBytes)
            + R"(, "operators": [{"index": 0, "name": "o", "type": "X", "variant": "portable", "function": "batch_invoke", "macs": 0}]})"});
    return batch;
}

std::vector<std::byte> batchInput(const std::vector<ExportedGraph> &graphs, std::size_t inference, std::byte fill)
{
    std::vector<std::byte> bytes = {fill};
    for (const ExportedGraph &exported : graphs) {
        for (const auto &value : exported.inputs[inference]) {
            bytes.insert(bytes.end(), value.begin(), value.end());
        }
    }
    return bytes;
}

std::vector<std::byte> batchOutput(const std::vector<ExportedGraph> &graphs, std::size_t inference)
{
    std::vector<std::byte> bytes;
    for (const ExportedGraph &exported : graphs) {
        bytes.push_back(std::byte{0});
        for (const auto &value : exported.expected[inference]) {
            bytes.insert(bytes.end(), value.begin(), value.end());
        }
    }
    return bytes;
}

std::vector<std::string> whyBatchDiffers(
    const std::vector<ExportedGraph> &graphs, std::size_t inference, const std::vector<std::byte> &output)
{
    std::vector<std::string> lines;
    std::size_t at = 0;
    for (const ExportedGraph &exported : graphs) {
        const bool misbehaved = output[at++] != std::byte{0};
        Values values;
        for (const auto &expected : exported.expected[inference]) {
            values.emplace_back(output.begin() + static_cast<std::ptrdiff_t>(at),
                output.begin() + static_cast<std::ptrdiff_t>(at + expected.size()));
            at += expected.size();
        }
        const std::string why = misbehaved
            ? exported.package.modelName + " writes outside of its arena, or a call of it fails"
            : whyOutputsDiffer(exported, inference, values);
        if (!why.empty()) {
            lines.push_back("seed " + std::to_string(exported.seed) + ": " + why);
        }
    }
    return lines;
}

std::vector<std::string> whyBatchFails(const std::vector<ExportedGraph> &graphs, BatchBuild build)
{
    QTemporaryDir folder;
    const auto path = [&](const char *name) { return folder.filePath(QString::fromLatin1(name)); };
    const BatchPackage batch = batchOf(graphs);
    writePackage(batch.package, path("package").toStdString());
    write(path("main.c"), hostMain);
    QStringList arguments = {"-std=c99", "-Wall", "-Wextra", "-Wconversion", "-Wpedantic", "-Werror", "-pipe",
        build == BatchBuild::Quick ? "-O0" : "-O1", "-I" + path("package/include"), "-I" + path("package/kernels")};
    if (build == BatchBuild::Quick) {
        arguments << "-DTS_UNOPTIMIZED";
    }
    if (build == BatchBuild::Sanitized) {
        arguments << "-DBATCH_HEAP"
                  << "-g1"
                  << "-fsanitize=address,undefined"
                  << "-fno-sanitize-recover=all";
    }
    arguments << path("package/src/batch.c") << path("main.c") << "-o" << path("batch") << "-lm";
    const auto run = [&](const QString &program, const QStringList &with) {
        QProcess process;
        process.setProcessChannelMode(QProcess::MergedChannels);
        process.start(program, with);
        const bool ended = process.waitForFinished(600000);
        const bool fine = ended && process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0;
        return fine ? std::string() : "failed: " + process.readAll().left(3000).toStdString();
    };
    const auto named = [&](const std::string &why) {
        return std::vector<std::string>{
            "seeds " + std::to_string(graphs.front().seed) + " to " + std::to_string(graphs.back().seed) + " " + why};
    };
    std::string why = run("cc", arguments);
    if (!why.empty()) {
        return named("do not compile: " + why);
    }
    std::string inputs;
    std::vector<std::size_t> inferences;
    for (std::size_t i = 0; i < graphs.front().inputs.size(); ++i) {
        for (const std::byte fill : {std::byte{0}, std::byte{0xA5}}) {
            const auto bytes = batchInput(graphs, i, fill);
            inputs.append(reinterpret_cast<const char *>(bytes.data()), bytes.size());
            inferences.push_back(i);
        }
    }
    write(path("in.bin"), inputs);
    why = run(path("batch"), {path("in.bin"), path("out.bin")});
    if (!why.empty()) {
        return named("do not run: " + why);
    }
    QFile file(path("out.bin"));
    const bool opened = file.open(QIODevice::ReadOnly);
    const QByteArray outputs = opened ? file.readAll() : QByteArray();
    if (outputs.size() != static_cast<qsizetype>(batch.outputBytes * inferences.size())) {
        return named("leave outputs of another size");
    }
    std::vector<std::string> lines;
    for (std::size_t n = 0; n < inferences.size(); ++n) {
        const auto *first = reinterpret_cast<const std::byte *>(outputs.constData()) + n * batch.outputBytes;
        const auto more = whyBatchDiffers(graphs, inferences[n], {first, first + batch.outputBytes});
        lines.insert(lines.end(), more.begin(), more.end());
    }
    return lines;
}

} // namespace tinsmith::test
