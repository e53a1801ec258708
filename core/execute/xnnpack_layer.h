// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/execute/scalar_functions.h"
#include "core/graph/geometry.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace tinsmith {

/// Weights and bias of a float layer; the bias may be empty.
struct XnnpackWeights {
    std::vector<float> weights;
    std::vector<float> bias;
    FloatBounds bounds;
};

/// One float32 layer of XNNPACK, the only place that knows its C API: in 2022 an operator was set up for a shape and
/// two pointers at once; since 2023 it is first reshaped (TINSMITH_XNNPACK_RESHAPE), which reports the workspace it
/// needs.
class XnnpackLayer {
public:
    virtual ~XnnpackLayer() = default;
    /// Computes the output. False where the library refuses.
    virtual bool run(const float *input, float *output) = 0;

    /// Whether the library knows this processor.
    static bool available();
    /// A channels-last convolution with weights [outputs, Kh, Kw, inputs / groups]; padding behind is `bottom` and
    /// `right`. Null where the library has no form for it.
    static std::shared_ptr<XnnpackLayer> convolution(const SpatialGeometry &geometry, std::int64_t groups,
        std::int64_t bottom, std::int64_t right, const XnnpackWeights &values);
    /// Rows [rows, terms] times weights [outputs, terms]. Null where the library has no form for it.
    static std::shared_ptr<XnnpackLayer> dense(
        std::int64_t rows, std::size_t terms, std::size_t outputs, const XnnpackWeights &values);
};

} // namespace tinsmith
