// SPDX-License-Identifier: Apache-2.0
#include "views/inspector/tensor_values.h"

#include "core/graph/texts.h"
#include "views/theme/number_text.h"

#include <QCoreApplication>
#include <QFloat16>
#include <QStringList>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace tinsmith {
namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("TensorValues", text);
}

template <typename T>
T elementAt(const Bytes &bytes, std::size_t index)
{
    T value;
    std::memcpy(&value, bytes.data() + index * sizeof(T), sizeof(T));
    return value;
}

float bfloat16At(const Bytes &bytes, std::size_t index)
{
    const std::uint32_t bits = static_cast<std::uint32_t>(elementAt<std::uint16_t>(bytes, index)) << 16U;
    float value = 0;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

QString exactText(std::int64_t value)
{
    return QString::number(value).replace(QLatin1Char('-'), QChar(0x2212));
}

QString complexText(double re, double im)
{
    const QString sign = std::signbit(im) ? QStringLiteral(" − ") : QStringLiteral(" + ");
    return valueText(re) + sign + valueText(std::abs(im)) + QLatin1Char('i');
}

} // namespace

QString valueText(double value, int digits)
{
    if (std::isnan(value)) {
        return QStringLiteral("NaN");
    }
    if (std::isinf(value)) {
        return value > 0 ? QStringLiteral("∞") : QStringLiteral("−∞");
    }
    return QString::number(value, 'g', digits).replace(QLatin1Char('-'), QChar(0x2212));
}

std::pair<std::int64_t, std::int64_t> storedRange(ElementType type)
{
    const int bits = bitsOf(type);
    if (!isInteger(type) || bits > 32) {
        return {0, 0};
    }
    const bool isUnsigned = type == ElementType::UInt8 || type == ElementType::UInt16 || type == ElementType::UInt32;
    return isUnsigned ? std::pair(std::int64_t(0), (std::int64_t(1) << bits) - 1)
                      : std::pair(-(std::int64_t(1) << (bits - 1)), (std::int64_t(1) << (bits - 1)) - 1);
}

TensorValues::TensorValues(Tensor tensor) : tensor_(std::move(tensor))
{
    steps_.assign(tensor_.shape.rank(), 1);
    for (std::size_t axis = steps_.size(); axis-- > 1;) {
        steps_[axis - 1] = steps_[axis] * static_cast<std::size_t>(std::max<std::int64_t>(tensor_.shape[axis], 1));
    }
    if (!tensor_.data) {
        why_ = tr("It has no values of its own.");
        return;
    }
    const int bits = bitsOf(tensor_.type);
    if (tensor_.type == ElementType::String) {
        findTexts();
        return;
    }
    // A handle has bits, but they are a number of the runtime's and say nothing.
    if (bits == 0 || tensor_.type == ElementType::Resource) {
        const auto name = nameOf(tensor_.type);
        why_ = tr("Elements of type %1 cannot be shown.").arg(QString::fromUtf8(name.data(), qsizetype(name.size())));
        return;
    }
    const auto elements = tensor_.shape.elements();
    if (!elements) {
        why_ = tr("Its shape is not known.");
        return;
    }
    count_ = std::min(static_cast<std::size_t>(*elements), tensor_.data->size() * 8 / static_cast<std::size_t>(bits));
    if (count_ == 0) {
        why_ = *elements == 0 ? tr("It is empty.") : tr("The file has its shape, but not its values.");
        return;
    }
    kind_ = tensor_.type == ElementType::Complex64 || tensor_.type == ElementType::Complex128 ? Kind::Complex
                                                                                              : Kind::Numbers;
}

void TensorValues::findTexts()
{
    const Bytes &bytes = *tensor_.data;
    const auto *const begin = reinterpret_cast<const char *>(bytes.data());
    for (const std::string_view text : textsIn(bytes).value_or(std::vector<std::string_view>())) {
        texts_.emplace_back(static_cast<std::size_t>(text.data() - begin), text.size());
    }
    count_ = texts_.size();
    kind_ = count_ > 0 ? Kind::Text : Kind::None;
    why_ = count_ > 0 ? QString() : tr("It is empty.");
}

