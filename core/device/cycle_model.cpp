// SPDX-License-Identifier: Apache-2.0
#include "core/device/cycle_model.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace tinsmith {
namespace {

enum class Kind {
    Plain,
    Load,
    Store,
    Multiple,
    MultiplyAccumulate,
    LongMultiply,
    Divide,
    Branch,
    Call,
    Vector,
    VectorMemory,
    FloatDivide
};

bool startsWith(std::string_view text, std::string_view prefix)
{
    return text.substr(0, prefix.size()) == prefix;
}

template <std::size_t count>
bool startsWithAny(std::string_view text, const std::array<std::string_view, count> &prefixes)
{
    return std::any_of(prefixes.begin(), prefixes.end(), [&](std::string_view p) { return startsWith(text, p); });
}

bool isArmBranch(std::string_view m)
{
    static constexpr std::array<std::string_view, 22> names{"b", "bx", "cbz", "cbnz", "beq", "bne", "bcs", "bcc", "bhs",
        "blo", "bmi", "bpl", "bvs", "bvc", "bhi", "bls", "bge", "blt", "bgt", "ble", "le", "letp"};
    return std::find(names.begin(), names.end(), m) != names.end() || startsWith(m, "tb");
}

Kind armKindOf(const Instruction &instruction)
{
    const std::string_view m = instruction.mnemonic;
    if (isArmBranch(m)) {
        return Kind::Branch;
    }
    if (m == "bl" || m == "blx") {
        return Kind::Call;
    }
    // Returns that pop the program counter: loads and a branch.
    if (m == "pop" || m == "push"
        || startsWithAny(m, std::array<std::string_view, 5>{"ldm", "stm", "ldrd", "strd", "vldm"}) || m == "vpush"
        || m == "vpop" || m == "vstm") {
        return Kind::Multiple;
    }
    if (startsWith(m, "ldr") || m == "vldr") {
        return Kind::Load;
    }
    if (startsWith(m, "str") || m == "vstr") {
        return Kind::Store;
    }
    if (m == "mve"
        || startsWithAny(m, std::array<std::string_view, 6>{"vldrb", "vldrh", "vldrw", "vstrb", "vstrh", "vstrw"})
        || startsWithAny(m, std::array<std::string_view, 4>{"vld2", "vld4", "vst2", "vst4"})) {
        return Kind::VectorMemory;
    }
    if (startsWith(m, "vdiv") || startsWith(m, "vsqrt")) {
        return Kind::FloatDivide;
    }
    // A register list or a q register shows a vector instruction; single floats (s0, d0) issue like integers.
    if (m.front() == 'v' && instruction.operands.find('q') != std::string::npos) {
        return Kind::Vector;
    }
    if (m == "sdiv" || m == "udiv") {
        return Kind::Divide;
    }
    if (startsWithAny(m, std::array<std::string_view, 4>{"smull", "umull", "smlal", "umlal"})) {
        return Kind::LongMultiply;
    }
    if (m == "mla" || m == "mls") {
        return Kind::MultiplyAccumulate;
    }
    return Kind::Plain;
}

/// Mnemonics as objdump shows them: with its aliases, without the "c." of short instructions.
Kind riscvKindOf(std::string_view m)
{
    static constexpr std::array<std::string_view, 6> loads{"lb", "lbu", "lh", "lhu", "lw", "flw"};
    static constexpr std::array<std::string_view, 4> stores{"sb", "sh", "sw", "fsw"};
    static constexpr std::array<std::string_view, 5> products{"mul", "mulh", "mulhu", "mulhsu", "mulw"};
    static constexpr std::array<std::string_view, 4> quotients{"div", "divu", "rem", "remu"};
    const auto among = [&](const auto &names) { return std::find(names.begin(), names.end(), m) != names.end(); };
    if (among(loads)) {
        return Kind::Load;
    }
    if (among(stores)) {
        return Kind::Store;
    }
    if (among(products)) {
        return Kind::LongMultiply;
    }
    if (among(quotients)) {
        return Kind::Divide;
    }
    if (m == "jal" || m == "jalr") {
        return Kind::Call;
    }
    return m == "j" || m == "jr" || m == "ret" || m.front() == 'b' ? Kind::Branch : Kind::Plain;
}

/// Registers of "{r0, r2-r4}" or "r0, r1, [r2]".
double registersMoved(const Instruction &instruction)
{
    const auto open = instruction.operands.find('{');
    if (open == std::string::npos) {
        return 2;
    }
    double count = 1;
    const auto number = [&](std::size_t at) {
        return at < instruction.operands.size() ? std::atoi(instruction.operands.c_str() + at) : 0;
    };
    for (std::size_t at = open; at < instruction.operands.size() && instruction.operands[at] != '}'; ++at) {
        if (instruction.operands[at] == ',') {
            ++count;
        } else if (instruction.operands[at] == '-') {
            std::size_t first = at;
            while (first > open && instruction.operands[first - 1] >= '0' && instruction.operands[first - 1] <= '9') {
                --first;
            }
            count += std::clamp(number(at + 2) - number(first), 0, 31);
        }
    }
    return count;
}

} // namespace

