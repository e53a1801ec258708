// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "views/inspector/tensor_statistics.h"

#include <QWidget>

#include <atomic>
#include <memory>

class QVBoxLayout;

namespace tinsmith {

/// What a constant's values are like: smallest, largest, mean, sparsity, histogram, range per channel. Large ones are
/// counted in a worker; the widget says so until the figures are there.
class ValueSummary : public QWidget {
    Q_OBJECT
public:
    explicit ValueSummary(const TensorValues &values, QWidget *parent = nullptr);
    ~ValueSummary() override;
    /// Figures are shown, or there are none to be had.
    bool ready() const { return ready_; }

private:
    void fill(const TensorStatistics &statistics);

    ElementType type_;
    QVBoxLayout *layout_;
    QWidget *waiting_ = nullptr;
    std::shared_ptr<std::atomic<bool>> cancelled_;
    bool ready_ = false;
};

} // namespace tinsmith
