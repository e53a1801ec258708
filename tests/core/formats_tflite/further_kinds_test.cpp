// SPDX-License-Identifier: Apache-2.0
#include "core/formats/tflite/reader.h"
#include "core/formats/tflite/writer.h"
#include "core/graph/shape_inference.h"
#include "tests/core/formats_tflite/comparison.h"
#include "tests/support/test_main.h"

using namespace tinsmith;

namespace {

Tensor tensor(ElementType type, const Shape &shape)
{
    Tensor result;
    result.type = type;
    result.shape = shape;
    return result;
}

Tensor floats(const Shape &shape)
{
    return tensor(ElementType::Float32, shape);
}

Tensor int32s(const Shape &shape)
{
    return tensor(ElementType::Int32, shape);
}

Tensor weights(const Shape &shape, float scale)
{
    Tensor result = tensor(ElementType::Int8, shape);
    result.data = Bytes(std::vector<std::byte>(static_cast<std::size_t>(*shape.elements()), std::byte{3}));
    result.quantization = Quantization{{scale}, {0}, 0};
    return result;
}

Tensor variable(ElementType type, const Shape &shape, float scale)
{
    Tensor result = tensor(type, shape);
    result.variable = true;
    result.quantization = Quantization{{scale}, {0}, 0};
    return result;
}

/// One operator; outputs without a shape get the inferred one. An empty name stands for an input that is left out.
Graph single(const OperatorKind &kind, std::vector<std::optional<Tensor>> inputs, std::vector<Tensor> outputs)
{
    GraphBuilder builder;
    builder.name() = "main";
    builder.info().format = "TFLite";
    Operator op{"y0", kind, {}, {}};
    std::vector<TensorId> fed;
    for (auto &input : inputs) {
        if (!input) {
            op.inputs.push_back(TensorId::none());
            continue;
        }
        input->name = "x" + std::to_string(op.inputs.size());
        op.inputs.push_back(builder.addTensor(*input));
        if (!input->constant() && !input->variable) {
            fed.push_back(op.inputs.back());
        }
    }
    for (Tensor &output : outputs) {
        output.name = "y" + std::to_string(op.outputs.size());
        op.outputs.push_back(builder.addTensor(output));
    }
    const auto shapes = inferShapes(op, [&](TensorId id) -> const Tensor & { return builder.tensor(id); });
    for (std::size_t i = 0; i < op.outputs.size() && i < shapes.size(); ++i) {
        builder.tensor(op.outputs[i]).shape = shapes[i];
    }
    builder.addOperator(op);
    builder.setInputs(fed);
    builder.setOutputs(op.outputs);
    return builder.build();
}

QString difference(const Graph &graph)
{
    const Graph again = readTflite(Bytes(writeTflite(graph)), "written.tflite");
    return QString::fromStdString(test::firstDifference(graph, again));
}

} // namespace

/// Operators that choose and make elements, recurrent and audio ones: what is written reads back the same.
class FurtherKindsTest : public QObject {
    Q_OBJECT
private slots:
    void choosingAndMakingComesBack()
    {
        const Tensor x = floats({2, 4, 6});
        const Tensor truth = tensor(ElementType::Bool, {2, 4, 6});
        QCOMPARE(difference(single(Nary{NaryFunction::Sum}, {x, x, x}, {x})), QString());
        QCOMPARE(difference(single(Select{false}, {truth, x, x}, {x})), QString());
        QCOMPARE(difference(single(Select{true}, {tensor(ElementType::Bool, {2}), x, x}, {x})), QString());
        QCOMPARE(difference(single(GatherNd{0}, {x, int32s({3, 2})}, {floats({})})), QString());
        QCOMPARE(
            difference(single(ScatterIntoZeros{{4, 6}}, {int32s({3, 1}), floats({3, 6})}, {floats({})})), QString());
        QCOMPARE(difference(single(DynamicUpdateSlice{}, {x, floats({1, 2, 3}), int32s({3})}, {x})), QString());
        QCOMPARE(difference(single(TopK{2, -1, true, true}, {x}, {floats({}), int32s({})})), QString());
        QCOMPARE(difference(single(Reverse{{0, -1}}, {x}, {x})), QString());
        QCOMPARE(difference(single(ReverseSequence{1, 0}, {x, int32s({2})}, {x})), QString());
        QCOMPARE(difference(single(CumulativeSum{-1, true, false}, {x}, {x})), QString());
        QCOMPARE(difference(single(Fill{{3, 2}}, {floats({})}, {floats({})})), QString());
        QCOMPARE(difference(single(ZerosLike{}, {x}, {x})), QString());
        QCOMPARE(difference(single(ShapeOf{}, {x}, {int32s({})})), QString());
        QCOMPARE(difference(single(NumberRange{}, {int32s({}), int32s({}), int32s({})}, {int32s({5})})), QString());
        QCOMPARE(difference(single(BroadcastShapes{}, {int32s({3}), int32s({2})}, {int32s({})})), QString());
        QCOMPARE(difference(single(Bitcast{ElementType::Int32}, {x}, {int32s({})})), QString());
        const Tensor image = floats({1, 4, 6, 2});
        QCOMPARE(difference(single(SpaceToBatch{{2, 3}, {1, 0}, {1, 3}}, {image}, {floats({})})), QString());
        QCOMPARE(
            difference(single(BatchToSpace{{2, 3}, {1, 0}, {0, 2}}, {floats({6, 4, 6, 2})}, {floats({})})), QString());
        QCOMPARE(
            difference(single(LocalResponseNormalization{Layout::ChannelsLast, 7, 0.3F, 0.75F, 1}, {image}, {image})),
            QString());
        for (const auto function : {BinaryFunction::ShiftRight, BinaryFunction::BitwiseXor}) {
            QCOMPARE(
                difference(single(Binary{function, FusedActivation::None}, {int32s({3}), int32s({3})}, {int32s({})})),
                QString());
        }
        QCOMPARE(difference(single(Binary{BinaryFunction::Atan2, FusedActivation::None}, {x, x}, {x})), QString());
    }

