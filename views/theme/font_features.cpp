// SPDX-License-Identifier: Apache-2.0
#include "views/theme/font_features.h"

#include <QtEndian>

#include <cstring>
#include <optional>
#include <utility>

namespace tinsmith {
namespace {

/// Big-endian number of a font file; `ok` becomes false beyond its end.
template <typename Number>
Number numberAt(const QByteArray &font, qsizetype offset, bool &ok)
{
    if (offset < 0 || offset + static_cast<qsizetype>(sizeof(Number)) > font.size()) {
        ok = false;
        return 0;
    }
    return qFromBigEndian<Number>(font.constData() + offset);
}

constexpr qsizetype tagBytes = 4;

bool tagAt(const QByteArray &font, qsizetype offset, const char *tag)
{
    return offset >= 0 && offset + tagBytes <= font.size()
        && std::memcmp(font.constData() + offset, tag, static_cast<std::size_t>(tagBytes)) == 0;
}

/// Where the table of this tag starts in an OpenType font file, and its length; nothing where it is not there.
/// Source: OpenType specification 1.9, "Table directory".
std::optional<std::pair<qsizetype, qsizetype>> tableOf(const QByteArray &font, const char *tag)
{
    bool ok = true;
    constexpr qsizetype directory = 12;
    constexpr qsizetype directoryRecord = 16;
    const auto tables = numberAt<quint16>(font, 4, ok);
    for (qsizetype table = 0; ok && table < tables; ++table) {
        const qsizetype record = directory + table * directoryRecord;
        if (tagAt(font, record, tag)) {
            const qsizetype start = numberAt<quint32>(font, record + 8, ok);
            const qsizetype length = numberAt<quint32>(font, record + 12, ok);
            return ok ? std::optional(std::pair(start, length)) : std::nullopt;
        }
    }
    return std::nullopt;
}

} // namespace

QByteArray withoutContextualAlternates(QByteArray font)
{
    // Source: OpenType specification 1.9, "GSUB header", "FeatureList table".
    const auto table = tableOf(font, "GSUB");
    if (!table) {
        return font;
    }
    bool ok = true;
    constexpr qsizetype featureListField = 6;
    constexpr qsizetype featureRecord = 6;
    const qsizetype features = table->first + numberAt<quint16>(font, table->first + featureListField, ok);
    const auto count = numberAt<quint16>(font, features, ok);
    for (qsizetype feature = 0; ok && feature < count; ++feature) {
        const qsizetype record = features + 2 + feature * featureRecord;
        if (tagAt(font, record, "calt")) {
            // A tag that no text engine asks for, at the same place in the sorted list.
            std::memcpy(font.data() + record, "calu", static_cast<std::size_t>(tagBytes));
        }
    }
    return font;
}

QByteArray withOwnFamily(QByteArray font)
{
    const auto table = tableOf(font, "name");
    if (!table) {
        return font;
    }
    // Names are UTF-16, or of one byte per letter for old systems.
    const QByteArray from("Inter");
    const QByteArray to(ownFamily);
    const auto wide = [](const QByteArray &text) {
        QByteArray pairs;
        for (const char letter : text) {
            pairs.append('\0').append(letter);
        }
        return pairs;
    };
    QByteArray names = font.mid(table->first, table->second);
    names.replace(wide(from), wide(to)).replace(from, to);
    return font.replace(table->first, names.size(), names);
}

} // namespace tinsmith
