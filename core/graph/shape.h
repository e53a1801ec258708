// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/bytes.h"
#include "core/graph/convolution.h"
#include "core/graph/element_type.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tinsmith {

// Operators that move or rename elements. Parameters that the source passes as constant tensors (a shape, paddings,
// axes) stand here as attributes, and the operator's inputs hold only its data. Where the source computes such a
// parameter, the reader makes Custom of the operator, with the reason.

/// Input [x]; the output's shape is the target, fully known where x's is.
struct Reshape {
    /// As the source gives it: one entry may be -1. The output tensor holds the resolved shape.
    std::vector<std::int64_t> shape;
    /// ONNX: a 0 in `shape` copies the input's dimension.
    bool zeroCopies = false;
    friend bool operator==(const Reshape &, const Reshape &) = default;
};

/// Input [x]; drops dimensions of 1. No axes: all of them.
struct Squeeze {
    std::vector<std::int64_t> axes;
    friend bool operator==(const Squeeze &, const Squeeze &) = default;
};

/// Input [x]; inserts dimensions of 1 at these axes of the output (ONNX Unsqueeze; TFLite EXPAND_DIMS has one axis).
struct ExpandDims {
    std::vector<std::int64_t> axes;
    friend bool operator==(const ExpandDims &, const ExpandDims &) = default;
};

/// Input [x]; output dimension i is input dimension permutation[i].
struct Transpose {
    std::vector<std::int64_t> permutation;
    friend bool operator==(const Transpose &, const Transpose &) = default;
};

enum class PadMode { Constant, Reflect, Symmetric, Edge };

/// Input [x]; before[i] and after[i] elements are added to dimension i. Constant padding is `value` as a real number
/// (0 unless the source says otherwise: the zero point, where quantized).
struct Pad {
    PadMode mode = PadMode::Constant;
    std::vector<std::int64_t> before;
    std::vector<std::int64_t> after;
    double value = 0;
    /// TFLite has PADV2 with a value of 0 rather than PAD.
    bool statesZero = false;
    friend bool operator==(const Pad &, const Pad &) = default;
};

/// Inputs [x0, x1, ...] joined along `axis` (negative counts from the end).
struct Concatenation {
    std::int32_t axis = -1;
    FusedActivation activation = FusedActivation::None;
    friend bool operator==(const Concatenation &, const Concatenation &) = default;
};

/// Input [x], cut along `axis` into outputs of these sizes.
struct Split {
    std::int32_t axis = 0;
    std::vector<std::int64_t> sizes;
    /// TFLite has SPLIT_V, which lists its sizes, though they are equal.
    bool statesSizes = false;
    friend bool operator==(const Split &, const Split &) = default;
};

/// Inputs [x0, x1, ...] stacked along a new axis.
struct Pack {
    std::int32_t axis = 0;
    friend bool operator==(const Pack &, const Pack &) = default;
};

/// Input [x], taken apart along `axis`, which vanishes.
struct Unpack {
    std::int32_t axis = 0;
    friend bool operator==(const Unpack &, const Unpack &) = default;
};

/// Input [x]: per dimension the elements begin, begin + stride, ... before end. All masks and negative indices of the
/// source are resolved: 0 <= begin <= size, stride may be negative (end is then -1 at the lowest). The whole of a
/// dimension of unknown size is 0 to the largest int64, by 1.
struct StridedSlice {
    std::vector<std::int64_t> begin;
    std::vector<std::int64_t> end;
    std::vector<std::int64_t> stride;
    /// Dimensions of 1 that the output drops (TFLite's shrink_axis_mask).
    std::vector<std::int64_t> droppedAxes;
    /// TFLite has SLICE rather than STRIDED_SLICE.
    bool plainSlice = false;
    friend bool operator==(const StridedSlice &, const StridedSlice &) = default;
};

/// Inputs [x, indices] (indices may be constant).
struct Gather {
    std::int32_t axis = 0;
    std::int32_t batchDims = 0;
    friend bool operator==(const Gather &, const Gather &) = default;
};

enum class ResizeMode { Nearest, Bilinear, Cubic };
/// How an output coordinate maps to the input (ONNX's names; TFLite: Asymmetric by default).
enum class ResizeCoordinates { Asymmetric, HalfPixel, PytorchHalfPixel, AlignCorners };
/// How Nearest rounds the coordinate.
enum class ResizeRounding { Floor, Ceil, RoundPreferFloor, RoundPreferCeil };

/// Input [x]; the output's height and width.
struct Resize {
    ResizeMode mode = ResizeMode::Nearest;
    ResizeCoordinates coordinates = ResizeCoordinates::Asymmetric;
    ResizeRounding rounding = ResizeRounding::Floor;
    Layout layout = Layout::ChannelsLast;
    std::int64_t outputH = 0;
    std::int64_t outputW = 0;
    /// ONNX's scales for height and width; 0 where only sizes were given. They, not the sizes, map coordinates.
    float scaleH = 0;
    float scaleW = 0;
    friend bool operator==(const Resize &, const Resize &) = default;
};

/// Input [x] [N,H,W,C] -> [N,H*b,W*b,C/b^2] (DCR order of ONNX; `columnMajor` is its CRD).
struct DepthToSpace {
    std::int64_t block = 2;
    Layout layout = Layout::ChannelsLast;
    bool columnMajor = false;
    friend bool operator==(const DepthToSpace &, const DepthToSpace &) = default;
};

/// Input [x] [N,H,W,C] -> [N,H/b,W/b,C*b^2].
struct SpaceToDepth {
    std::int64_t block = 2;
    Layout layout = Layout::ChannelsLast;
    friend bool operator==(const SpaceToDepth &, const SpaceToDepth &) = default;
};

/// Input [x], repeated this many times along each dimension.
struct Tile {
    std::vector<std::int64_t> multiples;
    friend bool operator==(const Tile &, const Tile &) = default;
};

/// Input [x], broadcast to the output's shape (TFLite BROADCAST_TO, ONNX Expand).
struct BroadcastTo {
    std::vector<std::int64_t> shape;
    friend bool operator==(const BroadcastTo &, const BroadcastTo &) = default;
};

/// Input [x], each element converted.
struct Cast {
    ElementType to = ElementType::Float32;
    friend bool operator==(const Cast &, const Cast &) = default;
};

/// Input [x], unchanged (ONNX Identity, Dropout at inference).
struct Identity {
    friend bool operator==(const Identity &, const Identity &) = default;
};

/// Any operator that Tinsmith opens and shows but cannot run: its name in the source and its attributes as text.
struct Custom {
    /// "SVDF", "ai.onnx.ml.TreeEnsembleClassifier", "CUSTOM:SignalRfft", ...
    std::string sourceType;
    struct Attribute {
        std::string name;
        std::string value;
        friend bool operator==(const Attribute &, const Attribute &) = default;
    };
    std::vector<Attribute> attributes;
    /// Why it cannot run, for the Problems view; empty: this operator type is not known.
    std::string reason;
    /// The operator in its source format's own encoding (ONNX: a NodeProto), for the writer of that format; may be
    /// empty.
    Bytes encoded;
    /// Bodies of an operator of ONNX that has some: positions in the model's subgraphs().
    std::vector<std::int32_t> bodies;
    /// `encoded` is another form of the rest, and not compared.
    friend bool operator==(const Custom &a, const Custom &b)
    {
        return a.sourceType == b.sourceType && a.attributes == b.attributes && a.reason == b.reason
            && a.bodies == b.bodies;
    }
};

} // namespace tinsmith
