// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

#include <cstdint>

namespace tinsmith {

// Numbers for people. 1 KB = 1024 bytes. All of them keep three significant digits or more, and none is ever cut.

/// "784 B", "49.0 KB", "1.25 MB"
QString bytesText(std::int64_t bytes);
/// A memory's size, without decimals where there are none: "640 KB", "2 MB", "1.25 MB"
QString capacityText(std::int64_t bytes);
/// "6,272 B", in the user's locale.
QString exactBytesText(std::int64_t bytes);
/// "28,224", in the user's locale.
QString exactCountText(std::int64_t count);
/// "1 operator", "28,224 operators".
QString operatorsText(std::int64_t count);
/// "950", "28.2 k", "0.77 M", "12.5 M", "1.20 G"
QString countText(std::int64_t count);
/// "0.77 ms", "165 ms", "1.25 s"
QString millisecondsText(double milliseconds);
/// "410 nJ", "3.0 µJ", "0.41 mJ", from microjoules.
QString energyText(double microjoules);
/// "3.7 %"
QString percentText(double share);
/// "−1.1 KB", "+64 B", "±0 B": a change, always with its sign.
QString bytesDeltaText(std::int64_t bytes);
QString countDeltaText(std::int64_t count);
QString percentDeltaText(double share);

} // namespace tinsmith
