// SPDX-License-Identifier: Apache-2.0
#include "core/firmware/package_files.h"

#include "core/graph/geometry.h"
#include "core/targets/platform.h"

#include <fmt/format.h>

namespace tinsmith::firmware {
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

} // namespace

PackageFile buildFile(const PackageParts &parts)
{
    static constexpr std::string_view text
        = R"(# Builds the model as a static library; as a project of its own also the self-test.
cmake_minimum_required(VERSION 3.13)
project({0} LANGUAGES C)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

add_library({0} STATIC src/{0}.c src/{0}_weights.c src/{0}_arena.c)
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

if(CMAKE_SOURCE_DIR STREQUAL CMAKE_CURRENT_SOURCE_DIR)
  enable_testing()
  add_executable({0}_selftest test/{0}_selftest.c)
  set_target_properties({0}_selftest PROPERTIES C_STANDARD 99 C_STANDARD_REQUIRED ON C_EXTENSIONS OFF)
  target_link_libraries({0}_selftest PRIVATE {0})
  add_test(NAME {0}_selftest COMMAND {0}_selftest)
endif()
)";
    return {"CMakeLists.txt", fmt::format(text, parts.name())};
}

PackageFile readme(const PackageParts &parts)
{
    const std::string &name = parts.name();
    std::int64_t macs = 0;
    for (const Operator &op : parts.graph.operators()) {
        macs += macsOf(parts.graph, op);
    }
    std::string text = fmt::format("# {}\n\nA neural network as C99, made by Tinsmith for {} ({}).\n\n", name,
        parts.target.name.empty() ? parts.target.id : parts.target.name, nameOf(parts.target.core));
    for (const std::string &fact : unprovedFacts(parts.target)) {
        text += fact + "\n\n";
    }
    text += fmt::format("| | |\n|---|--:|\n| arena | {} bytes |\n| weights and constants | {} bytes |\n"
                        "| multiply-accumulates | {} |\n| operators | {} |\n\n",
        parts.plan.arenaBytes, parts.emission.constantBytes(), macs, parts.graph.operators().size());
    text += "The arena holds inputs, outputs and everything between; besides it an inference needs only stack. There "
            "is no heap and\n"
            "no global state.\n\n## Use\n\n```c\n";
    text += fmt::format(
        "#include \"{0}.h\"\n\n{0}_context context;\n{0}_init_static(&context); /* or {0}_init() with an arena of "
        "your own */\n/* write {1}_INPUT_0_ELEMENTS values to */ {0}_input_0(&context);\n"
        "{0}_invoke(&context);\n/* read {1}_OUTPUT_0_ELEMENTS values from */ {0}_output_0(&context);\n```\n\n",
        name, parts.macro());
    text += "Inputs (consumed by an inference: fill them again before the next):\n\n";
    for (const Port &port : inputPorts(parts)) {
        text += portLine(port);
    }
    text += "\nOutputs:\n\n";
    for (const Port &port : outputPorts(parts)) {
        text += portLine(port);
    }
    text += "\nA quantized element q stands for scale * (q - zero point).\n\n## Build\n\n";
    text += fmt::format(
        "Add the folder to a CMake project (`add_subdirectory`, then link `{0}`), or compile `src/*.c` with the\n"
        "include folders `include`, `kernels` and `src`.{1}\n\n"
        "`cmake -B build && cmake --build build && ctest --test-dir build` runs the self-test on the host: "
        "{2} recorded\ninferences, `test/{0}_selftest.c` returns 0 when all outputs are equal.\n\n",
        name, flagsText(parts.target), parts.vectors.size());
    text += "`manifest.json` has the same facts for programs.\n";
    return {"README.md", std::move(text)};
}

} // namespace tinsmith::firmware