std::map<std::uint32_t, double> modelCycles(const std::map<std::uint32_t, Instruction> &instructions,
    const std::map<std::uint32_t, std::int64_t> &counts, const Platform &platform)
{
    const CycleCosts &costs = platform.cycles;
    const bool riscv = platform.instructions == InstructionSet::RiscV;
    std::map<std::uint32_t, double> cycles;
    const auto countAt = [&](std::uint32_t address) {
        const auto found = counts.find(address);
        return found != counts.end() ? found->second : 0;
    };
    std::int64_t loadsBefore = 0;
    for (auto at = instructions.begin(); at != instructions.end(); ++at) {
        const std::int64_t executed = countAt(at->first);
        const Kind kind = riscv ? riscvKindOf(at->second.mnemonic) : armKindOf(at->second);
        const std::int64_t loads = kind == Kind::Load ? executed : 0;
        const auto next = std::next(at);
        const auto n = static_cast<double>(executed);
        double sum = n;
        switch (kind) {
        case Kind::Plain:
            break;
        case Kind::Load: {
            const auto pipelined = static_cast<double>(std::min(executed, loadsBefore));
            sum = pipelined * costs.nextLoad + (n - pipelined) * costs.load;
            break;
        }
        case Kind::Store:
            sum = n * costs.store;
            break;
        case Kind::Multiple:
            sum = n * (costs.multiple + registersMoved(at->second));
            if (at->second.operands.find("pc}") != std::string::npos) {
                sum += n * costs.takenBranch;
            }
            break;
        case Kind::MultiplyAccumulate:
            sum = n * costs.multiplyAccumulate;
            break;
        case Kind::LongMultiply:
            sum = n * costs.longMultiply;
            break;
        case Kind::Divide:
            sum = n * costs.divide;
            break;
        case Kind::Branch: {
            const std::int64_t after = next != instructions.end() ? countAt(next->first) : 0;
            const bool always = riscv
                ? at->second.mnemonic.front() != 'b'
                : at->second.mnemonic == "b" || at->second.mnemonic == "bx" || at->second.mnemonic[0] == 't';
            const auto taken = static_cast<double>(always ? executed : std::max<std::int64_t>(executed - after, 0));
            sum = taken * costs.takenBranch + (n - taken);
            break;
        }
        case Kind::Call:
            sum = n * costs.call;
            break;
        case Kind::Vector:
            sum = n * costs.vector;
            break;
        case Kind::VectorMemory:
            sum = n * costs.vectorMemory;
            break;
        case Kind::FloatDivide:
            sum = n * costs.floatDivide;
            break;
        }
        loadsBefore = loads;
        if (executed > 0) {
            cycles[at->first] = sum * costs.pairing;
        }
    }
    return cycles;
}

} // namespace tinsmith
