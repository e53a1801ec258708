// SPDX-License-Identifier: Apache-2.0
#include "tests/core/execute/one_operator.h"
#include "tests/support/test_main.h"

namespace tinsmith::test {
namespace {

template <typename T>
Given given(ElementType type, const Shape &shape, const std::vector<T> &values)
{
    return {type, shape, bytesOf(values), {}, false};
}

Given truths(const Shape &shape, const std::vector<std::uint8_t> &values)
{
    return given(ElementType::Bool, shape, values);
}

Given int64s(const Shape &shape, const std::vector<std::int64_t> &values)
{
    return given(ElementType::Int64, shape, values);
}

using Floats = std::vector<float>;
using Ints = std::vector<std::int32_t>;

} // namespace

/// Operators that choose, place or make elements.
class SelectionTest : public QObject {
    Q_OBJECT
private slots:
    void selectBroadcastsAllThree()
    {
        const Given a = floats({2, 2}, {1, 2, 3, 4});
        const Given b = floats({1}, {9});
        QCOMPARE(run<float>(Select{}, {truths({2, 1}, {1, 0}), a, b}), (Floats{1, 2, 9, 9}));
        QCOMPARE(run<float>(Select{}, {truths({2}, {1, 0}), a, b}), (Floats{1, 9, 3, 9}));
        QCOMPARE(run<float>(Select{true}, {truths({2}, {1, 0}), a, a}), (Floats{1, 2, 3, 4}));
        QCOMPARE(
            run<float>(Select{true}, {truths({2}, {0, 1}), a, floats({2, 2}, {5, 6, 7, 8})}), (Floats{5, 6, 3, 4}));
        const Wanted wide{ElementType::Int64, {}, 1};
        QCOMPARE(run<std::int64_t>(Select{}, {truths({}, {0}), int64s({1}, {1}), int64s({1}, {-5})}, wide),
            (std::vector<std::int64_t>{-5}));
    }

    void gatherNdTakesSlicesAndBatches()
    {
        const Given x = floats({2, 2, 2}, {0, 1, 2, 3, 4, 5, 6, 7});
        QCOMPARE(run<float>(GatherNd{0}, {x, int32s({2, 1}, {1, 0})}), (Floats{4, 5, 6, 7, 0, 1, 2, 3}));
        QCOMPARE(run<float>(GatherNd{0}, {x, int32s({2, 2}, {0, 1, 1, -2})}), (Floats{2, 3, 4, 5}));
        QCOMPARE(run<float>(GatherNd{1}, {x, int64s({2, 1}, {1, 0})}), (Floats{2, 3, 4, 5}));
        QVERIFY_EXCEPTION_THROWN(run<float>(GatherNd{0}, {x, int32s({1, 1}, {2})}), GraphError);
        QVERIFY_EXCEPTION_THROWN(run<float>(GatherNd{0}, {x, int32s({1, 4}, {0, 0, 0, 0})}), GraphError);
    }

    void scatteredUpdatesAreAdded()
    {
        const Given indices = int32s({3, 1}, {3, 0, 3});
        QCOMPARE(run<float>(ScatterIntoZeros{{4}}, {indices, floats({3}, {1, 2, 5})}), (Floats{2, 0, 0, 6}));
        QCOMPARE(run<std::int32_t>(ScatterIntoZeros{{2, 2}}, {int32s({1, 1}, {1}), int32s({1, 2}, {7, 8})},
                     {ElementType::Int32, {}, 1}),
            (Ints{0, 0, 7, 8}));
        QVERIFY_EXCEPTION_THROWN(
            run<float>(ScatterIntoZeros{{4}}, {int32s({1, 1}, {4}), floats({1}, {1})}), GraphError);
    }

    void updatesStayInside()
    {
        const Given x = floats({3, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 9});
        const Given update = floats({2, 1}, {-1, -2});
        QCOMPARE(
            run<float>(DynamicUpdateSlice{}, {x, update, int32s({2}, {1, 1})}), (Floats{1, 2, 3, 4, -1, 6, 7, -2, 9}));
        // Starts are pulled back to where the update fits.
        QCOMPARE(
            run<float>(DynamicUpdateSlice{}, {x, update, int32s({2}, {5, -1})}), (Floats{1, 2, 3, -1, 5, 6, -2, 8, 9}));
    }

