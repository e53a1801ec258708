// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/embedded.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tinsmith {

/// The processor cores that packages are made for.
enum class Core {
    CortexM0,
    CortexM0Plus,
    CortexM3,
    CortexM4,
    CortexM4F,
    CortexM7,
    CortexM23,
    CortexM33,
    CortexM55,
    CortexM85,
    Avr,
    RiscV32,
    Xtensa
};
inline constexpr std::size_t coreCount = static_cast<std::size_t>(Core::Xtensa) + 1;

/// "Cortex-M4F", ...
std::string_view nameOf(Core core);
std::optional<Core> coreNamed(std::string_view name);

/// A microcontroller, from resources/targets/*.json.
struct Target {
    /// Lower-case part number without package suffix: "stm32l4r5".
    std::string id;
    std::string name;
    std::string vendor;
    std::string family;
    Core core = Core::CortexM4F;
    std::int64_t clockHz = 0;
    std::int64_t ramBytes = 0;
    std::int64_t flashBytes = 0;
    bool fpu = false;
    /// Armv7E-M / Armv8-M DSP instructions (SMLAD, SXTB16).
    bool dsp = false;
    /// M-profile vector extension (Helium).
    bool helium = false;
    /// Energy of one clock cycle while running, in nanojoules; 0 where the datasheet gives none.
    double nanojoulesPerCycle = 0;
    /// The document that the figures come from ("DS12023").
    std::string source;
    /// The run-mode figure behind nanojoulesPerCycle and its condition; empty where there is none.
    std::string energySource;
    /// What else must be known, such as flash memory outside of the chip; mostly empty.
    std::string note;
};

/// The MCU database.
class TargetDatabase {
public:
    /// All *.json files of a folder, sorted by id. Throws FormatError that names file, entry and field.
    static TargetDatabase load(const std::filesystem::path &folder);
    /// The same from texts in memory. A file is {"vendor", "targets": [{"id", "name", "family", "core", "clock_mhz",
    /// "ram_kb", "flash_kb" (1 KB = 1024 bytes), "source", and optionally "features" (of "fpu", "dsp", "helium": those
    /// that the core leaves to the maker), "run_current": {"ua_per_mhz", "volts", "condition"}, "note"}]}; other fields
    /// are refused.
    static TargetDatabase parse(std::span<const EmbeddedFile> files);
    /// The database that Tinsmith ships, compiled into the program.
    static const TargetDatabase &builtIn();

    const std::vector<Target> &targets() const { return targets_; }
    const Target *find(std::string_view id) const;
    /// Like find, which takes an id in any case, but throws Error that names the nearest ids.
    const Target &at(std::string_view id) const;

private:
    void add(Target target, const std::string &file);
    void finish();

    std::vector<Target> targets_;
};

} // namespace tinsmith
