// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "views/memory/memory_geometry.h"
#include "views/theme/theme.h"

#include <QFont>

class QPainter;

namespace tinsmith {

/// What stands out on a memory map.
struct MemoryMarks {
    TensorId selected;
    TensorId hovered;
};

MemoryText memoryText(const QFont &font);
/// Only the marked blocks, to go over a picture that paintMemory() made without marks.
void paintMemoryMarks(QPainter &painter, const MemoryScene &scene, const MemoryGeometry &geometry, const Theme &theme,
    const MemoryMarks &marks);
void paintMemory(QPainter &painter, const MemoryScene &scene, const MemoryGeometry &geometry, const QFont &font,
    const Theme &theme, const MemoryMarks &marks = {});

} // namespace tinsmith