    void oneHotPutsTheDepthAnywhere()
    {
        const Given values = floats({2}, {0, 1});
        QCOMPARE(run<float>(OneHot{-1, 3}, {int32s({2}, {2, 0}), values}), (Floats{0, 0, 1, 1, 0, 0}));
        QCOMPARE(run<float>(OneHot{0, 3}, {int32s({2}, {2, 0}), values}), (Floats{0, 1, 0, 0, 1, 0}));
        QCOMPARE(run<float>(OneHot{-1, 2}, {int32s({2}, {-1, 2}), values}), (Floats{0, 0, 0, 0}));
    }

    void topKSortsAndKeepsTheFirstOfEquals()
    {
        const Given x = floats({2, 4}, {3, 1, 3, 2, -1, 5, 0, 5});
        const auto top = runAll(TopK{2, -1, true, true}, {x}, {ElementType::Float32, {}, 1});
        QCOMPARE(valuesOf<float>(top[0]), (Floats{3, 3, 5, 5}));
        const auto low = runAll(TopK{1, 0, false, true}, {x}, {ElementType::Float32, {}, 1});
        QCOMPARE(valuesOf<float>(low[0]), (Floats{-1, 1, 0, 2}));
        QVERIFY_EXCEPTION_THROWN(runAll(TopK{5, -1, true, true}, {x}), GraphError);
    }

    void topKNamesItsIndices()
    {
        GraphBuilder builder;
        const TensorId x = builder.addTensor({"x", ElementType::Int8, {4}, {}, {}, false, {}});
        const TensorId values = builder.addTensor({"v", ElementType::Int8, {3}, {}, {}, false, {}});
        const TensorId indices = builder.addTensor({"i", ElementType::Int32, {3}, {}, {}, false, {}});
        builder.addOperator({"top", TopK{3, -1, true, true}, {x}, {values, indices}});
        builder.setInputs({x});
        builder.setOutputs({values, indices});
        Executor executor(builder.build());
        const auto outputs = executor.run(std::vector<TensorValue>{bytesOf(std::vector<std::int8_t>{4, 9, -3, 9})});
        QCOMPARE(valuesOf<std::int8_t>(outputs[0]), (std::vector<std::int8_t>{9, 9, 4}));
        QCOMPARE(valuesOf<std::int32_t>(outputs[1]), (Ints{1, 3, 0}));
    }

    void elementsAreReversed()
    {
        const Given x = floats({2, 3}, {1, 2, 3, 4, 5, 6});
        QCOMPARE(run<float>(Reverse{{1}}, {x}), (Floats{3, 2, 1, 6, 5, 4}));
        QCOMPARE(run<float>(Reverse{{0, -1}}, {x}), (Floats{6, 5, 4, 3, 2, 1}));
        QCOMPARE(run<float>(ReverseSequence{1, 0}, {x, int32s({2}, {2, 3})}), (Floats{2, 1, 3, 6, 5, 4}));
        const Given timeFirst = floats({3, 2}, {1, 2, 3, 4, 5, 6});
        QCOMPARE(run<float>(ReverseSequence{0, 1}, {timeFirst, int64s({2}, {3, 1})}), (Floats{5, 2, 3, 4, 1, 6}));
        QVERIFY_EXCEPTION_THROWN(run<float>(ReverseSequence{1, 0}, {x, int32s({2}, {2, 4})}), GraphError);
    }

    void sumsRunBothWays()
    {
        const Given x = floats({2, 3}, {1, 2, 3, 4, 5, 6});
        QCOMPARE(run<float>(CumulativeSum{1, false, false}, {x}), (Floats{1, 3, 6, 4, 9, 15}));
        QCOMPARE(run<float>(CumulativeSum{-1, true, true}, {x}), (Floats{5, 3, 0, 11, 6, 0}));
        QCOMPARE(run<float>(CumulativeSum{0, false, false}, {x}), (Floats{1, 2, 3, 5, 7, 9}));
    }

    void tensorsAreMade()
    {
        QCOMPARE(run<float>(Fill{{2, 2}}, {floats({}, {1.5F})}), (Floats{1.5F, 1.5F, 1.5F, 1.5F}));
        const Given x = floats({2, 3}, {1, 2, 3, 4, 5, 6});
        QCOMPARE(run<float>(ZerosLike{}, {x}), Floats(6, 0.0F));
        const Wanted ints{ElementType::Int32, {}, 1};
        QCOMPARE(run<std::int32_t>(ShapeOf{}, {x}, ints), (Ints{2, 3}));
        QCOMPARE(run<std::int32_t>(ShapeOf{-1, INT64_MAX, false}, {x}, ints), (Ints{3}));
        QCOMPARE(run<std::int32_t>(ShapeOf{0, INT64_MAX, true}, {x}, ints), (Ints{6}));
        QCOMPARE(
            run<std::int32_t>(BroadcastShapes{}, {int32s({3}, {2, 1, 4}), int32s({2}, {3, 1})}, ints), (Ints{2, 3, 4}));
        QVERIFY_EXCEPTION_THROWN(
            run<std::int32_t>(BroadcastShapes{}, {int32s({1}, {2}), int32s({1}, {3})}, ints), GraphError);
        QCOMPARE(
            run<std::uint8_t>(Bitcast{ElementType::UInt8}, {int32s({1}, {0x01020304})}, {ElementType::UInt8, {}, 1}),
            (std::vector<std::uint8_t>{4, 3, 2, 1}));
    }

