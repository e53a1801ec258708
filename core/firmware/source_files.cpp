// SPDX-License-Identifier: Apache-2.0
#include "core/firmware/package_files.h"

namespace tinsmith::firmware {
namespace {

void offsets(CWriter &c, const PackageParts &parts)
{
    c.comment("Where each tensor lies in the arena.");
    c.open("enum");
    for (const PlanBuffer &buffer : parts.plan.buffers) {
        if (buffer.tensor) {
            const Tensor &tensor = parts.graph.tensor(buffer.tensor);
            c.line(parts.emission.offsetName(buffer.tensor) + " = " + std::to_string(buffer.offset) + ", /* "
                + std::string(nameOf(tensor.type)) + ", " + std::to_string(buffer.bytes) + " bytes */");
        }
    }
    c.close(";");
}

void init(CWriter &c, const PackageParts &parts)
{
    const std::string &name = parts.name();
    c.openFunction("int " + name + "_init(" + name + "_context *context, void *arena, size_t bytes)");
    const auto check = [&](const std::string &condition, const char *error) {
        c.open("if (" + condition + ")");
        c.line("return " + parts.macro() + error + ";");
        c.close();
    };
    check("context == NULL || arena == NULL", "_ERROR_NO_ARENA");
    check("bytes < " + parts.macro() + "_ARENA_BYTES", "_ERROR_SMALL_ARENA");
    check("(uintptr_t)arena % " + parts.macro() + "_ARENA_ALIGNMENT != 0", "_ERROR_UNALIGNED_ARENA");
    c.line("context->arena = (unsigned char *)arena;");
    c.line("return " + parts.macro() + "_OK;");
    c.close();
}

void invoke(CWriter &c, const PackageParts &parts)
{
    const std::string &name = parts.name();
    c.openFunction("int " + name + "_invoke(" + name + "_context *context)");
    c.line("unsigned char *const arena = context->arena;");
    c.line("(void)arena;");
    for (const EmittedCall &call : parts.emission.calls()) {
        const Operator &op = parts.graph.op(call.op);
        c.comment(std::to_string(call.op.position()) + " " + displayName(op.kind) + " " + op.name);
        c.call(call.function, call.arguments);
    }
    c.line("return " + parts.macro() + "_OK;");
    c.close();
}

/// NAME_WHAT_PLACE: the attribute that puts a variable into the section that NAME_WHAT_SECTION names.
void placeMacro(CWriter &c, const std::string &what)
{
    c.line("#ifdef " + what + "_SECTION");
    c.line("#define " + what + "_PLACE __attribute__((section(" + what + "_SECTION)))");
    c.line("#else");
    c.line("#define " + what + "_PLACE");
    c.line("#endif");
}

} // namespace

PackageFile modelSource(const PackageParts &parts)
{
    const std::string &name = parts.name();
    CWriter c;
    licenseLine(c);
    c.comment("Layers and plan of " + name + "; made by Tinsmith, meant to be read, not to be edited.");
    c.line("#include \"" + name + ".h\"");
    c.line();
    for (const std::string &header : parts.emission.headers()) {
        c.line("#include \"" + header.substr(header.rfind('/') + 1) + "\"");
    }
    c.line("#include \"" + name + "_weights.h\"");
    c.line();
    offsets(c, parts);
    c.line();
    c.line("#define AT(offset) ((void *)(arena + (offset)))");
    c.line();
    std::string text = c.text();
    for (const EmittedLayer &layer : parts.emission.layers()) {
        text += "TS_LAYER void " + layer.name + layer.text + "\n";
    }
    CWriter end;
    init(end, parts);
    end.line();
    invoke(end, parts);
    return {"src/" + name + ".c", text + end.text()};
}

PackageFile arenaSource(const PackageParts &parts)
{
    const std::string &name = parts.name();
    const std::string bytes = parts.macro() + "_ARENA_BYTES";
    CWriter c;
    licenseLine(c);
    c.line("#include \"" + name + ".h\"");
    c.line();
    c.line("#include \"ts_base.h\"");
    c.line();
    c.comment("The firmware may define " + parts.macro() + "_ARENA_SECTION as the section, such as \".bss.dtcm\".");
    placeMacro(c, parts.macro() + "_ARENA");
    c.line();
    c.comment(
        "A union, so that the arena is aligned for every type even where the compiler knows no attribute for it.");
    c.line("static TS_ALIGNED(" + parts.macro() + "_ARENA_ALIGNMENT) " + parts.macro() + "_ARENA_PLACE union {");
    c.line("    unsigned char bytes[" + bytes + "];");
    c.line("    int64_t widest;");
    c.line("} " + name + "_arena;");
    c.line();
    c.openFunction("int " + name + "_init_static(" + name + "_context *context)");
    c.line("return " + name + "_init(context, " + name + "_arena.bytes, sizeof " + name + "_arena.bytes);");
    c.close();
    return {"src/" + name + "_arena.c", c.text()};
}

PackageFile weightsHeader(const PackageParts &parts)
{
    const std::string guard = "TINSMITH_WEIGHTS_" + parts.macro() + "_H";
    CWriter c;
    licenseLine(c);
    c.line("#ifndef " + guard);
    c.line("#define " + guard);
    c.line();
    c.line("#include \"ts_base.h\"");
    c.line();
    for (const EmittedConstant &constant : parts.emission.constants()) {
        c.line("extern const " + constant.type + " " + constant.name + "[" + std::to_string(constant.elements) + "];");
    }
    c.line();
    c.line("#endif");
    return {"src/" + parts.name() + "_weights.h", c.text()};
}

PackageFile weightsSource(const PackageParts &parts)
{
    CWriter c;
    licenseLine(c);
    c.comment("The numbers are the model's: the licence of the model holds for them.");
    c.line("#include \"" + parts.name() + "_weights.h\"");
    c.line();
    std::string text;
    if (parts.emission.constants().empty()) {
        // ISO C wants a declaration in every translation unit; the header has none then.
        text = "typedef int " + parts.name() + "_has_no_weights;\n";
    } else {
        c.comment("The firmware may define " + parts.macro() + "_WEIGHTS_SECTION as the section, such as \".qspi\".");
        placeMacro(c, parts.macro() + "_WEIGHTS");
    }
    for (const EmittedConstant &constant : parts.emission.constants()) {
        text += "\n" + parts.macro() + "_WEIGHTS_PLACE " + constant.text;
    }
    return {"src/" + parts.name() + "_weights.c", c.text() + text};
}

PackageFile labelsSource(const PackageParts &parts)
{
    std::vector<std::string> literals;
    for (const std::string &label : parts.options.labels) {
        literals.push_back(stringLiteral(label));
    }
    CWriter c;
    licenseLine(c);
    c.line("#include \"" + parts.name() + ".h\"");
    c.line();
    c.array("const char *const " + parts.name() + "_labels[" + parts.macro() + "_LABEL_COUNT]", literals);
    return {"src/" + parts.name() + "_labels.c", c.text()};
}

} // namespace tinsmith::firmware
