// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/cost_fit/table_writer.h"

#include <cstdio>
#include <fstream>

namespace tinsmith::bench {
namespace {

const char *enumeratorOf(Core core)
{
    switch (core) {
    case Core::CortexM0:
        return "CortexM0";
    case Core::CortexM0Plus:
        return "CortexM0Plus";
    case Core::CortexM3:
        return "CortexM3";
    case Core::CortexM4F:
        return "CortexM4F";
    case Core::CortexM7:
        return "CortexM7";
    case Core::CortexM33:
        return "CortexM33";
    case Core::CortexM55:
        return "CortexM55";
    default:
        return "CortexM85";
    }
}

const char *enumeratorOf(KernelVariant variant)
{
    return variant == KernelVariant::Portable ? "Portable" : variant == KernelVariant::Dsp ? "Dsp" : "Mve";
}

} // namespace

const char *nameOf(KernelKind kind)
{
    static const char *const names[] = {"FirstConvolution", "Convolution", "Pointwise", "Depthwise", "Dense", "Pool",
        "AveragePool", "Add", "Map", "Transcendental", "Move", "Reduce", "Nothing"};
    return names[static_cast<int>(kind)];
}

void writeTable(const std::vector<FittedKernel> &lines, const std::filesystem::path &path)
{
    std::ofstream out(path);
    out << "// SPDX-License-Identifier: Apache-2.0\n"
           "// Made by tinsmith_cost_fit (tests/bench/cost_fit); not to be edited. Behind each line: layers measured, "
           "median and\n"
           "// largest error of the fit, in percent.\n"
           "#include \"core/cost/coefficients.h\"\n\nnamespace tinsmith {\nnamespace {\n\n"
           "using K = KernelKind;\nusing V = KernelVariant;\n\n// clang-format off\nconstexpr FittedKernel table[] = "
           "{\n";
    for (const FittedKernel &line : lines) {
        const InstructionCoefficients &c = line.coefficients;
        char text[400];
        std::snprintf(text, sizeof text,
            "    {Core::%s, V::%s, %s, K::%s, {%.6g, %.6g, %.6g, %.6g, %.6g, %.6g, %.6g, %.6g, %.4g}, %d, %.1f, "
            "%.1f},\n",
            enumeratorOf(line.core), enumeratorOf(line.variant), line.floating ? "true" : "false", nameOf(line.kind),
            c.fixed, c.perRow, c.perPixel, c.perOutput, c.perWindowRow, c.perInput, c.perWindowElement, c.perMac,
            c.cyclesPerInstruction, line.layers, line.medianError, line.largestError);
        out << text;
    }
    out << "};\n// clang-format on\n\n} // namespace\n\nstd::span<const FittedKernel> fittedKernels()\n{\n    return "
           "table;\n}\n\n"
           "} // namespace tinsmith\n";
}

} // namespace tinsmith::bench