    void rangesHaveTheLengthThatTheirNumbersSay()
    {
        GraphBuilder builder;
        std::vector<TensorId> inputs;
        for (const char *name : {"start", "limit", "delta"}) {
            inputs.push_back(builder.addTensor({name, ElementType::Int32, {}, {}, {}, false, {}}));
        }
        const TensorId output = builder.addTensor({"y", ElementType::Int32, {3}, {}, {}, false, {}});
        builder.addOperator({"range", NumberRange{}, inputs, {output}});
        builder.setInputs(inputs);
        builder.setOutputs({output});
        Executor executor(builder.build());
        const auto one = [](std::int32_t value) { return bytesOf(std::vector<std::int32_t>{value}); };
        QCOMPARE(valuesOf<std::int32_t>(executor.run(std::vector<TensorValue>{one(10), one(3), one(-3)})[0]),
            (Ints{10, 7, 4}));
        QVERIFY_EXCEPTION_THROWN(executor.run(std::vector<TensorValue>{one(0), one(5), one(1)}), GraphError);
    }

    void blocksBecomeBatchesAndComeBack()
    {
        const Given image = floats({1, 2, 3, 1}, {1, 2, 3, 4, 5, 6});
        const SpaceToBatch apart{{2, 2}, {0, 1}, {0, 0}};
        const auto batches = run<float>(apart, {image});
        QCOMPARE(batches, (Floats{0, 2, 1, 3, 0, 5, 4, 6}));
        const BatchToSpace together{{2, 2}, {0, 1}, {0, 0}};
        QCOMPARE(run<float>(together, {floats({4, 1, 2, 1}, batches)}), (Floats{1, 2, 3, 4, 5, 6}));
        const Given stored = int8s({1, 1, 1, 1}, {5}, 0.5F, 3);
        QCOMPARE(run<std::int8_t>(SpaceToBatch{{1, 2}, {0, 1}, {0, 0}}, {stored}, int8Output(0.5F, 3)),
            (std::vector<std::int8_t>{3, 5}));
        // Sequences have one spatial dimension only.
        QCOMPARE(run<float>(SpaceToBatch{{2}, {0}, {0}}, {floats({1, 4, 1}, {1, 2, 3, 4})}), (Floats{1, 3, 2, 4}));
    }

    void anyNumberOfInputsIsJoined()
    {
        const std::vector<Given> inputs = {floats({2}, {1, 6}), floats({2}, {2, 5}), floats({1}, {3})};
        QCOMPARE(run<float>(Nary{NaryFunction::Sum}, inputs), (Floats{6, 14}));
        QCOMPARE(run<float>(Nary{NaryFunction::Mean}, inputs), (Floats{2, 14.0F / 3}));
        QCOMPARE(run<float>(Nary{NaryFunction::Minimum}, inputs), (Floats{1, 3}));
        QCOMPARE(run<float>(Nary{NaryFunction::Maximum}, inputs), (Floats{3, 6}));
    }

    void neighbouringChannelsAreNormalised()
    {
        LocalResponseNormalization normalization;
        normalization.layout = Layout::ChannelsLast;
        normalization.size = 3;
        normalization.alpha = 3;
        normalization.beta = 1;
        // Sums of squares of the neighbours: 5, 14, 13.
        const Floats expected = {1.0F / 6, 2.0F / 15, 3.0F / 14};
        QVERIFY(near(run<float>(normalization, {floats({1, 1, 1, 3}, {1, 2, 3})}), expected));
        normalization.layout = Layout::ChannelsFirst;
        QVERIFY(near(run<float>(normalization, {floats({1, 3, 1, 1}, {1, 2, 3})}), expected));
    }
};

TINSMITH_TEST(SelectionTest)

} // namespace tinsmith::test

#include "selection_test.moc"
