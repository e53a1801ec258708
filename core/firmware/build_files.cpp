// SPDX-License-Identifier: Apache-2.0
#include "core/firmware/package_files.h"
#include "core/firmware/version.h"
#include "core/graph/embedded.h"
#include "core/graph/error.h"
#include "core/graph/geometry.h"
#include "core/targets/platform.h"

#include <fmt/format.h>

namespace tinsmith {

/// The licence of Tinsmith, compiled in.
std::span<const EmbeddedFile> embeddedLicense();

namespace firmware {
namespace {

/// " Options for the target's core: ..."; empty where none are known.
std::string flagsText(const Target &target)
{
    std::string flags;
    for (const std::string &flag : compilerFlags(target)) {
        flags += (flags.empty() ? "" : " ") + flag;
    }
    return flags.empty() ? flags : " Options for the target's core:\n\n    " + flags;
}

/// Cores on which compilers and kernels read words at any address, unless they are told not to.
bool readsWordsAnywhere(Core core)
{
    switch (core) {
    case Core::CortexM3:
    case Core::CortexM4:
    case Core::CortexM4F:
    case Core::CortexM7:
    case Core::CortexM33:
    case Core::CortexM55:
    case Core::CortexM85:
        return true;
    default:
        return false;
    }
}

std::string portLine(const Port &port)
{
    const Tensor &tensor = *port.tensor;
    std::string line = fmt::format("- `{}()`: {} {}", port.name, nameOf(tensor.type), tensor.shape.text());
    if (tensor.quantization && !tensor.quantization->scales.empty()) {
        line += fmt::format(
            ", scale {:.9g}, zero point {}", tensor.quantization->scale(), tensor.quantization->zeroPoint());
    }
    return line + "\n";
}

/// Text of a file's name within backquotes and one line.
std::string codeText(std::string text)
{
    for (char &c : text) {
        c = c == '`' || static_cast<unsigned char>(c) < 0x20 ? '_' : c;
    }
    return text;
}

} // namespace

PackageFile buildFile(const PackageParts &parts)
{
    static constexpr std::string_view text = R"(# SPDX-License-Identifier: Apache-2.0
# Builds the model as a static library; as a project of its own also the self-test and the example.
cmake_minimum_required(VERSION 3.13)
project({0} LANGUAGES C)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

add_library({0} STATIC {2})
add_library(tinsmith::{0} ALIAS {0})
target_include_directories({0} PUBLIC include PRIVATE kernels src)
set_target_properties({0} PROPERTIES C_STANDARD 99 C_STANDARD_REQUIRED ON C_EXTENSIONS OFF)
if(NOT MSVC)
  target_link_libraries({0} PUBLIC m)
endif()
# Without optimisation the kernels take five times the flash and many times the stack, so the library is optimised whatever
# the build type of the firmware.
if(CMAKE_C_COMPILER_ID MATCHES "GNU|Clang")
  target_compile_options({0} PRIVATE $<$<NOT:$<OR:$<CONFIG:Release>,$<CONFIG:RelWithDebInfo>,$<CONFIG:MinSizeRel>>>:-O2>)
endif()
# Sections of the static arena and of the weights, such as ".bss.dtcm" and ".qspi"; the compiler's choice where not set.
foreach(section {1}_ARENA_SECTION {1}_WEIGHTS_SECTION)
  if({3})
    target_compile_definitions({0} PRIVATE ${{section}}="{4}")
  endif()
endforeach()

if(CMAKE_SOURCE_DIR STREQUAL CMAKE_CURRENT_SOURCE_DIR)
  enable_testing()
  add_executable({0}_selftest test/{0}_selftest.c)
  add_executable({0}_own_arena example/{0}_own_arena.c)
  foreach(program {0}_selftest {0}_own_arena)
    set_target_properties(${{program}} PROPERTIES C_STANDARD 99 C_STANDARD_REQUIRED ON C_EXTENSIONS OFF)
    target_link_libraries(${{program}} PRIVATE tinsmith::{0})
  endforeach()
  add_test(NAME {0}_selftest COMMAND {0}_selftest)
endif()
)";
    std::string sources;
    for (const std::string &source : parts.sources()) {
        sources += (sources.empty() ? "" : " ") + source;
    }
    return {"CMakeLists.txt", fmt::format(text, parts.name(), parts.macro(), sources, "${section}", "${${section}}")};
}

PackageFile license()
{
    for (const EmbeddedFile &file : embeddedLicense()) {
        return {"LICENSE", std::string(file.text)};
    }
    throw Error("There is no licence compiled in");
}

PackageFile readme(const PackageParts &parts)
{
    const std::string &name = parts.name();
    const std::string macro = parts.macro();
    std::int64_t macs = 0;
    for (const Operator &op : parts.graph.operators()) {
        macs += macsOf(parts.graph, op);
    }
    std::string text = fmt::format("<!-- SPDX-License-Identifier: Apache-2.0 -->\n# {}\n\nA neural network as C99, "
                                   "made by Tinsmith {} for {} ({}).\n\n",
        name, tinsmithVersion(), parts.target.name.empty() ? parts.target.id : parts.target.name,
        nameOf(parts.target.core));
    for (const std::string &fact : unprovedFacts(parts.target)) {
        text += fact + "\n\n";
    }
    text += fmt::format("| | |\n|---|--:|\n| arena | {} bytes |\n| weights and constants | {} bytes |\n",
        parts.plan.arenaBytes, parts.emission.constantBytes());
    if (parts.options.stackBytes > 0) {
        text += fmt::format("| stack (estimated) | {} bytes |\n", parts.options.stackBytes);
    }
    text += fmt::format("| multiply-accumulates | {} |\n| operators | {} |\n\n", macs, parts.graph.operators().size());
    if (!parts.options.modelSha256.empty()) {
        text += fmt::format(
            "Model: `{}`, SHA-256 `{}`.\n\n", codeText(parts.options.modelFile), parts.options.modelSha256);
    }
    text += "The arena holds inputs, outputs and everything between; besides it an inference needs only stack. There "
            "is no heap and\n"
            "no global state.\n\n## Use\n\n```c\n";
    text += fmt::format(
        "#include \"{0}.h\"\n\n{0}_context context;\n{0}_init_static(&context); /* or {0}_init() with an "
        "arena of your own */\n",
        name);
    if (!parts.graph.inputs().empty()) {
        text += fmt::format("/* write {1}_INPUT_0_ELEMENTS values to */ {0}_input_0(&context);\n", name, macro);
    }
    text += fmt::format("{0}_invoke(&context);\n/* read {1}_OUTPUT_0_ELEMENTS values from */ "
                        "{0}_output_0(&context);\n```\n\n",
        name, macro);
    text
        += fmt::format("The functions return `{0}_OK`, or one of `{0}_ERROR_NO_ARENA`, `{0}_ERROR_SMALL_ARENA` and\n"
                       "`{0}_ERROR_UNALIGNED_ARENA`. `example/{1}_own_arena.c` is a whole program with an arena of its "
                       "own.\n\n",
            macro, name);
    text += "Inputs (consumed by an inference: fill them again before the next):\n\n";
    for (const Port &port : inputPorts(parts)) {
        text += portLine(port);
    }
    text += "\nOutputs:\n\n";
    for (const Port &port : outputPorts(parts)) {
        text += portLine(port);
    }
    text += "\nA quantized element q stands for scale * (q - zero point); the functions with `_quantize` and "
            "`_dequantize` behind\nthese names convert one element.\n\n";
    if (!parts.options.labels.empty()) {
        text += fmt::format("`{0}_labels` has the names of the {1} classes of output {2}.\n\n", name,
            parts.options.labels.size(), labelledOutput(parts.graph, parts.options.labels.size()));
    }
    text += "## Build\n\n";
    text += fmt::format(
        "Add the folder to a CMake project (`add_subdirectory`, then link `tinsmith::{0}`), or compile `src/*.c` with "
        "the\ninclude folders `include`, `kernels` and `src`.{1}\n\n"
        "`cmake -B build && cmake --build build && ctest --test-dir build` runs the self-test on the host: "
        "{2} recorded\ninferences, `test/{0}_selftest.c` returns 0 when all outputs are equal.\n\n",
        name, flagsText(parts.target), parts.vectors.size());
    text
        += fmt::format("Define `{0}_ARENA_SECTION` or `{0}_WEIGHTS_SECTION` as the name of a section "
                       "(`-D{0}_ARENA_SECTION='\".bss.dtcm\"'`,\nor a CMake variable of that name) to place the static "
                       "arena or the weights. Several packages can be linked into\none firmware: all symbols begin "
                       "with the name of their package.\n\n",
            macro);
    if (readsWordsAnywhere(parts.target.core)) {
        text += "Firmware that traps unaligned accesses (CCR.UNALIGN_TRP) needs the option `-mno-unaligned-access` "
                "here as well: the\nkernels then read bytes where a word may lie at an odd address.\n\n";
    }
    text += "`manifest.json` has the same facts for programs, and the SHA-256 of each file: exporting again replaces "
            "files of the\npackage, keeps files that were added, and refuses to overwrite files that were "
            "edited.\n\n## Licence\n\nThe code is licensed under the Apache License 2.0 (`LICENSE`). The weights and "
            "the "
            "recorded values come from the model,\nand keep its licence.\n";
    return {"README.md", std::move(text)};
}

} // namespace firmware
} // namespace tinsmith
