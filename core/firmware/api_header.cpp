// SPDX-License-Identifier: Apache-2.0
#include "core/firmware/package_files.h"

namespace tinsmith::firmware {
namespace {

void define(CWriter &c, const std::string &name, const std::string &value)
{
    c.line("#define " + name + " " + value);
}

std::string dimsText(const Shape &shape)
{
    std::string text;
    for (const std::int64_t dim : shape.dims) {
        text += (text.empty() ? "" : ", ") + std::to_string(dim);
    }
    return "{" + (text.empty() ? "1" : text) + "}";
}

void definePort(CWriter &c, const Port &port)
{
    const Tensor &tensor = *port.tensor;
    c.comment(tensor.name + ": " + std::string(nameOf(tensor.type)) + " " + dimsText(tensor.shape));
    define(c, port.macro + "_OFFSET", std::to_string(port.offset));
    define(c, port.macro + "_BYTES", std::to_string(port.bytes));
    define(c, port.macro + "_ELEMENTS", std::to_string(*tensor.shape.elements()));
    define(c, port.macro + "_RANK", std::to_string(tensor.shape.rank()));
    define(c, port.macro + "_SHAPE", dimsText(tensor.shape));
    if (tensor.quantization && !tensor.quantization->scales.empty()) {
        define(c, port.macro + "_SCALE", floatLiteral(tensor.quantization->scale()));
        define(c, port.macro + "_ZERO_POINT", "(" + std::to_string(tensor.quantization->zeroPoint()) + ")");
    }
}

void accessor(CWriter &c, const PackageParts &parts, const Port &port, bool input)
{
    const std::string type = (input ? "" : "const ") + cType(port.tensor->type);
    c.openFunction("static inline " + type + " *" + port.name + "(const " + parts.name() + "_context *context)");
    c.line("return (" + type + " *)(void *)(context->arena + " + port.macro + "_OFFSET);");
    c.close();
}

} // namespace

PackageFile apiHeader(const PackageParts &parts)
{
    const std::string &name = parts.name();
    const std::string macro = parts.macro();
    const auto inputs = inputPorts(parts);
    const auto outputs = outputPorts(parts);
    CWriter c;
    c.comment(parts.graph.name().empty() ? name : parts.graph.name());
    c.line("#ifndef " + macro + "_H");
    c.line("#define " + macro + "_H");
    c.line();
    c.line("#include <stddef.h>");
    c.line("#include <stdint.h>");
    c.line();
    c.line("#ifdef __cplusplus");
    c.line("extern \"C\" {");
    c.line("#endif");
    c.line();
    c.comment("All memory of an inference besides the stack: inputs, outputs and what lies between.");
    define(c, macro + "_ARENA_BYTES", std::to_string(parts.plan.arenaBytes));
    define(c, macro + "_ARENA_ALIGNMENT", std::to_string(parts.alignment()));
    c.line();
    c.comment("An element q of a quantized tensor stands for the real number SCALE * (q - ZERO_POINT).");
    define(c, macro + "_INPUT_COUNT", std::to_string(inputs.size()));
    for (const Port &port : inputs) {
        definePort(c, port);
    }
    c.line();
    define(c, macro + "_OUTPUT_COUNT", std::to_string(outputs.size()));
    for (const Port &port : outputs) {
        definePort(c, port);
    }
    c.line();
    c.comment("One instance of the model. Several may run at the same time, each with an arena of its own.");
    c.line("typedef struct {");
    c.line("    unsigned char *arena;");
    c.line("} " + name + "_context;");
    c.line();
    c.comment("Takes an arena of at least " + macro + "_ARENA_BYTES, aligned to " + macro
        + "_ARENA_ALIGNMENT. Returns 0, or 1 where it is neither.");
    c.line("int " + name + "_init(" + name + "_context *context, void *arena, size_t bytes);");
    c.line();
    c.comment("Takes the one static arena of the library, which is linked only where this is called. Returns 0.");
    c.line("int " + name + "_init_static(" + name + "_context *context);");
    c.line();
    c.comment("Runs one inference. The inputs are consumed: fill them again before the next. Returns 0.");
    c.line("int " + name + "_invoke(" + name + "_context *context);");
    c.line();
    c.comment("Where to write the inputs before an inference, and to read the outputs after it.");
    for (const Port &port : inputs) {
        accessor(c, parts, port, true);
        c.line();
    }
    for (const Port &port : outputs) {
        accessor(c, parts, port, false);
        c.line();
    }
    c.line("#ifdef __cplusplus");
    c.line("}");
    c.line("#endif");
    c.line();
    c.line("#endif");
    return {"include/" + name + ".h", c.text()};
}

} // namespace tinsmith::firmware
