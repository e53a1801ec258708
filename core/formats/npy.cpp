// SPDX-License-Identifier: Apache-2.0
#include "core/formats/npy.h"

#include "core/graph/error.h"

#include <array>
#include <charconv>
#include <cstring>
#include <optional>

namespace tinsmith {
namespace {

struct Code {
    std::string_view text;
    ElementType type;
};

constexpr std::array<Code, 14> codes = {{{"f4", ElementType::Float32}, {"f8", ElementType::Float64},
    {"f2", ElementType::Float16}, {"i1", ElementType::Int8}, {"u1", ElementType::UInt8}, {"i2", ElementType::Int16},
    {"u2", ElementType::UInt16}, {"i4", ElementType::Int32}, {"u4", ElementType::UInt32}, {"i8", ElementType::Int64},
    {"u8", ElementType::UInt64}, {"b1", ElementType::Bool}, {"c8", ElementType::Complex64},
    {"c16", ElementType::Complex128}}};

constexpr std::string_view magic = "\x93NUMPY";

/// The text behind `'key':` in the header's dictionary, nothing where the key is missing.
std::optional<std::string_view> valueOf(std::string_view header, std::string_view key)
{
    const auto at = header.find("'" + std::string(key) + "'");
    if (at == std::string_view::npos) {
        return std::nullopt;
    }
    const auto colon = header.find(':', at);
    if (colon == std::string_view::npos) {
        return std::nullopt;
    }
    const auto start = header.find_first_not_of(' ', colon + 1);
    return start == std::string_view::npos ? std::nullopt : std::optional(header.substr(start));
}

Shape shapeFrom(std::string_view text, const std::string &file)
{
    Shape shape;
    const auto close = text.find(')');
    if (text.empty() || text.front() != '(' || close == std::string_view::npos) {
        throw FormatError(file, "header", "its shape cannot be read");
    }
    std::string_view list = text.substr(1, close - 1);
    while (!list.empty()) {
        const auto start = list.find_first_not_of(" ,L");
        if (start == std::string_view::npos) {
            break;
        }
        std::int64_t dim = 0;
        const auto result = std::from_chars(list.data() + start, list.data() + list.size(), dim);
        if (result.ec != std::errc() || dim < 0) {
            throw FormatError(file, "header", "its shape cannot be read");
        }
        shape.dims.push_back(dim);
        list.remove_prefix(static_cast<std::size_t>(result.ptr - list.data()));
    }
    return shape;
}

} // namespace

NpyArray readNpy(const Bytes &bytes, const std::string &file)
{
    const auto *raw = reinterpret_cast<const char *>(bytes.data());
    if (bytes.size() < 10 || std::string_view(raw, magic.size()) != magic) {
        throw FormatError(file, {}, "is not a .npy file");
    }
    const auto byteAt = [&bytes](std::size_t index) { return std::to_integer<std::size_t>(bytes.view()[index]); };
    const bool wide = byteAt(6) >= 2;
    const std::size_t start = wide ? 12 : 10;
    if (bytes.size() < start) {
        throw FormatError(file, "header", "is cut off");
    }
    std::size_t length = byteAt(8) | byteAt(9) << 8;
    if (wide) {
        length |= byteAt(10) << 16 | byteAt(11) << 24;
    }
    if (length > bytes.size() - start) {
        throw FormatError(file, "header", "is cut off");
    }
    const std::string_view header(raw + start, length);
    const auto descriptor = valueOf(header, "descr");
    const auto order = valueOf(header, "fortran_order");
    const auto shapeText = valueOf(header, "shape");
    if (!descriptor || !order || !shapeText || descriptor->size() < 5 || descriptor->front() != '\'') {
        throw FormatError(file, "header", "lacks descr, fortran_order or shape");
    }
    if (order->substr(0, 4) == "True") {
        throw FormatError(file, "header", "the array is in Fortran order; save it with numpy.ascontiguousarray");
    }
    const char endian = (*descriptor)[1];
    const auto closing = descriptor->find('\'', 1);
    const std::string_view code
        = closing == std::string_view::npos || closing < 2 ? std::string_view() : descriptor->substr(2, closing - 2);
    NpyArray array;
    array.type = ElementType::Unknown;
    for (const Code &known : codes) {
        if (known.text == code) {
            array.type = known.type;
        }
    }
    if (array.type == ElementType::Unknown || (endian == '>' && code[1] != '1')) {
        throw FormatError(file, "header",
            "element type " + std::string(descriptor->substr(0, descriptor->find('\'', 1) + 1)) + " is not supported");
    }
    array.shape = shapeFrom(*shapeText, file);
    Tensor measure;
    measure.type = array.type;
    measure.shape = array.shape;
    const auto size = measure.bytes();
    const std::size_t room = bytes.size() - start - length;
    if (!size || static_cast<std::uint64_t>(*size) > room) {
        throw FormatError(file, "data",
            "shape " + array.shape.text() + " needs more than the " + std::to_string(room) + " bytes there are");
    }
    array.data = bytes.part(start + length, static_cast<std::size_t>(*size));
    return array;
}

NpyArray loadNpy(const std::filesystem::path &file)
{
    return readNpy(Bytes::map(file), file.string());
}

std::string toNpy(ElementType type, const Shape &shape, std::span<const std::byte> data)
{
    std::string code;
    for (const Code &known : codes) {
        if (known.type == type) {
            code = known.text;
        }
    }
    if (code.empty()) {
        throw UnsupportedError("NumPy has no element type " + std::string(nameOf(type)));
    }
    std::string dims;
    for (const std::int64_t dim : shape.dims) {
        dims += std::to_string(dim) + ",";
        dims += shape.rank() > 1 ? " " : "";
    }
    std::string header = std::string("{'descr': '") + (code.substr(1) == "1" ? '|' : '<') + code
        + "', 'fortran_order': False, 'shape': (" + dims + "), }";
    while ((magic.size() + 4 + header.size() + 1) % 64 != 0) {
        header += ' ';
    }
    header += '\n';
    std::string file(magic);
    file += '\x01';
    file += '\0';
    file += static_cast<char>(header.size() & 0xFF);
    file += static_cast<char>(header.size() >> 8);
    file += header;
    file.append(reinterpret_cast<const char *>(data.data()), data.size());
    return file;
}

} // namespace tinsmith
