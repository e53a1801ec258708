// SPDX-License-Identifier: Apache-2.0
#include "core/graph/graph.h"
#include "core/graph/shape_arithmetic.h"
#include "tests/support/test_main.h"

using namespace tinsmith;

namespace {

using Elements = std::vector<std::optional<std::int64_t>>;

/// A list of integers, nothing where one is not known.
SmallValue list(const Elements &elements, ElementType type = ElementType::Int32)
{
    SmallValue value{type, {static_cast<std::int64_t>(elements.size())}, {}};
    for (const auto &element : elements) {
        value.elements.push_back(SmallValue::Element::ofInteger(element.value_or(0)));
        value.elements.back().known = element.has_value();
    }
    return value;
}

SmallValue one(std::int64_t element, ElementType type = ElementType::Int32)
{
    return {type, {}, {SmallValue::Element::ofInteger(element)}};
}

SmallValue real(double element)
{
    return {ElementType::Float32, {}, {SmallValue::Element::ofReal(element)}};
}

/// What an operator of these inputs gives; the first tensor has `shape`.
std::optional<SmallValue> result(OperatorKind kind, const std::vector<std::optional<SmallValue>> &values,
    const Shape &output, ElementType type = ElementType::Int32, const Shape &shape = Shape())
{
    std::vector<Tensor> tensors;
    Operator op;
    op.kind = std::move(kind);
    std::vector<const SmallValue *> inputs;
    for (const auto &value : values) {
        Tensor tensor;
        tensor.type = value ? value->type : ElementType::Int32;
        tensor.shape = value ? Shape(value->dims) : shape;
        op.inputs.emplace_back(tensors.size());
        tensors.push_back(tensor);
        inputs.push_back(value ? &*value : nullptr);
    }
    op.outputs.emplace_back(tensors.size());
    Tensor made;
    made.type = type;
    made.shape = output;
    tensors.push_back(made);
    return shapeArithmetic(op, 0, inputs, [&](TensorId id) -> const Tensor & { return tensors[id.position()]; });
}

Elements elementsOf(const std::optional<SmallValue> &value)
{
    Elements elements;
    for (std::size_t at = 0; value && at < value->elements.size(); ++at) {
        const auto &element = value->elements[at];
        elements.push_back(element.known ? std::optional(element.integer) : std::nullopt);
    }
    return elements;
}

Binary binary(BinaryFunction function)
{
    return {function, FusedActivation::None};
}

} // namespace

/// What files compute from sizes.
class ShapeArithmeticTest : public QObject {
    Q_OBJECT
private slots:
    void sizesAreThoseOfTheInput()
    {
        QCOMPARE(elementsOf(result(ShapeOf{}, {std::nullopt}, {3}, ElementType::Int32, {1, -1, 4})),
            (Elements{1, std::nullopt, 4}));
        QVERIFY(!result(ShapeOf{}, {std::nullopt}, {3}, ElementType::Int32, Shape::unranked()));
        QVERIFY(!result(ShapeOf{}, {std::nullopt}, {1}, ElementType::Int32, {-1}));
    }

    void listsAreCutAndJoined()
    {
        const auto x = list({1, std::nullopt, 4, 5});
        QCOMPARE(elementsOf(result(StridedSlice{{1}, {4}, {2}, {}}, {x}, {2})), (Elements{std::nullopt, 5}));
        QCOMPARE(elementsOf(result(StridedSlice{{3}, {-1}, {-2}, {}}, {x}, {2})), (Elements{5, std::nullopt}));
        const auto dropped = result(StridedSlice{{2}, {3}, {1}, {0}}, {x}, {});
        QCOMPARE(elementsOf(dropped), (Elements{4}));
        QVERIFY(dropped->dims.empty());
        QCOMPARE(elementsOf(result(Pack{}, {one(1), std::nullopt, one(3)}, {3})), (Elements{1, std::nullopt, 3}));
        QCOMPARE(elementsOf(result(Concatenation{0}, {list({1, 2}), list({3})}, {3})), (Elements{1, 2, 3}));
        QCOMPARE(elementsOf(result(Gather{}, {x, list({3, 0})}, {2})), (Elements{5, 1}));
        QVERIFY(!result(Gather{}, {x, list({4})}, {1}));
        QCOMPARE(elementsOf(result(Split{0, {1, 3}}, {x}, {1})), (Elements{1}));
        QCOMPARE(elementsOf(result(Reverse{{0}}, {list({1, 2, 3})}, {3})), (Elements{3, 2, 1}));
    }

