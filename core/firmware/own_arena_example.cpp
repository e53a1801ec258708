// SPDX-License-Identifier: Apache-2.0
#include "core/firmware/package_files.h"

namespace tinsmith::firmware {
namespace {

void fillInput(CWriter &c, const Port &port)
{
    const std::string zero = port.quantized() ? port.name + "_quantize(0.0F)" : "0";
    c.open("for (int32_t i = 0; i < " + port.macro + "_ELEMENTS; i++)");
    c.line(port.name + "(&context)[i] = " + zero + ";");
    c.close();
}

void printOutput(CWriter &c, const Port &port)
{
    const std::string element = port.name + "(&context)[i]";
    c.open("for (int32_t i = 0; i < " + port.macro + "_ELEMENTS; i++)");
    if (port.quantized()) {
        c.line("printf(\"%g\\n\", (double)" + port.name + "_dequantize(" + element + "));");
    } else {
        c.line("printf(\"%g\\n\", (double)" + element + ");");
    }
    c.close();
}

} // namespace

PackageFile ownArenaExample(const PackageParts &parts)
{
    const std::string &name = parts.name();
    const std::string macro = parts.macro();
    CWriter c;
    licenseLine(c);
    c.comment("One inference in an arena of the caller's. It may be memory that is used for something else between "
              "inferences.");
    c.line("#include \"" + name + ".h\"");
    c.line();
    c.line("#include <stdio.h>");
    c.line();
    c.comment("With room for moving the start to a multiple of the alignment.");
    c.line("static unsigned char memory[" + macro + "_ARENA_BYTES + " + macro + "_ARENA_ALIGNMENT - 1];");
    c.line();
    c.openFunction("int main(void)");
    c.line(name + "_context context;");
    c.line("const uintptr_t past = (uintptr_t)memory % " + macro + "_ARENA_ALIGNMENT;");
    c.line("unsigned char *const arena = memory + (past == 0 ? 0 : " + macro + "_ARENA_ALIGNMENT - past);");
    c.line("int status = " + name + "_init(&context, arena, " + macro + "_ARENA_BYTES);");
    c.open("if (status != " + macro + "_OK)");
    c.line("return status;");
    c.close();
    c.comment("Zeros in place of what a sensor would give.");
    for (const Port &port : inputPorts(parts)) {
        fillInput(c, port);
    }
    c.line("status = " + name + "_invoke(&context);");
    c.open("if (status != " + macro + "_OK)");
    c.line("return status;");
    c.close();
    for (const Port &port : outputPorts(parts)) {
        printOutput(c, port);
    }
    c.line("return " + macro + "_OK;");
    c.close();
    return {"example/" + name + "_own_arena.c", c.text()};
}

} // namespace tinsmith::firmware
