// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"

namespace tinsmith::canonical_steps {

// Each step gives back the same graph where it has nothing to do.

/// float16 tensors as float32, graph inputs and outputs too: no target computes with halves. Not in graphs with bodies.
Graph widenHalves(const Graph &graph);
/// Weights that are stored as integers beside float activations (hybrid models, a Dequantize of a constant) as the
/// float32 that they stand for.
Graph decompressWeights(const Graph &graph);
/// A Cast of bytes to float32 as a Dequantize, whose scale and zero point take up scalar factors and addends behind it.
Graph lowerByteCasts(const Graph &graph);
/// Batch normalisations folded into the layer before them. Those that cannot be stay, or become a depthwise convolution
/// or a product and a sum.
enum class Unfolded { Keep, Lower };
Graph foldNormalizations(const Graph &graph, Unfolded unfolded);
/// A constant Pad below every value of its input goes into the max pool behind it, which ignores its border.
Graph foldPoolBorders(const Graph &graph);
/// Unknown first dimensions of inputs (a batch) become 1, and all shapes follow.
Graph bindBatch(const Graph &graph);
/// Reshape, Squeeze, ExpandDims, Transpose, Identity of constants become constants; other Identity operators go.
Graph settleConstants(const Graph &graph);
/// A constant that is an output of the graph is copied there by an Identity: so it has a place in memory.
Graph copyConstantOutputs(const Graph &graph);
/// Gemm and MatMul of constant weights as FullyConnected, in float32 with a following constant Add as bias.
Graph lowerDense(const Graph &graph);
/// GlobalPool as Reduce, Conv2D of one group per channel as DepthwiseConv2D.
Graph lowerSpatial(const Graph &graph);
/// Zeros around the input of a convolution, and crops of it, as its padding.
Graph foldBorders(const Graph &graph);
/// Transpose that only moves dimensions of 1 as Reshape: no value moves.
Graph renameTransposes(const Graph &graph);
/// float32: Relu, Relu6 and Relu-1..1 go into the operator before them where nothing else reads its output.
Graph fuseActivations(const Graph &graph);

} // namespace tinsmith::canonical_steps
