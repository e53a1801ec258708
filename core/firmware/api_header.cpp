// SPDX-License-Identifier: Apache-2.0
#include "core/firmware/package_files.h"
#include "core/firmware/version.h"

#include <algorithm>

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

/// Rounds as the graph's QUANTIZE does; limited, so that the conversion to an integer is defined.
void roundingHelper(CWriter &c, const PackageParts &parts)
{
    const bool even = parts.graph.info().rounding == Rounding::HalfToEven;
    c.comment(std::string("The nearest whole number, ties ") + (even ? "to even" : "away from zero")
        + ", limited to -131072..131072; NaN gives the lower end.");
    c.openFunction("static inline int32_t " + parts.name() + "_rounded(float steps)");
    c.open("if (!(steps > -131072.0F))");
    c.line("return -131072;");
    c.close();
    c.open("if (steps >= 131072.0F)");
    c.line("return 131072;");
    c.close();
    c.line("const int32_t whole = (int32_t)steps;");
    c.line("const float rest = steps - (float)whole;");
    if (even) {
        c.line("const int odd = whole % 2 != 0;");
        c.line("if (rest > 0.5F || (odd && rest >= 0.5F))");
        c.line("    return whole + 1;");
        c.line("return rest < -0.5F || (odd && rest <= -0.5F) ? whole - 1 : whole;");
    } else {
        c.line("return whole + (rest >= 0.5F ? 1 : rest <= -0.5F ? -1 : 0);");
    }
    c.close();
    c.line();
}

void quantizers(CWriter &c, const PackageParts &parts, const Port &port)
{
    const std::string type = cType(port.tensor->type);
    const ElementType element = port.tensor->type;
    const bool isSigned = element == ElementType::Int8 || element == ElementType::Int16;
    // "INT8", "UINT16": the limits of <stdint.h>.
    const std::string limits = std::string(isSigned ? "INT" : "UINT") + std::to_string(bitsOf(element));
    const std::string lowest = isSigned ? limits + "_MIN" : "0";
    const std::string highest = limits + "_MAX";
    c.openFunction("static inline " + type + " " + port.name + "_quantize(float real)");
    c.line("const int32_t q = " + parts.name() + "_rounded(real / " + port.macro + "_SCALE) + " + port.macro
        + "_ZERO_POINT;");
    c.line("return (" + type + ")(q < " + lowest + " ? " + lowest + " : q > " + highest + " ? " + highest + " : q);");
    c.close();
    c.line();
    c.openFunction("static inline float " + port.name + "_dequantize(" + type + " element)");
    c.line("return " + port.macro + "_SCALE * (float)((int32_t)element - " + port.macro + "_ZERO_POINT);");
    c.close();
    c.line();
}

void labels(CWriter &c, const PackageParts &parts)
{
    if (parts.options.labels.empty()) {
        return;
    }
    c.comment("Names of the classes: one per element of the last dimension of that output.");
    define(
        c, parts.macro() + "_LABELS_OUTPUT", std::to_string(labelledOutput(parts.graph, parts.options.labels.size())));
    define(c, parts.macro() + "_LABEL_COUNT", std::to_string(parts.options.labels.size()));
    c.line("extern const char *const " + parts.name() + "_labels[" + parts.macro() + "_LABEL_COUNT];");
    c.line();
}

void origin(CWriter &c, const PackageParts &parts)
{
    const std::string macro = parts.macro();
    c.comment("Where this comes from: the version of Tinsmith"
        + std::string(parts.options.modelSha256.empty() ? "." : ", and the SHA-256 of the model's file."));
    define(c, macro + "_TINSMITH_VERSION", stringLiteral(tinsmithVersion()));
    if (!parts.options.modelSha256.empty()) {
        define(c, macro + "_MODEL_SHA256", stringLiteral(parts.options.modelSha256));
    }
    c.line();
    c.comment("What the functions return.");
    define(c, macro + "_OK", "0");
    define(c, macro + "_ERROR_NO_ARENA", "1");
    define(c, macro + "_ERROR_SMALL_ARENA", "2");
    define(c, macro + "_ERROR_UNALIGNED_ARENA", "3");
    c.line();
}

} // namespace

PackageFile apiHeader(const PackageParts &parts)
{
    const std::string &name = parts.name();
    const std::string macro = parts.macro();
    const auto inputs = inputPorts(parts);
    const auto outputs = outputPorts(parts);
    CWriter c;
    licenseLine(c);
    c.comment(parts.graph.name().empty() ? name : parts.graph.name());
    // No other header of a firmware is guarded so, that of a package called NAME_weights included.
    const std::string guard = "TINSMITH_PACKAGE_" + macro + "_H";
    c.line("#ifndef " + guard);
    c.line("#define " + guard);
    c.line();
    c.line("#include <stddef.h>");
    c.line("#include <stdint.h>");
    c.line();
    c.line("#ifdef __cplusplus");
    c.line("extern \"C\" {");
    c.line("#endif");
    c.line();
    origin(c, parts);
    c.comment("All memory of an inference besides the stack: inputs, outputs and what lies between.");
    define(c, macro + "_ARENA_BYTES", std::to_string(parts.plan.arenaBytes));
    define(c, macro + "_ARENA_ALIGNMENT", std::to_string(parts.alignment()));
    if (parts.options.stackBytes > 0) {
        c.comment("Stack of " + name + "_invoke: an estimate, for GCC at -O2. `tinsmith verify` measures it.");
        define(c, macro + "_STACK_BYTES", std::to_string(parts.options.stackBytes));
    }
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
    c.comment("Takes an arena of at least " + macro + "_ARENA_BYTES, aligned to " + macro + "_ARENA_ALIGNMENT. Returns "
        + macro + "_OK, or the error that says what is wrong with it.");
    c.line("int " + name + "_init(" + name + "_context *context, void *arena, size_t bytes);");
    c.line();
    c.comment("Takes the one static arena of the library, which is linked only where this is called. Returns " + macro
        + "_OK.");
    c.line("int " + name + "_init_static(" + name + "_context *context);");
    c.line();
    c.comment(
        "Runs one inference. The inputs are consumed: fill them again before the next. Returns " + macro + "_OK.");
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
    labels(c, parts);
    std::vector<Port> quantized = inputs;
    quantized.insert(quantized.end(), outputs.begin(), outputs.end());
    std::erase_if(quantized, [](const Port &port) { return !port.quantized(); });
    if (!quantized.empty()) {
        roundingHelper(c, parts);
        c.comment(
            "The element that stands for a real number, the nearest that there is; and the number of an element.");
    }
    for (const Port &port : quantized) {
        quantizers(c, parts, port);
    }
    c.line("#ifdef __cplusplus");
    c.line("}");
    c.line("#endif");
    c.line();
    c.line("#endif");
    return {"include/" + name + ".h", c.text()};
}

} // namespace tinsmith::firmware
