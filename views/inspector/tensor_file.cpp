// SPDX-License-Identifier: Apache-2.0
#include "views/inspector/tensor_file.h"

#include "core/formats/atomic_file.h"
#include "core/formats/npy.h"
#include "core/graph/error.h"
#include "views/inspector/tensor_values.h"

#include <span>
#include <vector>

namespace tinsmith {
namespace {

template <typename T>
Bytes widened(const TensorValues &values)
{
    std::vector<T> all(values.count());
    for (std::size_t index = 0; index < all.size(); ++index) {
        all[index] = static_cast<T>(values.number(index));
    }
    return Bytes::of(all);
}

std::string lines(const TensorValues &values)
{
    std::string all;
    for (std::size_t index = 0; index < values.count(); ++index) {
        QString text = values.text(index);
        text.replace(QLatin1Char('\\'), QStringLiteral("\\\\")).replace(QLatin1Char('\n'), QStringLiteral("\\n"));
        all += text.toStdString() + '\n';
    }
    return all;
}

} // namespace

QString tensorFileSuffix(const Tensor &tensor)
{
    return tensor.type == ElementType::String ? QStringLiteral(".txt") : QStringLiteral(".npy");
}

void saveTensorFile(const Tensor &tensor, const std::filesystem::path &file)
{
    const TensorValues values(tensor);
    std::string content;
    if (values.kind() == TensorValues::Kind::None) {
        throw UnsupportedError(file.string(), tensor.name, values.why().toStdString());
    }
    if (values.kind() == TensorValues::Kind::Text) {
        content = lines(values);
    } else if (tensor.type == ElementType::Int4) {
        content = toNpy(ElementType::Int8, tensor.shape, widened<std::int8_t>(values).view());
    } else if (tensor.type == ElementType::BFloat16) {
        content = toNpy(ElementType::Float32, tensor.shape, widened<float>(values).view());
    } else {
        content = toNpy(tensor.type, tensor.shape, tensor.data->view());
    }
    writeFileAtomically(file, std::as_bytes(std::span(content)));
}

} // namespace tinsmith
