// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/operator.h"

#include <string>
#include <vector>

namespace tinsmith {

/// A number and a list of numbers as describe() writes them.
std::string attributeText(double value);
std::string attributeText(const std::vector<std::int64_t> &values);

// What describe() says of normalizations, of operators that sample, scatter and transform.
std::vector<AttributeText> attributesOf(const LayerNormalization &op);
std::vector<AttributeText> attributesOf(const RmsNormalization &op);
std::vector<AttributeText> attributesOf(const GroupNormalization &op);
std::vector<AttributeText> attributesOf(const MeanVarianceNormalization &op);
std::vector<AttributeText> attributesOf(const LpNormalization &op);
std::vector<AttributeText> attributesOf(const Hardmax &op);
std::vector<AttributeText> attributesOf(const GatherElements &op);
std::vector<AttributeText> attributesOf(const ScatterElements &op);
std::vector<AttributeText> attributesOf(const ScatterNd &op);
std::vector<AttributeText> attributesOf(const Triangle &op);
std::vector<AttributeText> attributesOf(const EyeLike &op);
std::vector<AttributeText> attributesOf(const MaxUnpool &op);
std::vector<AttributeText> attributesOf(const GridSample &op);
std::vector<AttributeText> attributesOf(const RoiAlign &op);
std::vector<AttributeText> attributesOf(const NonMaxSuppression &op);
std::vector<AttributeText> attributesOf(const Einsum &op);
std::vector<AttributeText> attributesOf(const RuntimeQuantize &op);
std::vector<AttributeText> attributesOf(const Dft &op);
std::vector<AttributeText> attributesOf(const Stft &op);

} // namespace tinsmith