double TensorValues::number(std::size_t index) const
{
    const Bytes &bytes = *tensor_.data;
    switch (tensor_.type) {
    case ElementType::Float32:
        return elementAt<float>(bytes, index);
    case ElementType::Float64:
        return elementAt<double>(bytes, index);
    case ElementType::Float16:
        return static_cast<float>(elementAt<qfloat16>(bytes, index));
    case ElementType::BFloat16:
        return bfloat16At(bytes, index);
    case ElementType::Int8:
        return elementAt<std::int8_t>(bytes, index);
    case ElementType::UInt8:
        return elementAt<std::uint8_t>(bytes, index);
    case ElementType::Bool:
        return elementAt<std::uint8_t>(bytes, index) != 0 ? 1 : 0;
    case ElementType::Int16:
        return elementAt<std::int16_t>(bytes, index);
    case ElementType::UInt16:
        return elementAt<std::uint16_t>(bytes, index);
    case ElementType::Int32:
        return elementAt<std::int32_t>(bytes, index);
    case ElementType::UInt32:
        return elementAt<std::uint32_t>(bytes, index);
    case ElementType::Int64:
        return static_cast<double>(elementAt<std::int64_t>(bytes, index));
    case ElementType::UInt64:
        return static_cast<double>(elementAt<std::uint64_t>(bytes, index));
    case ElementType::Int4: {
        const int nibble = (std::to_integer<int>(bytes.view()[index / 2]) >> (index % 2 == 0 ? 0 : 4)) & 0xF;
        return nibble > 7 ? nibble - 16 : nibble;
    }
    case ElementType::Complex64:
        return std::hypot(elementAt<float>(bytes, 2 * index), elementAt<float>(bytes, 2 * index + 1));
    case ElementType::Complex128:
        return std::hypot(elementAt<double>(bytes, 2 * index), elementAt<double>(bytes, 2 * index + 1));
    default:
        return 0;
    }
}

double TensorValues::real(std::size_t index) const
{
    const double stored = number(index);
    if (!tensor_.quantization || tensor_.quantization->scales.empty()) {
        return stored;
    }
    const Quantization &q = *tensor_.quantization;
    std::size_t at = 0;
    if (q.perChannel() && q.axis >= 0 && static_cast<std::size_t>(q.axis) < steps_.size()) {
        at = std::min(channel(index, static_cast<std::size_t>(q.axis)), q.scales.size() - 1);
    }
    const std::int64_t zero = q.zeroPoints.empty() ? 0 : q.zeroPoints[std::min(at, q.zeroPoints.size() - 1)];
    return static_cast<double>(q.scale(at)) * (stored - static_cast<double>(zero));
}

QString TensorValues::text(std::size_t index) const
{
    if (index >= count_) {
        return {};
    }
    const Bytes &bytes = *tensor_.data;
    switch (tensor_.type) {
    case ElementType::Int64:
        return exactText(elementAt<std::int64_t>(bytes, index));
    case ElementType::UInt64:
        return QString::number(elementAt<std::uint64_t>(bytes, index));
    case ElementType::Bool:
        return number(index) != 0 ? tr("true") : tr("false");
    case ElementType::Complex64:
        return complexText(elementAt<float>(bytes, 2 * index), elementAt<float>(bytes, 2 * index + 1));
    case ElementType::Complex128:
        return complexText(elementAt<double>(bytes, 2 * index), elementAt<double>(bytes, 2 * index + 1));
    case ElementType::String: {
        constexpr std::size_t longest = 4096;
        const auto &[begin, length] = texts_[index];
        return QString::fromUtf8(
            reinterpret_cast<const char *>(bytes.data() + begin), static_cast<qsizetype>(std::min(length, longest)));
    }
    default:
        constexpr int wholeDigits = 10;
        return valueText(number(index), isInteger(tensor_.type) ? wholeDigits : 7);
    }
}

QString TensorValues::realText(std::size_t index) const
{
    return index < count_ ? valueText(real(index)) : QString();
}

std::size_t TensorValues::channel(std::size_t index, std::size_t axis) const
{
    return index / steps_[axis] % static_cast<std::size_t>(std::max<std::int64_t>(tensor_.shape[axis], 1));
}

QString TensorValues::positionText(std::size_t index) const
{
    QStringList parts;
    for (std::size_t axis = 0; axis < steps_.size(); ++axis) {
        parts << QString::number(channel(index, axis));
    }
    return parts.join(QStringLiteral(", "));
}

} // namespace tinsmith
