// SPDX-License-Identifier: Apache-2.0
#include "core/device/build.h"

#include "core/device/process.h"
#include "core/graph/embedded.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>

namespace tinsmith {

std::span<const EmbeddedFile> embeddedDevice();

namespace {

namespace fs = std::filesystem;

void write(const fs::path &path, std::string_view text)
{
    std::ofstream out(path, std::ios::binary);
    out << text;
    out.close();
    if (!out) {
        throw SystemError(path.string(), {}, "cannot be written");
    }
}

std::string hex(std::uint32_t value)
{
    char text[16];
    std::snprintf(text, sizeof text, "0x%08x", value);
    return text;
}

std::string number(std::int64_t value)
{
    return std::to_string(value);
}

std::string replaced(std::string_view text, const std::map<std::string, std::string> &values)
{
    std::string result;
    while (!text.empty()) {
        const auto begin = text.find('@');
        const auto end = begin == std::string_view::npos ? begin : text.find('@', begin + 1);
        if (end == std::string_view::npos) {
            break;
        }
        result += text.substr(0, begin);
        result += values.at(std::string(text.substr(begin + 1, end - begin - 1)));
        text.remove_prefix(end + 1);
    }
    return result += text;
}

/// A function package_WHAT_bytes, and one package_WHAT that calls NAME_WHAT_I.
std::string accessors(const std::string &name, const std::string &what, const std::vector<Manifest::Tensor> &tensors)
{
    std::string pointers;
    std::string sizes;
    for (std::size_t i = 0; i < tensors.size(); ++i) {
        const std::string index = std::to_string(i);
        pointers += "    if (i == " + index + "u) return (void *)" + name + "_" + what + "_" + index + "(context);\n";
        sizes += "    if (i == " + index + "u) return " + number(tensors[i].bytes) + "ul;\n";
    }
    return "static inline void *package_" + what
        + "(PACKAGE_CONTEXT *context, unsigned i)\n{\n    (void)context; (void)i;\n" + pointers
        + "    return 0;\n}\n\nstatic inline unsigned long package_" + what + "_bytes(unsigned i)\n{\n    (void)i;\n"
        + sizes + "    return 0;\n}\n\n";
}

std::string packageHeader(const Manifest &manifest)
{
    const std::string &name = manifest.name;
    return "#include \"" + fs::path(manifest.header).filename().string() + "\"\n\n#define PACKAGE_CONTEXT " + name
        + "_context\n#define PACKAGE_INIT " + name + "_init\n#define PACKAGE_INVOKE " + name
        + "_invoke\n#define PACKAGE_ARENA_BYTES " + number(manifest.arenaBytes) + "ul\n#define PACKAGE_INPUTS "
        + std::to_string(manifest.inputs.size()) + "u\n#define PACKAGE_OUTPUTS "
        + std::to_string(manifest.outputs.size()) + "u\n\n" + accessors(name, "input", manifest.inputs)
        + accessors(name, "output", manifest.outputs);
}

/// Words separated by spaces.
void append(std::vector<std::string> &command, std::string_view words)
{
    std::istringstream in{std::string(words)};
    for (std::string word; in >> word;) {
        command.push_back(word);
    }
}

class Builder {
public:
    Builder(const Manifest &manifest, const Target &target, const Machine &machine, fs::path work,
        const Progress &progress, const MeasureOptions &options)
        : manifest_(manifest), target_(target), machine_(machine), board_(machine.board),
          compiler_(machine.tool("gcc")), work_(std::move(work)), progress_(progress), options_(options)
    {
    }

