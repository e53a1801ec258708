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
    c.open("if (arena == NULL || bytes < " + parts.macro() + "_ARENA_BYTES || (uintptr_t)arena % " + parts.macro()
        + "_ARENA_ALIGNMENT != 0)");
    c.line("return 1;");
    c.close();
    c.line("context->arena = (unsigned char *)arena;");
    c.line("return 0;");
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
    c.line("return 0;");
    c.close();
}

} // namespace

PackageFile modelSource(const PackageParts &parts)
{
    const std::string &name = parts.name();
    CWriter c;
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
    c.line("#include \"" + name + ".h\"");
    c.line();
    c.line("#include \"ts_base.h\"");
    c.line();
    c.comment(
        "A union, so that the arena is aligned for every type even where the compiler knows no attribute for it.");
    c.line("static TS_ALIGNED(" + parts.macro() + "_ARENA_ALIGNMENT) union {");
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
    const std::string guard = parts.macro() + "_WEIGHTS_H";
    CWriter c;
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
    std::string text = "#include \"" + parts.name() + "_weights.h\"\n";
    if (parts.emission.constants().empty()) {
        // ISO C wants a declaration in every translation unit; the header has none then.
        text += "\ntypedef int " + parts.name() + "_has_no_weights;\n";
    }
    for (const EmittedConstant &constant : parts.emission.constants()) {
        text += "\n" + constant.text;
    }
    return {"src/" + parts.name() + "_weights.c", std::move(text)};
}

} // namespace tinsmith::firmware
