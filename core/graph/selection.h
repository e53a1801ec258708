// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/shape.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tinsmith {

// Operators that choose, place or make elements.

/// Inputs [condition bool, a, b], broadcast: condition ? a : b (TFLite SELECT_V2, ONNX Where). `firstAxis`: condition
/// may be a vector over the first dimension (TFLite SELECT).
struct Select {
    bool firstAxis = false;
    friend bool operator==(const Select &, const Select &) = default;
};

/// Inputs [x, indices of the rank of x] (ONNX GatherElements).
struct GatherElements {
    std::int32_t axis = 0;
    friend bool operator==(const GatherElements &, const GatherElements &) = default;
};

/// Inputs [x, indices [..., depth]] (TFLite GATHER_ND, ONNX GatherND).
struct GatherNd {
    std::int32_t batchDims = 0;
    friend bool operator==(const GatherNd &, const GatherNd &) = default;
};

enum class ScatterReduction { None, Add, Mul, Max, Min };

/// Inputs [x, indices, updates]: a copy of x with updates put at indices along `axis` (ONNX ScatterElements, Scatter).
struct ScatterElements {
    std::int32_t axis = 0;
    ScatterReduction reduction = ScatterReduction::None;
    friend bool operator==(const ScatterElements &, const ScatterElements &) = default;
};

/// Inputs [x, indices [..., depth], updates] (ONNX ScatterND).
struct ScatterNd {
    ScatterReduction reduction = ScatterReduction::None;
    friend bool operator==(const ScatterNd &, const ScatterNd &) = default;
};

/// Inputs [indices, updates]: zeros of this shape with updates added at indices (TFLite SCATTER_ND).
struct ScatterIntoZeros {
    std::vector<std::int64_t> shape;
    friend bool operator==(const ScatterIntoZeros &, const ScatterIntoZeros &) = default;
};

/// Inputs [x, update, starts]: a copy of x with update at starts (TFLite DYNAMIC_UPDATE_SLICE).
struct DynamicUpdateSlice {
    friend bool operator==(const DynamicUpdateSlice &, const DynamicUpdateSlice &) = default;
};

/// Input [x, k?]: the triangle of each last two dimensions, zeros elsewhere; `diagonal` up from the main one (ONNX
/// Trilu).
struct Triangle {
    bool upper = true;
    std::int64_t diagonal = 0;
    friend bool operator==(const Triangle &, const Triangle &) = default;
};

/// Inputs [indices, values]: values [2] are off and on; a new dimension of `depth` at `axis` (TFLite ONE_HOT, ONNX
/// OneHot). TFLite's on and off are joined in that order by the reader.
struct OneHot {
    std::int32_t axis = -1;
    std::int64_t depth = 0;
    friend bool operator==(const OneHot &, const OneHot &) = default;
};

/// Input [x]; outputs [values, indices] of the k largest (or smallest) along `axis`, sorted (TFLite TOPK_V2, ONNX
/// TopK).
struct TopK {
    std::int64_t k = 1;
    std::int32_t axis = -1;
    bool largest = true;
    bool sorted = true;
    friend bool operator==(const TopK &, const TopK &) = default;
};

/// Input [x], its elements along these axes in reverse (TFLite REVERSE_V2).
struct Reverse {
    std::vector<std::int64_t> axes;
    friend bool operator==(const Reverse &, const Reverse &) = default;
};

/// Inputs [x, lengths]: the first lengths[i] elements of each batch are reversed (REVERSE_SEQUENCE).
struct ReverseSequence {
    std::int32_t sequenceAxis = 0;
    std::int32_t batchAxis = 1;
    friend bool operator==(const ReverseSequence &, const ReverseSequence &) = default;
};

/// Input [x], running sums along `axis` (TFLite CUMSUM, ONNX CumSum).
struct CumulativeSum {
    std::int32_t axis = 0;
    bool exclusive = false;
    bool reverse = false;
    friend bool operator==(const CumulativeSum &, const CumulativeSum &) = default;
};

/// Input [value of one element]; a tensor of this shape full of it (TFLite FILL, ONNX ConstantOfShape).
struct Fill {
    std::vector<std::int64_t> shape;
    friend bool operator==(const Fill &, const Fill &) = default;
};

/// Input [x]; zeros of its shape (TFLite ZEROS_LIKE).
struct ZerosLike {
    friend bool operator==(const ZerosLike &, const ZerosLike &) = default;
};

/// Input [x]; a matrix of its shape with ones on a diagonal (ONNX EyeLike).
struct EyeLike {
    std::int64_t diagonal = 0;
    friend bool operator==(const EyeLike &, const EyeLike &) = default;
};

