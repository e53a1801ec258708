// SPDX-License-Identifier: Apache-2.0
#include "core/formats/npy.h"

#include "core/graph/error.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <optional>

namespace tinsmith {
namespace {

struct Code {
    std::string_view text;
    ElementType type;
    /// Bytes that change places where the byte order is another.
    std::size_t word;
};

constexpr std::array<Code, 14> codes = {{{"f4", ElementType::Float32, 4}, {"f8", ElementType::Float64, 8},
    {"f2", ElementType::Float16, 2}, {"i1", ElementType::Int8, 1}, {"u1", ElementType::UInt8, 1},
    {"i2", ElementType::Int16, 2}, {"u2", ElementType::UInt16, 2}, {"i4", ElementType::Int32, 4},
    {"u4", ElementType::UInt32, 4}, {"i8", ElementType::Int64, 8}, {"u8", ElementType::UInt64, 8},
    {"b1", ElementType::Bool, 1}, {"c8", ElementType::Complex64, 4}, {"c16", ElementType::Complex128, 8}}};

/// What NumPy calls an element type that Tinsmith does not read.
std::string foreignType(std::string_view code)
{
    const char kind = code.empty() ? ' ' : code.front();
    const std::string_view name = kind == 'U' || kind == 'S' || kind == 'a' ? "strings"
        : kind == 'O'                                                       ? "Python objects"
        : kind == 'M' || kind == 'm'                                        ? "dates or times"
        : kind == 'V'                                                       ? "raw records"
        : code == "f16" || code == "f12"                                    ? "extended precision floats"
                                                                            : "of an unknown type";
    return std::string(name);
}

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

/// The elements in C order, the last dimension fastest.
Bytes inRowOrder(const Bytes &values, const Shape &shape, std::size_t width)
{
    std::vector<std::byte> result(values.size());
    std::vector<std::size_t> strides;
    std::size_t stride = width;
    for (const std::int64_t dim : shape.dims) {
        strides.push_back(stride);
        stride *= static_cast<std::size_t>(dim);
    }
    std::vector<std::int64_t> position(shape.rank());
    std::size_t source = 0;
    for (std::size_t at = 0; at < result.size(); at += width) {
        std::memcpy(result.data() + at, values.data() + source, width);
        for (std::size_t axis = shape.rank(); axis-- > 0;) {
            source += strides[axis];
            if (++position[axis] < shape[axis]) {
                break;
            }
            source -= strides[axis] * static_cast<std::size_t>(shape[axis]);
            position[axis] = 0;
        }
    }
    return Bytes(std::move(result));
}

} // namespace

Bytes littleEndian(const Bytes &values, std::size_t width)
{
    if (width <= 1) {
        return values;
    }
    std::vector<std::byte> result(values.view().begin(), values.view().end());
    for (std::size_t at = 0; at + width <= result.size(); at += width) {
        const auto first = result.begin() + static_cast<std::ptrdiff_t>(at);
        std::reverse(first, first + static_cast<std::ptrdiff_t>(width));
    }
    return Bytes(std::move(result));
}

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
    if (!descriptor || !order || !shapeText || descriptor->empty()) {
        throw FormatError(file, "header", "lacks descr, fortran_order or shape");
    }
    if (descriptor->front() == '[') {
        throw FormatError(file, "header", "holds records of several fields: save each field as an array of its own");
    }
    const auto closing = descriptor->find('\'', 1);
    if (descriptor->front() != '\'' || closing == std::string_view::npos || closing < 3) {
        throw FormatError(file, "header", "its element type cannot be read");
    }
    const char endian = (*descriptor)[1];
    const std::string_view code = descriptor->substr(2, closing - 2);
    const Code *known = nullptr;
    for (const Code &each : codes) {
        known = each.text == code ? &each : known;
    }
    if (known == nullptr || (endian != '<' && endian != '>' && endian != '|' && endian != '=')) {
        throw FormatError(file, "header",
            "its elements (" + std::string(descriptor->substr(0, closing + 1)) + ") are " + foreignType(code)
                + ": Tinsmith reads integers, floats, booleans and complex numbers");
    }
    NpyArray array;
    array.type = known->type;
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
    if (order->substr(0, 4) == "True" && array.shape.rank() > 1 && *size > 0) {
        array.data = inRowOrder(array.data, array.shape, static_cast<std::size_t>(bitsOf(array.type)) / 8);
    }
    if (endian == '>') {
        array.data = littleEndian(array.data, known->word);
    }
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
