// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/tflite/file.h"
#include "core/graph/graph.h"
#include "core/graph/small_value.h"

#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace tinsmith::tflite {

/// Under this key GraphInfo::metadata says how many operators settle() has removed.
inline constexpr const char *foldedShapesKey = "Shape computations folded";

/// Small values that are known while a graph is read: constants, and what the file computes from the sizes of its
/// tensors. Converters leave such computations in the file where a dimension was open.
class ShapeValues {
public:
    explicit ShapeValues(GraphBuilder &builder) : builder_(builder) { }

    /// The elements of a tensor, of which some may not be known; null where it has none that are.
    const SmallValue *find(TensorId id);
    /// Works out what the operator gives, its tensors being in the builder. `place` is for File::account().
    void compute(const Operator &op, const File &file, const std::string &place);
    /// When all operators and the graph's outputs are in the builder: results that follow from sizes alone become
    /// constants, and operators whose results nothing reads any more are removed. Returns how many are gone.
    std::size_t settle();

private:
    bool followsFromSizes(const Operator &op) const;
    bool becomeConstants(OperatorId id);

    GraphBuilder &builder_;
    std::unordered_map<TensorId, std::optional<SmallValue>> values_;
    /// Tensors that follow from the sizes of others.
    std::unordered_set<TensorId> sizes_;
    /// Tensors that an operator computes, known at least in part.
    std::unordered_set<TensorId> computed_;
};

} // namespace tinsmith::tflite