    Image build()
    {
        for (const EmbeddedFile &file : embeddedDevice()) {
            write(work_ / file.path, file.text);
        }
        write(work_ / "package_under_test.h", packageHeader(manifest_));
        writeLinkerScript();
        const std::size_t count = manifest_.sources.size() + 2;
        std::vector<std::string> objects;
        // The linker script knows the runner's objects from the package's by their names.
        for (const std::string &own : {std::string(machine_.toolchain.startup), std::string("runner.c")}) {
            report(objects.size(), count);
            objects.push_back("run_" + fs::path(own).stem().string() + ".o");
            compile(
                work_ / own, objects.back(), {"-ffreestanding", "-fno-builtin", "-fno-tree-loop-distribute-patterns"});
        }
        for (const std::string &source : manifest_.sources) {
            report(objects.size(), count);
            objects.push_back("pkg_" + std::to_string(objects.size()) + ".o");
            compile(fs::absolute(manifest_.folder) / source, objects.back(), {});
        }
        link(objects);
        if (machine_.board.emulator == Emulator::Simavr) {
            makeFlashImage();
        }
        return {work_ / "image.elf", readElf(work_ / "image.elf")};
    }

private:
    void report(std::size_t done, std::size_t count)
    {
        share_ = 0.5 * static_cast<double>(done) / static_cast<double>(count);
        phase_ = "Compiling, " + std::to_string(done + 1) + " of " + std::to_string(count);
        progress_.report(share_, phase_);
    }

    std::vector<std::string> commandOf(const std::string &optimization) const
    {
        std::vector<std::string> command{compiler_};
        command.insert(command.end(), machine_.flags.begin(), machine_.flags.end());
        append(command, machine_.toolchain.libraryOptions);
        command.insert(command.end(),
            {optimization, "-std=c99", "-pipe", "-ffunction-sections", "-fdata-sections", "-fno-common"});
        command.insert(command.end(), options_.compilerOptions.begin(), options_.compilerOptions.end());
        return command;
    }

    void compile(const fs::path &source, const std::string &object, const std::vector<std::string> &extra) const
    {
        auto command = commandOf(options_.optimization);
        command.insert(command.end(), extra.begin(), extra.end());
        std::vector<fs::path> folders{fs::path(manifest_.header).parent_path()};
        folders.insert(folders.end(), manifest_.includeDirs.begin(), manifest_.includeDirs.end());
        for (const fs::path &folder : folders) {
            command.insert(command.end(), {"-I", (fs::absolute(manifest_.folder) / folder).string()});
        }
        command.insert(command.end(), {"-c", source.string(), "-o", object});
        const ProcessResult result = run(command);
        if (result.exitCode != 0) {
            throw SystemError(compiler_, source.filename().string(),
                "compiling for " + machine_.name + " failed:\n" + result.output + missingHeaders(result.output));
        }
    }

    void link(const std::vector<std::string> &objects) const
    {
        auto command = commandOf(options_.optimization);
        command.insert(command.end(), {"-nostartfiles", "-Wl,--gc-sections", "-T", "link.ld"});
        append(command, machine_.toolchain.linkOptions);
        command.insert(command.end(), objects.begin(), objects.end());
        for (const std::string &library : manifest_.libraries) {
            command.push_back("-l" + library);
        }
        command.insert(command.end(), {"-o", "image.elf"});
        const ProcessResult result = run(command);
        if (result.exitCode != 0) {
            complainAboutSize(result.output);
            throw SystemError(compiler_, {}, "linking for " + machine_.name + " failed:\n" + result.output);
        }
    }

    /// What is written to the flash of a simulated AVR, from address 0.
    void makeFlashImage() const
    {
        const std::string objcopy = machine_.tool("objcopy");
        const ProcessResult result = runProcess({objcopy, "-O", "binary", "image.elf", "image.bin"}, work_,
            options_.compileLimit, std::string(machine_.toolchain.binutilsPackage));
        if (result.exitCode != 0) {
            throw SystemError(objcopy, {}, "failed:\n" + result.output);
        }
    }

    /// Where to get the C library that a compiler was installed without.
    std::string missingHeaders(const std::string &output) const
    {
        const bool missing = output.find("math.h: No such file") != std::string::npos
            || output.find("stdint.h: No such file") != std::string::npos
            || output.find("string.h: No such file") != std::string::npos
            || output.find("cannot read spec file") != std::string::npos;
        return missing ? "The C library is in the package " + std::string(machine_.toolchain.libraryPackage) + ".\n"
                       : "";
    }

