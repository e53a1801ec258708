// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/tensor.h"

#include <QString>

#include <cstddef>
#include <utility>
#include <vector>

namespace tinsmith {

/// Reads single elements of a constant where they lie, in memory or in a mapped file: nothing is copied, whatever the
/// size. Safe to use from any thread, as long as each uses its own copy.
class TensorValues {
public:
    enum class Kind { Numbers, Complex, Text, None };
    explicit TensorValues(Tensor tensor);

    const Tensor &tensor() const { return tensor_; }
    Kind kind() const { return kind_; }
    /// Why there are no values to be seen (Kind::None), ready to be shown.
    const QString &why() const { return why_; }
    /// Elements that can be read; fewer than the shape says where the data is short.
    std::size_t count() const { return count_; }

    /// The stored number: int4 unpacked, float16 and bfloat16 widened; the magnitude of a complex one. 0 for text.
    double number(std::size_t index) const;
    /// scale * (number - zero point) of the element's channel; number() where there is no quantization.
    double real(std::size_t index) const;
    /// The element as people read it; whole numbers of 64 bits exactly.
    QString text(std::size_t index) const;
    QString realText(std::size_t index) const;

    /// The channel of an element along `axis`.
    std::size_t channel(std::size_t index, std::size_t axis) const;
    /// "2, 0, 17"
    QString positionText(std::size_t index) const;

private:
    void findTexts();

    Tensor tensor_;
    Kind kind_ = Kind::None;
    QString why_;
    std::size_t count_ = 0;
    /// By axis: how many elements one step along it passes.
    std::vector<std::size_t> steps_;
    /// Begin and length of each text.
    std::vector<std::pair<std::size_t, std::size_t>> texts_;
};

/// Smallest and largest stored value of an integer type of up to 32 bits; 0, 0 for others.
std::pair<std::int64_t, std::int64_t> storedRange(ElementType type);

/// A number with as many digits as `digits` at most, with a true minus sign.
QString valueText(double value, int digits = 7);

} // namespace tinsmith