    /// Its two values are one constant here and two in the file.
    void oneHotComesBack()
    {
        Tensor values = floats({2});
        values.data = Bytes::of(std::vector<float>{-1, 5});
        const Graph graph = single(OneHot{1, 4}, {int32s({2, 3}), values}, {floats({})});
        const Graph again = readTflite(Bytes(writeTflite(graph)), "written.tflite");
        QVERIFY(again.operators()[0].kind == graph.operators()[0].kind);
        QCOMPARE(again.tensor(again.operators()[0].input(1)).data->copyAs<float>(), (std::vector<float>{-1, 5}));
        QCOMPARE(difference(again), QString());
    }

    void recurrentOperatorsComeBack()
    {
        const Tensor x = [] {
            Tensor input = tensor(ElementType::Int8, {1, 4});
            input.quantization = Quantization{{0.5F}, {3}, 0};
            return input;
        }();
        Tensor y = x;
        QCOMPARE(difference(single(Svdf{2, FusedActivation::Relu, true},
                     {x, weights({6, 4}, 0.1F), weights({6, 5}, 0.2F), std::nullopt,
                         variable(ElementType::Int8, {1, 30}, 0.25F)},
                     {y})),
            QString());
        Tensor sequence = x;
        sequence.shape = {2, 3, 4};
        std::vector<std::optional<Tensor>> inputs(24);
        inputs[0] = sequence;
        for (std::size_t gate = 0; gate < 4; ++gate) {
            inputs[1 + gate] = weights({5, 4}, 0.1F);
            inputs[5 + gate] = weights({5, 5}, 0.2F);
        }
        inputs[18] = variable(ElementType::Int8, {3, 5}, 0.5F);
        inputs[19] = variable(ElementType::Int16, {3, 5}, 1.0F / 4096);
        SequenceLstm lstm{FusedActivation::Tanh, 10, 0, true, false, {}};
        lstm.intermediates.resize(5);
        lstm.intermediates[4] = Quantization{{0.125F}, {-7}, 0};
        inputs.resize(20);
        const Graph graph = single(lstm, inputs, {y});
        const Graph again = readTflite(Bytes(writeTflite(graph)), "written.tflite");
        QVERIFY(again.operators()[0].kind == graph.operators()[0].kind);
        QCOMPARE(again.operators()[0].inputs.size(), std::size_t{24});
        QCOMPARE(difference(again), QString());
    }

    void customOperatorsComeBack()
    {
        const Tensor frame = tensor(ElementType::Int16, {8});
        const Tensor unsigned32 = tensor(ElementType::UInt32, {4});
        const Tensor truth = tensor(ElementType::Bool, {});
        QCOMPARE(difference(single(SignalWindow{12}, {frame, frame}, {frame})), QString());
        QCOMPARE(difference(single(SignalFftAutoScale{}, {frame}, {frame, int32s({})})), QString());
        QCOMPARE(difference(single(SignalFft{8, false}, {frame}, {tensor(ElementType::Int16, {10})})), QString());
        QCOMPARE(difference(single(SignalFft{8, true}, {floats({10})}, {floats({8})})), QString());
        QCOMPARE(difference(single(SignalEnergy{1, 3}, {frame}, {unsigned32})), QString());
        QCOMPARE(difference(single(SignalFilterBank{4}, {unsigned32, frame, frame, frame, frame, frame},
                     {tensor(ElementType::UInt64, {4})})),
            QString());
        QCOMPARE(difference(single(
                     SignalFilterBankSquareRoot{}, {tensor(ElementType::UInt64, {4}), int32s({})}, {unsigned32})),
            QString());
        QCOMPARE(difference(single(
                     SignalSpectralSubtraction{4, 1, 2, 3, 4, 5, 6, 7, true}, {unsigned32}, {unsigned32, unsigned32})),
            QString());
        QCOMPARE(difference(single(SignalPcan{6}, {unsigned32, unsigned32, frame}, {unsigned32})), QString());
        QCOMPARE(difference(single(SignalFilterBankLog{1600, 3}, {unsigned32}, {tensor(ElementType::Int16, {4})})),
            QString());
        QCOMPARE(difference(single(SignalDelay{{5}}, {frame}, {frame})), QString());
        QCOMPARE(difference(single(SignalFramer{4, 2, true}, {frame}, {tensor(ElementType::Int16, {4, 4}), truth})),
            QString());
        QCOMPARE(difference(single(SignalOverlapAdd{2}, {floats({3, 4})}, {floats({6})})), QString());
        QCOMPARE(difference(single(SignalStacker{8, 1, 2, 3}, {frame}, {tensor(ElementType::Int16, {32}), truth})),
            QString());
        Tensor buffer = tensor(ElementType::Int8, {1, 3, 1, 2});
        buffer.variable = true;
        QCOMPARE(difference(single(CircularBuffer{2}, {tensor(ElementType::Int8, {1, 1, 1, 2})}, {buffer})), QString());
        DetectionPostprocess detection{10, 1, 100, true, 0.1F, 0.6F, 3, 10, 10, 5, 5};
        QCOMPARE(difference(single(detection, {floats({1, 7, 4}), floats({1, 7, 4}), floats({7, 4})},
                     {floats({}), floats({}), floats({}), floats({})})),
            QString());
    }
};

TINSMITH_TEST(FurtherKindsTest)
#include "further_kinds_test.moc"