    ProcessResult run(const std::vector<std::string> &command) const
    {
        return runProcess(command, work_, options_.compileLimit, std::string(machine_.toolchain.compilerPackage),
            [this] { progress_.report(share_, phase_); });
    }

    std::int64_t limited(std::int64_t emulated, std::int64_t real) const
    {
        return options_.enforceLimits ? std::min(emulated, real) : emulated;
    }

    void writeLinkerScript() const
    {
        const auto files = embeddedDevice();
        const auto script = std::find_if(
            files.begin(), files.end(), [this](const auto &f) { return f.path == machine_.toolchain.linkerScript; });
        write(work_ / "link.ld",
            replaced(script->text,
                {{"VECTORS_ORIGIN", hex(board_.vectors)}, {"FLASH_ORIGIN", hex(board_.flash.origin)},
                    {"FLASH_BYTES", number(limited(board_.flash.bytes, target_.flashBytes))},
                    {"RAM_ORIGIN", hex(board_.ram.origin)},
                    {"RAM_BYTES", number(limited(board_.ram.bytes - 512, target_.ramBytes))},
                    {"RUNNER_FLASH_ORIGIN", hex(board_.runnerFlash.origin)},
                    {"RUNNER_FLASH_BYTES", number(board_.runnerFlash.bytes)},
                    {"RUNNER_RAM_ORIGIN", hex(board_.runnerRam.origin)},
                    {"RUNNER_RAM_BYTES", number(board_.runnerRam.bytes)}, {"STACK_BYTES", number(board_.stackBytes)},
                    {"ARENA_BYTES", number(manifest_.arenaBytes)},
                    {"ARENA_ALIGNMENT", number(std::max<std::int64_t>(manifest_.arenaAlignment, 8))}}));
    }

    /// Throws where the linker's output says that a memory overflowed.
    void complainAboutSize(const std::string &output) const
    {
        std::string cause;
        bool ofTheTarget = false;
        for (const auto &[region, word, real, emulated] :
            {std::tuple("MODEL_FLASH", "flash", target_.flashBytes, std::int64_t{board_.flash.bytes}),
                std::tuple("MODEL_RAM", "RAM", target_.ramBytes, std::int64_t{board_.ram.bytes})}) {
            std::smatch found;
            if (!std::regex_search(
                    output, found, std::regex(std::string(region) + "' overflowed by ([0-9]{1,15}) byte"))) {
                continue;
            }
            const bool limited = options_.enforceLimits && real <= emulated;
            const std::int64_t needed = (limited ? real : emulated) + std::stoll(found[1].str());
            // Too much for the board, and for the chip that it stands for as well: that is what matters.
            const bool target = limited || needed > real;
            ofTheTarget |= target;
            cause += (cause.empty() ? "does not fit: needs " : " and ") + number(needed) + " bytes of " + word + ", "
                + (target ? target_.name : machine_.name) + " has " + number(target ? real : emulated);
        }
        if (!cause.empty()) {
            if (ofTheTarget) {
                throw DoesNotFitError(manifest_.name, {}, cause);
            }
            throw UnsupportedError(manifest_.name, {}, cause);
        }
    }

    const Manifest &manifest_;
    const Target &target_;
    const Machine &machine_;
    const Board &board_;
    std::string compiler_;
    fs::path work_;
    const Progress &progress_;
    const MeasureOptions &options_;
    double share_ = 0;
    std::string phase_;
};

} // namespace

Image buildImage(const Manifest &manifest, const Target &target, const Machine &machine, const fs::path &work,
    const Progress &progress, const MeasureOptions &options)
{
    return Builder(manifest, target, machine, work, progress, options).build();
}

} // namespace tinsmith