    void numbersAreComputedAsKernelsDo()
    {
        const auto of = [](BinaryFunction function, std::int64_t a, std::int64_t b) {
            return elementsOf(result(binary(function), {one(a), one(b)}, {}));
        };
        QCOMPARE(of(BinaryFunction::Mul, 6, 7), (Elements{42}));
        QCOMPARE(of(BinaryFunction::Div, -7, 2), (Elements{-3}));
        QCOMPARE(of(BinaryFunction::FloorDiv, -7, 2), (Elements{-4}));
        QCOMPARE(of(BinaryFunction::FloorMod, -7, 3), (Elements{2}));
        QCOMPARE(of(BinaryFunction::Maximum, 3, 5), (Elements{5}));
        QCOMPARE(of(BinaryFunction::Div, 1, 0), Elements());
        // No 32-bit integer.
        QCOMPARE(of(BinaryFunction::Mul, 1 << 20, 1 << 20), Elements());
        QCOMPARE(elementsOf(result(binary(BinaryFunction::Add), {list({1, std::nullopt, 3}), one(2)}, {3})),
            (Elements{3, std::nullopt, 5}));
        QCOMPARE(elementsOf(result(Reduce{ReduceFunction::Prod, {0}, false}, {list({2, 3, 4})}, {})), (Elements{24}));
        QCOMPARE(elementsOf(result(Unary{UnaryFunction::Neg}, {one(4)}, {})), (Elements{-4}));
        const SmallValue yes{ElementType::Bool, {}, {SmallValue::Element::ofInteger(1)}};
        QCOMPARE(elementsOf(result(Select{}, {yes, one(3), one(4)}, {})), (Elements{3}));
    }

    void sizesMayBeScaledByRealNumbers()
    {
        const auto half = result(binary(BinaryFunction::Mul), {real(7), real(0.5)}, {}, ElementType::Float32);
        QVERIFY(half);
        QCOMPARE(half->elements[0].real, 3.5);
        QCOMPARE(elementsOf(result(Cast{ElementType::Int32}, {half}, {})), (Elements{3}));
        const auto up = result(Unary{UnaryFunction::Ceil}, {half}, {}, ElementType::Float32);
        QCOMPARE(elementsOf(result(Cast{ElementType::Int32}, {up}, {})), (Elements{4}));
        QCOMPARE(elementsOf(result(Cast{ElementType::Int32}, {real(1e30)}, {})), Elements());
        QCOMPARE(elementsOf(result(Cast{ElementType::Int32}, {real(std::nan(""))}, {})), Elements());
    }

    void valuesAreMade()
    {
        QCOMPARE(elementsOf(result(Fill{{2}}, {one(7)}, {2})), (Elements{7, 7}));
        QVERIFY(!result(Fill{{5000}}, {one(7)}, {5000}));
        QCOMPARE(elementsOf(result(NumberRange{}, {one(1), one(6), one(2)}, {3})), (Elements{1, 3, 5}));
        QVERIFY(!result(NumberRange{}, {one(0), one(1 << 30), one(1)}, {1 << 30}));
        QCOMPARE(elementsOf(result(BroadcastShapes{}, {list({3, 1}), list({4, 1, 5})}, {3})), (Elements{4, 3, 5}));
    }
};

TINSMITH_TEST(ShapeArithmeticTest)
#include "shape_arithmetic_test.moc"
