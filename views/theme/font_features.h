// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>

namespace tinsmith {

/// An OpenType font file without its contextual alternates ('calt'). Inter's turn an x between digits into a
/// multiplication sign and "->" into an arrow; part numbers and names of tensors must show as they are written
/// ("STM32L053x8"). Qt before 6.7 cannot switch the feature off. A file that is not as expected comes back unchanged.
QByteArray withoutContextualAlternates(QByteArray font);

/// The family of our fonts in place of "Inter", of as many letters: an Inter that the system has, with the feature,
/// must not be taken for them.
constexpr const char *ownFamily = "TSans";
/// An OpenType font file whose names say ownFamily for "Inter".
QByteArray withOwnFamily(QByteArray font);

} // namespace tinsmith