/// Input [x]; its dimensions from start to end as integers (SHAPE, ONNX Shape and Size).
struct ShapeOf {
    std::int64_t start = 0;
    std::int64_t end = INT64_MAX;
    /// ONNX Size: the product, a scalar.
    bool product = false;
    friend bool operator==(const ShapeOf &, const ShapeOf &) = default;
};

/// Inputs [start, limit, delta], each one element (RANGE). The length stands in the output's shape.
struct NumberRange {
    friend bool operator==(const NumberRange &, const NumberRange &) = default;
};

/// Inputs [a, b], lists of dimensions; their broadcast (TFLite BROADCAST_ARGS).
struct BroadcastShapes {
    friend bool operator==(const BroadcastShapes &, const BroadcastShapes &) = default;
};

/// Input [x], its bits as another type of the same or another size (BITCAST).
struct Bitcast {
    ElementType to = ElementType::Float32;
    friend bool operator==(const Bitcast &, const Bitcast &) = default;
};

/// Input [x], channels last: blocks of the padded image become batches (TFLite SPACE_TO_BATCH_ND).
struct SpaceToBatch {
    std::vector<std::int64_t> block;
    std::vector<std::int64_t> before;
    std::vector<std::int64_t> after;
    friend bool operator==(const SpaceToBatch &, const SpaceToBatch &) = default;
};

/// Input [x], channels last: batches become blocks of the image, which is cropped (TFLite BATCH_TO_SPACE_ND).
struct BatchToSpace {
    std::vector<std::int64_t> block;
    std::vector<std::int64_t> cropBefore;
    std::vector<std::int64_t> cropAfter;
    friend bool operator==(const BatchToSpace &, const BatchToSpace &) = default;
};

/// Inputs [x, condition]: the slices where condition holds; no axis: of the flattened x (ONNX Compress). Both constant,
/// or the output's size is not known before the run.
struct Compress {
    bool flat = true;
    std::int32_t axis = 0;
    friend bool operator==(const Compress &, const Compress &) = default;
};

/// Input [x]; 1 at the first largest element along `axis`, else 0 (ONNX Hardmax).
struct Hardmax {
    std::int32_t axis = -1;
    friend bool operator==(const Hardmax &, const Hardmax &) = default;
};

/// Inputs [pooled values, indices]; output of zeros with the values at indices (ONNX MaxUnpool).
struct MaxUnpool {
    std::vector<std::int64_t> shape;
    friend bool operator==(const MaxUnpool &, const MaxUnpool &) = default;
};

enum class GridPadding { Zeros, Border, Reflection };

/// Inputs [x [N,C,H,W], grid [N,Ho,Wo,2]] (ONNX GridSample).
struct GridSample {
    ResizeMode mode = ResizeMode::Bilinear;
    GridPadding padding = GridPadding::Zeros;
    bool alignCorners = false;
    friend bool operator==(const GridSample &, const GridSample &) = default;
};

/// Inputs [x [N,C,H,W], boxes [R,4], batch indices [R]] (ONNX RoiAlign).
struct RoiAlign {
    bool maximum = false;
    bool halfPixel = true;
    std::int64_t outputH = 1;
    std::int64_t outputW = 1;
    std::int64_t samplingRatio = 0;
    float spatialScale = 1;
    friend bool operator==(const RoiAlign &, const RoiAlign &) = default;
};

/// Inputs [boxes [N,B,4], scores [N,C,B]]; output [selected, 3] of batch, class, box (ONNX NonMaxSuppression). The
/// number of rows depends on the values, so it runs only where the file settles them.
struct NonMaxSuppression {
    bool centreAndSize = false;
    std::int64_t mostPerClass = 0;
    float overlapThreshold = 0;
    /// Lowest score that counts; very low where there is none.
    float scoreThreshold = 0;
    friend bool operator==(const NonMaxSuppression &, const NonMaxSuppression &) = default;
};

/// Inputs [box encodings [1,B,4], class scores [1,B,C], anchors [B,4]]; outputs boxes, classes, scores, count (TFLite's
/// custom TFLite_Detection_PostProcess).
struct DetectionPostprocess {
    std::int64_t maxDetections = 0;
    std::int64_t maxClassesPerDetection = 1;
    std::int64_t detectionsPerClass = 100;
    bool regularNms = false;
    float scoreThreshold = 0;
    float overlapThreshold = 0;
    std::int64_t classes = 0;
    float scaleX = 1;
    float scaleY = 1;
    float scaleH = 1;
    float scaleW = 1;
    friend bool operator==(const DetectionPostprocess &, const DetectionPostprocess &) = default;
};

} // namespace tinsmith
