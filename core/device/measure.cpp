// SPDX-License-Identifier: Apache-2.0
#include "core/device/build.h"
#include "core/device/disassembly.h"
#include "core/device/emulate.h"
#include "core/device/temporary_folder.h"

namespace tinsmith {
namespace {

bool isRunners(const ElfFile &elf, std::uint32_t address)
{
    const auto found = elf.sections.find(".runner_text");
    return found != elf.sections.end() && address >= found->second.address
        && address - found->second.address < found->second.size;
}

void countInstructions(const Image &image, const Emulation &emulation, Core core, Measurement &into)
{
    const auto instructions = readInstructions(image.path, core);
    into.cyclesAreSimulated = !emulation.cycles.empty();
    const auto cycles
        = emulation.cycles.empty() ? modelCycles(instructions, emulation.counts, platformOf(core)) : emulation.cycles;
    std::int64_t total = 0;
    double allCycles = 0;
    for (const auto &[address, count] : emulation.counts) {
        if (isRunners(image.elf, address)) {
            continue;
        }
        total += count;
        const ElfSymbol *function = image.elf.functionAt(address);
        const std::string name = function != nullptr ? function->name : "(unknown)";
        into.byFunction[name] += count;
        const auto instruction = instructions.find(address);
        into.byMnemonic[instruction != instructions.end() ? instruction->second.mnemonic : "(unknown)"] += count;
        const auto modelled = cycles.find(address);
        const double here = modelled != cycles.end() ? modelled->second : static_cast<double>(count);
        into.cyclesByFunction[name] += here;
        allCycles += here;
    }
    if (const std::size_t inferences = emulation.outputs.size(); inferences > 0) {
        into.instructions = static_cast<double>(total) / static_cast<double>(inferences);
        into.modelledCycles = allCycles / static_cast<double>(inferences);
    }
}

void addSizes(const ElfFile &elf, const Manifest &manifest, const Platform &platform, Measurement &into)
{
    into.arenaBytes = manifest.arenaBytes;
    into.staticBytes = elf.sizeOf(".variables") + elf.sizeOf(".bss") + elf.sizeOf(".tbss");
    into.staticBytes += platform.constantsInRam ? elf.sizeOf(".rodata") : 0;
    into.ramBytes = into.arenaBytes + into.stackBytes + into.staticBytes;
    into.codeBytes = elf.sizeOf(".text") + elf.sizeOf(".ARM.extab") + elf.sizeOf(".ARM.exidx");
    into.weightsBytes = elf.sizeOf(".rodata");
    into.flashBytes = into.codeBytes + into.weightsBytes + elf.sizeOf(".variables");
}

} // namespace

Measurement measure(const std::filesystem::path &folder, const Target &target,
    const std::vector<std::vector<std::vector<std::byte>>> &inputs, const Progress &progress,
    const MeasureOptions &options)
{
    const Machine machine = machineFor(target);
    const Manifest manifest = readManifest(folder);
    const TemporaryFolder work;
    const Image image = buildImage(manifest, target, machine, work.path(), progress, options);
    Emulation emulation = emulate(image, manifest, machine, work.path(), inputs, progress, options);

    Measurement measurement;
    measurement.machine = machine.name;
    measurement.stackBytes = emulation.stackBytes;
    countInstructions(image, emulation, target.core, measurement);
    addSizes(image.elf, manifest, platformOf(target.core), measurement);
    measurement.byLayer = std::move(emulation.byLayer);
    measurement.outputs = std::move(emulation.outputs);
    if (options.enforceLimits && measurement.ramBytes > target.ramBytes) {
        throw DoesNotFitError(manifest.name, {},
            "does not fit: needs " + std::to_string(measurement.ramBytes) + " bytes of RAM with its stack of "
                + std::to_string(measurement.stackBytes) + ", " + target.name + " has "
                + std::to_string(target.ramBytes));
    }
    progress.report(1, "Measured on " + machine.name);
    return measurement;
}

Measurement measure(const std::filesystem::path &folder, const Target &target,
    const std::vector<std::vector<std::vector<std::byte>>> &inputs, const Progress &progress, bool enforceLimits)
{
    MeasureOptions options;
    options.enforceLimits = enforceLimits;
    return measure(folder, target, inputs, progress, options);
}

} // namespace tinsmith
