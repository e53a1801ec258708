// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/session/analysis.h"

#include <QWidget>

#include <memory>

class QComboBox;

namespace tinsmith {

class ElidedLabel;
class MemoryMap;

/// The memory map with the choice of plan: as exported (rows and in place overlap), or whole tensors side by side.
class MemoryPanel : public QWidget {
    Q_OBJECT
public:
    explicit MemoryPanel(QWidget *parent = nullptr);
    void setAnalysis(std::shared_ptr<const Analysis> analysis);
    MemoryMap *map() const { return map_; }

private:
    void refresh();

    std::shared_ptr<const Analysis> analysis_;
    MemoryMap *map_;
    QComboBox *plan_;
    ElidedLabel *figures_;
};

} // namespace tinsmith
