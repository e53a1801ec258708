// SPDX-License-Identifier: Apache-2.0
#include "core/device/elf.h"

#include "core/graph/error.h"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace tinsmith {
namespace {

constexpr std::uint32_t symbolTable = 2;
constexpr std::uint32_t functionType = 2;

class Reader {
public:
    explicit Reader(const std::filesystem::path &path) : path_(path.string())
    {
        std::ifstream in(path, std::ios::binary);
        bytes_.assign(std::istreambuf_iterator<char>(in), {});
        if (!in && !in.eof()) {
            throw SystemError(path_, {}, "cannot be read");
        }
    }

    [[noreturn]] void fail(const std::string &cause) const { throw FormatError(path_, {}, cause); }

    std::uint32_t word(std::uint64_t offset, int width = 4) const
    {
        if (offset + width > bytes_.size()) {
            fail("the ELF file ends too early");
        }
        std::uint32_t value = 0;
        for (int i = width - 1; i >= 0; --i) {
            value = value << 8 | static_cast<unsigned char>(bytes_[offset + i]);
        }
        return value;
    }

    std::string text(std::uint64_t offset) const
    {
        if (offset >= bytes_.size()) {
            fail("a name lies outside of the ELF file");
        }
        const auto begin = bytes_.begin() + static_cast<std::ptrdiff_t>(offset);
        return {begin, std::find(begin, bytes_.end(), '\0')};
    }

private:
    std::string path_;
    std::vector<char> bytes_;
};

struct SectionHeader {
    std::uint32_t name, type, address, offset, size, link, entrySize;
};

SectionHeader headerAt(const Reader &in, std::uint64_t at)
{
    return {in.word(at), in.word(at + 4), in.word(at + 12), in.word(at + 16), in.word(at + 20), in.word(at + 24),
        in.word(at + 36)};
}

void readSymbols(const Reader &in, const SectionHeader &table, const SectionHeader &names, ElfFile &file)
{
    constexpr std::uint32_t entry = 16;
    for (std::uint64_t at = table.offset; at + entry <= std::uint64_t{table.offset} + table.size; at += entry) {
        const std::uint32_t type = in.word(at + 12, 1) & 0xf;
        ElfSymbol symbol;
        symbol.name = in.text(std::uint64_t{names.offset} + in.word(at));
        symbol.function = type == functionType;
        symbol.address = in.word(at + 4) & (symbol.function ? ~1u : ~0u);
        symbol.size = in.word(at + 8);
        const bool defined = in.word(at + 14, 2) != 0;
        // $t, $d and the like mark code and data for disassemblers.
        if (defined && !symbol.name.empty() && symbol.name[0] != '$' && type <= functionType) {
            file.symbols.push_back(std::move(symbol));
        }
    }
}

} // namespace

std::int64_t ElfFile::sizeOf(const std::string &section) const
{
    const auto found = sections.find(section);
    return found != sections.end() ? found->second.size : 0;
}

const ElfSymbol *ElfFile::find(const std::string &name) const
{
    const auto found = std::find_if(symbols.begin(), symbols.end(), [&](const ElfSymbol &s) { return s.name == name; });
    return found != symbols.end() ? &*found : nullptr;
}

const ElfSymbol *ElfFile::functionAt(std::uint32_t address) const
{
    auto next = std::upper_bound(
        symbols.begin(), symbols.end(), address, [](std::uint32_t at, const ElfSymbol &s) { return at < s.address; });
    while (next != symbols.begin()) {
        --next;
        // Hand-written assembly may leave the size out: then the nearest function before is the one.
        if (next->function && (next->size == 0 || address < next->address + next->size)) {
            return &*next;
        }
        if (next->function && next->address != address && next->size != 0) {
            return nullptr;
        }
    }
    return nullptr;
}

ElfFile readElf(const std::filesystem::path &path)
{
    const Reader in(path);
    // 0x7f "ELF", 32 bits, little-endian.
    if (in.word(0) != 0x464c457fu || in.word(4, 2) != 0x0101u) {
        in.fail("is not a 32-bit little-endian ELF file");
    }
    const std::uint64_t table = in.word(32);
    const std::uint32_t entrySize = in.word(46, 2);
    const std::uint32_t count = in.word(48, 2);
    const std::uint32_t namesIndex = in.word(50, 2);
    if (entrySize < 40 || namesIndex >= count) {
        in.fail("has a broken section table");
    }
    std::vector<SectionHeader> headers;
    for (std::uint32_t i = 0; i < count; ++i) {
        headers.push_back(headerAt(in, table + std::uint64_t{i} * entrySize));
    }
    ElfFile file;
    for (const SectionHeader &header : headers) {
        file.sections[in.text(std::uint64_t{headers[namesIndex].offset} + header.name)] = {header.address, header.size};
        if (header.type == symbolTable) {
            if (header.link >= count) {
                in.fail("has a broken symbol table");
            }
            readSymbols(in, header, headers[header.link], file);
        }
    }
    std::stable_sort(file.symbols.begin(), file.symbols.end(),
        [](const ElfSymbol &a, const ElfSymbol &b) { return a.address < b.address; });
    return file;
}

} // namespace tinsmith
