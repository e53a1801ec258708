// SPDX-License-Identifier: Apache-2.0
#include "core/device/build.h"
#include "core/device/emulate.h"
#include "core/device/mnemonics.h"
#include "core/device/temporary_folder.h"

namespace tinsmith {
namespace {

bool isRunners(const ElfFile &elf, std::uint32_t address)
{
    const auto found = elf.sections.find(".runner_text");
    return found != elf.sections.end() && address >= found->second.address
        && address - found->second.address < found->second.size;
}

void countInstructions(const Image &image, const Emulation &emulation, Measurement &into)
{
    const auto mnemonics = readMnemonics(image.path);
    std::int64_t total = 0;
    for (const auto &[address, count] : emulation.counts) {
        if (isRunners(image.elf, address)) {
            continue;
        }
        total += count;
        const ElfSymbol *function = image.elf.functionAt(address);
        into.byFunction[function != nullptr ? function->name : "(unknown)"] += count;
        const auto mnemonic = mnemonics.find(address);
        into.byMnemonic[mnemonic != mnemonics.end() ? mnemonic->second : "(unknown)"] += count;
    }
    const std::size_t inferences = emulation.outputs.size();
    into.instructions = inferences == 0 ? 0 : static_cast<double>(total) / static_cast<double>(inferences);
}

void addSizes(const ElfFile &elf, const Manifest &manifest, Measurement &into)
{
    into.arenaBytes = manifest.arenaBytes;
    into.staticBytes = elf.sizeOf(".data") + elf.sizeOf(".bss");
    into.ramBytes = into.arenaBytes + into.stackBytes + into.staticBytes;
    into.codeBytes = elf.sizeOf(".text") + elf.sizeOf(".ARM.extab") + elf.sizeOf(".ARM.exidx");
    into.weightsBytes = elf.sizeOf(".rodata");
    into.flashBytes = into.codeBytes + into.weightsBytes + elf.sizeOf(".data");
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
    countInstructions(image, emulation, measurement);
    addSizes(image.elf, manifest, measurement);
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
