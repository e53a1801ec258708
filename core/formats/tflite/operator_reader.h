// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/tflite/element_types.h"
#include "core/formats/tflite/file.h"
#include "core/formats/tflite/shape_values.h"
#include "core/graph/graph.h"

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

namespace tinsmith::tflite {

/// The operator is sound, but core/graph cannot say what it does; the reader makes Custom of it, with this reason.
struct CannotRepresent {
    std::string reason;
};

/// One operator of the file while it is turned into a core operator: what the families' readers need to look at.
class OperatorReader {
public:
    OperatorReader(const File &file, const GraphBuilder &builder, ShapeValues &values, const tfl::Operator &raw,
        tfl::BuiltinOperator code, Operator &result, std::vector<Tensor> &added, std::string place);

    tfl::BuiltinOperator code() const { return code_; }
    const tfl::Operator &raw() const { return raw_; }
    const std::string &place() const { return place_; }

    /// The tensor at an input or output, null where the operator has none there.
    const Tensor *input(std::size_t position) const;
    const Tensor *output(std::size_t position = 0) const;
    std::size_t inputCount() const { return all_.size(); }
    std::size_t outputCount() const { return result_.outputs.size(); }
    /// Throws where the operator has fewer inputs.
    const Tensor &requireInput(std::size_t position) const;
    const Tensor &requireOutput() const;
    /// How many dimensions a tensor has; CannotRepresent where that is not known.
    std::int64_t rankOf(const Tensor &tensor) const;
    /// An axis of `rank` dimensions, which may count from the end. Throws where there is no such axis.
    std::int32_t axisWithin(std::int64_t axis, std::int64_t rank) const;

    /// Only these inputs of the file stay the operator's inputs; a missing one at the end is left out.
    void keepInputs(std::initializer_list<std::size_t> positions);
    void keepAllInputs();
    /// A constant that the file does not have becomes the operator's last input.
    void addInput(Tensor constant);

    /// The integers of an input that is constant, or follows from the sizes of tensors. CannotRepresent with "its WHAT
    /// is computed while the model runs" where it is neither; FormatError where it is not of an integer type.
    std::vector<std::int64_t> constantIntegers(std::size_t position, const char *what) const;
    std::int64_t constantInteger(std::size_t position, const char *what) const;
    /// Whether constantIntegers() knows them.
    bool isSettled(std::size_t position) const;
    /// The elements of an input, of which some may not be known; null where none are.
    const SmallValue *known(std::size_t position) const;
    /// A dimension of an output where the file fixes it: with a size in the shape, and not open in the signature.
    std::optional<std::int64_t> fixedSize(std::size_t axis, std::size_t output = 0) const;
    /// The same; CannotRepresent with "its WHAT is computed while the model runs" where the file does not fix it.
    std::int64_t sizeInFile(std::size_t axis, const char *what, std::size_t output = 0) const;

    /// The option table, which the operator cannot do without. Use as `options(reader.raw().builtin_options_as_X())`.
    template <typename Options>
    const Options &options(const Options *table) const
    {
        if (table == nullptr) {
            throw error("has no options, or options of another operator");
        }
        return *table;
    }
    /// The bytes of a custom operator's options.
    Bytes customOptions() const;
    /// The quantizations of the tensors that only this operator uses, in order.
    std::vector<std::optional<Quantization>> intermediateQuantizations() const;
    FusedActivation activation(tfl::ActivationFunctionType type) const;
    /// Throws where the number is below 1.
    std::int64_t positive(std::int64_t value, const char *what) const;
    /// SAME or VALID.
    PaddingMode paddingMode(tfl::Padding padding) const;

    FormatError error(const std::string &cause) const { return file_.error(place_, cause); }

private:
    const File &file_;
    const GraphBuilder &builder_;
    ShapeValues &values_;
    const tfl::Operator &raw_;
    tfl::BuiltinOperator code_;
    Operator &result_;
    std::vector<Tensor> &added_;
    std::string place_;
    std::vector<TensorId> all_;
};

/// The kind of an operator, by family; nothing where the operator is of another family. They set which inputs are kept.
std::optional<OperatorKind> readSpatial(OperatorReader &reader);
std::optional<OperatorKind> readDense(OperatorReader &reader);
std::optional<OperatorKind> readElementwise(OperatorReader &reader);
std::optional<OperatorKind> readShape(OperatorReader &reader);
std::optional<OperatorKind> readReduction(OperatorReader &reader);
std::optional<OperatorKind> readRecurrent(OperatorReader &reader);
std::optional<OperatorKind> readSelection(OperatorReader &reader);
/// A custom operator by its name in the file.
std::optional<OperatorKind> readCustom(OperatorReader &reader, const std::string &name);
std::optional<OperatorKind> readControl(OperatorReader &reader);

/// The operator of the file, its tensors already in the builder under the file's numbers. `index` and `name` are for
/// messages and for the operator. Constants that the operator needs and the file does not have are appended to `added`:
/// they are numbered behind all tensors of the builder, which gets them in this order. Throws FormatError.
Operator readOperator(const File &file, const GraphBuilder &builder, ShapeValues &values, const tfl::Operator &raw,
    std::size_t index, std::vector<Tensor> &added, const std::string &where);

} // namespace tinsmith::tflite
