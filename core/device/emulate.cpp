// SPDX-License-Identifier: Apache-2.0
#include "core/device/emulate.h"

#include "core/device/plugin_path.h"
#include "core/device/process.h"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

namespace tinsmith {
namespace {

namespace fs = std::filesystem;
using Inputs = std::vector<std::vector<std::vector<std::byte>>>;

/// As resources/device/host.h has them.
constexpr int exitFault = 3;
constexpr int exitInit = 5;
constexpr std::size_t recordBytes = 16;
/// As the plugin has it.
constexpr std::size_t layerLimit = 4096;

std::string contentOf(const fs::path &path)
{
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void writeInputs(const fs::path &path, const Manifest &manifest, const Inputs &inputs)
{
    std::ofstream out(path, std::ios::binary);
    const auto count = static_cast<std::uint32_t>(inputs.size());
    // The emulated boards are little-endian.
    const char header[4] = {static_cast<char>(count & 0xff), static_cast<char>(count >> 8 & 0xff),
        static_cast<char>(count >> 16 & 0xff), static_cast<char>(count >> 24)};
    out.write(header, 4);
    for (const auto &inference : inputs) {
        if (inference.size() != manifest.inputs.size()) {
            throw Error(manifest.name, {},
                "takes " + std::to_string(manifest.inputs.size()) + " inputs, " + std::to_string(inference.size())
                    + " were given");
        }
        for (std::size_t i = 0; i < inference.size(); ++i) {
            if (static_cast<std::int64_t>(inference[i].size()) != manifest.inputs[i].bytes) {
                throw Error(manifest.name, "input " + std::to_string(i),
                    "takes " + std::to_string(manifest.inputs[i].bytes) + " bytes, "
                        + std::to_string(inference[i].size()) + " were given");
            }
            out.write(
                reinterpret_cast<const char *>(inference[i].data()), static_cast<std::streamsize>(inference[i].size()));
        }
    }
    out.close();
    if (!out) {
        throw SystemError(path.string(), {}, "cannot be written");
    }
}

std::int64_t outputBytes(const Manifest &manifest)
{
    std::int64_t bytes = recordBytes;
    for (const auto &tensor : manifest.outputs) {
        bytes += tensor.bytes;
    }
    return bytes;
}

std::uint32_t wordAt(const std::string &text, std::size_t at)
{
    std::uint32_t value = 0;
    for (int i = 3; i >= 0; --i) {
        value = value << 8 | static_cast<unsigned char>(text[at + i]);
    }
    return value;
}

/// The function behind the "pc=" of the start-up's report.
std::string faultPlace(const std::string &console, const ElfFile &elf)
{
    const auto at = console.find("pc=");
    if (at == std::string::npos) {
        return {};
    }
    const auto *function
        = elf.functionAt(static_cast<std::uint32_t>(std::strtoul(console.c_str() + at + 3, nullptr, 16)));
    return function != nullptr ? function->name : std::string();
}

void checkExit(const ProcessResult &result, const fs::path &work, const Image &image, const Manifest &manifest,
    const std::string &emulator)
{
    std::string console = contentOf(work / "console.txt").substr(0, 2000);
    if (result.exitCode == exitFault && console.empty()) {
        console = result.output.substr(0, 2000);
    }
    if (result.exitCode == exitFault) {
        throw Error(
            manifest.name, faultPlace(console, image.elf), "the package faults on the emulated board: " + console);
    }
    if (result.exitCode == exitInit) {
        throw Error(manifest.name, manifest.name + "_init",
            "refuses an arena of " + std::to_string(manifest.arenaBytes) + " bytes");
    }
    if (result.exitCode != 0) {
        throw SystemError(
            emulator, {}, "failed with exit code " + std::to_string(result.exitCode) + ":\n" + result.output + console);
    }
}

void readOutputs(const fs::path &path, const Manifest &manifest, std::size_t inferences, const std::string &emulator,
    Emulation &into)
{
    const std::string text = contentOf(path);
    if (text.size() != inferences * static_cast<std::size_t>(outputBytes(manifest))) {
        throw SystemError(
            emulator, {}, "left outputs of " + std::to_string(text.size()) + " bytes, which is not their size");
    }
    std::size_t at = 0;
    for (std::size_t n = 0; n < inferences; ++n) {
        const std::string place = "inference " + std::to_string(n);
        if (wordAt(text, at) != 0) {
            throw Error(manifest.name, place,
                manifest.name + "_invoke returned " + std::to_string(static_cast<std::int32_t>(wordAt(text, at))));
        }
        if (const std::uint32_t spoilt = wordAt(text, at + 8) + wordAt(text, at + 12)) {
            throw Error(manifest.name, place,
                "wrote outside of its arena: " + std::to_string(spoilt) + " of the bytes around it changed");
        }
        into.stackBytes = std::max<std::int64_t>(into.stackBytes, wordAt(text, at + 4));
        at += recordBytes;
        auto &outputs = into.outputs.emplace_back();
        for (const auto &tensor : manifest.outputs) {
            auto &value = outputs.emplace_back(static_cast<std::size_t>(tensor.bytes));
            std::memcpy(value.data(), text.data() + at, value.size());
            at += value.size();
        }
    }
}

void checkStack(const Image &image, const Manifest &manifest, const Emulation &into)
{
    // The painted stack ends some frames below its top; what reaches its bottom has most likely gone beyond.
    const ElfSymbol *bottom = image.elf.find("stack_bottom");
    const ElfSymbol *top = image.elf.find("stack_top");
    if (bottom != nullptr && top != nullptr && into.stackBytes + 1024 > std::int64_t{top->address} - bottom->address) {
        throw Error(manifest.name, {}, "needs a stack of more than " + std::to_string(into.stackBytes) + " bytes");
    }
}

/// The addresses of the operators' functions, and of copies of them that the compiler made (NAME.constprop.0).
std::map<std::uint32_t, std::string> layerAddresses(const ElfFile &elf, const Manifest &manifest)
{
    std::set<std::string> names;
    for (const auto &op : manifest.operators) {
        names.insert(op.function);
    }
    std::map<std::uint32_t, std::string> addresses;
    for (const ElfSymbol &symbol : elf.symbols) {
        std::string name = symbol.name.substr(0, symbol.name.find('.'));
        if (symbol.function && !name.empty() && names.contains(name) && addresses.size() < layerLimit) {
            addresses.emplace(symbol.address, std::move(name));
        }
    }
    return addresses;
}

void readCounts(const fs::path &path, std::size_t inferences, const std::map<std::uint32_t, std::string> &layers,
    const std::string &emulator, Emulation &into)
{
    std::istringstream in(contentOf(path));
    std::string word;
    std::size_t passes = 0;
    in >> word >> passes;
    if (word != "passes" || passes != inferences) {
        throw SystemError(emulator, {},
            "the instruction counter saw " + std::to_string(passes) + " of " + std::to_string(inferences)
                + " inferences");
    }
    while (in >> word && word != "end" && word != "overflow") {
        std::int64_t count = 0;
        if (word == "scope") {
            in >> word >> count;
            into.byLayer[layers.at(static_cast<std::uint32_t>(std::stoul(word, nullptr, 16)))] += count;
            continue;
        }
        if (word == "cycles") {
            in >> word >> count;
            into.cycles[static_cast<std::uint32_t>(std::stoul(word, nullptr, 16))] = static_cast<double>(count);
            continue;
        }
        if (word == "stack") {
            in >> into.stackBytes;
            continue;
        }
        in >> count;
        into.counts[static_cast<std::uint32_t>(std::stoul(word, nullptr, 16))] = count;
    }
    if (word != "end") {
        throw SystemError(emulator, {}, "the instruction counter was not able to write all counts");
    }
}

/// The markers, and where each layer begins.
std::string scopeOptions(const Image &image, const std::map<std::uint32_t, std::string> &layers, char separator)
{
    const ElfSymbol *begin = image.elf.find("measure_begin");
    const ElfSymbol *end = image.elf.find("measure_end");
    if (begin == nullptr || end == nullptr) {
        throw SystemError(image.path.string(), {}, "has no markers");
    }
    std::string options
        = std::string("begin=") + std::to_string(begin->address) + separator + "end=" + std::to_string(end->address);
    for (const auto &[address, name] : layers) {
        options += separator + ("scope=" + std::to_string(address));
    }
    return options;
}

void appendWords(std::vector<std::string> &command, const std::string &words)
{
    std::istringstream in(words);
    for (std::string word; in >> word;) {
        command.push_back(word);
    }
}

std::vector<std::string> qemuCommand(
    const Image &image, const Board &board, const std::map<std::uint32_t, std::string> &layers)
{
    std::string plugin = counterPlugin().string();
    // In an option of QEMU a comma is written twice.
    for (std::size_t at = 0; (at = plugin.find(',', at)) != std::string::npos; at += 2) {
        plugin.insert(at, 1, ',');
    }
    plugin += "," + scopeOptions(image, layers, ',') + ",out=counts.txt";
    std::vector<std::string> command{std::string(board.program), "-M", std::string(board.model)};
    appendWords(command, std::string(board.options));
    command.insert(command.end(),
        {"-kernel", image.path.filename().string(), "-nodefaults", "-display", "none", "-monitor", "none", "-serial",
            "none", "-chardev", "file,id=console,path=console.txt", "-semihosting-config",
            "enable=on,target=native,chardev=console", "-plugin", plugin});
    return command;
}

std::vector<std::string> simavrCommand(
    const Image &image, const Board &board, const std::map<std::uint32_t, std::string> &layers)
{
    std::vector<std::string> command{simavrRunner().string(), std::string(board.model), "image.bin"};
    appendWords(command, scopeOptions(image, layers, ' '));
    return command;
}

} // namespace

Emulation emulate(const Image &image, const Manifest &manifest, const Machine &machine, const fs::path &work,
    const Inputs &inputs, const Progress &progress, const MeasureOptions &options)
{
    const Board &board = machine.board;
    const std::string emulator(board.program);
    const auto layers = layerAddresses(image.elf, manifest);
    writeInputs(work / "inputs.bin", manifest, inputs);
    const std::vector<std::string> command
        = board.emulator == Emulator::Qemu ? qemuCommand(image, board, layers) : simavrCommand(image, board, layers);
    const auto limit = options.runLimit.count() > 0 ? options.runLimit : std::chrono::seconds(120 + 30 * inputs.size());
    const auto tick = [&] {
        std::error_code ignored;
        const auto size = fs::file_size(work / "outputs.bin", ignored);
        const std::size_t done = ignored ? 0 : std::min<std::size_t>(size / outputBytes(manifest), inputs.size());
        progress.report(
            0.5 + 0.5 * static_cast<double>(done) / static_cast<double>(std::max<std::size_t>(inputs.size(), 1)),
            "Running on " + machine.name + ", " + std::to_string(done) + " of " + std::to_string(inputs.size())
                + " inferences");
    };
    const ProcessResult result = runProcess(command, work, limit, std::string(board.package), tick);
    checkExit(result, work, image, manifest, emulator);
    Emulation emulation;
    readOutputs(work / "outputs.bin", manifest, inputs.size(), emulator, emulation);
    readCounts(work / "counts.txt", inputs.size(), layers, emulator, emulation);
    checkStack(image, manifest, emulation);
    return emulation;
}

} // namespace tinsmith
