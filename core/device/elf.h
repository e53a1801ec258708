// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace tinsmith {

struct ElfSymbol {
    std::string name;
    /// Without the Thumb bit.
    std::uint32_t address = 0;
    std::uint32_t size = 0;
    bool function = false;
};

struct ElfSection {
    std::uint32_t address = 0;
    std::uint32_t size = 0;
};

/// What measuring needs of a linked 32-bit little-endian ELF file (System V ABI, chapters 4 and 5).
struct ElfFile {
    std::map<std::string, ElfSection> sections;
    /// Sorted by address.
    std::vector<ElfSymbol> symbols;

    /// Bytes of a section; 0 where there is none.
    std::int64_t sizeOf(const std::string &section) const;
    const ElfSymbol *find(const std::string &name) const;
    /// The function that the instruction at `address` belongs to; nullptr where there is none.
    const ElfSymbol *functionAt(std::uint32_t address) const;
};

/// Throws SystemError when the file cannot be read, FormatError when it is not such a file.
ElfFile readElf(const std::filesystem::path &path);

} // namespace tinsmith
